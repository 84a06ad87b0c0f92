//! Checks, logs and statistics with the built binary on the sandbox, as on the days after the first.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests, which clippy does not see")]

mod common;

use common::guide::Guide;
use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::process::Stdio;

/// A service with a log, an alarm, and a check of each kind but that of targets.
const PROGRAM: &str = r#"//! What the second day is tried on.
use farsight::{Check, prelude::*};
use farsight_aws::{check, cloudwatch, ecs, logs};
use std::time::Duration;

fn main() -> farsight::Exit {
    farsight::program(|cx| {
        let second = Duration::from_secs(1);
        let group = logs::LogGroup::new("api-log").name("/test/api").add(cx);
        let cluster = ecs::Cluster::new("main").add(cx);
        let container = ecs::ContainerDefinition::new().name("web").image("nginx").memory(64);
        let container = container.log_configuration(ecs::LogConfiguration::awslogs(group.name(), "us-east-1", "ecs"));
        let containers = ecs::ContainerDefinitions::new().container(container);
        let task = ecs::TaskDefinition::new("api-task").family("api").container_definitions(containers).add(cx);
        let service = ecs::Service::new("api").cluster(cluster.arn()).task_definition(task.arn()).desired_count(2).add(cx);
        let alarm = cloudwatch::MetricAlarm::new("cpu")
            .namespace("AWS/ECS")
            .metric_name("CPUUtilization")
            .statistic(cloudwatch::Statistic::Average)
            .comparison_operator(cloudwatch::ComparisonOperator::GreaterThanThreshold)
            .threshold(80.0)
            .period(60)
            .evaluation_periods(3)
            .add(cx);
        let url = cx.config().or("url", "http://api.invalid/health?token=hunter2");
        Check::http("health", output!("{url}").secret()).contains("fine").within(second).add(cx);
        check::service_steady("steady", cluster.arn(), service.name()).within(second).add(cx);
        check::alarms_quiet("quiet", [alarm.name()]).within(second).add(cx);
        check::logs_flowing("flowing", group.name(), Duration::from_secs(600)).within(second).add(cx);
        Ok(())
    })
}
"#;

fn guide() -> Guide {
    let guide = Guide::new();
    std::fs::write(guide.program().join("src/main.rs"), PROGRAM).unwrap();
    guide
}

/// Puts events into the log, as containers would.
fn log(guide: &Guide, stream: &str, messages: &[&str]) {
    guide.meddle(&format!(
        r#"
import boto3, time
logs = boto3.client("logs")
try:
    logs.create_log_stream(logGroupName="/test/api", logStreamName="{stream}")
except logs.exceptions.ResourceAlreadyExistsException:
    pass
now = int(time.time() * 1000)
events = [{{"timestamp": now + i, "message": m}} for i, m in enumerate({messages:?})]
logs.put_log_events(logGroupName="/test/api", logStreamName="{stream}", logEvents=events)
"#
    ));
}

/// A server that is fine, for as long as the test runs.
fn healthy() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut buffer = [0; 4096];
            let read = stream.read(&mut buffer).unwrap();
            let request = String::from_utf8_lossy(&buffer[..read]).to_lowercase();
            let meant = request.starts_with("get /health?token=hunter2 ") && request.contains("host: api.invalid\r\n");
            let status = if meant { "200 OK" } else { "404 Not Found" };
            write!(stream, "HTTP/1.1 {status}\r\ncontent-length: 4\r\nconnection: close\r\n\r\nfine").unwrap();
        }
    });
    port
}

/// `name verdict` of each check.
fn verdicts(report: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let checks = report["checks"].as_array().unwrap().iter();
    checks.map(|check| format!("{} {}", text(&check["name"]), text(&check["verdict"]))).collect()
}

/// Protects the guide's last step: what does not hold is said honestly, and what holds ends with 0.
#[test]
fn checks_and_logs_of_a_service() {
    let guide = guide();
    let answer: Value =
        serde_json::from_str(&guide.exits(10, &["up", "--sandbox", "--yes", "--json", "--verify", "--stats"])).unwrap();
    assert_eq!(answer["result"], "succeeded");
    let (passed, late) = (["steady passed", "quiet passed"], ["health timedOut", "flowing timedOut"]);
    let told = verdicts(&answer["verify"]);
    assert!(passed.iter().chain(&late).all(|verdict| told.contains(&(*verdict).to_owned())), "{told:?}");
    let calls = answer["calls"].as_array().unwrap();
    assert!(calls.iter().any(|call| call["operation"] == "ecs:CreateService" && call["calls"] == 1), "{calls:?}");

    // Checks are in state: the program is not needed, and a changed one changes nothing in the cloud.
    guide.ok(&["preview", "--expect-no-changes"]);
    let output = guide.run(&["verify", "health"]);
    assert_eq!(output.status.code(), Some(10));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("`--via HOST:PORT`"), "{said}");
    let shown = String::from_utf8_lossy(&output.stdout);
    assert!(shown.contains("timed out") && shown.contains("the name of the host does not resolve"), "{shown}");

    log(&guide, "ecs/web/1", &["one", "two\tgood"]);
    log(&guide, "ecs/other/1", &["not of this service"]);
    let via = format!("127.0.0.1:{}", healthy());
    let report = guide.json(&["verify", "--via", &via, "--json"]);
    assert_eq!(report["passed"], 4, "{report}");
    assert!(!report.to_string().contains("hunter2"));
    guide.ok(&["up", "--yes", "--verify", "--via", &via]);
    assert_eq!(verdicts(&guide.json(&["verify", "qui*", "--json", "--within", "0s"])), ["quiet passed"]);
    guide.exits(2, &["verify", "no-such-check"]);
    guide.exits(2, &["verify", "--via", "nowhere"]);

    // By service and by task definition only its own streams, by group all of them.
    let lines = |args: &[&str]| guide.ok(&[&["logs"], args].concat());
    for name in ["api", "api-task"] {
        let shown = lines(&[name]);
        assert!(shown.contains("ecs/web/1 one\n") && shown.contains("two\tgood\n"), "{shown}");
        assert_eq!(shown.lines().count(), 2, "{shown}");
    }
    assert_eq!(lines(&["aws:cloudwatch:LogGroup::api-log"]).lines().count(), 3);
    let events: Vec<Value> =
        lines(&["api", "--json", "--filter", "two"]).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(events.len(), 1);
    assert_eq!((&events[0]["group"], &events[0]["message"]), (&"/test/api".into(), &"two\tgood".into()));
    guide.exits(2, &["logs", "main"]);
    guide.exits(2, &["logs", "nothing"]);
    assert_eq!(lines(&["api", "--since", "0s"]), "");

    // Following gives each event once, and ends well.
    let mut follow = guide.command(&["logs", "api", "--follow"]).stdout(Stdio::piped()).spawn().unwrap();
    let mut shown = BufReader::new(follow.stdout.take().unwrap()).lines().map(Result::unwrap);
    assert!(shown.next().unwrap().ends_with("one") && shown.next().unwrap().ends_with("good"));
    log(&guide, "ecs/web/2", &["three"]);
    assert!(shown.next().unwrap().ends_with("three"));
    log(&guide, "ecs/web/1", &["four"]);
    assert!(shown.next().unwrap().ends_with("four"));
    let pid = rustix::process::Pid::from_raw(i32::try_from(follow.id()).unwrap()).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
    assert_eq!(shown.next(), None);
    assert_eq!(follow.wait().unwrap().code(), Some(0));

    // The URL is secret.
    let state = std::fs::read(guide.state()).unwrap();
    assert!(!state.windows(7).any(|window| window == b"hunter2"), "the state has it in clear");
    guide.ok(&["down", "--yes"]);
    assert_eq!(verdicts(&guide.json(&["verify", "--json"])), Vec::<String>::new());
}

/// Protects the number of calls: reading in batches is what keeps a refresh quick and unthrottled.
#[test]
fn a_refresh_makes_fewer_calls_than_there_are_resources() {
    let guide = Guide::new();
    guide.ok(&["up", "--sandbox", "--yes"]);
    let report = guide.json(&["refresh", "--yes", "--json", "--stats"]);
    let calls = report["calls"].as_array().unwrap();
    let made: u64 = calls.iter().map(|call| call["calls"].as_u64().unwrap()).sum();
    let rows = guide.json(&["state", "ls", "--json"]);
    let resources = rows.as_array().unwrap().iter().filter(|row| row["custom"] == true).count() as u64;
    println!("{made} calls for {resources} resources");
    for call in calls {
        println!("{} {}", call["operation"].as_str().unwrap(), call["calls"]);
    }
    assert!(report["checked"].as_u64().unwrap() >= 90, "{report}");
    assert!(made < resources, "{made} calls for {resources} resources: {calls:#?}");
    let shown = String::from_utf8(guide.run(&["drift", "--stats"]).stderr).unwrap();
    assert!(shown.contains("OPERATION") && shown.contains("ec2:DescribeVpcs"), "{shown}");
}
