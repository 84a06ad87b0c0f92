//! Objects of others that have the name or key of ours: never adopted, never overwritten.

use crate::common::trap::{Command, Spot, arm_at, disarm, killed};
use crate::common::*;
use farsight_engine::PlanOptions;
use farsight_provider::Fault;
use farsight_provider::fake::{Call, Fate, KEYED, NAMED, SETTLED, UPSERTED};
use std::time::Duration;

/// The classes of identity in which a stranger can stand in the way. Tokens and tags are nobody else's.
const CLASSES: [&str; 4] = [NAMED, SETTLED, KEYED, UPSERTED];

fn wanted(token: &'static str) -> [Node; 1] {
    [node(token, "a", r#"{"name":"n","key":"1","extra":false,"size":1}"#)]
}

fn stranger(lab: &Lab, token: &str) -> String {
    lab.cloud.add(token, v(r#"{"name":"n","key":"1","extra":false,"size":1,"note":"theirs","tags":{}}"#))
}

/// The error, with the command that adopts it, and an untouched object.
fn refused(lab: &Lab, failures: &[farsight_engine::Diagnostic], id: &str, token: &str) {
    assert_eq!(failures[0].code, "E0202", "{token}: {failures:#?}");
    let help = format!("farsight import {token} a");
    assert!(failures[0].helps.iter().any(|line| line.contains(&help)), "{token}: {failures:#?}");
    let object = &lab.cloud.objects()[id];
    assert_eq!((object.op.as_str(), object.revision), ("", 0), "{token}: it is as it was");
    assert_eq!(lab.cloud.objects().len(), 1, "{token}");
    lab.check();
}

/// Protects strangers that were there before.
#[test]
fn a_stranger_is_refused_and_left_alone() {
    for token in CLASSES {
        virtual_time(async move {
            let mut lab = Lab::new(1);
            let id = stranger(&lab, token);
            let failures = lab.failing_up(&wanted(token)).await;
            refused(&lab, &failures, &id, token);
        });
    }
}

/// Protects a stranger that has even the same settings, where the service answers a create with it.
#[test]
fn a_stranger_with_the_same_settings_is_a_stranger() {
    virtual_time(async {
        let mut lab = Lab::new(2);
        let id = lab.cloud.add(SETTLED, v(r#"{"name":"n","key":"1","extra":false,"size":1,"tags":{}}"#));
        let failures = lab.failing_up(&wanted(SETTLED)).await;
        refused(&lab, &failures, &id, SETTLED);
    });
}

/// Protects a stranger that comes while a create is being repeated because the cloud was busy.
#[test]
fn a_stranger_that_comes_between_two_tries_is_left_alone() {
    for token in CLASSES {
        virtual_time(async move {
            let mut lab = Lab::new(3);
            lab.cloud.call_takes(Duration::from_secs(1));
            lab.always(Call::Create, "a", Fate::Refused(Fault::Throttled));
            let cloud = lab.cloud.clone();
            let comes = async {
                tokio::time::sleep(Duration::from_secs(5)).await;
                cloud.add(token, v(r#"{"name":"n","key":"1","extra":false,"size":1,"note":"theirs","tags":{}}"#));
                cloud.clear_script();
            };
            let nodes = wanted(token);
            let (failures, ()) = tokio::join!(lab.failing_up(&nodes), comes);
            let id = lab.cloud.objects().into_keys().next().unwrap();
            refused(&lab, &failures, &id, token);
        });
    }
}

/// Protects a stranger that comes between a kill and the next run, where tags tell whose an object is.
#[test]
fn a_stranger_that_comes_after_a_kill_is_left_alone() {
    for token in [NAMED, SETTLED] {
        virtual_time(async move {
            let mut lab = Lab::new(4);
            let nodes = wanted(token);
            let trap = arm_at(&mut lab, Spot::BeforeCall, Some(Call::Create));
            killed(&mut lab, &trap, Command::Up, &nodes).await;
            disarm(&mut lab);
            let id = stranger(&lab, token);
            let failures = lab.failing_up(&nodes).await;
            refused(&lab, &failures, &id, token);
        });
    }
}

/// Protects ambiguity as an outcome: a call whose answer is lost, and whose lookup fails too, is neither done nor
/// failed; it stays open, says so, and the next run settles it.
#[test]
fn what_nobody_knows_stays_open_and_is_settled_later() {
    for token in farsight_provider::fake::TOKENS {
        virtual_time(async move {
            let mut lab = Lab::new(5);
            let nodes = [node(token, "a", r#"{"name":"n","key":"1","extra":false}"#)];
            lab.script(Call::Create, "a", Fate::AnswerLost);
            // A lookup comes first where there is one: for strangers, or for what an earlier run left behind.
            let first = usize::from([KEYED, UPSERTED, NAMED, SETTLED].contains(token));
            let refused = Fate::Refused(Fault::Denied);
            lab.cloud.script(farsight_provider::fake::Script {
                call: Call::Find,
                about: String::new(),
                after: first,
                times: usize::MAX,
                fate: refused,
            });
            let failures = lab.failing_up(&nodes).await;
            assert_eq!(failures[0].code, "E0208", "{token}: {failures:#?}");
            assert_eq!(lab.snapshot().operations.len(), 1, "{token}: the operation is open");
            let again = lab.try_up(program(&nodes), &PlanOptions::default()).await.unwrap_err();
            assert_eq!(again[0].code, "E0208", "{token}: {again:#?}");
            lab.cloud.clear_script();
            lab.up(&nodes).await;
            assert_eq!(lab.cloud.objects().len(), 1, "{token}");
        });
    }
}
