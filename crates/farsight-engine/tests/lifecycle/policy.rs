//! The program's own checks of a plan.

use crate::common::*;
use farsight_engine::{Callbacks, Declared, PlanOptions};
use farsight_model::{Location, Value};
use farsight_protocol::{PolicyDeclaration, PolicyLevel};
use farsight_provider::BoxFuture;
use farsight_provider::fake::TAGGED;
use std::sync::{Arc, Mutex};

type Check = Box<dyn Fn(&[Value]) -> Result<Vec<(Option<String>, String)>, String> + Send + Sync>;

/// The closures of policies, by number, and what they were asked.
#[derive(Default)]
struct Program {
    checks: Vec<Check>,
    asked: Mutex<Vec<Value>>,
}

impl Callbacks for Program {
    fn call<'a>(&'a self, callback: u64, input: &'a Value) -> BoxFuture<'a, Result<Value, String>> {
        Box::pin(async move {
            let resources = input.as_list().unwrap_or_default();
            self.asked.lock().unwrap().extend(resources.iter().cloned());
            let found = self.checks[usize::try_from(callback).unwrap()](resources)?;
            Ok(Value::List(
                found
                    .into_iter()
                    .map(|(urn, message)| {
                        Value::map([
                            ("urn", urn.map_or(Value::Null, Value::String)),
                            ("message", Value::String(message)),
                        ])
                    })
                    .collect(),
            ))
        })
    }
}

fn declared(nodes: &[Node], policies: Vec<(&str, PolicyLevel, bool, Check)>) -> (Declared, Arc<Program>) {
    let mut declared = program(nodes);
    let mut checks = Vec::new();
    for (number, (name, level, whole, check)) in policies.into_iter().enumerate() {
        let location = Location { file: "src/main.rs".into(), line: 100 + number as u32, column: 1 };
        let callback = number as u64;
        declared.policies.push(PolicyDeclaration { name: name.into(), level, whole, callback, location });
        checks.push(check);
    }
    let program = Arc::new(Program { checks, ..Program::default() });
    declared.callbacks = Some(program.clone());
    (declared, program)
}

/// Every resource whose note is `bad`.
fn no_bad_notes() -> Check {
    Box::new(|resources| {
        let bad = resources.iter().filter(|one| {
            one.get("inputs").and_then(|inputs| inputs.get("note")).and_then(Value::as_str) == Some("bad")
        });
        let urn = |one: &Value| one.get("urn").and_then(Value::as_str).map(str::to_owned);
        Ok(bad.map(|one| (urn(one), "its note is bad".to_owned())).collect())
    })
}

fn about_the_plan() -> Check {
    Box::new(|resources| Ok(vec![(None, format!("{} resources", resources.len()))]))
}

/// Protects what policies are for: nothing runs, everything that is wrong is said at once, with lines and names.
#[test]
fn mandatory_policies_stop_the_run_and_advisory_ones_warn() {
    virtual_time(async {
        let mut lab = Lab::new(1);
        let nodes = [plain("a", r#"{"note":"bad"}"#), plain("b", "{}"), plain("c", r#"{"note":"bad"}"#)];
        let policies = || {
            vec![
                ("no-bad-notes", PolicyLevel::Mandatory, false, no_bad_notes()),
                ("count", PolicyLevel::Advisory, true, about_the_plan()),
            ]
        };
        let plan = lab.plan(declared(&nodes, policies()).0, &PlanOptions::default()).await.unwrap();
        let view = plan.view();
        assert_eq!(view.summary.create, 3, "the plan is shown all the same");
        let lines: Vec<u32> = view.violations.iter().map(|one| one.location.as_ref().unwrap().line).collect();
        assert_eq!(lines, [1, 3]);
        assert!(view.violations.iter().all(|one| one.code == "E0301" && one.message.contains("`no-bad-notes`")));
        assert!(view.violations[0].notes.iter().any(|note| note.contains("src/main.rs:100")));
        assert_eq!(view.warnings.len(), 1);
        assert_eq!(view.warnings[0].message, "policy `count`: 3 resources");
        let problems = lab.try_up(declared(&nodes, policies()).0, &PlanOptions::default()).await.unwrap_err();
        assert_eq!(problems.len(), 2);
        assert!(lab.names().is_empty() && lab.cloud.objects().is_empty());
        let good = [plain("a", "{}")];
        let outcome = lab.try_up(declared(&good, policies()).0, &PlanOptions::default()).await.unwrap();
        assert!(outcome.succeeded());
    });
}

/// Protects what policies see: what is planned and not what is there, unknown parts unknown, secrets marked and never in
/// a message, deletes with what goes.
#[test]
fn policies_see_the_plan() {
    virtual_time(async {
        let mut lab = Lab::new(2);
        lab.up(&[plain("a", r#"{"note":"old"}"#), plain("gone", r#"{"note":"bad"}"#), plain("same", "{}")]).await;
        let tell: Check = Box::new(|resources| {
            let secret = resources.iter().find_map(|one| one.get("inputs").and_then(|inputs| inputs.get("secret")));
            Ok(vec![(None, format!("it is {}", secret.and_then(Value::as_str).unwrap_or("not there")))])
        });
        let nodes = [
            plain("a", r#"{"note":"new"}"#).set("secret", Value::secret("hunter2".into())),
            plain("same", "{}"),
            plain("new", "{}").set("note", output(TAGGED, "newer", "id")),
            plain("newer", "{}"),
        ];
        let policies = vec![
            ("no-bad-notes", PolicyLevel::Mandatory, false, no_bad_notes()),
            ("talkative", PolicyLevel::Advisory, true, tell),
        ];
        let (declared, program) = declared(&nodes, policies);
        let view = lab.plan(declared, &PlanOptions::default()).await.unwrap().view();
        assert_eq!(view.violations.len(), 1);
        assert_eq!(view.violations[0].urn, Some(urn(TAGGED, "gone")));
        assert_eq!(view.warnings[0].message, "policy `talkative`: it is [secret]");
        let asked = program.asked.lock().unwrap();
        let mut ops: Vec<String> = asked
            .iter()
            .take(asked.len() / 2)
            .map(|one| {
                let text = |name: &str| one.get(name).and_then(Value::as_str).unwrap();
                format!("{} {}", text("op"), text("urn").rsplit("::").next().unwrap())
            })
            .collect();
        ops.sort();
        assert_eq!(ops, ["create new", "create newer", "delete gone", "same same", "update a"]);
        let new = asked.iter().find(|one| one.get("urn").and_then(Value::as_str).unwrap().ends_with("::new")).unwrap();
        assert_eq!(new.get("inputs").unwrap().get("note"), Some(&Value::Unknown));
    });
}

/// Protects against policies that are not asked: one that fails is an error, whatever its level.
#[test]
fn a_policy_that_fails_stops_the_run() {
    virtual_time(async {
        let mut lab = Lab::new(3);
        let fails: Check = Box::new(|_| Err("src/main.rs:7:5: the closure panicked: oh".into()));
        let policies = vec![("broken", PolicyLevel::Advisory, false, fails)];
        let problems =
            lab.try_up(declared(&[plain("a", "{}")], policies).0, &PlanOptions::default()).await.unwrap_err();
        assert_eq!(problems[0].code, "E0210");
        assert!(problems[0].message.contains("policy `broken`"));
        assert!(lab.cloud.objects().is_empty());
    });
}
