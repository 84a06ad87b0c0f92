//! Being asked to stop.

use crate::common::*;
use farsight_engine::{Control, Event, Outcome, PlanOptions};
use farsight_provider::fake::{Call, Fate, TAGGED};
use std::time::Duration;

/// Runs `up` and asks to stop at these seconds. Answers how long it took in all.
async fn interrupted(lab: &mut Lab, nodes: &[Node], at: &[u64]) -> (Outcome, u64) {
    lab.control = Control::new();
    let control = lab.control.clone();
    let began = tokio::time::Instant::now();
    let at = at.to_vec();
    let asking = tokio::spawn(async move {
        for second in at {
            tokio::time::sleep_until(began + Duration::from_secs(second)).await;
            control.cancel();
        }
    });
    let outcome = lab.try_up(program(nodes), &PlanOptions::default()).await.unwrap();
    let took = began.elapsed().as_secs();
    asking.await.unwrap();
    lab.control = Control::new();
    (outcome, took)
}

/// Protects the first Ctrl-C: nothing new starts, what runs is finished and recorded.
#[test]
fn once_finishes_what_runs() {
    virtual_time(async {
        let mut lab = Lab::new(1);
        lab.cloud.create_takes(Duration::from_secs(100));
        let nodes = [plain("a", "{}"), plain("b", "{}").needs(&["a"])];
        let (outcome, took) = interrupted(&mut lab, &nodes, &[10]).await;
        assert!(outcome.cancelled && (100..110).contains(&took), "{took}");
        assert_eq!(outcome.diagnostics()[0].code, "E0209");
        assert_eq!(lab.names(), ["a"]);
        lab.check();
        lab.up(&nodes).await;
        assert_eq!(lab.cloud.calls(Call::Create), ["a", "b"]);
    });
}

/// Protects the second Ctrl-C: nothing is waited for, the object is known, and the next run goes on with it.
#[test]
fn twice_stops_waiting_and_loses_nothing() {
    virtual_time(async {
        let mut lab = Lab::new(2);
        lab.cloud.create_takes(Duration::from_secs(700));
        let nodes = [plain("a", "{}"), plain("b", "{}").needs(&["a"])];
        let (outcome, took) = interrupted(&mut lab, &nodes, &[10, 20]).await;
        assert!(outcome.cancelled && took <= 25, "{took}");
        let id = lab.id(TAGGED, "a");
        assert_eq!(lab.snapshot().resources.len(), 1);
        lab.up(&nodes).await;
        assert_eq!(lab.id(TAGGED, "a"), id);
        assert_eq!(lab.cloud.calls(Call::Create), ["a", "b"]);
        assert!(lab.events.lock().unwrap().iter().any(|event| matches!(event, Event::Recovered { .. })));
    });
}

/// Protects impatient people: a call that hangs is given up as well, and looked up by the next run.
#[test]
fn twice_gives_up_calls_that_hang() {
    virtual_time(async {
        let mut lab = Lab::new(3);
        lab.script(Call::Create, "a", Fate::Slow(Duration::from_hours(1)));
        let nodes = [plain("a", "{}")];
        let (outcome, took) = interrupted(&mut lab, &nodes, &[10, 20]).await;
        assert!(outcome.cancelled && (20..26).contains(&took), "{took}");
        assert_eq!(lab.snapshot().operations.len(), 1, "its intent stays in the journal");
        lab.up(&nodes).await;
        assert_eq!(lab.cloud.objects().len(), 1);
    });
}

/// Protects waiting deletes in the same way.
#[test]
fn a_delete_that_is_given_up_is_finished_later() {
    virtual_time(async {
        let mut lab = Lab::new(4);
        lab.cloud.delete_takes(Duration::from_secs(700));
        lab.up(&[plain("a", "{}")]).await;
        let (outcome, _) = interrupted(&mut lab, &[], &[10, 20]).await;
        assert!(outcome.cancelled);
        assert_eq!(lab.names(), ["a"]);
        lab.up(&[]).await;
        assert!(lab.cloud.objects().is_empty() && lab.names().is_empty());
    });
}
