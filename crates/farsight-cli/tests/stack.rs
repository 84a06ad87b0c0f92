//! `farsight stack`

mod common;

use common::Space;
use insta::assert_snapshot;

#[test]
fn a_stack_is_made_selected_and_removed() {
    let space = Space::new();
    assert_snapshot!(space.run(&["stack", "ls"]), @r"
    exit 0
    --- stderr
    there are no stacks yet; the first `farsight up` makes stack `dev`
    ");
    assert_snapshot!(space.run(&["stack", "init", "prod"]), @r"
    exit 0
    --- stderr
    note: secrets are encrypted with the new key file `[HOME]/key`; keep a copy, without it they cannot be read (or set FARSIGHT_PASSPHRASE before making a stack)
    made stack `prod` and selected it
    ");
    assert_snapshot!(space.run(&["stack", "init", "prod"]), @r"
    exit 2
    --- stderr
    error[C0104]: stack `prod` exists already: choose another name, or select it with `-s prod`

    for more, see `farsight explain C0104`
    ");
    space.ok(&["stack", "init", "staging", "--no-select"]);
    assert_snapshot!(space.run(&["stack", "ls"]), @r"
    exit 0
    --- stdout
    NAME     RESOURCES  CLOUD  LAST UPDATE
    prod*    0                 never
    staging  0                 never
    ");
    assert_snapshot!(space.run(&["stack", "select", "staging"]), @r"
    exit 0
    --- stderr
    selected stack `staging`
    ");
    assert_snapshot!(space.run(&["stack", "select", "prd"]), @r"
    exit 2
    --- stderr
    error[C0103]: there is no stack `prd`
      = note: stacks: `prod`, `staging`
      = help: did you mean `-s prod`?

    for more, see `farsight explain C0103`
    ");
    assert_snapshot!(space.run(&["stack", "rm"]), @r"
    exit 2
    --- stderr
    error[C0110]: there is no terminal to ask on: remove stack `staging` and its history?
      = note: nothing was changed
      = help: give `--yes` to answer yes beforehand

    for more, see `farsight explain C0110`
    ");
    space.write("Farsight.staging.toml", "");
    assert_snapshot!(space.run(&["stack", "rm", "--yes"]), @r"
    exit 0
    --- stderr
    removed stack `staging`
    its configuration `Farsight.staging.toml` stays; remove it yourself if it is of no use
    ");
    assert_snapshot!(space.run(&["stack", "ls"]), @r"
    exit 0
    --- stdout
    NAME  RESOURCES  CLOUD  LAST UPDATE
    prod  0                 never
    ");
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
    assert_snapshot!(space.run(&["stack", "init", "my stack"]), @r"
    exit 2
    --- stderr
    error[C0109]: `my stack` is no name for a stack
      = help: use up to 100 letters, digits, `-`, `_` and `.`, beginning with a letter, a digit or `_`

    for more, see `farsight explain C0109`
    ");
    assert_snapshot!(space.run(&["-s", "../x", "stack", "output"]), @r"
    exit 2
    --- stderr
    error[C0109]: `../x` is no name for a stack
      = help: use up to 100 letters, digits, `-`, `_` and `.`, beginning with a letter, a digit or `_`

    for more, see `farsight explain C0109`
    ");
}

#[test]
fn outputs_hide_secrets() {
    let space = Space::with_resources();
    assert_snapshot!(space.run(&["stack", "output"]), @r#"
    exit 0
    --- stdout
    OUTPUT    VALUE
    password  [secret]
    vpcId     vpc-1
    zones     ["a","b"]
    "#);
    assert_snapshot!(space.run(&["stack", "output", "--json"]), @r#"
    exit 0
    --- stdout
    {
      "password": "[secret]",
      "vpcId": "vpc-1",
      "zones": [
        "a",
        "b"
      ]
    }
    "#);
    assert_snapshot!(space.run(&["stack", "output", "--json", "--show-secrets"]), @r#"
    exit 0
    --- stdout
    {
      "password": "hunter2",
      "vpcId": "vpc-1",
      "zones": [
        "a",
        "b"
      ]
    }
    "#);
    assert_snapshot!(space.run(&["stack", "output", "vpcId"]), @r"
    exit 0
    --- stdout
    vpc-1
    ");
    assert_snapshot!(space.run(&["stack", "output", "vpcid"]), @r"
    exit 2
    --- stderr
    error[C0109]: stack `dev` has no output `vpcid`
      = note: outputs: `password`, `vpcId`, `zones`
      = help: did you mean `vpcId`?

    for more, see `farsight explain C0109`
    ");
    assert_snapshot!(space.run(&["stack", "output", "password", "--json"]), @r#"
    exit 0
    --- stdout
    "[secret]"
    "#);
}

#[test]
fn history_tells_what_happened() {
    let space = Space::with_resources();
    assert_snapshot!(space.run(&["stack", "history"]), @r"
    exit 0
    --- stdout
    #  COMMAND  RESULT     STARTED               TOOK    CHANGES   BY        MESSAGE
    1  up       succeeded  2026-01-01 00:00:00Z  1m 05s  3 create  ann@desk  first
    ");
    assert_snapshot!(space.run(&["stack", "history", "--json"]), @r#"
    exit 0
    --- stdout
    [
      {
        "id": 1,
        "kind": "up",
        "command": "farsight up",
        "user": "ann",
        "host": "desk",
        "message": "first",
        "version": "0.1.0",
        "startedAt": 1767225600000,
        "result": "succeeded",
        "counts": {
          "create": 3,
          "same": 0
        },
        "endedAt": 1767225665000
      }
    ]
    "#);
}

#[test]
fn a_stack_with_resources_stays() {
    let space = Space::with_resources();
    assert_snapshot!(space.run(&["stack", "rm", "dev", "--yes"]), @r"
    exit 2
    --- stderr
    error[C0105]: the stack still has 3 resources and 0 unsettled operations: run `farsight down` first

    for more, see `farsight explain C0105`
    ");
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
    assert_snapshot!(space.shown(command.env("FARSIGHT_PASSPHRASE", "wrong")), @r"
    exit 2
    --- stderr
    error[S0108]: the secrets of this stack are protected by a key file: unset `FARSIGHT_PASSPHRASE` and `FARSIGHT_PASSPHRASE_FILE`

    for more, see `farsight explain S0108`
    ");
    std::fs::remove_file(space.home().join("key")).unwrap();
    assert_snapshot!(space.run(&["stack", "output", "--show-secrets"]), @r"
    exit 2
    --- stderr
    error[S0108]: key file `[HOME]/key` is missing, and the secrets of this stack cannot be read without it: restore it from where the stack was made, or say where it is with `FARSIGHT_HOME`

    for more, see `farsight explain S0108`
    ");
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
    assert_snapshot!(space.shown(command.env("FARSIGHT_PASSPHRASE_FILE", space.path("passphrase"))), @r"
    exit 0
    --- stdout
    hunter2
    ");
    let mut command = space.command(&["config", "get", "pw", "--show-secrets"]);
    assert_snapshot!(space.shown(command.env("FARSIGHT_PASSPHRASE", "battery staple")), @r"
    exit 2
    --- stderr
    error[S0108]: the passphrase opens no secret of this stack: check `FARSIGHT_PASSPHRASE`

    for more, see `farsight explain S0108`
    ");
    assert_snapshot!(space.run(&["config", "get", "pw", "--show-secrets"]), @r"
    exit 2
    --- stderr
    error[S0108]: the secrets of this stack are protected by a passphrase: set `FARSIGHT_PASSPHRASE` or `FARSIGHT_PASSPHRASE_FILE`

    for more, see `farsight explain S0108`
    ");
}

#[test]
fn stacks_have_tags() {
    let space = Space::with_resources();
    assert_snapshot!(space.run(&["stack", "tag", "ls"]), @r"
    exit 0
    --- stderr
    stack `dev` has no tags
    ");
    space.ok(&["stack", "tag", "set", "owner", "shop team"]);
    space.ok(&["stack", "tag", "set", "owner", "web team"]);
    space.ok(&["stack", "tag", "set", "cost-center", "7"]);
    assert_eq!(
        space.json(&["stack", "tag", "ls", "--json"]),
        serde_json::json!({ "cost-center": "7", "owner": "web team" })
    );
    assert_eq!(space.ok(&["stack", "tag", "get", "owner"]), "web team\n");
    assert_snapshot!(space.run(&["stack", "tag", "rm", "ownr"]), @r"
    exit 2
    --- stderr
    error[C0109]: stack `dev` has no tag `ownr`
      = help: did you mean `owner`?

    for more, see `farsight explain C0109`
    ");
    space.ok(&["stack", "tag", "rm", "owner"]);
    assert_eq!(space.json(&["stack", "tag", "ls", "--json"]), serde_json::json!({ "cost-center": "7" }));
    // Tags go with the stack.
    let document = space.ok(&["state", "export"]);
    assert!(document.contains("\"cost-center\": \"7\""), "{document}");
}

/// Protects a stack that gets another name: everything in it follows, secrets open as before, and nothing else is changed.
#[test]
fn a_stack_is_renamed_with_all_that_is_in_it() {
    let space = Space::with_resources();
    space.ok(&["config", "set", "--secret", "pw", "s3cret-in-config"]);
    space.ok(&["config", "set", "zones", "2"]);
    space.ok(&["stack", "init", "other", "--no-select"]);
    assert_snapshot!(space.run(&["stack", "rename", "other"]), @r"
    exit 2
    --- stderr
    error[C0104]: there is a stack `other` already
      = note: nothing was changed

    for more, see `farsight explain C0104`
    ");
    assert_snapshot!(space.run(&["-s", "dev", "stack", "rename", "live"]), @r"
    exit 0
    --- stderr
    stack `dev` is `live` now, and selected
    ");
    let urns: Vec<String> = space
        .json(&["state", "ls", "--json"])
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["urn"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(urns.len(), 3);
    assert!(urns.iter().all(|urn| urn.starts_with("urn:farsight:live::shop::")), "{urns:?}");
    let subnet = space.json(&["state", "show", "public-0", "--json", "--show-secrets"]);
    assert_eq!(subnet["inputs"]["note"], "hunter2");
    assert_eq!(subnet["dependencies"][0], "urn:farsight:live::shop::app:index:Network$aws:ec2/vpc:Vpc::main");
    assert_eq!(space.json(&["stack", "output", "--json", "--show-secrets"])["password"], "hunter2");
    assert_eq!(space.ok(&["config", "get", "pw", "--show-secrets"]), "s3cret-in-config\n");
    assert_eq!(space.ok(&["config", "get", "zones"]), "2\n");
    assert!(!space.path("Farsight.dev.toml").exists());
    space.ok(&["state", "verify"]);
    assert_eq!(space.run(&["-s", "dev", "state", "ls"]).lines().next(), Some("exit 2"));
}
