//! `preview --save` and `up --plan`: what was looked at is what runs, or nothing.

use crate::common::*;
use farsight_engine::{Callbacks, Declared, Diagnostic, Event, PlanOptions, SavedPlan};
use farsight_model::{Expr, Value};
use farsight_provider::fake::{Call, Fate};
use farsight_provider::fake::{NAMED, TAGGED};
use farsight_provider::{BoxFuture, Fault};
use proptest::prelude::*;
use std::sync::Arc;

pub fn config(size: u8) -> Value {
    Value::map([("size", Value::from(i64::from(size)))])
}

impl Lab {
    /// What `preview --save` does, as far as the engine goes; the file's bytes.
    pub async fn save(&mut self, declared: Declared, options: &PlanOptions) -> Result<String, Vec<Diagnostic>> {
        let mut session = self.session();
        session.check_cloud().await?;
        let saved = session.plan_and_save(declared, options, &config(1)).await;
        self.store = session.into_store();
        let (plan, saved) = saved?;
        assert_eq!(plan.view(), saved.plan);
        saved.render().map_err(|problem| vec![problem])
    }

    /// What `up --plan` does.
    pub async fn run_saved(&mut self, text: &[u8], declared: Declared, config: &Value) -> Result<(), Vec<Diagnostic>> {
        let saved = SavedPlan::parse(text).map_err(|problem| vec![problem])?;
        saved.check_origin(PROJECT, STACK)?;
        let mut session = self.session();
        session.lock(&request("up")).await?;
        session.check_cloud().await?;
        let result = async {
            session.recover().await?;
            session.check_saved(&saved)?;
            let plan = session.load_plan(&saved, declared, config).await?;
            session.execute(plan).await
        }
        .await;
        session.finish(&[], false)?;
        self.store = session.into_store();
        let outcome = result?;
        assert!(outcome.succeeded(), "{:#?}", outcome.failures);
        Ok(())
    }

    /// Why a saved plan does not run; nothing may be changed by that.
    async fn refused(&mut self, text: &[u8], declared: Declared, config: &Value) -> String {
        let before = (self.snapshot(), self.cloud.objects());
        let problems = self.run_saved(text, declared, config).await.unwrap_err();
        assert_eq!(problems.len(), 1, "{problems:#?}");
        assert_eq!((self.snapshot(), self.cloud.objects()), before);
        assert!(["C0112", "E0111"].contains(&problems[0].code.as_str()), "{problems:#?}");
        problems[0].message.clone()
    }
}

/// A replacement with a made-up name, an update that follows, a create, and a delete.
fn edited() -> [Vec<Node>; 2] {
    let with = |zone: &str, size: u8| {
        let a = node(NAMED, "a", &format!(r#"{{"zone":"{zone}","extra":false}}"#));
        let id = a.part("id");
        vec![a, plain("b", &format!(r#"{{"size":{size}}}"#)).set("needs", Value::List(vec![id]))]
    };
    let mut old = with("x", 1);
    old.push(plain("gone", "{}"));
    let mut new = with("y", 1);
    new.push(node(NAMED, "new", r#"{"extra":false}"#));
    [old, new]
}

/// Protects the second promise of the product: the plan that was approved is the very thing that runs, names included.
#[test]
fn what_was_saved_is_what_runs() {
    virtual_time(async {
        let mut lab = Lab::new(1);
        let [old, new] = edited();
        lab.up(&old).await;
        let text = lab.save(program(&new), &PlanOptions::default()).await.unwrap();
        let saved = SavedPlan::parse(text.as_bytes()).unwrap();
        let names: Vec<&str> = saved.names.iter().map(|name| name.name.as_str()).collect();
        assert_eq!(names.len(), 2, "{names:?}");
        lab.cloud.clear_log();
        lab.run_saved(text.as_bytes(), program(&new), &config(1)).await.unwrap();
        lab.check();
        let mut story = lab.cloud.story();
        story.sort();
        assert_eq!(story, ["create a", "create new", "delete a", "delete gone", "update b"]);
        let objects = lab.cloud.objects();
        let made: Vec<&Value> = objects.values().filter_map(|object| object.inputs.get("name")).collect();
        assert!(names.iter().all(|name| made.contains(&&Value::from(*name))), "{names:?} {made:?}");
        assert!(lab.ops(&new).await.is_empty());
        // Once is enough: the state has moved.
        let why = lab.refused(text.as_bytes(), program(&new), &config(1)).await;
        assert_eq!(why, "the saved plan cannot be run: the state has changed since");
    });
}

/// Protects from running what nobody looked at: each thing that moved is named, in one line.
#[test]
fn what_moved_is_named() {
    virtual_time(async {
        let mut lab = Lab::new(2);
        let [old, new] = edited();
        lab.up(&old).await;
        let text = lab.save(program(&new), &PlanOptions::default()).await.unwrap();
        let text = text.as_bytes();
        // The program adds a resource, drops one, or says something else.
        let mut more = new.clone();
        more.push(plain("more", "{}"));
        let mut other = new.clone();
        other[1] = other[1].clone().set("size", Value::from(2));
        let mut output = program(&new);
        output.exports.push(("out".into(), Value::from("x")));
        for declared in [program(&more), program(&new[..2]), program(&other), output] {
            let why = lab.refused(text, declared, &config(1)).await;
            assert_eq!(why, "the saved plan cannot be run: the program declares something else by now");
        }
        let why = lab.refused(text, program(&new), &config(2)).await;
        assert_eq!(why, "the saved plan cannot be run: the configuration has changed since");
        let change = |edit: &dyn Fn(&mut SavedPlan)| {
            let mut saved = SavedPlan::parse(text).unwrap();
            edit(&mut saved);
            saved.render().unwrap()
        };
        for (edit, expected) in [
            (
                &(|saved: &mut SavedPlan| saved.stack = "prod".into()) as &dyn Fn(&mut SavedPlan),
                "it is a plan for stack `lab/prod`, and this is `lab/test`",
            ),
            (&|saved| saved.project = "shop".into(), "it is a plan for stack `shop/test`, and this is `lab/test`"),
            (&|saved| saved.fingerprints.cloud = "other".into(), "it was made for another account, region or endpoint"),
            (
                &|saved| saved.names[0].name = "mine".into(),
                "a closure of the program answers something else by now, or the file was changed",
            ),
            (
                &|saved| saved.options.exclude = vec!["gone".into()],
                "a closure of the program answers something else by now, or the file was changed",
            ),
        ] {
            let why = lab.refused(change(edit).as_bytes(), program(&new), &config(1)).await;
            assert_eq!(why, format!("the saved plan cannot be run: {expected}"));
        }
        let why =
            lab.refused(change(&|saved| saved.farsight = "0.0.1".into()).as_bytes(), program(&new), &config(1)).await;
        assert!(why.contains("it was made by farsight 0.0.1, and this is farsight "), "{why}");
        // What makes no difference refuses nothing: other lines of code, a refresh that finds nothing new.
        lab.refresh().await;
        let mut moved = program(&new);
        moved.declarations[0].location.line = 99;
        lab.run_saved(text, moved, &config(1)).await.unwrap();
        lab.check();
    });
}

/// Protects from a plan over a state that is about to be settled.
#[test]
fn nothing_is_saved_over_open_operations() {
    virtual_time(async {
        let mut lab = Lab::new(3);
        lab.script(Call::Create, "a", Fate::Refused(Fault::Unknown));
        lab.always(Call::Find, "a", Fate::Refused(Fault::Unknown));
        lab.try_up(program(&[plain("a", "{}")]), &PlanOptions::default()).await.unwrap();
        assert!(!lab.snapshot().operations.is_empty());
        let problems = lab.save(program(&[plain("a", "{}")]), &PlanOptions::default()).await.unwrap_err();
        assert_eq!(problems[0].code, "E0112");
        assert!(problems[0].message.contains("an earlier run was interrupted"), "{problems:?}");
    });
}

/// Protects secrets: the file holds none in clear, not even those that only the cloud knew.
#[test]
fn the_file_tells_no_secret() {
    virtual_time(async {
        let mut lab = Lab::new(4);
        let nodes = |size: u8| {
            let a =
                plain("a", &format!(r#"{{"size":{size},"password":"pl4nted-password","secret":"pl4nted-secret"}}"#));
            let secret = a.part("secret");
            [a, plain("b", &format!(r#"{{"size":{size}}}"#)).set("note", secret)]
        };
        lab.up(&nodes(1)).await;
        lab.cloud.change(&lab.id(TAGGED, "a"), "secret", "pl4nted-by-hand".into());
        let text = lab.save(program(&nodes(2)), &PlanOptions::default()).await.unwrap();
        assert!(!text.contains("pl4nted"), "{text}");
        assert!(text.contains("[secret]"), "{text}");
        lab.run_saved(text.as_bytes(), program(&nodes(2)), &config(1)).await.unwrap();
        lab.check();
        assert!(lab.ops(&nodes(2)).await.is_empty());
    });
}

struct Says(&'static str);

impl Callbacks for Says {
    fn call<'a>(&'a self, _: u64, _: &'a Value) -> BoxFuture<'a, Result<Value, String>> {
        Box::pin(async { Ok(Value::from(self.0)) })
    }
}

/// Protects from closures, whose code no fingerprint covers: their answers are compared.
#[test]
fn a_closure_that_changed_its_mind_is_noticed() {
    virtual_time(async {
        let mut lab = Lab::new(5);
        let declared = |says: &'static str| {
            let note = Value::output(Expr::Call { callback: 7, input: "x".into() });
            let mut declared = program(&[plain("a", "{}").set("note", note)]);
            declared.callbacks = Some(Arc::new(Says(says)));
            declared
        };
        let text = lab.save(declared("one"), &PlanOptions::default()).await.unwrap();
        let why = lab.refused(text.as_bytes(), declared("two"), &config(1)).await;
        assert!(why.contains("a closure of the program answers something else"), "{why}");
        lab.run_saved(text.as_bytes(), declared("one"), &config(1)).await.unwrap();
        lab.check();
    });
}

/// Protects limits: a plan of a targeted preview touches no more when it is run.
#[test]
fn options_are_part_of_the_plan() {
    virtual_time(async {
        let mut lab = Lab::new(6);
        let nodes = |size: u8| {
            let inputs = format!(r#"{{"size":{size}}}"#);
            [plain("a", &inputs), plain("b", &inputs).needs(&["a"])]
        };
        lab.up(&nodes(1)).await;
        let text = lab.save(program(&nodes(2)), &targets(&["a"])).await.unwrap();
        lab.cloud.clear_log();
        lab.run_saved(text.as_bytes(), program(&nodes(2)), &config(1)).await.unwrap();
        assert_eq!(lab.cloud.story(), ["update a"]);
        lab.check();
        assert_eq!(lab.ops(&nodes(2)).await, ["update b"]);
        let phases = lab.events.lock().unwrap().iter().filter(|event| matches!(event, Event::Phase { .. })).count();
        assert!(phases > 0);
    });
}

/// Protects people who hand over the wrong file.
#[test]
fn other_files_are_told_from_plans() {
    for (text, expected) in [
        ("", "it is no saved plan: EOF while parsing a value at line 1 column 0"),
        ("[1, 2]", "it is no saved plan: "),
        (r#"{"summary":{"create":1}}"#, "it is no saved plan: missing field `format`"),
        (r#"{"format":"terraform","version":4}"#, "it is no saved plan: its format is `terraform`"),
        (r#"{"format":"farsight-plan","version":2}"#, "it is of version 2, and this farsight reads version 1"),
        (r#"{"format":"farsight-plan","version":1}"#, "it is damaged: missing field"),
    ] {
        let problem = SavedPlan::parse(text.as_bytes()).unwrap_err();
        assert_eq!(problem.code, "C0112");
        assert!(problem.message.starts_with(expected), "{}", problem.message);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 128, ..ProptestConfig::default() })]

    /// Protects from damage: whatever became of the file, it is refused or it is still the same plan.
    #[test]
    fn damage_is_noticed(cut in 0.0..1.0_f64, at in 0.0..1.0_f64, byte in any::<u8>(), how in 0..4_u8) {
        virtual_time(async {
            let mut lab = Lab::new(7);
            let [old, new] = edited();
            lab.up(&old).await;
            let text = lab.save(program(&new), &PlanOptions::default()).await.unwrap().into_bytes();
            let mut damaged = text.clone();
            let place = |share: f64| (share * text.len() as f64) as usize;
            match how {
                0 => damaged.truncate(place(cut)),
                1 => damaged[place(at)] = byte,
                2 => damaged[place(at)] ^= 1 << (byte % 8),
                _ => { damaged.remove(place(at)); }
            }
            let before = (lab.snapshot(), lab.cloud.objects());
            lab.cloud.clear_log();
            match lab.run_saved(&damaged, program(&new), &config(1)).await {
                // When it was made may be changed, and letters of hexadecimal digits may be large.
                Ok(()) => {
                    let mut story = lab.cloud.story();
                    story.sort();
                    assert_eq!(story, ["create a", "create new", "delete a", "delete gone", "update b"]);
                    assert!(lab.ops(&new).await.is_empty());
                }
                Err(_) => assert_eq!((lab.snapshot(), lab.cloud.objects()), before),
            }
        });
    }

    /// Protects from whatever a file may hold.
    #[test]
    fn no_bytes_are_too_wild(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(SavedPlan::parse(&bytes).is_err());
    }
}
