//! Measures the store on 10,000 resources: `cargo run --release -p farsight-state --example measure`.
#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "an example for developers")]

use farsight_model::{ResourceOptions, TypeToken, Urn, Value};
use farsight_state::{
    Access, Holder, OpKind, OpStatus, Operation, ResourceKey, ResourceRow, ResourceStatus, Store, Transition, UpdateId,
    UpdateStart, Writer,
};
use std::collections::BTreeMap;
use std::sync::mpsc::channel;
use std::time::Instant;

const RESOURCES: i64 = 10_000;
const BATCH: usize = 1_000;

fn urn(key: i64) -> Urn {
    Urn::new("dev", "shop", None, &TypeToken::new("aws:ec2/subnet:Subnet"), &format!("private-{key}"))
}

/// About what a subnet has: 14 inputs, 20 outputs, two dependencies.
fn row(key: i64) -> ResourceRow {
    let tags = Value::map([("Name", Value::from(format!("private-{key}"))), ("team", "platform".into())]);
    let mut inputs = Value::map([
        ("vpcId", Value::from("vpc-0a1b2c3d4e5f60718")),
        ("cidrBlock", format!("10.{}.{}.0/24", key / 256, key % 256).into()),
        ("availabilityZone", "eu-central-1a".into()),
        ("mapPublicIpOnLaunch", false.into()),
        ("tags", tags),
    ]);
    let mut outputs = inputs.clone();
    for number in 0..9 {
        inputs.set(&format!("someInputOfTheType{number}"), "a value of usual length".into());
    }
    for number in 0..15 {
        outputs.set(&format!("someOutputOfTheType{number}"), "arn:aws:ec2:eu-central-1:123456789012:subnet/x".into());
    }
    let dependencies: Vec<Urn> = [key - 1, key / 2].into_iter().filter(|other| *other > 0).map(urn).collect();
    ResourceRow {
        key: ResourceKey(key),
        urn: urn(key),
        id: Some(format!("subnet-{key:017x}")),
        custom: true,
        status: ResourceStatus::Ready,
        pending_delete: false,
        tainted: false,
        parent: None,
        provider: None,
        inputs,
        outputs,
        options: ResourceOptions::default(),
        property_dependencies: BTreeMap::from([("vpcId".to_owned(), dependencies.clone())]),
        dependencies,
        location: None,
        created_at: key,
        updated_at: key,
        read_at: None,
        error: None,
    }
}

fn begin(key: i64, update: UpdateId) -> Transition {
    let row = row(key);
    Transition::Begin(Box::new(Operation {
        id: format!("{key:032x}"),
        update,
        key: row.key,
        urn: row.urn.clone(),
        kind: OpKind::Create,
        status: OpStatus::Intended,
        physical_id: None,
        inputs: row.inputs.clone(),
        replaces: None,
        row: None,
        attempt: 0,
        error: None,
        started_at: key,
        accepted_at: None,
        ended_at: None,
    }))
}

fn put(key: i64, update: UpdateId) -> Transition {
    Transition::Put { row: Box::new(row(key)), op: None, update }
}

fn timed<T>(what: &str, per: u128, work: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let result = work();
    let took = start.elapsed();
    println!("{what:55} {took:>12.2?}  {:>8.2} us each", took.as_micros() as f64 / per as f64);
    result
}

fn main() {
    let directory = tempfile::tempdir_in(std::env::args().nth(1).unwrap_or_else(|| ".".into())).unwrap();
    let path = directory.path().join("shop.db");
    let mut store = Store::open(&path, Access::ReadWrite).unwrap();
    let stack = store.create_stack("shop", "dev", 0).unwrap().id;
    let me = Holder { user: "a".into(), host: "b".into(), pid: 1, process: None, command: "up".into() };
    let lease = store.acquire_lease(stack, &me, 0, 1).unwrap();
    let start = UpdateStart {
        kind: "up".into(),
        command: "farsight up".into(),
        user: "a".into(),
        host: "b".into(),
        message: None,
        version: "0".into(),
        started_at: 0,
    };
    let update = store.begin_update(&lease, &start).unwrap();
    let each = RESOURCES as u128;

    let all: Vec<_> = (1..=RESOURCES).map(|key| begin(key, update)).collect();
    timed("begin 10,000 operations, 1,000 a commit", each, || {
        all.chunks(BATCH).for_each(|batch| store.apply(&lease, batch).unwrap());
    });
    let all: Vec<_> = (1..=RESOURCES)
        .map(|key| Transition::Accepted { op: format!("{key:032x}"), physical_id: "subnet-1".into(), at: 1 })
        .collect();
    timed("accept 10,000 operations, 1,000 a commit", each, || {
        all.chunks(BATCH).for_each(|batch| store.apply(&lease, batch).unwrap());
    });
    let all: Vec<_> = (1..=RESOURCES).map(|key| put(key, update)).collect();
    timed("put 10,000 rows, 1,000 a commit", each, || {
        all.chunks(BATCH).for_each(|batch| store.apply(&lease, batch).unwrap());
    });
    timed("put the same 10,000 rows again, 1,000 a commit", each, || {
        all.chunks(BATCH).for_each(|batch| store.apply(&lease, batch).unwrap());
    });
    let finish =
        |key: i64| Transition::Finish { op: format!("{key:032x}"), status: OpStatus::Done, error: None, at: key + 50 };
    let all: Vec<_> = (1..=RESOURCES).map(finish).collect();
    timed("finish 10,000 operations, 1,000 a commit", each, || {
        all.chunks(BATCH).for_each(|batch| store.apply(&lease, batch).unwrap());
    });
    timed("snapshot of 10,000 resources, first", each, || store.snapshot(stack).unwrap());
    timed("snapshot of 10,000 resources, again", each, || store.snapshot(stack).unwrap());
    timed("durations over 10,000 operations", each, || store.durations(stack).unwrap());
    timed("versions of 10,000 resources", each, || store.versions(stack, None).unwrap());
    timed("verify", each, || assert!(store.verify().unwrap().is_empty()));
    timed("export", each, || store.export(stack).unwrap());
    timed("100 commits of one transition", 100, || {
        for number in 0..100_i64 {
            let outputs = Value::map([("number", Value::from(number))]);
            store.apply(&lease, &[Transition::Outputs { outputs }]).unwrap();
        }
    });
    let copy = directory.path().join("copy.db");
    timed("backup", each, || store.backup(&copy).unwrap());
    println!(
        "file size {} KiB, backup {} KiB",
        path.metadata().unwrap().len() / 1024,
        copy.metadata().unwrap().len() / 1024
    );

    let writer = Writer::spawn(store, lease);
    let (sender, receiver) = channel();
    timed("writer: 10,000 requests of one changed row", each, || {
        for key in 1..=RESOURCES {
            let mut row = row(key);
            row.outputs.set("changed", Value::from(1));
            let sender = sender.clone();
            let put = Transition::Put { row: Box::new(row), op: None, update };
            writer.apply(vec![put], Box::new(move |result| sender.send(result.is_ok()).unwrap()));
        }
        assert!(receiver.iter().take(RESOURCES as usize).all(|done| done));
    });
    println!("{:?}", writer.stats());
    drop(writer.shutdown());
}
