//! `explain`, `completions`, `version`, `new`, `sandbox status`

mod common;

use common::{Space, repository};
use insta::assert_snapshot;

#[test]
fn codes_are_explained() {
    let space = Space::without_project();
    assert_snapshot!(space.run(&["explain", "c0103"]), @"");
    assert_snapshot!(space.run(&["explain", "C0301"]), @"");
    let all = space.json(&["explain", "--json"]);
    assert_eq!(all.as_array().unwrap().len(), farsight_engine::Code::ALL.len());
    assert_eq!(space.json(&["explain", "X0001", "--json"])["exit"], 101);
}

#[test]
fn completions_know_the_commands() {
    let space = Space::without_project();
    for shell in ["bash", "zsh", "fish"] {
        assert!(space.ok(&["completions", shell]).contains("preview"), "{shell}");
    }
}

#[test]
fn versions() {
    let space = Space::without_project();
    assert_snapshot!(space.run(&["version"]), @"");
    assert_eq!(space.json(&["version", "--json"])["protocol"], farsight_protocol::VERSION);
}

#[test]
fn a_new_project_is_complete() {
    let space = Space::without_project();
    let repository = repository();
    assert_snapshot!(space.run(&["new", "hello", "--farsight", repository.to_str().unwrap()]), @"");
    let manifest = space.read("hello/Cargo.toml").replace(repository.to_str().unwrap(), "[FARSIGHT]");
    assert_snapshot!(manifest, @"");
    assert_snapshot!(space.read("hello/Farsight.toml"), @"");
    assert_snapshot!(space.run(&["-C", "hello", "stack", "ls"]), @"");
    assert_snapshot!(space.run(&["new", "hello"]), @"");
    assert_snapshot!(space.run(&["new", "9lives"]), @"");
    assert_snapshot!(space.run(&["new", "other", "--farsight", "nowhere"]), @"");
    assert!(!space.path("other").exists());
}

#[test]
fn the_sandbox_that_does_not_run() {
    let space = Space::without_project();
    assert_snapshot!(space.run(&["sandbox", "status"]), @"");
    assert_snapshot!(space.run(&["sandbox", "status", "--json"]), @"");
    assert_snapshot!(space.run(&["sandbox", "stop"]), @"");
}

#[test]
fn help_has_an_example_and_the_exit_codes() {
    let space = Space::without_project();
    assert_snapshot!(space.run(&["stack", "init", "--help"]), @"");
    assert!(space.ok(&["--help"]).contains("101 a bug in farsight"));
}
