//! A store with a stack, a lease and a running update, and rows to put into it.

use farsight_model::{ResourceOptions, TypeToken, Urn, Value};
use farsight_state::{
    Access, Holder, Lease, Millis, OpKind, OpStatus, Operation, ResourceKey, ResourceRow, ResourceStatus, Stack,
    StackId, StateError, Store, Transition, UpdateId, UpdateStart,
};
use std::collections::BTreeMap;
use std::path::Path;

/// 2023-11-14, a Tuesday, 22:13:20 UTC.
pub const NOW: Millis = 1_700_000_000_000;
pub const TTL: i64 = 30_000;
pub const VPC: &str = "aws:ec2/vpc:Vpc";

pub struct Fixture {
    pub store: Store,
    pub stack: StackId,
    pub lease: Lease,
    pub update: UpdateId,
}

pub fn holder(user: &str) -> Holder {
    Holder {
        user: user.into(),
        host: "desk".into(),
        pid: 7,
        process: Some("boot:1".into()),
        command: "farsight up".into(),
    }
}

pub fn start(kind: &str, at: Millis) -> UpdateStart {
    UpdateStart {
        kind: kind.into(),
        command: format!("farsight {kind} --yes"),
        user: "ann".into(),
        host: "desk".into(),
        message: None,
        version: "0.1.0".into(),
        started_at: at,
    }
}

pub fn prepare(mut store: Store) -> Fixture {
    let Stack { id: stack, .. } = store.create_stack("shop", "dev", NOW).unwrap();
    let lease = store.acquire_lease(stack, &holder("ann"), NOW, TTL).unwrap();
    let update = store.begin_update(&lease, &start("up", NOW)).unwrap();
    Fixture { store, stack, lease, update }
}

pub fn memory() -> Fixture {
    prepare(Store::in_memory().unwrap())
}

pub fn on_disk(directory: &Path) -> Fixture {
    prepare(Store::open(&directory.join("shop.db"), Access::ReadWrite).unwrap())
}

impl Fixture {
    pub fn apply(&mut self, transitions: &[Transition]) -> Result<(), StateError> {
        self.store.apply(&self.lease, transitions)
    }

    pub fn put(&self, row: ResourceRow) -> Transition {
        Transition::Put { row: Box::new(row), op: None, update: self.update }
    }

    pub fn remove(&self, key: i64, reason: &str) -> Transition {
        Transition::Remove { key: ResourceKey(key), update: self.update, reason: reason.into(), at: NOW + 9 }
    }

    pub fn rows(&self) -> Vec<ResourceRow> {
        self.store.snapshot(self.stack).unwrap().resources
    }

    pub fn names(&self) -> Vec<String> {
        self.rows().iter().map(|row| row.urn.name().to_owned()).collect()
    }

    /// A second connection to the same file, for planting what the store itself would never write.
    pub fn raw(&self) -> rusqlite::Connection {
        let conn = rusqlite::Connection::open(self.store.path().unwrap()).unwrap();
        conn.pragma_update(None, "foreign_keys", false).unwrap();
        conn.pragma_update(None, "ignore_check_constraints", true).unwrap();
        conn
    }
}

pub fn urn(name: &str) -> Urn {
    Urn::new("dev", "shop", None, &TypeToken::new(VPC), name)
}

pub fn row(key: i64, name: &str) -> ResourceRow {
    ResourceRow {
        key: ResourceKey(key),
        urn: urn(name),
        id: Some(format!("vpc-{key}")),
        custom: true,
        status: ResourceStatus::Ready,
        pending_delete: false,
        tainted: false,
        parent: None,
        provider: None,
        inputs: Value::map([("cidrBlock", Value::from("10.0.0.0/16"))]),
        outputs: Value::map([("cidrBlock", Value::from("10.0.0.0/16")), ("arn", format!("arn:{key}").into())]),
        options: ResourceOptions::default(),
        dependencies: Vec::new(),
        property_dependencies: BTreeMap::new(),
        location: None,
        created_at: NOW,
        updated_at: NOW,
        read_at: None,
        error: None,
    }
}

pub fn op_id(number: i64) -> String {
    format!("{number:032x}")
}

pub fn operation(fixture: &Fixture, number: i64, key: i64, name: &str, kind: OpKind) -> Operation {
    Operation {
        id: op_id(number),
        update: fixture.update,
        key: ResourceKey(key),
        urn: urn(name),
        kind,
        status: OpStatus::Intended,
        physical_id: None,
        inputs: row(key, name).inputs,
        replaces: None,
        row: Some(Box::new(row(key, name))),
        attempt: 0,
        error: None,
        started_at: NOW,
        accepted_at: None,
        ended_at: None,
    }
}

pub fn begin(operation: Operation) -> Transition {
    Transition::Begin(Box::new(operation))
}

pub fn accepted(number: i64, id: &str, at: Millis) -> Transition {
    Transition::Accepted { op: op_id(number), physical_id: id.into(), at }
}

pub fn finish(number: i64, status: OpStatus, at: Millis) -> Transition {
    let error = (status != OpStatus::Done).then(|| "why".to_owned());
    Transition::Finish { op: op_id(number), status, error, at }
}
