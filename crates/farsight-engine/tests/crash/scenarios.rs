//! Changes of whole stacks, killed at every moment.

use crate::common::trap::{Command, arm, disarm, killed};
use crate::common::*;
use farsight_engine::PlanOptions;
use farsight_model::Value;
use farsight_provider::fake::{Call, Fate, KEPT, KEYED, NAMED, SETTLED, Script, TAGGED, TOKENED, UPSERTED};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// A change of a stack: from one program to another.
struct Scenario {
    name: &'static str,
    /// How the cloud behaves.
    cloud: fn(&Lab),
    before: Vec<Node>,
    /// What others do to the cloud before the command runs.
    meanwhile: fn(&Lab),
    command: Command,
    after: Vec<Node>,
}

fn change(name: &'static str, before: Vec<Node>, after: Vec<Node>) -> Scenario {
    Scenario { name, cloud: |_| {}, before, meanwhile: |_| {}, command: Command::Up, after }
}

fn all_types(inputs: &str) -> Vec<Node> {
    [TOKENED, NAMED, TAGGED, KEYED, UPSERTED, SETTLED]
        .into_iter()
        .map(|token| {
            let mut node = node(token, "x", inputs);
            node.inputs.set("key", token.into());
            node
        })
        .collect()
}

/// An object with a fixed name, and users of it that let go while it makes room.
fn held(zone: &str) -> Vec<Node> {
    let a = node(KEYED, "a", &format!(r#"{{"key":"1","zone":"{zone}"}}"#));
    let needs = |name: &str, of: &[&Node]| {
        let list = of.iter().map(|node| node.part("id")).collect();
        tagged(name, r#"{"password":"pw"}"#).set("needs", farsight_model::Value::List(list))
    };
    let b = tagged("b", "{}");
    vec![needs("u", &[&a]), needs("v", &[&a, &b]), b, a]
}

/// An object with a fixed name, and one that cannot do without it, as a listener cannot without its target group.
fn cornered(zone: &str) -> Vec<Node> {
    let group = node(KEYED, "group", &format!(r#"{{"key":"1","zone":"{zone}"}}"#));
    let listener = tagged("listener", "{}").set("anchor", group.part("id"));
    let rule = node(NAMED, "rule", "{}").set("within", listener.part("id"));
    vec![rule, tagged("other", "{}").set("note", listener.part("arn")), listener, group]
}

/// Several that are replaced together, in no order.
fn bound(zone: &str) -> Vec<Node> {
    let mut a = tagged("a", &format!(r#"{{"zone":"{zone}"}}"#));
    let mut k = node(KEYED, "k", r#"{"key":"1"}"#).with(|o| o.replace_with = vec![a.urn()]);
    a.options.replace_with = vec![k.urn()];
    k.inputs.set("note", "n".into());
    let user = tagged("user", "{}").set("needs", farsight_model::Value::List(vec![k.part("id"), a.part("id")]));
    vec![user, k, a]
}

/// A value that lives in the state, and somebody who was told it.
fn valued(keeper: &str) -> Vec<Node> {
    let told = [tagged("told", "{}"), keyed("told too", "{}")].map(|node| node.set("note", output(KEPT, "p", "value")));
    [node(KEPT, "p", "{}").set("keeper", keeper.into())].into_iter().chain(told).collect()
}

/// Whoever was told a value was told the one in state.
fn check_values(lab: &mut Lab) {
    let told: Vec<Value> = lab
        .cloud
        .objects()
        .into_values()
        .filter(|o| o.owner.contains("told"))
        .map(|o| o.inputs.get("note").cloned().unwrap_or_default())
        .collect();
    if !told.is_empty() {
        let kept = Value::from(lab.kept("p"));
        assert!(told.iter().all(|note| *note == kept), "{told:?}");
    }
}

fn scenarios() -> Vec<Scenario> {
    let chain = |zone: &str| {
        vec![
            tagged("a", &format!(r#"{{"zone":"{zone}"}}"#)),
            tagged("b", "{}").within("a"),
            tagged("c", "{}").needs(&["a"]),
            node(NAMED, "d", "{}").set("note", output(TAGGED, "b", "arn")),
        ]
    };
    let keyed = |zone: &str| {
        vec![
            node(KEYED, "k", &format!(r#"{{"key":"1","zone":"{zone}"}}"#)),
            node(KEYED, "l", r#"{"key":"2"}"#).set("within", output(KEYED, "k", "id")),
        ]
    };
    // A chain that must make room: all of it goes before any of it comes.
    let deep = |zone: &str| {
        vec![
            node(KEYED, "k", &format!(r#"{{"key":"1","zone":"{zone}"}}"#)),
            node(KEYED, "l", r#"{"key":"2"}"#).set("within", output(KEYED, "k", "id")),
            node(NAMED, "m", r#"{"name":"m"}"#).set("within", output(KEYED, "l", "id")),
            tagged("n", "{}").set("within", output(NAMED, "m", "id")),
            tagged("o", "{}").set("note", output(KEYED, "k", "arn")),
        ]
    };
    let adopted = |note: &str| {
        vec![
            tagged("new", &format!(r#"{{"note":"{note}","extra":false}}"#))
                .with(|o| o.import = Some("tagged-0001".into())),
        ]
    };
    vec![
        change("create", vec![], all_types("{}")),
        change("update", all_types("{}"), all_types(r#"{"size":2,"tags":{"a":"b"}}"#)),
        change("delete", all_types("{}"), vec![]),
        change("make a value", vec![], valued("1")),
        change("replace a value", valued("1"), valued("2")),
        change("drop a value", valued("1"), vec![]),
        change("replace, create first", chain("1"), chain("2")),
        change("replace, delete first", keyed("1"), keyed("2")),
        change("replace a chain, delete first", deep("1"), deep("2")),
        change("make room, and users let go", held("1"), held("2")),
        change("make room, and users go too", cornered("1"), cornered("2")),
        change("replace together", bound("1"), bound("2")),
        change(
            "rename a key's owner",
            vec![node(KEYED, "old", r#"{"key":"1"}"#)],
            vec![node(KEYED, "new", r#"{"key":"1"}"#)],
        ),
        change(
            "swap two keys",
            vec![
                node(KEYED, "a", r#"{"key":"1"}"#),
                node(UPSERTED, "b", r#"{"key":"1"}"#),
                node(KEYED, "c", r#"{"key":"2"}"#),
            ],
            vec![
                node(KEYED, "a", r#"{"key":"2"}"#),
                node(UPSERTED, "b", r#"{"key":"1"}"#),
                node(KEYED, "c", r#"{"key":"1"}"#),
            ],
        ),
        Scenario {
            cloud: |lab| lab.cloud.updates_rename(true),
            ..change(
                "update that gives a new id",
                vec![node(KEYED, "a", r#"{"key":"1"}"#)],
                vec![node(KEYED, "a", r#"{"key":"1","size":2}"#)],
            )
        },
        Scenario {
            meanwhile: |lab| {
                for (index, id) in lab.cloud.objects().into_keys().enumerate() {
                    if index % 2 == 0 { lab.cloud.remove(&id) } else { lab.cloud.change(&id, "note", "theirs".into()) }
                }
            },
            command: Command::Refresh,
            ..change("refresh", all_types("{}"), all_types("{}"))
        },
        Scenario {
            cloud: |lab| {
                lab.cloud.add(TAGGED, v(r#"{"name":"n","note":"a","extra":false,"size":1,"tags":{}}"#));
            },
            ..change("import", vec![], adopted("a"))
        },
    ]
}

/// A lab with an eventually consistent cloud, in the state that a scenario begins with.
async fn begin(scenario: &Scenario, seed: u64) -> Lab {
    let mut lab = Lab::new(seed);
    lab.settings.parallel = 2;
    lab.cloud.lag(Duration::from_secs(20));
    lab.cloud.delete_takes(Duration::from_secs(12));
    (scenario.cloud)(&lab);
    lab.up(&scenario.before).await;
    (scenario.meanwhile)(&lab);
    lab
}

/// The next run needs no help, and the one after it has nothing to do.
async fn settle(lab: &mut Lab, scenario: &Scenario, when: &str) {
    disarm(lab);
    let outcome = lab
        .try_up(
            program(&scenario.after),
            &PlanOptions { refresh: scenario.command == Command::Refresh, ..PlanOptions::default() },
        )
        .await;
    match outcome {
        Ok(outcome) => assert!(outcome.succeeded(), "{} at {when}: {:#?}", scenario.name, outcome.failures),
        Err(diagnostics) => panic!("{} at {when}: {diagnostics:#?}", scenario.name),
    }
    lab.check();
    check_values(lab);
    let left = lab.ops(&scenario.after).await;
    assert!(left.is_empty(), "{} at {when}: the next `up` is not empty: {left:?}", scenario.name);
}

/// Every moment of every scenario, with an eventually consistent cloud.
#[test]
fn every_moment_is_safe() {
    let mut tried = 0;
    for scenario in &scenarios() {
        for n in 0.. {
            let ended = Arc::new(Mutex::new(false));
            let result = ended.clone();
            virtual_time(async move {
                let mut lab = begin(scenario, n as u64).await;
                let trap = arm(&mut lab, n);
                *result.lock().unwrap() = killed(&mut lab, &trap, scenario.command, &scenario.after).await;
                settle(&mut lab, scenario, &format!("{n}")).await;
            });
            tried += 1;
            if *ended.lock().unwrap() {
                break;
            }
        }
    }
    assert!(tried > 300, "only {tried} moments were tried");
}

/// Recovery may be killed as well, wherever it is.
#[test]
fn a_second_kill_is_as_safe_as_the_first() {
    let mut tried = 0;
    for scenario in &scenarios() {
        for first in (0..).step_by(7) {
            let mut over = false;
            for second in (0..).step_by(2) {
                let ended = Arc::new(Mutex::new((false, false)));
                let result = ended.clone();
                virtual_time(async move {
                    let mut lab = begin(scenario, first as u64).await;
                    let trap = arm(&mut lab, first);
                    let one = killed(&mut lab, &trap, scenario.command, &scenario.after).await;
                    let trap = arm(&mut lab, second);
                    let two = killed(&mut lab, &trap, Command::Up, &scenario.after).await;
                    *result.lock().unwrap() = (one, two);
                    settle(&mut lab, scenario, &format!("{first}, then {second}")).await;
                });
                tried += 1;
                let (one, two) = *ended.lock().unwrap();
                over |= one;
                // Beyond recovery the second kill is like a first one.
                if two || one || second >= 10 {
                    break;
                }
            }
            if over {
                break;
            }
        }
    }
    assert!(tried > 150, "only {tried} pairs were tried");
}

/// The answer of one call is lost, and then the engine dies.
#[test]
fn a_lost_answer_and_a_kill_together_are_safe() {
    for scenario in &scenarios() {
        for call in [Call::Create, Call::Update, Call::Delete] {
            for fate in [Fate::AnswerLost, Fate::RequestLost] {
                for n in (0..60).step_by(4) {
                    let ended = Arc::new(Mutex::new(false));
                    let (result, fate) = (ended.clone(), fate.clone());
                    virtual_time(async move {
                        let mut lab = begin(scenario, n as u64).await;
                        lab.cloud.script(Script { call, about: String::new(), after: 1, times: 2, fate });
                        let trap = arm(&mut lab, n);
                        *result.lock().unwrap() = killed(&mut lab, &trap, scenario.command, &scenario.after).await;
                        settle(&mut lab, scenario, &format!("{call:?} lost, then {n}")).await;
                    });
                    if *ended.lock().unwrap() {
                        break;
                    }
                }
            }
        }
    }
}

/// After a kill the program may be another one: what was begun and is no longer wanted goes away.
#[test]
fn a_killed_create_that_is_no_longer_wanted_goes_away() {
    for n in 0..60 {
        virtual_time(async move {
            let mut lab = Lab::new(n as u64);
            lab.cloud.lag(Duration::from_secs(20));
            let trap = arm(&mut lab, n);
            killed(&mut lab, &trap, Command::Up, &all_types("{}")).await;
            disarm(&mut lab);
            lab.up(&[]).await;
            assert!(lab.cloud.objects().is_empty(), "at {n}: {:#?}", lab.cloud.objects());
        });
    }
}

/// Or it may want something else of what was begun, a new password among it.
#[test]
fn a_killed_create_becomes_what_the_next_program_says() {
    let first = all_types(r#"{"note":"old","password":"one","count":3}"#);
    let second = all_types(r#"{"password":"two","size":7,"count":3}"#);
    for n in 0..60 {
        let (first, second) = (&first, &second);
        virtual_time(async move {
            let mut lab = Lab::new(n as u64);
            lab.cloud.lag(Duration::from_secs(20));
            let trap = arm(&mut lab, n);
            killed(&mut lab, &trap, Command::Up, first).await;
            disarm(&mut lab);
            lab.up(second).await;
            for (id, object) in lab.cloud.objects() {
                let has = |name: &str| object.inputs.get(name).cloned().unwrap_or_default();
                assert_eq!((has("password"), has("note")), ("two".into(), v("null")), "at {n}: {id}");
                assert_eq!((has("size"), has("extra"), has("count")), (v("7"), v("true"), v("3")), "at {n}: {id}");
            }
            assert!(lab.ops(second).await.is_empty(), "at {n}");
        });
    }
}

/// A program that differs by one word.
type Program = fn(&str) -> Vec<Node>;

/// Or it may turn back in the middle of a replacement, go on to something else, or give everything up.
#[test]
fn a_killed_replacement_becomes_what_the_next_program_says() {
    let programs: [(&str, Program); 3] = [("held", held), ("cornered", cornered), ("bound", bound)];
    let mut tried = 0;
    for (name, nodes) in programs {
        for next in ["1", "3", ""] {
            for n in (0..).step_by(2) {
                let ended = Arc::new(Mutex::new(false));
                let result = ended.clone();
                virtual_time(async move {
                    let after = if next.is_empty() { vec![] } else { nodes(next) };
                    let scenario = Scenario { after, ..change(name, nodes("1"), vec![]) };
                    let mut lab = begin(&scenario, n as u64).await;
                    let trap = arm(&mut lab, n);
                    *result.lock().unwrap() = killed(&mut lab, &trap, Command::Up, &nodes("2")).await;
                    settle(&mut lab, &scenario, &format!("{n}, then `{next}`")).await;
                });
                tried += 1;
                if *ended.lock().unwrap() {
                    break;
                }
            }
        }
    }
    assert!(tried > 100, "only {tried} moments were tried");
}
