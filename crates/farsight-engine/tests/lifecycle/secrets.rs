//! Secrets: not one plain byte leaves the engine.

use crate::common::*;
use farsight_engine::{PlanOptions, Targets};
use farsight_model::{Expr, Value};
use farsight_provider::Fault;
use farsight_provider::fake::{Call, Fate, NAMED, TAGGED};
use farsight_state::{Access, Store};

const PLANTED: [&str; 4] = ["pl4nted-secret", "pl4nted-password", "pl4nted-tag", "pl4nted-note"];

fn nodes(size: u8) -> Vec<Node> {
    let a = tagged("a", &format!(r#"{{"size":{size},"password":"pl4nted-password"}}"#))
        .set("secret", "pl4nted-secret".into())
        .set("tags", Value::map([("key", Value::secret("pl4nted-tag".into()))]));
    // What is computed from a secret is one, wherever it goes.
    let parts = vec!["[".into(), Value::secret("pl4nted-note".into()), "]".into()];
    let b = tagged("b", &format!(r#"{{"size":{size}}}"#)).set("note", Value::output(Expr::Format { parts }));
    let c = node(NAMED, "c", "{}").set("note", a.part("secret")).with(|o| {
        o.secret_outputs = vec!["arn".into()];
        o.replacement_trigger = Value::secret("pl4nted-note".into());
    });
    vec![a, b, c]
}

fn grep(what: &str, bytes: &[u8]) {
    for secret in PLANTED {
        let found = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
        assert!(!found, "`{secret}` is in {what}");
    }
}

/// Protects secrets: every byte of state, journal, plan, events, errors and drift is searched for planted ones.
#[test]
fn no_byte_tells() {
    virtual_time(async {
        let dir = tempfile::tempdir().unwrap();
        let mut lab = Lab::new(1);
        let mut store = Store::open(&dir.path().join("state.db"), Access::ReadWrite).unwrap();
        store.create_stack(PROJECT, STACK, 0).unwrap();
        lab.store = Some(store);
        let declared = |size: u8| {
            let nodes = nodes(size);
            let mut declared = program(&nodes);
            declared.exports = vec![("out".into(), nodes[0].part("secret")), ("arn".into(), nodes[2].part("arn"))];
            declared
        };
        let mut told = String::new();
        for size in 1..4 {
            let plan = lab.plan(declared(size), &PlanOptions::default()).await.unwrap();
            told += &serde_json::to_string(&plan.view()).unwrap();
            if size == 2 {
                lab.always(Call::Update, "", Fate::Refused(Fault::Rejected));
            }
            let outcome = lab.try_up(declared(size), &PlanOptions::default()).await.unwrap();
            let outcome = format!("{outcome:?}");
            told += &outcome;
            lab.cloud.clear_script();
        }
        let id = lab.id(TAGGED, "a");
        lab.cloud.change(&id, "tags", v(r#"{"key":"other"}"#));
        lab.cloud.change(&id, "secret", "other".into());
        let mut session = lab.session();
        let report = session.drift(&Targets::default(), "u", "h").await.unwrap();
        assert!(report.summary.changed >= 1);
        told += &serde_json::to_string(&report).unwrap();
        told += &serde_json::to_string(&*lab.events.lock().unwrap()).unwrap();
        lab.store = session.into_store();
        // The cloud did get them.
        let sent = lab.cloud.objects()[&lab.id(NAMED, "c")].inputs.get("note").cloned();
        assert_eq!(sent, Some("pl4nted-secret".into()));
        told += &lab.store().export(lab.store().stack(STACK).unwrap().unwrap().id).unwrap().to_string();
        grep("what was told", told.as_bytes());
        let mut files = 0;
        for entry in std::fs::read_dir(dir.path()).unwrap() {
            let path = entry.unwrap().path();
            grep(&path.display().to_string(), &std::fs::read(&path).unwrap());
            files += 1;
        }
        assert!(files >= 2, "the database and its log");
    });
}

/// Protects people who change a password: it is seen, sent and no reason to replace.
#[test]
fn a_new_password_is_sent_once() {
    virtual_time(async {
        let mut lab = Lab::new(2);
        let node = |password: &str| plain("a", &format!(r#"{{"password":"{password}"}}"#));
        lab.up(&[node("one")]).await;
        assert!(lab.story(&[node("one")]).await.is_empty());
        assert_eq!(lab.story(&[node("two")]).await, ["update a"]);
        assert_eq!(lab.cloud.objects()[&lab.id(TAGGED, "a")].inputs.get("password"), Some(&"two".into()));
        assert!(lab.story(&[node("two")]).await.is_empty());
    });
}

/// Protects state from a wrong key: a clear error, and nothing is touched.
#[test]
fn a_wrong_key_touches_nothing() {
    virtual_time(async {
        let mut lab = Lab::new(3);
        lab.up(&nodes(1)).await;
        let before = lab.snapshot().resources;
        lab.cloud.clear_log();
        lab.wrong_key = true;
        let problems = lab.failing_up(&nodes(2)).await;
        assert_eq!(problems[0].code, "S0108");
        assert_eq!(lab.snapshot().resources, before);
        assert!(lab.cloud.log().is_empty());
    });
}
