//! A Redis cache.

use crate::{Alarm, Graph, Network, access, tags};
use farsight::prelude::*;
use farsight::{Component, Dependency};
use farsight_aws::ec2::SecurityGroup;
use farsight_aws::elasticache::{ReplicationGroup, SubnetGroup};

/// Redis in the private subnets, which only its clients can talk to: over TLS, and with a password.
///
/// A cluster without replication cannot have a password, so this is a replication group, of one node if not told
/// otherwise.
pub struct Cache {
    /// The component.
    pub component: Component,
    /// The nodes.
    pub replication_group: ReplicationGroup,
    /// The group of the nodes.
    pub group: SecurityGroup,
    id: String,
    nodes: i64,
}

/// Declares a [`Cache`].
#[must_use = "a cache is declared only by `.add(cx)`"]
pub struct CacheBuilder<'a> {
    component: farsight::ComponentBuilder,
    name: String,
    network: &'a Network,
    clients: Vec<(String, &'a SecurityGroup)>,
    id: String,
    node_type: String,
    engine_version: String,
    nodes: i64,
    password: Option<Input<String>>,
    snapshot_days: i64,
    final_snapshot: Option<Input<String>>,
    encrypted: bool,
}

impl Cache {
    /// The port that clients connect to.
    pub const PORT: u16 = 6379;

    /// Begins a cache.
    #[track_caller]
    pub fn new(name: impl Into<String>, network: &Network) -> CacheBuilder<'_> {
        let name = name.into();
        CacheBuilder {
            component: Component::new("farsight:components:Cache", &name),
            id: name.clone(),
            name,
            network,
            clients: Vec::new(),
            node_type: "cache.t3.micro".to_owned(),
            engine_version: "7.1".to_owned(),
            nodes: 1,
            password: None,
            snapshot_days: 1,
            final_snapshot: None,
            encrypted: true,
        }
    }

    /// The host that clients connect to.
    pub fn host(&self) -> Output<String> {
        self.replication_group.primary_endpoint_address()
    }

    /// The id of a node, which CloudWatch knows it by: ElastiCache numbers them.
    fn node(&self, number: i64) -> String {
        format!("{}-{number:03}", self.id)
    }

    /// Alarms for what goes wrong with each node. They name nodes by id, so that nobody waits for them.
    pub fn alarms(&self) -> Vec<Alarm> {
        let one = |number: i64| {
            let node = self.node(number);
            let of = move |name: &str, metric: &str| {
                Alarm::new(format!("{node}-{name}"), "AWS/ElastiCache", metric)
                    .dimension("CacheClusterId", node.as_str())
            };
            [
                of("high-cpu", "CPUUtilization").above(80.0).describe("The cache's processors are busy"),
                of("high-memory", "DatabaseMemoryUsagePercentage")
                    .above(80.0)
                    .describe("The cache is nearly full, and begins to forget"),
            ]
        };
        (1..=self.nodes).flat_map(one).collect()
    }

    /// Graphs of processors, memory and evictions.
    pub fn graphs(&self) -> Vec<Graph> {
        let of = |title: &str, metric: &str, statistic: &str| {
            (1..=self.nodes).fold(Graph::new(title), |graph, number| {
                graph.line("AWS/ElastiCache", metric, statistic, [("CacheClusterId", self.node(number))])
            })
        };
        vec![
            of("Cache CPU", "CPUUtilization", "Average"),
            of("Cache memory", "DatabaseMemoryUsagePercentage", "Average"),
            of("Cache evictions", "Evictions", "Sum"),
        ]
    }
}

impl Dependency for Cache {
    fn dependency(&self) -> model::Urn {
        self.component.urn()
    }
}

impl<'a> CacheBuilder<'a> {
    /// Lets a group in; `name` is what it is called in rules.
    pub fn client(mut self, name: impl Into<String>, group: &'a SecurityGroup) -> Self {
        self.clients.push((name.into(), group));
        self
    }

    /// The id, unique in account and region, at most 40 characters; the component's name if not given.
    pub fn id(mut self, id: impl Into<String>) -> Self {
        self.id = id.into();
        self
    }

    /// The class of the nodes; `cache.t3.micro` if not given.
    pub fn node_type(mut self, node_type: impl Into<String>) -> Self {
        self.node_type = node_type.into();
        self
    }

    /// Redis' version; `7.1` if not given.
    pub fn engine_version(mut self, version: impl Into<String>) -> Self {
        self.engine_version = version.into();
        self
    }

    /// How many nodes hold the same data; 1 if not given. With more, one takes over when another fails.
    pub fn nodes(mut self, nodes: i64) -> Self {
        self.nodes = nodes;
        self
    }

    /// The clients' password, 16 to 128 characters. With it clients must speak TLS; without it they must not.
    pub fn password(mut self, password: Option<impl Into<Input<String>>>) -> Self {
        self.password = password.map(Into::into);
        self
    }

    /// Days that automatic snapshots are kept; 1 if not given, 0 for none.
    pub fn snapshot_days(mut self, days: i64) -> Self {
        self.snapshot_days = days;
        self
    }

    /// The name of the snapshot that a delete leaves, which no snapshot may have yet; none is left if not given.
    pub fn final_snapshot(mut self, name: Option<impl Into<Input<String>>>) -> Self {
        self.final_snapshot = name.map(Into::into);
        self
    }

    /// Whether the data is encrypted on disk; true if not given. A change replaces the cache.
    pub fn storage_encrypted(mut self, encrypted: bool) -> Self {
        self.encrypted = encrypted;
        self
    }

    /// Declares the cache.
    #[track_caller]
    pub fn add(self, cx: &Context) -> Cache {
        let component = self.component.add(cx);
        let cx = &component.scope(cx);
        let name = self.name.as_str();
        let group = access::group(cx, name, self.network, "Redis");
        for (client, from) in self.clients {
            access::between(cx, &format!("{client}-to-{name}"), from, &group, Cache::PORT);
        }
        // A group cannot move to another network: its name is not fixed, so that another one can stand beside it.
        let subnets = SubnetGroup::new(name)
            .description("Private subnets")
            .subnet_ids(self.network.private_ids())
            .tags(tags::named(cx, name))
            .replacement_trigger(self.network.vpc.id())
            .add(cx);
        let several = self.nodes > 1;
        let nodes = ReplicationGroup::new(name)
            .replication_group_id(&self.id)
            .description(format!("Redis of {} {}", cx.project(), cx.stack()))
            .engine("redis")
            .engine_version(self.engine_version)
            .node_type(self.node_type)
            .num_cache_clusters(self.nodes)
            .automatic_failover_enabled(several)
            .multi_az_enabled(several)
            .port(Cache::PORT)
            .subnet_group_name(subnets.name())
            .security_group_ids([group.id()])
            .transit_encryption_enabled(self.password.is_some())
            .auth_token(self.password)
            .at_rest_encryption_enabled(self.encrypted)
            .snapshot_retention_limit(self.snapshot_days)
            .final_snapshot_identifier(self.final_snapshot)
            .tags(tags::named(cx, name))
            .add(cx);
        component.outputs(cx, value!({ "host": nodes.primary_endpoint_address() }));
        Cache { component, replication_group: nodes, group, id: self.id, nodes: self.nodes }
    }
}
