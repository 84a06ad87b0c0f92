//! Making room: what holds an object that must go before its successor comes.

use crate::common::*;
use farsight_model::Value;
use farsight_provider::Fault;
use farsight_provider::fake::{Call, Fate, KEYED, TAGGED};

/// Needs a keyed object in place, besides others; nobody can delete that one meanwhile.
fn user(name: &str, of: &[&Node]) -> Node {
    plain(name, "{}").set("needs", Value::List(of.iter().map(|node| node.part("id")).collect()))
}

fn fixed(name: &str, zone: &str) -> Node {
    keyed(name, &format!(r#"{{"zone":"{zone}"}}"#))
}

/// Protects users of an object with a fixed name: they let go, and take the new one.
#[test]
fn who_can_do_without_lets_go_first() {
    virtual_time(async {
        let mut lab = Lab::new(1);
        let nodes = |zone: &str| {
            let (a, b) = (fixed("a", zone), plain("b", "{}"));
            [user("u", &[&a]), user("v", &[&a, &b]), a, b]
        };
        lab.up(&nodes("1")).await;
        let view = lab.preview(&nodes("2")).await;
        assert_eq!((view.summary.replace, view.summary.update), (1, 2));
        let reason = view.steps.iter().find(|step| step.name == "u").unwrap().reason.clone().unwrap();
        assert!(reason.ends_with("; before, it lets go of `a`, which must make room"), "{reason}");
        let began = tokio::time::Instant::now();
        let story = lab.story(&nodes("2")).await;
        assert!(began.elapsed().as_secs() < 10, "nobody waits for a refusal to pass");
        let mut first = story[..2].to_vec();
        first.sort();
        assert_eq!(first, ["update u", "update v"]);
        assert_eq!(&story[2..4], ["delete a", "create a"]);
        let (a, b) = (lab.id(KEYED, "a"), lab.id(TAGGED, "b"));
        let needs = |name: &str| lab.cloud.objects()[&lab.id(TAGGED, name)].inputs.get("needs").cloned();
        assert_eq!(needs("u"), Some(Value::List(vec![a.as_str().into()])));
        assert_eq!(needs("v"), Some(Value::List(vec![a.as_str().into(), b.as_str().into()])));
        assert!(lab.ops(&nodes("2")).await.is_empty());
    });
}

/// Protects what stands between: the listener of a target group goes too, since it cannot do without one, and its rules
/// go with it.
#[test]
fn who_cannot_do_without_goes_too() {
    virtual_time(async {
        let mut lab = Lab::new(2);
        let nodes = |zone: &str| {
            let group = fixed("group", zone);
            let listener = plain("listener", "{}").set("anchor", group.part("id"));
            let rule = plain("rule", "{}").set("within", listener.part("id"));
            let other = plain("other", "{}").set("note", listener.part("arn"));
            [rule, listener, group, other]
        };
        lab.up(&nodes("1")).await;
        let view = lab.preview(&nodes("2")).await;
        assert_eq!((view.summary.replace, view.summary.update), (3, 1));
        let listener = view.steps.iter().find(|step| step.name == "listener").unwrap();
        assert!(listener.delete_first);
        assert_eq!(
            listener.reason.as_deref().unwrap(),
            "`anchor` holds the old object of `group`, which must go first, because fake:index:Keyed `group` is \
             replaced, because `zone` changed at src/main.rs:3"
        );
        assert_eq!(
            lab.story(&nodes("2")).await,
            [
                "delete rule",
                "delete listener",
                "delete group",
                "create group",
                "create listener",
                "create rule",
                "update other"
            ]
        );
        assert!(lab.ops(&nodes("2")).await.is_empty());
    });
}

/// Protects against needless steps: whoever moves on to another object anyway does so first.
#[test]
fn who_leaves_anyway_leaves_first() {
    virtual_time(async {
        let mut lab = Lab::new(3);
        let nodes = |zone: &str, first: bool| {
            let (a, b) = (fixed("a", zone), plain("b", "{}"));
            let u = user("u", &[if first { &a } else { &b }]);
            [a, b, u]
        };
        lab.up(&nodes("1", true)).await;
        assert_eq!(lab.story(&nodes("2", false)).await, ["update u", "delete a", "create a"]);
    });
}

/// Protects independent branches: what must go goes side by side, not one after another.
#[test]
fn a_cascade_goes_in_parallel() {
    virtual_time(async {
        let mut lab = Lab::new(4);
        lab.cloud.delete_takes(std::time::Duration::from_mins(1));
        let nodes = |zone: &str| {
            let root = fixed("root", zone);
            let parts = (0..8).map(|i| plain(&format!("p{i}"), "{}").set("within", root.part("id")));
            parts.chain([root.clone()]).collect::<Vec<_>>()
        };
        lab.up(&nodes("1")).await;
        let began = tokio::time::Instant::now();
        lab.up(&nodes("2")).await;
        assert!((120..160).contains(&began.elapsed().as_secs()), "{:?}", began.elapsed());
    });
}

/// Protects who let go: should the rest fail, the next run gives it the object back, whatever the program says then.
#[test]
fn a_failure_in_the_middle_is_made_good() {
    for back in ["1", "2", "3"] {
        virtual_time(async move {
            let mut lab = Lab::new(5);
            let nodes = |zone: &str| {
                let a = fixed("a", zone);
                [user("u", &[&a]), a]
            };
            lab.up(&nodes("1")).await;
            lab.script(Call::Delete, "", Fate::Refused(Fault::Denied));
            let failures = lab.failing_up(&nodes("2")).await;
            assert_eq!(failures[0].code, "E0211");
            let u = lab.id(TAGGED, "u");
            assert_eq!(lab.cloud.objects()[&u].inputs.get("needs"), None);
            lab.up(&nodes(back)).await;
            let a = lab.id(KEYED, "a");
            assert_eq!(lab.cloud.objects()[&u].inputs.get("needs"), Some(&Value::List(vec![a.as_str().into()])));
            assert!(lab.ops(&nodes(back)).await.is_empty());
        });
    }
}

/// Protects secrets and passwords of who lets go: an update that takes a reference away touches nothing else.
#[test]
fn letting_go_touches_nothing_else() {
    virtual_time(async {
        let mut lab = Lab::new(6);
        let nodes = |zone: &str| {
            let a = fixed("a", zone);
            let u = user("u", &[&a]).set("password", "pw".into()).set("secret", Value::secret("s".into()));
            [u, a]
        };
        lab.up(&nodes("1")).await;
        lab.up(&nodes("2")).await;
        let object = lab.cloud.objects()[&lab.id(TAGGED, "u")].clone();
        assert_eq!(object.inputs.get("password"), Some(&"pw".into()));
        assert_eq!(object.inputs.get("secret"), Some(&"s".into()));
    });
}

/// Protects a run that is limited to targets: it does not wait for a holder that it may not touch.
#[test]
fn a_holder_that_is_left_out_is_named() {
    virtual_time(async {
        let mut lab = Lab::new(7);
        let nodes = |zone: &str| {
            let a = fixed("a", zone);
            [user("u", &[&a]), a]
        };
        lab.up(&nodes("1")).await;
        lab.cloud.clear_log();
        let problems = lab.try_up(program(&nodes("2")), &targets(&["a"])).await.unwrap_err();
        assert_eq!(problems[0].code, "E0108", "{problems:#?}");
        assert!(problems[0].message.contains("`u`"), "{}", problems[0].message);
        assert!(lab.cloud.story().is_empty());
    });
}
