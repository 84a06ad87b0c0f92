//! Steps that fail: what is kept, what goes on, and how the next run continues.

use crate::common::*;
use farsight_engine::{Event, PlanOptions, Targets};
use farsight_model::Value;
use farsight_provider::Fault;
use farsight_provider::fake::{Call, Fate, TAGGED};
use farsight_state::ResourceStatus;

/// Protects half-made objects: they are in state, and the next run finishes the same ones.
#[test]
fn an_unfinished_create_is_finished_by_the_next_run() {
    virtual_time(async {
        let mut lab = Lab::new(1);
        lab.script(Call::Update, "", Fate::Refused(Fault::Rejected));
        let nodes = [tagged("a", "{}")];
        let failures = lab.failing_up(&nodes).await;
        assert_eq!(failures[0].code, "E0201");
        let row = lab.snapshot().resources.remove(0);
        assert_eq!(row.status, ResourceStatus::Creating);
        assert!(row.error.unwrap().contains("scripted"));
        assert_eq!(lab.ops(&nodes).await, ["update a"]);
        lab.up(&nodes).await;
        assert_eq!(lab.cloud.calls(Call::Create).len(), 1);
        assert_eq!(lab.snapshot().resources[0].error, None);
    });
}

/// Protects half-made changes: state keeps the old inputs until the new ones hold.
#[test]
fn a_failed_update_keeps_the_old_inputs() {
    virtual_time(async {
        let mut lab = Lab::new(2);
        lab.up(&[plain("a", "{}")]).await;
        lab.script(Call::Update, "", Fate::Refused(Fault::Rejected));
        lab.failing_up(&[plain("a", r#"{"size":2}"#)]).await;
        let row = lab.snapshot().resources.remove(0);
        assert_eq!((row.status, row.inputs.get("size")), (ResourceStatus::Updating, Some(&v("1"))));
        lab.up(&[plain("a", r#"{"size":2}"#)]).await;
        // Another program may want something else by then.
        lab.script(Call::Update, "", Fate::AnswerLost);
        lab.cloud.clear_script();
        lab.up(&[plain("a", "{}")]).await;
        assert_eq!(lab.cloud.objects()[&lab.id(TAGGED, "a")].inputs.get("size"), Some(&v("1")));
    });
}

/// Protects the independent: with `--continue-on-error` only what waits for a failed step is left out.
#[test]
fn creates_go_on_beside_a_failure() {
    virtual_time(async {
        for goes_on in [true, false] {
            let mut lab = Lab::new(3);
            lab.settings.continue_on_error = goes_on;
            lab.settings.parallel = 1;
            lab.script(Call::Create, "x", Fate::Refused(Fault::Denied));
            let nodes = [
                plain("x", "{}"),
                plain("y", "{}").needs(&["x"]),
                plain("w", "{}").needs(&["y"]),
                plain("z", "{}").needs(&["v"]),
                plain("v", "{}"),
            ];
            let outcome = lab.try_up(program(&nodes), &PlanOptions::default()).await.unwrap();
            assert_eq!(outcome.failures.len(), 1);
            assert!(!outcome.succeeded());
            if goes_on {
                assert_eq!((outcome.skipped, lab.names()), (2, vec!["v".to_owned(), "z".to_owned()]));
            } else {
                assert!(outcome.skipped >= 3, "{outcome:?}");
            }
            lab.check();
            lab.up(&nodes).await;
        }
    });
}

/// Protects what a failed delete still needs.
#[test]
fn deletes_go_on_beside_a_failure() {
    virtual_time(async {
        let mut lab = Lab::new(4);
        lab.settings.continue_on_error = true;
        lab.up(&[plain("a", "{}"), plain("b", "{}").needs(&["a"]), plain("c", "{}")]).await;
        let b = lab.id(TAGGED, "b");
        lab.script(Call::Delete, &b, Fate::Refused(Fault::Denied));
        let outcome = lab.try_down(&PlanOptions::default()).await.unwrap();
        assert_eq!(
            (outcome.failures.len(), outcome.skipped, lab.names()),
            (1, 1, vec!["a".to_owned(), "b".to_owned()])
        );
        lab.down().await;
        assert!(lab.cloud.objects().is_empty());
    });
}

/// Protects stack outputs: what could be computed is new, the rest stays.
#[test]
fn outputs_survive_a_failure() {
    virtual_time(async {
        let mut lab = Lab::new(5);
        let declared = |size: u8| {
            let nodes = [plain("a", &format!(r#"{{"size":{size}}}"#)), plain("b", &format!(r#"{{"size":{size}}}"#))];
            let mut declared = program(&nodes);
            declared.exports = vec![("a".into(), nodes[0].part("size")), ("b".into(), nodes[1].part("size"))];
            declared
        };
        lab.try_up(declared(1), &PlanOptions::default()).await.unwrap();
        let b = lab.id(TAGGED, "b");
        lab.settings.continue_on_error = true;
        lab.script(Call::Update, &b, Fate::Refused(Fault::Denied));
        lab.try_up(declared(2), &PlanOptions::default()).await.unwrap();
        assert_eq!(lab.snapshot().outputs, Value::map([("a", v("2")), ("b", v("1"))]));
        lab.try_up(declared(2), &PlanOptions::default()).await.unwrap();
        assert_eq!(lab.snapshot().outputs, Value::map([("a", v("2")), ("b", v("2"))]));
    });
}

/// Protects against waiting for what never comes: an object that the service gave up is kept, named and replaced.
#[test]
fn an_object_that_failed_for_good_is_replaced() {
    virtual_time(async {
        let mut lab = Lab::new(6);
        lab.cloud.fail_creates(Some("a"));
        let nodes = [plain("a", "{}")];
        let failures = lab.failing_up(&nodes).await;
        assert_eq!(failures[0].code, "E0205");
        assert!(failures[0].message.contains("no capacity"));
        let id = lab.id(TAGGED, "a");
        lab.cloud.fail_creates(None);
        assert_eq!(lab.ops(&nodes).await, ["replace a"]);
        lab.up(&nodes).await;
        assert_ne!(lab.id(TAGGED, "a"), id);
    });
}

/// Protects the reader of events: every step that begins ends, one way or another.
#[test]
fn every_step_that_starts_ends() {
    virtual_time(async {
        let mut lab = Lab::new(7);
        lab.settings.continue_on_error = true;
        lab.script(Call::Create, "n3", Fate::Refused(Fault::Quota));
        let nodes: Vec<Node> = (0..9).map(|i| plain(&format!("n{i}"), "{}")).collect();
        let failures = lab.failing_up(&nodes).await;
        assert_eq!((failures.len(), failures[0].code.as_str()), (1, "E0212"), "a quota is not asked for twice");
        let (mut started, mut ended) = (Vec::new(), Vec::new());
        for event in lab.events.lock().unwrap().iter() {
            match event {
                Event::Started { urn, .. } => started.push(urn.clone()),
                Event::Finished { urn, .. } | Event::Failed { urn, .. } => ended.push(urn.clone()),
                _ => {}
            }
        }
        started.sort();
        ended.sort();
        assert_eq!(started, ended);
        assert_eq!(started.len(), 9);
    });
}

/// Protects data: an object whose last change failed is mended by an update, never replaced, and is drift until then.
#[test]
fn what_is_stuck_is_mended_and_never_replaced() {
    virtual_time(async {
        let mut lab = Lab::new(21);
        lab.up(&[plain("a", "{}")]).await;
        let id = lab.id(TAGGED, "a");
        lab.cloud.stick(&id, "the deployment failed", false);
        let mut session = lab.session();
        let report = session.drift(&Targets::default(), "u", "h").await.unwrap();
        lab.store = session.into_store();
        assert_eq!(report.summary.changed, 1, "{report:#?}");
        assert_eq!(report.findings[0].note.as_deref(), Some("it is stuck; `up` tries to mend it"));
        // Nothing differs, and still there is something to do once it was looked at.
        lab.cloud.clear_log();
        let refresh = PlanOptions { refresh: true, ..PlanOptions::default() };
        let outcome = lab.try_up(program(&[plain("a", "{}")]), &refresh).await.unwrap();
        assert!(outcome.succeeded(), "{:#?}", outcome.failures);
        assert_eq!((lab.cloud.story(), lab.id(TAGGED, "a")), (vec!["update a".to_owned()], id));
        lab.check();
    });
}

/// Protects from endless trying: an update that does not help fails, the object stays in state, and the next one that
/// does help is enough.
#[test]
fn what_stays_stuck_fails_and_is_kept() {
    virtual_time(async {
        let mut lab = Lab::new(22);
        lab.up(&[plain("a", "{}")]).await;
        let id = lab.id(TAGGED, "a");
        lab.cloud.stick(&id, "no such image", true);
        let failures = lab.failing_up(&[plain("a", r#"{"size":2}"#)]).await;
        assert_eq!(failures[0].code, "E0205");
        assert!(failures[0].message.ends_with("is stuck: no such image"), "{failures:#?}");
        let row = lab.snapshot().resources.remove(0);
        assert_eq!((row.status, row.tainted), (ResourceStatus::Updating, false));
        let view = lab.preview(&[plain("a", r#"{"size":2}"#)]).await;
        assert_eq!((view.steps[0].op.as_str(), view.summary.replace), ("update", 0));
        lab.cloud.stick(&id, "no such image", false);
        lab.up(&[plain("a", r#"{"size":2}"#)]).await;
        assert_eq!(lab.id(TAGGED, "a"), id);
        assert!(lab.ops(&[plain("a", r#"{"size":2}"#)]).await.is_empty());
    });
}
