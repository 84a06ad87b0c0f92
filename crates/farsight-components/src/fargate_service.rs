//! A service on Fargate.

use crate::{Alarm, FargateCluster, Graph, Image, LoadBalancer, tags};
use farsight::prelude::*;
use farsight::{Component, Dependency};
use farsight_aws::appautoscaling::{Policy, PolicyType, PredefinedMetric, Target, TargetTracking};
use farsight_aws::ecs::{
    CapacityProviderStrategy, ContainerDefinition, ContainerDefinitions, HealthCheck, LaunchType, LogConfiguration,
    NetworkMode, PortMapping, PropagateTags, Service, ServiceDeploymentCircuitBreaker, ServiceLoadBalancer,
    ServiceNetworkConfiguration, TaskDefinition,
};
use farsight_aws::iam::{PolicyDocument, RolePolicy, Statement};
use farsight_aws::logs::{LogGroup, MetricFilter, MetricTransformation};

/// Tasks of one image that are kept running and replaced one after another when anything about them changes, with their
/// logs and with as many of them as their load needs.
///
/// A deployment never goes below the tasks that shall run, and is taken back when its tasks do not start.
pub struct FargateService {
    /// The component.
    pub component: Component,
    /// The service.
    pub service: Service,
    /// What its tasks are.
    pub task_definition: TaskDefinition,
    /// Where they log.
    pub logs: LogGroup,
    name: String,
    cluster: String,
    tasks: i64,
    counted: Vec<Counted>,
}

/// How many tasks there are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scaling {
    /// The fewest tasks.
    pub min: i64,
    /// The most tasks.
    pub max: i64,
    /// The average load of their processors, in percent, that is kept.
    pub cpu_percent: f64,
    /// Seconds after a lowering before the next.
    pub in_cooldown: i64,
    /// Seconds after a raise before the next.
    pub out_cooldown: i64,
}

/// Log events that are counted and give an alarm.
#[derive(Debug, Clone)]
struct Counted {
    name: String,
    pattern: String,
    description: String,
}

/// Declares a [`FargateService`].
#[must_use = "a service is declared only by `.add(cx)`"]
pub struct FargateServiceBuilder<'a> {
    component: farsight::ComponentBuilder,
    name: String,
    cluster: &'a FargateCluster,
    image: Image,
    service_name: String,
    container: String,
    cpu: u32,
    memory: u32,
    command: Option<Vec<String>>,
    environment: Vec<(String, Input<String>)>,
    secrets: Vec<(String, Output<String>)>,
    health_check: Option<Input<HealthCheck>>,
    balancer: Option<&'a LoadBalancer>,
    tasks: i64,
    scaling: Option<(String, Scaling)>,
    spot: bool,
    log_days: i64,
    keep_data: bool,
    triggers: Vec<(String, Output<String>)>,
    after: Vec<model::Urn>,
    counted: Vec<Counted>,
}

/// Where counted log events go: the namespace of the metrics that a service makes of its logs.
const NAMESPACE: &str = "farsight/logs";

/// Seconds in which the load balancer's verdict on a new task does not count.
const GRACE: i64 = 60;

impl FargateService {
    /// Begins a service of a cluster.
    #[track_caller]
    pub fn new(name: impl Into<String>, cluster: &FargateCluster, image: Image) -> FargateServiceBuilder<'_> {
        let name = name.into();
        FargateServiceBuilder {
            component: Component::new("farsight:components:FargateService", &name),
            service_name: name.clone(),
            container: name.clone(),
            name,
            cluster,
            image,
            cpu: 256,
            memory: 512,
            command: None,
            environment: Vec::new(),
            secrets: Vec::new(),
            health_check: None,
            balancer: None,
            tasks: 1,
            scaling: None,
            spot: false,
            log_days: 731,
            keep_data: true,
            triggers: Vec::new(),
            after: Vec::new(),
            counted: Vec::new(),
        }
    }

    fn dimensions(&self) -> [(&'static str, String); 2] {
        [("ClusterName", self.cluster.clone()), ("ServiceName", self.name.clone())]
    }

    /// Alarms for what goes wrong with tasks. They name the service by its name, so that nobody waits for it.
    pub fn alarms(&self) -> Vec<Alarm> {
        let of = |name: &str, namespace: &str, metric: &str| {
            let alarm = Alarm::new(format!("{}-{name}", self.name), namespace, metric);
            self.dimensions().into_iter().fold(alarm, |alarm, (name, value)| alarm.dimension(name, value))
        };
        let mut alarms = vec![
            of("high-cpu", "AWS/ECS", "CPUUtilization")
                .above(85.0)
                .for_minutes(5)
                .describe("Tasks need more processor"),
            of("high-memory", "AWS/ECS", "MemoryUtilization")
                .above(85.0)
                .for_minutes(5)
                .describe("Tasks need more memory"),
            of("few-tasks", "ECS/ContainerInsights", "RunningTaskCount")
                .below(self.tasks as f64)
                .for_minutes(5)
                .or_missing()
                .describe("Tasks fail: fewer run than shall"),
        ];
        alarms.extend(self.counted.iter().map(|counted| {
            Alarm::new(format!("{}-{}", self.name, counted.name), NAMESPACE, format!("{}-{}", self.name, counted.name))
                .statistic("Sum")
                .above(0.0)
                .for_minutes(1)
                .describe(&counted.description)
        }));
        alarms
    }

    /// Graphs of processors, memory and tasks.
    pub fn graphs(&self, title: &str) -> Vec<Graph> {
        let of = |what: &str, namespace: &str, metric: &str| {
            Graph::new(format!("{title} {what}")).line(namespace, metric, "Average", self.dimensions())
        };
        vec![
            of("CPU", "AWS/ECS", "CPUUtilization"),
            of("memory", "AWS/ECS", "MemoryUtilization"),
            of("tasks", "ECS/ContainerInsights", "RunningTaskCount"),
        ]
    }
}

impl Dependency for FargateService {
    fn dependency(&self) -> model::Urn {
        self.component.urn()
    }
}

impl<'a> FargateServiceBuilder<'a> {
    /// The name of service, task definition and log group (`/ecs/NAME`); the component's if not given.
    pub fn service_name(mut self, name: impl Into<String>) -> Self {
        self.service_name = name.into();
        self
    }

    /// The container's name; the component's if not given.
    pub fn container(mut self, name: impl Into<String>) -> Self {
        self.container = name.into();
        self
    }

    /// The size of a task: CPU units, 1024 a core, and MiB, as Fargate combines them; 256 and 512 if not given.
    pub fn size(mut self, cpu: u32, memory: u32) -> Self {
        (self.cpu, self.memory) = (cpu, memory);
        self
    }

    /// The command, in place of the image's.
    pub fn command<S: Into<String>>(mut self, words: impl IntoIterator<Item = S>) -> Self {
        self.command = Some(words.into_iter().map(Into::into).collect());
        self
    }

    /// Adds environment variables. Never secrets.
    pub fn environment<K: Into<String>, V: Into<Input<String>>>(
        mut self,
        variables: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        self.environment.extend(variables.into_iter().map(|(key, value)| (key.into(), value.into())));
        self
    }

    /// Adds environment variables from secrets, as [`JsonSecret::values_from`](crate::JsonSecret::values_from) gives them.
    pub fn secrets(mut self, secrets: impl IntoIterator<Item = (String, Output<String>)>) -> Self {
        self.secrets.extend(secrets);
        self
    }

    /// How it is seen that a task is healthy.
    pub fn health_check(mut self, check: impl Into<Input<HealthCheck>>) -> Self {
        self.health_check = Some(check.into());
        self
    }

    /// The load balancer that requests come from.
    pub fn behind(mut self, balancer: &'a LoadBalancer) -> Self {
        self.balancer = Some(balancer);
        self
    }

    /// How many tasks run; 1 if not given. Scaling changes it later.
    pub fn tasks(mut self, tasks: i64) -> Self {
        self.tasks = tasks;
        self
    }

    /// Lets the number of tasks follow their load; `policy` is the scaling policy's name.
    pub fn scaling(mut self, policy: impl Into<String>, scaling: Scaling) -> Self {
        self.scaling = Some((policy.into(), scaling));
        self
    }

    /// Whether tasks run on Fargate Spot, which is cheap and may be taken away; false if not given. The cluster must allow
    /// it. A change replaces the service.
    pub fn spot(mut self, spot: bool) -> Self {
        self.spot = spot;
        self
    }

    /// Days that logs are kept; 731 if not given.
    pub fn log_days(mut self, days: i64) -> Self {
        self.log_days = days;
        self
    }

    /// Whether the logs outlive the stack, whose next `up` takes them back; true if not given.
    pub fn keep_data(mut self, keep: bool) -> Self {
        self.keep_data = keep;
        self
    }

    /// New tasks take the place of the old ones when this value changes: a secret's version, for tasks read it when they
    /// start.
    pub fn restart_on(mut self, name: impl Into<String>, value: Output<String>) -> Self {
        self.triggers.push((name.into(), value));
        self
    }

    /// What must be there before tasks start, besides what they name: endpoints that images come through.
    pub fn after(mut self, what: &impl Dependency) -> Self {
        self.after.push(what.dependency());
        self
    }

    /// Counts log events of a pattern of CloudWatch Logs, with an alarm when there is one.
    pub fn count_in_logs(
        mut self,
        name: impl Into<String>,
        pattern: impl Into<String>,
        description: impl Into<String>,
    ) -> Self {
        self.counted.push(Counted { name: name.into(), pattern: pattern.into(), description: description.into() });
        self
    }

    /// Declares the service.
    #[track_caller]
    pub fn add(self, cx: &Context) -> farsight::Result<FargateService> {
        let region = farsight_aws::region(cx)?;
        let component = self.component.add(cx);
        let cx = &component.scope(cx);
        let (name, cluster) = (self.name.as_str(), self.cluster);

        // The name is fixed: people's queries contain it.
        let logs = LogGroup::new(name)
            .name(format!("/ecs/{}", self.service_name))
            .retention_in_days(self.log_days)
            .tags(tags::named(cx, name))
            .retain_on_delete(self.keep_data)
            .add(cx);
        for counted in &self.counted {
            MetricFilter::new(format!("{name}-{}", counted.name))
                .name(&counted.name)
                .log_group_name(logs.name())
                .pattern(&counted.pattern)
                .metric_transformation(
                    MetricTransformation::new()
                        .namespace(NAMESPACE)
                        .name(format!("{}-{}", self.service_name, counted.name))
                        .value("1")
                        .default_value(0.0),
                )
                .add(cx);
        }
        let write = Statement::allow()
            .sid("WriteLogs")
            .actions(["logs:CreateLogStream", "logs:PutLogEvents"])
            .resources([output!("{}:*", logs.arn())]);
        let may_log = RolePolicy::new(format!("{name}-logs"))
            .role(cluster.execution.name())
            .policy(PolicyDocument::new().statement(write))
            .add(cx);

        let container = ContainerDefinition::new()
            .name(&self.container)
            .image(self.image.uri)
            .essential(true)
            .command(self.command)
            .port_mappings(self.balancer.map(|balancer| vec![PortMapping::tcp(balancer.port)]))
            .environment(self.environment)
            .secrets(self.secrets)
            .log_configuration(LogConfiguration::awslogs(logs.name(), region, "ecs"))
            .health_check(self.health_check);
        let task_definition = TaskDefinition::new(name)
            .family(&self.service_name)
            .network_mode(NetworkMode::Awsvpc)
            .requires_compatibilities(["FARGATE"])
            .cpu(self.cpu.to_string())
            .memory(self.memory.to_string())
            .execution_role_arn(cluster.execution.arn())
            .task_role_arn(cluster.task.arn())
            .container_definitions(ContainerDefinitions::new().container(container))
            .tags(tags::named(cx, name))
            .add(cx);

        let (launch_type, strategy) = if self.spot {
            let spot = CapacityProviderStrategy::new().capacity_provider("FARGATE_SPOT").weight(1);
            (None, Some(vec![spot]))
        } else {
            (Some(LaunchType::Fargate), None)
        };
        let targets = self.balancer.map(|balancer| {
            let target = ServiceLoadBalancer::new().container_name(&self.container);
            vec![target.container_port(balancer.port).target_group_arn(balancer.targets.arn())]
        });
        // Tasks start as soon as the service is there: whatever they need on their way must be there before.
        let mut after = self.after;
        after.extend([cluster.dependency(), cluster.network.clone(), may_log.urn()]);
        after.extend(self.balancer.map(Dependency::dependency));
        let service = Service::new(name)
            .name(&self.service_name)
            .cluster(cluster.cluster.arn())
            .task_definition(task_definition.arn())
            .desired_count(self.tasks)
            .launch_type(launch_type)
            .capacity_provider_strategies(strategy)
            .network_configuration(
                ServiceNetworkConfiguration::new()
                    .subnets(&cluster.subnets)
                    .security_groups([cluster.group.id()])
                    .assign_public_ip(false),
            )
            .load_balancers(targets)
            .health_check_grace_period_seconds(if self.balancer.is_some() { GRACE } else { 0 })
            .deployment_circuit_breaker(ServiceDeploymentCircuitBreaker { enable: true, rollback: true })
            .deployment_minimum_healthy_percent(100)
            .deployment_maximum_percent(200)
            .propagate_tags(PropagateTags::Service)
            .triggers(self.triggers)
            .wait_for_steady_state(self.image.exists)
            .tags(tags::named(cx, name))
            .depends_on(after)
            .add(cx);

        let tasks = self.scaling.as_ref().map_or(self.tasks, |(_, scaling)| scaling.min);
        if let Some((policy, scaling)) = self.scaling {
            let launch = if self.spot { "spot" } else { "fargate" };
            scale(cx, name, &policy, scaling, cluster, &service, launch);
        }
        let (cluster, counted) = (cluster.name.clone(), self.counted);
        Ok(FargateService {
            component,
            service,
            task_definition,
            logs,
            name: self.service_name,
            cluster,
            tasks,
            counted,
        })
    }
}

/// The number of tasks follows the load of their processors. `launch` changes where the service is replaced, which takes
/// its scaling along.
#[track_caller]
fn scale(
    cx: &Context,
    name: &str,
    policy: &str,
    scaling: Scaling,
    cluster: &FargateCluster,
    service: &Service,
    launch: &str,
) {
    let target = Target::new(name)
        .service_namespace("ecs")
        .scalable_dimension("ecs:service:DesiredCount")
        .resource_id(output!("service/{}/{}", cluster.name, service.name()))
        .min_capacity(scaling.min)
        .max_capacity(scaling.max)
        .replacement_trigger(launch)
        .add(cx);
    Policy::new(name)
        .name(policy)
        .policy_type(PolicyType::TargetTrackingScaling)
        .service_namespace(target.service_namespace())
        .scalable_dimension(target.scalable_dimension())
        .resource_id(target.resource_id())
        .target_tracking_scaling_policy_configuration(
            TargetTracking::new()
                .target_value(scaling.cpu_percent)
                .predefined_metric_specification(
                    PredefinedMetric::new().predefined_metric_type("ECSServiceAverageCPUUtilization"),
                )
                .scale_in_cooldown(scaling.in_cooldown)
                .scale_out_cooldown(scaling.out_cooldown),
        )
        .replacement_trigger(launch)
        .add(cx);
}
