//! Planted damage is found, each kind under its own code.

use crate::common::{Fixture, begin, finish, on_disk, operation, row, urn};
use farsight_state::{OpKind, OpStatus};
use std::io::{Seek, SeekFrom, Write};

fn healthy(directory: &std::path::Path) -> Fixture {
    let mut f = on_disk(directory);
    let (mut a, mut b) = (row(1, "a"), row(2, "b"));
    a.parent = Some(urn("p"));
    b.dependencies = vec![urn("a")];
    let parent = farsight_state::ResourceRow { custom: false, id: None, ..row(3, "p") };
    let made = [begin(operation(&f, 1, 1, "a", OpKind::Create)), finish(1, OpStatus::Done, 2)];
    f.apply(&[f.put(parent), f.put(a), f.put(b), f.put(row(4, "d"))]).unwrap();
    f.apply(&made).unwrap();
    assert_eq!(f.store.verify().unwrap(), []);
    f
}

/// Protects trust in `farsight state verify`: it is silent only about a healthy file.
#[test]
fn every_kind_of_damage_is_found() {
    let edge = "INSERT INTO dependency (stack_id, key, depends_on) SELECT 1, key, ";
    let ghost = urn("ghost");
    let (a, b) = (urn("a"), urn("b"));
    let faults: &[(&str, String)] = &[
        ("dangling-dependency", format!("{edge} '{ghost}' FROM resource WHERE key = 1")),
        ("dependency-cycle", format!("{edge} '{b}' FROM resource WHERE key = 1")),
        ("missing-parent", format!("UPDATE resource SET parent = '{ghost}' WHERE key = 2")),
        ("parent-cycle", format!("UPDATE resource SET parent = '{a}' WHERE key = 3")),
        (
            "duplicate-urn",
            format!("DROP INDEX resource_current; UPDATE resource SET urn = '{a}', name = 'a' WHERE key = 4"),
        ),
        ("bad-urn", "UPDATE resource SET name = 'z' WHERE key = 2".into()),
        ("bad-urn", "UPDATE resource SET urn = 'urn:farsight:x' WHERE key = 2".into()),
        ("bad-json", r#"UPDATE resource SET inputs = '{"$farsight":"nope"}' WHERE key = 2"#.into()),
        ("bad-json", "UPDATE resource SET options = '7' WHERE key = 2".into()),
        ("bad-json", "UPDATE operation SET intent = '{}'".into()),
        ("missing-id", "UPDATE resource SET id = NULL WHERE key = 2".into()),
        ("plaintext-secret", r#"UPDATE version SET outputs = '[{"$farsight":"secret","value":"x"}]' WHERE key = 2"#.into()),
        (
            "plaintext-secret",
            r#"UPDATE resource SET options = '{"replacementTrigger":{"$farsight":"secret","value":"x"}}' WHERE key = 2"#
                .into(),
        ),
        ("key-reused", "UPDATE stack SET next_key = 3".into()),
        ("foreign-key", "DELETE FROM resource WHERE key = 2".into()),
        ("integrity", "UPDATE resource SET status = 'odd' WHERE key = 2".into()),
        ("integrity", "UPDATE resource SET inputs = '{' WHERE key = 2".into()),
    ];
    for (code, sql) in faults {
        let directory = tempfile::tempdir().unwrap();
        let f = healthy(directory.path());
        f.raw().execute_batch(sql).unwrap();
        let findings = f.store.verify().unwrap();
        assert!(!findings.is_empty() && findings.iter().all(|finding| finding.code == *code), "{sql}: {findings:?}");
    }
}

/// Protects people with a failing disk: damaged pages are reported, and reported as what they are.
#[test]
fn damaged_pages_are_found() {
    let directory = tempfile::tempdir().unwrap();
    let f = healthy(directory.path());
    let copy = directory.path().join("copy.db");
    f.store.backup(&copy).unwrap();
    let pages = copy.metadata().unwrap().len() / 4096;
    let mut found = 0;
    for page in 1..pages {
        let broken = directory.path().join(format!("{page}.db"));
        std::fs::copy(&copy, &broken).unwrap();
        let mut file = std::fs::OpenOptions::new().write(true).open(&broken).unwrap();
        file.seek(SeekFrom::Start(page * 4096)).unwrap();
        file.write_all(&[0xa5; 4096]).unwrap();
        let findings = farsight_state::Store::open(&broken, farsight_state::Access::ReadOnly).and_then(|s| s.verify());
        assert!(findings.is_err() || !findings.unwrap().is_empty(), "page {page}");
        found += 1;
    }
    assert!(found > 10);
}

/// Protects people with a damaged file: what can surely be repaired is, nothing else is touched, and the rest is told.
#[test]
fn what_is_surely_repairable_is_repaired() {
    let edge = "INSERT INTO dependency (stack_id, key, depends_on) SELECT 1, key, ";
    let (ghost, a) = (urn("ghost"), urn("a"));
    let repairable: &[(&str, String)] = &[
        ("dangling-dependency", format!("{edge} '{ghost}' FROM resource WHERE key = 1")),
        ("missing-parent", format!("UPDATE resource SET parent = '{ghost}' WHERE key = 2")),
        ("bad-urn", "UPDATE resource SET name = 'z', type = 'odd' WHERE key = 2".into()),
        ("key-reused", "UPDATE stack SET next_key = 3".into()),
        // Behind the orphaned edges, those that lead to the lost row.
        (
            "foreign-key",
            "DELETE FROM resource WHERE key = 2; UPDATE resource SET parent = 'urn:farsight:a::b::c::d' WHERE key = 4"
                .into(),
        ),
    ];
    for (code, sql) in repairable {
        let directory = tempfile::tempdir().unwrap();
        let mut f = healthy(directory.path());
        let sound = f.rows();
        f.raw().execute_batch(sql).unwrap();
        assert!(f.store.verify().unwrap().iter().all(|finding| finding.fix.is_some()), "{sql}");
        let repaired = f.store.repair(&[(f.lease.clone(), f.update)]).unwrap();
        assert!(repaired.iter().any(|finding| finding.code == *code), "{sql}: {repaired:?}");
        assert_eq!(f.store.verify().unwrap(), [], "{sql}");
        if *code != "foreign-key" {
            assert_eq!(f.rows(), sound, "{sql}");
        }
        assert_eq!(f.store.repair(&[(f.lease.clone(), f.update)]).unwrap(), [], "{sql}");
    }
    for sql in [
        format!("DROP INDEX resource_current; UPDATE resource SET urn = '{a}', name = 'a' WHERE key = 4"),
        "UPDATE resource SET id = NULL WHERE key = 2".into(),
        "UPDATE resource SET urn = 'urn:farsight:x' WHERE key = 2".into(),
        "UPDATE operation SET intent = '{}'".into(),
    ] {
        let directory = tempfile::tempdir().unwrap();
        let mut f = healthy(directory.path());
        f.raw().execute_batch(&sql).unwrap();
        let before = f.store.verify().unwrap();
        assert_eq!(f.store.repair(&[(f.lease.clone(), f.update)]).unwrap(), [], "{sql}");
        assert_eq!(f.store.verify().unwrap(), before, "{sql}");
    }
}

/// Protects other people's runs: a repair needs the lease of each stack that it changes, and leaves the others alone.
#[test]
fn a_repair_keeps_to_the_stacks_that_are_held() {
    let directory = tempfile::tempdir().unwrap();
    let mut f = healthy(directory.path());
    f.raw().execute_batch("UPDATE stack SET next_key = 3").unwrap();
    let found = f.store.verify().unwrap();
    assert_eq!(found[0].stack(), Some(f.stack));
    assert_eq!(f.store.repair(&[]).unwrap(), []);
    let old = f.lease.clone();
    f.store.break_lease(f.stack, crate::common::NOW).unwrap();
    assert!(f.store.repair(&[(old, f.update)]).is_err());
    assert_eq!(f.store.verify().unwrap(), found);
}
