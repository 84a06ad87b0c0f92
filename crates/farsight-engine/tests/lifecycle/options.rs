//! Options of resources that have no file of their own.

use crate::common::*;
use farsight_engine::{Event, PlanOptions};
use farsight_model::Value;
use farsight_provider::fake::{Call, Fate, TAGGED};
use farsight_state::Transition;
use std::time::Duration;

/// Protects what shall outlive its line of code.
#[test]
fn retained_objects_stay() {
    virtual_time(async {
        let mut lab = Lab::new(1);
        lab.up(&[plain("a", "{}").with(|o| o.retain_on_delete = true)]).await;
        let id = lab.id(TAGGED, "a");
        assert_eq!(lab.ops(&[]).await, ["forget a"]);
        lab.try_up(program(&[]), &PlanOptions::default()).await.unwrap();
        assert!(lab.names().is_empty());
        assert!(lab.cloud.objects().contains_key(&id));
    });
}

/// Protects the last word of the program: what it says now of the old half of a replacement counts.
#[test]
fn a_replacement_retains_when_the_program_now_says_so() {
    virtual_time(async {
        let mut lab = Lab::new(2);
        lab.up(&[plain("a", r#"{"zone":"1"}"#)]).await;
        let old = lab.id(TAGGED, "a");
        let kept = plain("a", r#"{"zone":"2"}"#).with(|o| o.retain_on_delete = true);
        lab.try_up(program(&[kept]), &PlanOptions::default()).await.unwrap();
        assert!(lab.cloud.objects().contains_key(&old));
    });
}

fn triggered(trigger: Value) -> Node {
    plain("a", "{}").with(|o| o.replacement_trigger = trigger)
}

/// Protects the trigger: a change replaces, the same value does not, secret or not.
#[test]
fn a_trigger_replaces_when_it_changes() {
    virtual_time(async {
        let mut lab = Lab::new(6);
        let secret = |text: &str| triggered(Value::secret(text.into()));
        lab.up(&[plain("a", "{}")]).await;
        assert!(lab.story(&[triggered("1".into())]).await.is_empty(), "the first value only counts from now on");
        assert!(lab.story(&[triggered("1".into())]).await.is_empty());
        assert_eq!(lab.story(&[triggered("2".into())]).await, ["create a", "delete a"]);
        lab.up(&[secret("3")]).await;
        assert!(lab.story(&[secret("3")]).await.is_empty());
        assert_eq!(lab.story(&[secret("4")]).await, ["create a", "delete a"]);
    });
}

/// Protects triggers that come from other resources.
#[test]
fn a_trigger_may_be_an_output() {
    virtual_time(async {
        let mut lab = Lab::new(7);
        let nodes = |size: u8| {
            let source = plain("source", &format!(r#"{{"size":{size}}}"#));
            let trigger = source.part("revision");
            [triggered(trigger), source]
        };
        lab.up(&nodes(1)).await;
        assert!(lab.story(&nodes(1)).await.is_empty());
        assert_eq!(lab.story(&nodes(2)).await, ["update source", "create a", "delete a"]);
        assert!(lab.story(&nodes(2)).await.is_empty());
    });
}

/// Protects from a trigger that means nothing: what is still unknown when its turn comes fails, and nothing is replaced.
#[test]
fn a_trigger_must_be_known_in_the_end() {
    virtual_time(async {
        let mut lab = Lab::new(12);
        let source = plain("source", "{}");
        let never = Value::List(vec![source.part("id"), Value::Unknown]);
        lab.up(&[source.clone(), triggered("1".into())]).await;
        let id = lab.id(TAGGED, "a");
        let failures = lab.failing_up(&[source, triggered(never)]).await;
        assert_eq!(failures[0].code, "E0101");
        assert!(failures[0].message.contains("`replacement_trigger` of `a` is still unknown"), "{failures:#?}");
        assert_eq!(lab.id(TAGGED, "a"), id);
        lab.check();
    });
}

/// Protects values that only this program calls secret, wherever they go from there.
#[test]
fn secret_outputs_are_secret_from_the_plan_on() {
    virtual_time(async {
        let mut lab = Lab::new(13);
        let nodes = |size: u8| {
            let a = plain("a", &format!(r#"{{"size":{size},"note":"hush-hush"}}"#))
                .with(|o| o.secret_outputs = vec!["note".into(), "arn".into()]);
            let b = plain("b", "{}").set("note", a.part("note"));
            [a, b]
        };
        for size in [1, 2] {
            let plan = lab.plan(program(&nodes(size)), &PlanOptions::default()).await.unwrap();
            let b = plan.graph.node_weights().find(|step| step.urn.name() == "b").unwrap();
            assert!(b.inputs.get("note").is_some_and(Value::has_secret), "{size}: {:?}", b.inputs);
            lab.up(&nodes(size)).await;
            for row in lab.snapshot().resources {
                assert!(!row.outputs.to_json().to_string().contains("hush-hush"), "{}", row.urn);
            }
        }
        let a = lab.snapshot().resources.into_iter().find(|row| row.urn.name() == "a").unwrap();
        assert!(a.outputs.get("arn").is_some_and(Value::has_secret));
    });
}

/// Protects the choice to replace where an update would do, at exactly that path.
#[test]
fn replace_on_changes_replaces_at_its_path() {
    virtual_time(async {
        let mut lab = Lab::new(8);
        let node = |size: u8, note: &str| {
            plain("a", &format!(r#"{{"size":{size},"tags":{{"x":"{note}","y":"1"}}}}"#))
                .with(|o| o.replace_on_changes = vec!["tags.x".parse_path()])
        };
        lab.up(&[node(1, "n")]).await;
        assert_eq!(lab.ops(&[node(2, "n")]).await, ["update a"]);
        assert_eq!(lab.ops(&[node(1, "m")]).await, ["replace a"]);
        // Of a list only an element may be meant.
        let list = |needs: &str| {
            plain("l", &format!(r#"{{"needs":{needs}}}"#))
                .with(|o| o.replace_on_changes = vec!["needs[1]".parse_path()])
        };
        let ids = [lab.cloud.add(TAGGED, v("{}")), lab.cloud.add(TAGGED, v("{}")), lab.cloud.add(TAGGED, v("{}"))];
        let of = |first: usize, second: usize| format!(r#"["{}","{}"]"#, ids[first], ids[second]);
        lab.up(&[node(1, "n"), list(&of(0, 1))]).await;
        assert_eq!(lab.ops(&[node(1, "n"), list(&of(2, 1))]).await, ["update l"], "a sibling is no reason");
        assert_eq!(lab.ops(&[node(1, "n"), list(&of(0, 2))]).await, ["replace l"]);
    });
}

/// Protects objects that must be made anew whatever the program says.
#[test]
fn tainted_objects_are_replaced() {
    virtual_time(async {
        let mut lab = Lab::new(9);
        let nodes = [plain("a", "{}")];
        lab.up(&nodes).await;
        let mut row = lab.snapshot().resources.remove(0);
        row.tainted = true;
        lab.write(|update| vec![Transition::Put { row: Box::new(row.clone()), op: None, update }]);
        assert_eq!(lab.story(&nodes).await, ["create a", "delete a"]);
        assert!(lab.ops(&nodes).await.is_empty());
    });
}

/// Protects people from endless waits, and what was made meanwhile from being lost.
#[test]
fn timeouts_end_a_step_and_keep_the_object() {
    virtual_time(async {
        let mut lab = Lab::new(10);
        lab.cloud.create_takes(Duration::from_mins(10));
        let node = plain("a", "{}").with(|o| o.timeouts.create = Some(60));
        let began = tokio::time::Instant::now();
        let failures = lab.failing_up(std::slice::from_ref(&node)).await;
        assert_eq!(failures[0].code, "E0203");
        assert!((55..75).contains(&began.elapsed().as_secs()), "{:?}", began.elapsed());
        let id = lab.id(TAGGED, "a");
        // The next run goes on waiting for the same object.
        tokio::time::sleep(Duration::from_mins(10)).await;
        lab.up(&[node]).await;
        assert_eq!(lab.id(TAGGED, "a"), id);
        assert_eq!(lab.cloud.calls(Call::Create).len(), 1);
    });
}

/// Protects people from calls that hang: no answer in time ends the step, and the next run finds out what became of it.
#[test]
fn a_call_without_an_answer_is_not_waited_for() {
    virtual_time(async {
        let mut lab = Lab::new(14);
        let node = |size: u8| {
            plain("a", &format!(r#"{{"size":{size}}}"#)).with(|o| {
                (o.timeouts.create, o.timeouts.update, o.timeouts.delete) = (Some(30), Some(30), Some(30));
            })
        };
        let slow = || Fate::Slow(Duration::from_hours(1));
        for (call, wanted) in [(Call::Create, vec![node(1)]), (Call::Update, vec![node(2)]), (Call::Delete, vec![])] {
            lab.script(call, "", slow());
            let began = tokio::time::Instant::now();
            lab.failing_up(&wanted).await;
            assert!(began.elapsed().as_secs() < 120, "{call:?}: {:?}", began.elapsed());
            lab.cloud.clear_script();
            lab.up(&wanted).await;
        }
        assert!(lab.cloud.objects().is_empty());
    });
}

/// Protects deletes that hang.
#[test]
fn deletes_time_out_too() {
    virtual_time(async {
        let mut lab = Lab::new(11);
        lab.cloud.delete_takes(Duration::from_hours(1));
        lab.up(&[plain("a", "{}").with(|o| o.timeouts.delete = Some(30))]).await;
        let failures = lab.failing_up(&[]).await;
        assert_eq!(failures[0].code, "E0203");
        assert_eq!(lab.names(), ["a"]);
        assert!(
            lab.events
                .lock()
                .unwrap()
                .iter()
                .any(|e| matches!(e, Event::Waiting { reason, .. } if reason == "deleting"))
        );
    });
}
