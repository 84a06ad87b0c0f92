//! The workflow for GitHub Actions: sound YAML, commands that farsight understands, and nothing needed that it does not
//! name.

use super::markdown::{commands, root};
use serde_json::{Value, json};
use std::process::Command;

fn text() -> String {
    std::fs::read_to_string(root().join("docs/ci/github-actions.yml")).unwrap()
}

fn parsed() -> Value {
    serde_saphyr::from_str(&text()).unwrap()
}

/// The steps of a job.
fn steps<'a>(workflow: &'a Value, job: &str) -> &'a Vec<Value> {
    workflow["jobs"][job]["steps"].as_array().unwrap()
}

#[test]
fn the_workflow_previews_goes_up_and_looks_for_drift() {
    let workflow = parsed();
    assert!(workflow["on"].as_object().unwrap().contains_key("pull_request"));
    assert_eq!(workflow["on"]["push"], json!({ "branches": ["main"] }));
    assert_eq!(workflow["on"]["schedule"].as_array().unwrap().len(), 1);
    let jobs: Vec<&String> = workflow["jobs"].as_object().unwrap().keys().collect();
    assert_eq!(jobs, ["drift", "preview", "up"]);
    for job in jobs {
        for step in steps(&workflow, job) {
            assert_ne!(step["run"].is_string(), step["uses"].is_string(), "{job}: {step}");
            // Expressions of GitHub are put into the script before the shell sees it: nothing that others write.
            let script = step["run"].as_str().unwrap_or_default();
            assert!(!script.contains("github.head_ref") && !script.contains(".title"), "{job}: {script}");
        }
    }
    let comments = |step: &Value| step["run"].as_str().is_some_and(|run| run.starts_with("gh pr comment"));
    assert!(steps(&workflow, "preview").iter().any(comments));
    assert_eq!(workflow["jobs"]["preview"]["permissions"]["pull-requests"], "write");
}

/// Protects the state: one writer at a time, never stopped half-way, and never put back where it was not fetched.
#[test]
fn the_workflow_takes_care_of_the_state() {
    let workflow = parsed();
    let mut groups = Vec::new();
    for job in ["up", "drift"] {
        let concurrency = &workflow["jobs"][job]["concurrency"];
        assert_eq!(concurrency["cancel-in-progress"], false, "{job}");
        groups.push(concurrency["group"].as_str().unwrap());
        let keeps = steps(&workflow, job).iter().find(|step| step["name"] == "Keep the state").unwrap();
        assert_eq!(keeps["if"], "always() && steps.state.outcome == 'success'", "{job}");
    }
    assert_eq!(groups[0], groups[1]);
    let writes =
        |step: &Value| step["run"].as_str().is_some_and(|run| run.contains("\"$STATE\"") && run.contains("--delete"));
    assert!(!steps(&workflow, "preview").iter().any(writes), "a preview keeps nothing");
}

#[test]
fn every_command_of_the_workflow_is_understood() {
    let workflow = parsed();
    let mut seen = Vec::new();
    for job in ["preview", "up", "drift"] {
        for script in steps(&workflow, job).iter().filter_map(|step| step["run"].as_str()) {
            let lines = script.lines().map(|line| line.replace("$(", " ; ").replace(')', " ; "));
            seen.extend(lines.flat_map(|line| commands(&line)));
        }
    }
    for args in &seen {
        let output = Command::new(env!("CARGO_BIN_EXE_farsight")).args(args).arg("--help").output().unwrap();
        assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    }
    let names: Vec<&str> = seen.iter().map(|args| args[2].as_str()).collect();
    assert_eq!(names, ["preview", "stack", "up", "drift"]);
}

/// Protects whoever copies it: its head lists everything that must be set up in the repository.
#[test]
fn the_workflow_names_what_it_needs() {
    let text = text();
    let head: String = text.lines().take_while(|line| line.starts_with('#')).collect();
    let mut found = 0;
    for kind in ["vars.", "secrets."] {
        for rest in text.split(kind).skip(1) {
            let name = rest.split(|c: char| !(c.is_ascii_uppercase() || c == '_')).next().unwrap();
            assert!(head.contains(name), "the head does not name `{name}`");
            found += 1;
        }
    }
    assert!(found > 8, "only {found} uses were found");
}
