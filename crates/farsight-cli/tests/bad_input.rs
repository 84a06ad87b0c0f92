//! Everything that can be wrong before anything runs.

mod common;

use common::Space;
use insta::assert_snapshot;
use std::os::unix::fs::PermissionsExt;

#[test]
fn no_project() {
    let space = Space::without_project();
    assert_snapshot!(space.run(&["preview"]), @"");
    assert_snapshot!(space.run(&["-C", "nowhere", "preview"]), @"");
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
    assert_snapshot!(space.run(&["stack", "ls"]), @"");
    space.write("Farsight.toml", "name = \"shop\n");
    assert_snapshot!(space.run(&["stack", "ls"]), @"");
    space.write("Farsight.toml", "description = \"x\"\n");
    assert_snapshot!(space.run(&["stack", "ls"]), @"");
    space.write("Farsight.toml", "name = \"a b\"\n");
    assert_snapshot!(space.run(&["stack", "ls"]), @"");
}

#[test]
fn stack_files_with_mistakes() {
    let space = Space::new();
    space.write("Farsight.dev.toml", "[config]\n\"aws:regoin\" = \"us-east-1\"\n");
    assert_snapshot!(space.run(&["preview"]), @"");
    space.write("Farsight.dev.toml", "[config]\nx = { secure = 1 }\n\n[confg]\n");
    assert_snapshot!(space.run(&["config", "ls"]), @"");
}

#[test]
fn nobody_to_ask() {
    let space = Space::with_resources();
    for command in ["up", "down", "refresh"] {
        let shown = space.run(&[command]);
        assert!(shown.starts_with("exit 2\n") && shown.contains("error[C0110]"), "{shown}");
    }
    assert_snapshot!(space.run(&["up", "--json"]), @"");
}

#[test]
fn state_files_that_are_none() {
    let space = Space::new();
    space.write("garbage.db", &"no database ".repeat(100));
    assert_snapshot!(space.run(&["--state", "garbage.db", "stack", "ls"]), @"");
    assert_snapshot!(space.run(&["--state", "garbage.db", "stack", "init", "dev"]), @"");
    assert!(space.read("garbage.db").starts_with("no database"));
    assert_snapshot!(space.run(&["--state", ".", "stack", "ls"]), @"");
    assert_snapshot!(space.run(&["--state", "postgres://host/db", "stack", "ls"]), @"");
    assert_snapshot!(space.run(&["--state", "", "stack", "ls"]), @"");
    assert_snapshot!(space.run(&["state", "verify"]), @"");
}

#[test]
fn a_state_file_of_the_future() {
    let space = Space::with_resources();
    // The schema's number is `user_version`: four bytes at offset 60 of the header.
    let mut bytes = std::fs::read(space.state()).unwrap();
    bytes[60..64].copy_from_slice(&99_u32.to_be_bytes());
    std::fs::write(space.path("newer.db"), bytes).unwrap();
    assert_snapshot!(space.run(&["--state", "newer.db", "state", "ls"]), @"");
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
    assert_snapshot!(space.run(&["state", "ls"]), @"");
}

#[test]
fn wrong_flags() {
    let space = Space::new();
    assert_snapshot!(space.run(&["preview", "--parallel", "0"]), @"");
    assert_snapshot!(space.run(&["up", "--wait", "5d"]), @"");
    assert_snapshot!(space.run(&["preview", "-c", "novalue"]), @"");
    assert_snapshot!(space.run(&["preview", "-c", "aws:regoin=x"]), @"");
    assert_snapshot!(space.run(&["preview", "--events", "no/where"]), @"");
    assert_snapshot!(space.run(&["preveiw"]), @"");
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
