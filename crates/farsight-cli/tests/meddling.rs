//! Drift on every type of the guide's stack: what somebody does behind its back is named property by property, and the
//! next `up` puts it back.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests, which clippy does not see")]

mod common;

use common::{guide::Guide, repository};

/// Lets `tests/meddle_guide.py` change the cloud, and compares what it says with what a drift report says.
fn meddle(guide: &Guide, args: &[&str]) {
    let script = repository().join("tests/meddle_guide.py");
    let output = guide.python(&[&[script.to_str().unwrap()], args].concat());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let expected: Vec<String> = String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect();
    assert!(expected.len() > 30, "{expected:?}");
    let report: serde_json::Value = serde_json::from_str(&guide.exits(6, &["drift", "--check", "--json"])).unwrap();
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let mut found: Vec<String> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| format!("{} {} {}", text(&f["kind"]), text(&f["urn"]).rsplit("::").next().unwrap(), text(&f["path"])))
        .map(|line| line.trim_end().to_owned())
        .collect();
    found.sort();
    assert_eq!(found, expected);
    guide.ok(&["up", "--yes"]);
    guide.check_cloud(&["up"]);
    guide.ok(&["drift", "--check"]);
    guide.ok(&["preview", "--expect-no-changes"]);
}

/// Protects the audit: no change of a readable property goes unnoticed, no other is named, and each is repaired.
#[test]
fn whatever_changes_is_named_and_put_back() {
    let guide = Guide::new();
    guide.ok(&["up", "--sandbox", "--yes"]);
    meddle(&guide, &[]);
    meddle(&guide, &["tags"]);
}
