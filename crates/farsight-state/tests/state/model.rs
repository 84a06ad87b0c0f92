//! Random transitions against a model of a few lines: the store must agree after every batch.

use crate::common::{Fixture, NOW, accepted, begin, finish, memory, operation, row, urn};
use farsight_model::{Urn, Value};
use farsight_state::{OpKind, OpStatus, Operation, ResourceKey, ResourceRow, Store, Transition};
use proptest::prelude::*;
use std::collections::BTreeMap;

/// Keys share names, so that random rows become halves of replacements.
const NAMES: [&str; 4] = ["a", "b", "c", "d"];

fn name(key: i64) -> &'static str {
    NAMES[usize::try_from(key).unwrap() % NAMES.len()]
}

#[derive(Debug, Clone)]
enum Action {
    Put { key: i64, pending: bool, wants: Vec<bool>, note: u8 },
    Remove { key: i64 },
    Begin { op: i64, key: i64 },
    Accepted { op: i64 },
    Finish { op: i64, status: OpStatus },
    Outputs { note: u8 },
}

fn action() -> impl Strategy<Value = Action> {
    let key = 1..9_i64;
    let op = 1..6_i64;
    prop_oneof![
        6 => (key.clone(), any::<bool>(), prop::collection::vec(any::<bool>(), 4), 0..3_u8)
            .prop_map(|(key, pending, wants, note)| Action::Put { key, pending, wants, note }),
        3 => key.clone().prop_map(|key| Action::Remove { key }),
        2 => (op.clone(), key).prop_map(|(op, key)| Action::Begin { op, key }),
        2 => op.clone().prop_map(|op| Action::Accepted { op }),
        2 => (op, prop::sample::select(OpStatus::ALL)).prop_map(|(op, status)| Action::Finish { op, status }),
        1 => (0..3_u8).prop_map(|note| Action::Outputs { note }),
    ]
}

#[derive(Debug, Clone)]
struct Model {
    rows: BTreeMap<i64, ResourceRow>,
    operations: BTreeMap<i64, Operation>,
    outputs: Value,
    next_key: i64,
}

impl Model {
    fn has(&self, urn: &Urn) -> bool {
        self.rows.values().any(|row| row.urn == *urn)
    }

    /// What the engine would write for the action: edges lead only to rows that are there, and never up the alphabet,
    /// so there are no cycles.
    fn transition(&self, f: &Fixture, action: &Action) -> Transition {
        match action {
            Action::Put { key, pending, wants, note } => {
                let mut it = row(*key, name(*key));
                it.pending_delete = *pending;
                it.inputs.set("note", Value::from(i64::from(*note)));
                it.updated_at = NOW + i64::from(*note);
                let targets = NAMES.iter().zip(wants).filter(|(target, want)| **want && **target < name(*key));
                it.dependencies = targets.map(|(target, _)| urn(target)).filter(|urn| self.has(urn)).collect();
                if let Some(first) = it.dependencies.first() {
                    it.property_dependencies.insert("p".to_owned(), vec![first.clone()]);
                }
                f.put(it)
            }
            Action::Remove { key } => f.remove(*key, "deleted"),
            Action::Begin { op, key } => begin(operation(f, *op, *key, name(*key), OpKind::Create)),
            Action::Accepted { op } => accepted(*op, "id", NOW + 1),
            Action::Finish { op, status } => finish(*op, *status, NOW + 2),
            Action::Outputs { note } => Transition::Outputs { outputs: Value::map([("n", i64::from(*note).into())]) },
        }
    }

    /// Does what the store should do; `None` if it should refuse.
    fn apply(&mut self, transition: &Transition) -> Option<()> {
        match transition {
            Transition::Put { row, .. } => {
                let twice = |other: &ResourceRow| other.urn == row.urn && other.key != row.key && !other.pending_delete;
                if !row.pending_delete && self.rows.values().any(twice) {
                    return None;
                }
                self.next_key = self.next_key.max(row.key.0 + 1);
                self.rows.insert(row.key.0, (**row).clone());
            }
            Transition::Remove { key, .. } => {
                if let Some(gone) = self.rows.remove(&key.0)
                    && !self.has(&gone.urn)
                {
                    for row in self.rows.values_mut() {
                        row.dependencies.retain(|urn| *urn != gone.urn);
                        row.property_dependencies.retain(|_, urns| *urns != [gone.urn.clone()]);
                    }
                }
            }
            Transition::Begin(intent) => {
                let number = i64::from_str_radix(&intent.id, 16).unwrap();
                let mut intent = (**intent).clone();
                if let Some(open) = self.operations.get(&number) {
                    if open.status.has_ended() || open.key != intent.key {
                        return None;
                    }
                    intent.physical_id.clone_from(&open.physical_id);
                }
                self.next_key = self.next_key.max(intent.key.0 + 1);
                self.operations.insert(number, intent);
            }
            Transition::Accepted { op, physical_id, at } => {
                let it = self.open(op)?;
                it.status = OpStatus::Accepted;
                it.physical_id = Some(physical_id.clone());
                it.accepted_at = Some(*at);
                it.error = None;
            }
            Transition::Finish { op, status, error, at } => {
                let it = self.open(op)?;
                if matches!(status, OpStatus::Intended | OpStatus::Accepted) {
                    return None;
                }
                it.status = *status;
                it.error.clone_from(error);
                it.ended_at = status.has_ended().then_some(*at);
            }
            Transition::Outputs { outputs } => self.outputs = outputs.clone(),
        }
        Some(())
    }

    fn open(&mut self, op: &str) -> Option<&mut Operation> {
        self.operations.values_mut().find(|it| it.id == op).filter(|it| !it.status.has_ended())
    }

    fn check(&self, f: &Fixture) -> Result<(), TestCaseError> {
        let snapshot = f.store.snapshot(f.stack).unwrap();
        prop_assert_eq!(&snapshot.resources, &self.rows.values().cloned().collect::<Vec<_>>());
        let mut open = snapshot.operations.clone();
        open.sort_by(|a, b| a.id.cmp(&b.id));
        let expected: Vec<_> = self.operations.values().filter(|it| !it.status.has_ended()).cloned().collect();
        prop_assert_eq!(open, expected);
        prop_assert_eq!(&snapshot.outputs, &self.outputs);
        prop_assert_eq!(snapshot.next_key, ResourceKey(self.next_key));
        prop_assert_eq!(f.store.verify().unwrap(), []);
        // Edges may be lost to a removal without a version; everything else must be in the latest one.
        let mut latest = BTreeMap::new();
        for version in f.store.versions(f.stack, None).unwrap() {
            latest.insert(version.key.0, version);
        }
        latest.retain(|_, version| version.removed.is_none());
        prop_assert_eq!(latest.keys().collect::<Vec<_>>(), self.rows.keys().collect::<Vec<_>>());
        for (key, version) in &latest {
            let state = version.state.as_ref().unwrap();
            let row = &self.rows[key];
            prop_assert_eq!((&state.inputs, state.pending_delete), (&row.inputs, row.pending_delete));
        }
        Ok(())
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// Protects everything: the store is what the transitions say, after any of them, and never damaged.
    #[test]
    fn the_store_agrees_with_the_model(batches in prop::collection::vec(prop::collection::vec(action(), 1..4), 1..24)) {
        let mut f = memory();
        let outputs = Value::map::<String>([]);
        let mut model = Model { rows: BTreeMap::new(), operations: BTreeMap::new(), outputs, next_key: 1 };
        for batch in &batches {
            let mut next = model.clone();
            let mut allowed = Some(());
            let mut transitions = Vec::new();
            for action in batch {
                let transition = next.transition(&f, action);
                allowed = allowed.and_then(|()| next.apply(&transition));
                transitions.push(transition);
            }
            let done = f.apply(&transitions);
            prop_assert_eq!(done.is_ok(), allowed.is_some(), "{:?}", done);
            if allowed.is_some() {
                model = next;
            }
            model.check(&f)?;
        }
        // The same stack, restored from its document, is the same stack.
        let document = f.store.export(f.stack).unwrap();
        let mut copy = Store::in_memory().unwrap();
        let stack = copy.create_stack("shop", "dev", NOW).unwrap().id;
        let lease = copy.acquire_lease(stack, &crate::common::holder("bob"), NOW, 1).unwrap();
        copy.import_document(&lease, document.clone()).unwrap();
        prop_assert_eq!(copy.export(stack).unwrap(), document);
        prop_assert_eq!(copy.snapshot(stack).unwrap(), f.store.snapshot(f.stack).unwrap());
        prop_assert_eq!(copy.verify().unwrap(), []);
    }
}
