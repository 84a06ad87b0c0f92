//! Killed anywhere, nothing lost: the engine is stopped at every moment around every commit and every provider call,
//! and the next run must bring state and cloud together without help.

mod common;

use common::*;
use farsight_engine::PlanOptions;
use farsight_provider::fake::{Call, KEYED, NAMED, Point, TAGGED, TOKENED, UPSERTED};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// A change of a stack: from one program to another.
struct Scenario {
    name: &'static str,
    before: Vec<Node>,
    after: Vec<Node>,
}

fn all_types(inputs: &str) -> Vec<Node> {
    [TOKENED, NAMED, TAGGED, KEYED, UPSERTED]
        .into_iter()
        .map(|token| {
            let mut node = node(token, "x", inputs);
            node.inputs.set("key", token.into());
            node
        })
        .collect()
}

fn scenarios() -> Vec<Scenario> {
    let chain = |zone: &str| {
        vec![
            tagged("a", &format!(r#"{{"zone":"{zone}"}}"#)),
            tagged("b", "{}").within("a"),
            tagged("c", "{}").needs(&["a"]),
            node(NAMED, "d", "{}").set("note", output(TAGGED, "b", "arn")),
        ]
    };
    let keyed = |zone: &str| {
        vec![node(KEYED, "k", &format!(r#"{{"key":"1","zone":"{zone}"}}"#)), node(KEYED, "l", r#"{"key":"2"}"#).set("within", output(KEYED, "k", "id"))]
    };
    vec![
        Scenario { name: "create", before: vec![], after: all_types("{}") },
        Scenario { name: "update", before: all_types("{}"), after: all_types(r#"{"size":2,"tags":{"a":"b"}}"#) },
        Scenario { name: "delete", before: all_types("{}"), after: vec![] },
        Scenario { name: "replace, create first", before: chain("1"), after: chain("2") },
        Scenario { name: "replace, delete first", before: keyed("1"), after: keyed("2") },
        Scenario { name: "rename a key's owner", before: vec![node(KEYED, "old", r#"{"key":"1"}"#)], after: vec![node(KEYED, "new", r#"{"key":"1"}"#)] },
    ]
}

/// Where the engine dies: at the `n`-th moment, counted over commits and calls alike.
fn arm(lab: &mut Lab, n: usize) -> Arc<Mutex<usize>> {
    let seen = Arc::new(Mutex::new(0));
    let count = seen.clone();
    let dies = move || {
        let mut count = count.lock().unwrap();
        *count += 1;
        *count > n
    };
    let at_commit = dies.clone();
    lab.settings.observer = Some(Arc::new(move |_| at_commit()));
    // Reads change nothing: stopping around them is the same as stopping before the next write.
    lab.cloud.watch(Some(Arc::new(move |call: Call, _: Point| call != Call::Read && dies())));
    seen
}

fn disarm(lab: &mut Lab) {
    lab.settings.observer = None;
    lab.cloud.watch(None);
}

/// Runs until it ends or nothing moves any more, which is what a killed engine looks like.
async fn killed_up(lab: &mut Lab, nodes: &[Node]) -> bool {
    let mut session = lab.session();
    let options = PlanOptions::default();
    let run = up(&mut session, program(nodes), &options);
    let ended = tokio::time::timeout(Duration::from_secs(36_000), run).await.is_ok();
    lab.store = session.into_store().or_else(|| lab.home.lock().unwrap().take());
    ended
}

/// Every moment of every scenario, with an eventually consistent cloud.
#[test]
fn every_moment_is_safe() {
    let mut tried = 0;
    for scenario in scenarios() {
        for n in 0.. {
            let ended = Arc::new(Mutex::new(false));
            let result = ended.clone();
            let scenario = &scenario;
            virtual_time(async move {
                let mut lab = Lab::new(n as u64);
                lab.settings.parallel = 2;
                lab.cloud.lag(Duration::from_secs(20));
                lab.cloud.delete_takes(Duration::from_secs(12));
                lab.up(&scenario.before).await;
                arm(&mut lab, n);
                let ended = killed_up(&mut lab, &scenario.after).await;
                disarm(&mut lab);
                let outcome = lab.try_up(program(&scenario.after), &PlanOptions::default()).await;
                match outcome {
                    Ok(outcome) => assert!(outcome.succeeded(), "{} at {n}: {:#?}", scenario.name, outcome.failures),
                    Err(diagnostics) => panic!("{} at {n}: {diagnostics:#?}", scenario.name),
                }
                lab.check();
                let left = lab.ops(&scenario.after).await;
                assert!(left.is_empty(), "{} at {n}: the next `up` is not empty: {left:?}", scenario.name);
                *result.lock().unwrap() = ended;
            });
            tried += 1;
            if *ended.lock().unwrap() {
                break;
            }
        }
    }
    println!("{tried} moments tried");
    assert!(tried > 150, "only {tried} moments were tried");
}

/// After a kill the program may be another one: what was begun and is no longer wanted goes away.
#[test]
fn a_killed_create_that_is_no_longer_wanted_goes_away() {
    for n in 0..40 {
        virtual_time(async move {
            let mut lab = Lab::new(n as u64);
            lab.cloud.lag(Duration::from_secs(20));
            arm(&mut lab, n);
            killed_up(&mut lab, &all_types("{}")).await;
            disarm(&mut lab);
            lab.up(&[]).await;
            assert!(lab.cloud.objects().is_empty(), "at {n}: {:#?}", lab.cloud.objects());
        });
    }
}
