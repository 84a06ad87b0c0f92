//! Drift: what differs, and nothing else.

use crate::common::*;
use farsight_engine::{DriftReport, FindingKind, Targets};
use farsight_model::Value;
use farsight_provider::fake::{Call, TAGGED};

async fn drift(lab: &mut Lab) -> DriftReport {
    let mut session = lab.session();
    let report = session.drift(&Targets::default(), "u", "h").await;
    lab.store = session.into_store();
    report.unwrap()
}

fn everything() -> Vec<Node> {
    use farsight_provider::fake::{KEYED, NAMED, TOKENED, UPSERTED};
    [TOKENED, NAMED, TAGGED, KEYED, UPSERTED]
        .into_iter()
        .map(|token| {
            node(
                token,
                "x",
                r#"{"note":"n","count":2,"network":"10.0.0.0/16","password":"p","tags":{"b":"1","a":"2"}}"#,
            )
            .set("key", "k".into())
            .set("secret", Value::secret("s".into()))
        })
        .collect()
}

/// Protects trust: an untouched stack shows nothing at all, refreshed or not.
#[test]
fn an_untouched_stack_shows_nothing() {
    virtual_time(async {
        let mut lab = Lab::new(1);
        lab.up(&everything()).await;
        for _ in 0..2 {
            let report = drift(&mut lab).await;
            assert_eq!(report.findings, []);
            assert_eq!(report.summary.checked, 5);
            lab.refresh().await;
        }
    });
}

/// Protects the record: each kind of finding with what was declared, remembered and observed, and nothing is changed.
#[test]
fn every_kind_is_found_and_recorded() {
    virtual_time(async {
        let mut lab = Lab::new(2);
        let nodes = [
            plain("changed", r#"{"note":"ours"}"#),
            plain("undeclared", "{}"),
            plain("gone", "{}"),
            plain("ambient", r#"{"count":2}"#),
            plain("ignored", r#"{"note":"ours"}"#).with(|o| o.ignore_changes = vec!["note".parse_path()]),
            plain("left", "{}"),
        ];
        lab.up(&nodes).await;
        let left = lab.id(TAGGED, "left");
        lab.write(|update| {
            vec![farsight_state::Transition::Remove {
                key: farsight_state::ResourceKey(0),
                update,
                reason: "none".into(),
                at: 0,
            }]
        });
        for (name, property, value) in [
            ("changed", "note", "\"theirs\""),
            ("undeclared", "network", "\"10.0.0.0/8\""),
            ("ambient", "count", "7"),
            ("ignored", "note", "\"theirs\""),
        ] {
            let id = lab.id(TAGGED, name);
            lab.cloud.change(&id, property, v(value));
        }
        let gone = lab.id(TAGGED, "gone");
        lab.cloud.remove(&gone);
        let row = lab.snapshot().resources.into_iter().find(|row| row.urn.name() == "left").unwrap();
        lab.write(|update| {
            vec![farsight_state::Transition::Remove { key: row.key, update, reason: "forgotten".into(), at: 0 }]
        });
        let before = lab.snapshot();
        lab.cloud.clear_log();
        let report = drift(&mut lab).await;
        let mut found: Vec<_> = report
            .findings
            .iter()
            .map(|f| {
                let name = f.urn.as_ref().map_or_else(|| f.id.clone().unwrap(), |urn| urn.name().to_owned());
                let path = f.path.as_ref().map(ToString::to_string).unwrap_or_default();
                (f.kind, name, path, f.declared.to_string(), f.remembered.to_string(), f.observed.to_string())
            })
            .collect();
        found.sort_by(|a, b| a.1.cmp(&b.1));
        let expect = |kind, name: &str, path: &str, declared: &str, remembered: &str, observed: &str| {
            (kind, name.to_owned(), path.to_owned(), declared.to_owned(), remembered.to_owned(), observed.to_owned())
        };
        let (ours, theirs) = ("\"ours\"", "\"theirs\"");
        assert_eq!(
            found,
            [
                expect(FindingKind::Ambient, "ambient", "count", "2", "2", "7"),
                expect(FindingKind::Changed, "changed", "note", ours, ours, theirs),
                expect(FindingKind::Gone, "gone", "", "null", "null", "null"),
                expect(FindingKind::Ignored, "ignored", "note", ours, ours, theirs),
                expect(FindingKind::Unmanaged, &left, "", "null", "null", "null"),
                expect(FindingKind::Changed, "undeclared", "network", "null", "null", "\"10.0.0.0/8\""),
            ]
        );
        assert!(lab.cloud.log().iter().all(|entry| entry.call == Call::Read));
        assert_eq!(lab.snapshot().resources, before.resources);
        let store = lab.store();
        let runs = store.drift_runs(store.stack(STACK).unwrap().unwrap().id, 9).unwrap();
        assert_eq!(store.drift_findings(runs[0].id).unwrap().len(), 6);
    });
}

/// Protects what a refresh took over: it still differs from the declaration, and the report says so.
#[test]
fn a_refresh_does_not_hide_drift() {
    virtual_time(async {
        let mut lab = Lab::new(3);
        lab.up(&[plain("a", r#"{"note":"ours"}"#)]).await;
        let id = lab.id(TAGGED, "a");
        lab.cloud.change(&id, "note", "theirs".into());
        lab.refresh().await;
        let report = drift(&mut lab).await;
        assert_eq!(report.summary.changed, 1);
        assert_eq!(
            (report.findings[0].declared.clone(), report.findings[0].remembered.clone()),
            ("ours".into(), "theirs".into())
        );
    });
}

/// Protects what a drift report says comes next: `up` reads again what the report named, puts back what is declared, and
/// asks nothing about the rest.
#[test]
fn up_puts_back_what_a_report_named() {
    virtual_time(async {
        let mut lab = Lab::new(4);
        let nodes =
            [plain("changed", r#"{"note":"ours"}"#), plain("gone", "{}"), plain("back", "{}"), plain("same", "{}")];
        lab.up(&nodes).await;
        let [changed, gone, back] = ["changed", "gone", "back"].map(|name| lab.id(TAGGED, name));
        lab.cloud.change(&changed, "note", "theirs".into());
        lab.cloud.change(&back, "note", "theirs".into());
        lab.cloud.remove(&gone);
        assert!(lab.ops(&nodes).await.is_empty(), "nobody has looked yet");
        drift(&mut lab).await;
        tokio::time::advance(std::time::Duration::from_secs(1)).await;
        // Somebody else undid it meanwhile.
        lab.cloud.change(&back, "note", Value::Null);
        lab.cloud.clear_log();
        assert_eq!(lab.ops(&nodes).await, ["create gone", "update changed"]);
        lab.up(&nodes).await;
        let same = lab.id(TAGGED, "same");
        let asked: Vec<_> = lab.cloud.log().into_iter().map(|entry| entry.about).collect();
        assert!(asked.contains(&changed) && !asked.contains(&same), "{asked:?}");
        assert_eq!(lab.cloud.objects()[&changed].inputs.get("note"), Some(&"ours".into()));
        // What was read since is no longer asked about.
        lab.cloud.clear_log();
        lab.up(&nodes).await;
        assert_eq!(lab.cloud.log().len(), 0);
    });
}
