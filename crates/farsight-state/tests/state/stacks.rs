//! Stacks and the history of updates.

use crate::common::{NOW, TTL, begin, finish, holder, memory, operation, row, start};
use farsight_state::{Cloud, OpKind, OpStatus, StateError, Store, UpdateEnd, UpdateResult};

#[test]
fn stacks_are_found_by_name_and_listed() {
    let mut store = Store::in_memory().unwrap();
    let b = store.create_stack("shop", "b", NOW).unwrap();
    let a = store.create_stack("shop", "a", NOW).unwrap();
    assert_eq!(store.stacks().unwrap(), [a.clone(), b.clone()]);
    assert_eq!(store.stack("b").unwrap(), Some(b));
    assert_eq!(store.stack("c").unwrap(), None);
    assert!(matches!(store.create_stack("shop", "a", NOW), Err(StateError::AlreadyExists { name }) if name == "a"));
    let cloud = Cloud { account: "1".into(), region: "eu-central-1".into(), endpoint: None, sandbox: true };
    store.set_cloud(a.id, &cloud).unwrap();
    store.set_key_info(a.id, "v1:key").unwrap();
    assert_eq!(store.stack("a").unwrap().unwrap().cloud, Some(cloud));
    assert_eq!(store.key_info(a.id).unwrap().as_deref(), Some("v1:key"));
}

/// Protects what lies in the cloud: a stack that still owns something, or may, is not forgotten.
#[test]
fn only_an_empty_stack_can_be_removed() {
    let mut f = memory();
    let intent = operation(&f, 1, 1, "a", OpKind::Create);
    f.apply(&[begin(intent)]).unwrap();
    let refused = f.store.remove_stack(f.stack);
    assert!(matches!(refused, Err(StateError::StackNotEmpty { resources: 0, operations: 1 })));
    f.apply(&[finish(1, OpStatus::Done, NOW), f.put(row(1, "a"))]).unwrap();
    let refused = f.store.remove_stack(f.stack);
    assert!(matches!(refused, Err(StateError::StackNotEmpty { resources: 1, operations: 0 })));
    f.apply(&[f.remove(1, "deleted")]).unwrap();
    f.store.remove_stack(f.stack).unwrap();
    assert!(f.store.stacks().unwrap().is_empty());
    assert!(matches!(f.store.remove_stack(f.stack), Err(StateError::NoSuchStack)));
    assert!(matches!(f.store.snapshot(f.stack), Err(StateError::NoSuchStack)));
    assert!(f.store.verify().unwrap().is_empty());
}

/// Protects a stack from the run of a removed one of the same name.
#[test]
fn a_lease_of_a_removed_stack_fits_no_later_one() {
    let mut f = memory();
    f.store.remove_stack(f.stack).unwrap();
    let again = f.store.create_stack("shop", "dev", NOW).unwrap();
    f.store.acquire_lease(again.id, &holder("bob"), NOW, TTL).unwrap();
    assert!(matches!(f.apply(&[]), Err(StateError::Fenced { holder: None })));
}

#[test]
fn updates_are_numbered_per_stack_and_listed_newest_first() {
    let mut f = memory();
    let end = UpdateEnd {
        result: UpdateResult::Succeeded,
        counts: [("create".to_owned(), 2)].into(),
        ended_at: NOW + 5,
        error: None,
    };
    f.store.end_update(&f.lease, f.update, &end).unwrap();
    assert!(matches!(f.store.end_update(&f.lease, f.update, &end), Err(StateError::NoSuchUpdate { number: 1 })));
    let second = f.store.begin_update(&f.lease, &start("down", NOW + 10)).unwrap();
    let updates = f.store.updates(f.stack, 10).unwrap();
    assert_eq!(updates.iter().map(|update| update.id.0).collect::<Vec<_>>(), [2, 1]);
    assert_eq!((updates[0].id, updates[0].result), (second, None));
    assert_eq!(updates[1].counts, end.counts);
    assert_eq!(f.store.updates(f.stack, 1).unwrap().len(), 1);
}

/// Protects the history: an update whose process died does not look as if it still ran.
#[test]
fn an_update_that_never_ended_becomes_interrupted() {
    let mut f = memory();
    f.store.begin_update(&f.lease, &start("up", NOW + 10)).unwrap();
    let updates = f.store.updates(f.stack, 10).unwrap();
    assert_eq!((updates[1].result, updates[1].ended_at), (Some(UpdateResult::Interrupted), None));
}
