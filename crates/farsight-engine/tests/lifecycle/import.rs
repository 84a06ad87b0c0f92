//! Taking over what exists.

use crate::common::*;
use farsight_engine::{PlanOptions, Session};
use farsight_model::Urn;
use farsight_provider::fake::TAGGED;

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

async fn import(session: &mut Session, name: &str, id: &str) -> Result<Urn, Vec<farsight_engine::Diagnostic>> {
    session.lock(&request("import")).await?;
    let result = session.import("fake:index:Tagged", name, id).await;
    session.finish(&[], result.is_err())?;
    result
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
