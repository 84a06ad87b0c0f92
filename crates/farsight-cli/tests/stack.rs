//! `farsight stack`

mod common;

use common::Space;
use insta::assert_snapshot;

#[test]
fn a_stack_is_made_selected_and_removed() {
    let space = Space::new();
    assert_snapshot!(space.run(&["stack", "ls"]), @"");
    assert_snapshot!(space.run(&["stack", "init", "prod"]), @"");
    assert_snapshot!(space.run(&["stack", "init", "prod"]), @"");
    space.ok(&["stack", "init", "staging", "--no-select"]);
    assert_snapshot!(space.run(&["stack", "ls"]), @"");
    assert_snapshot!(space.run(&["stack", "select", "staging"]), @"");
    assert_snapshot!(space.run(&["stack", "select", "prd"]), @"");
    assert_snapshot!(space.run(&["stack", "rm"]), @"");
    space.write("Farsight.staging.toml", "");
    assert_snapshot!(space.run(&["stack", "rm", "--yes"]), @"");
    assert_snapshot!(space.run(&["stack", "ls"]), @"");
}

#[test]
fn the_key_file_is_only_for_its_owner() {
    use std::os::unix::fs::PermissionsExt;
    let space = Space::new();
    space.ok(&["stack", "init", "dev"]);
    let mode = |path: std::path::PathBuf| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(space.home().join("key")), mode(space.state())), (0o600, 0o600));
}

#[test]
fn names_are_checked() {
    let space = Space::new();
    assert_snapshot!(space.run(&["stack", "init", "my stack"]), @"");
    assert_snapshot!(space.run(&["-s", "../x", "stack", "output"]), @"");
}

#[test]
fn outputs_hide_secrets() {
    let space = Space::with_resources();
    assert_snapshot!(space.run(&["stack", "output"]), @"");
    assert_snapshot!(space.run(&["stack", "output", "--json"]), @"");
    assert_snapshot!(space.run(&["stack", "output", "--json", "--show-secrets"]), @"");
    assert_snapshot!(space.run(&["stack", "output", "vpcId"]), @"");
    assert_snapshot!(space.run(&["stack", "output", "vpcid"]), @"");
    assert_snapshot!(space.run(&["stack", "output", "password", "--json"]), @"");
}

#[test]
fn history_tells_what_happened() {
    let space = Space::with_resources();
    assert_snapshot!(space.run(&["stack", "history"]), @"");
    assert_snapshot!(space.run(&["stack", "history", "--json"]), @"");
}

#[test]
fn a_stack_with_resources_stays() {
    let space = Space::with_resources();
    assert_snapshot!(space.run(&["stack", "rm", "dev", "--yes"]), @"");
}

#[test]
fn a_missing_stack_names_what_there_is() {
    let space = Space::with_resources();
    for command in [&["preview"][..], &["up", "--yes"], &["refresh", "--yes"], &["down", "--yes"], &["drift"]] {
        let args: Vec<&str> = command.iter().copied().chain(["-s", "dve"]).collect();
        let shown = space.run(&args);
        assert!(shown.starts_with("exit 2\n") && shown.contains("error[C0103]: there is no stack `dve`"), "{shown}");
        assert!(shown.contains("stacks: `dev`") && shown.contains("did you mean `-s dev`?"), "{shown}");
    }
    assert!(!space.path("Farsight.dve.toml").exists());
}

#[test]
fn a_wrong_key_changes_nothing() {
    let space = Space::with_resources();
    let before = std::fs::read(space.state()).unwrap();
    let mut command = space.command(&["stack", "output", "--show-secrets"]);
    assert_snapshot!(space.shown(command.env("FARSIGHT_PASSPHRASE", "wrong")), @"");
    std::fs::remove_file(space.home().join("key")).unwrap();
    assert_snapshot!(space.run(&["stack", "output", "--show-secrets"]), @"");
    assert!(!space.home().join("key").exists());
    assert_eq!(std::fs::read(space.state()).unwrap(), before);
}

#[test]
fn a_passphrase_protects_a_stack() {
    let space = Space::new();
    space.command(&["stack", "init", "dev"]).env("FARSIGHT_PASSPHRASE", "correct horse").assert().success();
    assert!(!space.home().join("key").exists());
    let mut command = space.command(&["config", "set", "--secret", "pw"]);
    command.env("FARSIGHT_PASSPHRASE", "correct horse").write_stdin("hunter2\n").assert().success();
    space.write("passphrase", "correct horse\n");
    let mut command = space.command(&["config", "get", "pw", "--show-secrets"]);
    assert_snapshot!(space.shown(command.env("FARSIGHT_PASSPHRASE_FILE", space.path("passphrase"))), @"");
    let mut command = space.command(&["config", "get", "pw", "--show-secrets"]);
    assert_snapshot!(space.shown(command.env("FARSIGHT_PASSPHRASE", "battery staple")), @"");
    assert_snapshot!(space.run(&["config", "get", "pw", "--show-secrets"]), @"");
}
