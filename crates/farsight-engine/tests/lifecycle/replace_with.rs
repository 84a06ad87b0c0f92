//! `replace_with`: what is replaced together.

use crate::common::*;

fn bound(name: &str, to: &[&Node]) -> Node {
    let urns = to.iter().map(|node| node.urn()).collect();
    plain(name, "{}").with(|o| o.replace_with = urns)
}

fn zoned(name: &str, zone: &str) -> Node {
    plain(name, &format!(r#"{{"zone":"{zone}"}}"#))
}

/// Protects what only works together: a replacement takes along what names it, and nothing else.
#[test]
fn a_replacement_takes_along_what_names_it() {
    virtual_time(async {
        let mut lab = Lab::new(1);
        let nodes = |zone: &str| {
            let a = zoned("a", zone);
            let b = bound("b", &[&a]);
            let c = bound("c", &[&b]);
            [c, b, a, plain("d", "{}")]
        };
        lab.up(&nodes("1")).await;
        let view = lab.preview(&nodes("2")).await;
        assert_eq!((view.summary.replace, view.summary.same), (3, 1));
        let reason = view.steps.iter().find(|step| step.name == "c").unwrap().reason.clone().unwrap();
        assert_eq!(
            reason,
            "`replace_with` binds it, because fake:index:Tagged `b` is replaced, because `replace_with` binds it, \
             because fake:index:Tagged `a` is replaced, because `zone` changed at src/main.rs:3"
        );
        let story = lab.story(&nodes("2")).await;
        assert_eq!(story.len(), 6, "{story:?}");
        assert!(lab.ops(&nodes("2")).await.is_empty());
    });
}

/// Protects against endless planning: two may name each other.
#[test]
fn two_may_be_bound_to_each_other() {
    virtual_time(async {
        let mut lab = Lab::new(2);
        let nodes = |zone: &str| {
            let (mut a, mut b) = (zoned("a", zone), zoned("b", "1"));
            a.options.replace_with = vec![b.urn()];
            b.options.replace_with = vec![a.urn()];
            [a, b]
        };
        lab.up(&nodes("1")).await;
        assert_eq!(lab.ops(&nodes("2")).await, ["replace a", "replace b"]);
        lab.up(&nodes("2")).await;
    });
}

/// Protects those who name a component: any part of it counts.
#[test]
fn a_component_is_its_parts() {
    virtual_time(async {
        let mut lab = Lab::new(3);
        let nodes = |zone: &str| {
            let part = node(COMPONENT, "part", "{}");
            let inner = node(COMPONENT, "inner", "{}").under(&part);
            let a = zoned("a", zone).under(&inner);
            let b = bound("b", &[&part]);
            [part, inner, a, b]
        };
        lab.up(&nodes("1")).await;
        assert_eq!(lab.ops(&nodes("2")).await, ["replace a", "replace b"]);
        lab.up(&nodes("2")).await;
    });
}

/// Protects what is bound from a mere update of the other one, and protected resources from being taken along.
#[test]
fn updates_bind_nobody_and_protection_holds() {
    virtual_time(async {
        let mut lab = Lab::new(4);
        let nodes = |inputs: &str, protect: bool| {
            let a = plain("a", inputs);
            let b = bound("b", &[&a]).with(|o| o.protect = protect);
            [a, b]
        };
        lab.up(&nodes(r#"{"size":1}"#, true)).await;
        assert_eq!(lab.ops(&nodes(r#"{"size":2}"#, true)).await, ["update a"]);
        let problems = lab.failing_up(&nodes(r#"{"zone":"2"}"#, true)).await;
        assert_eq!((problems[0].code.as_str(), problems[0].urn.as_ref().unwrap().name()), ("E0107", "b"));
    });
}

/// Protects typists.
#[test]
fn a_name_that_is_nothing_is_refused() {
    virtual_time(async {
        let mut lab = Lab::new(5);
        let ghost = plain("ghost", "{}");
        let problems = lab.failing_up(&[bound("b", &[&ghost])]).await;
        assert_eq!(problems[0].code, "E0105");
        assert!(problems[0].message.contains("`replace_with` names"), "{}", problems[0].message);
    });
}
