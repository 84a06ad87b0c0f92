//! `ignore_changes`.

use crate::common::*;
use farsight_engine::{FindingKind, Severity, Targets};
use farsight_provider::fake::TAGGED;

fn ignoring(inputs: &str, paths: &[&str]) -> Node {
    plain("a", inputs).with(|o| o.ignore_changes = paths.iter().map(|path| path.parse_path()).collect())
}

/// Protects what somebody else decides: neither the program's word nor a drift changes it, and other updates leave it.
#[test]
fn ignored_properties_are_left_alone() {
    virtual_time(async {
        let mut lab = Lab::new(1);
        lab.up(&[ignoring(r#"{"note":"first"}"#, &["note"])]).await;
        let id = lab.id(TAGGED, "a");
        let note = |lab: &Lab| lab.cloud.objects()[&id].inputs.get("note").cloned();
        assert_eq!(note(&lab), Some("first".into()), "a create sets it");
        assert!(lab.story(&[ignoring(r#"{"note":"second"}"#, &["note"])]).await.is_empty());
        lab.cloud.change(&id, "note", "theirs".into());
        lab.up(&[ignoring(r#"{"note":"second","size":2}"#, &["note"])]).await;
        assert_eq!(note(&lab), Some("theirs".into()));
        // State keeps what was declared before it was ignored.
        assert_eq!(lab.snapshot().resources[0].inputs.get("note"), Some(&"first".into()));
        let mut session = lab.session();
        lab.cloud.change(&id, "note", "again".into());
        let report = session.drift(&Targets::default(), "u", "h").await.unwrap();
        assert_eq!(report.summary.ignored, 1);
        assert!(!report.summary.has_drift());
        assert_eq!(report.findings[0].kind, FindingKind::Ignored);
    });
}

/// Protects one entry of a map while its neighbours follow the program.
#[test]
fn nested_paths_are_ignored_alone() {
    virtual_time(async {
        let mut lab = Lab::new(2);
        let node = |x: &str, y: &str| ignoring(&format!(r#"{{"tags":{{"x":"{x}","y":"{y}"}}}}"#), &["tags.x"]);
        lab.up(&[node("1", "1")]).await;
        let id = lab.id(TAGGED, "a");
        lab.cloud.change(&id, "tags", v(r#"{"x":"theirs","y":"1"}"#));
        assert!(lab.story(&[node("2", "1")]).await.is_empty());
        lab.up(&[node("2", "2")]).await;
        assert_eq!(lab.cloud.objects()[&id].inputs.get("tags"), Some(&v(r#"{"x":"theirs","y":"2"}"#)));
        assert!(lab.ops(&[node("3", "2")]).await.is_empty());
        // One that somebody took away stays away.
        lab.cloud.change(&id, "tags", v(r#"{"y":"2"}"#));
        lab.up(&[node("3", "3")]).await;
        assert_eq!(lab.cloud.objects()[&id].inputs.get("tags"), Some(&v(r#"{"y":"3"}"#)));
    });
}

/// Protects elements of lists that are ignored part by part.
#[test]
fn everything_can_be_ignored() {
    virtual_time(async {
        let mut lab = Lab::new(3);
        lab.up(&[ignoring(r#"{"note":"1","password":"p"}"#, &["*"])]).await;
        let changed = ignoring(r#"{"note":"2","size":5,"zone":"z","password":"q","tags":{"a":"b"}}"#, &["*"]);
        assert!(lab.story(&[changed]).await.is_empty());
    });
}

/// Protects one part of the elements of a list: its drift is told as ignored and stays, that of its siblings is undone.
#[test]
fn a_part_of_a_list_is_ignored_alone() {
    virtual_time(async {
        let mut lab = Lab::new(5);
        let ids: Vec<String> = (0..4).map(|_| lab.cloud.add(TAGGED, v("{}"))).collect();
        let list = |first: usize, second: usize| format!(r#"["{}","{}"]"#, ids[first], ids[second]);
        let node = |needs: &str, size: u8| ignoring(&format!(r#"{{"needs":{needs},"size":{size}}}"#), &["needs[0]"]);
        lab.up(&[node(&list(0, 1), 1)]).await;
        let id = lab.id(TAGGED, "a");
        lab.cloud.change(&id, "needs", v(&list(2, 1)));
        let mut session = lab.session();
        let report = session.drift(&Targets::default(), "u", "h").await.unwrap();
        lab.store = session.into_store();
        assert_eq!((report.summary.ignored, report.summary.changed), (1, 0), "{report:#?}");
        // Neither a change of another property nor one of the program's own puts it back.
        lab.up(&[node(&list(3, 1), 2)]).await;
        assert_eq!(lab.cloud.objects()[&id].inputs.get("needs"), Some(&v(&list(2, 1))));
        lab.cloud.change(&id, "needs", v(&list(2, 3)));
        let mut session = lab.session();
        let report = session.drift(&Targets::default(), "u", "h").await.unwrap();
        lab.store = session.into_store();
        assert_eq!((report.summary.ignored, report.summary.changed), (0, 1), "{report:#?}");
    });
}

/// Protects typists.
#[test]
fn a_path_that_names_nothing_is_said() {
    virtual_time(async {
        let mut lab = Lab::new(4);
        let warnings = lab.preview(&[ignoring("{}", &["noet"])]).await.warnings;
        assert_eq!(warnings.len(), 1);
        assert_eq!(warnings[0].severity, Severity::Warning);
        assert!(warnings[0].message.contains("`noet`"), "{}", warnings[0].message);
    });
}
