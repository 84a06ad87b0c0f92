//! Log events are read once each, in order, and the check that they flow sees them.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests, which clippy does not see")]

use aws_sdk_cloudwatchlogs::Client;
use aws_sdk_cloudwatchlogs::types::InputLogEvent;
use farsight_aws_client::{Aws, Settings, StaticCredentials};
use farsight_aws_logs::{LogSource, Tail};
use farsight_model::Value;
use farsight_provider::{Clock, Sight, SystemClock};
use std::sync::Arc;
use std::time::Duration;

struct Groups {
    aws: Aws,
    client: Client,
}

impl Groups {
    async fn new() -> Self {
        let sandbox = farsight_sandbox::shared().unwrap();
        let settings = Settings {
            region: Some("eu-central-1".into()),
            endpoint: Some(sandbox.endpoint().to_owned()),
            credentials: Some(StaticCredentials { access_key_id: "test".into(), secret_access_key: "test".into() }),
            ..Settings::default()
        };
        let aws = Aws::connect(&settings, Arc::new(SystemClock)).await.unwrap();
        Self { client: Client::new(aws.config()), aws }
    }

    /// A group with these streams.
    async fn group(&self, streams: &[&str]) -> String {
        let name = format!("/test/events-{}", SystemClock.hex(8));
        self.client.create_log_group().log_group_name(&name).send().await.unwrap();
        for stream in streams {
            self.client.create_log_stream().log_group_name(&name).log_stream_name(*stream).send().await.unwrap();
        }
        name
    }

    async fn put(&self, group: &str, stream: &str, events: &[(i64, &str)]) {
        let event =
            |(at, message): &(i64, &str)| InputLogEvent::builder().timestamp(*at).message(*message).build().unwrap();
        let events = Some(events.iter().map(event).collect());
        let put = self.client.put_log_events().log_group_name(group).log_stream_name(stream);
        put.set_log_events(events).send().await.unwrap();
    }

    fn tail(&self, sources: &[(&str, &str)], since: i64, filter: Option<&str>) -> Tail {
        let source =
            |(group, prefix): &(&str, &str)| LogSource { group: (*group).to_owned(), prefix: (*prefix).to_owned() };
        Tail::new(&self.aws, sources.iter().map(source).collect(), since, filter.map(str::to_owned))
    }

    async fn flowing(&self, args: &[(&str, Value)]) -> Sight {
        let probe = farsight_aws_logs::probes(&self.aws).remove(0);
        probe.ask(&Value::map(args.iter().cloned()), Duration::from_mins(1)).await.unwrap()
    }
}

async fn said(tail: &mut Tail) -> Vec<String> {
    tail.next().await.unwrap().into_iter().map(|event| event.message).collect()
}

#[tokio::test]
async fn streams_and_groups_are_merged_in_order_of_time() {
    let groups = Groups::new().await;
    let (one, two) = (groups.group(&["ecs/api/1", "ecs/api/2", "ecs/other/1"]).await, groups.group(&["s"]).await);
    let now = SystemClock.now();
    groups.put(&one, "ecs/api/2", &[(now - 4000, "a"), (now - 1000, "d")]).await;
    groups.put(&one, "ecs/api/1", &[(now - 90_000, "too old"), (now - 2000, "c")]).await;
    groups.put(&one, "ecs/other/1", &[(now - 2500, "of another container")]).await;
    groups.put(&two, "s", &[(now - 3000, "b")]).await;
    let sources = [(one.as_str(), "ecs/api/"), (two.as_str(), "")];
    assert_eq!(said(&mut groups.tail(&sources, now - 60_000, None)).await, ["a", "b", "c", "d"]);
    assert_eq!(said(&mut groups.tail(&sources, now - 60_000, Some("c"))).await, ["c"]);
}

/// Protects following: nothing is missing and nothing comes twice, also when one stream is behind another.
#[tokio::test]
async fn every_event_comes_once() {
    let groups = Groups::new().await;
    let group = groups.group(&["fast", "slow"]).await;
    let now = SystemClock.now();
    let mut tail = groups.tail(&[(&group, "")], now - 60_000, None);
    assert!(said(&mut tail).await.is_empty());
    groups.put(&group, "fast", &[(now, "1"), (now, "2")]).await;
    assert_eq!(said(&mut tail).await, ["1", "2"]);
    assert!(said(&mut tail).await.is_empty());
    // The same moment, an earlier one, and a later one.
    groups.put(&group, "slow", &[(now - 20_000, "late"), (now, "3"), (now + 5, "4")]).await;
    assert_eq!(said(&mut tail).await, ["late", "3", "4"]);
    assert!(said(&mut tail).await.is_empty());
    groups.put(&group, "fast", &[(now + 10, "5")]).await;
    assert_eq!(said(&mut tail).await, ["5"]);
}

/// Protects long logs: one answer holds 10 000 events.
#[tokio::test]
async fn all_pages_are_read() {
    let groups = Groups::new().await;
    let group = groups.group(&["s"]).await;
    let now = SystemClock.now();
    let events: Vec<(i64, &str)> = (0..6000).map(|at| (now - 6000 + at, "x")).collect();
    groups.put(&group, "s", &events).await;
    groups.put(&group, "s", &events).await;
    let mut tail = groups.tail(&[(&group, "")], now - 60_000, None);
    assert_eq!(said(&mut tail).await.len(), 12_000);
    assert!(groups.aws.stats()["logs:FilterLogEvents"].calls > 1);
    assert!(said(&mut tail).await.is_empty());
}

#[tokio::test]
async fn a_group_that_is_not_there_is_an_error() {
    let mut tail = Groups::new().await.tail(&[("/no/such/group", "")], 0, None);
    assert_eq!(tail.next().await.unwrap_err().code.as_deref(), Some("ResourceNotFoundException"));
}

#[tokio::test]
async fn a_young_event_is_what_flowing_means() {
    let groups = Groups::new().await;
    let group = groups.group(&["s"]).await;
    let args = [("logGroupName", Value::from(group.as_str())), ("since", Value::from(600_i64))];
    let now = SystemClock.now();
    groups.put(&group, "s", &[(now - 3_600_000, "old")]).await;
    assert_eq!(groups.flowing(&args).await, Sight::NotYet("no event in the last 600 s".into()));
    groups.put(&group, "s", &[(now, "young")]).await;
    let Sight::Holds(seen) = groups.flowing(&args).await else { panic!("it does not flow") };
    assert!(seen.ends_with(" s ago in `s`"), "{seen}");
    let nowhere = groups.flowing(&[("logGroupName", Value::from("/no/such/group"))]).await;
    assert_eq!(nowhere, Sight::NotYet("there is no such log group".into()));
}
