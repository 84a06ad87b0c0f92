//! A load balancer in front of a service.

use crate::{Alarm, Certificate, Graph, Network, access, tags};
use farsight::prelude::*;
use farsight::{Component, Dependency};
use farsight_aws::ec2::SecurityGroup;
use farsight_aws::lb::{
    Forward, ForwardTargetGroup, Listener, ListenerAction, ListenerActionType, LoadBalancer as Balancer, Protocol,
    Redirect, RedirectStatus, TargetGroup, TargetGroupHealthCheck, TargetType,
};
use farsight_aws::route53::{Record, RecordAlias, RecordType};

/// An application load balancer in the public subnets, which sends the internet's requests to one service.
pub struct LoadBalancer {
    /// The component.
    pub component: Component,
    /// The load balancer.
    pub balancer: Balancer,
    /// The group of the load balancer.
    pub group: SecurityGroup,
    /// Where requests go.
    pub targets: TargetGroup,
    /// What takes requests.
    pub listeners: Vec<Listener>,
    /// The port of the targets.
    pub port: u16,
    balancer_name: String,
}

/// Declares a [`LoadBalancer`].
#[must_use = "a load balancer is declared only by `.add(cx)`"]
pub struct LoadBalancerBuilder<'a> {
    component: farsight::ComponentBuilder,
    name: String,
    network: &'a Network,
    tasks: &'a SecurityGroup,
    port: u16,
    balancer_name: String,
    targets_name: String,
    health_path: String,
    deletion_protection: bool,
    certificate: Option<&'a Certificate>,
}

/// TLS 1.2 and 1.3 alone.
const TLS: &str = "ELBSecurityPolicy-TLS13-1-2-2021-06";

impl LoadBalancer {
    /// Begins a load balancer that sends requests to a port of tasks of a group.
    #[track_caller]
    pub fn new<'a>(
        name: impl Into<String>,
        network: &'a Network,
        tasks: &'a SecurityGroup,
        port: u16,
    ) -> LoadBalancerBuilder<'a> {
        let name = name.into();
        LoadBalancerBuilder {
            component: Component::new("farsight:components:LoadBalancer", &name),
            balancer_name: name.clone(),
            targets_name: format!("{name}-tg"),
            name,
            network,
            tasks,
            port,
            health_path: "/".to_owned(),
            deletion_protection: false,
            certificate: None,
        }
    }

    /// Alarms for unhealthy targets and failing requests.
    pub fn alarms(&self) -> Vec<Alarm> {
        let balancer = self.balancer.arn_suffix();
        let of = |name: &str, metric: &str| {
            Alarm::new(format!("{}-{name}", self.balancer_name), "AWS/ApplicationELB", metric)
                .dimension("LoadBalancer", balancer.clone())
        };
        vec![
            of("unhealthy-targets", "UnHealthyHostCount")
                .dimension("TargetGroup", self.targets.arn_suffix())
                .statistic("Maximum")
                .above(0.0)
                .describe("Targets fail their health checks"),
            of("target-errors", "HTTPCode_Target_5XX_Count")
                .statistic("Sum")
                .above(10.0)
                .describe("The service answers with errors"),
            of("balancer-errors", "HTTPCode_ELB_5XX_Count")
                .statistic("Sum")
                .above(10.0)
                .describe("The load balancer finds nobody to answer"),
        ]
    }

    /// Graphs of requests, latency and errors.
    pub fn graphs(&self) -> Vec<Graph> {
        let of = |title: &str, metric: &str, statistic: &str| {
            Graph::new(title).line(
                "AWS/ApplicationELB",
                metric,
                statistic,
                [("LoadBalancer", self.balancer.arn_suffix())],
            )
        };
        let dimension = || [("LoadBalancer", self.balancer.arn_suffix())];
        vec![
            of("Requests", "RequestCount", "Sum"),
            of("Latency", "TargetResponseTime", "p99"),
            of("Errors", "HTTPCode_Target_5XX_Count", "Sum")
                .line("AWS/ApplicationELB", "HTTPCode_ELB_5XX_Count", "Sum", dimension())
                .line("AWS/ApplicationELB", "HTTPCode_Target_4XX_Count", "Sum", dimension()),
        ]
    }
}

impl Dependency for LoadBalancer {
    fn dependency(&self) -> model::Urn {
        self.component.urn()
    }
}

impl<'a> LoadBalancerBuilder<'a> {
    /// The load balancer's name, unique in account and region, at most 32 characters; the component's if not given.
    pub fn balancer_name(mut self, name: impl Into<String>) -> Self {
        self.balancer_name = name.into();
        self
    }

    /// The target group's name, unique in account and region, at most 32 characters; the component's with `-tg` if not
    /// given.
    pub fn targets_name(mut self, name: impl Into<String>) -> Self {
        self.targets_name = name.into();
        self
    }

    /// The path that must answer 200 for a target to be healthy; `/` if not given. It is asked for every 30 seconds and
    /// must answer within 10; two good answers make a target healthy, three bad ones unhealthy.
    pub fn health_path(mut self, path: impl Into<String>) -> Self {
        self.health_path = path.into();
        self
    }

    /// Whether AWS refuses to delete the load balancer; false if not given.
    pub fn deletion_protection(mut self, protected: bool) -> Self {
        self.deletion_protection = protected;
        self
    }

    /// Takes requests over HTTPS for the certificate's domain, whose name leads here; HTTP is sent there, too.
    pub fn https(mut self, certificate: Option<&'a Certificate>) -> Self {
        self.certificate = certificate;
        self
    }

    /// Declares the load balancer.
    #[track_caller]
    pub fn add(self, cx: &Context) -> LoadBalancer {
        let component = self.component.add(cx);
        let cx = &component.scope(cx);
        let (name, network) = (self.name.as_str(), self.network);
        let group = access::group(cx, name, network, "Load balancer");
        access::from_range(cx, &format!("internet-to-{name}-http"), access::ANYWHERE, &group, 80);
        access::from_range(cx, &format!("internet-to-{name}-https"), access::ANYWHERE, &group, 443);
        access::between(cx, &format!("{name}-to-tasks"), &group, self.tasks, self.port);

        let balancer = Balancer::new(name)
            .name(&self.balancer_name)
            .subnets(network.public_ids())
            .security_groups([group.id()])
            .drop_invalid_header_fields(true)
            .enable_deletion_protection(self.deletion_protection)
            .tags(tags::named(cx, name))
            // A load balancer cannot move to another network.
            .replacement_trigger(network.vpc.id())
            // Nobody reaches it before its subnets have a way out.
            .depends_on(&network.way_out)
            .add(cx);
        let targets = TargetGroup::new(name)
            .name(self.targets_name)
            .protocol(Protocol::Http)
            .port(self.port)
            .target_type(TargetType::Ip)
            .vpc_id(network.vpc.id())
            .health_check(
                TargetGroupHealthCheck::new()
                    .path(self.health_path)
                    .protocol(Protocol::Http)
                    .interval(30)
                    .timeout(10)
                    .healthy_threshold(2)
                    .unhealthy_threshold(3)
                    .matcher("200"),
            )
            .tags(tags::named(cx, name))
            .add(cx);
        let forward = || {
            let to = ForwardTargetGroup::new().arn(targets.arn());
            ListenerAction::new().kind(ListenerActionType::Forward).forward(Forward::new().target_groups([to]))
        };
        let redirect = || {
            let to = Redirect::new().status_code(RedirectStatus::Permanent).protocol("HTTPS").port("443");
            ListenerAction::new().kind(ListenerActionType::Redirect).redirect(to)
        };
        let listener = |scheme: &str, port: u16| {
            Listener::new(format!("{name}-{scheme}")).load_balancer_arn(balancer.arn()).port(port)
        };
        let mut listeners = Vec::new();
        if let Some(certificate) = self.certificate {
            listeners.push(
                listener("https", 443)
                    .protocol(Protocol::Https)
                    .certificate_arn(certificate.arn())
                    .ssl_policy(TLS)
                    .default_actions([forward()])
                    .tags(tags::named(cx, name))
                    .add(cx),
            );
            let alias = RecordAlias::new().name(balancer.dns_name()).zone_id(balancer.zone_id());
            Record::new(format!("{name}-domain"))
                .zone_id(&certificate.zone_id)
                .name(&certificate.domain)
                .kind(RecordType::A)
                .aliases([alias.evaluate_target_health(true)])
                .add(cx);
        }
        let action = if self.certificate.is_some() { redirect() } else { forward() };
        let http = listener("http", 80).protocol(Protocol::Http).default_actions([action]);
        listeners.push(http.tags(tags::named(cx, name)).add(cx));
        component.outputs(cx, value!({ "dnsName": balancer.dns_name() }));
        let port = self.port;
        LoadBalancer { component, balancer, group, targets, listeners, port, balancer_name: self.balancer_name }
    }
}
