//! The plain life of resources: scenarios 1 to 4 and what surrounds them.

mod common;

use common::*;
use farsight_provider::fake::{Call, KEYED, NAMED, TAGGED, TOKENED, UPSERTED};

/// Protects the first thing anybody does.
#[test]
fn create_update_delete() {
    virtual_time(async {
        let mut lab = Lab::new(1);
        let nodes = [tagged("a", "{}"), tagged("b", r#"{"size":2}"#).needs(&["a"])];
        assert_eq!(lab.ops(&nodes).await, ["create a", "create b"]);
        lab.up(&nodes).await;
        assert_eq!(lab.cloud.calls(Call::Create), ["a", "b"]);
        lab.cloud.clear_log();
        let outcome = lab.up(&nodes).await;
        assert_eq!(outcome.done.same, 2);
        assert_eq!(lab.cloud.log(), [], "an unchanged `up` asks the cloud nothing");

        let changed = [tagged("a", "{}"), tagged("b", r#"{"size":3}"#).needs(&["a"])];
        assert_eq!(lab.ops(&changed).await, ["update b"]);
        let id = lab.id(TAGGED, "b");
        lab.up(&changed).await;
        assert_eq!(lab.id(TAGGED, "b"), id);
        assert_eq!(lab.cloud.objects()[&id].inputs.get("size"), Some(&v("3")));

        assert_eq!(lab.ops(&[tagged("a", "{}")]).await, ["delete b"]);
        lab.up(&[tagged("a", "{}")]).await;
        lab.down().await;
        lab.check();
        assert!(lab.cloud.objects().is_empty());
    });
}

/// Protects readers of plans: what the program said stands out from what the type means without a word.
#[test]
fn plans_tell_what_was_said_from_defaults() {
    virtual_time(async {
        let mut lab = Lab::new(9);
        let view = lab.preview(&[tagged("a", r#"{"size":1,"note":"n"}"#)]).await;
        let marked: Vec<_> = view.steps[0].diff.iter().map(|change| (change.path.as_str(), change.default)).collect();
        assert_eq!(marked, [("name", false), ("size", false), ("note", false), ("extra", true)]);
    });
}

/// Protects every way in which a create is found again: each identity makes one object and keeps it.
#[test]
fn every_identity_creates_once() {
    virtual_time(async {
        let mut lab = Lab::new(2);
        let nodes: Vec<Node> = [TOKENED, NAMED, TAGGED, KEYED, UPSERTED]
            .into_iter()
            .map(|token| node(token, "x", &format!(r#"{{"key":"{token}"}}"#)))
            .collect();
        lab.up(&nodes).await;
        assert_eq!(lab.cloud.objects().len(), 5);
        assert!(lab.ops(&nodes).await.is_empty());
        let name = lab.cloud.objects()[&lab.id(NAMED, "x")].inputs.get("name").cloned().unwrap();
        assert!(name.as_str().unwrap().starts_with("x-"), "{name:?}");
    });
}

/// Protects dependents: outputs reach them, and unknown ones are shown as such in a preview.
#[test]
fn outputs_flow_and_previews_show_unknowns() {
    virtual_time(async {
        let mut lab = Lab::new(3);
        let nodes = [tagged("a", "{}"), tagged("b", "{}").set("note", output(TAGGED, "a", "arn"))];
        let view = lab.preview(&nodes).await;
        let b = view.steps.iter().find(|step| step.name == "b").unwrap();
        assert_eq!(b.diff.iter().find(|diff| diff.path == "note").unwrap().new, "[unknown]");
        lab.up(&nodes).await;
        let a = lab.id(TAGGED, "a");
        let b = lab.id(TAGGED, "b");
        assert_eq!(lab.cloud.objects()[&b].inputs.get("note"), Some(&format!("arn:fake:{a}").into()));
    });
}

/// Protects slow clouds: a resource on its way is waited for, and holds up only what needs it.
#[test]
fn waits_until_ready_without_holding_others_up() {
    virtual_time(async {
        let mut lab = Lab::new(4);
        lab.settings.parallel = 1;
        lab.cloud.create_takes(std::time::Duration::from_secs(700));
        let nodes: Vec<Node> = (0..20).map(|i| tagged(&format!("n{i}"), "{}")).collect();
        let begin = tokio::time::Instant::now();
        lab.up(&nodes).await;
        let took = begin.elapsed().as_secs();
        assert!((700..730).contains(&took), "20 creates of 700 s side by side took {took} s");
    });
}

/// Protects reads: many objects of a type share a call.
#[test]
fn reads_are_batched() {
    virtual_time(async {
        let mut lab = Lab::new(5);
        let nodes: Vec<Node> = (0..250).map(|i| tagged(&format!("n{i}"), "{}")).collect();
        lab.up(&nodes).await;
        lab.cloud.clear_log();
        lab.refresh().await;
        assert_eq!(lab.cloud.calls(Call::Read).len(), 3, "250 objects, 100 a call");
    });
}
