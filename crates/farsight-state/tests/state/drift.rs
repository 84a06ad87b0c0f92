//! Drift records.

use crate::common::{NOW, VPC, memory, urn};
use farsight_model::{PropertyPath, Value};
use farsight_state::{DriftFinding, DriftKind, DriftRun, StackId, StateError};

pub fn run() -> DriftRun {
    let changed = DriftFinding {
        kind: DriftKind::Changed,
        urn: Some(urn("a")),
        token: VPC.into(),
        id: Some("vpc-1".into()),
        path: Some(PropertyPath::parse("tags[\"a.b\"]").unwrap()),
        declared: Some("x".into()),
        remembered: Some(Value::Sealed("v1:x".into())),
        observed: None,
    };
    let unmanaged = DriftFinding {
        kind: DriftKind::Unmanaged,
        urn: None,
        path: None,
        declared: None,
        remembered: None,
        ..changed.clone()
    };
    let gone = DriftFinding { kind: DriftKind::Gone, path: Some(PropertyPath::root()), ..changed.clone() };
    DriftRun {
        started_at: NOW,
        ended_at: NOW + 5,
        user: "ann".into(),
        host: "desk".into(),
        checked: 3,
        error: None,
        findings: vec![changed, unmanaged, gone],
    }
}

#[test]
fn runs_and_findings_come_back() {
    let mut f = memory();
    f.store.break_lease(f.stack, NOW).unwrap();
    let first = f.store.record_drift(f.stack, &run()).unwrap();
    let clean = DriftRun { findings: vec![], error: Some("throttled".into()), ..run() };
    let second = f.store.record_drift(f.stack, &clean).unwrap();
    let runs = f.store.drift_runs(f.stack, 10).unwrap();
    assert_eq!(runs.iter().map(|run| (run.id, run.findings)).collect::<Vec<_>>(), [(second, 0), (first, 3)]);
    assert_eq!(f.store.drift_findings(first).unwrap(), run().findings);
    assert_eq!(f.store.drift_findings(second).unwrap(), []);
}

#[test]
fn a_secret_in_clear_or_a_stack_that_is_gone_is_refused() {
    let mut f = memory();
    let mut bad = run();
    bad.findings[0].observed = Some(Value::secret("x".into()));
    assert!(matches!(f.store.record_drift(f.stack, &bad), Err(StateError::PlaintextSecret { .. })));
    assert!(matches!(f.store.record_drift(StackId(99), &run()), Err(StateError::NoSuchStack)));
    assert!(f.store.drift_runs(f.stack, 10).unwrap().is_empty());
}
