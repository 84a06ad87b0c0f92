//! What the tasks may do: one role to start them, one for what runs inside.

use crate::logs::Logs;
use farsight::prelude::*;
use farsight_aws::iam::{PolicyDocument, Principal, Role, RolePolicy, RolePolicyAttachment, Statement};

/// The roles of the tasks.
pub struct Roles {
    /// Pulls images, reads secrets for the environment and writes logs, before and around the task.
    pub execution: Role,
    /// What the program inside the task is.
    pub task: Role,
}

pub fn declare(cx: &Context, logs: &Logs) -> farsight::Result<Roles> {
    let account = farsight_aws::caller_identity(cx)?.account_id;
    let (partition, region) = (farsight_aws::partition(cx)?, farsight_aws::region(cx)?);
    let secret = cx.config().or("secret_name", "farsight/server-secrets");
    let repository = cx.config().or("ecr_repo_name", "farsight-server");
    // Secrets Manager adds six random characters to the name.
    let secret = format!("arn:{partition}:secretsmanager:{region}:{account}:secret:{secret}-??????");
    let repository = format!("arn:{partition}:ecr:{region}:{account}:repository/{repository}");

    let role = |name: &str, what: &str| {
        Role::new(name)
            .description(what)
            .assume_role_policy(PolicyDocument::trust(Principal::service("ecs-tasks.amazonaws.com")))
            .add(cx)
    };
    let roles = Roles {
        execution: role("ecsTaskExecutionRole", "Starts the tasks of the farsight server"),
        task: role("ecsTaskRole", "What runs in the tasks of the farsight server"),
    };

    RolePolicyAttachment::new("execution")
        .role(roles.execution.name())
        .policy_arn(format!("arn:{partition}:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"))
        .add(cx);
    let read_secret = || {
        Statement::allow()
            .sid("ReadSecret")
            .actions(["secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"])
            .resources([secret.as_str()])
    };
    let start = PolicyDocument::new()
        .statement(read_secret())
        .statement(Statement::allow().sid("LogIn").actions(["ecr:GetAuthorizationToken"]).resources(["*"]))
        .statement(
            Statement::allow()
                .sid("PullImages")
                .actions(["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"])
                .resources([repository]),
        )
        .statement(
            Statement::allow()
                .sid("WriteLogs")
                .actions(["logs:CreateLogStream", "logs:PutLogEvents"])
                .resources([output!("{}:*", logs.api.arn()), output!("{}:*", logs.worker.arn())]),
        );
    RolePolicy::new("execution").role(roles.execution.name()).policy(start).add(cx);
    RolePolicy::new("task").role(roles.task.name()).policy(PolicyDocument::new().statement(read_secret())).add(cx);
    Ok(roles)
}
