//! Options of runs and saved plans, each against its promise, with the built binary.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests, which clippy does not see")]

mod common;

use common::declared::{Shop, group, group_after, ops};
use serde_json::{Value, json};
use std::os::unix::fs::PermissionsExt;

/// Events of a run, as its `--events` wrote them.
fn events(shop: &Shop, file: &str) -> Vec<Value> {
    shop.space.read(file).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// a <- b <- c, and d alone.
fn chain(days: u32) -> Vec<Value> {
    vec![group("a", days), group_after("b", days, "a"), group_after("c", days, "b"), group("d", days)]
}

/// Protects what a limited run leaves out, and says everything that stands in its way.
#[test]
fn a_run_is_limited_to_what_is_meant() {
    let shop = Shop::new();
    shop.declare("dev", &chain(7));
    shop.exits(0, &["up", "--yes", "--target", "a", "--target", "b"]);
    assert_eq!(shop.names(), ["a", "b"]);
    let (exit, _, talk) = shop.run(&["up", "--yes", "--exclude", "d", "--exclude", "b", "--replace", "x"]);
    assert_eq!(exit, 2, "{talk}");
    assert!(talk.contains("error[E0106]: `--replace` `x` matches no resource"), "{talk}");
    shop.exits(0, &["up", "--yes", "--exclude", "d"]);
    shop.exits(0, &["up", "--yes"]);
    shop.declare("dev", &chain(14));
    assert_eq!(shop.ops(&["--exclude", "b"]), ["update a", "update c", "update d"]);
    assert_eq!(shop.ops(&["--exclude", "b", "--exclude-dependents"]), ["update a", "update d"]);
    assert_eq!(shop.ops(&["--target", "b"]), ["update b"]);
    assert_eq!(shop.ops(&["--target", "b", "--target-dependents"]), ["update b", "update c"]);
    assert_eq!(shop.ops(&["--target", "*", "--exclude", "?"]), Vec::<String>::new());
    let before = shop.ids();
    shop.exits(0, &["up", "--yes", "--exclude", "b", "--exclude-dependents"]);
    assert_eq!(shop.ops(&[]), ["update b", "update c"]);
    assert_eq!(shop.ids(), before);
    // A delete or a replacement under the feet of what is left out is refused, with everything that is in the way.
    for args in [&["down", "--yes", "--target", "a"][..], &["up", "--yes", "--target", "a", "--replace", "a"]] {
        let (exit, _, talk) = shop.run(args);
        assert_eq!(exit, 2, "{talk}");
        assert!(talk.contains("error[E0108]: cannot delete `a` alone: `b` depends on it"), "{talk}");
        assert!(talk.contains("help: add `--target urn:farsight:dev::shop::"), "{talk}");
    }
    assert_eq!(shop.ids(), before);
    // What an excluded resource needs stays.
    shop.exits(0, &["down", "--yes", "--exclude", "b"]);
    assert_eq!(shop.names(), ["a", "b"]);
    for args in [&["preview", "--target-dependents"][..], &["preview", "--exclude-dependents"]] {
        shop.exits(2, args);
    }
}

/// Protects the promise of `--replace`: a new object under the same name, and the dependents follow.
#[test]
fn a_replacement_can_be_asked_for() {
    let shop = Shop::new();
    shop.declare("dev", &chain(7));
    shop.exits(0, &["up", "--yes"]);
    let before = shop.ids();
    let plan = shop.json(&["preview", "--json", "--replace", "a"]);
    assert_eq!(ops(&plan), ["replace a", "update b"]);
    assert_eq!(plan["steps"][0]["reason"], "`--replace` asks for it");
    shop.exits(0, &["up", "--yes", "--replace", "a"]);
    let changed: Vec<String> =
        shop.ids().into_iter().zip(before).filter(|(new, old)| new != old).map(|(new, _)| new.0).collect();
    assert_eq!(changed, ["a"]);
    assert_eq!(shop.ops(&[]), Vec::<String>::new());
}

/// Protects the second promise of the product: what was looked at is what runs, or nothing.
#[test]
fn a_saved_plan_runs_once_and_as_it_is() {
    let shop = Shop::new();
    shop.declare("dev", &chain(7));
    // A plan is sealed with the stack's key, so the stack must be there.
    let (exit, _, talk) = shop.run(&["preview", "--save", "plan.json"]);
    assert!(exit == 2 && talk.contains("error[C0103]"), "{talk}");
    shop.exits(0, &["stack", "init", "dev"]);
    shop.exits(0, &["preview", "--save", "plan.json", "-c", "size=2"]);
    let file = shop.space.path("plan.json");
    assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    let saved: Value = serde_json::from_str(&shop.space.read("plan.json")).unwrap();
    assert_eq!((&saved["format"], &saved["version"]), (&json!("farsight-plan"), &json!(1)));
    assert_eq!(ops(&saved["plan"]), ["create a", "create b", "create c", "create d"]);
    let refused = |args: &[&str], code: &str, says: &str| {
        let (exit, _, talk) = shop.run(&[&["up", "--yes"], args].concat());
        assert!(exit == 2 && talk.contains(&format!("error[{code}]")) && talk.contains(says), "{args:?}: {talk}");
    };
    refused(&["--plan", "plan.json"], "E0111", "the configuration has changed since");
    shop.declare("dev", &chain(14));
    refused(&["--plan", "plan.json", "-c", "size=2"], "E0111", "the program declares something else by now");
    shop.declare("dev", &chain(7));
    shop.exits(0, &["stack", "init", "prod", "--no-select"]);
    refused(
        &["--plan", "plan.json", "-s", "prod"],
        "E0111",
        "it is a plan for stack `shop/dev`, and this is `shop/prod`",
    );
    refused(&["--plan", "nothing.json"], "C0109", "cannot read `nothing.json`");
    refused(&["--plan", "Farsight.toml"], "C0112", "cannot use `Farsight.toml`: it is no saved plan");
    let text = shop.space.read("plan.json");
    shop.space.write("cut.json", &text[..text.len() / 2]);
    refused(&["--plan", "cut.json"], "C0112", "cannot use `cut.json`: it is");
    shop.space.write("edited.json", &text.replace("-dev", "-prod").replace("\"name\": \"a-", "\"name\": \"z-"));
    refused(&["--plan", "edited.json", "-c", "size=2"], "E0111", "or the file was changed");
    let (exit, data, _) = shop.run(&["up", "--yes", "--json", "--plan", "cut.json"]);
    let error: Value = serde_json::from_str(&data).unwrap();
    assert_eq!((exit, &error["error"][0]["code"]), (2, &json!("C0112")));
    for with in [&["--target", "a"][..], &["--exclude", "a"], &["--replace", "a"], &["--refresh"]] {
        shop.exits(2, &[&["up", "--yes", "--plan", "plan.json"], with].concat());
    }
    assert!(shop.names().is_empty());
    let done = shop.json(&["up", "--yes", "--json", "--plan", "plan.json", "-c", "size=2"]);
    assert_eq!((&done["result"], &done["plan"]), (&json!("succeeded"), &saved["plan"]));
    // Names that were made up are those of the plan.
    let planned: Vec<&str> =
        saved["names"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
    let ids = shop.ids();
    assert!(ids.iter().all(|(_, id)| planned.contains(&id.as_str())), "{ids:?} {planned:?}");
    refused(&["--plan", "plan.json", "-c", "size=2"], "E0111", "the state has changed since");
    assert_eq!(shop.ids(), ids);
}

/// Protects scripts: 7 for any change, of resources or of outputs alone, 0 for none, and the plan is still the answer.
#[test]
fn expected_changes_are_told_by_the_exit_code() {
    let shop = Shop::new();
    shop.declare("dev", &[group("a", 7)]);
    let plan: Value = serde_json::from_str(&shop.exits(7, &["preview", "--expect-no-changes", "--json"])).unwrap();
    assert_eq!(plan["summary"]["create"], 1);
    shop.exits(0, &["up", "--yes"]);
    shop.exits(0, &["preview", "--expect-no-changes"]);
    let declared = shop.space.read("declared.jsonl");
    shop.space.write("declared.jsonl", &declared.replace("\"name\":\"first\"", "\"name\":\"renamed\""));
    let plan: Value = serde_json::from_str(&shop.exits(7, &["preview", "--expect-no-changes", "--json"])).unwrap();
    assert_eq!((plan["steps"].as_array().unwrap().len(), plan["outputs"].as_array().unwrap().len()), (0, 2));
}

/// Protects what does not depend on a failure: with the option it is done, without it nothing new is begun.
#[test]
fn a_failure_stops_what_depends_on_it_or_everything() {
    let shop = Shop::new();
    let fixed = |name: &str| json!({"name": name, "inputs": {"name": format!("/taken/{name}"), "retentionInDays": 7}});
    shop.declare("other", &[fixed("x")]);
    shop.exits(0, &["stack", "init", "other", "--no-select"]);
    shop.exits(0, &["up", "--yes", "-s", "other"]);
    let all = [fixed("x"), group_after("y", 7, "x"), group("z", 7)];
    shop.declare("dev", &all);
    // One at a time, in order of declaration: `x` fails before `z` is begun.
    let first: Value = serde_json::from_str(&shop.exits(1, &["up", "--yes", "--json", "--parallel", "1"])).unwrap();
    assert_eq!(
        (&first["result"], &first["skipped"], &first["done"]["create"]),
        (&json!("failed"), &json!(2), &json!(0))
    );
    assert!(shop.names().is_empty());
    let args = ["up", "--yes", "--json", "--parallel", "1", "--continue-on-error", "--events", "events.jsonl"];
    let second: Value = serde_json::from_str(&shop.exits(1, &args)).unwrap();
    assert_eq!((&second["skipped"], &second["done"]["create"]), (&json!(1), &json!(1)));
    assert_eq!(second["error"][0]["code"], "E0202");
    assert_eq!(shop.names(), ["z"]);
    let skipped = events(&shop, "events.jsonl").into_iter().find(|event| event["event"] == "skipped").unwrap();
    assert!(skipped["urn"].as_str().unwrap().ends_with("::y"), "{skipped}");
    assert_eq!(skipped["reason"], "`x`, which it waits for, is not done");
}

/// Protects services from too many calls: never more steps at once than were allowed.
#[test]
fn no_more_steps_run_at_once_than_allowed() {
    let shop = Shop::new();
    shop.declare("dev", &(0..8).map(|n| group(&format!("g{n}"), 7)).collect::<Vec<_>>());
    for (parallel, args) in [(1, ["up", "--yes"]), (3, ["down", "--yes"])] {
        let limit = parallel.to_string();
        shop.exits(0, &[&args[..], &["--parallel", &limit, "--events", "events.jsonl"]].concat());
        let (mut running, mut most, mut steps) = (0_usize, 0, 0);
        for event in events(&shop, "events.jsonl") {
            match event["event"].as_str().unwrap() {
                "started" => running += 1,
                "finished" => (running, steps) = (running - 1, steps + 1),
                _ => {}
            }
            most = most.max(running);
        }
        assert!(most <= parallel && steps == 8, "{most} of {parallel}, {steps} steps");
    }
    shop.exits(2, &["up", "--yes", "--parallel", "0"]);
}

/// Protects the history: every command that writes keeps the note.
#[test]
fn a_message_is_kept_with_every_run() {
    let shop = Shop::new();
    shop.declare("dev", &[group("a", 7)]);
    for command in ["up", "refresh", "down"] {
        shop.exits(0, &[command, "--yes", "--message", &format!("why {command}")]);
    }
    let history = shop.json(&["stack", "history", "--json"]);
    let told: Vec<&str> =
        history.as_array().unwrap().iter().map(|update| update["message"].as_str().unwrap()).collect();
    assert_eq!(told, ["why down", "why refresh", "why up"]);
}

/// Protects people from drift in what nobody changed: `--refresh` reads everything, a plain run what it touches.
#[test]
fn a_refresh_sees_what_others_changed() {
    let shop = Shop::new();
    let fixed = |days: u32| json!({"name": "a", "inputs": {"name": "/shared/a", "retentionInDays": days}});
    shop.declare("dev", &[fixed(7)]);
    shop.exits(0, &["up", "--yes"]);
    // Another stack adopts the same object and changes it: another state file, so that nobody minds.
    let elsewhere = ["--state", "elsewhere.db"];
    shop.declare("dev", &[json!({"name": "a", "options": {"import": "/shared/a"}, "inputs": {"name": "/shared/a", "retentionInDays": 7}})]);
    shop.exits(0, &[&elsewhere[..], &["up", "--yes"]].concat());
    shop.declare("dev", &[fixed(14)]);
    shop.exits(0, &[&elsewhere[..], &["up", "--yes"]].concat());
    shop.declare("dev", &[fixed(7)]);
    assert_eq!(shop.ops(&[]), Vec::<String>::new());
    assert_eq!(shop.ops(&["--refresh"]), ["update a"]);
    shop.exits(0, &["up", "--yes", "--refresh"]);
    assert_eq!(shop.ops(&["--refresh"]), Vec::<String>::new());
}
