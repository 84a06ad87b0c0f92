//! `farsight config`

mod common;

use common::Space;
use insta::assert_snapshot;

#[test]
fn values_are_set_listed_and_removed() {
    let space = Space::new();
    assert_snapshot!(space.run(&["config", "ls"]), @r"
    exit 0
    --- stderr
    stack `dev` has no configuration; set a key with `farsight config set KEY VALUE`
    ");
    assert_snapshot!(space.run(&["config", "set", "vpc_cidr", "10.0.0.0/16"]), @r"
    exit 0
    --- stderr
    set `vpc_cidr` in Farsight.dev.toml
    ");
    assert_snapshot!(space.run(&["config", "get", "vpc_cidr"]), @r"
    exit 0
    --- stdout
    10.0.0.0/16
    ");
    assert_snapshot!(space.run(&["config", "get", "vpc_cird"]), @r"
    exit 2
    --- stderr
    error[C0109]: `vpc_cird` is not set in Farsight.dev.toml
      = help: did you mean `vpc_cidr`?

    for more, see `farsight explain C0109`
    ");
    assert_snapshot!(space.run(&["config", "ls", "--json"]), @r#"
    exit 0
    --- stdout
    {
      "vpc_cidr": "10.0.0.0/16"
    }
    "#);
    assert_snapshot!(space.run(&["config", "rm", "vpc_cidr"]), @r"
    exit 0
    --- stderr
    removed `vpc_cidr` from Farsight.dev.toml
    ");
    assert_snapshot!(space.run(&["config", "rm", "vpc_cidr"]), @r"
    exit 2
    --- stderr
    error[C0109]: `vpc_cidr` is not set in Farsight.dev.toml
      = help: `farsight config ls` lists what is set

    for more, see `farsight explain C0109`
    ");
}

#[test]
fn the_rest_of_the_file_stays_as_written() {
    let space = Space::new();
    space.write(
        "Farsight.dev.toml",
        "# ours\n[config]\n# how many\nzones = 2   # two\n\"aws:default_tags\" = { Team = \"x\" }\n",
    );
    space.ok(&["config", "set", "vpc_cidr", "10.0.0.0/16"]);
    space.ok(&["config", "set", "aws:region", "eu-central-1"]);
    assert_snapshot!(space.read("Farsight.dev.toml"), @r#"
    # ours
    [config]
    # how many
    zones = 2   # two
    "aws:default_tags" = { Team = "x" }
    vpc_cidr = "10.0.0.0/16"
    "aws:region" = "eu-central-1"
    "#);
    assert_snapshot!(space.run(&["config", "ls"]), @r#"
    exit 0
    --- stdout
    KEY               VALUE
    aws:default_tags  {"Team":"x"}
    aws:region        eu-central-1
    vpc_cidr          10.0.0.0/16
    zones             2
    "#);
}

#[test]
fn secrets_are_never_seen() {
    let space = Space::new();
    let mut command = space.command(&["config", "set", "--secret", "db_password"]);
    assert_snapshot!(space.shown(command.write_stdin("hunter2\n")), @r"
    exit 0
    --- stderr
    note: secrets are encrypted with the new key file `[HOME]/key`; keep a copy, without it they cannot be read (or set FARSIGHT_PASSPHRASE before making a stack)
    set `db_password` in Farsight.dev.toml
    ");
    assert!(!space.read("Farsight.dev.toml").contains("hunter2"));
    assert_snapshot!(space.run(&["config", "ls"]), @r"
    exit 0
    --- stdout
    KEY          VALUE
    db_password  [secret]
    ");
    assert_snapshot!(space.run(&["config", "get", "db_password"]), @r"
    exit 0
    --- stdout
    [secret]
    ");
    assert_snapshot!(space.run(&["config", "get", "db_password", "--show-secrets"]), @r"
    exit 0
    --- stdout
    hunter2
    ");
    assert_snapshot!(space.run(&["config", "set", "db_password", "clear"]), @r"
    exit 2
    --- stderr
    error[C0109]: `db_password` is a secret, and would be written in clear
      = help: give `--secret`, or remove it first with `farsight config rm db_password`

    for more, see `farsight explain C0109`
    ");
}

#[test]
fn a_secret_opens_only_under_its_own_key() {
    let space = Space::new();
    space.ok(&["config", "set", "--secret", "one", "hunter2"]);
    let moved = space.read("Farsight.dev.toml").replace("one =", "other =");
    space.write("Farsight.dev.toml", &moved);
    assert_snapshot!(space.run(&["config", "get", "other", "--show-secrets"]), @r"
    exit 2
    --- stderr
    error[S0108]: the secret `text` of `config shop/dev other` is damaged or was copied from elsewhere: set it again, or restore a backup

    for more, see `farsight explain S0108`
    ");
}

#[test]
fn provider_keys_are_checked() {
    let space = Space::new();
    assert_snapshot!(space.run(&["config", "set", "aws:regoin", "us-east-1"]), @r"
    exit 2
    --- stderr
    error[C0106]: nobody reads the configuration key `aws:regoin`
      = help: did you mean `aws:region`?

    for more, see `farsight explain C0106`
    ");
    assert!(!space.path("Farsight.dev.toml").exists());
}

#[test]
fn a_stack_that_does_not_exist_gets_no_file() {
    let space = Space::new();
    assert_snapshot!(space.run(&["-s", "prod", "config", "set", "a", "b"]), @r"
    exit 2
    --- stderr
    error[C0103]: there is no stack `prod`
      = note: there are no stacks yet
      = help: make it with `farsight stack init prod`

    for more, see `farsight explain C0103`
    ");
    assert!(!space.path("Farsight.prod.toml").exists());
}

#[test]
fn failures_are_json_for_scripts() {
    let space = Space::new();
    assert_snapshot!(space.run(&["config", "get", "nothing", "--json"]), @r#"
    exit 2
    --- stdout
    {
      "error": [
        {
          "code": "C0109",
          "helps": [
            "`farsight config ls` lists what is set"
          ],
          "message": "`nothing` is not set in Farsight.dev.toml",
          "severity": "error"
        }
      ]
    }
    "#);
}

/// Protects types: what is set as a number, a truth value or a document comes back as one, and paths reach inside.
#[test]
fn values_have_types_and_paths() {
    let space = Space::new();
    space.ok(&["config", "set", "--type", "int", "days", "30"]);
    space.ok(&["config", "set", "--type", "bool", "nat", "true"]);
    space.ok(&["config", "set", "--type", "json", "zones", r#"[{"name":"a"}]"#]);
    space.ok(&["config", "set", "--path", "zones[1].name", "b"]);
    space.ok(&["config", "set", "--path", "--type", "int", "net.sizes[0]", "8"]);
    assert_snapshot!(space.read("Farsight.dev.toml"), @r#"
    [config]
    days = 30
    nat = true
    zones = [{ name = "a" }, { name = "b" }]
    net = { sizes = [8] }
    "#);
    assert_eq!(space.json(&["config", "get", "--json", "--path", "zones[1]"]), serde_json::json!({ "name": "b" }));
    assert_eq!(space.ok(&["config", "get", "--path", "zones[1].name"]), "b\n");
    assert_snapshot!(space.run(&["config", "get", "--path", "zones[7]"]), @r"
    exit 2
    --- stderr
    error[C0109]: `zones[7]` is not set in Farsight.dev.toml

    for more, see `farsight explain C0109`
    ");
    assert_snapshot!(space.run(&["config", "set", "--path", "zones[9].name", "x"]), @r"
    exit 2
    --- stderr
    error[C0109]: `zones[9].name` leaves a hole: the list has 2 items

    for more, see `farsight explain C0109`
    ");
    assert_snapshot!(space.run(&["config", "set", "--type", "int", "days", "many"]), @r"
    exit 2
    --- stderr
    error[C0109]: the value for `days` is no `int`

    for more, see `farsight explain C0109`
    ");
}

/// Protects secrets that are copied: sealed anew for the other stack, never in clear; and nothing is overwritten.
#[test]
fn configuration_is_set_and_copied_whole_or_not_at_all() {
    let space = Space::new();
    space.ok(&["config", "set-all", "--plaintext", "a=1", "--secret", "pw=hunter2", "--plaintext", "b=x=y"]);
    assert_eq!(space.json(&["config", "ls", "--json"]), serde_json::json!({ "a": "1", "b": "x=y", "pw": "[secret]" }));
    assert_snapshot!(space.run(&["config", "set-all", "--plaintext", "c=1", "--plaintext", "pw=1"]), @r"
    exit 2
    --- stderr
    error[C0109]: `pw` is a secret, and would be written in clear
      = help: give `--secret`, or remove it first with `farsight config rm pw`

    for more, see `farsight explain C0109`
    ");
    assert!(!space.read("Farsight.dev.toml").contains("c = "), "nothing of it is set");
    space.ok(&["stack", "init", "prod", "--no-select"]);
    space.ok(&["config", "cp", "--to", "prod", "a", "pw"]);
    assert_snapshot!(space.run(&["config", "cp", "--to", "prod"]), @r"
    exit 2
    --- stderr
    error[C0109]: Farsight.prod.toml has `a`, `pw` already
      = note: nothing was changed
      = help: give `--force` to replace them, or name the keys to copy

    for more, see `farsight explain C0109`
    ");
    assert_eq!(
        space.json(&["-s", "prod", "config", "ls", "--json"]),
        serde_json::json!({ "a": "1", "pw": "[secret]" })
    );
    assert_eq!(space.ok(&["-s", "prod", "config", "get", "pw", "--show-secrets"]), "hunter2\n");
    assert!(!space.read("Farsight.prod.toml").contains("hunter2"));
    assert_ne!(space.read("Farsight.prod.toml").lines().last(), space.read("Farsight.dev.toml").lines().last());
    assert_snapshot!(space.run(&["config", "cp", "--to", "staging"]), @r"
    exit 2
    --- stderr
    error[C0103]: there is no stack `staging`
      = note: stacks: `dev`, `prod`
      = help: make it with `farsight stack init staging`

    for more, see `farsight explain C0103`
    ");
}
