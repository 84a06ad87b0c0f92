//! The journal: what is committed together, what is refused, and what versions remember.

use crate::common::{NOW, accepted, begin, finish, memory, op_id, operation, row, urn};
use farsight_model::{Location, Value};
use farsight_state::{OpKind, OpStatus, ResourceKey, ResourceStatus, StateError, Transition};

fn secret() -> Value {
    Value::map([("deep", Value::List(vec![Value::secret("hunter2".into())]))])
}

/// Protects every secret: none is ever written in clear, whatever the caller forgot, and nothing else of the batch is.
#[test]
fn a_secret_in_clear_is_refused_wherever_it_hides() {
    let mut f = memory();
    let mut guilty = Vec::new();
    for part in 0..3 {
        let mut bad = row(2, "b");
        match part {
            0 => bad.inputs = secret(),
            1 => bad.outputs = secret(),
            _ => bad.options.replacement_trigger = secret(),
        }
        let mut within = operation(&f, 1, 2, "b", OpKind::Create);
        within.row = Some(Box::new(bad.clone()));
        guilty.extend([f.put(bad), begin(within)]);
    }
    let mut intent = operation(&f, 1, 2, "b", OpKind::Create);
    intent.inputs = secret();
    guilty.push(begin(intent));
    for transition in guilty {
        let batch = [f.put(row(1, "a")), transition];
        assert!(
            matches!(f.apply(&batch), Err(StateError::PlaintextSecret { urn: place }) if place == urn("b").as_str())
        );
    }
    assert!(matches!(f.apply(&[Transition::Outputs { outputs: secret() }]), Err(StateError::PlaintextSecret { .. })));
    assert!(f.rows().is_empty());
    let sealed = Value::map([("a", Value::Sealed("v1:x".into())), ("b", Value::Hash("v1:y".into()))]);
    let mut good = row(1, "a");
    good.inputs = sealed.clone();
    f.apply(&[f.put(good)]).unwrap();
    assert_eq!(f.rows()[0].inputs, sealed);
}

#[test]
fn a_batch_is_committed_whole_or_not_at_all() {
    let mut f = memory();
    let batch = [f.put(row(1, "a")), finish(9, OpStatus::Done, NOW)];
    assert!(matches!(f.apply(&batch), Err(StateError::NoSuchOperation { op }) if op == op_id(9)));
    assert!(f.rows().is_empty());
    assert_eq!(f.store.snapshot(f.stack).unwrap().next_key, ResourceKey(1));
}

#[test]
fn an_operation_goes_from_intent_to_done() {
    let mut f = memory();
    f.apply(&[begin(operation(&f, 1, 1, "a", OpKind::Create))]).unwrap();
    let open = |f: &crate::common::Fixture| f.store.snapshot(f.stack).unwrap().operations;
    assert_eq!(open(&f), [operation(&f, 1, 1, "a", OpKind::Create)]);
    f.apply(&[accepted(1, "vpc-1", NOW + 1)]).unwrap();
    let [ref it] = open(&f)[..] else { panic!() };
    assert_eq!(
        (it.status, it.physical_id.as_deref(), it.accepted_at),
        (OpStatus::Accepted, Some("vpc-1"), Some(NOW + 1))
    );
    f.apply(&[finish(1, OpStatus::Unknown, NOW + 2)]).unwrap();
    let [ref it] = open(&f)[..] else { panic!() };
    assert_eq!((it.status, it.error.as_deref(), it.ended_at), (OpStatus::Unknown, Some("why"), None));
    f.apply(&[finish(1, OpStatus::Done, NOW + 3)]).unwrap();
    assert!(open(&f).is_empty());
}

/// Protects what is settled: it cannot be settled otherwise later.
#[test]
fn a_settled_operation_stays_settled() {
    let mut f = memory();
    f.apply(&[begin(operation(&f, 1, 1, "a", OpKind::Create)), finish(1, OpStatus::Failed, NOW)]).unwrap();
    let again = begin(operation(&f, 1, 1, "a", OpKind::Create));
    for transition in [accepted(1, "x", NOW), finish(1, OpStatus::Done, NOW), again] {
        assert!(matches!(f.apply(&[transition]), Err(StateError::OperationStatus { from: OpStatus::Failed, .. })));
    }
    f.apply(&[begin(operation(&f, 2, 1, "a", OpKind::Create))]).unwrap();
    let back = finish(2, OpStatus::Intended, NOW);
    assert!(matches!(f.apply(&[back]), Err(StateError::OperationStatus { to: OpStatus::Intended, .. })));
}

/// Protects recovery: another attempt under the same token does not forget the id that is known.
#[test]
fn another_attempt_keeps_the_known_id() {
    let mut f = memory();
    f.apply(&[begin(operation(&f, 1, 1, "a", OpKind::Create)), accepted(1, "vpc-1", NOW)]).unwrap();
    f.apply(&[finish(1, OpStatus::Unknown, NOW)]).unwrap();
    let mut again = operation(&f, 1, 1, "a", OpKind::Create);
    again.attempt = 1;
    again.started_at = NOW + 9;
    f.apply(&[begin(again.clone())]).unwrap();
    again.physical_id = Some("vpc-1".into());
    assert_eq!(f.store.snapshot(f.stack).unwrap().operations, [again]);
    let other = operation(&f, 1, 2, "b", OpKind::Create);
    assert!(matches!(f.apply(&[begin(other)]), Err(StateError::Refused { .. })), "an id must not be shared");
}

#[test]
fn what_the_schema_refuses_is_named() {
    let mut f = memory();
    let mut bad = operation(&f, 1, 1, "a", OpKind::Create);
    bad.id = "NOT HEX".into();
    let error = f.apply(&[begin(bad)]).unwrap_err();
    assert!(error.to_string().contains("operation NOT HEX"), "{error}");
    let orphan = Transition::Put { row: Box::new(row(1, "a")), op: None, update: farsight_state::UpdateId(99) };
    assert!(matches!(f.apply(&[orphan]), Err(StateError::Refused { what, .. }) if what == urn("a").as_str()));
    assert!(f.apply(&[Transition::Outputs { outputs: Value::from("no map") }]).is_err());
}

/// Protects replacements: both halves may be in the state, but only one is current.
#[test]
fn a_urn_has_one_current_row_and_any_number_of_old_halves() {
    let mut f = memory();
    f.apply(&[f.put(row(1, "a"))]).unwrap();
    assert!(
        matches!(f.apply(&[f.put(row(2, "a"))]), Err(StateError::DuplicateUrn { urn: it }) if it == urn("a").as_str())
    );
    let mut old = row(1, "a");
    old.pending_delete = true;
    let mut dependent = row(3, "b");
    dependent.dependencies = vec![urn("a")];
    f.apply(&[f.put(old), f.put(row(2, "a")), f.put(dependent)]).unwrap();
    assert_eq!(f.names(), ["a", "a", "b"]);
    f.apply(&[f.remove(1, "deleted")]).unwrap();
    assert_eq!(f.rows()[1].dependencies, [urn("a")], "the edge means the new half");
    f.apply(&[f.remove(2, "deleted")]).unwrap();
    assert_eq!(f.rows()[0].dependencies, []);
    assert!(f.store.verify().unwrap().is_empty());
}

#[test]
fn edges_come_back_sorted_and_once() {
    let mut f = memory();
    let mut it = row(1, "c");
    it.dependencies = vec![urn("b"), urn("a"), urn("b")];
    it.property_dependencies = [("x".into(), vec![urn("b"), urn("a")]), ("none".into(), vec![])].into();
    f.apply(&[f.put(row(2, "a")), f.put(row(3, "b")), f.put(it)]).unwrap();
    let rows = f.rows();
    assert_eq!(rows[0].dependencies, [urn("a"), urn("b")]);
    assert_eq!(rows[0].property_dependencies, [("x".to_owned(), vec![urn("a"), urn("b")])].into());
}

#[test]
fn removing_what_is_not_there_is_no_error() {
    let mut f = memory();
    f.apply(&[f.remove(1, "gone"), f.put(row(1, "a")), f.remove(1, "gone"), f.remove(1, "gone")]).unwrap();
    assert_eq!(f.store.versions(f.stack, None).unwrap().len(), 2);
}

#[test]
fn keys_are_never_given_out_twice() {
    let mut f = memory();
    let next = |f: &crate::common::Fixture| f.store.snapshot(f.stack).unwrap().next_key.0;
    assert_eq!(next(&f), 1);
    f.apply(&[f.put(row(4, "a"))]).unwrap();
    f.apply(&[f.remove(4, "deleted"), f.put(row(2, "b"))]).unwrap();
    assert_eq!(next(&f), 5);
    f.apply(&[begin(operation(&f, 1, 9, "c", OpKind::Create)), finish(1, OpStatus::Failed, NOW)]).unwrap();
    assert_eq!(next(&f), 10, "a failed create used its key");
}

/// Protects the history: every change of substance is a version, and nothing else is.
#[test]
fn versions_tell_what_changed_and_skip_what_did_not() {
    let mut f = memory();
    let mut it = row(1, "a");
    it.status = ResourceStatus::Creating;
    f.apply(&[f.put(it.clone())]).unwrap();
    it.status = ResourceStatus::Ready;
    f.apply(&[Transition::Put { row: Box::new(it.clone()), op: Some(op_id(1)), update: f.update }]).unwrap();
    it.updated_at = NOW + 5;
    it.read_at = Some(NOW + 5);
    it.location = Some(Location { file: "src/main.rs".into(), line: 3, column: 9 });
    f.apply(&[f.put(it.clone())]).unwrap();
    assert_eq!(f.rows(), [it.clone()], "times and location are kept all the same");
    it.outputs.set("arn", "arn:new".into());
    f.apply(&[f.put(row(2, "b")), f.put(it.clone())]).unwrap();
    it.dependencies = vec![urn("b")];
    f.apply(&[f.put(it.clone())]).unwrap();
    f.apply(&[f.remove(1, "deleted")]).unwrap();
    let versions = f.store.versions(f.stack, Some(&it.urn)).unwrap();
    assert_eq!(versions.len(), 5);
    let statuses: Vec<_> = versions.iter().filter_map(|version| Some(version.state.as_ref()?.status)).collect();
    assert_eq!(
        statuses,
        [ResourceStatus::Creating, ResourceStatus::Ready, ResourceStatus::Ready, ResourceStatus::Ready]
    );
    assert_eq!(versions[1].op, Some(op_id(1)));
    assert_eq!(versions[3].state.as_ref().unwrap().dependencies, [urn("b")]);
    assert_eq!((versions[4].removed.as_deref(), versions[4].id.as_deref()), (Some("deleted"), Some("vpc-1")));
    assert_eq!(f.store.versions(f.stack, None).unwrap().len(), 6);
}

#[test]
fn outputs_are_replaced_as_a_whole() {
    let mut f = memory();
    let outputs = Value::map([("url", Value::from("http://x")), ("nothing", Value::Null)]);
    f.apply(&[Transition::Outputs { outputs: outputs.clone() }]).unwrap();
    assert_eq!(f.store.snapshot(f.stack).unwrap().outputs, outputs);
    f.apply(&[Transition::Outputs { outputs: Value::Null }]).unwrap();
    assert_eq!(f.store.snapshot(f.stack).unwrap().outputs, Value::map::<String>([]));
}

/// Protects the schedule: it is ruled by how long things take lately, not by how long they took once.
#[test]
fn durations_are_means_of_the_latest_operations() {
    let mut f = memory();
    for number in 0..30 {
        let mut it = operation(&f, number, 1, "a", OpKind::Create);
        it.started_at = NOW + number * 1000;
        let took = if number < 10 { 999 } else { 100 };
        f.apply(&[begin(it.clone()), finish(number, OpStatus::Done, it.started_at + took)]).unwrap();
    }
    f.apply(&[begin(operation(&f, 99, 1, "a", OpKind::Delete)), finish(99, OpStatus::Failed, NOW)]).unwrap();
    let durations = f.store.durations(f.stack).unwrap();
    assert_eq!(durations, [((crate::common::VPC.to_owned(), OpKind::Create), 100.0)].into());
}
