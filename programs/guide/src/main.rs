//! The examples of `docs/writing-a-program.md` as one program that works.

mod network;
#[cfg(test)]
mod tests;

use farsight::policy::{Level, Violation};
use farsight::prelude::*;
use farsight::{Timeouts, all};
use farsight_aws::ec2::Subnet;
use farsight_aws::iam::{PolicyDocument, Principal, Role, RolePolicy};
use farsight_aws::logs::LogGroup;
use farsight_random::RandomPassword;
use network::Network;

fn main() -> farsight::Exit {
    farsight::program(declare)
}

fn declare(cx: &Context) -> farsight::Result<()> {
    let range = cx.config().or("vpc_cidr", "10.0.0.0/16");
    let network = Network::declare(cx, "main", &range)?;

    let logs = LogGroup::new("app")
        .retention_in_days(cx.config().or("retention_days", 30_i64))
        .protect(cx.stack() == "prod")
        .ignore_changes(["tags"])
        .alias("application")
        .timeouts(Timeouts { delete: Some(120), ..Timeouts::default() })
        .add(cx);
    let role = Role::new("app")
        .assume_role_policy(PolicyDocument::trust(Principal::service("ec2.amazonaws.com")))
        .description(output!("Writes to {}", logs.name()))
        .add(cx);
    RolePolicy::new("write-logs")
        .role(role.name())
        .policy(json!({
            "Version": "2012-10-17",
            "Statement": [{
                "Effect": "Allow",
                "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
                "Resource": output!("{}:*", logs.arn()),
            }],
        }))
        .depends_on((&network.vpc, &logs))
        .add(cx);

    if let Some(token) = cx.config().secret::<String>("hook_token")? {
        cx.export("hookUrl", output!("https://hooks.example.com/{token}"));
    }
    if cx.config().or("with_password", false) {
        let password = RandomPassword::new("admin").length(32).special(false).keepers([("year", "2026")]).add(cx);
        cx.export("adminPassword", password.result());
    }
    if let Some(stack) = cx.config().get::<String>("peer_stack")? {
        let peer = cx.stack_reference(stack)?;
        cx.export("peerVpcId", peer.require::<String>("vpcId")?);
    }
    cx.export("vpcId", network.vpc.id());
    cx.export("subnetIds", network.subnets.iter().map(Subnet::id).collect::<Vec<_>>());
    cx.export("roleShortArn", role.arn().map(|arn: String| arn.rsplit(':').next().unwrap_or_default().to_owned()));
    let summary = all((network.vpc.id(), logs.name())).map(|(vpc, logs)| format!("{vpc} logs to {logs}"));
    cx.export("summary", summary);

    cx.policy("logs-are-kept", Level::Mandatory, |resource| {
        if resource.is::<LogGroup>() && resource.input("retention_in_days").as_int().is_some_and(|days| days < 7) {
            return Err("logs are kept for a week at least");
        }
        Ok(())
    });
    cx.plan_policy("small-steps", Level::Advisory, |plan| {
        let deletes = plan.iter().filter(|resource| resource.op() == "delete").count();
        if deletes > 10 { vec![Violation::new(format!("{deletes} resources go at once"))] } else { Vec::new() }
    });
    Ok(())
}
