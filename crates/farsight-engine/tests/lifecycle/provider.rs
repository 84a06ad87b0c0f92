//! Explicit providers: several regions and accounts in one program.

use crate::common::*;
use farsight_engine::PlanOptions;
use farsight_model::Value;
use farsight_provider::fake::{Call, FakeCloud, Fate, TAGGED};
use farsight_provider::{BoxFuture, Connect, Error, Fault, Provider, Result};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

const PROVIDER: &str = "farsight:providers:fake";

/// Clouds by region; a setting `profile` chooses the account.
struct Regions(BTreeMap<&'static str, FakeCloud>);

impl Connect for Regions {
    fn package(&self) -> &'static str {
        "fake"
    }

    fn connect<'a>(&'a self, settings: &'a Value) -> BoxFuture<'a, Result<Arc<dyn Provider>>> {
        Box::pin(async move {
            let region = settings.get("region").and_then(Value::as_str).unwrap_or_default();
            let cloud = self.0.get(region).ok_or_else(|| Error::new(Fault::Rejected, "no such region"))?;
            if let Some(account) = settings.get("profile").and_then(Value::as_str) {
                cloud.belongs_to(account);
            }
            Ok(Arc::new(cloud.clone()) as Arc<dyn Provider>)
        })
    }
}

/// A lab with two more regions.
fn lab(seed: u64) -> (Lab, FakeCloud, FakeCloud) {
    let mut lab = Lab::new(seed);
    let region = |name: &str| {
        let cloud = FakeCloud::new(lab.clock.clone(), Duration::from_mins(1));
        cloud.move_to(name);
        cloud
    };
    let (east, west) = (region("east"), region("west"));
    lab.connector = Some(Arc::new(Regions(BTreeMap::from([("east", east.clone()), ("west", west.clone())]))));
    (lab, east, west)
}

fn provider(name: &str, settings: &str) -> Node {
    node(PROVIDER, name, settings)
}

fn at(node: Node, provider: &Node) -> Node {
    node.with(|o| o.provider = Some(provider.urn()))
}

async fn up(lab: &mut Lab, nodes: &[Node]) {
    let outcome = lab.try_up(program(nodes), &PlanOptions::default()).await.unwrap_or_else(|e| panic!("{e:#?}"));
    assert!(outcome.succeeded(), "{:#?}", outcome.failures);
    let left = lab.ops(nodes).await;
    assert!(left.is_empty(), "the next plan is not empty: {left:?}");
}

/// Protects each region: its objects are made, changed, read and deleted there and nowhere else.
#[test]
fn each_region_has_its_own() {
    virtual_time(async {
        let (mut lab, east, west) = lab(1);
        let nodes = |size: u8| {
            let (e, w) = (provider("e", r#"{"region":"east"}"#), provider("w", r#"{"region":"west"}"#));
            let inputs = format!(r#"{{"size":{size}}}"#);
            // Both regions give the same ids.
            [at(plain("a", &inputs), &e), at(plain("b", &inputs), &w), plain("c", &inputs), e, w]
        };
        up(&mut lab, &nodes(1)).await;
        let counts = |lab: &Lab| (east.objects().len(), west.objects().len(), lab.cloud.objects().len());
        assert_eq!(counts(&lab), (1, 1, 1));
        up(&mut lab, &nodes(2)).await;
        assert_eq!((east.story().len(), west.story().len(), lab.cloud.story().len()), (2, 2, 2));
        east.remove(&lab.id(TAGGED, "a"));
        lab.refresh().await;
        assert_eq!(lab.names(), ["b", "c", "e", "w"], "only what is gone there");
        up(&mut lab, &nodes(2)).await;
        // The lines are gone: state alone knows where to delete.
        up(&mut lab, &[]).await;
        assert_eq!(counts(&lab), (0, 0, 0));
        assert!(lab.names().is_empty());
    });
}

/// Protects a stack that is taken down without its program.
#[test]
fn state_alone_takes_everything_down() {
    virtual_time(async {
        let (mut lab, east, _) = lab(2);
        let e = provider("e", r#"{"region":"east"}"#);
        up(&mut lab, &[at(plain("a", "{}"), &e), e]).await;
        lab.down().await;
        assert!(east.objects().is_empty());
        assert!(lab.names().is_empty());
    });
}

/// Protects from a region that is merely written over: what the provider makes moves, and the old objects go.
#[test]
fn another_region_replaces() {
    virtual_time(async {
        let (mut lab, east, west) = lab(3);
        let nodes = |region: &str| {
            let p = provider("p", &format!(r#"{{"region":"{region}"}}"#));
            let a = at(plain("a", "{}"), &p);
            let b = at(plain("b", "{}").within("a"), &p);
            [p, a, b]
        };
        up(&mut lab, &nodes("east")).await;
        let view = lab.preview(&nodes("west")).await;
        assert_eq!(view.summary.replace, 2);
        let a = view.steps.iter().find(|step| step.name == "a").unwrap();
        assert_eq!(
            a.reason.as_deref(),
            Some("its provider works in account 000000000000 in west and no longer in account 000000000000 in east")
        );
        up(&mut lab, &nodes("west")).await;
        assert_eq!((east.objects().len(), west.objects().len()), (0, 2));
    });
}

/// Protects objects from being replaced for a name: the same place under another provider is the same place.
#[test]
fn the_same_place_replaces_nothing() {
    virtual_time(async {
        let (mut lab, east, _) = lab(4);
        let (p, q) = (provider("p", r#"{"region":"east"}"#), provider("q", r#"{"region":"east","note":"n"}"#));
        up(&mut lab, &[at(plain("a", "{}"), &p), p]).await;
        east.clear_log();
        up(&mut lab, &[at(plain("a", "{}"), &q), q]).await;
        assert!(east.story().is_empty());
        let row = lab.snapshot().resources.into_iter().find(|row| row.urn.name() == "a").unwrap();
        assert!(row.provider.unwrap().contains("::q"));
    });
}

/// Protects other accounts: a provider that leads elsewhere than before is refused, whoever changed that.
#[test]
fn another_account_is_refused() {
    virtual_time(async {
        let (mut lab, east, _) = lab(5);
        let nodes = |profile: &str| {
            let p = provider("p", &format!(r#"{{"region":"east","profile":"{profile}"}}"#));
            [at(plain("a", "{}"), &p), p]
        };
        up(&mut lab, &nodes("111111111111")).await;
        east.clear_log();
        let problems = lab.failing_up(&nodes("222222222222")).await;
        assert_eq!(problems[0].code, "E0109", "{problems:#?}");
        // The settings in state still lead to the old one.
        up(&mut lab, &[]).await;
        assert!(lab.names().is_empty());
    });
}

/// Protects components: their parts are made where they say, unless the parts say otherwise.
#[test]
fn children_inherit() {
    virtual_time(async {
        let (mut lab, east, west) = lab(6);
        let (e, w) = (provider("e", r#"{"region":"east"}"#), provider("w", r#"{"region":"west"}"#));
        let part = at(node(COMPONENT, "part", "{}"), &e);
        let child = plain("child", "{}").under(&part);
        let other = at(plain("other", "{}").under(&part), &w);
        up(&mut lab, &[child, other, part, e, w]).await;
        assert_eq!((east.objects().len(), west.objects().len(), lab.cloud.objects().len()), (1, 1, 0));
    });
}

/// Protects what was made when a run dies: recovery looks where the call was made.
#[test]
fn recovery_looks_in_the_right_place() {
    virtual_time(async {
        let (mut lab, east, _) = lab(7);
        let e = provider("e", r#"{"region":"east"}"#);
        let nodes = [at(plain("a", "{}"), &e), e];
        // Both the answer and everything after it are lost.
        for call in [Call::Create, Call::Find] {
            let fate = if call == Call::Create { Fate::AnswerLost } else { Fate::Refused(Fault::Denied) };
            east.script(farsight_provider::fake::Script { call, about: String::new(), after: 0, times: 9, fate });
        }
        lab.failing_up(&nodes).await;
        assert_eq!(lab.snapshot().operations.len(), 1);
        east.clear_script();
        up(&mut lab, &nodes).await;
        assert_eq!(east.calls(Call::Create).len(), 1);
        assert_eq!(east.objects().len(), 1);
    });
}

/// Protects plans: a provider's settings are needed before anything is made, and must name a provider.
#[test]
fn what_is_no_provider_is_refused() {
    virtual_time(async {
        let (mut lab, ..) = lab(8);
        let a = plain("a", "{}");
        let p = provider("p", "{}").set("region", a.part("arn"));
        let problems = lab.failing_up(&[at(plain("b", "{}"), &p), p, a.clone()]).await;
        assert_eq!(problems[0].code, "E0101");
        assert!(problems[0].message.contains("must be known"), "{problems:#?}");
        let problems = lab.failing_up(&[at(plain("b", "{}"), &a), a]).await;
        assert_eq!(problems[0].code, "E0105");
    });
}
