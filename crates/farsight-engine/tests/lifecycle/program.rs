//! Programs: what is wrong with them, components, closures, and previews.

use crate::common::*;
use farsight_engine::{Callbacks, PlanOptions};
use farsight_model::{Expr, Value};
use farsight_provider::BoxFuture;
use farsight_provider::fake::{Call, TAGGED};
use std::sync::{Arc, Mutex};

/// Protects state from two resources under one name.
#[test]
fn duplicates_are_refused_with_both_places() {
    virtual_time(async {
        let mut lab = Lab::new(1);
        let problems = lab.failing_up(&[plain("a", "{}"), plain("a", "{}"), plain("b", "{}"), plain("b", "{}")]).await;
        assert_eq!(problems.iter().map(|p| p.code.as_str()).collect::<Vec<_>>(), ["E0102", "E0102"]);
        assert_eq!(problems[0].location.as_ref().unwrap().line, 2);
        assert!(problems[0].notes[0].contains("src/main.rs:1"), "{:?}", problems[0].notes);
        assert!(lab.names().is_empty());
    });
}

/// Protects people who look for a circle: its members are named in order.
#[test]
fn circles_are_named_in_order() {
    virtual_time(async {
        let mut lab = Lab::new(2);
        let nodes = [
            plain("a", "{}").needs(&["c"]),
            plain("b", "{}").needs(&["a"]),
            plain("c", "{}").needs(&["b"]),
            plain("d", "{}").needs(&["d"]),
        ];
        let mut texts: Vec<String> = lab.failing_up(&nodes).await.into_iter().map(|p| p.message).collect();
        texts.sort();
        assert_eq!(
            texts,
            [
                "resources depend on each other in a circle: `a` -> `c` -> `b` -> `a`",
                "resources depend on each other in a circle: `d` -> `d`"
            ]
        );
    });
}

/// Protects typists: what is referred to must exist, everything wrong is said at once.
#[test]
fn references_to_nothing_are_refused() {
    virtual_time(async {
        let mut lab = Lab::new(3);
        let nodes = [
            plain("a", "{}").needs(&["ghost"]),
            plain("b", "{}").set("note", output(TAGGED, "a", "arm")),
            plain("c", "{}").with(|o| o.depends_on = vec![urn(TAGGED, "spirit")]),
            node("fake:index:Nothing", "d", "{}"),
        ];
        let mut declared = program(&nodes);
        declared.exports = vec![("out".into(), output(TAGGED, "phantom", "id"))];
        let problems = lab.try_up(declared, &PlanOptions::default()).await.unwrap_err();
        let mut codes: Vec<&str> = problems.iter().map(|p| p.code.as_str()).collect();
        codes.sort_unstable();
        assert_eq!(codes, ["E0104", "E0105", "E0105", "E0105", "E0105"]);
    });
}

/// Protects inputs: what is wrong with them is said for every resource before anything happens.
#[test]
fn wrong_inputs_are_all_reported() {
    virtual_time(async {
        let mut lab = Lab::new(4);
        let problems = lab.failing_up(&[plain("a", r#"{"size":"big"}"#), plain("b", r#"{"colour":"red"}"#)]).await;
        assert_eq!(problems.iter().map(|p| p.code.as_str()).collect::<Vec<_>>(), ["E0101", "E0101"]);
        assert!(lab.cloud.log().is_empty());
    });
}

/// Protects components: order, outputs that come from children, and `depends_on` of the whole.
#[test]
fn components_are_what_they_are_made_of() {
    virtual_time(async {
        let mut lab = Lab::new(5);
        lab.settings.parallel = 1;
        let part = node(COMPONENT, "part", "{}");
        let inner = node(COMPONENT, "inner", "{}").under(&part);
        let child = plain("child", "{}").under(&inner);
        let user = plain("user", "{}").set("note", part.part("address.host"));
        // It refers to the component as well, and must still wait for all of it.
        let waiter = plain("waiter", "{}").set("note", part.part("urn")).with(|o| o.depends_on = vec![part.urn()]);
        let nodes = [user.clone(), waiter.clone(), part.clone(), inner.clone(), child.clone()];
        let declared = || {
            let mut declared = program(&nodes);
            let address = Value::map([("host", inner.part("arn"))]);
            declared.component_outputs.insert(part.urn(), Value::map([("address", address)]));
            declared.component_outputs.insert(inner.urn(), Value::map([("arn", child.part("arn"))]));
            declared.exports = vec![("host".into(), part.part("address.host"))];
            declared
        };
        let outcome = lab.try_up(declared(), &PlanOptions::default()).await.unwrap();
        assert!(outcome.succeeded(), "{outcome:#?}");
        lab.check();
        assert_eq!(lab.cloud.story()[0], "create child");
        let arn = format!(
            "arn:fake:{}",
            lab.snapshot().resources.iter().find(|r| r.urn == child.urn()).unwrap().id.clone().unwrap()
        );
        assert_eq!(lab.snapshot().outputs.get("host"), Some(&arn.as_str().into()));
        let user = lab.id(TAGGED, "user");
        assert_eq!(lab.cloud.objects()[&user].inputs.get("note"), Some(&arn.as_str().into()));
        let plan = lab.plan(declared(), &PlanOptions::default()).await.unwrap();
        assert!(plan.is_empty());
        // A component that is gone from the program goes from state, and a preview says so.
        assert_eq!(lab.ops(&nodes[..0]).await.len(), 5);
        lab.up(&[]).await;
        assert!(lab.names().is_empty());
    });
}

struct Closures(Mutex<Vec<(u64, Value)>>);

impl Callbacks for Closures {
    fn call<'a>(&'a self, callback: u64, input: &'a Value) -> BoxFuture<'a, Result<Value, String>> {
        Box::pin(async move {
            self.0.lock().unwrap().push((callback, input.clone()));
            match (callback, input.as_str()) {
                (1, Some(text)) => Ok(Value::from(text.to_uppercase())),
                _ => Err("no such luck".into()),
            }
        })
    }
}

fn closure(callback: u64, input: Value) -> Value {
    Value::output(Expr::Call { callback, input })
}

/// Protects closures: called once their input is known, at the plan if it is known by then.
#[test]
fn closures_are_called_when_their_input_is_known() {
    virtual_time(async {
        let mut lab = Lab::new(6);
        let closures = Arc::new(Closures(Mutex::default()));
        let a = plain("a", r#"{"note":"known"}"#);
        let b = plain("b", "{}").set("note", closure(1, a.part("note")));
        let c = plain("c", "{}").set("note", closure(1, a.part("arn")));
        let declared = || {
            let mut declared = program(&[a.clone(), b.clone(), c.clone()]);
            declared.callbacks = Some(closures.clone());
            declared
        };
        let view = lab.plan(declared(), &PlanOptions::default()).await.unwrap().view();
        let new = |name: &str| {
            let step = view.steps.iter().find(|step| step.name == name).unwrap();
            step.diff.iter().find(|diff| diff.path == "note").unwrap().new.clone()
        };
        assert_eq!((new("b"), new("c")), ("KNOWN".into(), "[unknown]".into()));
        assert_eq!(closures.0.lock().unwrap().len(), 1, "what is unknown is not asked");
        lab.try_up(declared(), &PlanOptions::default()).await.unwrap();
        let note = |name: &str| lab.cloud.objects()[&lab.id(TAGGED, name)].inputs.get("note").cloned().unwrap();
        assert_eq!(note("b"), "KNOWN".into());
        assert!(note("c").as_str().unwrap().starts_with("ARN:FAKE:"));
        let mut failing = program(&[plain("d", "{}").set("note", closure(2, "x".into()))]);
        failing.callbacks = Some(closures.clone());
        let problems = lab.try_up(failing, &PlanOptions::default()).await.unwrap_err();
        assert_eq!(problems[0].code, "E0210");
        assert!(problems[0].message.contains("no such luck"));
    });
}

/// Protects previews: they write nothing, neither to the cloud nor to state, and need no lock.
#[test]
fn a_preview_writes_nothing() {
    virtual_time(async {
        let mut lab = Lab::new(7);
        lab.up(&[plain("a", "{}")]).await;
        let before = lab.snapshot();
        lab.cloud.clear_log();
        let mut holder = lab.session();
        holder.lock(&request("up")).await.unwrap();
        lab.store = holder.into_store();
        let view = lab.preview(&[plain("a", r#"{"zone":"2"}"#), plain("b", "{}").needs(&["a"])]).await;
        assert_eq!((view.summary.replace, view.summary.create), (1, 1));
        let after = lab.snapshot();
        assert_eq!(
            (after.resources, after.operations, after.outputs),
            (before.resources, before.operations, before.outputs)
        );
        assert!(lab.cloud.log().iter().all(|entry| entry.call == Call::Read));
    });
}

/// Protects other accounts and regions: the stack stays where it was built.
#[test]
fn another_cloud_is_refused() {
    virtual_time(async {
        let mut lab = Lab::new(8);
        lab.up(&[plain("a", "{}")]).await;
        lab.cloud.move_to("elsewhere-2");
        lab.cloud.clear_log();
        let mut session = lab.session();
        session.lock(&request("up")).await.unwrap();
        let problems = session.check_cloud().await.unwrap_err();
        session.finish(&problems, false).unwrap();
        assert_eq!(problems[0].code, "E0109");
        assert!(problems[0].message.contains("nowhere-1") && problems[0].message.contains("elsewhere-2"));
        assert!(lab.cloud.log().is_empty());
    });
}
