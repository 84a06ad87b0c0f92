//! Each parameter of `programs/farsight-server` changed in turn, with the built binary: `docs/parameters.md` says what happens.
//! `FARSIGHT_BLESS=1` writes the page anew.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests, which clippy does not see")]

mod common;

use common::guide::Guide;
use common::repository;
use std::collections::{BTreeMap, BTreeSet};

const PAGE: &str = "docs/parameters.md";

/// What happens to which resources.
type Effect = BTreeMap<String, BTreeSet<String>>;

/// A parameter, the value that it is tried with, and what the page says that it does.
struct Row {
    key: String,
    value: String,
    effect: Effect,
}

/// The table's rows; several lines are one row where the first cells are empty.
fn rows(page: &str) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    for line in page.lines().filter(|line| line.starts_with("| `") || line.starts_with("| |")) {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [key, value, op, names] = cells[..] else { panic!("{line}: four cells are expected") };
        let (key, value) = (key.trim_matches('`'), value.trim_matches('`'));
        if !key.is_empty() {
            rows.push(Row { key: key.to_owned(), value: value.to_owned(), effect: Effect::new() });
        }
        let effect = &mut rows.last_mut().unwrap().effect;
        let names = names.split(", ").map(|name| name.trim_matches('`').to_owned()).filter(|name| !name.is_empty());
        if !op.is_empty() {
            effect.entry(op.to_owned()).or_default().extend(names);
        }
    }
    rows
}

/// The page with what really happens.
fn blessed(page: &str, found: &[(String, String, Effect)]) -> String {
    let mut table = String::new();
    for (key, value, effect) in found {
        let mut head = format!("`{key}` | `{value}`");
        for (op, names) in effect {
            let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
            table.extend([format!("| {head} | {op} | {} |\n", names.join(", "))]);
            " | ".clone_into(&mut head);
        }
    }
    let table = table.replace("|  |  |", "| | |");
    let begin = page.find("|---").unwrap();
    let begin = begin + page[begin..].find('\n').unwrap() + 1;
    let end = begin + page[begin..].find("\n\n").unwrap() + 1;
    format!("{}{table}{}", &page[..begin], &page[end..])
}

fn effect(ops: Vec<String>) -> Effect {
    let mut effect = Effect::new();
    for op in ops {
        let (op, name) = op.split_once(' ').unwrap();
        effect.entry(op.to_owned()).or_default().insert(name.to_owned());
    }
    effect
}

/// Protects plans: whoever changes a parameter knows what will happen, and it does.
#[test]
fn each_parameter_does_what_the_page_says() {
    let path = repository().join(PAGE);
    let page = std::fs::read_to_string(&path).unwrap();
    let rows = rows(&page);
    let guide = Guide::new();
    guide.ok(&["up", "--sandbox", "--yes"]);
    guide.meddle(
        r#"import boto3; boto3.client("route53").create_hosted_zone(Name="example.com", CallerReference="a zone of one's own")"#,
    );
    let mut found = Vec::new();
    for row in &rows {
        let effect = effect(guide.ops(&["-c", &format!("{}={}", row.key, row.value)]));
        assert!(!effect.is_empty(), "`{}` does nothing", row.key);
        found.push((row.key.clone(), row.value.clone(), effect));
    }
    if std::env::var_os("FARSIGHT_BLESS").is_some() {
        std::fs::write(&path, blessed(&page, &found)).unwrap();
    } else {
        for (row, (key, _, effect)) in rows.iter().zip(&found) {
            assert_eq!(&row.effect, effect, "{PAGE} says of `{key}` what does not happen");
        }
    }

    // All of them at once, but a snapshot that is not there; the cloud agrees.
    let pairs: Vec<String> =
        rows.iter().filter(|row| row.key != "db_snapshot").map(|row| format!("{}={}", row.key, row.value)).collect();
    let options: Vec<&str> = pairs.iter().flat_map(|pair| ["-c", pair]).collect();
    guide.ok(&[&["up", "--yes"], &options[..]].concat());
    let pairs: Vec<&str> = pairs.iter().map(String::as_str).collect();
    guide.check_cloud(&[&["up"], &pairs[..]].concat());
    guide.ok(&[&["preview", "--expect-no-changes"], &options[..]].concat());
    guide.ok(&["drift", "--check"]);

    // What is protected must be let go first.
    guide.exits(1, &["down", "--yes"]);
    guide.ok(&[&["up", "--yes"], &options[..], &["-c", "deletion_protection=false"]].concat());
    guide.ok(&["down", "--yes"]);
    // The first database left a snapshot, and the first repository stayed with its images.
    guide.ok(&["state", "verify"]);
    assert_eq!(guide.json(&["state", "ls", "--json"]), serde_json::json!([]));
}

/// Protects the page: no parameter is missing.
#[test]
fn every_parameter_is_on_the_page() {
    let settings = std::fs::read_to_string(repository().join("programs/farsight-server/src/settings.rs")).unwrap();
    let known: BTreeSet<String> = settings
        .lines()
        .filter_map(|line| line.strip_prefix("//! | `"))
        .flat_map(|line| line.split(" | ").next().unwrap_or_default().split(", "))
        .map(|key| key.trim_matches('`').to_owned())
        .collect();
    assert!(known.len() > 30, "{known:?}");
    let page = std::fs::read_to_string(repository().join(PAGE)).unwrap();
    let listed: BTreeSet<String> = rows(&page).into_iter().map(|row| row.key).collect();
    let elsewhere = ["region", "secret_import", "hosted_zone"].map(str::to_owned).into();
    assert_eq!(known, listed.union(&elsewhere).cloned().collect());
}

/// Protects `region`: it chooses where a stack is made, and moves none.
#[test]
fn the_region_is_the_providers() {
    let guide = Guide::new();
    guide.configure("region = \"eu-central-1\"");
    let plan = guide.json(&["preview", "--sandbox", "--json"]);
    assert!(plan.to_string().contains("com.amazonaws.eu-central-1.ecr.api"), "the plan is for another region");
    let shown = String::from_utf8(guide.run(&["preview", "--sandbox", "-c", "aws:region=eu-west-1"]).stderr).unwrap();
    assert!(shown.contains("`region` is `eu-central-1`, but AWS is reached in `eu-west-1`"), "{shown}");
    guide.configure("region = \"eu-central-1\"\n\"aws:region\" = \"eu-west-1\"");
    let shown = String::from_utf8(guide.run(&["preview", "--sandbox"]).stderr).unwrap();
    assert!(
        shown.contains("configuration keys `region` and `aws:region` are the same, but have two values"),
        "{shown}"
    );
}
