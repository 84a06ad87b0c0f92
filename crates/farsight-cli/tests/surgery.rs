//! `farsight state mv`, `protect`, `unprotect`, `taint`, `untaint`, `verify --repair`: changes of the state by hand.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests, which clippy does not see")]

mod common;

use common::{Space, urn};
use farsight_state::{Access, Store};

fn kinds(space: &Space) -> Vec<String> {
    let history = space.json(&["stack", "history", "--json"]);
    history.as_array().unwrap().iter().map(|update| update["kind"].as_str().unwrap().to_owned()).collect()
}

/// Protects references: the new name is everywhere, secrets open under it, and the history tells.
#[test]
fn a_resource_gets_another_name() {
    let space = Space::with_resources();
    let shown = space.run(&["state", "mv", "main", "core"]);
    assert_eq!(shown, "exit 0\n--- stderr\n`main` is `core` now; give it this name in the program, too\n");
    let subnet = space.json(&["state", "show", "public-0", "--json"]);
    let core = urn("app:index:Network$aws:ec2/vpc:Vpc", "core");
    assert_eq!(subnet["dependencies"], serde_json::json!([core.as_str()]));
    // By URN, and the component that it is part of.
    space.ok(&["state", "mv", "public-0", urn("aws:ec2/subnet:Subnet", "edge").as_str()]);
    space.ok(&["state", "mv", "net", "network"]);
    let edge = space.json(&["state", "show", "edge", "--json", "--show-secrets"]);
    assert_eq!(edge["inputs"]["note"], "hunter2");
    assert_eq!(
        space.json(&["state", "show", "core", "--json"])["parent"],
        urn("app:index:Network", "network").as_str()
    );
    assert_eq!(kinds(&space), ["state mv", "state mv", "state mv", "up"]);
    space.ok(&["state", "verify"]);
}

/// Protects the state: what cannot be is refused with the reason, and nothing is changed.
#[test]
fn names_that_cannot_be_are_refused() {
    let space = Space::with_resources();
    let before = space.ok(&["state", "export"]);
    for (args, exit, says) in [
        (&["mv", "nothing", "core"][..], 2, "error[E0214]: the state has no resource `nothing`"),
        (&["mv", "main", "main"], 2, "error[E0213]: stack `dev` has a aws:ec2:Vpc `main` already"),
        (&["mv", "main", "urn:farsight:dev::shop::aws:ec2/vpc:Vpc::core"], 2, "in more than the name"),
        (&["mv", "main"], 2, "error[C0109]: a rename takes a resource and its new name"),
        (&["mv", "main", "a", "b"], 2, "error[C0109]: a rename takes a resource and its new name"),
        (&["mv", "main", "--to", "prod"], 2, "error[C0103]: there is no stack `prod`"),
        (&["mv", "main", "--to", "dev"], 2, "error[C0109]: `dev` is the stack they are in"),
        (&["taint", "net"], 2, "error[C0109]: `net` is a component: it has no object to replace"),
        (&["protect", "nothing"], 2, "error[E0214]"),
    ] {
        let shown = space.run(&[&["state"], args].concat());
        assert!(shown.starts_with(&format!("exit {exit}\n")) && shown.contains(says), "{args:?}: {shown}");
    }
    assert_eq!(resources(&space.ok(&["state", "export"])), resources(&before));
}

fn resources(document: &str) -> serde_json::Value {
    serde_json::from_str::<serde_json::Value>(document).unwrap()["resources"].clone()
}

/// Protects both stacks: all goes in one commit, or nothing does; secrets are sealed with the other stack's key.
#[test]
fn resources_move_to_another_stack() {
    let space = Space::with_resources();
    space.ok(&["stack", "init", "prod", "--no-select"]);
    let shown = space.run(&["state", "mv", "net", "--to", "prod"]);
    assert!(shown.contains("error[E0108]: `public-0` needs `main`, which is to go"), "{shown}");
    let shown = space.run(&["state", "mv", "main", "public-0", "--to", "prod"]);
    assert!(shown.contains("error[E0108]: `main` belongs to `net`, which is not in stack `prod`"), "{shown}");
    assert_eq!(space.json(&["state", "ls", "-s", "prod", "--json"]), serde_json::json!([]));
    let shown = space.run(&["state", "mv", "net", "public-0", "--to", "prod"]);
    assert!(shown.contains("moved `main` from stack `dev` to `prod`"), "{shown}");
    assert_eq!(space.json(&["state", "ls", "--json"]), serde_json::json!([]));
    let subnet = space.json(&["state", "show", "public-0", "-s", "prod", "--json", "--show-secrets"]);
    assert_eq!(subnet["inputs"]["note"], "hunter2");
    assert_eq!(subnet["id"], "subnet-1");
    let vpc = "urn:farsight:prod::shop::app:index:Network$aws:ec2/vpc:Vpc::main";
    assert_eq!(subnet["dependencies"], serde_json::json!([vpc]));
    for stack in ["dev", "prod"] {
        let history = space.json(&["stack", "history", "-s", stack, "--json"]);
        assert_eq!((history[0]["kind"].as_str(), history[0]["counts"]["moved"].as_u64()), (Some("state mv"), Some(3)));
    }
    space.ok(&["state", "verify"]);
}

/// Protects marks: shown, kept, taken away.
#[test]
fn resources_are_marked() {
    let space = Space::with_resources();
    let flag = |name: &str| {
        let all = space.json(&["state", "ls", "--json"]);
        let rows = all.as_array().unwrap().clone();
        rows.iter().map(|row| row[name].as_bool().unwrap()).collect::<Vec<bool>>()
    };
    let shown = space.run(&["state", "protect", "main", "public-0"]);
    assert!(shown.contains("`main` is protected; the next `farsight up` takes the program's word"), "{shown}");
    assert_eq!(flag("protect"), [false, true, true]);
    let shown = space.run(&["state", "protect", "main"]);
    assert!(shown.contains("word, and was before"), "{shown}");
    space.ok(&["state", "unprotect", "main"]);
    assert_eq!(flag("protect"), [false, false, true]);
    space.ok(&["state", "taint", "main", "public-0"]);
    space.ok(&["state", "untaint", "public-0"]);
    assert_eq!(flag("tainted"), [false, true, false]);
    let expected = ["state untaint", "state taint", "state unprotect", "state protect", "state protect", "up"];
    assert_eq!(kinds(&space), expected);
}

/// Protects people with a damaged file: each fix is explained, the file is copied first, and the rest is still told.
#[test]
fn damage_is_repaired_with_an_explanation() {
    let space = Space::with_resources();
    let ghost = urn("aws:ec2/vpc:Vpc", "ghost");
    let mut store = Store::open(&space.state(), Access::ReadWrite).unwrap();
    let stack = store.stack("dev").unwrap().unwrap();
    let mut row = store.snapshot(stack.id).unwrap().resources.remove(2);
    row.dependencies.push(ghost.clone());
    let holder = farsight_state::Holder {
        user: "ann".into(),
        host: "desk".into(),
        pid: 7,
        process: None,
        command: "test".into(),
    };
    let lease = store.acquire_lease(stack.id, &holder, common::NEW_YEAR, 60_000).unwrap();
    let update = store.updates(stack.id, 1).unwrap()[0].id;
    store.apply(&lease, &[farsight_state::Transition::Put { row: Box::new(row), op: None, update }]).unwrap();
    store.release_lease(&lease).unwrap();
    drop(store);
    let shown = space.run(&["state", "verify"]);
    assert!(
        shown.starts_with("exit 2") && shown.contains("ghost, which is not in the state (dangling-dependency)"),
        "{shown}"
    );
    assert!(shown.contains("`farsight state verify --repair` says what it would do about it, and asks"), "{shown}");
    let findings = space.command(&["state", "verify", "--json"]).output().unwrap().stdout;
    let findings: serde_json::Value = serde_json::from_slice(&findings).unwrap();
    assert!(findings["findings"][0]["fix"].as_str().unwrap().starts_with("forgets the dependency"), "{findings}");
    // Nobody there to ask: nothing is changed, nor copied.
    let shown = space.run(&["state", "verify", "--repair"]);
    assert!(shown.starts_with("exit 2") && shown.contains("error[C0110]"), "{shown}");
    let shown = space.run(&["state", "verify", "--repair", "--yes"]);
    assert!(shown.starts_with("exit 0") && shown.contains("repaired 1 finding"), "{shown}");
    assert!(shown.contains("forgets the dependency; the next `up` knows it again from the program"), "{shown}");
    space.ok(&["state", "verify"]);
    assert_eq!(kinds(&space)[0], "state verify --repair");
    let copies: Vec<_> = std::fs::read_dir(space.path("state"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "backup"))
        .collect();
    assert_eq!(copies.len(), 1);
    let copy = Store::open(&copies[0], Access::ReadOnly).unwrap();
    assert_eq!(copy.verify().unwrap().len(), 1, "the copy is of before");
    // Nothing to do is no reason for another copy.
    space.ok(&["state", "verify", "--repair"]);
    assert_eq!(kinds(&space).len(), 2);
}
