//! Several stacks of one program side by side, one of which reads the outputs of another. In the sandbox.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests, which clippy does not see")]

mod common;

use common::guide::Guide;
use serde_json::json;

const MAIN: &str = r#"
use farsight::prelude::*;

fn main() -> farsight::Exit {
    farsight::program(|cx| {
        if let Some(other) = cx.config().get::<String>("other")? {
            let other = cx.stack_reference(other)?;
            cx.export("header", output!("Bearer {}", other.require::<String>("token")?));
            cx.export("place", other.require::<String>("place")?);
        } else {
            cx.export("token", cx.config().require_secret::<String>("token")?);
            cx.export("place", cx.stack());
        }
        Ok(())
    })
}
"#;

/// Protects secrets that go from stack to stack: what is made of them is secret, and stands nowhere in clear.
#[test]
fn stacks_read_each_others_outputs_and_keep_their_secrets() {
    let guide = Guide::new();
    std::fs::write(guide.program().join("src/main.rs"), MAIN).unwrap();
    for stack in ["one", "two"] {
        guide.ok(&["stack", "init", stack, "--no-select"]);
    }
    guide.ok(&["-s", "one", "config", "set", "--secret", "token", "hunter2hunter2"]);
    guide.ok(&["-s", "two", "config", "set", "other", "farsight-server/one"]);
    guide.ok(&["-s", "one", "up", "--sandbox", "--yes"]);
    let plan = guide.ok(&["-s", "two", "preview", "--sandbox", "--json"]);
    assert!(!plan.contains("hunter2"), "{plan}");
    guide.ok(&["-s", "two", "up", "--sandbox", "--yes"]);
    let outputs = guide.json(&["-s", "two", "stack", "output", "--json"]);
    assert_eq!(outputs, json!({ "header": "[secret]", "place": "one" }));
    let clear = guide.json(&["-s", "two", "stack", "output", "--json", "--show-secrets"]);
    assert_eq!(clear["header"], "Bearer hunter2hunter2");
    let written = guide.everything_written();
    assert!(!written.windows(14).any(|part| part == b"hunter2hunter2"), "a secret was written in clear");
    // Neither stack is in the other's way.
    guide.ok(&["-s", "one", "preview", "--expect-no-changes"]);
    guide.ok(&["-s", "two", "preview", "--expect-no-changes"]);
    guide.ok(&["-s", "two", "config", "set", "other", "three"]);
    let refused = guide.run(&["-s", "two", "preview"]);
    assert_eq!(refused.status.code(), Some(3));
    let words = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(words.contains("`farsight-server/one`"), "{words}");
}
