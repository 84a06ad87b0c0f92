//! Taking the cloud's truth into state.

use crate::common::*;
use farsight_engine::PlanOptions;
use farsight_provider::fake::{Call, TAGGED};

fn chain() -> Vec<Node> {
    vec![
        plain("a", "{}"),
        plain("b", "{}").needs(&["a"]),
        plain("c", "{}").needs(&["b"]),
        plain("d", "{}").needs(&["a", "c"]),
    ]
}

/// Protects state whatever is gone: for every subset, edges stay sound and the next `up` makes it whole again.
#[test]
fn every_subset_may_be_gone() {
    for gone in 0..16_u32 {
        virtual_time(async move {
            let mut lab = Lab::new(u64::from(gone));
            lab.cloud.guards(false);
            lab.up(&chain()).await;
            let names = ["a", "b", "c", "d"];
            for (_, name) in names.iter().enumerate().filter(|(bit, _)| gone & (1 << bit) != 0) {
                let id = lab.id(TAGGED, name);
                lab.cloud.remove(&id);
            }
            lab.cloud.clear_log();
            lab.refresh().await;
            assert!(lab.cloud.log().iter().all(|entry| entry.call == Call::Read), "a refresh only reads");
            lab.check();
            assert_eq!(lab.names().len(), 4 - gone.count_ones() as usize);
            lab.up(&chain()).await;
            assert!(lab.ops(&chain()).await.is_empty());
        });
    }
}

/// Protects children of a component, and components themselves, which no cloud has.
#[test]
fn components_stay() {
    virtual_time(async {
        let mut lab = Lab::new(1);
        let part = node(COMPONENT, "part", "{}");
        let nodes = [part.clone(), plain("child", "{}").under(&part)];
        lab.up(&nodes).await;
        lab.refresh().await;
        assert_eq!(lab.names(), ["child", "part"]);
        assert!(lab.ops(&nodes).await.is_empty());
    });
}

/// Protects the program's word: a refresh learns what others did, and the next `up` puts the declared back.
#[test]
fn up_after_refresh_puts_back() {
    for refreshed in [true, false] {
        virtual_time(async move {
            let mut lab = Lab::new(2);
            let nodes = [plain("a", r#"{"note":"ours"}"#)];
            lab.up(&nodes).await;
            let id = lab.id(TAGGED, "a");
            lab.cloud.change(&id, "note", "theirs".into());
            assert!(lab.ops(&nodes).await.is_empty(), "a plan without refresh reads only what it touches");
            let options = PlanOptions { refresh: !refreshed, ..PlanOptions::default() };
            if refreshed {
                lab.refresh().await;
            }
            let outcome = lab.try_up(program(&nodes), &options).await.unwrap();
            assert_eq!(outcome.done.update, 1);
            assert_eq!(lab.cloud.objects()[&id].inputs.get("note"), Some(&"ours".into()));
            lab.check();
        });
    }
}

/// Protects against a wrong region or an expired account: most of the stack gone is no refresh to be taken lightly.
#[test]
fn mostly_gone_is_said() {
    virtual_time(async {
        let mut lab = Lab::new(3);
        lab.up(&(0..6).map(|i| plain(&format!("n{i}"), "{}")).collect::<Vec<_>>()).await;
        for i in 0..4 {
            let id = lab.id(TAGGED, &format!("n{i}"));
            lab.cloud.remove(&id);
        }
        let mut session = lab.session();
        let report = session.look(&farsight_engine::Targets::default()).await.unwrap();
        assert!(report.mostly_gone);
        assert_eq!(report.drift.summary.gone, 4);
    });
}

/// Protects what is being made: an object that is not visible yet is not gone.
#[test]
fn a_refresh_right_after_a_kill_loses_nothing() {
    virtual_time(async {
        let mut lab = Lab::new(4);
        lab.cloud.lag(std::time::Duration::from_secs(30));
        let nodes = [plain("a", "{}")];
        let mut session = lab.session();
        session.lock(&request("up")).await.unwrap();
        let plan = session.plan(program(&nodes), &PlanOptions::default()).await.unwrap();
        // Stopped after the id was journaled and before the object was ever seen.
        let run = tokio::time::timeout(std::time::Duration::from_secs(3), session.execute(plan)).await;
        assert!(run.is_err());
        drop(session);
        let stack = lab.home.lock().unwrap().as_ref().unwrap().stack(STACK).unwrap().unwrap().id;
        lab.home.lock().unwrap().as_mut().unwrap().break_lease(stack, 0).unwrap();
        lab.refresh().await;
        lab.up(&nodes).await;
        assert_eq!(lab.cloud.calls(Call::Create).len(), 1);
    });
}
