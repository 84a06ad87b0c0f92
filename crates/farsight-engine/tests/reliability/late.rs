//! Calls of a run that is dead, or was held up.

use crate::common::oracle::{rests, succeeded};
use crate::common::trap::{Command, Spot, arm_at, disarm, killed, take_lock_away};
use crate::common::*;
use farsight_engine::PlanOptions;
use farsight_provider::Clock;
use farsight_provider::fake::{Call, NAMED, TAGGED};
use std::time::Duration;

/// Kills `up` of one program at a moment, and runs `up` of the next one.
async fn killed_then(lab: &mut Lab, spot: Spot, call: Option<Call>, during: &[Node], next: &[Node]) {
    let trap = arm_at(lab, spot, call);
    assert!(!killed(lab, &trap, Command::Up, during).await, "the moment never came");
    disarm(lab);
    let outcome = lab.try_up(program(next), &PlanOptions::default()).await;
    succeeded("the next `up`", &outcome).unwrap();
    rests(lab, next).await.unwrap();
}

/// Protects from a ghost: state had called an object ready that the cloud was already deleting.
#[test]
fn what_is_being_deleted_and_is_wanted_again_is_made_anew() {
    for spot in [Spot::OnTheWay, Spot::AnswerLost, Spot::AfterAnswer, Spot::Wait] {
        virtual_time(async move {
            let mut lab = Lab::new(1);
            lab.cloud.delete_takes(Duration::from_secs(40));
            let nodes = [plain("a", "{}")];
            lab.up(&nodes).await;
            let call = (spot != Spot::Wait).then_some(Call::Delete);
            killed_then(&mut lab, spot, call, &[], &nodes).await;
            assert_ne!(lab.id(TAGGED, "a"), "tagged-0001");
        });
    }
}

/// Protects data: what was never deleted is kept, although its delete was begun.
#[test]
fn what_was_not_deleted_and_is_wanted_again_stays() {
    virtual_time(async {
        let mut lab = Lab::new(2);
        let nodes = [plain("a", "{}")];
        lab.up(&nodes).await;
        killed_then(&mut lab, Spot::BeforeCall, Some(Call::Delete), &[], &nodes).await;
        assert_eq!(lab.id(TAGGED, "a"), "tagged-0001");
    });
}

/// The same for a delete that took too long and was given up.
#[test]
fn a_delete_that_timed_out_is_no_reason_to_believe_in_the_object() {
    virtual_time(async {
        let mut lab = Lab::new(3);
        lab.cloud.delete_takes(Duration::from_mins(10));
        let nodes = [plain("a", "{}").with(|options| options.timeouts.delete = Some(60))];
        lab.up(&nodes).await;
        assert_eq!(lab.failing_up(&[]).await[0].code, "E0203");
        lab.cloud.delete_takes(Duration::ZERO);
        lab.up(&nodes).await;
        rests(&mut lab, &nodes).await.unwrap();
        assert_ne!(lab.id(TAGGED, "a"), "tagged-0001");
    });
}

/// Protects what a program says now from what it said before: an update that was on its way when its sender died
/// arrives, and does not win.
#[test]
fn a_late_update_does_not_win() {
    for next in [r#"{"size":1}"#, r#"{"size":5}"#, r#"{"note":"b"}"#] {
        virtual_time(async move {
            let mut lab = Lab::new(4);
            lab.up(&[plain("a", "{}")]).await;
            let during = [plain("a", r#"{"size":2}"#)];
            killed_then(&mut lab, Spot::OnTheWay, Some(Call::Update), &during, &[plain("a", next)]).await;
        });
    }
}

/// Protects people's time: the same program again need not wait for what its own update may still do.
#[test]
fn the_same_program_does_not_wait_for_its_own_update() {
    virtual_time(async {
        let mut lab = Lab::new(5);
        lab.up(&[plain("a", "{}")]).await;
        let nodes = [plain("a", r#"{"size":2}"#)];
        let trap = arm_at(&mut lab, Spot::AnswerLost, Some(Call::Update));
        killed(&mut lab, &trap, Command::Up, &nodes).await;
        disarm(&mut lab);
        let begin = lab.clock.now();
        lab.up(&nodes).await;
        assert!(lab.clock.now() - begin < 1_000, "{} ms", lab.clock.now() - begin);
    });
}

/// Protects from a second object: "nothing was made" is only believed after a minute that was waited for, whatever
/// somebody does to the clock meanwhile.
#[test]
fn a_clock_that_is_set_makes_no_duplicate() {
    for set_by in [3_600_000, -3_600_000] {
        virtual_time(async move {
            let mut lab = Lab::new(6);
            lab.cloud.lag(Duration::from_secs(50));
            let nodes = [plain("a", "{}")];
            let trap = arm_at(&mut lab, Spot::AnswerLost, Some(Call::Create));
            killed(&mut lab, &trap, Command::Up, &nodes).await;
            disarm(&mut lab);
            lab.clock.set_by(set_by);
            let begin = tokio::time::Instant::now();
            lab.up(&nodes).await;
            assert!(begin.elapsed() < Duration::from_mins(4), "a clock that went back is not waited for");
            assert_eq!(lab.cloud.calls(Call::Create).len(), 1);
        });
    }
}

/// Protects from a run that was paused (a laptop asleep, a stopped process): when it wakes up after its lock was taken,
/// it writes nothing, neither to state nor to the cloud.
#[test]
fn a_run_that_wakes_up_after_its_lock_was_taken_changes_nothing() {
    for spot in [Spot::BeforeCommit, Spot::AfterCommit, Spot::Wait, Spot::AnswerLost, Spot::AfterAnswer] {
        virtual_time(async move {
            let mut lab = Lab::new(7);
            lab.cloud.create_takes(Duration::from_secs(30));
            let first = [node(NAMED, "a", r#"{"size":2}"#), tagged("b", "{}")];
            let second = [node(NAMED, "a", r#"{"size":5}"#)];
            let other = lab.store().another().unwrap();
            let trap = arm_at(&mut lab, spot, None);
            let mut paused = lab.session();
            let (declared, options) = (program(&first), PlanOptions::default());
            let mut run = Box::pin(up(&mut paused, declared, &options));
            tokio::select! {
                biased;
                () = trap.sprung() => {}
                _ = &mut run => panic!("the moment never came"),
            }
            disarm(&mut lab);
            lab.store = Some(other);
            // It sleeps for an hour; somebody takes the stack and goes on with another program.
            tokio::time::sleep(Duration::from_hours(1)).await;
            take_lock_away(&mut lab);
            lab.up(&second).await;
            let before = lab.cloud.objects();
            trap.let_go();
            let outcome = run.await;
            let code = match outcome {
                Ok(outcome) => outcome.failures[0].code.clone(),
                Err(problems) => problems[0].code.clone(),
            };
            assert_eq!(code, "S0105", "{spot:?}");
            assert_eq!(lab.cloud.objects(), before, "{spot:?}");
            rests(&mut lab, &second).await.unwrap();
        });
    }
}
