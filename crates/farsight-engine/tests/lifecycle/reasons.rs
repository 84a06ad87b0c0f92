//! Why each step is planned.

use crate::common::*;
use farsight_provider::fake::TAGGED;

fn reasons(view: &farsight_engine::PlanView) -> Vec<(String, String)> {
    let mut all: Vec<_> =
        view.steps.iter().map(|step| (step.name.clone(), step.reason.clone().unwrap_or_default())).collect();
    all.sort();
    all
}

/// Protects people who ask why: each step leads back to the line that was changed.
#[test]
fn a_chain_ends_at_the_line_that_changed() {
    virtual_time(async {
        let mut lab = Lab::new(1);
        let nodes = |zone: &str| {
            let a = plain("a", &format!(r#"{{"zone":"{zone}"}}"#));
            let b = plain("b", "{}").within("a");
            let c = plain("c", "{}").needs(&["b"]);
            [a, b, c]
        };
        lab.up(&nodes("1")).await;
        let view = lab.preview(&nodes("2")).await;
        let said = reasons(&view);
        let a = "`zone` changed at src/main.rs:1";
        let b = format!("`within` changed, because fake:index:Tagged `a` is replaced, because {a}");
        let c = format!("`needs` changed, because fake:index:Tagged `b` is replaced, because {b}");
        assert_eq!(said, [("a".into(), a.into()), ("b".into(), b), ("c".into(), c)]);
        let causes = &view.steps.iter().find(|step| step.name == "c").unwrap().causes;
        assert_eq!(*causes, [urn(TAGGED, "b"), urn(TAGGED, "a")]);
    });
}

/// Protects people from looking for a change of theirs where somebody else made it.
#[test]
fn what_others_did_is_not_blamed_on_the_program() {
    virtual_time(async {
        let mut lab = Lab::new(2);
        let nodes = [plain("a", r#"{"size":1}"#), plain("b", "{}")];
        lab.up(&nodes).await;
        lab.cloud.change(&lab.id(TAGGED, "a"), "size", v("5"));
        lab.cloud.remove(&lab.id(TAGGED, "b"));
        let options = farsight_engine::PlanOptions { refresh: true, ..Default::default() };
        let view = lab.plan(program(&nodes), &options).await.unwrap().view();
        assert_eq!(
            reasons(&view),
            [("a".into(), "`size` was changed in the cloud".into()), ("b".into(), "it is gone in the cloud".into())]
        );
    });
}

/// Protects plans from growing without end: a long chain is cut.
#[test]
fn long_chains_are_cut() {
    virtual_time(async {
        let mut lab = Lab::new(3);
        let nodes = |zone: &str| -> Vec<Node> {
            let first = plain("n0", &format!(r#"{{"zone":"{zone}"}}"#));
            let rest = (1..30).map(|i| plain(&format!("n{i}"), "{}").within(&format!("n{}", i - 1)));
            std::iter::once(first).chain(rest).collect()
        };
        lab.up(&nodes("1")).await;
        let view = lab.preview(&nodes("2")).await;
        let last = view.steps.iter().find(|step| step.name == "n29").unwrap();
        assert_eq!(last.causes.len(), 6);
        assert!(last.reason.as_ref().unwrap().ends_with(", because of others before it"));
    });
}
