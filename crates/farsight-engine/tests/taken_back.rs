//! Objects that an earlier `down` kept: the next `up` takes them back instead of colliding with them.

mod common;

use common::*;
use farsight_provider::fake::NAMED;

/// Protects `retain_on_delete` on things with fixed names, such as log groups.
#[test]
fn what_down_kept_is_taken_back() {
    virtual_time(async {
        let mut lab = Lab::new(1);
        let nodes = [node(NAMED, "logs", r#"{"name":"/ecs/api"}"#).with(|options| options.retain_on_delete = true)];
        lab.up(&nodes).await;
        let id = lab.id(NAMED, "logs");
        let outcome = lab.down().await;
        assert_eq!(lab.cloud.objects().len(), 1, "the object is kept");
        let kept: Vec<_> = outcome.retained.iter().map(|one| (one.urn.name(), one.id.as_str())).collect();
        assert_eq!(kept, [("logs", id.as_str())]);
        assert_eq!(outcome.retained[0].delete, Some(format!("fake rm {id}")));
        let reason = lab.preview(&nodes).await.steps[0].reason.clone().unwrap_or_default();
        assert!(reason.starts_with(&format!("takes back `{id}`")), "{reason}");
        lab.up(&nodes).await;
        assert_eq!(lab.id(NAMED, "logs"), id);
        assert!(lab.ops(&nodes).await.is_empty());
    });
}

/// Protects data that was kept: what cannot be changed in place is neither overlooked nor deleted unasked.
#[test]
fn what_is_taken_back_and_differs_is_no_success() {
    virtual_time(async {
        let mut lab = Lab::new(4);
        let logs = |zone: &str| {
            node(NAMED, "logs", r#"{"name":"/ecs/api"}"#)
                .set("zone", zone.into())
                .with(|options| options.retain_on_delete = true)
        };
        lab.up(&[logs("1")]).await;
        let id = lab.id(NAMED, "logs");
        lab.down().await;
        let failures = lab.failing_up(&[logs("2")]).await;
        assert_eq!(failures[0].code, "E0204", "{failures:#?}");
        assert!(failures[0].helps[0].contains(&format!("fake rm {id}")), "{failures:#?}");
        assert_eq!(lab.ops(&[logs("2")]).await, ["forget logs", "replace logs"]);
        lab.up(&[logs("1")]).await;
        assert_eq!(lab.id(NAMED, "logs"), id);
    });
}

/// Protects people who pay for snapshots: what a delete leaves is named.
#[test]
fn what_a_delete_leaves_is_named() {
    virtual_time(async {
        let mut lab = Lab::new(5);
        lab.up(&[plain("db", r#"{"size":77}"#), plain("other", "{}")]).await;
        let id = lab.id(farsight_provider::fake::TAGGED, "db");
        let outcome = lab.down().await;
        assert_eq!(outcome.retained.len(), 1, "{:#?}", outcome.retained);
        assert_eq!(outcome.retained[0].what, "leaves a snapshot");
        assert_eq!(outcome.retained[0].delete, Some(format!("fake rm {id}-final")));
    });
}

/// Protects strangers: the same name without our tags is never adopted.
#[test]
fn a_strangers_object_is_never_taken() {
    virtual_time(async {
        let mut lab = Lab::new(2);
        lab.cloud.add(NAMED, v(r#"{"name":"/ecs/api","size":7}"#));
        let failures = lab.failing_up(&[node(NAMED, "logs", r#"{"name":"/ecs/api"}"#)]).await;
        assert_eq!(failures[0].code, "E0202");
        assert!(failures[0].helps[0].contains("farsight import"), "{failures:#?}");
        assert_eq!(lab.cloud.objects().values().next().unwrap().inputs.get("size"), Some(&v("7")));
        lab.check();
    });
}

/// Protects a renamed resource: its object still carries the old name's tags, and is not to be had twice.
#[test]
fn an_object_that_is_managed_under_another_name_is_not_taken() {
    virtual_time(async {
        let mut lab = Lab::new(3);
        lab.up(&[node(NAMED, "old", r#"{"name":"n"}"#)]).await;
        let renamed = node(NAMED, "new", r#"{"name":"n"}"#).with(|options| options.aliases = vec!["old".into()]);
        lab.up(std::slice::from_ref(&renamed)).await;
        let failures = lab.failing_up(&[renamed, node(NAMED, "old", r#"{"name":"n"}"#)]).await;
        assert_eq!(failures[0].code, "E0202");
    });
}
