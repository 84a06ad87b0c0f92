//! Values that live in the state alone, such as passwords: made once, kept, and nobody else's to change.

mod common;

use common::*;
use farsight_engine::{Adoption, PlanOptions, Targets};
use farsight_model::Value;
use farsight_provider::Fault;
use farsight_provider::fake::{Call, Fate, KEPT, TAGGED};

fn password(keeper: &str) -> Node {
    node(KEPT, "p", "{}").set("keeper", keeper.into())
}

fn program_of(keeper: &str) -> Vec<Node> {
    vec![password(keeper), plain("db", "{}").set("note", output(KEPT, "p", "value"))]
}

fn told(lab: &Lab) -> Value {
    lab.cloud.objects()[&lab.id(TAGGED, "db")].inputs.get("note").cloned().unwrap_or_default()
}

/// Protects everybody who was told a password: only the program changes it.
#[test]
fn a_value_stays_until_its_keeper_changes() {
    virtual_time(async {
        let mut lab = Lab::new(1);
        assert_eq!(lab.ops(&program_of("1")).await, ["create db", "create p"]);
        lab.up(&program_of("1")).await;
        let first = lab.kept("p");
        assert_eq!(first.len(), 16);
        assert_eq!(told(&lab), Value::from(first.as_str()));
        // Nothing to do, nothing to see, whatever is read.
        assert!(lab.ops(&program_of("1")).await.is_empty());
        lab.refresh().await;
        let options = PlanOptions { refresh: true, ..PlanOptions::default() };
        lab.try_up(program(&program_of("1")), &options).await.unwrap();
        let mut session = lab.session();
        let report = session.drift(&Targets::default(), "u", "h").await.unwrap();
        assert!(report.findings.is_empty() && report.summary.checked == 1, "{report:#?}");
        lab.store = session.into_store();
        assert_eq!(lab.kept("p"), first);
        // What says nothing about the value keeps it.
        let noted = [program_of("1")[0].clone().set("note", "n".into()), program_of("1")[1].clone()];
        assert_eq!(lab.ops(&noted).await, ["update p"]);
        lab.up(&noted).await;
        assert_eq!(lab.kept("p"), first);
        lab.up(&program_of("1")).await;
        // Another keeper, another value, and whoever was told is told again.
        assert_eq!(lab.ops(&program_of("2")).await, ["replace p", "update db"]);
        lab.up(&program_of("2")).await;
        let second = lab.kept("p");
        assert_ne!(second, first);
        assert_eq!(told(&lab), Value::from(second.as_str()));
        let longer = [password("2").set("length", v("40")), program_of("2")[1].clone()];
        lab.up(&longer).await;
        assert_eq!(lab.kept("p").len(), 40);
        assert!(lab.ops(&longer).await.is_empty());
        lab.down().await;
        assert!(lab.names().is_empty() && lab.cloud.objects().is_empty());
    });
}

/// Protects from half-made values: a refusal leaves nothing, and the next run makes one.
#[test]
fn a_refusal_leaves_nothing() {
    virtual_time(async {
        let mut lab = Lab::new(2);
        lab.script(Call::Create, "p", Fate::Refused(Fault::Rejected));
        let failures = lab.failing_up(&program_of("1")).await;
        assert_eq!(failures[0].code, "E0201", "{failures:#?}");
        assert!(lab.names().is_empty());
        lab.up(&program_of("1")).await;
    });
}

/// Protects people who have a password already: by option or by command it becomes the resource's, and is shown nowhere.
#[test]
fn an_existing_value_is_adopted() {
    virtual_time(async {
        const THEIRS: &str = "hunter2-hunter2-";
        let mut lab = Lab::new(3);
        let adopting = |id: &str, keeper: &str| password(keeper).with(|o| o.import = Some(id.to_owned()));
        let problems = lab.failing_up(&[adopting("hunter2", "1")]).await;
        assert_eq!(problems[0].code, "E0206");
        assert!(!format!("{problems:?}").contains("hunter2"), "{problems:#?}");
        let view = serde_json::to_string(&lab.preview(&[adopting(THEIRS, "1")]).await).unwrap();
        assert!(!view.contains(THEIRS), "{view}");
        lab.up(&[adopting(THEIRS, "1")]).await;
        assert_eq!(lab.kept("p"), THEIRS);
        assert!(lab.ops(&[adopting(THEIRS, "1")]).await.is_empty());
        lab.down().await;

        let mut session = lab.session();
        session.lock(&request("import")).await.unwrap();
        let options = farsight_model::ResourceOptions { import: Some(THEIRS.into()), ..Default::default() };
        let urn = session.urn_for(KEPT, "p", None).unwrap();
        let one = Adoption { urn, id: Some(THEIRS.into()), parent: None, options, declared: None };
        let (adopted, _) = session.adopt(vec![one]).await.unwrap();
        session.finish(&[], false).unwrap();
        lab.store = session.into_store();
        assert_eq!(adopted[0].options.import.as_deref(), Some("none"));
        // What the program then says of it, nobody can know better.
        assert!(lab.ops(&[password("1")]).await.is_empty());
        lab.up(&[password("1")]).await;
        assert_eq!(lab.kept("p"), THEIRS);
        assert_eq!(lab.ops(&[password("2")]).await, ["replace p"]);
        assert!(!format!("{:?}{:?}", lab.events.lock().unwrap(), lab.snapshot()).contains(THEIRS));
    });
}
