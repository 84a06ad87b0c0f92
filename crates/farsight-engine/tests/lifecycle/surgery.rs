//! Changes of the state by hand: names, stacks, marks.

use crate::common::*;
use farsight_engine::{Diagnostic, Mark, Moved, Session, Targets};
use farsight_model::{Urn, Value};
use farsight_provider::Fault;
use farsight_provider::fake::{Call, Fate, NAMED, TAGGED};
use farsight_state::{Access, Store};

impl Lab {
    /// What a `farsight state` command does.
    async fn surgery<T>(
        &mut self,
        work: impl FnOnce(&mut Session) -> Result<T, Vec<Diagnostic>>,
    ) -> Result<T, Vec<Diagnostic>> {
        let mut session = self.session();
        session.lock(&request("state")).await.unwrap();
        let result = work(&mut session);
        session.finish(result.as_ref().err().map_or(&[], Vec::as_slice), false).unwrap();
        self.store = session.into_store();
        result
    }

    async fn rename(&mut self, from: &Urn, to: &Urn) -> Result<(), Vec<Diagnostic>> {
        self.surgery(|session| session.rename(from, to)).await
    }

    async fn mark(&mut self, urns: &[Urn], mark: Mark) -> Result<Vec<Urn>, Vec<Diagnostic>> {
        self.surgery(|session| session.mark(urns, mark)).await
    }
}

/// A component with a child, what depends on the child in every way, secrets and write-only values.
fn family(part: &str, child: &str) -> Vec<Node> {
    let part = node(COMPONENT, part, "{}");
    let child = plain(child, r#"{"password":"pw"}"#).set("secret", Value::secret("s".into())).under(&part).with(|o| {
        o.replacement_trigger = Value::secret("t".into());
    });
    let (arn, urn) = (child.part("arn"), child.urn());
    let user = plain("user", "{}").set("note", arn).with(|o| {
        o.depends_on = vec![urn.clone()];
        o.deleted_with = Some(urn);
    });
    vec![part, child, user]
}

/// Protects renames by hand: everything follows, and the program under the new name changes nothing in the cloud.
#[test]
fn a_rename_is_followed_by_everything() {
    virtual_time(async {
        let mut lab = Lab::new(1);
        let (old, new) = (family("part", "old"), family("box", "new"));
        lab.up(&old).await;
        lab.cloud.clear_log();
        lab.rename(&old[1].urn(), &new[1].urn()).await.unwrap();
        lab.rename(&old[0].urn(), &new[0].urn()).await.unwrap();
        lab.check();
        assert_eq!(lab.names(), ["box", "new", "user"]);
        let rows = lab.snapshot().resources;
        assert!(!serde_json::to_string(&rows).unwrap().contains("::part"), "no row names the old one");
        let store = lab.store();
        let history = store.updates(store.stack(STACK).unwrap().unwrap().id, 1).unwrap();
        assert_eq!((history[0].kind.as_str(), history[0].counts["renamed"]), ("state", 2), "the box and its child");
        // Sealed under the new name, and hashes known by the old one: nothing differs, nothing is reported.
        assert!(lab.ops(&new).await.is_empty());
        let mut session = lab.session();
        let report = session.drift(&Targets::default(), "u", "h").await.unwrap();
        assert!(report.findings.is_empty(), "{:#?}", report.findings);
        lab.store = session.into_store();
        assert!(lab.story(&new).await.is_empty());
        assert!(lab.snapshot().resources.iter().all(|row| row.options.hashed_as.is_none()), "bound anew");
        assert!(lab.story(&new).await.is_empty());
        // A new password is still seen.
        let mut changed = new.clone();
        changed[1] = changed[1].clone().set("password", "other".into());
        assert_eq!(lab.story(&changed).await, ["update old"], "the owner's tag is from its birth");
        lab.down().await;
        assert!(lab.names().is_empty());
    });
}

/// Protects the state: what cannot be is refused, and nothing is changed.
#[test]
fn renames_that_cannot_be_are_refused() {
    virtual_time(async {
        let mut lab = Lab::new(2);
        lab.up(&[plain("a", "{}"), plain("b", "{}").needs(&["a"])]).await;
        let before = lab.snapshot();
        let (a, b) = (urn(TAGGED, "a"), urn(TAGGED, "b"));
        for (from, to, code) in [
            (&urn(TAGGED, "x"), &urn(TAGGED, "y"), "E0214"),
            (&a, &b, "E0213"),
            (&a, &a, "E0213"),
            (&a, &urn(NAMED, "c"), "C0109"),
            (&a, &a.with_stack("prod"), "C0109"),
        ] {
            let problems = lab.rename(from, to).await.unwrap_err();
            assert_eq!(problems[0].code, code, "{from} -> {to}: {problems:?}");
        }
        assert_eq!(lab.snapshot(), before);
    });
}

/// Protects open operations: they name resources as they were.
#[test]
fn nothing_is_changed_before_an_interrupted_run_is_settled() {
    virtual_time(async {
        let mut lab = Lab::new(3);
        lab.up(&[plain("b", "{}")]).await;
        lab.always(Call::Create, "a", Fate::RequestLost);
        lab.always(Call::Find, "a", Fate::Refused(Fault::Unknown));
        lab.try_up(program(&[plain("b", "{}"), plain("a", "{}")]), &targets(&["*"])).await.unwrap();
        let before = lab.snapshot();
        assert!(!before.operations.is_empty());
        let b = urn(TAGGED, "b");
        let problems = lab.rename(&b, &urn(TAGGED, "c")).await.unwrap_err();
        assert_eq!(problems[0].code, "E0112");
        assert!(problems[0].message.ends_with("was interrupted: `a`"), "{problems:?}");
        assert_eq!(lab.mark(&[b], Mark::Tainted(true)).await.unwrap_err()[0].code, "E0112");
        assert_eq!(lab.snapshot(), before);
    });
}

/// Protects marks: they do what they say at the next `up`, all of them in one commit or none.
#[test]
fn marks_are_kept_until_they_are_used() {
    virtual_time(async {
        let mut lab = Lab::new(4);
        let part = node(COMPONENT, "part", "{}");
        let nodes = [part.clone(), plain("a", "{}"), plain("b", "{}").needs(&["a"])];
        lab.up(&nodes).await;
        let (a, b) = (urn(TAGGED, "a"), urn(TAGGED, "b"));
        assert_eq!(lab.mark(&[a.clone(), b.clone()], Mark::Protected(true)).await.unwrap(), [a.clone(), b.clone()]);
        assert_eq!(lab.mark(std::slice::from_ref(&a), Mark::Protected(true)).await.unwrap(), []);
        let problems = lab.try_down(&targets(&["*"])).await.unwrap_err();
        assert_eq!(problems.iter().map(|p| p.code.as_str()).collect::<Vec<_>>(), ["E0107", "E0107"]);
        lab.mark(&[a.clone(), b.clone()], Mark::Protected(false)).await.unwrap();
        // One that is not there, or a component, and nothing is marked.
        let before = lab.snapshot();
        assert_eq!(lab.mark(&[a.clone(), urn(TAGGED, "x")], Mark::Tainted(true)).await.unwrap_err()[0].code, "E0214");
        assert_eq!(lab.mark(&[a.clone(), part.urn()], Mark::Tainted(true)).await.unwrap_err()[0].code, "C0109");
        assert_eq!(lab.snapshot(), before);
        lab.mark(std::slice::from_ref(&a), Mark::Tainted(true)).await.unwrap();
        assert_eq!(lab.ops(&nodes).await, ["replace a", "update b"]);
        lab.mark(std::slice::from_ref(&a), Mark::Tainted(false)).await.unwrap();
        assert!(lab.ops(&nodes).await.is_empty());
        lab.mark(&[a], Mark::Tainted(true)).await.unwrap();
        assert_eq!(lab.story(&nodes).await, ["create a", "update b", "delete a"]);
        assert!(lab.story(&nodes).await.is_empty());
    });
}

/// Two stacks of one file over one cloud. `there` has its own state connection.
fn pair(seed: u64) -> (tempfile::TempDir, Lab, Lab) {
    let dir = tempfile::tempdir().unwrap();
    let open = || Store::open(&dir.path().join("state.db"), Access::ReadWrite).unwrap();
    let mut store = open();
    store.create_stack(PROJECT, STACK, 0).unwrap();
    store.create_stack(PROJECT, "prod", 0).unwrap();
    let mut here = Lab::new(seed);
    here.store = Some(store);
    let mut there = Lab::new(seed);
    there.cloud = here.cloud.clone();
    there.clock = here.clock.clone();
    there.stack = "prod";
    there.store = Some(open());
    (dir, here, there)
}

async fn move_all(here: &mut Lab, there: &mut Lab, urns: &[Urn]) -> Result<Moved, Vec<Diagnostic>> {
    let (mut from, mut to) = (here.session(), there.session());
    from.lock(&request("state mv")).await.unwrap();
    to.lock(&request("state mv")).await.unwrap();
    let result = from.move_to(&mut to, urns);
    from.finish(&[], false).unwrap();
    to.finish(&[], false).unwrap();
    (here.store, there.store) = (from.into_store(), to.into_store());
    result
}

fn in_prod(nodes: &[Node]) -> Vec<Node> {
    let mut nodes = nodes.to_vec();
    for node in &mut nodes {
        node.stack = "prod";
        node.parent = node.parent.as_ref().map(|urn| urn.with_stack("prod"));
        node.options.depends_on = node.options.depends_on.iter().map(|urn| urn.with_stack("prod")).collect();
        node.options.deleted_with = node.options.deleted_with.as_ref().map(|urn| urn.with_stack("prod"));
    }
    nodes
}

/// Protects moves between stacks: one commit, secrets sealed anew, and both programs find what is theirs.
#[test]
fn resources_move_to_another_stack_with_all_that_they_are_made_of() {
    virtual_time(async {
        let (_dir, mut here, mut there) = pair(5);
        let family = family("part", "child");
        let mut all = family.clone();
        all.push(plain("rest", "{}"));
        here.up(&all).await;
        here.cloud.clear_log();
        // The user must come along: it would be left with a dependency on nothing.
        let problems = move_all(&mut here, &mut there, &[family[0].urn()]).await.unwrap_err();
        assert!(problems.iter().all(|problem| problem.code == "E0108"), "{problems:?}");
        assert!(problems[0].message.contains("`user` needs `child`, which is to go"), "{problems:?}");
        // Nor does a child go without its component.
        let problems = move_all(&mut here, &mut there, &[family[1].urn(), family[2].urn()]).await.unwrap_err();
        assert!(
            problems[0].message.contains("`child` belongs to `part`, which is not in stack `prod`"),
            "{problems:?}"
        );
        assert_eq!((here.names().len(), there.names().len()), (4, 0));
        let moved = move_all(&mut here, &mut there, &[family[0].urn(), family[2].urn()]).await.unwrap();
        assert_eq!(moved.urns.len(), 3);
        assert_eq!(
            moved.notes,
            ["the next `up` sends write-only values of `child` again, or replaces it where they cannot change"]
        );
        assert_eq!(
            (here.names(), there.names()),
            (vec!["rest".into()], vec!["child".into(), "part".into(), "user".into()])
        );
        assert!(here.cloud.story().is_empty());
        assert!(here.store().verify().unwrap().is_empty());
        // Both programs are at one with their state; nobody else's objects are strays.
        assert!(here.ops(&[plain("rest", "{}")]).await.is_empty());
        let mut prod = in_prod(&family);
        let arn = prod[1].part("arn");
        prod[2] = prod[2].clone().set("note", arn);
        assert_eq!(there.ops(&prod).await, ["update child"], "the password, whose hash is of the other stack's key");
        for lab in [&mut here, &mut there] {
            let mut session = lab.session();
            let report = session.drift(&Targets::default(), "u", "h").await.unwrap();
            assert_eq!(report.summary.unmanaged, 0, "{:#?}", report.findings);
            lab.store = session.into_store();
        }
        let outcome = there.try_up(program(&prod), &targets(&["*"])).await.unwrap();
        assert!(outcome.succeeded());
        assert!(there.ops(&prod).await.is_empty());
    });
}

/// Protects both stacks: a name that is taken, and what a moved resource needed.
#[test]
fn what_is_left_behind_is_told() {
    virtual_time(async {
        let (_dir, mut here, mut there) = pair(6);
        here.up(&[plain("a", "{}"), plain("b", "{}").needs(&["a"]), plain("c", "{}")]).await;
        let twin = in_prod(&[plain("c", "{}")]);
        assert!(there.try_up(program(&twin), &targets(&["*"])).await.unwrap().succeeded());
        let problems = move_all(&mut here, &mut there, &[urn(TAGGED, "c")]).await.unwrap_err();
        assert_eq!(problems[0].code, "E0213");
        let moved = move_all(&mut here, &mut there, &[urn(TAGGED, "b")]).await.unwrap();
        assert_eq!(moved.notes, ["`b` no longer remembers that it needs `a`"]);
        assert!(here.store().verify().unwrap().is_empty());
        assert_eq!((here.names(), there.names()), (vec!["a".into(), "c".into()], vec!["b".into(), "c".into()]));
    });
}

/// Protects an object that has moved: its birth tags name the old stack, which must not take it back.
#[test]
fn an_object_that_moved_away_is_not_taken_back() {
    virtual_time(async {
        let (_dir, mut here, mut there) = pair(7);
        let named = node(NAMED, "logs", r#"{"name":"/ecs/api"}"#);
        here.up(std::slice::from_ref(&named)).await;
        move_all(&mut here, &mut there, &[named.urn()]).await.unwrap();
        let failures = here.failing_up(&[named]).await;
        assert_eq!(failures[0].code, "E0202");
        assert_eq!((here.names().len(), there.names()), (0, vec!["logs".into()]));
    });
}
