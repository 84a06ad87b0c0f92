//! Checks: asked in parallel, in virtual time, until they hold or their time is over.

use crate::common::*;
use farsight_engine::{Control, Engine, Event, Patterns, Session, Settings, Verdict, VerifyReport};
use farsight_model::{Schema, Value};
use farsight_provider::{
    BoxFuture, Clock, Cloud, ErasedHandler, Error, Fault, Provider, Registry, Result, Sight, VirtualClock,
};
use std::sync::{Arc, Mutex};
use std::time::Duration;

const CHECK: &str = "probe:check/state:State";

/// Answers by the check's argument `plan`: what is seen, and from which second on.
struct Probes {
    clock: Arc<VirtualClock>,
    began: i64,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Provider for Probes {
    fn package(&self) -> &'static str {
        "probe"
    }
    fn handler(&self, _: &str) -> Option<Arc<dyn ErasedHandler>> {
        None
    }
    fn tokens(&self) -> Vec<&'static str> {
        Vec::new()
    }
    fn invoke<'a>(&'a self, _: &'a str, _: &'a Value) -> BoxFuture<'a, Result<Value>> {
        Box::pin(async { Err(Error::new(Fault::Rejected, "no data")) })
    }
    fn cloud(&self) -> BoxFuture<'_, Result<Option<Cloud>>> {
        Box::pin(async { Ok(None) })
    }
    fn default_inputs(&self, _: &Schema, _: &mut Value) {}
    fn propagation(&self) -> Duration {
        Duration::ZERO
    }
    fn probe<'a>(&'a self, _: &'a str, args: &'a Value, _: Duration) -> BoxFuture<'a, Result<Sight>> {
        Box::pin(async move {
            let text = |name: &str| args.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
            self.asked.lock().unwrap().push(text("plan"));
            let second = (self.clock.now() - self.began) / 1000;
            match text("plan").as_str() {
                "at once" => Ok(Sight::Holds(format!("token {}", text("token")))),
                "later" if second < 20 => Ok(Sight::NotYet(format!("{} of 2", second / 10))),
                "later" => Ok(Sight::Holds("2 of 2".into())),
                "never" => Ok(Sight::Never("it is being deleted".into())),
                "denied" => Err(Error::new(Fault::Denied, format!("not allowed with {}", text("token")))),
                "busy" => Err(Error::new(Fault::Throttled, "slow down")),
                "hangs" => std::future::pending().await,
                other => panic!("no plan {other}"),
            }
        })
    }
}

fn check(name: &str, plan: &str, within: i64) -> Node {
    node(CHECK, name, "{}").set("plan", plan.into()).set("within", within.into())
}

struct Asked {
    report: VerifyReport,
    events: Vec<Event>,
    questions: Vec<String>,
    took: i64,
}

/// Puts checks into state with `up`, and asks them with a provider that knows them.
async fn verify(lab: &mut Lab, nodes: &[Node], targets: &[&str], within: Option<u64>) -> Asked {
    lab.up(nodes).await;
    let store = lab.store.take().unwrap();
    let stack = store.stack(STACK).unwrap().unwrap();
    let asked: Arc<Mutex<Vec<String>>> = Arc::default();
    let probes = Probes { clock: lab.clock.clone(), began: lab.clock.now(), asked: asked.clone() };
    let events: Arc<Mutex<Vec<Event>>> = Arc::default();
    let seen = events.clone();
    let engine = Engine {
        registry: Registry::new().with(Arc::new(probes)),
        clock: lab.clock.clone(),
        events: Arc::new(move |event| seen.lock().unwrap().push(event)),
        control: Control::new(),
    };
    let session = Session::open(engine, store, stack, keyring(), Settings::default());
    let targets: Vec<String> = targets.iter().map(ToString::to_string).collect();
    let began = lab.clock.now();
    let report = session.verify(&Patterns::parse(&targets).unwrap(), within.map(Duration::from_secs)).await.unwrap();
    let took = lab.clock.now() - began;
    lab.store = session.into_store();
    let (events, questions) = (events.lock().unwrap().clone(), asked.lock().unwrap().clone());
    Asked { report, events, questions, took }
}

fn verdicts(report: &VerifyReport) -> Vec<(&str, Verdict, &str, u64)> {
    report.checks.iter().map(|c| (c.name.as_str(), c.verdict, c.seen.as_str(), c.took / 1000)).collect()
}

#[test]
fn every_check_gets_its_verdict_and_all_are_asked_at_once() {
    virtual_time(async {
        let mut lab = Lab::new(1);
        let nodes = [
            check("now", "at once", 60),
            check("soon", "later", 60),
            check("late", "later", 15),
            check("gone", "never", 60),
            check("forbidden", "denied", 60),
            check("slow", "busy", 9),
            check("silent", "hangs", 30),
        ];
        let asked = verify(&mut lab, &nodes, &[], None).await;
        assert_eq!(
            verdicts(&asked.report),
            [
                ("now", Verdict::Passed, "token ", 0),
                ("soon", Verdict::Passed, "2 of 2", 21),
                ("late", Verdict::TimedOut, "1 of 2", 15),
                ("gone", Verdict::Failed, "it is being deleted", 0),
                ("forbidden", Verdict::Failed, "not allowed with ", 0),
                ("slow", Verdict::TimedOut, "slow down", 9),
                ("silent", Verdict::TimedOut, "no answer", 30),
            ]
        );
        assert_eq!((asked.report.passed, asked.report.failed, asked.report.timed_out), (2, 2, 3));
        assert!(!asked.report.holds());
        // No longer than the longest of them.
        assert_eq!(asked.took / 1000, 30);
        let seen: Vec<&str> = asked
            .events
            .iter()
            .filter_map(|event| match event {
                Event::Checking { urn, seen } if urn.name() == "soon" => Some(seen.as_str()),
                _ => None,
            })
            .collect();
        assert_eq!(seen, ["0 of 2", "1 of 2"], "only what changes is told");
        assert_eq!(asked.events.iter().filter(|event| matches!(event, Event::Checked { .. })).count(), 7);
    });
}

/// Protects CI: with no time at all a check is asked once, and its own time counts for nothing.
#[test]
fn without_time_every_check_is_asked_once() {
    virtual_time(async {
        let mut lab = Lab::new(2);
        let nodes = [check("now", "at once", 60), check("soon", "later", 600), check("silent", "hangs", 600)];
        let asked = verify(&mut lab, &nodes, &["now", "so*"], Some(0)).await;
        assert_eq!(
            verdicts(&asked.report),
            [("now", Verdict::Passed, "token ", 0), ("soon", Verdict::TimedOut, "0 of 2", 0)]
        );
        assert_eq!(asked.questions, ["at once", "later"]);
        let asked = verify(&mut lab, &nodes, &["silent"], Some(0)).await;
        assert_eq!(asked.took, 10_000, "even one that hangs ends");
    });
}

/// Protects secrets: whatever a service repeats of what it was asked.
#[test]
fn secrets_are_asked_in_clear_and_never_told() {
    virtual_time(async {
        let mut lab = Lab::new(3);
        let secret = |name: &str, plan: &str| check(name, plan, 60).set("token", Value::secret(Value::from("hunter2")));
        let asked = verify(&mut lab, &[secret("a", "at once"), secret("b", "denied")], &[], None).await;
        let seen: Vec<&str> = asked.report.checks.iter().map(|check| check.seen.as_str()).collect();
        assert_eq!(seen, ["token [secret]", "not allowed with [secret]"]);
        let text = serde_json::to_string(&(&asked.report, &asked.events)).unwrap();
        assert!(!text.contains("hunter2"), "{text}");
        let stored = format!("{:?}", lab.snapshot().resources);
        assert!(!stored.contains("hunter2"), "the state has it in clear");
    });
}

/// Protects `farsight verify` without the program: state has what checks refer to, also after a replacement, and a
/// check goes with its line.
#[test]
fn a_check_follows_what_it_refers_to() {
    virtual_time(async {
        let mut lab = Lab::new(4);
        let stack = |within: &str| {
            let main = keyed("main", "{}").set("key", within.into());
            let check = check("c", "at once", 60).set("token", main.part("id"));
            [main, check]
        };
        let first = verify(&mut lab, &stack("one"), &[], None).await.report.checks[0].seen.clone();
        assert_eq!(first, format!("token {}", lab.id(farsight_provider::fake::KEYED, "main")));
        let second = verify(&mut lab, &stack("two"), &[], None).await.report.checks[0].seen.clone();
        assert_eq!(second, format!("token {}", lab.id(farsight_provider::fake::KEYED, "main")));
        assert_ne!(first, second);
        let asked = verify(&mut lab, &stack("two")[..1], &[], None).await;
        assert_eq!(asked.report, VerifyReport::default());
        assert!(asked.report.holds());
    });
}

#[test]
fn a_check_that_nobody_knows_fails_and_says_so() {
    virtual_time(async {
        let mut lab = Lab::new(5);
        let stranger = node("other:check/state:State", "c", "{}");
        let asked = verify(&mut lab, &[stranger], &[], None).await;
        let seen = "no provider knows the check `other:check/state:State`";
        assert_eq!(verdicts(&asked.report), [("c", Verdict::Failed, seen, 0)]);
    });
}

/// Protects Ctrl-C: a check may have minutes left.
#[test]
fn asking_ends_when_it_is_told_to() {
    virtual_time(async {
        let mut lab = Lab::new(6);
        lab.up(&[check("silent", "hangs", 600)]).await;
        let session = lab.session();
        lab.control.cancel();
        let stopped = session.verify(&Patterns::default(), None).await.unwrap_err();
        assert_eq!(stopped[0].code, "E0209");
    });
}
