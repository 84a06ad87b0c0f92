//! The rules that keep the workspace in shape (`docs/ARCHITECTURE.md`), each one a test.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests, which clippy does not see")]

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap().to_owned()
}

/// Normal and build dependencies of every package, by name.
struct Tree {
    depends: BTreeMap<String, BTreeSet<String>>,
}

impl Tree {
    fn of(manifest: &Path) -> Self {
        let output = Command::new(env!("CARGO"))
            .args(["metadata", "--format-version", "1", "--locked", "--manifest-path"])
            .arg(manifest)
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let list = |value: &Value| value.as_array().unwrap().clone();
        let names: BTreeMap<String, String> =
            list(&metadata["packages"]).iter().map(|package| (text(&package["id"]), text(&package["name"]))).collect();
        let mut depends: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for node in list(&metadata["resolve"]["nodes"]) {
            let needed = list(&node["deps"])
                .into_iter()
                .filter(|dep| list(&dep["dep_kinds"]).iter().any(|kind| kind["kind"] != "dev"))
                .map(|dep| names[dep["pkg"].as_str().unwrap()].clone());
            depends.entry(names[node["id"].as_str().unwrap()].clone()).or_default().extend(needed);
        }
        Self { depends }
    }

    /// Everything below a package, itself included.
    fn below(&self, package: &str) -> BTreeSet<String> {
        let mut all = BTreeSet::new();
        let mut todo = vec![package.to_owned()];
        while let Some(next) = todo.pop() {
            if all.insert(next.clone()) {
                todo.extend(self.depends.get(&next).into_iter().flatten().cloned());
            }
        }
        all
    }
}

fn sources() -> Vec<PathBuf> {
    fn walk(dir: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && path.file_name().unwrap() != "target" {
                walk(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    walk(&root().join("crates"), &mut found);
    walk(&root().join("programs"), &mut found);
    found.sort();
    found
}

/// Files of a crate's own code: no tests, no benches, no templates.
fn own_code(path: &Path) -> bool {
    !path
        .components()
        .any(|part| ["tests", "benches", "examples", "templates"].iter().any(|dir| part.as_os_str() == *dir))
}

/// A file's lines up to its own tests, with their numbers.
fn code_lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().take_while(|line| !line.contains("#[cfg(test)]")).enumerate().map(|(index, line)| (index + 1, line))
}

fn is_provider(name: &str) -> bool {
    (name.starts_with("farsight-aws-") && name != "farsight-aws-client") || name == "farsight-random-provider"
}

/// Protects build times: who edits the engine or a program never pays for the AWS SDK.
#[test]
fn no_aws_sdk_below_engine_state_and_programs() {
    let tree = Tree::of(&root().join("Cargo.toml"));
    for package in [
        "farsight",
        "farsight-aws",
        "farsight-components",
        "farsight-engine",
        "farsight-model",
        "farsight-protocol",
        "farsight-provider",
        "farsight-render",
        "farsight-secrets",
        "farsight-state",
    ] {
        let below = tree.below(package);
        assert!(below.len() > 3, "{package} is not in the tree");
        let aws: Vec<_> = below.iter().filter(|name| name.starts_with("aws-")).collect();
        assert!(aws.is_empty(), "{package} has {aws:?} below it");
    }
}

/// Protects edit-to-preview in seconds: a program's tree is small and has no runtime, network or TLS in it.
#[test]
fn programs_are_light() {
    let tree = Tree::of(&root().join("programs/Cargo.toml"));
    let below = tree.below("farsight-server");
    assert!(below.contains("farsight-aws"), "the tree of `farsight-server` is empty");
    for heavy in ["tokio", "rustls", "ring", "hyper", "rusqlite"] {
        assert!(!below.contains(heavy), "a program has {heavy} below it");
    }
    assert!(below.len() <= 40, "a program has {} packages below it: {below:?}", below.len());
}

/// Protects providers from each other: a service can be added or dropped alone.
#[test]
fn providers_know_neither_each_other_nor_the_engine() {
    let tree = Tree::of(&root().join("Cargo.toml"));
    let providers: Vec<&String> = tree.depends.keys().filter(|name| is_provider(name)).collect();
    assert!(providers.len() >= 3, "{providers:?}");
    for provider in &providers {
        let below = tree.below(provider);
        let others: Vec<_> = below.iter().filter(|name| is_provider(name) && *name != *provider).collect();
        assert!(others.is_empty(), "{provider} depends on {others:?}");
        for forbidden in ["farsight-engine", "farsight-state", "farsight-render", "farsight-cli"] {
            assert!(!below.contains(forbidden), "{provider} depends on {forbidden}");
        }
    }
    for (package, needs) in &tree.depends {
        let any = needs.iter().any(|name| is_provider(name));
        assert!(!any || package == "farsight-cli", "{package} depends on a provider");
    }
}

/// Protects the state's one owner.
#[test]
fn only_the_state_crate_knows_sqlite() {
    let tree = Tree::of(&root().join("Cargo.toml"));
    for (package, needs) in &tree.depends {
        assert!(!needs.contains("rusqlite") || package == "farsight-state", "{package} depends on rusqlite");
    }
}

/// Protects scripts: data goes to stdout and talk to stderr, which only works when few places print.
#[test]
fn only_render_and_cli_print() {
    let allowed = ["crates/farsight-render/", "crates/farsight-cli/"];
    for path in sources().iter().filter(|path| own_code(path)) {
        let shown = path.display().to_string();
        if allowed.iter().any(|dir| shown.contains(dir)) {
            continue;
        }
        let text = std::fs::read_to_string(path).unwrap();
        for (number, line) in code_lines(&text) {
            let code = line.split("//").next().unwrap_or_default();
            assert!(!code.contains("print!(") && !code.contains("println!("), "{shown}:{number}: this crate prints");
        }
    }
}

/// Protects tests in virtual time: time comes from a `Clock`.
#[test]
fn time_comes_from_a_clock() {
    // The clock itself; the sandbox, which watches a real process and is no part of the engine.
    let allowed = ["farsight-provider/src/clock.rs", "crates/farsight-sandbox/"];
    for path in sources().iter().filter(|path| own_code(path)) {
        let shown = path.display().to_string();
        if allowed.iter().any(|name| shown.contains(name)) {
            continue;
        }
        let text = std::fs::read_to_string(path).unwrap();
        for (number, line) in code_lines(&text) {
            let reads = line.contains("SystemTime::now") || line.contains("Instant::now");
            assert!(!reads, "{shown}:{number}: take the time from a `Clock`");
        }
    }
}

/// Protects readers: a file has one subject and fits in a head; a crate begins by saying what it is.
#[test]
fn files_are_short_and_crates_introduce_themselves() {
    for path in sources().iter().filter(|path| own_code(path)) {
        let text = std::fs::read_to_string(path).unwrap();
        let code = code_lines(&text).count();
        assert!(code <= 600, "{} has {code} lines", path.display());
        if path.ends_with("src/lib.rs") || path.ends_with("src/main.rs") {
            assert!(text.starts_with("//! "), "{} does not say what its crate is", path.display());
        }
    }
}

/// Protects newcomers: a directory is named as its crate.
#[test]
fn directories_are_named_as_their_crates() {
    for entry in std::fs::read_dir(root().join("crates")).unwrap() {
        let dir = entry.unwrap().path();
        let manifest = std::fs::read_to_string(dir.join("Cargo.toml")).unwrap();
        let name = dir.file_name().unwrap().to_string_lossy().into_owned();
        assert!(manifest.contains(&format!("name = \"{name}\"")), "{} holds another crate", dir.display());
    }
}
