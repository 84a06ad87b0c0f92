//! Random programs, edits, faults, kills, races and meddling: whatever happens, the next run brings everything together.
//!
//! A failure prints its seed and the smallest script that still fails. `cargo xtask chaos --seconds N --seed S` plays on
//! for as long as it is told; `FARSIGHT_CASES` chooses how many scripts the tests play.

#![allow(clippy::unwrap_used, reason = "the helpers of tests may fail as tests do")]

#[path = "../common/mod.rs"]
mod common;
mod play;
mod script;

use proptest::test_runner::{Config, RngAlgorithm, TestError, TestRng, TestRunner};
use script::script;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// Scripts of one seed. A failure is found again by its seed alone.
const CHUNK: u32 = 50;

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().and_then(|text| text.parse().ok())
}

/// Plays the scripts of one seed. Says what fails, with the smallest script.
fn chunk(seed: u64, acts: Range<usize>) -> Result<(), String> {
    let config = Config { cases: CHUNK, max_shrink_iters: 4_000, failure_persistence: None, ..Config::default() };
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes));
    let result = runner.run(&script(acts), |script| play::play(&script));
    result.map_err(|error| match error {
        TestError::Fail(reason, script) => format!("seed {seed}: {reason}\n\n{script:#?}"),
        TestError::Abort(reason) => format!("seed {seed}: {reason}"),
    })
}

/// Plays seed after seed on every core until `more` says that it is enough. Returns how many scripts were played.
fn play_on(first: u64, acts: &Range<usize>, more: impl Fn(u64) -> bool + Sync) -> usize {
    let (next, played) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let failures = std::sync::Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(2, usize::from) {
            scope.spawn(|| {
                while failures.lock().unwrap().is_empty() {
                    let number = next.fetch_add(1, Ordering::Relaxed) as u64;
                    if !more(number) {
                        break;
                    }
                    match chunk(first + number, acts.clone()) {
                        Ok(()) => drop(played.fetch_add(CHUNK as usize, Ordering::Relaxed)),
                        Err(failure) => failures.lock().unwrap().push(failure),
                    }
                }
            });
        }
    });
    let failures = failures.into_inner().unwrap();
    assert!(failures.is_empty(), "{}\n\nplay it again: cargo xtask chaos --seed <seed> --seconds 0", failures[0]);
    played.into_inner()
}

/// Protects everything at once: plan, `up`, and the next plan is empty; a preview says what `up` does; state equals
/// cloud; a targeted run touches nothing else; `down` leaves nothing.
#[test]
fn everything_comes_together() {
    let cases = number("FARSIGHT_CASES").unwrap_or(500);
    let played = play_on(20_261_125, &(0..4), |number| number * u64::from(CHUNK) < cases);
    assert!(played as u64 >= cases.min(50));
}

/// The same for long stories. `FARSIGHT_SECONDS` and `FARSIGHT_SEED` come from `cargo xtask chaos`.
#[test]
fn chaos() {
    let seed = number("FARSIGHT_SEED").unwrap_or(1);
    let Some(seconds) = number("FARSIGHT_SECONDS").map(Duration::from_secs) else {
        assert_eq!(play_on(seed, &(4..14), |number| number < 2), 2 * CHUNK as usize);
        return;
    };
    let begin = Instant::now();
    let played = play_on(seed, &(4..14), |number| number == 0 || begin.elapsed() < seconds);
    println!("{played} scripts played in {} s from seed {seed}: all came together", begin.elapsed().as_secs());
}
