//! What is made again after it was gone is depended on again.

use crate::common::*;
use farsight_engine::PlanOptions;
use farsight_provider::fake::{KEYED, TAGGED};

/// Protects the order of deletes: a dependency that went and came back is still a dependency, also in state.
#[test]
fn a_dependency_that_came_back_is_remembered() {
    virtual_time(async {
        let mut lab = Lab::new(1);
        let nodes = [tagged("a", "{}"), tagged("b", "{}").with(|options| options.depends_on = vec![urn(TAGGED, "a")])];
        lab.up(&nodes).await;
        lab.cloud.remove(&lab.id(TAGGED, "a"));
        lab.refresh().await;
        lab.up(&nodes).await;
        let b = lab.snapshot().resources.into_iter().find(|row| row.urn == urn(TAGGED, "b")).unwrap();
        assert_eq!(b.dependencies, [urn(TAGGED, "a")]);
    });
}

/// The same without a refresh before, and with one in the same run.
#[test]
fn a_dependency_that_is_made_anew_in_one_run_is_remembered() {
    for refresh in [false, true] {
        virtual_time(async move {
            let mut lab = Lab::new(2);
            let nodes = |size: u32| {
                [
                    tagged("a", &format!(r#"{{"size":{size}}}"#)),
                    tagged("b", "{}").with(|options| options.depends_on = vec![urn(TAGGED, "a")]),
                ]
            };
            lab.up(&nodes(1)).await;
            lab.cloud.remove(&lab.id(TAGGED, "a"));
            let options = PlanOptions { refresh, ..PlanOptions::default() };
            let outcome = lab.try_up(program(&nodes(2)), &options).await.unwrap();
            assert!(outcome.succeeded(), "{:#?}", outcome.failures);
            lab.check();
            let b = lab.snapshot().resources.into_iter().find(|row| row.urn == urn(TAGGED, "b")).unwrap();
            assert_eq!(b.dependencies, [urn(TAGGED, "a")]);
        });
    }
}

/// And where the replacement deletes first, with a dependent that is left alone.
#[test]
fn a_dependency_that_is_replaced_delete_first_is_remembered() {
    virtual_time(async {
        let mut lab = Lab::new(3);
        let nodes = |zone: &str| {
            [
                node(KEYED, "a", &format!(r#"{{"key":"1","zone":"{zone}"}}"#)),
                tagged("b", "{}").with(|options| options.depends_on = vec![urn(KEYED, "a")]),
            ]
        };
        lab.up(&nodes("x")).await;
        lab.up(&nodes("y")).await;
        let b = lab.snapshot().resources.into_iter().find(|row| row.urn == urn(TAGGED, "b")).unwrap();
        assert_eq!(b.dependencies, [urn(KEYED, "a")]);
    });
}
