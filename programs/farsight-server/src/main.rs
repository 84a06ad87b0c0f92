//! What the farsight server runs in: a network over two availability zones, the security groups around load balancer,
//! tasks, database and cache, private ways to the services of AWS, the roles of the tasks, and their log groups.
//!
//! Configuration, all optional:
//!
//! | key | default | what it is |
//! |---|---|---|
//! | `vpc_cidr` | `10.0.0.0/16` | the network's addresses, at least a /24 |
//! | `zones` | `2` | in how many availability zones there are subnets, at most 8 |
//! | `nat_per_zone` | `false` | a NAT gateway in each zone instead of one for all |
//! | `internet_egress` | `true` | whether tasks reach the internet over HTTPS, besides the services of AWS |
//! | `temporal_cidr` | `0.0.0.0/0` | where the Temporal server is |
//! | `secret_name` | `farsight/server-secrets` | the secret that tasks read |
//! | `ecr_repo_name` | `farsight-server` | the repository that tasks are pulled from |
//! | `log_retention_days` | `731` | how long logs are kept |
//! | `keep_logs` | `false` | whether `farsight down` leaves the log groups and what is in them |

mod endpoints;
mod logs;
mod network;
mod roles;
mod security;
#[cfg(test)]
mod tests;

use farsight::prelude::*;

fn main() -> farsight::Exit {
    farsight::program(declare)
}

/// Declares everything; the order is that of reading, the engine finds its own.
fn declare(cx: &Context) -> farsight::Result<()> {
    let network = network::declare(cx)?;
    let groups = security::declare(cx, &network.vpc);
    endpoints::declare(cx, &network, &groups)?;
    let logs = logs::declare(cx);
    let roles = roles::declare(cx, &logs)?;

    cx.export("vpcId", network.vpc.id());
    cx.export("publicSubnetIds", ids(&network.public));
    cx.export("privateSubnetIds", ids(&network.private));
    cx.export("natPublicIps", network.addresses.iter().map(|address| address.public_ip()).collect::<Vec<_>>());
    cx.export("albSecurityGroupId", groups.alb.id());
    cx.export("tasksSecurityGroupId", groups.tasks.id());
    cx.export("databaseSecurityGroupId", groups.database.id());
    cx.export("cacheSecurityGroupId", groups.cache.id());
    cx.export("executionRoleArn", roles.execution.arn());
    cx.export("taskRoleArn", roles.task.arn());
    cx.export("apiLogGroup", logs.api.name());
    cx.export("workerLogGroup", logs.worker.name());
    Ok(())
}

fn ids(subnets: &[farsight_aws::ec2::Subnet]) -> Vec<Output<String>> {
    subnets.iter().map(farsight_aws::ec2::Subnet::id).collect()
}

/// The tags of an object, so that people find it in the console.
fn tags(cx: &Context, what: &str) -> [(&'static str, String); 1] {
    [("Name", format!("{}-{}-{what}", cx.project(), cx.stack()))]
}
