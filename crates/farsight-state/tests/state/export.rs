//! A stack as a document, out and in.

use crate::common::{NOW, TTL, begin, finish, holder, memory, operation, row, start, urn};
use crate::drift;
use farsight_model::{Location, Value};
use farsight_state::{Cloud, Lease, OpKind, OpStatus, StateError, Store, Transition, UpdateEnd, UpdateResult};

/// A stack with something in every table.
pub fn full() -> crate::common::Fixture {
    let mut f = memory();
    let cloud =
        Cloud { account: "1".into(), region: "eu-central-1".into(), endpoint: Some("http://x".into()), sandbox: true };
    f.store.set_cloud(f.stack, &cloud).unwrap();
    f.store.set_key_info(f.stack, "v1:key").unwrap();
    f.store.set_tag(f.stack, "owner", "shop-team").unwrap();
    let mut a = row(1, "a");
    a.inputs.set("password", Value::Sealed("v1:sealed".into()));
    a.location = Some(Location { file: "src/main.rs".into(), line: 3, column: 5 });
    a.options.protect = true;
    a.provider = Some("eu".into());
    a.error = Some("why".into());
    a.read_at = Some(NOW);
    let mut b = row(2, "b");
    b.dependencies = vec![urn("a")];
    b.property_dependencies = [("vpcId".to_owned(), vec![urn("a")])].into();
    b.tainted = true;
    let intents = [
        begin(operation(&f, 1, 1, "a", OpKind::Create)),
        begin(operation(&f, 2, 2, "b", OpKind::Create)),
        finish(1, OpStatus::Done, NOW + 9),
        finish(2, OpStatus::Unknown, NOW + 9),
    ];
    f.apply(&intents).unwrap();
    let outputs = Value::map([("url", Value::from("http://x")), ("token", Value::Sealed("v1:sealed".into()))]);
    f.apply(&[f.put(a), f.put(b), f.put(row(3, "c")), Transition::Outputs { outputs }]).unwrap();
    f.apply(&[f.remove(3, "deleted")]).unwrap();
    let end = UpdateEnd {
        result: UpdateResult::Failed,
        counts: [("create".into(), 2)].into(),
        ended_at: NOW + 9,
        error: None,
    };
    f.store.end_update(&f.lease, f.update, &end).unwrap();
    f.store.begin_update(&f.lease, &start("refresh", NOW + 10)).unwrap();
    f.store.record_drift(f.stack, &drift::run()).unwrap();
    f
}

fn empty(project: &str, name: &str) -> (Store, Lease) {
    let mut store = Store::in_memory().unwrap();
    let stack = store.create_stack(project, name, NOW).unwrap().id;
    let lease = store.acquire_lease(stack, &holder("bob"), NOW, TTL).unwrap();
    (store, lease)
}

/// Protects a move from one place to another: the document holds everything.
#[test]
fn a_document_restores_the_whole_stack() {
    let f = full();
    let document = f.store.export(f.stack).unwrap();
    let (mut copy, lease) = empty("shop", "dev");
    copy.import_document(&lease, document.clone()).unwrap();
    assert_eq!(copy.export(lease.stack).unwrap(), document);
    assert_eq!(copy.snapshot(lease.stack).unwrap(), f.store.snapshot(f.stack).unwrap());
    assert_eq!(copy.versions(lease.stack, None).unwrap(), f.store.versions(f.stack, None).unwrap());
    assert_eq!(copy.updates(lease.stack, 9).unwrap(), f.store.updates(f.stack, 9).unwrap());
    assert_eq!(copy.stacks().unwrap()[0].cloud, f.store.stacks().unwrap()[0].cloud);
    assert_eq!(copy.key_info(lease.stack).unwrap(), f.store.key_info(f.stack).unwrap());
    assert_eq!(copy.verify().unwrap(), []);
}

/// Protects scripts that read the document.
#[test]
fn the_document_keeps_its_shape() {
    let f = full();
    let document = f.store.export(f.stack).unwrap();
    let keys = |value: &serde_json::Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>().join(" ");
    assert_eq!(
        keys(&document),
        "cloud driftRuns format keyInfo nextKey operations outputs project resources stack tags updates version versions"
    );
    assert_eq!(
        keys(&document["resources"][0]),
        "createdAt custom error id inputs key location options outputs provider readAt status updatedAt urn"
    );
    assert_eq!(document["resources"][0]["inputs"]["password"]["$farsight"], "sealed");
    assert_eq!(document["operations"][1]["status"], "unknown");
    assert_eq!(document["driftRuns"][0]["findings"][0]["path"], "tags[\"a.b\"]");
}

#[test]
fn a_document_that_does_not_fit_is_refused_and_changes_nothing() {
    let f = full();
    let good = f.store.export(f.stack).unwrap();
    let change = |path: &str, to: serde_json::Value| {
        let mut document = good.clone();
        *document.pointer_mut(path).unwrap() = to;
        document
    };
    let secret = serde_json::json!({ "$farsight": "secret", "value": "hunter2" });
    let (mut copy, lease) = empty("shop", "dev");
    for (document, why) in [
        (change("/format", "other".into()), "format"),
        (change("/version", 2.into()), "newer farsight"),
        (change("/stack", "prod".into()), "stack `prod`"),
        (change("/project", "toys".into()), "project `toys`"),
        (change("/versions/0/update", 77.into()), "refused"),
        (change("/resources/1/urn", good["resources"][0]["urn"].clone()), "twice"),
        (change("/resources/0/inputs/password", secret.clone()), "in clear"),
        (change("/versions/0/state/inputs/password", secret.clone()), "in clear"),
        (change("/driftRuns/0/findings/0/declared", secret.clone()), "in clear"),
        (change("/outputs/url", secret), "in clear"),
        (serde_json::json!([]), "farsight state export"),
    ] {
        let error = copy.import_document(&lease, document).unwrap_err();
        assert!(error.to_string().contains(why), "{why}: {error}");
        assert!(copy.snapshot(lease.stack).unwrap().resources.is_empty());
    }
    copy.import_document(&lease, good.clone()).unwrap();
    let error = copy.import_document(&lease, good.clone()).unwrap_err();
    assert!(matches!(&error, StateError::Document { detail } if detail.contains("not empty")), "{error}");
    copy.break_lease(lease.stack, NOW).unwrap();
    assert!(matches!(copy.import_document(&lease, good), Err(StateError::Fenced { .. })));
}
