//! `farsight state` and `farsight graph`

mod common;

use common::Space;
use insta::assert_snapshot;

#[test]
fn resources_are_listed() {
    let space = Space::with_resources();
    assert_snapshot!(space.run(&["state", "ls"]), @"");
    assert_snapshot!(space.run(&["state", "ls", "public-*"]), @"");
    assert_snapshot!(space.run(&["state", "ls", "aws:ec2:Vpc", "--json"]), @"");
    assert_snapshot!(space.run(&["state", "ls", "nothing"]), @"");
}

#[test]
fn one_resource_is_shown() {
    let space = Space::with_resources();
    assert_snapshot!(space.run(&["state", "show", "public-0"]), @"");
    assert_snapshot!(space.run(&["state", "show", "aws:ec2:Subnet::public-0", "--json", "--show-secrets"]), @"");
    assert_snapshot!(space.run(&["state", "show", "public-1"]), @"");
}

#[test]
fn versions_are_shown() {
    let space = Space::with_resources();
    space.ok(&["state", "rm", "public-0", "--yes"]);
    let moments = regex(r"#2 \d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ", "#2 [WHEN]");
    moments.bind(|| assert_snapshot!(space.run(&["state", "history"]), @""));
    let all = space.json(&["state", "history", "urn:farsight:dev::shop::aws:ec2/subnet:Subnet::public-0", "--json"]);
    assert_eq!((all[0]["inputs"]["note"].as_str(), all[1]["removed"].as_str()), (Some("[secret]"), Some("forgotten")));
}

fn regex(pattern: &str, shown: &str) -> insta::Settings {
    let mut settings = insta::Settings::clone_current();
    settings.add_filter(pattern, shown);
    settings
}

#[test]
fn forgetting_asks_and_keeps_what_others_need() {
    let space = Space::with_resources();
    assert_snapshot!(space.run(&["state", "rm", "public-0"]), @"");
    assert_snapshot!(space.run(&["state", "rm", "main", "--yes"]), @"");
    assert_snapshot!(space.run(&["state", "rm", "public-0", "--yes"]), @"");
    assert_eq!(space.json(&["state", "ls", "--json"]).as_array().unwrap().len(), 2);
    assert_eq!(space.json(&["stack", "history", "--json"])[0]["kind"], "state rm");
}

#[test]
fn a_stack_survives_export_and_import() {
    let space = Space::with_resources();
    assert_snapshot!(space.run(&["state", "export", "-o", "dev.json"]), @"");
    assert!(!space.read("dev.json").contains("hunter2"));
    assert_snapshot!(space.run(&["--state", "other.db", "state", "import", "dev.json"]), @"");
    assert_eq!(space.ok(&["--state", "other.db", "state", "export"]), space.ok(&["state", "export"]));
    assert_snapshot!(space.run(&["state", "import", "dev.json"]), @"");
    space.write("broken.json", "{");
    assert_snapshot!(space.run(&["--state", "third.db", "state", "import", "broken.json"]), @"");
    space.write("empty.json", "{}");
    assert_snapshot!(space.run(&["--state", "third.db", "state", "import", "empty.json"]), @"");
    assert_eq!(space.json(&["--state", "third.db", "stack", "ls", "--json"]), serde_json::json!([]));
}

#[test]
fn a_sound_file_is_said_to_be_sound() {
    let space = Space::with_resources();
    assert_snapshot!(space.run(&["state", "verify"]), @"");
    assert_snapshot!(space.run(&["state", "verify", "--json"]), @"");
}

#[test]
fn what_is_not_there_yet_says_so() {
    let space = Space::with_resources();
    assert_snapshot!(space.run(&["state", "mv", "main", "other"]), @"");
    assert_snapshot!(space.run(&["state", "taint", "main"]), @"");
    assert_snapshot!(space.run(&["watch"]), @"");
    assert_snapshot!(space.run(&["up", "--plan", "x", "--yes"]), @"");
    assert_snapshot!(space.run(&["preview", "--save", "x"]), @"");
    assert_snapshot!(space.run(&["preview", "--exclude", "x", "--json"]), @"");
    assert_snapshot!(space.run(&["import", "--from-pulumi", "x"]), @"");
}

#[test]
fn the_graph_is_drawn() {
    let space = Space::with_resources();
    assert_snapshot!(space.run(&["graph"]), @"");
    assert_snapshot!(space.run(&["graph", "--format", "mermaid"]), @"");
    assert_snapshot!(space.run(&["graph", "--format", "svg", "-o", "graph.svg"]), @"");
    assert!(space.read("graph.svg").starts_with("<svg "));
    assert_snapshot!(space.run(&["graph", "-o", "nowhere/graph.svg"]), @"");
}

#[test]
fn nobody_holds_an_idle_stack() {
    let space = Space::with_resources();
    assert_snapshot!(space.run(&["cancel", "--yes"]), @"");
}

#[test]
fn a_held_stack_is_named_with_its_holder_and_taken_away() {
    use farsight_state::{Access, Holder, Store};
    let space = Space::with_resources();
    let mut store = Store::open(&space.state(), Access::ReadWrite).unwrap();
    let stack = store.stack("dev").unwrap().unwrap();
    let holder =
        Holder { user: "bob".into(), host: "other".into(), pid: 9, process: None, command: "farsight up".into() };
    // Far in the future, so that it is held whatever the clock says.
    store.acquire_lease(stack.id, &holder, common::NEW_YEAR, 1_000_000_000_000).unwrap();
    assert_snapshot!(space.run(&["state", "rm", "public-0", "--yes"]), @"");
    assert_snapshot!(space.run(&["cancel"]), @"");
    assert_snapshot!(space.run(&["cancel", "--yes", "--json"]), @"");
    space.ok(&["state", "rm", "public-0", "--yes"]);
}
