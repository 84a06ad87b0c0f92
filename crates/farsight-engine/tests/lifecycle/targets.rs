//! `--target`.

use crate::common::*;
use farsight_engine::PlanOptions;
use farsight_provider::fake::TAGGED;

/// Protects everything that was not named: not one byte of it changes.
#[test]
fn the_rest_stays_as_it_is() {
    virtual_time(async {
        let mut lab = Lab::new(1);
        let nodes = |size: u8| {
            let a = plain("a", &format!(r#"{{"size":{size}}}"#));
            let b = plain("b", &format!(r#"{{"size":{size}}}"#)).needs(&["a"]);
            [a, b]
        };
        lab.up(&nodes(1)).await;
        let before = lab.snapshot().resources.into_iter().find(|row| row.urn.name() == "b");
        lab.cloud.clear_log();
        let outcome = lab.try_up(program(&nodes(2)), &targets(&["a"])).await.unwrap();
        assert!(outcome.succeeded());
        assert_eq!(lab.cloud.story(), ["update a"]);
        assert_eq!(lab.snapshot().resources.into_iter().find(|row| row.urn.name() == "b"), before);
        lab.check();
        assert_eq!(lab.ops(&nodes(2)).await, ["update b"]);
    });
}

/// Protects dependents of what would be deleted: all of them are named.
#[test]
fn a_delete_refuses_to_leave_dependents_behind() {
    virtual_time(async {
        let mut lab = Lab::new(2);
        lab.up(&[plain("a", "{}"), plain("b", "{}").needs(&["a"]), plain("c", "{}").needs(&["a"])]).await;
        lab.cloud.clear_log();
        for removed in [false, true] {
            let problems = if removed {
                lab.try_up(program(&[]), &targets(&["a"])).await.unwrap_err()
            } else {
                lab.try_down(&targets(&["a"])).await.unwrap_err()
            };
            let mut texts: Vec<&str> = problems.iter().map(|p| p.message.as_str()).collect();
            texts.sort_unstable();
            assert_eq!(
                texts,
                ["cannot delete `a` alone: `b` depends on it", "cannot delete `a` alone: `c` depends on it"]
            );
        }
        assert!(lab.cloud.story().is_empty());
        lab.try_down(&targets(&["*"])).await.unwrap();
        assert!(lab.names().is_empty());
    });
}

/// Protects from half a plan: what a target needs must be there or be named.
#[test]
fn a_target_that_needs_something_new_is_refused() {
    virtual_time(async {
        let mut lab = Lab::new(3);
        let nodes = [plain("a", "{}"), plain("b", "{}").needs(&["a"])];
        let problems = lab.try_up(program(&nodes), &targets(&["b"])).await.unwrap_err();
        assert_eq!(problems[0].code, "E0108");
        let problems = lab.try_up(program(&nodes), &targets(&["nothing*"])).await.unwrap_err();
        assert_eq!(problems[0].code, "E0106");
        assert!(lab.names().is_empty());
        lab.try_up(program(&nodes), &targets(&["a", urn(TAGGED, "b").as_str()])).await.unwrap();
        lab.check();
        assert_eq!(lab.names(), ["a", "b"]);
    });
}

/// Protects state from edges to nowhere: a target follows a rename only together with it.
#[test]
fn a_target_that_needs_a_renamed_resource_is_refused() {
    virtual_time(async {
        let mut lab = Lab::new(4);
        lab.up(&[plain("a", "{}"), plain("b", "{}").needs(&["a"])]).await;
        let nodes =
            [plain("new", "{}").with(|o| o.aliases = vec!["a".into()]), plain("b", r#"{"size":2}"#).needs(&["new"])];
        let problems = lab.try_up(program(&nodes), &targets(&["b"])).await.unwrap_err();
        assert_eq!(problems[0].code, "E0108");
        lab.try_up(program(&nodes), &targets(&["b", "new"])).await.unwrap();
        lab.check();
    });
}

/// Protects parts of components: naming the child is enough.
#[test]
fn a_new_component_comes_with_its_targeted_child() {
    virtual_time(async {
        let mut lab = Lab::new(5);
        let part = node(COMPONENT, "part", "{}");
        let nodes = [part.clone(), plain("a", "{}").under(&part), plain("b", "{}").under(&part)];
        lab.try_up(program(&nodes), &targets(&["a"])).await.unwrap();
        lab.check();
        assert_eq!(lab.names(), ["a", "part"]);
        lab.up(&nodes).await;
        assert_eq!(lab.try_up(program(&nodes), &PlanOptions::default()).await.unwrap().done.same, 3);
    });
}
