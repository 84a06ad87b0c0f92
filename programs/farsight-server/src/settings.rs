//! The configuration, all of it optional.
//!
//! What is where:
//!
//! | key | default | what it is |
//! |---|---|---|
//! | `region` | of the AWS configuration | the region, the same as `aws:region` |
//! | `prefix` | `farsight` | what every name in the account begins with; another one for a second stack |
//! | `vpc_cidr` | `10.0.0.0/16` | the network's addresses, at least a /24 |
//! | `zones` | `2` | in how many availability zones there are subnets, at most 8 |
//! | `nat_per_zone` | `false` | a NAT gateway in each zone instead of one for all |
//! | `db_instance_class` | `db.t3.medium` | the database's class |
//! | `db_engine_version` | `14` | PostgreSQL's version |
//! | `db_storage` | `100` | the database's storage in GiB |
//! | `db_multi_az` | `true` | whether the database has a standby in another zone |
//! | `db_backup_days` | `7` | days that backups are kept |
//! | `db_snapshot` | none | the snapshot that a new database is made of; give its password as `postgres_password` |
//! | `redis_node_type` | `cache.t3.micro` | the cache's class |
//! | `ecr_repo_name` | `<prefix>-server` | the repository for images |
//! | `image_tag` | `latest` | the image that runs |
//! | `cluster_name` | `<prefix>-cluster` | the ECS cluster |
//! | `task_cpu`, `task_memory` | `512`, `1024` | the size of a task, in CPU units and MiB |
//! | `worker_spot` | `false` | whether workers run on Fargate Spot |
//! | `temporal_address` | `localhost:7233` | where the Temporal server is |
//! | `temporal_cidr` | `0.0.0.0/0` | the addresses among which it is |
//! | `temporal_namespace`, `temporal_task_queue` | `default`, `orchestrator-task-queue` | what workers do there |
//! | `pinecone_index` | `default-index` | the index in Pinecone |
//! | `certificate_domain` | none | the API's domain, for HTTPS; HTTP is sent there, too |
//! | `hosted_zone` | the domain without its first part | the public zone of Route 53 that the domain is in |
//! | `waf` | `false` | whether a web application firewall stands in front of the API |
//! | `alarm_email` | nobody | who gets a mail when something goes wrong |
//! | `log_retention_days` | `731` | how long logs are kept |
//!
//! Secrets, set with `farsight config set --secret KEY`:
//!
//! | key | default | what it is |
//! |---|---|---|
//! | `openai_api_key`, `pinecone_api_key` | none | keys of other services; tasks start without those that are not set |
//! | `api_key` | random | what clients of the API show |
//! | `postgres_password`, `redis_password` | random | passwords of database and cache |
//! | `secret_name` | `<prefix>/server-secrets` | the secret that tasks read all these from |
//! | `secret_import` | none | the ARN of such a secret that exists already, to be adopted |
//!
//! Each of these relaxes one thing that is safe without it:
//!
//! | key | default | otherwise |
//! |---|---|---|
//! | `keep_data` | `true` | `farsight down` also deletes images and logs, and leaves no snapshots and no secret to restore |
//! | `deletion_protection` | `true` in a stack named `prod` or `production` | AWS lets database and load balancer be deleted |
//! | `storage_encrypted` | `true` | database and cache are in clear on disk |
//! | `redis_tls` | `true` | the cache has no password, and clients must not speak TLS to it |
//! | `internet_egress` | `true` | with `false`, tasks reach nothing but services of AWS and Temporal |
//! | `container_insights` | `true` | there are no metrics of running tasks, and the alarms on them stay silent |
//! | `immutable_tags` | `false` | with `true`, a tag can never be given to another image, `latest` included |

use farsight::prelude::*;

/// Every key, read.
pub struct Settings {
    pub prefix: String,
    pub vpc_cidr: String,
    pub zones: usize,
    pub nat_per_zone: bool,
    pub db_instance_class: String,
    pub db_engine_version: String,
    pub db_storage: i64,
    pub db_multi_az: bool,
    pub db_backup_days: i64,
    pub db_snapshot: Option<String>,
    pub redis_node_type: String,
    pub redis_tls: bool,
    pub ecr_repo_name: String,
    pub immutable_tags: bool,
    pub image_tag: String,
    pub cluster_name: String,
    pub container_insights: bool,
    pub task_cpu: u32,
    pub task_memory: u32,
    pub worker_spot: bool,
    pub temporal_address: String,
    pub temporal_cidr: String,
    pub temporal_namespace: String,
    pub temporal_task_queue: String,
    pub pinecone_index: String,
    pub internet_egress: bool,
    pub certificate_domain: Option<String>,
    pub hosted_zone: Option<String>,
    pub waf: bool,
    pub alarm_email: Option<String>,
    pub log_retention_days: i64,
    pub secret_name: String,
    pub secret_import: Option<String>,
    pub keep_data: bool,
    pub deletion_protection: bool,
    pub storage_encrypted: bool,
}

/// Where Temporal's own tools look for a server.
const NO_TEMPORAL: &str = "localhost:7233";

impl Settings {
    pub fn read(cx: &Context) -> farsight::Result<Self> {
        let config = cx.config();
        let prefix = config.or("prefix", "farsight");
        // `Farsight.toml` makes it the provider's region; where that line is missing, this one is.
        if let Some(region) = config.get::<String>("region")? {
            let actual = farsight_aws::region(cx)?;
            if region != actual {
                return Err(farsight::Error::config(format!(
                    "`region` is `{region}`, but AWS is reached in `{actual}`: set `aws:region`"
                )));
            }
        }
        if config.get::<String>("temporal_address")?.is_none() {
            cx.log(format!("`temporal_address` is not set: tasks look for Temporal at `{NO_TEMPORAL}` and find none"));
        }
        Ok(Self {
            vpc_cidr: config.or("vpc_cidr", "10.0.0.0/16"),
            zones: config.or("zones", 2_usize),
            nat_per_zone: config.or("nat_per_zone", false),
            db_instance_class: config.or("db_instance_class", "db.t3.medium"),
            db_engine_version: config.or("db_engine_version", "14"),
            db_storage: config.or("db_storage", 100_i64),
            db_multi_az: config.or("db_multi_az", true),
            db_backup_days: config.or("db_backup_days", 7_i64),
            db_snapshot: config.get("db_snapshot")?,
            redis_node_type: config.or("redis_node_type", "cache.t3.micro"),
            redis_tls: config.or("redis_tls", true),
            ecr_repo_name: config.or("ecr_repo_name", format!("{prefix}-server")),
            immutable_tags: config.or("immutable_tags", false),
            image_tag: config.or("image_tag", "latest"),
            cluster_name: config.or("cluster_name", format!("{prefix}-cluster")),
            container_insights: config.or("container_insights", true),
            task_cpu: config.or("task_cpu", 512_u32),
            task_memory: config.or("task_memory", 1024_u32),
            worker_spot: config.or("worker_spot", false),
            temporal_address: config.or("temporal_address", NO_TEMPORAL),
            temporal_cidr: config.or("temporal_cidr", "0.0.0.0/0"),
            temporal_namespace: config.or("temporal_namespace", "default"),
            temporal_task_queue: config.or("temporal_task_queue", "orchestrator-task-queue"),
            pinecone_index: config.or("pinecone_index", "default-index"),
            internet_egress: config.or("internet_egress", true),
            certificate_domain: config.get("certificate_domain")?,
            hosted_zone: config.get("hosted_zone")?,
            waf: config.or("waf", false),
            alarm_email: config.get("alarm_email")?,
            log_retention_days: config.or("log_retention_days", 731_i64),
            secret_name: config.or("secret_name", format!("{prefix}/server-secrets")),
            secret_import: config.get("secret_import")?,
            keep_data: config.or("keep_data", true),
            deletion_protection: config.or("deletion_protection", matches!(cx.stack(), "prod" | "production")),
            storage_encrypted: config.or("storage_encrypted", true),
            prefix,
        })
    }

    /// The port of the Temporal server.
    #[track_caller]
    pub fn temporal_port(&self) -> farsight::Result<u16> {
        let port = self.temporal_address.rsplit_once(':').and_then(|(_, port)| port.parse().ok());
        match port {
            Some(port) => Ok(port),
            None => Err(farsight::Error::config(format!(
                "`temporal_address` is `{}`, but must be HOST:PORT, such as temporal.example.com:7233",
                self.temporal_address
            ))),
        }
    }
}
