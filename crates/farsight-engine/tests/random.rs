//! Random programs, edits, faults, kills and meddling: whatever happens, the next run brings everything together.
//!
//! `FARSIGHT_SEED` and `FARSIGHT_CASES` choose what is tried; a failure prints its seed and the smallest case.

#![allow(clippy::unwrap_used, reason = "the helpers of tests may fail as tests do")]

mod common;

use common::*;
use farsight_engine::{PlanOptions, Session};
use farsight_provider::fake::{Call, Fate, KEYED, NAMED, Point, Script, TAGGED, TOKENED, UPSERTED};
use farsight_provider::{Clock, Fault};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestError, TestRng, TestRunner};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::Notify;

const SIZE: usize = 7;

/// One resource, as far as it varies.
#[derive(Debug, Clone, PartialEq)]
struct Spec {
    kind: usize,
    zone: u8,
    size: u8,
    note: Option<u8>,
    /// Another resource, by distance, and how it is used.
    uses: Vec<(usize, Use)>,
    first: Option<bool>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Use {
    /// In place: `needs`, where no delete-first can meet it, else a mere note.
    InPlace,
    /// For good: a new id replaces.
    Within,
    /// Only an order.
    Order,
}

#[derive(Debug, Clone)]
struct Case {
    /// Only types whose replacements can stand beside the old objects.
    side_by_side: bool,
    before: Vec<Option<Spec>>,
    after: Vec<Option<Spec>>,
    faults: Vec<(Call, usize, usize, usize)>,
    kills: Vec<usize>,
    meddling: Vec<(usize, u8)>,
    /// Seconds: lag, creating, deleting.
    slowness: (u64, u64, u64),
    parallel: usize,
}

fn spec() -> impl Strategy<Value = Spec> {
    let used = prop_oneof![Just(Use::InPlace), Just(Use::Within), Just(Use::Order)];
    (
        0..5_usize,
        0..3_u8,
        1..3_u8,
        proptest::option::of(0..2_u8),
        proptest::collection::vec((1..4_usize, used), 0..3),
        proptest::option::weighted(0.1, Just(true)),
    )
        .prop_map(|(kind, zone, size, note, uses, first)| Spec { kind, zone, size, note, uses, first })
}

fn case() -> impl Strategy<Value = Case> {
    let calls =
        prop_oneof![Just(Call::Create), Just(Call::Read), Just(Call::Update), Just(Call::Delete), Just(Call::Find)];
    let program = || proptest::collection::vec(proptest::option::weighted(0.8, spec()), SIZE);
    (
        any::<bool>(),
        program(),
        proptest::collection::vec(proptest::option::weighted(0.4, proptest::option::weighted(0.8, spec())), SIZE),
        proptest::collection::vec((calls, 0..12_usize, 1..3_usize, 0..6_usize), 0..4),
        proptest::collection::vec(0..60_usize, 0..3),
        proptest::collection::vec((0..SIZE, 0..3_u8), 0..3),
        (0..20_u64, 0..90_u64, 0..30_u64),
        1..4_usize,
    )
        .prop_map(|(side_by_side, before, edits, faults, kills, meddling, slowness, parallel)| {
            let after = before.iter().zip(edits).map(|(old, edit)| edit.unwrap_or_else(|| old.clone())).collect();
            Case { side_by_side, before, after, faults, kills, meddling, slowness, parallel }
        })
}

fn nodes(case: &Case, specs: &[Option<Spec>]) -> Vec<Node> {
    let types: &[&'static str] =
        if case.side_by_side { &[TOKENED, NAMED, TAGGED] } else { &[TOKENED, NAMED, TAGGED, KEYED, UPSERTED] };
    let token = |spec: &Spec| types[spec.kind % types.len()];
    let mut nodes: Vec<Node> = Vec::new();
    for (index, spec) in specs.iter().enumerate() {
        let Some(spec) = spec else { continue };
        let name = format!("n{index}");
        let inputs = format!(r#"{{"key":"{name}","zone":"{}","size":{}}}"#, spec.zone, spec.size);
        let mut node = node(token(spec), &name, &inputs);
        if let Some(note) = spec.note {
            node.inputs.set("tags", v(&format!(r#"{{"note":"{note}"}}"#)));
        }
        if case.side_by_side {
            // Delete-first would have to wait for those who use the object in place, for ever.
            node.options.delete_before_replace = None;
        } else {
            node.options.delete_before_replace = spec.first;
        }
        for (distance, used) in &spec.uses {
            let Some(other) = index.checked_sub(*distance) else { continue };
            let Some(other) = nodes.iter().find(|node| node.name == format!("n{other}")) else { continue };
            match used {
                Use::InPlace if case.side_by_side => {
                    node.inputs.set("needs", farsight_model::Value::List(vec![other.part("id")]));
                }
                Use::InPlace => node.inputs.set("note", other.part("arn")),
                Use::Within => node.inputs.set("within", other.part("id")),
                Use::Order => node.options.depends_on.push(other.urn()),
            }
        }
        nodes.push(node);
    }
    nodes
}

fn fate(number: usize) -> Fate {
    match number {
        0 => Fate::AnswerLost,
        1 => Fate::RequestLost,
        2 => Fate::Refused(Fault::Throttled),
        3 => Fate::Refused(Fault::Busy),
        4 => Fate::Refused(Fault::Denied),
        _ => Fate::Slow(Duration::from_secs(40)),
    }
}

/// A run that may fail and is killed at the `n`-th moment.
async fn killed(lab: &mut Lab, n: usize, nodes: &[Node], refresh: bool) {
    let (count, died) = (AtomicUsize::new(0), Arc::new(Notify::new()));
    let bell = died.clone();
    let is_over = Arc::new(move || {
        let over = count.fetch_add(1, Ordering::Relaxed) >= n;
        if over {
            bell.notify_one();
        }
        over
    });
    let at_commit = is_over.clone();
    lab.settings.observer = Some(Arc::new(move |_| at_commit()));
    lab.cloud.watch(Some(Arc::new(move |call: Call, _: Point| call != Call::Read && is_over())));
    let mut session = lab.session();
    let options = PlanOptions { refresh, ..PlanOptions::default() };
    tokio::select! {
        biased;
        () = died.notified() => {}
        // It may as well fail: the faults are still about.
        _ = up(&mut session, program(nodes), &options) => {}
    }
    let mut store = session.into_store().or_else(|| lab.home.lock().unwrap().take()).unwrap();
    let stack = store.stack(STACK).unwrap().unwrap().id;
    store.break_lease(stack, lab.clock.now()).unwrap();
    lab.store = Some(store);
    lab.settings.observer = None;
    lab.cloud.watch(None);
}

/// Recovers, plans, and does exactly that.
async fn settle(session: &mut Session, nodes: &[Node]) -> Result<(), TestCaseError> {
    let options = PlanOptions { refresh: true, ..PlanOptions::default() };
    let wrong = |what: &str, problem: &dyn std::fmt::Debug| TestCaseError::fail(format!("{what}: {problem:#?}"));
    session.lock(&request("up")).await.map_err(|e| wrong("lock", &e))?;
    session.recover().await.map_err(|e| wrong("recovery", &e))?;
    let preview = session.plan(program(nodes), &options).await.map_err(|e| wrong("preview", &e))?.view();
    let plan = session.plan(program(nodes), &options).await.map_err(|e| wrong("plan", &e))?;
    prop_assert_eq!(preview.summary, plan.view().summary);
    let outcome = session.execute(plan).await.map_err(|e| wrong("execute", &e))?;
    prop_assert!(outcome.succeeded(), "{:#?}", outcome.failures);
    prop_assert_eq!(preview.summary, outcome.done, "what was done is what was planned");
    session.finish(&[], false).map_err(|e| wrong("finish", &e))
}

async fn play(case: &Case) -> Result<(), TestCaseError> {
    let mut lab = Lab::new(1);
    lab.settings.parallel = case.parallel;
    lab.settings.continue_on_error = case.parallel == 2;
    let (lag, creating, deleting) = case.slowness;
    lab.cloud.lag(Duration::from_secs(lag));
    lab.cloud.create_takes(Duration::from_secs(creating));
    lab.cloud.delete_takes(Duration::from_secs(deleting));
    let (before, after) = (nodes(case, &case.before), nodes(case, &case.after));
    let mut session = lab.session();
    settle(&mut session, &before).await?;
    lab.store = session.into_store();
    for (index, how) in &case.meddling {
        let name = format!("n{index}");
        let row = lab.snapshot().resources.into_iter().find(|row| row.urn.name() == name);
        let Some(id) = row.and_then(|row| row.id) else { continue };
        match how {
            0 => lab.cloud.remove(&id),
            1 => lab.cloud.change(&id, "size", v("9")),
            _ => lab.cloud.change(&id, "zone", "theirs".into()),
        }
    }
    for (call, skip, times, number) in &case.faults {
        lab.cloud.script(Script {
            call: *call,
            about: String::new(),
            after: *skip,
            times: *times,
            fate: fate(*number),
        });
    }
    for kill in &case.kills {
        killed(&mut lab, *kill, &after, kill % 2 == 0).await;
    }
    killed(&mut lab, usize::MAX, &after, false).await;
    lab.cloud.clear_script();
    let mut session = lab.session();
    settle(&mut session, &after).await?;
    lab.store = session.into_store();
    lab.check();
    let plan = lab.plan(program(&after), &PlanOptions { refresh: true, ..PlanOptions::default() }).await;
    let plan = plan.map_err(|problems| TestCaseError::fail(format!("{problems:#?}")))?;
    prop_assert!(plan.is_empty(), "the next plan is not empty: {:#?}", plan.view());
    let outcome = lab.try_down(&PlanOptions::default()).await;
    prop_assert!(outcome.as_ref().is_ok_and(farsight_engine::Outcome::succeeded), "down: {outcome:#?}");
    prop_assert!(lab.cloud.objects().is_empty(), "{:#?}", lab.cloud.objects());
    prop_assert!(lab.names().is_empty());
    Ok(())
}

fn number(name: &str, usual: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

/// Protects everything at once.
#[test]
fn everything_comes_together() {
    let seed = number("FARSIGHT_SEED", 20_261_123);
    let config = Config {
        cases: number("FARSIGHT_CASES", 300) as u32,
        max_shrink_iters: 2_000,
        failure_persistence: None,
        ..Config::default()
    };
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes));
    let result = runner.run(&case(), |case| {
        let verdict = Arc::new(Mutex::new(Ok(())));
        let told = verdict.clone();
        virtual_time(async move { *told.lock().unwrap() = play(&case).await });
        Arc::try_unwrap(verdict).unwrap().into_inner().unwrap()
    });
    match result {
        Ok(()) => {}
        Err(TestError::Fail(reason, case)) => panic!("FARSIGHT_SEED={seed}: {reason}\n{case:#?}"),
        Err(TestError::Abort(reason)) => panic!("FARSIGHT_SEED={seed}: {reason}"),
    }
}
