//! At most one run writes to a stack, and whoever lost the lease cannot write any more.

use crate::common::{NOW, TTL, holder, memory, row, start};
use farsight_state::{Counts, Lease, LeaseInfo, StateError, Store, UpdateEnd, UpdateResult};

fn fixture() -> (Store, farsight_state::StackId, Lease) {
    let mut store = Store::in_memory().unwrap();
    let stack = store.create_stack("shop", "dev", NOW).unwrap().id;
    let lease = store.acquire_lease(stack, &holder("ann"), NOW, TTL).unwrap();
    (store, stack, lease)
}

#[test]
fn a_live_lease_locks_others_out_and_says_whose_it_is() {
    let (mut store, stack, lease) = fixture();
    let Err(StateError::Locked(info)) = store.acquire_lease(stack, &holder("bob"), NOW + TTL - 1, TTL) else {
        panic!()
    };
    let LeaseInfo { fence, holder: who, acquired_at, heartbeat_at, expires_at } = *info;
    assert_eq!((fence, who), (lease.fence, holder("ann")));
    assert_eq!((acquired_at, heartbeat_at, expires_at), (NOW, NOW, NOW + TTL));
    assert_eq!(store.lease(stack).unwrap().unwrap().fence, lease.fence);
}

#[test]
fn a_heartbeat_prolongs_the_lease() {
    let (mut store, stack, lease) = fixture();
    store.heartbeat(&lease, NOW + 20_000, TTL).unwrap();
    assert!(matches!(store.acquire_lease(stack, &holder("bob"), NOW + TTL, TTL), Err(StateError::Locked(_))));
    assert!(store.acquire_lease(stack, &holder("bob"), NOW + 50_000, TTL).is_ok());
    assert!(matches!(store.heartbeat(&lease, NOW + 51_000, TTL), Err(StateError::Fenced { .. })));
}

#[test]
fn a_dead_holder_is_replaced_at_once() {
    let (mut store, stack, lease) = fixture();
    let alive = |_: &LeaseInfo| false;
    assert!(store.acquire_lease_with(stack, &holder("bob"), NOW, TTL, alive).is_err());
    let dead = |info: &LeaseInfo| info.holder.process.as_deref() == Some("boot:1") && info.holder.pid == 7;
    let taken = store.acquire_lease_with(stack, &holder("bob"), NOW, TTL, dead).unwrap();
    assert!(taken.fence > lease.fence);
}

/// Protects the one thing that must never happen: two runs that write to one stack.
#[test]
fn whoever_lost_the_lease_writes_nothing() {
    let mut f = memory();
    f.apply(&[f.put(row(1, "a"))]).unwrap();
    let bob = f.store.acquire_lease(f.stack, &holder("bob"), NOW + TTL, TTL).unwrap();
    let before = f.store.export(f.stack).unwrap();
    let Err(StateError::Fenced { holder: Some(now) }) = f.apply(&[f.put(row(2, "b"))]) else { panic!() };
    assert_eq!(now.holder, holder("bob"));
    assert!(f.apply(&[]).is_err());
    assert!(f.store.begin_update(&f.lease, &start("up", NOW)).is_err());
    let end = UpdateEnd { result: UpdateResult::Succeeded, counts: Counts::new(), ended_at: NOW, error: None };
    assert!(f.store.end_update(&f.lease, f.update, &end).is_err());
    assert!(f.store.release_lease(&f.lease).is_err());
    assert_eq!(f.store.export(f.stack).unwrap(), before);
    f.store.apply(&bob, &[f.put(row(2, "b"))]).unwrap();
}

/// Protects `farsight cancel`: it stops a run that hangs, even when nobody takes the lease afterwards.
#[test]
fn a_broken_lease_fences_its_holder() {
    let (mut store, stack, lease) = fixture();
    assert_eq!(store.break_lease(stack, NOW).unwrap().unwrap().holder, holder("ann"));
    assert_eq!(store.break_lease(stack, NOW).unwrap(), None);
    assert_eq!(store.lease(stack).unwrap(), None);
    let Err(error) = store.apply(&lease, &[]) else { panic!() };
    assert!(matches!(error, StateError::Fenced { holder: None }));
    assert!(error.to_string().contains("run again"), "{error}");
}

/// Protects fencing itself: a number is never given out twice, whatever happens to leases between.
#[test]
fn fencing_numbers_only_grow() {
    let (mut store, stack, first) = fixture();
    store.release_lease(&first).unwrap();
    let second = store.acquire_lease(stack, &holder("ann"), NOW, TTL).unwrap();
    store.break_lease(stack, NOW).unwrap();
    let third = store.acquire_lease(stack, &holder("ann"), NOW, TTL).unwrap();
    let fourth = store.acquire_lease(stack, &holder("ann"), NOW + TTL, TTL).unwrap();
    let fences = [first, second, third, fourth].map(|lease| lease.fence);
    assert!(fences.is_sorted_by(|a, b| a < b), "{fences:?}");
}

#[test]
fn stacks_have_leases_of_their_own() {
    let (mut store, _, _) = fixture();
    let other = store.create_stack("shop", "prod", NOW).unwrap().id;
    store.acquire_lease(other, &holder("bob"), NOW, TTL).unwrap();
}
