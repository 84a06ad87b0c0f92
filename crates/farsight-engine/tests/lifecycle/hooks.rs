//! Closures of the program around steps.

use crate::common::*;
use farsight_engine::{Callbacks, Declared, PlanOptions, Severity};
use farsight_model::{HookRef, Value, When};
use farsight_provider::BoxFuture;
use farsight_provider::fake::TAGGED;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Closures that note what they are told; number 13 fails, number 60 takes a minute.
#[derive(Default)]
struct Notes(Mutex<Vec<(u64, Value)>>);

impl Callbacks for Notes {
    fn call<'a>(&'a self, callback: u64, input: &'a Value) -> BoxFuture<'a, Result<Value, String>> {
        Box::pin(async move {
            self.0.lock().unwrap().push((callback, input.clone()));
            match callback {
                13 => Err("no luck today".into()),
                60 => {
                    tokio::time::sleep(Duration::from_mins(1)).await;
                    Ok(Value::Bool(true))
                }
                _ => Ok(Value::Bool(true)),
            }
        })
    }
}

fn hooked(node: Node, hooks: &[(When, u64)]) -> Node {
    let hooks = hooks.iter().map(|(when, callback)| HookRef { when: *when, callback: Some(*callback), within: 30 });
    node.with(|o| o.hooks = hooks.collect())
}

fn declared(nodes: &[Node], diary: &Arc<Notes>) -> Declared {
    let mut declared = program(nodes);
    declared.callbacks = Some(diary.clone());
    declared
}

async fn up(lab: &mut Lab, nodes: &[Node], diary: &Arc<Notes>) -> farsight_engine::Outcome {
    lab.try_up(declared(nodes, diary), &PlanOptions::default()).await.unwrap_or_else(|e| panic!("{e:#?}"))
}

const ALL: &[(When, u64)] = &[
    (When::BeforeCreate, 1),
    (When::AfterCreate, 2),
    (When::BeforeUpdate, 3),
    (When::AfterUpdate, 4),
    (When::BeforeDelete, 5),
    (When::AfterDelete, 6),
];

/// Protects the promise of each moment, and what a hook is told then.
#[test]
fn each_runs_at_its_moment() {
    virtual_time(async {
        let mut lab = Lab::new(1);
        let diary = Arc::new(Notes::default());
        let node = |inputs: &str| hooked(plain("a", inputs), ALL);
        let numbers = |diary: &Notes| std::mem::take(&mut *diary.0.lock().unwrap());
        let order = |told: &[(u64, Value)]| told.iter().map(|(number, _)| *number).collect::<Vec<_>>();

        assert!(up(&mut lab, &[node("{}")], &diary).await.succeeded());
        let id = lab.id(TAGGED, "a");
        let told = numbers(&diary);
        assert_eq!(order(&told), [1, 2]);
        assert_eq!((told[0].1.get("id"), told[0].1.get("outputs")), (None, None));
        assert_eq!(told[1].1.get("id"), Some(&id.as_str().into()));
        assert!(told[1].1.get("outputs").unwrap().get("arn").is_some());

        assert!(up(&mut lab, &[node(r#"{"size":2}"#)], &diary).await.succeeded());
        let told = numbers(&diary);
        assert_eq!(order(&told), [3, 4]);
        let size = |told: &Value, which: &str| told.get(which).and_then(|inputs| inputs.get("size").cloned());
        assert_eq!((size(&told[0].1, "oldInputs"), size(&told[0].1, "inputs")), (Some(v("1")), Some(v("2"))));
        assert_eq!(told[0].1.get("id"), Some(&id.as_str().into()));

        assert!(up(&mut lab, &[node(r#"{"size":2}"#)], &diary).await.succeeded());
        assert!(numbers(&diary).is_empty(), "nothing happens, and nobody is told");

        assert!(up(&mut lab, &[node(r#"{"zone":"2"}"#)], &diary).await.succeeded());
        let told = numbers(&diary);
        assert_eq!(order(&told), [1, 2, 5, 6], "a replacement is a create and a delete");
        assert_eq!(told[2].1.get("id"), Some(&id.as_str().into()));
        lab.check();
    });
}

/// Protects the object: an error before a step leaves it as it is, and what waits for the step waits on.
#[test]
fn an_error_before_stops_the_step() {
    for (when, inputs) in
        [(When::BeforeCreate, "{}"), (When::BeforeUpdate, r#"{"size":2}"#), (When::BeforeDelete, r#"{"zone":"2"}"#)]
    {
        virtual_time(async move {
            let mut lab = Lab::new(2);
            let diary = Arc::new(Notes::default());
            if when != When::BeforeCreate {
                lab.up(&[plain("a", "{}")]).await;
            }
            lab.cloud.clear_log();
            let nodes =
                [hooked(plain("a", inputs), &[(when, 13)]), plain("b", "{}").set("note", output(TAGGED, "a", "arn"))];
            let outcome = up(&mut lab, &nodes, &diary).await;
            assert_eq!(outcome.failures[0].code, "E0215");
            assert!(outcome.failures[0].message.contains("no luck today"), "{}", outcome.failures[0].message);
            let story = lab.cloud.story();
            match when {
                When::BeforeCreate | When::BeforeUpdate => assert!(story.is_empty(), "{story:?}"),
                _ => assert!(!story.contains(&"delete a".to_owned()), "{story:?}"),
            }
            // Without the hook the next run does it.
            lab.up(&[plain("a", inputs), nodes[1].clone()]).await;
        });
    }
}

/// Protects what was done: an error after a step fails the run, and state has the step's result.
#[test]
fn an_error_after_keeps_what_was_done() {
    virtual_time(async {
        let mut lab = Lab::new(3);
        let diary = Arc::new(Notes::default());
        let node = hooked(plain("a", "{}"), &[(When::AfterCreate, 13)]);
        let outcome = up(&mut lab, std::slice::from_ref(&node), &diary).await;
        assert_eq!(outcome.failures[0].code, "E0215");
        lab.check();
        assert_eq!(lab.names(), ["a"]);
        assert!(up(&mut lab, &[node], &diary).await.succeeded(), "it is not made twice, and not told twice");
        assert_eq!(diary.0.lock().unwrap().len(), 1);
    });
}

/// Protects runs from closures that never end.
#[test]
fn a_deadline_ends_the_wait() {
    virtual_time(async {
        let mut lab = Lab::new(4);
        let diary = Arc::new(Notes::default());
        let began = tokio::time::Instant::now();
        let outcome = up(&mut lab, &[hooked(plain("a", "{}"), &[(When::BeforeCreate, 60)])], &diary).await;
        assert!(outcome.failures[0].message.contains("did not end within 30 s"), "{}", outcome.failures[0].message);
        assert!(began.elapsed().as_secs() < 35);
        assert!(lab.cloud.objects().is_empty());
    });
}

/// Protects from silence: hooks whose line is gone do not run, and the plan says so.
#[test]
fn a_line_that_is_gone_takes_its_hooks_along() {
    virtual_time(async {
        let mut lab = Lab::new(5);
        let diary = Arc::new(Notes::default());
        up(&mut lab, &[hooked(plain("a", "{}"), ALL), hooked(plain("b", "{}"), &ALL[..2])], &diary).await;
        diary.0.lock().unwrap().clear();
        let plan = lab.plan(declared(&[], &diary), &PlanOptions::default()).await.unwrap();
        let said: Vec<_> = plan.warnings.iter().map(|w| (w.code.as_str(), w.urn.as_ref().unwrap().name())).collect();
        assert_eq!(said, [("E0215", "a")], "of `b` no hook would run");
        assert_eq!(plan.warnings[0].severity, Severity::Warning);
        assert!(up(&mut lab, &[], &diary).await.succeeded());
        assert!(diary.0.lock().unwrap().is_empty());
        assert!(lab.cloud.objects().is_empty());
    });
}

/// Protects state files: no number of a closure that is long gone, and no change for its sake.
#[test]
fn state_remembers_only_that_there_are_some() {
    virtual_time(async {
        let mut lab = Lab::new(6);
        let diary = Arc::new(Notes::default());
        up(&mut lab, &[hooked(plain("a", "{}"), &[(When::BeforeDelete, 1)])], &diary).await;
        let row = lab.snapshot().resources.remove(0);
        assert_eq!(row.options.hooks, [HookRef { when: When::BeforeDelete, callback: None, within: 30 }]);
        up(&mut lab, &[hooked(plain("a", "{}"), &[(When::BeforeDelete, 2)])], &diary).await;
        assert_eq!(lab.snapshot().resources, [row]);
    });
}
