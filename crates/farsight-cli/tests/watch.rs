//! `farsight watch`: a preview at every change, and never more than that.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests, which clippy does not see")]

mod common;

use common::declared::{Shop, group};
use std::io::{BufRead, BufReader, Lines};
use std::process::{Child, ChildStderr, Command, Stdio};

struct Watching {
    child: Child,
    talk: Lines<BufReader<ChildStderr>>,
}

impl Watching {
    fn start(shop: &Shop) -> Self {
        // The same command that other tests run to its end.
        let prepared = shop.command(&["watch"]);
        let mut command = Command::new(prepared.get_program());
        command.env_clear().args(prepared.get_args()).current_dir(prepared.get_current_dir().unwrap());
        command.envs(prepared.get_envs().filter_map(|(name, value)| Some((name, value?))));
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let talk = BufReader::new(child.stderr.take().unwrap()).lines();
        Self { child, talk }
    }

    /// Everything that is said until it waits for a change.
    fn until_it_waits(&mut self) -> String {
        let mut said = String::new();
        for line in self.talk.by_ref() {
            let line = line.unwrap();
            if line.starts_with("waiting for a change") {
                return said;
            }
            said += &(line + "\n");
        }
        panic!("it ended:\n{said}");
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        let _ = self.child.kill();
    }
}

/// Protects the loop of editing: every save is answered, a broken program is an answer too, and nothing is written.
#[test]
fn every_save_is_answered_with_a_preview() {
    let shop = Shop::new();
    shop.declare("dev", &[group("a", 7)]);
    let mut watching = Watching::start(&shop);
    watching.until_it_waits();
    shop.declare("dev", &[group("a", 7), group("b", 7)]);
    let said = watching.until_it_waits();
    assert!(said.contains("`declared.jsonl` changed"), "{said}");
    let program = shop.space.read("src/main.rs");
    shop.space.write("src/main.rs", "fn main() { nonsense }\n");
    let said = watching.until_it_waits();
    assert!(said.contains("`src/main.rs` changed") && said.contains("error[C0201]"), "{said}");
    assert!(said.contains("nonsense"), "cargo's own words: {said}");
    shop.space.write("src/main.rs", &program);
    let said = watching.until_it_waits();
    assert!(!said.contains("error"), "{said}");
    // Its end is no failure.
    let pid = watching.child.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    let shown = std::io::read_to_string(watching.child.stdout.take().unwrap()).unwrap();
    assert_eq!(watching.child.wait().unwrap().code(), Some(0));
    let summaries: Vec<&str> = shown.lines().filter(|line| line.contains("to create")).collect();
    assert!(shown.matches("+ ").count() >= 5, "{shown}");
    assert!(!summaries.is_empty() || shown.contains("create"), "{shown}");
    assert!(!shop.space.path("state").exists(), "nothing is written");
}

#[test]
fn without_a_project_there_is_nothing_to_watch() {
    let space = common::Space::without_project();
    let shown = space.run(&["watch"]);
    assert!(shown.starts_with("exit 2") && shown.contains("error[C0101]"), "{shown}");
}
