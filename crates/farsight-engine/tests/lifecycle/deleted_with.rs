//! `deleted_with`: what goes with another object needs no delete of its own.

use crate::common::*;
use farsight_engine::PlanOptions;
use farsight_provider::Fault;
use farsight_provider::fake::{Call, Fate, TAGGED};

fn pair(inputs: &str) -> [Node; 2] {
    let parent = plain("parent", inputs);
    let child = plain("child", "{}").set("note", parent.part("arn")).with(|o| o.deleted_with = Some(parent.urn()));
    [parent, child]
}

/// Protects against needless calls: what goes with its parent is not deleted one by one.
#[test]
fn the_other_is_deleted_alone() {
    virtual_time(async {
        let mut lab = Lab::new(3);
        lab.up(&pair("{}")).await;
        lab.cloud.clear_log();
        lab.down().await;
        assert_eq!(lab.cloud.story(), ["delete parent"]);
        assert!(lab.names().is_empty());
    });
}

/// Protects the child: as long as its parent is not surely gone, state knows it.
#[test]
fn state_knows_it_until_the_other_is_gone() {
    virtual_time(async {
        let mut lab = Lab::new(4);
        lab.up(&pair("{}")).await;
        lab.script(Call::Delete, "", Fate::Refused(Fault::Denied));
        let outcome = lab.try_down(&PlanOptions::default()).await.unwrap();
        assert_eq!(outcome.failures.len(), 1);
        assert_eq!(lab.names(), ["child", "parent"]);
        lab.check();
    });
}

/// Protects the child of a parent that is retained: it is deleted itself.
#[test]
fn with_a_retained_other_it_is_deleted() {
    virtual_time(async {
        let mut lab = Lab::new(5);
        let [parent, child] = pair("{}");
        lab.up(&[parent.with(|o| o.retain_on_delete = true), child]).await;
        lab.cloud.clear_log();
        lab.down().await;
        assert_eq!(lab.cloud.story(), ["delete child"]);
    });
}

/// Protects the child of a replaced parent, with whose old object its own goes: it is made anew within the new one.
#[test]
fn a_replacement_takes_it_along() {
    virtual_time(async {
        let mut lab = Lab::new(6);
        lab.up(&pair(r#"{"zone":"1"}"#)).await;
        let old = lab.id(TAGGED, "child");
        let view = lab.preview(&pair(r#"{"zone":"2"}"#)).await;
        assert_eq!(view.summary.replace, 2);
        assert_eq!(
            view.steps.iter().find(|step| step.op == "replace" && step.name == "child").unwrap().causes.len(),
            1
        );
        lab.cloud.clear_log();
        lab.try_up(program(&pair(r#"{"zone":"2"}"#)), &PlanOptions::default()).await.unwrap();
        assert_eq!(lab.cloud.story(), ["create parent", "create child", "delete parent"]);
        assert_ne!(lab.id(TAGGED, "child"), old);
        assert_eq!(lab.names(), ["child", "parent"]);
        assert!(lab.ops(&pair(r#"{"zone":"2"}"#)).await.is_empty());
    });
}

/// The same where the parent's old object must make room.
#[test]
fn a_replacement_that_deletes_first_takes_it_along() {
    virtual_time(async {
        let mut lab = Lab::new(7);
        let nodes = |zone: &str| {
            let parent = keyed("parent", &format!(r#"{{"zone":"{zone}"}}"#));
            let child = plain("child", "{}").set("note", parent.part("arn"));
            [child.with(|o| o.deleted_with = Some(parent.urn())), parent]
        };
        lab.up(&nodes("1")).await;
        lab.cloud.clear_log();
        let outcome = lab.try_up(program(&nodes("2")), &PlanOptions::default()).await.unwrap();
        assert!(outcome.succeeded(), "{outcome:#?}");
        assert_eq!(lab.cloud.story(), ["delete parent", "create parent", "create child"]);
        assert_eq!(lab.names(), ["child", "parent"]);
    });
}

/// Protects state from ghosts: whoever deletes the parent by hand deletes the child with it.
#[test]
fn it_is_looked_at_when_the_other_is_gone() {
    virtual_time(async {
        let mut lab = Lab::new(8);
        let nodes = |size: u8| pair(&format!(r#"{{"size":{size}}}"#));
        lab.up(&nodes(1)).await;
        for id in lab.cloud.objects().into_keys() {
            lab.cloud.remove(&id);
        }
        lab.cloud.clear_log();
        lab.up(&nodes(2)).await;
        assert_eq!(lab.cloud.story(), ["create parent", "create child"]);
    });
}

/// Protects the protected: going with another object is going as well.
#[test]
fn protection_holds() {
    virtual_time(async {
        let mut lab = Lab::new(9);
        let [parent, child] = pair("{}");
        lab.up(&[parent, child.with(|o| o.protect = true)]).await;
        let problems = lab.try_down(&PlanOptions::default()).await.unwrap_err();
        assert_eq!((problems[0].code.as_str(), problems[0].urn.as_ref().unwrap().name()), ("E0107", "child"));
    });
}

/// Protects parts of a component that goes with something.
#[test]
fn children_inherit() {
    virtual_time(async {
        let mut lab = Lab::new(10);
        let house = plain("house", "{}");
        let part = node(COMPONENT, "part", "{}").with(|o| o.deleted_with = Some(house.urn()));
        let child = plain("child", "{}").under(&part);
        lab.up(&[house, part, child]).await;
        lab.cloud.clear_log();
        lab.down().await;
        assert_eq!(lab.cloud.story(), ["delete house"]);
        assert!(lab.names().is_empty());
    });
}
