//! The check of a target group sees what the service says of its targets.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests, which clippy does not see")]

mod common;

use aws_sdk_elasticloadbalancingv2::Client;
use aws_sdk_elasticloadbalancingv2::types::TargetDescription;
use common::{GROUP, aws, make, map, name, target_group, vpc};
use farsight_provider::Sight;
use std::time::Duration;

/// Protects `farsight verify`: a group without targets is not healthy.
#[tokio::test]
async fn the_check_sees_whether_targets_are_healthy() {
    let aws = aws().await;
    let probe = farsight_aws_elbv2::probes(&aws).remove(0);
    let inputs = [
        ("name", name("tg").into()),
        ("port", 80.into()),
        ("protocol", "HTTP".into()),
        ("targetType", "ip".into()),
        ("vpcId", vpc().into()),
    ];
    let group = make(GROUP, map(inputs)).await;
    let args = map([("targetGroupArn", group.as_str().into())]);
    let ask = || probe.ask(&args, Duration::from_mins(1));
    assert_eq!(ask().await.unwrap(), Sight::NotYet("the group has no targets".into()));
    let target = TargetDescription::builder().id("172.31.0.10").port(80).build();
    Client::new(aws.config()).register_targets().target_group_arn(&group).targets(target).send().await.unwrap();
    assert_eq!(ask().await.unwrap(), Sight::Holds("1 healthy".into()));
    let lost = map([("targetGroupArn", format!("{}0", target_group().await).into())]);
    assert!(probe.ask(&lost, Duration::from_mins(1)).await.is_err());
}
