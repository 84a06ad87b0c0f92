//! Renames.

use crate::common::*;
use farsight_model::Value;
use farsight_provider::fake::{Call, NAMED, TAGGED};

fn renamed(node: Node, from: &str) -> Node {
    node.with(|o| o.aliases = vec![from.to_owned()])
}

fn secretive(name: &str) -> Node {
    plain(name, r#"{"password":"pw"}"#).set("secret", Value::secret("s".into()))
}

/// Protects renames: nothing is written to the cloud, references follow, and hashes and sealed values still open.
#[test]
fn a_rename_writes_nothing() {
    virtual_time(async {
        let mut lab = Lab::new(1);
        let user = |of: &Node| plain("user", "{}").set("note", of.part("arn"));
        let old = secretive("old");
        lab.up(&[user(&old), old]).await;
        let new = renamed(secretive("new"), "old");
        let nodes = [user(&new), new];
        assert!(lab.ops(&nodes).await.is_empty());
        assert!(lab.story(&nodes).await.is_empty());
        assert_eq!(lab.names(), ["new", "user"]);
        let user = lab.snapshot().resources.into_iter().find(|row| row.urn.name() == "user").unwrap();
        assert_eq!(user.dependencies, [urn(TAGGED, "new")]);
        // The alias may go once it has done its work.
        assert!(lab.story(&[nodes[0].clone(), secretive("new")]).await.is_empty());
    });
}

/// Protects a rename that comes with a change, whatever the change needs.
#[test]
fn a_rename_may_change_or_replace_as_well() {
    virtual_time(async {
        let mut lab = Lab::new(2);
        let chain = |name: &str, zone: &str, size: u8| {
            let first = keyed(name, &format!(r#"{{"zone":"{zone}","size":{size}}}"#)).set("key", "k".into());
            let second = plain("second", "{}").set("within", first.part("id"));
            [first, second]
        };
        lab.up(&chain("a", "1", 1)).await;
        let [first, second] = chain("b", "1", 2);
        assert_eq!(lab.story(&[renamed(first, "a"), second]).await, ["update a"], "the owner's tag is from its birth");
        let [first, second] = chain("c", "2", 2);
        assert_eq!(
            lab.story(&[renamed(first, "b"), second]).await,
            ["delete second", "delete a", "create c", "create second"]
        );
    });
}

/// Protects made-up names: a rename keeps them.
#[test]
fn a_made_up_name_stays() {
    virtual_time(async {
        let mut lab = Lab::new(3);
        lab.up(&[node(NAMED, "old", "{}")]).await;
        let id = lab.id(NAMED, "old");
        lab.cloud.clear_log();
        lab.up(&[renamed(node(NAMED, "new", "{}"), "old")]).await;
        assert_eq!(lab.id(NAMED, "new"), id);
        assert!(lab.cloud.calls(Call::Create).is_empty());
    });
}

/// Protects moves into a component, out of it and from one to another: nothing is written to the cloud.
#[test]
fn a_resource_may_move_between_parents() {
    virtual_time(async {
        let mut lab = Lab::new(5);
        let part = node(COMPONENT, "part", "{}");
        let free = secretive("a");
        lab.up(&[part.clone(), free.clone()]).await;
        let id = lab.id(TAGGED, "a");
        let inside = secretive("a").under(&part);
        let from = |node: Node, old: &Node| renamed(node, old.urn().as_str());
        assert!(lab.story(&[part.clone(), from(inside.clone(), &free)]).await.is_empty());
        assert!(lab.story(&[from(free, &inside)]).await.is_empty());
        assert_eq!(lab.id(TAGGED, "a"), id);
        assert_eq!(lab.names(), ["a"]);
    });
}

/// Protects parts of a component that becomes one of another type: its alias is theirs, too, whatever their own names.
#[test]
fn children_inherit() {
    virtual_time(async {
        let mut lab = Lab::new(6);
        let nodes = |outer: &Node, names: [&str; 2]| {
            let inner = node(COMPONENT, "inner", "{}").under(outer);
            let (a, b) = (secretive(names[0]).under(&inner), plain(names[1], "{}").under(outer));
            [outer.clone(), inner, a, b]
        };
        let old = node(COMPONENT, "outer", "{}");
        let root = node(COMPONENT, "root", "{}");
        lab.up(&nodes(&old, ["a", "b"])).await;
        // Moved below a root, and one of its parts gets another name in the same run.
        let new = renamed(node(COMPONENT, "outer", "{}").under(&root), old.urn().as_str());
        let [outer, inner, a, b] = nodes(&new, ["a", "c"]);
        let moved = [root, outer, inner, a, renamed(b, "b")];
        assert_eq!(lab.ops(&moved).await, ["create root"]);
        assert!(lab.story(&moved).await.is_empty());
        assert_eq!(lab.names(), ["a", "c", "inner", "outer", "root"]);
    });
}

/// Protects against one object with two owners.
#[test]
fn two_heirs_are_refused() {
    virtual_time(async {
        let mut lab = Lab::new(4);
        lab.up(&[plain("old", "{}")]).await;
        lab.cloud.clear_log();
        let problems = lab.failing_up(&[renamed(plain("a", "{}"), "old"), renamed(plain("b", "{}"), "old")]).await;
        assert_eq!(problems[0].code, "E0102");
        assert_eq!(lab.names(), ["old"]);
        assert!(lab.cloud.story().is_empty());
    });
}
