//! Programs that do not build, do not speak, or speak nonsense: each gets a precise error, an exit code from the table,
//! and changes nothing.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests, which clippy does not see")]

mod common;

use common::Space;

/// A program without dependencies, so that it builds in no time; it speaks the protocol by hand where it speaks at all.
fn project(main: &str) -> Space {
    let space = Space::new();
    space.write("Farsight.toml", "name = \"shop\"\n\n[program]\npatience = 2\n");
    let manifest = "[package]\nname = \"shop\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[workspace]\n";
    space.write("Cargo.toml", manifest);
    space.write("src/main.rs", &format!("{PRELUDE}\n{main}\n"));
    space
}

/// Talking to the engine with the standard library alone.
const PRELUDE: &str = r##"
#![allow(unused)]
use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;

fn connect() -> BufReader<UnixStream> {
    BufReader::new(UnixStream::connect(std::env::var("FARSIGHT_SOCKET").unwrap()).unwrap())
}

fn say(engine: &mut BufReader<UnixStream>, line: &str) {
    engine.get_mut().write_all(format!("{line}\n").as_bytes()).unwrap();
}

fn hear(engine: &mut BufReader<UnixStream>) -> String {
    let mut line = String::new();
    engine.read_line(&mut line).unwrap();
    line
}

fn greet() -> BufReader<UnixStream> {
    let mut engine = connect();
    say(&mut engine, r#"{"type":"hello","protocol":2,"version":"0.1.0"}"#);
    hear(&mut engine);
    engine
}

fn declare(engine: &mut BufReader<UnixStream>, name: &str, input: &str) {
    let urn = |name: &str| format!("urn:farsight:dev::shop::aws:ec2/vpc:Vpc::{name}");
    let value = if input.is_empty() {
        r#""10.0.0.0/16""#.to_owned()
    } else {
        format!(r#"{{"$farsight":"ref","urn":"{}","path":"cidrBlock"}}"#, urn(input))
    };
    say(engine, &format!(
        r#"{{"type":"declare","urn":"{}","token":"aws:ec2/vpc:Vpc","name":"{name}","custom":true,"parent":null,"inputs":{{"cidrBlock":{value}}},"options":{{}},"location":{{"file":"src/main.rs","line":7,"column":1}},"propertyLocations":{{}}}}"#,
        urn(name)
    ));
}
"##;

/// Runs `preview`, and checks the code, the exit code and a part of the message.
fn fails(main: &str, code: &str, exit: i32, says: &str) {
    let space = project(main);
    let output = space
        .command(&["preview"])
        .envs(farsight_sandbox::shared().unwrap().env())
        .env("RUSTUP_HOME", std::env::var_os("RUSTUP_HOME").unwrap_or_else(|| home(".rustup")))
        .env("CARGO_HOME", std::env::var_os("CARGO_HOME").unwrap_or_else(|| home(".cargo")))
        .output()
        .unwrap();
    let shown = String::from_utf8_lossy(&output.stderr);
    assert!(
        shown.contains(&format!("error[{code}]")) && shown.contains(says),
        "expected {code} and `{says}`:\n{shown}"
    );
    assert_eq!(output.status.code(), Some(exit), "{shown}");
    assert!(output.stdout.is_empty(), "nothing is data: {}", String::from_utf8_lossy(&output.stdout));
}

fn home(name: &str) -> std::ffi::OsString {
    std::path::Path::new(&std::env::var_os("HOME").unwrap()).join(name).into()
}

#[test]
fn that_does_not_build() {
    fails("fn main() { nonsense }", "C0201", 3, "cannot find value `nonsense`");
}

#[test]
fn that_exits_early() {
    fails("fn main() {}", "C0202", 3, "exit status: 0 before it had declared everything");
    fails(
        "fn main() { let mut e = greet(); declare(&mut e, \"a\", \"\"); }",
        "C0202",
        3,
        "before it had declared everything",
    );
}

#[test]
fn that_panics_by_itself() {
    fails("fn main() { panic!(\"no socket for me\") }", "C0202", 3, "no socket for me");
}

#[test]
fn that_speaks_another_version() {
    let main = "fn main() { let mut e = connect(); say(&mut e, r#\"{\"type\":\"hello\",\"protocol\":99,\"version\":\"9.0.0\"}\"#); hear(&mut e); }";
    fails(main, "C0204", 3, &format!("protocol 99), this farsight speaks protocol {}", farsight_protocol::VERSION));
}

#[test]
fn that_speaks_nonsense() {
    fails(
        "fn main() { let mut e = connect(); say(&mut e, \"hello there\"); hear(&mut e); }",
        "C0206",
        3,
        "does not speak the protocol",
    );
    fails(
        "fn main() { let mut e = greet(); say(&mut e, r#\"{\"type\":\"returned\",\"id\":1,\"result\":{\"Ok\":1}}\"#); hear(&mut e); }",
        "C0206",
        3,
        "out of turn",
    );
}

#[test]
fn that_hangs() {
    fails("fn main() { let mut e = greet(); hear(&mut e); }", "C0205", 3, "said nothing for 2 s and was stopped");
}

#[test]
fn that_declares_a_circle() {
    let main = "fn main() { let mut e = greet(); declare(&mut e, \"a\", \"b\"); declare(&mut e, \"b\", \"c\"); declare(&mut e, \"c\", \"a\"); say(&mut e, r#\"{\"type\":\"done\"}\"#); hear(&mut e); }";
    fails(main, "E0103", 2, "`a` -> `b` -> `c` -> `a`");
}

#[test]
fn that_declares_something_twice() {
    let main = "fn main() { let mut e = greet(); declare(&mut e, \"a\", \"\"); declare(&mut e, \"a\", \"\"); say(&mut e, r#\"{\"type\":\"done\"}\"#); hear(&mut e); }";
    fails(main, "E0102", 2, "two resources of type `aws:ec2:Vpc` have the name `a`");
}

#[test]
fn that_refers_to_nothing() {
    let main = "fn main() { let mut e = greet(); declare(&mut e, \"a\", \"gone\"); say(&mut e, r#\"{\"type\":\"done\"}\"#); hear(&mut e); }";
    fails(main, "E0105", 2, "which the program does not declare");
}

/// Protects scripts that read `--json`: what a program prints is talk, never data.
#[test]
fn that_prints_to_standard_output() {
    let main = "fn main() { println!(\"hello from the program\"); let mut e = greet(); declare(&mut e, \"a\", \"gone\"); say(&mut e, r#\"{\"type\":\"done\"}\"#); hear(&mut e); }";
    fails(main, "E0105", 2, "hello from the program");
}
