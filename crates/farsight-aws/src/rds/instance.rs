//! `aws:rds/instance:Instance`.

use farsight::prelude::*;

/// A database server.
///
/// A restored instance (from a snapshot or a point in time) keeps the password that it had there until the program's
/// next change of `password`.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(
    resource = "Instance",
    token = "aws:rds/instance:Instance",
    import_id = "instance identifier, in lower case",
    outputs = InstanceOutputs,
    at_most_one("snapshot_identifier", "restore_to_point_in_time", "replicate_source_db"),
)]
pub struct InstanceArgs {
    /// Storage in GiB. It never shrinks, and grows by itself under `max_allocated_storage`: only the program's own
    /// changes count.
    #[prop(ambient)]
    pub allocated_storage: Option<i64>,
    /// Whether `engine_version` may move to another major version.
    #[prop(local, default = false)]
    pub allow_major_version_upgrade: bool,
    /// Whether changes that interrupt service are made at once, and not in the maintenance window. Until then the
    /// instance reads as if they were made.
    #[prop(local, default = false)]
    pub apply_immediately: bool,
    /// Whether AWS installs minor versions in the maintenance window.
    #[prop(default = true)]
    pub auto_minor_version_upgrade: bool,
    /// The zone of an instance that is not Multi-AZ; AWS chooses one if not given.
    #[prop(replace)]
    pub availability_zone: Option<String>,
    /// Days that automated backups are kept, up to 35; 0 for none.
    pub backup_retention_period: Option<i64>,
    /// Where backups are kept: `region`, `outposts`.
    #[prop(replace)]
    pub backup_target: Option<String>,
    /// When backups are made, in UTC, such as `03:00-04:00`; AWS chooses if not given.
    pub backup_window: Option<String>,
    /// The authority of the server's certificate, such as `rds-ca-rsa2048-g1`.
    pub ca_cert_identifier: Option<String>,
    /// The character set, of Oracle and SQL Server.
    #[prop(replace)]
    pub character_set_name: Option<String>,
    /// Whether snapshots get the instance's tags.
    #[prop(default = false)]
    pub copy_tags_to_snapshot: bool,
    /// The instance profile of an RDS Custom instance.
    #[prop(replace)]
    pub custom_iam_instance_profile: Option<String>,
    /// Whether it has a customer-owned address, on Outposts.
    #[prop(default = false)]
    pub customer_owned_ip_enabled: bool,
    /// How much Database Insights shows.
    pub database_insights_mode: Option<DatabaseInsightsMode>,
    /// The database that is made with the instance; what that means depends on the engine.
    #[prop(replace)]
    pub db_name: Option<String>,
    /// The subnet group; the default one if not given.
    #[prop(replace, compare = case_insensitive)]
    pub db_subnet_group_name: Option<String>,
    /// Whether the logs have a volume of their own.
    #[prop(default = false)]
    pub dedicated_log_volume: bool,
    /// Whether automated backups go with the instance.
    #[prop(local, default = true)]
    pub delete_automated_backups: bool,
    /// Whether the instance refuses to be deleted.
    #[prop(default = false)]
    pub deletion_protection: bool,
    /// The Active Directory that the instance joins, by id.
    pub domain: Option<String>,
    /// The secret with the credentials to join a self-managed Active Directory.
    pub domain_auth_secret_arn: Option<String>,
    /// The name servers of a self-managed Active Directory.
    pub domain_dns_ips: Option<Vec<String>>,
    /// The name of a self-managed Active Directory.
    pub domain_fqdn: Option<String>,
    /// The role that joins the Active Directory.
    pub domain_iam_role_name: Option<String>,
    /// The organisational unit in a self-managed Active Directory.
    pub domain_ou: Option<String>,
    /// The logs that go to CloudWatch, such as `postgresql`, `upgrade`.
    #[prop(set)]
    pub enabled_cloudwatch_logs_exports: Vec<String>,
    /// The engine, such as `postgres`; not for a restored instance or a replica.
    #[prop(replace, compare = case_insensitive)]
    pub engine: Option<String>,
    /// Whether the engine's extended support is paid for: `open-source-rds-extended-support`,
    /// `open-source-rds-extended-support-disabled`.
    #[prop(replace)]
    pub engine_lifecycle_support: Option<String>,
    /// The engine's version; `14` is satisfied by any 14.x.
    #[prop(compare = version_prefix)]
    pub engine_version: Option<String>,
    /// The snapshot that a delete leaves. Without a name it is `<identifier>-final-<resource id>`.
    #[prop(local)]
    pub final_snapshot_identifier: Option<String>,
    /// Whether IAM users can log in.
    #[prop(default = false)]
    pub iam_database_authentication_enabled: bool,
    /// The name, unique in account and region, at most 63 letters, digits and hyphens; kept in lower case.
    #[prop(replace, auto_name = 63, compare = case_insensitive)]
    pub identifier: String,
    /// The class, such as `db.t3.medium`.
    pub instance_class: String,
    /// Provisioned operations a second, of the storage types io1, io2 and gp3.
    pub iops: Option<i64>,
    /// ARN of the KMS key that encrypts the storage; AWS's own if not given.
    #[prop(replace)]
    pub kms_key_id: Option<String>,
    /// The licence model, such as `postgresql-license`.
    pub license_model: Option<String>,
    /// When maintenance may happen, in UTC, such as `sun:04:00-sun:05:00`; AWS chooses if not given.
    #[prop(compare = case_insensitive)]
    pub maintenance_window: Option<String>,
    /// Whether RDS makes the master password, keeps it in a secret and rotates it. Not together with `password`.
    #[prop(default = false)]
    pub manage_master_user_password: bool,
    /// The KMS key of that secret; AWS's own if not given.
    pub master_user_secret_kms_key_id: Option<String>,
    /// How far the storage may grow by itself, in GiB; not at all if not given.
    pub max_allocated_storage: Option<i64>,
    /// Seconds between points of enhanced monitoring: 1, 5, 10, 15, 30, 60, or 0 for none.
    #[prop(default = 0)]
    pub monitoring_interval: i64,
    /// The role that writes enhanced monitoring.
    pub monitoring_role_arn: Option<String>,
    /// Whether there is a standby in another zone.
    #[prop(default = false)]
    pub multi_az: bool,
    /// The national character set, of Oracle.
    #[prop(replace)]
    pub nchar_character_set_name: Option<String>,
    /// `IPV4` or `DUAL`.
    #[prop(compare = case_insensitive)]
    pub network_type: Option<String>,
    /// The option group; the engine's default one if not given.
    #[prop(compare = case_insensitive)]
    pub option_group_name: Option<String>,
    /// The parameter group; the engine's default one if not given. A change of static parameters waits for a reboot.
    #[prop(compare = case_insensitive)]
    pub parameter_group_name: Option<String>,
    /// The master user's password.
    #[prop(write_only, secret)]
    pub password: Option<String>,
    /// Whether Performance Insights is on.
    #[prop(default = false)]
    pub performance_insights_enabled: bool,
    /// ARN of the KMS key that encrypts Performance Insights; AWS's own if not given.
    pub performance_insights_kms_key_id: Option<String>,
    /// Days that Performance Insights keeps: 7, a multiple of 31, or 731.
    pub performance_insights_retention_period: Option<i64>,
    /// The port; the engine's own if not given. A change restarts the server.
    pub port: Option<i64>,
    /// Whether it has a public address.
    #[prop(default = false)]
    pub publicly_accessible: bool,
    /// What an Oracle replica can do: `open-read-only`, `mounted`.
    pub replica_mode: Option<String>,
    /// The instance that this one follows. Taken away, the replica is promoted to a server of its own.
    pub replicate_source_db: Option<String>,
    /// Where and when an instance was whose copy is made.
    #[prop(replace, local)]
    pub restore_to_point_in_time: Option<InstanceRestoreToPointInTime>,
    /// Whether a delete leaves no snapshot.
    #[prop(local, default = false)]
    pub skip_final_snapshot: bool,
    /// The snapshot that the instance is made of.
    #[prop(replace, local)]
    pub snapshot_identifier: Option<String>,
    /// Whether the storage is encrypted.
    #[prop(replace, default = false)]
    pub storage_encrypted: bool,
    /// MiB a second, of the storage type gp3.
    pub storage_throughput: Option<i64>,
    /// `gp2`, `gp3`, `io1`, `io2` or `standard`.
    pub storage_type: Option<String>,
    /// Tags.
    pub tags: BTreeMap<String, String>,
    /// The time zone, of SQL Server and Db2.
    #[prop(replace)]
    pub timezone: Option<String>,
    /// The master user's name; not for a restored instance or a replica.
    #[prop(replace)]
    pub username: Option<String>,
    /// The security groups; the VPC's default one if not given.
    #[prop(set)]
    pub vpc_security_group_ids: Option<Vec<String>>,
}

/// How much Database Insights shows.
#[derive(PropEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum DatabaseInsightsMode {
    /// Seven days of the load.
    Standard,
    /// More, for a price; needs Performance Insights for 465 days.
    Advanced,
}

/// A moment of an instance.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct InstanceRestoreToPointInTime {
    /// The moment, as in `2026-01-31T12:00:00Z`.
    pub restore_time: Option<String>,
    /// The replicated automated backups of the instance, by ARN.
    pub source_db_instance_automated_backups_arn: Option<String>,
    /// The instance, by identifier.
    pub source_db_instance_identifier: Option<String>,
    /// The instance, by resource id, also after its deletion.
    pub source_dbi_resource_id: Option<String>,
    /// Whether the latest moment that there is a backup of is meant.
    pub use_latest_restorable_time: Option<bool>,
}

/// An address of an instance's listener.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct InstanceListenerEndpoint {
    /// The host.
    pub address: Option<String>,
    /// The hosted zone of the host's name.
    pub hosted_zone_id: Option<String>,
    /// The port.
    pub port: Option<i64>,
}

/// The secret with the master user's password.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct InstanceMasterUserSecret {
    /// The KMS key that encrypts it.
    pub kms_key_id: Option<String>,
    /// Its ARN.
    pub secret_arn: Option<String>,
    /// `active`, `rotating` or `impaired`.
    pub secret_status: Option<String>,
}

/// What an instance answers.
#[derive(Outputs, Debug, Clone, PartialEq)]
pub struct InstanceOutputs {
    /// The host that clients connect to.
    #[prop(stable)]
    pub address: Option<String>,
    /// Its ARN.
    #[prop(stable)]
    pub arn: String,
    /// Host and port, with a colon between them.
    pub endpoint: Option<String>,
    /// The engine's full version, now.
    pub engine_version_actual: Option<String>,
    /// The hosted zone of the host's name.
    #[prop(stable)]
    pub hosted_zone_id: Option<String>,
    /// The listener of SQL Server.
    pub listener_endpoints: Vec<InstanceListenerEndpoint>,
    /// The secret with a password that RDS manages.
    pub master_user_secrets: Vec<InstanceMasterUserSecret>,
    /// The replicas.
    pub replicas: Vec<String>,
    /// The id that an instance of the same name made anew would not have, such as `db-ABC...`.
    #[prop(stable)]
    pub resource_id: Option<String>,
    /// The service's word for its state.
    pub status: Option<String>,
    /// When it gets upgrades that AWS rolls out: `first`, `second`, `last`.
    pub upgrade_rollout_order: Option<String>,
}
