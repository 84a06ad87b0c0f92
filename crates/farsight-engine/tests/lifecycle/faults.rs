//! Clouds that lose answers, are busy, throttle and refuse.

use crate::common::*;
use farsight_engine::PlanOptions;
use farsight_model::Value;
use farsight_provider::Fault;
use farsight_provider::fake::{Call, Fate, KEYED, NAMED, Script, TAGGED, TOKENED, UPSERTED};
use std::time::Duration;

const TYPES: [&str; 5] = [TOKENED, NAMED, TAGGED, KEYED, UPSERTED];

fn one(token: &'static str, inputs: &str) -> Node {
    node(token, "x", inputs).set("key", "k".into())
}

/// Protects against doubles and orphans: whichever call loses its request or its answer, there is one object.
#[test]
fn lost_calls_make_nothing_twice() {
    for token in TYPES {
        for call in [Call::Create, Call::Read, Call::Update, Call::Delete, Call::Find] {
            for fate in [Fate::AnswerLost, Fate::RequestLost] {
                for times in [1, 3] {
                    let fate = fate.clone();
                    virtual_time(async move {
                        let mut lab = Lab::new(1);
                        lab.cloud.lag(Duration::from_secs(15));
                        lab.cloud.script(Script { call, about: String::new(), after: 0, times, fate });
                        lab.up(&[one(token, r#"{"zone":"1"}"#)]).await;
                        lab.up(&[one(token, r#"{"zone":"1","size":2}"#)]).await;
                        lab.up(&[one(token, r#"{"zone":"2","size":2}"#)]).await;
                        assert_eq!(lab.cloud.objects().len(), 1, "{token} {call:?}");
                        lab.down().await;
                        assert!(lab.cloud.objects().is_empty(), "{token} {call:?}");
                    });
                }
            }
        }
    }
}

/// Protects runs against storms: what passes is waited out, whatever the call.
#[test]
fn passing_faults_pass() {
    for fault in [Fault::Throttled, Fault::Busy, Fault::Lag, Fault::Unreachable] {
        virtual_time(async move {
            let mut lab = Lab::new(2);
            for call in [Call::Create, Call::Read, Call::Update, Call::Delete, Call::Find] {
                lab.cloud.script(Script { call, about: String::new(), after: 0, times: 5, fate: Fate::Refused(fault) });
            }
            let nodes: Vec<Node> = TYPES.into_iter().map(|token| one(token, "{}")).collect();
            lab.up(&nodes).await;
            lab.down().await;
            assert!(lab.cloud.objects().is_empty());
        });
    }
}

/// Protects against pointless retries: what does not pass is asked once.
#[test]
fn lasting_faults_are_asked_once() {
    for (fault, code) in
        [(Fault::Quota, "E0212"), (Fault::Denied, "E0211"), (Fault::Rejected, "E0201"), (Fault::Credentials, "P0101")]
    {
        virtual_time(async move {
            let mut lab = Lab::new(3);
            lab.always(Call::Create, "", Fate::Refused(fault));
            let began = tokio::time::Instant::now();
            let failures = lab.failing_up(&[plain("a", "{}")]).await;
            assert_eq!((failures.len(), failures[0].code.as_str()), (1, code));
            assert!(began.elapsed() < Duration::from_secs(1));
            assert!(lab.names().is_empty());
            lab.check();
        });
    }
}

/// Protects what others made: it is never taken over, and the error says how to adopt it.
#[test]
fn what_exists_is_never_adopted() {
    for token in [NAMED, KEYED, UPSERTED] {
        virtual_time(async move {
            let mut lab = Lab::new(4);
            let theirs = lab.cloud.add(token, v(r#"{"name":"n","key":"k","note":"theirs"}"#));
            let before = lab.cloud.objects();
            let failures = lab.failing_up(&[one(token, r#"{"name":"n","note":"ours"}"#)]).await;
            assert_eq!(failures[0].code, "E0202", "{token}");
            assert!(failures[0].helps[0].contains("farsight import"), "{:?}", failures[0].helps);
            assert_eq!(lab.cloud.objects(), before, "{token}: `{theirs}` is untouched");
            lab.check();
            let failures = lab.failing_up(&[one(token, r#"{"name":"n","note":"ours"}"#)]).await;
            assert_eq!(failures[0].code, "E0202", "{token}: a second try is no wiser");
        });
    }
}

/// Protects a create whose answer was lost while somebody else took the name.
#[test]
fn a_name_that_another_took_meanwhile_is_not_ours() {
    virtual_time(async {
        let mut lab = Lab::new(5);
        lab.script(Call::Create, "x", Fate::RequestLost);
        lab.cloud.add(NAMED, v(r#"{"name":"n"}"#));
        let failures = lab.failing_up(&[one(NAMED, r#"{"name":"n"}"#)]).await;
        assert_eq!(failures[0].code, "E0202");
        lab.check();
    });
}

/// Protects state against a dead cloud: nothing is planned on a guess, and nothing is forgotten.
#[test]
fn reads_that_fail_stop_the_plan() {
    virtual_time(async {
        let mut lab = Lab::new(6);
        lab.up(&[plain("a", "{}"), plain("b", "{}")]).await;
        let before = lab.snapshot().resources;
        lab.always(Call::Read, "", Fate::Refused(Fault::Unreachable));
        let changed = [plain("a", r#"{"size":2}"#), plain("b", r#"{"size":2}"#)];
        let problems = lab.failing_up(&changed).await;
        assert_eq!((problems.len(), problems[0].code.as_str()), (1, "P0102"), "one dead endpoint, one error");
        assert_eq!(lab.snapshot().resources, before);
        lab.cloud.clear_script();
        lab.up(&changed).await;
    });
}

/// Protects objects with an unknown fate: the operation stays open, and the next run settles it.
#[test]
fn an_outcome_that_cannot_be_found_out_stays_open() {
    virtual_time(async {
        let mut lab = Lab::new(7);
        lab.script(Call::Create, "a", Fate::AnswerLost);
        lab.always(Call::Find, "", Fate::Refused(Fault::Denied));
        let nodes = [plain("a", "{}")];
        lab.failing_up(&nodes).await;
        assert_eq!(lab.snapshot().operations.len(), 1);
        let warnings = lab.preview(&nodes).await.warnings;
        assert_eq!(warnings[0].code, "E0208");
        let problems = lab.failing_up(&nodes).await;
        assert_eq!(problems[0].code, "E0208");
        lab.cloud.clear_script();
        lab.up(&nodes).await;
        assert_eq!(lab.cloud.objects().len(), 1);
        assert_eq!(lab.cloud.calls(Call::Create).len(), 1);
    });
}

/// Protects updates that give an object another id.
#[test]
fn a_new_id_is_kept() {
    virtual_time(async {
        let mut lab = Lab::new(8);
        lab.cloud.updates_rename(true);
        lab.cloud.lag(Duration::from_secs(10));
        lab.up(&[one(KEYED, "{}")]).await;
        let before = lab.id(KEYED, "x");
        lab.up(&[one(KEYED, r#"{"size":2}"#)]).await;
        assert_ne!(lab.id(KEYED, "x"), before);
        assert!(lab.ops(&[one(KEYED, r#"{"size":2}"#)]).await.is_empty());
        lab.up(&[]).await;
        assert!(lab.cloud.objects().is_empty());
    });
}

/// Protects the update whose answer, and with it the new id, was lost.
#[test]
fn a_new_id_whose_answer_was_lost_is_found() {
    virtual_time(async {
        let mut lab = Lab::new(9);
        lab.up(&[one(KEYED, r#"{"extra":false}"#)]).await;
        lab.cloud.updates_rename(true);
        lab.script(Call::Update, "", Fate::AnswerLost);
        let changed = [one(KEYED, r#"{"extra":false,"size":2}"#)];
        lab.up(&changed).await;
        assert!(lab.ops(&changed).await.is_empty());
        assert_eq!(lab.cloud.objects().len(), 1);
    });
}

/// Protects removals: a property that the program no longer mentions goes in the cloud as well.
#[test]
fn a_property_that_is_dropped_goes() {
    virtual_time(async {
        let mut lab = Lab::new(10);
        lab.up(&[plain("a", r#"{"note":"n","tags":{"x":"1","y":"2"}}"#)]).await;
        lab.up(&[plain("a", r#"{"tags":{"y":"2"}}"#)]).await;
        let inputs = lab.cloud.objects().remove(&lab.id(TAGGED, "a")).unwrap().inputs;
        assert_eq!((inputs.get("note"), inputs.get("tags")), (None, Some(&v(r#"{"y":"2"}"#))));
        lab.try_up(program(&[plain("a", "{}")]), &PlanOptions { refresh: true, ..PlanOptions::default() })
            .await
            .unwrap();
        let inputs = lab.cloud.objects().remove(&lab.id(TAGGED, "a")).unwrap().inputs;
        assert_eq!(inputs.get("tags").and_then(Value::as_map).map_or(0, std::collections::BTreeMap::len), 0);
    });
}
