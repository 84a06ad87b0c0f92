//! Everything that can be wrong before anything runs.

mod common;

use common::Space;
use insta::assert_snapshot;
use std::os::unix::fs::PermissionsExt;

#[test]
fn no_project() {
    let space = Space::without_project();
    assert_snapshot!(space.run(&["preview"]), @r"
    exit 2
    --- stderr
    error[C0101]: there is no `Farsight.toml` in `[ROOT]` or above
      = help: go to the project's directory, name it with `-C DIR`, or make a project with `farsight new`

    for more, see `farsight explain C0101`
    ");
    assert_snapshot!(space.run(&["-C", "nowhere", "preview"]), @r"
    exit 2
    --- stderr
    error[C0109]: cannot go to `nowhere`: No such file or directory (os error 2)

    for more, see `farsight explain C0109`
    ");
}

#[test]
fn a_project_is_found_from_below() {
    let space = Space::new();
    space.write("src/deep/x", "");
    space.ok(&["-C", "src/deep", "stack", "init", "dev"]);
    assert!(space.state().exists());
}

#[test]
fn project_files_with_mistakes() {
    let space = Space::without_project();
    space.write("Farsight.toml", "name = \"shop\"\nnmae = 3\n");
    assert_snapshot!(space.run(&["stack", "ls"]), @r"
    exit 2
    --- stderr
    error[C0102]: `Farsight.toml`: unknown field `nmae`, expected one of `name`, `description`, `state`, `program`, `aliases`
     --> Farsight.toml:2:1
      |
    2 | nmae = 3
      | ^^^^

    for more, see `farsight explain C0102`
    ");
    space.write("Farsight.toml", "name = \"shop\n");
    assert_snapshot!(space.run(&["stack", "ls"]), @r#"
    exit 2
    --- stderr
    error[C0102]: `Farsight.toml`: invalid basic string, expected `"`
    --> Farsight.toml:1:13

    for more, see `farsight explain C0102`
    "#);
    space.write("Farsight.toml", "description = \"x\"\n");
    assert_snapshot!(space.run(&["stack", "ls"]), @r#"
    exit 2
    --- stderr
    error[C0102]: `Farsight.toml`: missing field `name`
     --> Farsight.toml:1:1
      |
    1 | description = "x"
      | ^^^^^^^^^^^

    for more, see `farsight explain C0102`
    "#);
    space.write("Farsight.toml", "name = \"a b\"\n");
    assert_snapshot!(space.run(&["stack", "ls"]), @r#"
    exit 2
    --- stderr
    error[C0102]: `a b` is no name for a project
     --> Farsight.toml:1:1
      |
    1 | name = "a b"
      | ^^^^
      |
      = help: use up to 100 letters, digits, `-`, `_` and `.`, beginning with a letter, a digit or `_`

    for more, see `farsight explain C0102`
    "#);
}

#[test]
fn stack_files_with_mistakes() {
    let space = Space::new();
    space.write("Farsight.dev.toml", "[config]\n\"aws:regoin\" = \"us-east-1\"\n");
    assert_snapshot!(space.run(&["preview"]), @r#"
    exit 2
    --- stderr
    error[C0106]: nobody reads the configuration key `aws:regoin`
     --> Farsight.dev.toml:2:1
      |
    2 | "aws:regoin" = "us-east-1"
      | ^^^^^^^^^^^^
      |
      = help: did you mean `aws:region`?

    for more, see `farsight explain C0106`
    "#);
    space.write("Farsight.dev.toml", "[config]\nx = { secure = 1 }\n\n[confg]\n");
    assert_snapshot!(space.run(&["config", "ls"]), @r"
    exit 2
    --- stderr
    error[C0102]: `Farsight.dev.toml`: unknown field `confg`, expected `config`
     --> Farsight.dev.toml:4:2
      |
    4 | [confg]
      |  ^^^^^

    for more, see `farsight explain C0102`
    ");
}

#[test]
fn nobody_to_ask() {
    let space = Space::with_resources();
    for command in ["up", "down", "refresh"] {
        let shown = space.run(&[command]);
        assert!(shown.starts_with("exit 2\n") && shown.contains("error[C0110]"), "{shown}");
    }
    assert_snapshot!(space.run(&["up", "--json"]), @r#"
    exit 2
    --- stdout
    {
      "error": [
        {
          "code": "C0110",
          "helps": [
            "give `--yes` to answer yes beforehand, or look first with `farsight preview`"
          ],
          "message": "there is no terminal to ask on, and `--yes` was not given",
          "notes": [
            "nothing was changed"
          ],
          "severity": "error"
        }
      ]
    }
    "#);
}

#[test]
fn state_files_that_are_none() {
    let space = Space::new();
    space.write("garbage.db", &"no database ".repeat(100));
    assert_snapshot!(space.run(&["--state", "garbage.db", "stack", "ls"]), @r"
    exit 2
    --- stderr
    error[S0103]: state file `[ROOT]/garbage.db` is damaged or no state file at all (file is not a database): restore a backup, or name the right file with `--state`

    for more, see `farsight explain S0103`
    ");
    assert_snapshot!(space.run(&["--state", "garbage.db", "stack", "init", "dev"]), @r"
    exit 2
    --- stderr
    error[S0103]: state file `[ROOT]/garbage.db` is damaged or no state file at all (file is not a database): restore a backup, or name the right file with `--state`

    for more, see `farsight explain S0103`
    ");
    assert!(space.read("garbage.db").starts_with("no database"));
    assert_snapshot!(space.run(&["--state", ".", "stack", "ls"]), @r"
    exit 2
    --- stderr
    error[C0109]: `[ROOT]/.` is a directory
      = help: give the path of a file, such as `state/shop.db`

    for more, see `farsight explain C0109`
    ");
    assert_snapshot!(space.run(&["--state", "postgres://host/db", "stack", "ls"]), @r"
    exit 2
    --- stderr
    error[C0111]: state in `postgres://` is not there yet
      = help: give the path of a SQLite file

    for more, see `farsight explain C0111`
    ");
    assert_snapshot!(space.run(&["--state", "", "stack", "ls"]), @r"
    exit 2
    --- stderr
    error[C0109]: `--state` is empty
      = help: give the path of a file

    for more, see `farsight explain C0109`
    ");
    assert_snapshot!(space.run(&["state", "verify"]), @r"
    exit 2
    --- stderr
    error[S0101]: there is no state file `[ROOT]/state/shop.db`: run `farsight stack init`, or name the right file with `--state`

    for more, see `farsight explain S0101`
    ");
}

#[test]
fn a_state_file_of_the_future() {
    let space = Space::with_resources();
    // The schema's number is `user_version`: four bytes at offset 60 of the header.
    let mut bytes = std::fs::read(space.state()).unwrap();
    bytes[60..64].copy_from_slice(&99_u32.to_be_bytes());
    std::fs::write(space.path("newer.db"), bytes).unwrap();
    assert_snapshot!(space.run(&["--state", "newer.db", "state", "ls"]), @r"
    exit 2
    --- stderr
    error[S0102]: state file `[ROOT]/newer.db` was written by a newer farsight (schema 99, this one knows 2): install the newer farsight

    for more, see `farsight explain S0102`
    ");
}

#[test]
fn a_read_only_state_file_can_be_read() {
    let space = Space::with_resources();
    std::fs::set_permissions(space.state(), std::fs::Permissions::from_mode(0o400)).unwrap();
    assert!(space.ok(&["state", "ls"]).contains("public-0"));
}

#[test]
fn the_state_of_another_project() {
    let space = Space::with_resources();
    space.write("Farsight.toml", "name = \"store\"\nstate = \"state/shop.db\"\n");
    assert_snapshot!(space.run(&["state", "ls"]), @r"
    exit 2
    --- stderr
    error[C0103]: stack `dev` of this state file belongs to project `shop`
      = note: this project is `store`
      = help: name another file with `--state`, or give the project in `Farsight.toml` its old name

    for more, see `farsight explain C0103`
    ");
}

#[test]
fn wrong_flags() {
    let space = Space::new();
    assert_snapshot!(space.run(&["preview", "--parallel", "0"]), @r"
    exit 2
    --- stderr
    error: invalid value '0' for '--parallel <N>': 0 is not in 1..=65535

    For more information, try '--help'.
    ");
    assert_snapshot!(space.run(&["up", "--wait", "5d"]), @r"
    exit 2
    --- stderr
    error: invalid value '5d' for '--wait <DURATION>': `5d` is no duration: write it like `90s`, `10m` or `1h30m`

    For more information, try '--help'.
    ");
    assert_snapshot!(space.run(&["preview", "-c", "novalue"]), @r"
    exit 2
    --- stderr
    error[C0109]: `-c novalue` is no KEY=VALUE

    for more, see `farsight explain C0109`
    ");
    assert_snapshot!(space.run(&["preview", "-c", "aws:regoin=x"]), @r"
    exit 2
    --- stderr
    stack `dev` does not exist yet; the first `farsight up` makes it
    error[C0106]: nobody reads the configuration key `aws:regoin`
      = help: did you mean `aws:region`?

    for more, see `farsight explain C0106`
    ");
    assert_snapshot!(space.run(&["preview", "--events", "no/where"]), @r"
    exit 2
    --- stderr
    error[C0109]: cannot write events to `no/where`: No such file or directory (os error 2)

    for more, see `farsight explain C0109`
    ");
    assert_snapshot!(space.run(&["preveiw"]), @r"
    exit 2
    --- stderr
    error: unrecognized subcommand 'preveiw'

      tip: a similar subcommand exists: 'preview'

    Usage: farsight [OPTIONS] <COMMAND>

    For more information, try '--help'.
    ");
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    use std::process::Stdio;
    let space = Space::new();
    let mut child = std::process::Command::new(assert_cmd::cargo::cargo_bin("farsight"))
        .args(["completions", "bash"])
        .current_dir(space.root())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), String::from_utf8_lossy(&output.stderr).as_ref()), (Some(0), ""));
}
