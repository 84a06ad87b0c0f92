//! `farsight state` and `farsight graph`

mod common;

use common::Space;
use insta::assert_snapshot;

#[test]
fn resources_are_listed() {
    let space = Space::with_resources();
    assert_snapshot!(space.run(&["state", "ls"]), @r"
    exit 0
    --- stdout
    TYPE               NAME      ID        STATUS
    app:index:Network  net                 ready
    aws:ec2:Vpc        main      vpc-1     ready
    aws:ec2:Subnet     public-0  subnet-1  ready
    ");
    assert_snapshot!(space.run(&["state", "ls", "public-*"]), @r"
    exit 0
    --- stdout
    TYPE            NAME      ID        STATUS
    aws:ec2:Subnet  public-0  subnet-1  ready
    ");
    assert_snapshot!(space.run(&["state", "ls", "aws:ec2:Vpc", "--json"]), @r#"
    exit 0
    --- stdout
    [
      {
        "createdAt": 1767225600000,
        "custom": true,
        "dependencies": [],
        "id": "vpc-1",
        "name": "main",
        "parent": "urn:farsight:dev::shop::app:index:Network::net",
        "pendingDelete": false,
        "protect": false,
        "readAt": null,
        "status": "ready",
        "tainted": false,
        "type": "aws:ec2/vpc:Vpc",
        "updatedAt": 1767225600000,
        "urn": "urn:farsight:dev::shop::app:index:Network$aws:ec2/vpc:Vpc::main"
      }
    ]
    "#);
    assert_snapshot!(space.run(&["state", "ls", "nothing"]), @r"
    exit 0
    --- stderr
    stack `dev` has no such resources
    ");
}

#[test]
fn one_resource_is_shown() {
    let space = Space::with_resources();
    assert_snapshot!(space.run(&["state", "show", "public-0"]), @r#"
    exit 0
    --- stdout
    RESOURCE    urn:farsight:dev::shop::aws:ec2/subnet:Subnet::public-0
    id          subnet-1
    status      ready
    created     2026-01-01 00:00:00Z
    updated     2026-01-01 00:00:00Z
    depends on  urn:farsight:dev::shop::app:index:Network$aws:ec2/vpc:Vpc::main

    inputs
      note: [secret]
      vpcId: "vpc-1"
    "#);
    assert_snapshot!(space.run(&["state", "show", "aws:ec2:Subnet::public-0", "--json", "--show-secrets"]), @r#"
    exit 0
    --- stdout
    {
      "createdAt": 1767225600000,
      "custom": true,
      "dependencies": [
        "urn:farsight:dev::shop::app:index:Network$aws:ec2/vpc:Vpc::main"
      ],
      "error": null,
      "id": "subnet-1",
      "inputs": {
        "note": "hunter2",
        "vpcId": "vpc-1"
      },
      "location": null,
      "name": "public-0",
      "options": {},
      "outputs": {},
      "parent": null,
      "pendingDelete": false,
      "propertyDependencies": {},
      "readAt": null,
      "status": "ready",
      "tainted": false,
      "type": "aws:ec2/subnet:Subnet",
      "updatedAt": 1767225600000,
      "urn": "urn:farsight:dev::shop::aws:ec2/subnet:Subnet::public-0"
    }
    "#);
    assert_snapshot!(space.run(&["state", "show", "public-1"]), @r"
    exit 2
    --- stderr
    error[E0214]: the state has no resource `public-1`
      = help: did you mean `public-0`?

    for more, see `farsight explain E0214`
    ");
}

#[test]
fn versions_are_shown() {
    let space = Space::with_resources();
    space.ok(&["state", "rm", "public-0", "--yes"]);
    let moments = regex(r"#2 \d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ", "#2 [WHEN]");
    moments.bind(|| {
        assert_snapshot!(space.run(&["state", "history"]), @r#"
    exit 0
    --- stdout
    #1 2026-01-01 00:00:00Z app:index:Network net: ready
    #1 2026-01-01 00:00:00Z aws:ec2:Vpc main [vpc-1]: ready
        + cidrBlock: "10.0.0.0/16"
    #1 2026-01-01 00:00:00Z aws:ec2:Subnet public-0 [subnet-1]: ready
        + note: [secret]
        + vpcId: "vpc-1"
    #2 [WHEN] aws:ec2:Subnet public-0 [subnet-1]: forgotten
    "#);
    });
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
    assert_snapshot!(space.run(&["state", "rm", "public-0"]), @r"
    exit 2
    --- stderr
    error[C0110]: there is no terminal to ask on: forget `urn:farsight:dev::shop::aws:ec2/subnet:Subnet::public-0`; `subnet-1` stays in the cloud?
      = note: nothing was changed
      = help: give `--yes` to answer yes beforehand

    for more, see `farsight explain C0110`
    ");
    assert_snapshot!(space.run(&["state", "rm", "main", "--yes"]), @r"
    exit 2
    --- stderr
    error[E0108]: `public-0` depends on what would be dropped
      = note: urn:farsight:dev::shop::aws:ec2/subnet:Subnet::public-0
      = help: drop it as well, or take the dependency out of the program and run `up` first

    for more, see `farsight explain E0108`
    ");
    assert_snapshot!(space.run(&["state", "rm", "public-0", "--yes"]), @r"
    exit 0
    --- stderr
    forgot `urn:farsight:dev::shop::aws:ec2/subnet:Subnet::public-0`
    ");
    assert_eq!(space.json(&["state", "ls", "--json"]).as_array().unwrap().len(), 2);
    assert_eq!(space.json(&["stack", "history", "--json"])[0]["kind"], "state rm");
}

#[test]
fn a_stack_survives_export_and_import() {
    let space = Space::with_resources();
    assert_snapshot!(space.run(&["state", "export", "-o", "dev.json"]), @r"
    exit 0
    --- stderr
    wrote stack `dev` to `dev.json`
    ");
    assert!(!space.read("dev.json").contains("hunter2"));
    assert_snapshot!(space.run(&["--state", "other.db", "state", "import", "dev.json"]), @r"
    exit 0
    --- stderr
    stack `dev` has 3 resources again
    ");
    assert_eq!(space.ok(&["--state", "other.db", "state", "export"]), space.ok(&["state", "export"]));
    assert_snapshot!(space.run(&["state", "import", "dev.json"]), @r"
    exit 2
    --- stderr
    error[C0109]: the document cannot be imported: the stack is not empty: import into a new one

    for more, see `farsight explain C0109`
    ");
    space.write("broken.json", "{");
    assert_snapshot!(space.run(&["--state", "third.db", "state", "import", "broken.json"]), @r"
    exit 2
    --- stderr
    error[C0109]: `broken.json` is no JSON: EOF while parsing an object at line 1 column 1
      = help: give a file that `farsight state export` wrote

    for more, see `farsight explain C0109`
    ");
    space.write("empty.json", "{}");
    assert_snapshot!(space.run(&["--state", "third.db", "state", "import", "empty.json"]), @r"
    exit 2
    --- stderr
    error[C0109]: the document cannot be imported: missing field `format`: give a file that `farsight state export` wrote

    for more, see `farsight explain C0109`
    ");
    assert_eq!(space.json(&["--state", "third.db", "stack", "ls", "--json"]), serde_json::json!([]));
}

#[test]
fn a_sound_file_is_said_to_be_sound() {
    let space = Space::with_resources();
    assert_snapshot!(space.run(&["state", "verify"]), @r"
    exit 0
    --- stdout
    no damage found in `[ROOT]/state/shop.db`
    ");
    assert_snapshot!(space.run(&["state", "verify", "--json"]), @r#"
    exit 0
    --- stdout
    {
      "findings": [],
      "ok": true
    }
    "#);
}

#[test]
fn what_is_not_there_yet_says_so() {
    let space = Space::with_resources();
    assert_snapshot!(space.run(&["import", "--from-pulumi", "x"]), @r"
    exit 2
    --- stderr
    error[C0109]: cannot read `x`: No such file or directory (os error 2)

    for more, see `farsight explain C0109`
    ");
}

#[test]
fn the_graph_is_drawn() {
    let space = Space::with_resources();
    assert_snapshot!(space.run(&["graph"]), @r"
    exit 0
    --- stdout
    app:index:Network net
    aws:ec2:Vpc main
    aws:ec2:Subnet public-0
      -> aws:ec2:Vpc main
    ");
    assert_snapshot!(space.run(&["graph", "--format", "mermaid"]), @r#"
    exit 0
    --- stdout
    flowchart BT
      n0["app:index:Network<br/>net"]
      n1["aws:ec2:Vpc<br/>main"]
      n2["aws:ec2:Subnet<br/>public-0"]
      n2 --> n1
    "#);
    assert_snapshot!(space.run(&["graph", "--format", "svg", "-o", "graph.svg"]), @r"
    exit 0
    ");
    assert!(space.read("graph.svg").starts_with("<svg "));
    assert_snapshot!(space.run(&["graph", "-o", "nowhere/graph.svg"]), @r"
    exit 2
    --- stderr
    error[C0109]: cannot write `nowhere/graph.svg`: No such file or directory (os error 2)

    for more, see `farsight explain C0109`
    ");
}

#[test]
fn nobody_holds_an_idle_stack() {
    let space = Space::with_resources();
    assert_snapshot!(space.run(&["cancel", "--yes"]), @r"
    exit 0
    --- stderr
    nobody holds stack `dev`
    ");
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
    assert_snapshot!(space.run(&["state", "rm", "public-0", "--yes"]), @r"
    exit 5
    --- stderr
    error[S0104]: stack `dev` is in use by bob@other (process 9): `farsight up`
      = note: nothing was changed
      = help: wait for it with `--wait 10m`, or take the stack away from it with `farsight cancel`

    for more, see `farsight explain S0104`
    ");
    assert_snapshot!(space.run(&["cancel"]), @r"
    exit 2
    --- stderr
    error[C0110]: there is no terminal to ask on: take stack `dev` away from bob@other (process 9, `farsight up`, since 2026-01-01 00:00:00Z)?
      = note: nothing was changed
      = help: give `--yes` to answer yes beforehand

    for more, see `farsight explain C0110`
    ");
    assert_snapshot!(space.run(&["cancel", "--yes", "--json"]), @r#"
    exit 0
    --- stdout
    {
      "cancelled": true,
      "holder": {
        "command": "farsight up",
        "host": "other",
        "pid": 9,
        "user": "bob"
      }
    }
    "#);
    space.ok(&["state", "rm", "public-0", "--yes"]);
}
