//! A project whose program declares what a file lists, so that a test changes the declaration without compiling anything.

use super::Space;
use assert_cmd::Command;
use serde_json::{Value, json};

/// The project `shop`, in the moto server that all tests of this process share.
pub struct Shop {
    pub space: Space,
}

/// The type of everything that it declares.
pub const TYPE: &str = "aws:cloudwatch/logGroup:LogGroup";

impl Shop {
    pub fn new() -> Self {
        let space = Space::new();
        let manifest = "[package]\nname = \"shop\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[workspace]\n";
        space.write("Cargo.toml", manifest);
        space.write("src/main.rs", &PROGRAM.replace("PROTOCOL", &farsight_protocol::VERSION.to_string()));
        space.write("declared.jsonl", "");
        Self { space }
    }

    /// What the program declares from now on, with an output for the first one.
    pub fn declare(&self, stack: &str, resources: &[Value]) {
        let mut lines: Vec<String> = resources.iter().map(|one| message(stack, one).to_string()).collect();
        if let Some(first) = resources.first() {
            let urn = urn(stack, first["name"].as_str().unwrap());
            let value = json!({"$farsight": "ref", "urn": urn, "path": "arn"});
            lines.push(json!({"type": "export", "name": "first", "value": value}).to_string());
        }
        self.space.write("declared.jsonl", &(lines.join("\n") + "\n"));
    }

    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = self.space.command(args);
        let of_user = |name: &str, directory: &str| {
            let home = std::path::PathBuf::from(std::env::var_os("HOME").unwrap());
            std::env::var_os(name).unwrap_or_else(|| home.join(directory).into())
        };
        command
            .env("RUSTUP_HOME", of_user("RUSTUP_HOME", ".rustup"))
            .env("CARGO_HOME", of_user("CARGO_HOME", ".cargo"));
        command.envs(farsight_sandbox::shared().unwrap().env());
        command
    }

    /// Runs a command; gives its exit code, its data and its talk.
    pub fn run(&self, args: &[&str]) -> (i32, String, String) {
        let output = self.command(args).output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
    }

    /// Runs a command that must end with this exit code, and gives its data.
    pub fn exits(&self, code: i32, args: &[&str]) -> String {
        let (exit, data, talk) = self.run(args);
        assert_eq!(exit, code, "{args:?}\n--- stdout\n{data}--- stderr\n{talk}");
        data
    }

    /// Runs a command that must succeed with a JSON answer.
    pub fn json(&self, args: &[&str]) -> Value {
        serde_json::from_str(&self.exits(0, args)).unwrap()
    }

    /// `op name` of every step that a preview shows.
    pub fn ops(&self, args: &[&str]) -> Vec<String> {
        ops(&self.json(&[&["preview", "--json"], args].concat()))
    }

    /// Names and ids of what is in state.
    pub fn ids(&self) -> Vec<(String, String)> {
        let all = self.json(&["state", "ls", "--json"]);
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let mut ids: Vec<_> =
            all.as_array().unwrap().iter().map(|row| (text(&row["name"]), text(&row["id"]))).collect();
        ids.sort();
        ids
    }

    pub fn names(&self) -> Vec<String> {
        self.ids().into_iter().map(|(name, _)| name).collect()
    }
}

/// `op name` of every step of a plan as JSON.
pub fn ops(plan: &Value) -> Vec<String> {
    let mut ops: Vec<String> = plan["steps"]
        .as_array()
        .unwrap()
        .iter()
        .map(|step| format!("{} {}", step["op"].as_str().unwrap(), step["name"].as_str().unwrap()))
        .collect();
    ops.sort();
    ops
}

/// A log group that keeps its events for so many days.
pub fn group(name: &str, days: u32) -> Value {
    json!({"name": name, "inputs": {"retentionInDays": days}})
}

/// The same with a tag that is the name of another one, which it so needs.
pub fn group_after(name: &str, days: u32, other: &str) -> Value {
    json!({"name": name, "after": other, "inputs": {"retentionInDays": days}})
}

fn urn(stack: &str, name: &str) -> String {
    format!("urn:farsight:{stack}::shop::{TYPE}::{name}")
}

fn message(stack: &str, one: &Value) -> Value {
    let name = one["name"].as_str().unwrap();
    let mut inputs = one["inputs"].clone();
    if let Some(other) = one["after"].as_str() {
        inputs["tags"] = json!({"after": {"$farsight": "ref", "urn": urn(stack, other), "path": "name"}});
    }
    json!({
        "type": "declare", "urn": urn(stack, name), "token": TYPE, "name": name, "custom": true, "parent": null,
        "inputs": inputs, "options": one.get("options").cloned().unwrap_or(json!({})),
        "location": {"file": "src/main.rs", "line": 1, "column": 1}, "propertyLocations": {},
    })
}

/// Speaks the protocol with the standard library alone, so that it builds in no time.
const PROGRAM: &str = r##"
use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;

fn main() {
    let socket = std::env::var("FARSIGHT_SOCKET").expect("run by farsight");
    let mut engine = BufReader::new(UnixStream::connect(socket).expect("the engine listens"));
    let mut say = |line: &str| engine.get_mut().write_all(format!("{line}\n").as_bytes()).expect("the engine listens");
    say(r#"{"type":"hello","protocol":PROTOCOL,"version":"0.1.0"}"#);
    for line in std::fs::read_to_string("declared.jsonl").expect("what to declare").lines() {
        say(line);
    }
    say(r#"{"type":"configUsed","keys":["size"]}"#);
    say(r#"{"type":"done"}"#);
    let mut line = String::new();
    while engine.read_line(&mut line).is_ok_and(|read| read > 0) {
        line.clear();
    }
}
"##;
