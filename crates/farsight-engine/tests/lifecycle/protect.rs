//! Protection.

use crate::common::*;
use farsight_engine::PlanOptions;

fn guarded(name: &str, inputs: &str) -> Node {
    plain(name, inputs).with(|o| o.protect = true)
}

/// Protects what must not go: every protected resource is named, and nothing at all is deleted.
#[test]
fn deletes_are_refused_and_all_of_them_reported() {
    virtual_time(async {
        let mut lab = Lab::new(1);
        lab.up(&[guarded("a", "{}"), guarded("b", "{}"), plain("c", "{}")]).await;
        lab.cloud.clear_log();
        let problems = lab.failing_up(&[]).await;
        let names: Vec<_> = problems.iter().map(|p| (p.code.as_str(), p.urn.as_ref().unwrap().name())).collect();
        assert_eq!(names, [("E0107", "a"), ("E0107", "b")]);
        let problems = lab.try_down(&PlanOptions::default()).await.unwrap_err();
        assert_eq!(problems.len(), 2);
        assert!(lab.cloud.story().is_empty());
        lab.check();
    });
}

/// Protects dependents: one that is protected stops the whole chain before anything is deleted.
#[test]
fn a_protected_dependent_stops_a_cascade() {
    virtual_time(async {
        let mut lab = Lab::new(2);
        let nodes = |zone: &str, protect: bool| {
            let a = keyed("a", &format!(r#"{{"zone":"{zone}"}}"#));
            let b = plain("b", "{}").set("within", a.part("id"));
            [a, b.with(|o| o.protect = protect)]
        };
        lab.up(&nodes("1", true)).await;
        lab.cloud.clear_log();
        let problems = lab.failing_up(&nodes("2", true)).await;
        assert_eq!(problems.len(), 1, "{problems:#?}");
        assert_eq!(problems[0].urn.as_ref().unwrap().name(), "b");
        assert!(lab.cloud.story().is_empty());
        // Taking the protection away and replacing in one run is fine.
        assert_eq!(lab.story(&nodes("2", false)).await, ["delete b", "delete a", "create a", "create b"]);
    });
}

/// Protects children of a protected component, wherever they are declared.
#[test]
fn children_inherit() {
    virtual_time(async {
        let mut lab = Lab::new(3);
        let part = node(COMPONENT, "part", "{}").with(|o| o.protect = true);
        // The child is declared first: order of declaration does not matter.
        let child = plain("child", "{}").under(&part);
        lab.up(&[child, part.clone()]).await;
        let problems = lab.failing_up(&[part]).await;
        assert_eq!((problems[0].code.as_str(), problems.len()), ("E0107", 1));
    });
}

/// Protects parts that say otherwise themselves: their own word counts, as in Pulumi.
#[test]
fn a_child_may_say_otherwise() {
    virtual_time(async {
        let mut lab = Lab::new(4);
        let part = node(COMPONENT, "part", "{}").with(|o| (o.protect, o.retain_on_delete) = (true, true));
        let child = plain("child", "{}").under(&part).with(|o| (o.own_protect, o.own_retain) = (true, true));
        lab.up(&[part.clone(), child]).await;
        assert_eq!(lab.story(&[part]).await, ["delete child"]);
    });
}

/// Protects what is protected and retained: forgetting it would end the protection as surely.
#[test]
fn forgetting_is_refused_as_well() {
    virtual_time(async {
        let mut lab = Lab::new(5);
        lab.up(&[guarded("a", "{}").with(|o| o.retain_on_delete = true)]).await;
        assert_eq!(lab.failing_up(&[]).await[0].code, "E0107");
        assert_eq!(lab.names(), ["a"]);
    });
}
