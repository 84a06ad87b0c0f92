//! `farsight config`

mod common;

use common::Space;
use insta::assert_snapshot;

#[test]
fn values_are_set_listed_and_removed() {
    let space = Space::new();
    assert_snapshot!(space.run(&["config", "ls"]), @"");
    assert_snapshot!(space.run(&["config", "set", "vpc_cidr", "10.0.0.0/16"]), @"");
    assert_snapshot!(space.run(&["config", "get", "vpc_cidr"]), @"");
    assert_snapshot!(space.run(&["config", "get", "vpc_cird"]), @"");
    assert_snapshot!(space.run(&["config", "ls", "--json"]), @"");
    assert_snapshot!(space.run(&["config", "rm", "vpc_cidr"]), @"");
    assert_snapshot!(space.run(&["config", "rm", "vpc_cidr"]), @"");
}

#[test]
fn the_rest_of_the_file_stays_as_written() {
    let space = Space::new();
    space.write("Farsight.dev.toml", "# ours\n[config]\n# how many\nzones = 2   # two\n\"aws:default_tags\" = { Team = \"x\" }\n");
    space.ok(&["config", "set", "vpc_cidr", "10.0.0.0/16"]);
    space.ok(&["config", "set", "aws:region", "eu-central-1"]);
    assert_snapshot!(space.read("Farsight.dev.toml"), @"");
    assert_snapshot!(space.run(&["config", "ls"]), @"");
}

#[test]
fn secrets_are_never_seen() {
    let space = Space::new();
    let mut command = space.command(&["config", "set", "--secret", "db_password"]);
    assert_snapshot!(space.shown(command.write_stdin("hunter2\n")), @"");
    assert!(!space.read("Farsight.dev.toml").contains("hunter2"));
    assert_snapshot!(space.run(&["config", "ls"]), @"");
    assert_snapshot!(space.run(&["config", "get", "db_password"]), @"");
    assert_snapshot!(space.run(&["config", "get", "db_password", "--show-secrets"]), @"");
    assert_snapshot!(space.run(&["config", "set", "db_password", "clear"]), @"");
}

#[test]
fn a_secret_opens_only_under_its_own_key() {
    let space = Space::new();
    space.ok(&["config", "set", "--secret", "one", "hunter2"]);
    let moved = space.read("Farsight.dev.toml").replace("one =", "other =");
    space.write("Farsight.dev.toml", &moved);
    assert_snapshot!(space.run(&["config", "get", "other", "--show-secrets"]), @"");
}

#[test]
fn provider_keys_are_checked() {
    let space = Space::new();
    assert_snapshot!(space.run(&["config", "set", "aws:regoin", "us-east-1"]), @"");
    assert!(!space.path("Farsight.dev.toml").exists());
}

#[test]
fn a_stack_that_does_not_exist_gets_no_file() {
    let space = Space::new();
    assert_snapshot!(space.run(&["-s", "prod", "config", "set", "a", "b"]), @"");
    assert!(!space.path("Farsight.prod.toml").exists());
}

#[test]
fn failures_are_json_for_scripts() {
    let space = Space::new();
    assert_snapshot!(space.run(&["config", "get", "nothing", "--json"]), @"");
}
