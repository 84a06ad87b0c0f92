//! What services on Fargate share.

use crate::{Network, access, tags};
use farsight::prelude::*;
use farsight::{Component, Dependency};
use farsight_aws::ec2::SecurityGroup;
use farsight_aws::ecs::{Cluster, ClusterCapacityProviders, ClusterSetting};
use farsight_aws::iam::{PolicyDocument, Principal, Role, RolePolicy, RolePolicyAttachment, Statement};

/// A cluster, and what its services have in common: their place in the network, their security group, and two roles.
pub struct FargateCluster {
    /// The component.
    pub component: Component,
    /// The cluster.
    pub cluster: Cluster,
    /// The group of all tasks.
    pub group: SecurityGroup,
    /// Pulls images, reads secrets for the environment and writes logs, before and around a task.
    pub execution: Role,
    /// What the program inside a task is.
    pub task: Role,
    /// The cluster's name, which is known before the cluster is.
    pub name: String,
    pub(crate) subnets: Vec<Output<String>>,
    pub(crate) network: model::Urn,
}

/// Declares a [`FargateCluster`].
#[must_use = "a cluster is declared only by `.add(cx)`"]
pub struct FargateClusterBuilder<'a> {
    component: farsight::ComponentBuilder,
    name: String,
    network: &'a Network,
    cluster_name: String,
    insights: bool,
    spot: bool,
    execution: String,
    task: String,
    secrets: Vec<Output<String>>,
    repositories: Vec<Output<String>>,
}

impl FargateCluster {
    /// Begins a cluster whose tasks are in the private subnets of a network.
    #[track_caller]
    pub fn new(name: impl Into<String>, network: &Network) -> FargateClusterBuilder<'_> {
        let name = name.into();
        FargateClusterBuilder {
            component: Component::new("farsight:components:FargateCluster", &name),
            cluster_name: name.clone(),
            execution: format!("{name}-execution"),
            task: format!("{name}-task"),
            name,
            network,
            insights: true,
            spot: false,
            secrets: Vec::new(),
            repositories: Vec::new(),
        }
    }
}

impl Dependency for FargateCluster {
    fn dependency(&self) -> model::Urn {
        self.component.urn()
    }
}

impl FargateClusterBuilder<'_> {
    /// The cluster's name, unique in account and region; the component's if not given.
    pub fn cluster_name(mut self, name: impl Into<String>) -> Self {
        self.cluster_name = name.into();
        self
    }

    /// Whether CloudWatch gets metrics of tasks, which cost extra; true if not given. Alarms on running tasks need them.
    pub fn container_insights(mut self, enabled: bool) -> Self {
        self.insights = enabled;
        self
    }

    /// Whether services may run on Fargate Spot; false if not given.
    pub fn spot(mut self, spot: bool) -> Self {
        self.spot = spot;
        self
    }

    /// What the roles are called: that which starts tasks, and that of what runs inside. A few characters are added.
    pub fn role_names(mut self, execution: impl Into<String>, task: impl Into<String>) -> Self {
        self.execution = execution.into();
        self.task = task.into();
        self
    }

    /// Lets tasks read a secret, by ARN: for their environment and by themselves.
    pub fn read_secret(mut self, arn: Output<String>) -> Self {
        self.secrets.push(arn);
        self
    }

    /// Lets tasks be pulled from a repository, by ARN.
    pub fn pull_from(mut self, arn: Output<String>) -> Self {
        self.repositories.push(arn);
        self
    }

    /// Declares the cluster.
    #[track_caller]
    pub fn add(self, cx: &Context) -> farsight::Result<FargateCluster> {
        let partition = farsight_aws::partition(cx)?;
        let component = self.component.add(cx);
        let cx = &component.scope(cx);
        let name = self.name.as_str();
        let cluster = Cluster::new(name)
            .name(&self.cluster_name)
            .settings([ClusterSetting::container_insights(self.insights)])
            .tags(tags::named(cx, name))
            .add(cx);
        if self.spot {
            ClusterCapacityProviders::new(name)
                .cluster_name(cluster.name())
                .capacity_providers(["FARGATE", "FARGATE_SPOT"])
                .add(cx);
        }
        let group = access::group(cx, name, self.network, "Tasks");

        let role = |name: &str, what: &str| {
            Role::new(name)
                .description(what)
                .assume_role_policy(PolicyDocument::trust(Principal::service("ecs-tasks.amazonaws.com")))
                .tags(tags::named(cx, name))
                .add(cx)
        };
        let execution = role(&self.execution, "Starts tasks");
        let task = role(&self.task, "What runs in tasks");
        RolePolicyAttachment::new(&self.execution)
            .role(execution.name())
            .policy_arn(format!("arn:{partition}:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"))
            .add(cx);
        let log_in = Statement::allow().sid("LogIn").actions(["ecr:GetAuthorizationToken"]).resources(["*"]);
        let pull = Statement::allow()
            .sid("PullImages")
            .actions(["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"])
            .resources(self.repositories.clone());
        let read = Statement::allow()
            .sid("ReadSecrets")
            .actions(["secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"])
            .resources(self.secrets.clone());
        let policy = |name: &str, role: &Role, statements: Vec<Statement>| {
            if !statements.is_empty() {
                let document = statements.into_iter().fold(PolicyDocument::new(), PolicyDocument::statement);
                RolePolicy::new(name).role(role.name()).policy(document).add(cx);
            }
        };
        let secrets = || (!self.secrets.is_empty()).then(|| read.clone());
        let images = (!self.repositories.is_empty()).then_some([log_in, pull]);
        policy(&self.execution, &execution, images.into_iter().flatten().chain(secrets()).collect());
        policy(&self.task, &task, secrets().into_iter().collect());
        Ok(FargateCluster {
            component,
            cluster,
            group,
            execution,
            task,
            name: self.cluster_name,
            subnets: self.network.private_ids(),
            network: self.network.dependency(),
        })
    }
}
