//! `docs/schemas`: what the binary prints is what is published, no more and no less.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests, which clippy does not see")]

mod common;

use common::declared::{Shop, group, group_after};
use common::repository;
use serde_json::{Value, json};
use std::io::Write;
use std::process::{Command, Stdio};

/// Documents, each with the name of its schema.
#[derive(Default)]
struct Documents(Vec<Value>);

impl Documents {
    #[allow(clippy::needless_pass_by_value, reason = "values are made in place")]
    fn add(&mut self, schema: &str, value: Value) {
        self.0.push(json!({"schema": schema, "value": value}));
    }

    /// Asks `tests/check_schemas.py`, which runs in the sandbox's environment: it has a validator of draft 2020-12.
    fn check(&self) -> (bool, String) {
        farsight_sandbox::shared().unwrap();
        let venv = std::env::var_os("FARSIGHT_SANDBOX_VENV")
            .map_or_else(|| farsight_sandbox::default_home().unwrap().join("sandbox/venv"), std::path::PathBuf::from);
        let mut child = Command::new(venv.join("bin/python"))
            .arg(repository().join("tests/check_schemas.py"))
            .arg(repository().join("docs/schemas"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = child.stdin.take().unwrap();
        for document in &self.0 {
            writeln!(lines, "{document}").unwrap();
        }
        drop(lines);
        let output = child.wait_with_output().unwrap();
        (output.status.success(), String::from_utf8(output.stdout).unwrap())
    }

    fn are_as_published(&self) {
        let (right, said) = self.check();
        assert!(right, "{said}");
        assert!(said.contains(&format!("{} documents checked, 0 wrong", self.0.len())), "{said}");
    }
}

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

/// Protects scripts: every answer of a stack's life has the published form, failures included.
#[test]
fn answers_are_as_published() {
    let mut documents = Documents::default();
    let shop = Shop::new();
    let secret =
        json!({"name": "s", "inputs": {"retentionInDays": 7, "tags": {"key": {"$farsight": "secret", "value": "x"}}}});
    let taken = json!({"name": "t", "inputs": {"name": "/schemas/taken"}});
    shop.declare("other", std::slice::from_ref(&taken));
    shop.exits(0, &["stack", "init", "other", "--no-select"]);
    shop.exits(0, &["up", "--yes", "-s", "other"]);
    shop.declare("dev", &[group("a", 7), group_after("b", 7, "a"), secret, taken]);
    documents.add("plan", shop.json(&["preview", "--json"]));
    documents.add("plan", shop.json(&["preview", "--json", "--stats"]));
    let up = ["up", "--yes", "--json", "--continue-on-error", "--events", "events.jsonl"];
    let failed = parsed(&shop.exits(1, &up));
    assert_eq!(failed["result"], "failed");
    documents.add("result", failed);
    let mut seen: Vec<String> = Vec::new();
    for line in shop.space.read("events.jsonl").lines() {
        let event = parsed(line);
        seen.push(event["event"].as_str().unwrap().to_owned());
        documents.add("event", event);
    }
    for kind in ["phase", "output", "started", "finished", "failed"] {
        assert!(seen.iter().any(|event| event == kind), "no `{kind}` in {seen:?}");
    }
    shop.declare(
        "dev",
        &[json!({"name": "a", "options": {"protect": true}, "inputs": {"retentionInDays": 14}}), group("c", 7)],
    );
    let plan = shop.json(&["preview", "--json"]);
    assert!(plan["summary"]["delete"] == 2 && plan["summary"]["update"] == 1, "{plan}");
    documents.add("plan", plan);
    documents.add("result", shop.json(&["up", "--yes", "--json", "--stats", "--verify"]));
    documents.add("checks", shop.json(&["verify", "--json"]));
    documents.add("resources", shop.json(&["state", "ls", "--json"]));
    documents.add("resource", shop.json(&["state", "show", "a", "--json"]));
    documents.add("outputs", shop.json(&["stack", "output", "--json"]));
    documents.add("drift", shop.json(&["drift", "--json", "--stats"]));
    documents.add("drift", shop.json(&["refresh", "--yes", "--json"])["drift"].clone());
    for args in
        [&["down", "--yes", "--json"][..], &["state", "show", "x", "--json"], &["up", "--json", "--yes", "-t", "x"]]
    {
        documents.add("error", parsed(&shop.exits(2, args)));
    }
    shop.exits(0, &["state", "unprotect", "a"]);
    documents.add("result", shop.json(&["down", "--yes", "--json"]));
    documents.are_as_published();
}

/// Protects scripts from kinds of events that no run of these tests brings about: the engine's own types are as published.
#[test]
fn every_kind_of_event_is_published() {
    use farsight_engine::{Code, Diagnostic, Event, StepOp, Verdict};
    let mut documents = Documents::default();
    let urn = common::urn("aws:ec2/vpc:Vpc", "main");
    let of = || (urn.clone(), StepOp::CreateReplacement);
    let location = farsight_model::Location { file: "src/main.rs".into(), line: 7, column: 1 };
    let path = farsight_model::PropertyPath::parse("tags.Name").unwrap();
    let diagnostic =
        Diagnostic::warning(Code::Refused, "x").about(&urn).property(&path).at(Some(&location)).note("n").help("h");
    let text = String::from("x");
    for event in [
        Event::Phase { name: text.clone(), total: None },
        Event::Phase { name: text.clone(), total: Some(1) },
        Event::Output { line: text.clone(), stderr: true },
        Event::Recovered { urn: urn.clone(), what: text.clone() },
        Event::Started { urn: of().0, op: of().1 },
        Event::Waiting { urn: of().0, op: of().1, reason: text.clone() },
        Event::Retrying { urn: of().0, op: of().1, reason: text.clone(), after: 1 },
        Event::Finished { urn: of().0, op: of().1, id: None, took: 1 },
        Event::Finished { urn: of().0, op: of().1, id: Some(text.clone()), took: 1 },
        Event::Failed { urn: of().0, op: of().1, diagnostic: diagnostic.clone() },
        Event::Skipped { urn: of().0, op: of().1, reason: text.clone() },
        Event::Checking { urn: urn.clone(), seen: text.clone() },
        Event::Checked { urn: urn.clone(), verdict: Verdict::Passed, seen: text.clone(), took: 1 },
        Event::Checked { urn: urn.clone(), verdict: Verdict::Failed, seen: text.clone(), took: 1 },
        Event::Checked { urn: urn.clone(), verdict: Verdict::TimedOut, seen: text.clone(), took: 1 },
        Event::Notice { diagnostic: diagnostic.clone() },
        Event::Cancelling { level: 2 },
    ] {
        documents.add("event", json!(event));
    }
    for op in [
        StepOp::Same,
        StepOp::Create,
        StepOp::Update,
        StepOp::Detach,
        StepOp::CreateReplacement,
        StepOp::DeleteReplaced,
        StepOp::Delete,
        StepOp::Import,
        StepOp::Forget,
        StepOp::Gone,
        StepOp::Refresh,
    ] {
        documents.add("event", json!(Event::Started { urn: urn.clone(), op }));
    }
    for code in Code::ALL {
        documents.add("diagnostic", json!(Diagnostic::error(*code, "x")));
    }
    documents.are_as_published();
    // The check itself can fail: on what is unheard of, on what is missing, on what is not published.
    for wrong in
        [json!({"event": "unheard-of"}), json!({"event": "phase"}), json!({"event": "cancelling", "level": 1, "x": 1})]
    {
        let mut documents = Documents::default();
        documents.add("event", wrong);
        assert!(!documents.check().0);
    }
}
