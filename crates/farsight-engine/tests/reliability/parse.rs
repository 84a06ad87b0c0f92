//! Everything that is read from outside: a program's lines, names and paths, exported states. Whatever is in them, the
//! answer is a value or an error, at once and in bounded memory.

use crate::common::*;
use farsight_model::{PropertyPath, TypeToken, Urn, Value};
use farsight_protocol::{FromProgram, ToProgram, decode, encode};
use farsight_provider::Clock;
use farsight_state::{Holder, Store};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::Value as Json;

fn runner(cases: u32) -> TestRunner {
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &[11; 32]))
}

/// A way to spoil a text: at a place, so many characters become another text.
type Spoiling = (prop::sample::Index, usize, String);

fn spoilings() -> impl Strategy<Value = Vec<Spoiling>> {
    let piece = prop_oneof![
        Just("{".to_owned()),
        Just("]".to_owned()),
        Just("\"".to_owned()),
        Just("null".to_owned()),
        Just("-1e999".to_owned()),
        Just("\\ud800".to_owned()),
        Just("[[[[[[[[".repeat(40)),
        ".{0,6}",
    ];
    proptest::collection::vec((any::<prop::sample::Index>(), 0..9_usize, piece), 1..4)
}

fn spoiled(text: &str, spoilings: &[Spoiling]) -> String {
    let mut all: Vec<char> = text.chars().collect();
    for (at, length, piece) in spoilings {
        let at = at.index(all.len() + 1);
        let end = (at + length).min(all.len());
        all.splice(at..end, piece.chars());
    }
    all.into_iter().collect()
}

/// Protects the engine from programs: front ends in other languages speak the protocol, too.
#[test]
fn a_line_of_a_program_is_a_message_or_an_error() {
    let nodes =
        [plain("a", r#"{"note":"x","tags":{"a":"b"}}"#), plain("b", "{}").set("note", output("t", "a", "tags.a"))];
    let declared = program(&nodes);
    let mut lines: Vec<String> = declared
        .declarations
        .into_iter()
        .map(|declaration| encode(&FromProgram::Declare(Box::new(declaration))).unwrap())
        .collect();
    lines.push(encode(&ToProgram::Call { id: 1, callback: 2, input: Value::secret("a\nb".into()) }).unwrap());
    let case = (proptest::sample::select(lines), spoilings());
    runner(3_000)
        .run(&case, |(line, spoilings)| {
            let line = spoiled(&line, &spoilings);
            if let Ok(message) = decode::<FromProgram>(&line) {
                let again = encode(&message).unwrap();
                prop_assert_eq!(decode::<FromProgram>(&again).unwrap(), message);
            }
            if let Ok(message) = decode::<ToProgram>(&line) {
                let again = encode(&message).unwrap();
                prop_assert_eq!(decode::<ToProgram>(&again).unwrap(), message);
            }
            Ok(())
        })
        .unwrap();
    let deep = format!("{{\"type\":\"declare\",\"inputs\":{}", "[".repeat(1_000_000));
    assert!(decode::<FromProgram>(&deep).is_err());
}

/// Protects command lines: URNs, paths and tokens are typed by people.
#[test]
fn names_and_paths_are_understood_or_refused() {
    let texts = vec!["urn:farsight:dev::shop::aws:ec2/vpc:Vpc::main", "tags[\"a.b\"][3].c[*]", "aws:ec2/vpc:Vpc"];
    let case = prop_oneof![
        ".{0,40}".boxed(),
        (proptest::sample::select(texts), spoilings()).prop_map(|(text, spoilings)| spoiled(text, &spoilings)).boxed()
    ];
    runner(3_000)
        .run(&case, |text| {
            if let Ok(path) = PropertyPath::parse(&text) {
                prop_assert_eq!(PropertyPath::parse(&path.to_string()).unwrap(), path);
            }
            if let Ok(urn) = Urn::parse(&text) {
                prop_assert_eq!(Urn::parse(urn.as_str()).unwrap(), urn.clone());
                let _ = (urn.name().len(), urn.token(), urn.stack().len(), urn.project().len());
            }
            let _ = TypeToken::new(&text).short().len();
            Ok(())
        })
        .unwrap();
}

/// Protects state from documents: an import is taken whole and gives a sound file, or changes nothing.
#[test]
fn an_exported_state_is_taken_whole_or_not_at_all() {
    let document = exported();
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<i64>().prop_map(Json::from),
        ".{0,12}".prop_map(Json::from),
        Just(serde_json::json!([])),
        Just(serde_json::json!({ "a": [{}] })),
    ];
    let changes = proptest::collection::vec((any::<prop::sample::Index>(), proptest::option::of(leaf)), 1..4);
    runner(300)
        .run(&changes, |changes| {
            let mut document = document.clone();
            for (at, leaf) in changes {
                let mut places = Vec::new();
                collect(&document, &mut String::new(), &mut places);
                let place = at.get(&places).clone();
                match (document.pointer_mut(&place), leaf) {
                    (Some(part), Some(leaf)) => *part = leaf,
                    (Some(part), None) => *part = Json::Null,
                    (None, _) => {}
                }
            }
            let mut store = Store::in_memory().unwrap();
            let stack = store.create_stack(PROJECT, STACK, 0).unwrap().id;
            let holder = Holder { user: "t".into(), host: "t".into(), pid: 1, process: None, command: "t".into() };
            let lease = store.acquire_lease(stack, &holder, 0, 60_000).unwrap();
            let empty = store.export(stack).unwrap();
            if store.import_document(&lease, document).is_ok() {
                // What it says may be nonsense, but it can be read, and `verify` says what is wrong with it.
                store.snapshot(stack).unwrap();
                store.verify().unwrap();
                store.export(stack).unwrap();
            } else {
                prop_assert_eq!(store.export(stack).unwrap(), empty);
            }
            Ok(())
        })
        .unwrap();
}

/// The export of a stack with a history, a drift run and an open operation.
fn exported() -> Json {
    let document = std::sync::Arc::new(std::sync::Mutex::new(Json::Null));
    let told = document.clone();
    virtual_time(async move {
        use crate::common::trap::{Command, Spot, arm_at, disarm, killed};
        let mut lab = Lab::new(1);
        let a = tagged("a", r#"{"secret":"s","tags":{"a":"b"}}"#);
        lab.up(&[a.clone(), plain("b", "{}").set("within", a.part("id"))]).await;
        let mut session = lab.session();
        session.drift(&farsight_engine::Targets::default(), "t", "t").await.unwrap();
        lab.store = session.into_store();
        let trap = arm_at(&mut lab, Spot::AfterCommit, None);
        killed(&mut lab, &trap, Command::Up, &[a]).await;
        disarm(&mut lab);
        assert!(lab.clock.now() > 0);
        let store = lab.store();
        *told.lock().unwrap() = store.export(store.stack(STACK).unwrap().unwrap().id).unwrap();
    });
    std::sync::Arc::try_unwrap(document).unwrap().into_inner().unwrap()
}

/// JSON pointers to every part.
fn collect(json: &Json, at: &mut String, found: &mut Vec<String>) {
    let length = at.len();
    let mut inside = |key: &str, part: &Json| {
        at.push('/');
        at.push_str(&key.replace('~', "~0").replace('/', "~1"));
        found.push(at.clone());
        collect(part, at, found);
        at.truncate(length);
    };
    match json {
        Json::Object(entries) => entries.iter().for_each(|(key, part)| inside(key, part)),
        Json::Array(items) => items.iter().enumerate().for_each(|(index, part)| inside(&index.to_string(), part)),
        _ => {}
    }
}
