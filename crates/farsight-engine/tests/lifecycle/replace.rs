//! Replacements: their order, what they take along, and what becomes of them when they fail.

use crate::common::*;
use farsight_model::Value;
use farsight_provider::Fault;
use farsight_provider::fake::{Call, Fate, KEYED, NAMED, TAGGED, TOKENED};

/// Protects users of a replaced object: they move to the new one before the old one goes.
#[test]
fn creates_first_and_deletes_last() {
    virtual_time(async {
        let mut lab = Lab::new(1);
        let nodes = |zone: &str| [plain("a", &format!(r#"{{"zone":"{zone}"}}"#)), plain("b", "{}").needs(&["a"])];
        lab.up(&nodes("1")).await;
        assert_eq!(lab.story(&nodes("2")).await, ["create a", "update b", "delete a"]);
    });
}

/// Protects everything that need not go: a cascade takes along exactly what cannot be changed in place.
#[allow(clippy::many_single_char_names, reason = "the nodes of a graph")]
#[test]
fn a_delete_first_cascade_is_exact() {
    virtual_time(async {
        let mut lab = Lab::new(2);
        let within = |name: &str, of: &Node| plain(name, "{}").set("within", of.part("id"));
        let noting = |name: &str, of: &Node| plain(name, "{}").set("note", of.part("arn"));
        let nodes = |zone: &str| {
            let a = keyed("a", &format!(r#"{{"zone":"{zone}"}}"#));
            let (b, c, d) = (within("b", &a), within("c", &a), noting("d", &a));
            let (e, f, g) = (within("e", &b), within("f", &c), noting("g", &d));
            let h = plain("h", "{}").with(|o| o.depends_on = vec![a.urn()]);
            let (i, k) = (noting("i", &h), within("k", &f).set("note", e.part("arn")));
            [a, b, c, d, e, f, g, h, i, k, plain("l", "{}"), plain("m", "{}").needs(&["l"])]
        };
        lab.up(&nodes("1")).await;
        assert_eq!(
            lab.ops(&nodes("2")).await,
            ["replace a", "replace b", "replace c", "replace e", "replace f", "replace k", "update d"]
        );
        let story = lab.story(&nodes("2")).await;
        let place =
            |what: &str| story.iter().position(|entry| entry == what).unwrap_or_else(|| panic!("{what}: {story:?}"));
        for (first, then) in [("k", "f"), ("f", "c"), ("e", "b"), ("c", "a"), ("b", "a")] {
            assert!(place(&format!("delete {first}")) < place(&format!("delete {then}")), "{story:?}");
            assert!(place(&format!("create {then}")) < place(&format!("create {first}")), "{story:?}");
        }
        assert!(place("delete a") < place("create a"), "{story:?}");
        assert_eq!(story.len(), 6 + 6 + 1, "{story:?}");
    });
}

/// Protects the option: it decides, whatever the type would choose.
#[test]
fn the_option_decides_the_order() {
    virtual_time(async {
        let mut lab = Lab::new(3);
        let first =
            |zone: &str| plain("a", &format!(r#"{{"zone":"{zone}"}}"#)).with(|o| o.delete_before_replace = Some(true));
        lab.up(&[first("1")]).await;
        assert_eq!(lab.story(&[first("2")]).await, ["delete a", "create a"]);

        // A type that would delete first for the sake of its key is told not to: the service refuses, nothing is lost.
        let last =
            |zone: &str| keyed("k", &format!(r#"{{"zone":"{zone}"}}"#)).with(|o| o.delete_before_replace = Some(false));
        lab.up(&[first("2"), last("1")]).await;
        let id = lab.id(KEYED, "k");
        let began = tokio::time::Instant::now();
        let failures = lab.failing_up(&[first("2"), last("2")]).await;
        assert_eq!(failures[0].code, "E0202", "{failures:#?}");
        assert!(began.elapsed().as_secs() < 5, "waiting cannot help");
        assert!(lab.cloud.objects().contains_key(&id));
        lab.up(&[first("2"), last("1")]).await;
    });
}

/// Protects against needless replacement: `depends_on` is an order and nothing more.
#[test]
fn plain_dependencies_are_not_replaced() {
    virtual_time(async {
        let mut lab = Lab::new(4);
        let nodes = |zone: &str| {
            let a = keyed("a", &format!(r#"{{"zone":"{zone}"}}"#));
            let b = plain("b", "{}").with(|o| o.depends_on = vec![a.urn()]);
            [a, b]
        };
        lab.up(&nodes("1")).await;
        assert_eq!(lab.story(&nodes("2")).await, ["delete a", "create a"]);
    });
}

/// Protects against lost deletes: one that failed is tried again, not forgotten.
#[test]
fn a_failed_delete_is_tried_again() {
    virtual_time(async {
        let mut lab = Lab::new(5);
        let node = |zone: &str| keyed("a", &format!(r#"{{"zone":"{zone}"}}"#));
        lab.up(&[node("1")]).await;
        let id = lab.id(KEYED, "a");
        lab.script(Call::Delete, &id, Fate::Refused(Fault::Denied));
        let failures = lab.failing_up(&[node("2")]).await;
        assert_eq!(failures[0].code, "E0211");
        assert_eq!(lab.id(KEYED, "a"), id);
        assert_eq!(lab.story(&[node("2")]).await, ["delete a", "create a"]);
        assert_ne!(lab.id(KEYED, "a"), id);
    });
}

/// Protects the old half of a replacement: should its deletion fail, `up` and `down` both remember it.
#[test]
fn an_old_half_that_is_left_goes_with_the_next_run() {
    for destroys in [false, true] {
        virtual_time(async move {
            let mut lab = Lab::new(6);
            let node = |zone: &str| plain("a", &format!(r#"{{"zone":"{zone}"}}"#));
            lab.up(&[node("1")]).await;
            let old = lab.id(TAGGED, "a");
            lab.script(Call::Delete, &old, Fate::Refused(Fault::Rejected));
            lab.failing_up(&[node("2")]).await;
            assert_eq!(lab.names(), ["a", "a!"]);
            lab.cloud.clear_log();
            if destroys {
                lab.down().await;
                assert_eq!(lab.cloud.calls(Call::Delete).len(), 2, "each half once");
                assert!(lab.cloud.objects().is_empty());
            } else {
                assert_eq!(lab.ops(&[node("2")]).await, ["delete a"]);
                lab.up(&[node("2")]).await;
                assert_eq!(lab.cloud.calls(Call::Delete), [old]);
            }
            lab.check();
        });
    }
}

/// Protects plans from circles: what needs a room-making replacement by way of a resource that goes for good makes room
/// as well.
#[test]
fn room_is_made_through_what_goes_for_good() {
    virtual_time(async {
        let mut lab = Lab::new(9);
        let nodes = |zone: &str, middle: &'static str| {
            let a = keyed("a", &format!(r#"{{"zone":"{zone}"}}"#));
            let b = node(middle, "b", r#"{"extra":false}"#).set("note", a.part("arn"));
            let c = plain("c", "{}").set("within", b.part("id"));
            [a, b, c]
        };
        lab.up(&nodes("1", TOKENED)).await;
        let story = lab.story(&nodes("2", NAMED)).await;
        assert_eq!(story, ["delete c", "delete b", "delete a", "create a", "create b", "create c"]);
    });
}

/// Protects keys that two objects exchange: both make room before either takes the other's.
#[test]
fn keys_may_be_swapped() {
    virtual_time(async {
        let mut lab = Lab::new(7);
        let nodes = |a: &str, b: &str| [keyed("a", "{}").set("key", a.into()), keyed("b", "{}").set("key", b.into())];
        lab.up(&nodes("1", "2")).await;
        lab.up(&nodes("2", "1")).await;
        let key = |lab: &Lab, name: &str| lab.cloud.objects()[&lab.id(KEYED, name)].inputs.get("key").cloned();
        assert_eq!((key(&lab, "a"), key(&lab, "b")), (Some(Value::from("2")), Some(Value::from("1"))));
        assert!(lab.ops(&nodes("2", "1")).await.is_empty());
    });
}

/// Protects long chains: graph algorithms must not recurse.
#[test]
fn long_chains_do_not_overflow_the_stack() {
    let chain = |length: usize, zone: &str| -> Vec<Node> {
        (0..length)
            .map(|i| {
                let node = plain(&format!("n{i}"), &format!(r#"{{"zone":"{zone}"}}"#));
                if i == 0 { node } else { node.set("note", output(TAGGED, &format!("n{}", i - 1), "arn")) }
            })
            .collect()
    };
    std::thread::Builder::new()
        .stack_size(512 * 1024)
        .spawn(move || {
            virtual_time(async {
                let mut lab = Lab::new(8);
                let view = lab.preview(&chain(20_000, "1")).await;
                assert_eq!(view.summary.create, 20_000);
            });
        })
        .unwrap()
        .join()
        .unwrap();
}
