//! `explain`, `completions`, `version`, `new`, `sandbox status`

mod common;

use common::{Space, repository};
use insta::assert_snapshot;

#[test]
fn codes_are_explained() {
    let space = Space::without_project();
    assert_snapshot!(space.run(&["explain", "c0103"]), @r"
    exit 0
    --- stdout
    # C0103: the stack does not exist

    ## What happened

    The state file has no stack of this name, or the stack of this name belongs to another project.

    ## Why

    Only stack `dev` is made by itself, by the first `farsight up`. Every other stack is made on purpose, so that a
    mistyped name never builds a second copy of everything.

    ## What to do

    - Check the name against the stacks that the message lists, or see `farsight stack ls`.
    - Make a new stack with `farsight stack init NAME`.
    - If the stack is in another state file, name that with `--state` or `FARSIGHT_STATE`.

    ## Example

    ```text
    $ farsight up -s prd
    error[C0103]: there is no stack `prd`
      = note: stacks: `dev`, `prod`
      = help: did you mean `-s prod`?
    ```
    ");
    assert_snapshot!(space.run(&["explain", "C0301"]), @r"
    exit 2
    --- stderr
    error[C0109]: there is no error code `C0301`
      = help: did you mean `C0101`?
      = help: `farsight explain` lists all codes

    for more, see `farsight explain C0109`
    ");
    let all = space.json(&["explain", "--json"]);
    assert_eq!(all.as_array().unwrap().len(), farsight_engine::Code::ALL.len());
    assert_eq!(space.json(&["explain", "X0001", "--json"])["exit"], 101);
}

#[test]
fn completions_know_the_commands() {
    let space = Space::without_project();
    for shell in ["bash", "zsh", "fish"] {
        assert!(space.ok(&["completions", shell]).contains("preview"), "{shell}");
    }
}

#[test]
fn versions() {
    let space = Space::without_project();
    assert_snapshot!(space.run(&["version"]), @r"
    exit 0
    --- stdout
    farsight 0.1.0 (program protocol 2, state schema 2)
    ");
    assert_eq!(space.json(&["version", "--json"])["protocol"], farsight_protocol::VERSION);
}

#[test]
fn a_new_project_is_complete() {
    let space = Space::without_project();
    let repository = repository();
    assert_snapshot!(space.run(&["new", "hello", "--farsight", repository.to_str().unwrap()]), @r"
    exit 0
    --- stderr
    made project `hello` in `[ROOT]/hello`; next:
      cd hello
      farsight up --sandbox     tries it without an account
      farsight up               uses AWS
    ");
    let manifest = space.read("hello/Cargo.toml").replace(repository.to_str().unwrap(), "[FARSIGHT]");
    assert_snapshot!(manifest, @r#"
    [package]
    name = "hello"
    version = "0.1.0"
    edition = "2024"

    [dependencies]
    farsight = { path = "[FARSIGHT]/crates/farsight" }
    farsight-aws = { path = "[FARSIGHT]/crates/farsight-aws" }

    [workspace]
    "#);
    assert_snapshot!(space.read("hello/Farsight.toml"), @r#"
    name = "hello"
    "#);
    assert_snapshot!(space.run(&["-C", "hello", "stack", "ls"]), @r"
    exit 0
    --- stderr
    there are no stacks yet; the first `farsight up` makes stack `dev`
    ");
    assert_snapshot!(space.run(&["new", "hello"]), @r"
    exit 2
    --- stderr
    error[C0109]: `[ROOT]/hello` is not empty
      = note: it holds `.gitignore`
      = help: name another directory: `farsight new DIR`

    for more, see `farsight explain C0109`
    ");
    assert_snapshot!(space.run(&["new", "9lives"]), @r"
    exit 2
    --- stderr
    error[C0109]: `9lives` is no name for a Rust package
      = help: use letters, digits, `-` and `_`, beginning with a letter

    for more, see `farsight explain C0109`
    ");
    assert_snapshot!(space.run(&["new", "other", "--farsight", "nowhere"]), @r"
    exit 2
    --- stderr
    error[C0109]: there are no crates of farsight in `[ROOT]/nowhere/crates`
      = help: name a checkout of farsight with `--farsight PATH`

    for more, see `farsight explain C0109`
    ");
    assert!(!space.path("other").exists());
}

#[test]
fn the_sandbox_that_does_not_run() {
    let space = Space::without_project();
    assert_snapshot!(space.run(&["sandbox", "status"]), @r"
    exit 0
    --- stdout
    not running; start it with `farsight sandbox start`
    ");
    assert_snapshot!(space.run(&["sandbox", "status", "--json"]), @r#"
    exit 0
    --- stdout
    {
      "running": false,
      "sandbox": null
    }
    "#);
    assert_snapshot!(space.run(&["sandbox", "stop"]), @r"
    exit 0
    --- stderr
    the sandbox was not running
    ");
}

#[test]
fn help_has_an_example_and_the_exit_codes() {
    let space = Space::without_project();
    assert_snapshot!(space.run(&["stack", "init", "--help"]), @r"
    exit 0
    --- stdout
    Make an empty stack and select it

    Usage: farsight stack init [OPTIONS] <NAME>

    Arguments:
      <NAME>  The new stack's name

    Options:
      -C, --directory <DIR>  Run as if started in DIR
          --no-select        Leave the selected stack as it is
      -s, --stack <STACK>    The stack [default: the selected one, else `dev`] [env: FARSIGHT_STACK=]
          --state <PATH>     The state file [default: state/<project>.db beside Farsight.toml] [env:
                             FARSIGHT_STATE=]
      -h, --help             Print help
      -V, --version          Print version

    Example:
      farsight stack init staging
    ");
    assert!(space.ok(&["--help"]).contains("101 a bug in farsight"));
}
