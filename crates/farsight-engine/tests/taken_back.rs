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
        lab.down().await;
        assert_eq!(lab.cloud.objects().len(), 1, "the object is kept");
        lab.up(&nodes).await;
        assert_eq!(lab.id(NAMED, "logs"), id);
        assert!(lab.ops(&nodes).await.is_empty());
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
