//! Runs the Python tests of the corrections, on a corrected server and on plain moto.

#![allow(clippy::expect_used, reason = "a helper that fails is a test that fails")]

use std::path::Path;
use std::process::{Command, Output};

use farsight_sandbox::{Ephemeral, Sandbox};

fn run(server: &Ephemeral, mode: &str) -> Output {
    Command::new(server.python())
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corrections/run.py"))
        .arg(mode)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env_remove("AWS_PROFILE")
        .envs(server.env())
        .output()
        .expect("Python runs")
}

fn passes(server: &Ephemeral, mode: &str) {
    let output = run(server, mode);
    assert!(
        output.status.success(),
        "{}\n{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
fn corrected_moto_does_what_aws_does() {
    passes(&Sandbox::ephemeral().expect("a server"), "corrected");
}

/// A correction whose test passes on plain moto is of no use.
#[test]
fn plain_moto_fails_every_test_of_a_correction() {
    passes(&Ephemeral::plain().expect("a server"), "plain");
}

/// Every correction has its test and its line in the README, and nothing else has.
#[test]
fn every_correction_is_tested_and_listed() {
    passes(&Sandbox::ephemeral().expect("a server"), "listed");
}
