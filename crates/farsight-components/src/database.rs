//! A PostgreSQL database.

use crate::{Alarm, Graph, Network, access, tags};
use farsight::prelude::*;
use farsight::{Component, Dependency};
use farsight_aws::ec2::SecurityGroup;
use farsight_aws::rds::{Instance, SubnetGroup};

/// A PostgreSQL server in the private subnets, which only its clients can talk to.
pub struct Database {
    /// The component.
    pub component: Component,
    /// The server.
    pub instance: Instance,
    /// The group of the server.
    pub group: SecurityGroup,
    identifier: String,
    class: String,
    storage: i64,
}

/// Declares a [`Database`].
#[must_use = "a database is declared only by `.add(cx)`"]
pub struct DatabaseBuilder<'a> {
    component: farsight::ComponentBuilder,
    name: String,
    network: &'a Network,
    password: Input<String>,
    clients: Vec<(String, &'a SecurityGroup)>,
    identifier: String,
    engine_version: String,
    class: String,
    storage: i64,
    multi_az: bool,
    backup_days: i64,
    database: Option<String>,
    username: String,
    encrypted: bool,
    deletion_protection: bool,
    keep_data: bool,
    snapshot: Option<String>,
}

impl Database {
    /// The port that clients connect to.
    pub const PORT: u16 = 5432;

    /// Begins a database; the master user has this password.
    #[track_caller]
    pub fn new(name: impl Into<String>, network: &Network, password: impl Into<Input<String>>) -> DatabaseBuilder<'_> {
        let name = name.into();
        DatabaseBuilder {
            component: Component::new("farsight:components:Database", &name),
            identifier: name.clone(),
            name,
            network,
            password: password.into(),
            clients: Vec::new(),
            engine_version: "14".to_owned(),
            class: "db.t3.medium".to_owned(),
            storage: 100,
            multi_az: true,
            backup_days: 7,
            database: None,
            username: "postgres".to_owned(),
            encrypted: true,
            deletion_protection: false,
            keep_data: true,
            snapshot: None,
        }
    }

    /// The host that clients connect to.
    pub fn host(&self) -> Output<String> {
        self.instance.address()
    }

    /// Alarms for what goes wrong with databases. They name the server by its identifier, so that nobody waits for it.
    pub fn alarms(&self) -> Vec<Alarm> {
        let of = |name: &str, metric: &str| {
            Alarm::new(format!("{}-{name}", self.identifier), "AWS/RDS", metric)
                .dimension("DBInstanceIdentifier", self.identifier.as_str())
        };
        vec![
            of("high-cpu", "CPUUtilization").above(80.0).describe("The database's processors are busy"),
            of("low-memory", "FreeableMemory")
                .below(256.0 * 1024.0 * 1024.0)
                .describe("The database has less than 256 MiB of memory left"),
            of("low-storage", "FreeStorageSpace")
                .below(self.storage as f64 * 0.1 * 1024.0 * 1024.0 * 1024.0)
                .describe("The database has less than a tenth of its storage left"),
            of("many-connections", "DatabaseConnections")
                .above(connections(&self.class) * 0.8)
                .describe("The database is near its limit of connections, beyond which it refuses them"),
        ]
    }

    /// Graphs of processors, connections and storage.
    pub fn graphs(&self) -> Vec<Graph> {
        let of = |title: &str, metric: &str| {
            Graph::new(title).line("AWS/RDS", metric, "Average", [("DBInstanceIdentifier", self.identifier.as_str())])
        };
        vec![
            of("Database CPU", "CPUUtilization"),
            of("Database connections", "DatabaseConnections"),
            of("Database free storage", "FreeStorageSpace"),
        ]
    }
}

/// How many connections a class allows: PostgreSQL on RDS takes `DBInstanceClassMemory / 9531392`, at most 5000. The
/// memory that RDS keeps for itself is left out, so the true limit is somewhat lower.
fn connections(class: &str) -> f64 {
    let gib = match class.rsplit('.').next().unwrap_or_default() {
        "micro" => 1.0,
        "small" => 2.0,
        "medium" => 4.0,
        "large" => 8.0,
        _ => 16.0,
    };
    (gib * 1024.0 * 1024.0 * 1024.0 / 9_531_392.0_f64).min(5000.0).floor()
}

impl Dependency for Database {
    fn dependency(&self) -> model::Urn {
        self.component.urn()
    }
}

impl<'a> DatabaseBuilder<'a> {
    /// Lets a group in; `name` is what it is called in rules.
    pub fn client(mut self, name: impl Into<String>, group: &'a SecurityGroup) -> Self {
        self.clients.push((name.into(), group));
        self
    }

    /// The server's name, unique in account and region; the component's if not given.
    pub fn identifier(mut self, identifier: impl Into<String>) -> Self {
        self.identifier = identifier.into();
        self
    }

    /// PostgreSQL's version; `14` if not given, where AWS picks the minor one.
    pub fn engine_version(mut self, version: impl Into<String>) -> Self {
        self.engine_version = version.into();
        self
    }

    /// The server's class; `db.t3.medium` if not given.
    pub fn instance_class(mut self, class: impl Into<String>) -> Self {
        self.class = class.into();
        self
    }

    /// Storage in GiB, which never shrinks; 100 if not given.
    pub fn storage(mut self, gib: i64) -> Self {
        self.storage = gib;
        self
    }

    /// Whether there is a standby in another zone; true if not given.
    pub fn multi_az(mut self, standby: bool) -> Self {
        self.multi_az = standby;
        self
    }

    /// Days that automated backups are kept; 7 if not given.
    pub fn backup_days(mut self, days: i64) -> Self {
        self.backup_days = days;
        self
    }

    /// The database that is made on the server; only PostgreSQL's own if not given.
    pub fn database(mut self, name: impl Into<String>) -> Self {
        self.database = Some(name.into());
        self
    }

    /// The master user; `postgres` if not given.
    pub fn username(mut self, name: impl Into<String>) -> Self {
        self.username = name.into();
        self
    }

    /// Whether the storage is encrypted; true if not given. A change replaces the server.
    pub fn storage_encrypted(mut self, encrypted: bool) -> Self {
        self.encrypted = encrypted;
        self
    }

    /// Whether AWS refuses to delete the server; false if not given.
    pub fn deletion_protection(mut self, protected: bool) -> Self {
        self.deletion_protection = protected;
        self
    }

    /// Whether a delete leaves a snapshot, and the automated backups for their time; true if not given.
    pub fn keep_data(mut self, keep: bool) -> Self {
        self.keep_data = keep;
        self
    }

    /// The snapshot that a new server is made of.
    pub fn snapshot(mut self, snapshot: Option<String>) -> Self {
        self.snapshot = snapshot;
        self
    }

    /// Declares the database.
    #[track_caller]
    pub fn add(self, cx: &Context) -> Database {
        let component = self.component.add(cx);
        let cx = &component.scope(cx);
        let name = self.name.as_str();
        let group = access::group(cx, name, self.network, "PostgreSQL");
        for (client, from) in self.clients {
            access::between(cx, &format!("{client}-to-{name}"), from, &group, Database::PORT);
        }
        // A group cannot move to another network: its name is not fixed, so that another one can stand beside it.
        let subnets = SubnetGroup::new(name)
            .description("Private subnets")
            .subnet_ids(self.network.private_ids())
            .tags(tags::named(cx, name))
            .replacement_trigger(self.network.vpc.id())
            .add(cx);
        let restored = self.snapshot.is_some();
        let instance = Instance::new(name)
            .identifier(&self.identifier)
            .engine("postgres")
            .engine_version(self.engine_version)
            .instance_class(&self.class)
            .allocated_storage(self.storage)
            .storage_type("gp3")
            .storage_encrypted(self.encrypted)
            .multi_az(self.multi_az)
            .db_name(self.database.filter(|_| !restored))
            .username((!restored).then_some(self.username))
            .password(self.password)
            .snapshot_identifier(self.snapshot)
            .db_subnet_group_name(subnets.name())
            .vpc_security_group_ids([group.id()])
            .publicly_accessible(false)
            .port(Database::PORT)
            .backup_retention_period(self.backup_days)
            .copy_tags_to_snapshot(true)
            .delete_automated_backups(!self.keep_data)
            .skip_final_snapshot(!self.keep_data)
            .deletion_protection(self.deletion_protection)
            .tags(tags::named(cx, name))
            .add(cx);
        component.outputs(cx, value!({ "host": instance.address() }));
        Database { component, instance, group, identifier: self.identifier, class: self.class, storage: self.storage }
    }
}
