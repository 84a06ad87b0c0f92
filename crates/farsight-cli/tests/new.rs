//! The templates of `farsight new`, each built and previewed by the binary in the sandbox.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests, which clippy does not see")]

mod common;

use common::guide::Guide;
use common::{Space, repository};
use insta::assert_snapshot;
use std::path::Path;

#[test]
fn templates_are_listed() {
    let space = Space::without_project();
    assert_snapshot!(space.run(&["new", "--list"]), @r"
    exit 0
    --- stdout
    TEMPLATE  WHAT IT MAKES
    vpc       One VPC
    network   A VPC with public subnets in two zones and a way to the internet
    empty     Nothing
    ");
}

/// Protects the first minute of anybody: whatever is chosen builds, and shows a plan.
#[test]
fn every_template_builds_and_previews() {
    let guide = Guide::new();
    let run = |dir: &Path, args: &[&str]| {
        let output = guide.command_in(dir).args(args).env("CARGO_NET_OFFLINE", "true").output().unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{args:?}: {stderr}");
        String::from_utf8(output.stdout).unwrap()
    };
    let home = guide.program();
    // With the profile of the programs of this repository, whose build of the dependencies is shared.
    std::fs::create_dir(home.join(".cargo")).unwrap();
    let profile = "[profile.dev]\ndebug = \"line-tables-only\"\n[profile.dev.package.\"*\"]\ndebug = false\n";
    std::fs::write(home.join(".cargo/config.toml"), profile).unwrap();
    let listed: serde_json::Value = serde_json::from_str(&run(&home, &["new", "--list", "--json"])).unwrap();
    let names: Vec<&str> = listed.as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
    assert!(names.len() >= 3, "{names:?}");
    for name in names {
        run(&home, &["new", name, "--template", name]);
        let project = home.join(name);
        // The versions that the programs of this repository are tested with.
        std::fs::copy(repository().join("programs/Cargo.lock"), project.join("Cargo.lock")).unwrap();
        let plan: serde_json::Value =
            serde_json::from_str(&run(&project, &["preview", "--sandbox", "--json"])).unwrap();
        assert_eq!(plan["summary"]["create"] == 0, name == "empty", "{name}: {plan}");
    }
}
