//! Answers of a cloud that has gone mad: values of any shape where the schema says another. The engine ends with an
//! error or without one, but it ends, does not panic, and loses nothing.

use crate::common::oracle::{rests, succeeded};
use crate::common::*;
use farsight_engine::{PlanOptions, Targets};
use farsight_model::Value;
use farsight_provider::fake::{FIELDS, KEYED, NAMED, SETTLED, TAGGED, TOKENED, UPSERTED};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

/// Values as a cloud's answer may hold them; secrets and expressions are the engine's own.
fn any_value() -> impl Strategy<Value = Value> {
    let number = prop_oneof![any::<i32>().prop_map(f64::from), Just(1e300), Just(-0.0), Just(0.1)];
    let text = prop_oneof![".{0,12}", Just("0.0.0.0/0".to_owned()), Just("é\u{0}\u{202e}".to_owned())];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        number.prop_map(Value::Number),
        text.prop_map(Value::String),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::List),
            proptest::collection::btree_map(".{0,6}", inner, 0..4).prop_map(Value::Map),
        ]
    })
}

#[test]
fn no_answer_of_the_cloud_makes_the_engine_panic() {
    let config = Config { cases: 150, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]));
    let field = proptest::sample::select(FIELDS).prop_map(|field| field.name);
    let answers = proptest::collection::vec((field, any_value()), 1..4);
    let token = proptest::sample::select(vec![TOKENED, NAMED, TAGGED, KEYED, UPSERTED, SETTLED]);
    let script = (token, answers, any::<bool>());
    runner
        .run(&script, |(token, answers, fresh)| {
            virtual_time(async move {
                let mut lab = Lab::new(1);
                let a = node(token, "a", r#"{"key":"1","network":"10.0.0.0/8","tags":{"a":"b"},"size":2}"#);
                let nodes =
                    [a.clone(), tagged("b", "{}").set("note", a.part("note")).needs(&[]).set("within", a.part("id"))];
                let ended = if fresh {
                    // Mad from the first answer on.
                    lab.cloud.answers(answers.clone());
                    tokio::time::timeout(
                        std::time::Duration::from_hours(3),
                        lab.try_up(program(&nodes), &PlanOptions::default()),
                    )
                    .await
                    .is_ok()
                } else {
                    lab.up(&nodes).await;
                    lab.cloud.answers(answers.clone());
                    true
                };
                assert!(ended, "a run that never ends");
                let mut session = lab.session();
                let _ = session.look(&Targets::default()).await;
                let _ = session.drift(&Targets::default(), "t", "t").await;
                lab.store = session.into_store();
                let options = PlanOptions { refresh: true, ..PlanOptions::default() };
                if let Ok(plan) = lab.plan(program(&nodes), &options).await {
                    plan.view();
                }
                let _ = lab.try_up(program(&nodes), &options).await;
                // Sane again: everything comes together.
                lab.cloud.answers(Vec::new());
                let outcome = lab.try_up(program(&nodes), &options).await;
                succeeded("`up` of a sane cloud", &outcome).unwrap();
                rests(&mut lab, &nodes).await.unwrap();
            });
            Ok(())
        })
        .unwrap();
}
