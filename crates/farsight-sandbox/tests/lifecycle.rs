//! Starting, finding, asking and stopping the sandbox.

#![allow(clippy::expect_used, reason = "a helper that fails is a test that fails")]

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use farsight_sandbox::{Sandbox, SandboxError, default_home, shared};
use tempfile::TempDir;

/// A home of its own that shares the Python environment of the default home.
fn home() -> TempDir {
    shared().expect("a server, and so a Python environment");
    let home = TempDir::new().expect("a directory");
    fs::create_dir(home.path().join("sandbox")).expect("a directory");
    let venv = default_home().expect("a home").join("sandbox/venv");
    std::os::unix::fs::symlink(venv, home.path().join("sandbox/venv")).expect("a link");
    home
}

/// An EC2 call without an SDK.
fn call(endpoint: &str, action: &str) -> String {
    let address = endpoint.trim_start_matches("http://");
    let mut stream = TcpStream::connect(address).expect("the server listens");
    let body = format!("Action={action}&Version=2016-11-15");
    write!(
        stream,
        "POST / HTTP/1.0\r\nHost: {address}\r\nContent-Type: application/x-www-form-urlencoded\r\n\
         Authorization: AWS4-HMAC-SHA256 Credential=test/20300101/us-east-1/ec2/aws4_request, SignedHeaders=host, Signature=0\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .expect("a request");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    answer
}

fn until(what: &str, mut done: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while !done() {
        assert!(Instant::now() < deadline, "{what} did not happen");
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn is_running(home: &Path) -> bool {
    Sandbox::status(home).expect("a status").is_some()
}

#[test]
fn start_is_idempotent_and_stop_stops() {
    let home = home();
    let home = home.path();
    assert!(!is_running(home));
    let first = Sandbox::start(home).expect("a start");
    assert!(is_running(home));
    assert_eq!(first, Sandbox::start(home).expect("a second start"));
    let mode = fs::metadata(home.join("sandbox/server.json")).expect("a server file").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert!(Sandbox::stop(home).expect("a stop"));
    assert!(!is_running(home));
    assert!(!Sandbox::stop(home).expect("nothing to stop"));
}

#[test]
fn two_starts_at_once_make_one_server() {
    let home = home();
    let home = home.path();
    let start = || Sandbox::start(home).expect("a start");
    let (first, second) = std::thread::scope(|scope| {
        let other = scope.spawn(start);
        (start(), other.join().expect("no panic"))
    });
    assert_eq!(first, second);
    Sandbox::stop(home).expect("a stop");
}

#[test]
fn status_counts_what_was_made_and_not_what_aws_makes() {
    let home = home();
    let home = home.path();
    let sandbox = Sandbox::start(home).expect("a start");
    call(sandbox.endpoint(), "DescribeVpcs");
    let status = Sandbox::status(home).expect("a status").expect("a server");
    assert!(status.resources.is_empty(), "{:?}", status.resources);
    assert_eq!((status.endpoint.as_str(), status.pid), (sandbox.endpoint(), sandbox.pid()));
    assert!(status.uptime < Duration::from_mins(5));

    assert!(call(sandbox.endpoint(), "CreateVpc&CidrBlock=10.0.0.0/16").contains("<vpcId>"));
    let status = Sandbox::status(home).expect("a status").expect("a server");
    assert_eq!(status.resources["ec2"]["vpc"], 1);

    sandbox.reset().expect("a reset");
    assert!(sandbox.held().expect("a status").resources.is_empty());
    assert!(call(sandbox.endpoint(), "CreateVpc&CidrBlock=10.0.0.0/16").contains("<vpcId>"));
    assert_eq!(sandbox.held().expect("a status").resources["ec2"]["vpc"], 1);
    Sandbox::stop(home).expect("a stop");
}

#[test]
fn a_killed_server_is_replaced() {
    let home = home();
    let home = home.path();
    let first = Sandbox::start(home).expect("a start");
    Command::new("kill").args(["-KILL", &first.pid().to_string()]).status().expect("kill runs");
    until("the end of the server", || !is_running(home));
    let second = Sandbox::start(home).expect("a start");
    assert_ne!(first.pid(), second.pid());
    Sandbox::stop(home).expect("a stop");
}

#[test]
fn the_server_does_not_share_its_parents_process_group() {
    let home = home();
    let sandbox = Sandbox::start(home.path()).expect("a start");
    let output = Command::new("ps").args(["-o", "pgid=", "-p", &sandbox.pid().to_string()]).output().expect("ps runs");
    assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), sandbox.pid().to_string());
    Sandbox::stop(home.path()).expect("a stop");
}

#[test]
fn an_ephemeral_server_ends_when_it_is_dropped() {
    let server = Sandbox::ephemeral().expect("a server");
    let endpoint = server.endpoint().to_owned();
    assert!(call(&endpoint, "DescribeVpcs").contains("172.31.0.0/16"), "an account has a default VPC");
    drop(server);
    until("the end of the server", || TcpStream::connect(endpoint.trim_start_matches("http://")).is_err());
}

/// Not a test of its own: the process that the next test kills. It holds a server and waits.
#[test]
fn helper_that_is_killed() {
    if std::env::var_os("FARSIGHT_HOLD_A_SERVER").is_some() {
        println!("endpoint={}", shared().expect("a server").endpoint());
        std::io::stdin().read_to_end(&mut Vec::new()).expect("an end");
    }
}

#[test]
fn a_shared_server_ends_with_a_killed_process() {
    let mut helper = Command::new(std::env::current_exe().expect("this test"))
        .args(["--exact", "helper_that_is_killed", "--nocapture"])
        .env("FARSIGHT_HOLD_A_SERVER", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("this test runs");
    let output = BufReader::new(helper.stdout.take().expect("its output"));
    let mut lines = output.lines().map(|line| line.expect("text"));
    let address = lines.find_map(|line| line.split_once("endpoint=http://").map(|(_, rest)| rest.to_owned()));
    let address = address.expect("an endpoint");
    TcpStream::connect(&address).expect("the server listens");
    helper.kill().expect("it runs");
    helper.wait().expect("it ends");
    until("the end of the server", || TcpStream::connect(&address).is_err());
}

#[test]
fn the_environment_points_at_the_server() {
    let server = shared().expect("a server");
    let names: Vec<String> = server.env().into_iter().map(|(name, _)| name).collect();
    let wanted = ["AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION", "AWS_DEFAULT_REGION"];
    assert_eq!(names, wanted);
    assert_eq!(server.env()[0].1, server.endpoint());
}

#[test]
fn a_failed_installation_says_what_failed() {
    let home = TempDir::new().expect("a directory");
    fs::create_dir(home.path().join("sandbox")).expect("a directory");
    // The environment cannot be made where a file is.
    fs::write(home.path().join("sandbox/venv"), "").expect("a file");
    let error = Sandbox::start(home.path()).expect_err("no environment");
    assert!(matches!(error, SandboxError::Venv { .. }), "{error}");
    assert!(!Sandbox::is_installed(home.path()));
}
