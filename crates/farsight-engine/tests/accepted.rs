//! Services that answer in other words than they were asked: a fresh object is taken as it is, said so once, and is no
//! endless difference; a change that does not take is an error.

mod common;

use common::*;
use farsight_engine::{Event, Severity};
use farsight_provider::fake::{Call, Fate, Script, TAGGED};

/// Protects stacks on services with normalisations that no table knows.
#[test]
fn what_a_create_does_not_take_is_said_once_and_settled() {
    virtual_time(async {
        let mut lab = Lab::new(1);
        lab.cloud.forgets("zone");
        lab.cloud.forgets("note");
        let nodes = [tagged("a", r#"{"zone":"z","note":"n"}"#)];
        lab.up(&nodes).await;
        let warnings: Vec<String> = lab
            .events
            .lock()
            .unwrap()
            .iter()
            .filter_map(|event| match event {
                Event::Notice { diagnostic } if diagnostic.severity == Severity::Warning => {
                    diagnostic.property.as_ref().map(ToString::to_string)
                }
                _ => None,
            })
            .collect();
        assert_eq!(warnings, ["zone", "note"]);
        assert!(lab.ops(&nodes).await.is_empty(), "the next `up` is empty");
        // Other changes go through as ever.
        lab.up(&[tagged("a", r#"{"zone":"z","note":"n","size":2}"#)]).await;
        assert_eq!(lab.ops(&[tagged("a", r#"{"zone":"other","note":"n","size":2}"#)]).await, ["replace a"]);
    });
}

/// Protects the promise that success means done: what the program just changed must have changed.
#[test]
fn an_update_that_does_not_take_fails() {
    virtual_time(async {
        let mut lab = Lab::new(2);
        lab.up(&[tagged("a", "{}")]).await;
        lab.cloud.forgets("note");
        let failures = lab.failing_up(&[tagged("a", r#"{"note":"n"}"#)]).await;
        assert_eq!(failures[0].code, "E0204");
        assert_eq!(failures[0].property.as_ref().unwrap().to_string(), "note");
    });
}

/// Protects against lag: a read that still shows what was before the update is no refusal.
#[test]
fn a_lagging_read_is_waited_for() {
    virtual_time(async {
        let mut lab = Lab::new(3);
        lab.up(&[tagged("a", "{}")]).await;
        let id = lab.id(TAGGED, "a");
        // The update takes effect in the cloud only some time after it was answered.
        lab.cloud.script(Script {
            call: Call::Update,
            about: id,
            after: 0,
            times: 1,
            fate: Fate::TakesEffectLater(std::time::Duration::from_secs(25)),
        });
        lab.up(&[tagged("a", r#"{"note":"n"}"#)]).await;
        assert_eq!(lab.cloud.calls(Call::Update).len(), 2, "one for `extra` at the create, one for the change");
    });
}
