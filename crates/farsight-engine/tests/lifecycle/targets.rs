//! `--target`.

use crate::common::*;
use farsight_engine::{Diagnostic, Patterns, Plan, PlanOptions, Targets};
use farsight_model::Value;
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

fn excluding(patterns: &[&str], dependents: bool) -> PlanOptions {
    let patterns: Vec<String> = patterns.iter().map(ToString::to_string).collect();
    let targets = Targets::default().excluding(&patterns).unwrap().with_dependents(false, dependents);
    PlanOptions { targets, ..PlanOptions::default() }
}

fn messages(problems: &[Diagnostic]) -> Vec<&str> {
    let mut texts: Vec<&str> = problems.iter().map(|problem| problem.message.as_str()).collect();
    texts.sort_unstable();
    texts
}

/// A > B > C > D, each needing the one before, as Pulumi's `TestExcludeChildren`.
fn chain(size: u8) -> [Node; 4] {
    let inputs = format!(r#"{{"size":{size}}}"#);
    [
        plain("a", &inputs),
        plain("b", &inputs).needs(&["a"]),
        plain("c", &inputs).needs(&["b"]),
        plain("d", &inputs).needs(&["c"]),
    ]
}

/// Protects what was excluded, alone or with what depends on it.
#[test]
fn excluded_resources_and_their_dependents_are_left_alone() {
    for (dependents, rest) in [(false, vec!["update c"]), (true, vec!["update b", "update c", "update d"])] {
        virtual_time(async {
            let mut lab = Lab::new(6);
            lab.up(&chain(1)).await;
            let before = lab.snapshot().resources;
            lab.cloud.clear_log();
            let excluded = if dependents { "b" } else { "c" };
            lab.try_up(program(&chain(2)), &excluding(&[excluded], dependents)).await.unwrap();
            let expected = if dependents { vec!["update a"] } else { vec!["update a", "update b", "update d"] };
            assert_eq!(lab.cloud.story(), expected);
            lab.check();
            let after = lab.snapshot().resources;
            for (old, new) in before.iter().zip(&after).filter(|(old, _)| old.urn.name() == excluded) {
                assert_eq!(old, new, "not one byte of it changes");
            }
            assert_eq!(lab.ops(&chain(2)).await, rest);
        });
    }
}

/// Protects from half a plan: what needs something new that is excluded is excluded with it, or refused.
#[test]
fn what_needs_an_excluded_new_resource_is_refused_or_left_out() {
    virtual_time(async {
        let mut lab = Lab::new(7);
        let problems = lab.try_up(program(&chain(1)), &excluding(&["b"], false)).await.unwrap_err();
        assert_eq!(messages(&problems), ["`c` needs `b`, which is left out and does not exist yet"]);
        assert_eq!(problems[0].helps, ["do not exclude `b`"]);
        assert!(lab.names().is_empty());
        lab.try_up(program(&chain(1)), &excluding(&["b"], true)).await.unwrap();
        lab.check();
        assert_eq!(lab.names(), ["a"]);
        let problems = lab.try_up(program(&chain(1)), &excluding(&["nothing", "x*"], true)).await.unwrap_err();
        assert_eq!(
            messages(&problems),
            ["excluded `nothing` matches no resource", "excluded `x*` matches no resource"]
        );
    });
}

/// Protects what an excluded resource needs: it is not deleted under its feet.
#[test]
fn what_an_excluded_resource_needs_stays() {
    virtual_time(async {
        let mut lab = Lab::new(8);
        lab.up(&chain(1)).await;
        lab.try_down(&excluding(&["b"], false)).await.unwrap();
        lab.check();
        assert_eq!(lab.names(), ["a", "b"]);
        // The same where the program no longer declares them.
        lab.up(&chain(1)).await;
        let plan = lab.plan(program(&[]), &excluding(&["c"], false)).await.unwrap();
        let warned: Vec<&str> = plan.warnings.iter().map(|warning| warning.message.as_str()).collect();
        assert_eq!(
            warned,
            ["`a` stays: `c`, which is excluded, needs it", "`b` stays: `c`, which is excluded, needs it"]
        );
        lab.try_up(program(&[]), &excluding(&["c"], false)).await.unwrap();
        lab.check();
        assert_eq!(lab.names(), ["a", "b", "c"]);
        // A replacement would leave the excluded one with an object that is gone.
        let moved = [plain("a", r#"{"zone":"z"}"#), plain("b", "{}").needs(&["a"]), plain("c", "{}").needs(&["b"])];
        let problems = lab.try_up(program(&moved), &excluding(&["b"], false)).await.unwrap_err();
        assert_eq!(messages(&problems), ["cannot delete `a` alone: `b` depends on it"]);
        assert_eq!(lab.names(), ["a", "b", "c"]);
    });
}

/// Protects people from naming a whole tree: dependents and children come with the target.
#[test]
fn dependents_come_with_the_target() {
    virtual_time(async {
        let mut lab = Lab::new(9);
        let part = node(COMPONENT, "part", "{}");
        let nodes = |size: u8| {
            let inputs = format!(r#"{{"size":{size}}}"#);
            let [a, b, c, d] = chain(size);
            [part.clone(), a, b.under(&part), c, d, plain("e", &inputs).under(&part), plain("f", &inputs)]
        };
        let nodes = |size: u8| {
            let mut nodes = nodes(size);
            // `c` must name `b` where it lives now.
            let b = nodes[2].part("id");
            nodes[3] = nodes[3].clone().set("needs", Value::List(vec![b]));
            nodes
        };
        lab.up(&nodes(1)).await;
        let with_dependents = |pattern: &str| PlanOptions {
            targets: Targets::parse(&[pattern.into()]).unwrap().with_dependents(true, false),
            ..PlanOptions::default()
        };
        let plan = lab.plan(program(&nodes(2)), &with_dependents("c")).await.unwrap();
        let names = |plan: &Plan| {
            let mut names: Vec<String> = plan.view().steps.into_iter().map(|step| step.name).collect();
            names.sort();
            names
        };
        assert_eq!(names(&plan), ["c", "d"]);
        let plan = lab.plan(program(&nodes(2)), &with_dependents("part")).await.unwrap();
        assert_eq!(names(&plan), ["b", "c", "d", "e"]);
        lab.try_down(&with_dependents("b")).await.unwrap();
        lab.check();
        assert_eq!(lab.names(), ["a", "e", "f", "part"]);
    });
}

/// Protects the rest from a component that nothing of the run is part of.
#[test]
fn a_new_component_does_not_come_alone() {
    virtual_time(async {
        let mut lab = Lab::new(10);
        let part = node(COMPONENT, "part", "{}");
        let nodes = [part.clone(), plain("a", "{}").under(&part), plain("b", "{}")];
        lab.try_up(program(&nodes), &targets(&["b"])).await.unwrap();
        lab.check();
        assert_eq!(lab.names(), ["b"]);
    });
}

/// Protects objects that go with another one: they are part of the run, or it does not begin.
#[test]
fn what_goes_with_a_target_is_named() {
    virtual_time(async {
        let mut lab = Lab::new(11);
        let a = plain("a", "{}");
        let with = a.urn();
        let b = plain("b", "{}").with(|options| options.deleted_with = Some(with));
        lab.up(&[a, b]).await;
        let problems = lab.try_down(&targets(&["a"])).await.unwrap_err();
        assert_eq!(messages(&problems), ["cannot delete `a` alone: `b` goes with it"]);
        assert_eq!(lab.names(), ["a", "b"]);
        // Excluding what goes with it keeps both.
        lab.try_down(&excluding(&["b"], false)).await.unwrap();
        assert_eq!(lab.names(), ["a", "b"]);
    });
}

fn replacing(patterns: &[&str], targets: &[&str]) -> PlanOptions {
    let texts = |patterns: &[&str]| patterns.iter().map(ToString::to_string).collect::<Vec<_>>();
    PlanOptions {
        targets: Targets::parse(&texts(targets)).unwrap(),
        replace: Patterns::parse(&texts(patterns)).unwrap(),
        ..PlanOptions::default()
    }
}

/// Protects the promise of `--replace`: the named ones are replaced, their dependents follow, nothing else is touched.
#[test]
fn a_named_resource_is_replaced() {
    virtual_time(async {
        let mut lab = Lab::new(12);
        let nodes = [plain("a", "{}"), plain("b", "{}").needs(&["a"]), plain("c", "{}")];
        lab.up(&nodes).await;
        let old = lab.id(TAGGED, "a");
        lab.cloud.clear_log();
        lab.try_up(program(&nodes), &replacing(&["a"], &[])).await.unwrap();
        assert_eq!(lab.cloud.story(), ["create a", "update b", "delete a"]);
        assert_ne!(lab.id(TAGGED, "a"), old);
        lab.check();
        assert!(lab.ops(&nodes).await.is_empty());
    });
}

/// Protects everything else: `--replace` obeys targets, protection and the rest of the rules.
#[test]
fn a_replacement_that_is_asked_for_is_as_safe_as_any() {
    virtual_time(async {
        let mut lab = Lab::new(13);
        let nodes = [plain("a", "{}"), plain("b", "{}").needs(&["a"]), plain("c", "{}").with(|o| o.protect = true)];
        lab.up(&nodes).await;
        lab.cloud.clear_log();
        let problems = lab.try_up(program(&nodes), &replacing(&["a"], &["a"])).await.unwrap_err();
        assert_eq!(messages(&problems), ["cannot delete `a` alone: `b` depends on it"]);
        let problems = lab.try_up(program(&nodes), &replacing(&["c"], &[])).await.unwrap_err();
        assert_eq!(messages(&problems), ["cannot replace `c`: it is protected"]);
        // What is not there, or not part of the run, cannot be replaced.
        let problems = lab.try_up(program(&nodes), &replacing(&["a", "x"], &["b"])).await.unwrap_err();
        assert_eq!(messages(&problems), ["`--replace` `a` matches no resource", "`--replace` `x` matches no resource"]);
        assert!(lab.cloud.story().is_empty());
    });
}
