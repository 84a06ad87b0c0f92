//! SIGKILL of the real binary at random moments of `up`, `down` and `refresh`; the next `up` must bring state and cloud
//! together. `FARSIGHT_KILLS` says how many (default 3), `FARSIGHT_SEED` which.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests, which clippy does not see")]

mod common;

use common::guide::Guide;
use std::io::{BufRead, BufReader};
use std::process::Stdio;

/// SplitMix64: the seed is printed, and the same seed kills after the same events.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % limit
    }
}

fn number(variable: &str, default: u64) -> u64 {
    std::env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// Runs a command and kills it once it has told so many events. Says whether it was killed before its end.
fn killed_after(guide: &Guide, events: u64, args: &[&str]) -> bool {
    let mut child = guide
        .command(args)
        .args(["--yes", "--json", "--events", "/dev/stderr"])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let mut seen = 0;
    for line in lines {
        seen += u64::from(line.unwrap().starts_with('{'));
        if seen > events {
            child.kill().unwrap();
            break;
        }
    }
    child.wait().unwrap().code().is_none()
}

/// Protects the promise: a run may be killed at any instant, and the next run loses nothing, doubles nothing and asks
/// nobody.
#[test]
fn killed_at_random_moments() {
    let kills = number("FARSIGHT_KILLS", 3);
    let seed = number("FARSIGHT_SEED", 1);
    println!("FARSIGHT_KILLS={kills} FARSIGHT_SEED={seed}");
    let mut random = Random(seed);
    let guide = Guide::new();
    // Nothing is kept, so that what is left behind is a mistake.
    guide.configure("keep_data = false");
    guide.ok(&["up", "--sandbox", "--yes"]);
    let mut killed = 0;
    for kill in 0..kills {
        let ranges = ["10.0.0.0/16", "10.1.0.0/16"];
        let range = ranges[random.below(2) as usize];
        let config = format!("vpc_cidr={range}");
        let what = match random.below(8) {
            // From nothing: the most common way to lose things.
            0..=3 => {
                guide.ok(&["down", "--yes"]);
                vec!["up", "-c", &config]
            }
            4..=5 => vec!["up", "-c", &config],
            6 => vec!["down"],
            _ => vec!["refresh"],
        };
        let events = random.below(300);
        let died = killed_after(&guide, events, &what);
        killed += u64::from(died);
        println!("kill {kill}: {what:?} after {events} events{}", if died { "" } else { " (it ended first)" });
        // Sometimes the run that repairs is killed as well.
        if random.below(3) == 0 {
            killed_after(&guide, random.below(60), &["up", "-c", &config]);
        }
        guide.ok(&["up", "--yes", "-c", &config]);
        guide.check_cloud(&["up", &config, "keep_data=false"]);
        guide.ok(&["preview", "--expect-no-changes", "-c", &config]);
        guide.ok(&["drift", "--check"]);
        guide.ok(&["state", "verify"]);
    }
    println!("{killed} of {kills} runs were killed before their end");
    assert!(killed * 3 >= kills, "too few runs were killed before their end");
    guide.ok(&["down", "--yes"]);
    guide.check_cloud(&["down", "keep_data=false", "snapshots=0"]);
}
