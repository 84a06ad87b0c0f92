//! Taking over what exists.

use crate::common::*;
use farsight_engine::{Adopted, Adoption, Diagnostic, PlanOptions, Session};
use farsight_model::{ResourceOptions, Urn, Value};
use farsight_provider::fake::{KEYED, TAGGED};

const THEIRS: &str = r#"{"name":"n","note":"theirs","size":1,"extra":false,"tags":{}}"#;

fn adopting(name: &str, id: &str, inputs: &str) -> Node {
    plain(name, inputs).with(|o| o.import = Some(id.to_owned()))
}

/// Protects what is adopted: nothing is written, and from then on it is managed as any other.
#[test]
fn what_matches_is_adopted() {
    virtual_time(async {
        let mut lab = Lab::new(1);
        let id = lab.cloud.add(TAGGED, v(THEIRS));
        let nodes = [adopting("a", &id, r#"{"note":"theirs"}"#), plain("b", "{}").needs(&["a"])];
        assert_eq!(lab.ops(&nodes).await, ["create b", "import a"]);
        assert_eq!(lab.story(&nodes).await, ["create b"]);
        assert_eq!(lab.id(TAGGED, "a"), id);
        assert!(lab.ops(&nodes).await.is_empty(), "the option may stay");
        lab.up(&[plain("a", r#"{"note":"ours"}"#)]).await;
        lab.down().await;
        assert!(lab.cloud.objects().is_empty());
    });
}

/// Protects against surprises: every property that differs is named, and nothing happens.
#[test]
fn what_differs_is_refused() {
    virtual_time(async {
        let mut lab = Lab::new(2);
        let id = lab.cloud.add(TAGGED, v(THEIRS));
        let problems = lab.failing_up(&[adopting("a", &id, r#"{"note":"ours","size":3}"#)]).await;
        let properties: Vec<String> = problems.iter().map(|p| p.property.as_ref().unwrap().to_string()).collect();
        assert_eq!(properties, ["size", "note"]);
        assert!(problems.iter().all(|p| p.code == "E0206"));
        assert!(lab.names().is_empty());
        // What is ignored may differ.
        let lenient = adopting("a", &id, r#"{"note":"ours"}"#).with(|o| o.ignore_changes = vec!["note".parse_path()]);
        lab.up(std::slice::from_ref(&lenient)).await;
        assert!(lab.ops(&[lenient]).await.is_empty());
    });
}

/// Protects against ids that lead nowhere or to two resources.
#[test]
fn what_is_missing_or_taken_is_refused() {
    virtual_time(async {
        let mut lab = Lab::new(3);
        let problems = lab.failing_up(&[adopting("a", "tagged-9999", "{}")]).await;
        assert_eq!(problems[0].code, "E0207");
        let id = lab.cloud.add(TAGGED, v(THEIRS));
        let both = [adopting("a", &id, r#"{"note":"theirs"}"#), adopting("b", &id, r#"{"note":"theirs"}"#)];
        let problems = lab.failing_up(&both).await;
        assert_eq!(problems[0].code, "E0213");
        assert!(lab.names().is_empty());
        lab.up(&both[..1]).await;
        let problems = lab.failing_up(&both).await;
        assert_eq!(problems[0].code, "E0213");
    });
}

async fn adopt(session: &mut Session, all: Vec<Adoption>) -> Result<Vec<Adopted>, Vec<Diagnostic>> {
    session.lock(&request("import")).await?;
    let result = session.adopt(all).await;
    session.finish(&[], result.is_err())?;
    result.map(|(adopted, warnings)| {
        assert!(warnings.is_empty(), "{warnings:#?}");
        adopted
    })
}

fn adoption(urn: Urn, id: &str) -> Adoption {
    Adoption { urn, id: Some(id.to_owned()), parent: None, options: ResourceOptions::default(), declared: None }
}

async fn import(session: &mut Session, name: &str, id: &str) -> Result<Vec<Adopted>, Vec<Diagnostic>> {
    let urn = session.urn_for("fake:index:Tagged", name, None).unwrap();
    adopt(session, vec![adoption(urn, id)]).await
}

/// What was adopted, as a program that declares just that.
fn nodes(adopted: &[Adopted]) -> Vec<Node> {
    let node = |one: &Adopted| Node {
        token: one.schema.map_or(COMPONENT, |schema| schema.token),
        name: one.urn.name().to_owned(),
        inputs: one.inputs.clone(),
        options: one.options.clone(),
        parent: one.parent.clone(),
        stack: STACK,
    };
    adopted.iter().map(node).collect()
}

/// Protects the command: it adopts once, and the next `up` compares with the program.
#[test]
fn the_command_adopts_and_up_compares() {
    virtual_time(async {
        let mut lab = Lab::new(4);
        let id = lab.cloud.add(TAGGED, v(THEIRS));
        let mut session = lab.session();
        import(&mut session, "a", &id).await.unwrap();
        for (name, id, code) in [("a", "tagged-2", "E0213"), ("b", id.as_str(), "E0213"), ("b", "tagged-9", "E0207")] {
            assert_eq!(import(&mut session, name, id).await.unwrap_err()[0].code, code);
        }
        lab.store = session.into_store();
        let same = [plain("a", r#"{"note":"theirs"}"#)];
        assert!(lab.ops(&same).await.is_empty());
        // Before the program has said anything, what it ignores stays as it is.
        let ignoring = plain("a", r#"{"note":"ours"}"#).with(|o| o.ignore_changes = vec!["note".parse_path()]);
        assert!(lab.ops(&[ignoring]).await.is_empty());
        assert_eq!(lab.ops(&[plain("a", r#"{"note":"ours"}"#)]).await, ["update a"]);
        let outcome = lab.try_up(program(&same), &PlanOptions::default()).await.unwrap();
        assert_eq!(outcome.done.same, 1);
        assert_eq!(lab.snapshot().resources[0].inputs.get("note"), Some(&"theirs".into()));
    });
}

/// Protects the promise of generated code: what is declared of adopted objects makes an empty plan, with references in
/// place of ids, without what is a default, made up or for other resources to say.
#[test]
fn what_is_adopted_can_be_declared_as_it_is() {
    virtual_time(async {
        let mut lab = Lab::new(5);
        let base = lab.cloud.add(TAGGED, v(r#"{"name":"base-0123abc","size":1,"extra":true,"tags":{"a":"b"}}"#));
        let more =
            format!(r#"{{"name":"mine","size":2,"needs":["{base}"],"within":"{base}","count":3,"extra":false}}"#);
        let more = lab.cloud.add(TAGGED, v(&more));
        let top = lab.cloud.add(KEYED, v(&format!(r#"{{"name":"top","size":1,"extra":true,"key":"k","note":"{more}","secret":"s","network":"10.0.0.0/8"}}"#)));
        let part = node(COMPONENT, "part", "{}");
        let child = Urn::new(STACK, PROJECT, Some(&part.urn()), &urn(TAGGED, "x").token(), "more");
        let mut session = lab.session();
        let mut all = vec![
            adoption(urn(KEYED, "top"), &top),
            Adoption { parent: Some(part.urn()), ..adoption(child.clone(), &more) },
            adoption(urn(TAGGED, "base"), &base),
            Adoption { id: None, ..adoption(part.urn(), "") },
        ];
        all[0].options.protect = true;
        all[0].options.depends_on = vec![child.clone(), urn(TAGGED, "base")];
        let adopted = adopt(&mut session, all).await.unwrap();
        lab.store = session.into_store();
        let order: Vec<&str> = adopted.iter().map(|one| one.urn.name()).collect();
        assert_eq!(order, ["base", "part", "more", "top"], "each after what it names");
        let declared = nodes(&adopted);
        assert_eq!(declared[0].inputs, v(r#"{"tags":{"a":"b"}}"#));
        let reference = output(TAGGED, "base", "id");
        assert_eq!(declared[2].inputs.get("needs"), Some(&Value::List(vec![reference.clone()])));
        assert_eq!(declared[2].inputs.get("within"), Some(&reference));
        assert_eq!(declared[2].inputs.get("name"), Some(&"mine".into()));
        assert_eq!(declared[3].inputs.get("secret"), Some(&Value::secret("s".into())));
        assert_eq!(declared[3].options.depends_on, [urn(TAGGED, "base")], "the other one is referred to");
        let row = lab.snapshot().resources.into_iter().find(|row| row.urn == child).unwrap();
        assert_eq!(row.dependencies, [urn(TAGGED, "base")]);
        assert!(lab.ops(&declared).await.is_empty());
        assert_eq!(lab.story(&declared).await, Vec::<String>::new());
        assert!(lab.ops(&declared).await.is_empty());
    });
}

/// Protects stacks that come from another tool: what their program declared is declared, and nothing else; a password
/// that only the program knows is taken for the one that is there, and watched from then on.
#[test]
fn what_another_program_declared_is_declared_again() {
    virtual_time(async {
        let mut lab = Lab::new(6);
        let id = lab.cloud.add(TAGGED, v(r#"{"name":"n","note":"seen","size":4,"extra":true,"tags":{"x":"y"}}"#));
        let said = Value::map([
            ("note", "said".into()),
            ("password", Value::secret("hunter2".into())),
            ("tags", Value::map([("x", Value::secret("y".into()))])),
        ]);
        let mut session = lab.session();
        let one = Adoption { declared: Some(said), ..adoption(urn(TAGGED, "a"), &id) };
        let adopted = adopt(&mut session, vec![one]).await.unwrap();
        lab.store = session.into_store();
        let declared = nodes(&adopted);
        let tags = Value::map([("x", Value::secret("y".into()))]);
        let password = Value::secret("hunter2".into());
        assert_eq!(
            declared[0].inputs,
            Value::map([("note", "seen".into()), ("password", password), ("size", Value::from(4)), ("tags", tags)]),
            "the cloud's values, the program's properties, the program's secrets, and what is no default here"
        );
        assert!(lab.ops(&declared).await.is_empty());
        assert_eq!(lab.story(&declared).await, Vec::<String>::new());
        let changed = declared[0].clone().set("password", Value::secret("other".into()));
        assert_eq!(lab.ops(&[changed]).await, ["update a"]);
    });
}

/// Protects bulk imports: all problems at once, and nothing is adopted.
#[test]
fn a_bulk_import_is_whole_or_nothing() {
    virtual_time(async {
        let mut lab = Lab::new(7);
        let id = lab.cloud.add(TAGGED, v(THEIRS));
        let mut session = lab.session();
        let nowhere = Adoption { parent: Some(urn(COMPONENT, "no")), ..adoption(urn(TAGGED, "d"), "tagged-8") };
        let all = vec![
            adoption(urn(TAGGED, "a"), &id),
            adoption(urn(TAGGED, "b"), &id),
            adoption(urn(TAGGED, "c"), "tagged-9"),
            nowhere,
        ];
        let problems = adopt(&mut session, all).await.unwrap_err();
        let codes: Vec<&str> = problems.iter().map(|problem| problem.code.as_str()).collect();
        assert_eq!(codes, ["E0213", "E0105", "E0207", "E0207"]);
        lab.store = session.into_store();
        assert!(lab.names().is_empty());
        // Objects that name each other in a circle: one of them keeps the text.
        let (one, two) = (lab.cloud.add(TAGGED, v(THEIRS)), lab.cloud.add(TAGGED, v(THEIRS)));
        lab.cloud.change(&one, "note", two.as_str().into());
        lab.cloud.change(&two, "note", one.as_str().into());
        let mut session = lab.session();
        let all = vec![adoption(urn(TAGGED, "one"), &one), adoption(urn(TAGGED, "two"), &two)];
        let adopted = adopt(&mut session, all).await.unwrap();
        lab.store = session.into_store();
        let texts = adopted.iter().filter(|one| one.inputs.get("note").and_then(Value::as_str).is_some()).count();
        assert_eq!(texts, 1);
        assert!(lab.ops(&nodes(&adopted)).await.is_empty());
    });
}
