//! The farsight server on AWS: an API behind a load balancer and a Temporal worker, both on Fargate, with PostgreSQL and
//! Redis, in a network of their own, with the secrets, roles, logs, alarms and graphs that they need.
//!
//! `settings` lists every configuration key. All are optional.

mod checks;
mod docker;
mod secrets;
mod services;
mod settings;
#[cfg(test)]
mod tests;

use farsight::prelude::*;
use farsight_components::{
    Alarms, Cache, Certificate, Dashboard, Database, Endpoints, FargateCluster, Firewall, LoadBalancer, Network,
    Repository, access,
};
use farsight_random::RandomId;
use settings::Settings;

fn main() -> farsight::Exit {
    farsight::program(declare)
}

/// Where the API listens.
const API_PORT: u16 = 8000;

/// Declares everything; the order is that of reading, the engine finds its own.
fn declare(cx: &Context) -> farsight::Result<()> {
    let settings = Settings::read(cx)?;
    let named = |what: &str| format!("{}-{what}", settings.prefix);

    let network = Network::new("main")
        .cidr_block(&settings.vpc_cidr)
        .zones(settings.zones)
        .nat_per_zone(settings.nat_per_zone)
        .add(cx)?;
    let repository = Repository::new("server")
        .repository_name(&settings.ecr_repo_name)
        .immutable_tags(settings.immutable_tags)
        .keep_data(settings.keep_data)
        .add(cx);
    let secrets = secrets::declare(cx, &settings)?;

    let cluster = FargateCluster::new("tasks", &network)
        .cluster_name(&settings.cluster_name)
        .container_insights(settings.container_insights)
        .spot(settings.worker_spot)
        .role_names("ecsTaskExecutionRole", "ecsTaskRole")
        .read_secret(secrets.secret.arn())
        .pull_from(repository.repository.arn())
        .add(cx)?;
    let endpoints = Endpoints::new("endpoints", &network).client("tasks", &cluster.group).add(cx)?;
    let temporal_port = settings.temporal_port()?;
    access::to_range(cx, "tasks-to-temporal", &cluster.group, &settings.temporal_cidr, temporal_port);
    if settings.internet_egress {
        access::to_range(cx, "tasks-to-internet", &cluster.group, access::ANYWHERE, 443);
    }

    let database = Database::new("database", &network, &secrets.postgres_password)
        .client("tasks", &cluster.group)
        .identifier(named("postgres"))
        .engine_version(&settings.db_engine_version)
        .instance_class(&settings.db_instance_class)
        .storage(settings.db_storage)
        .multi_az(settings.db_multi_az)
        .backup_days(settings.db_backup_days)
        .database("farsight")
        .storage_encrypted(settings.storage_encrypted)
        .deletion_protection(settings.deletion_protection)
        .keep_data(settings.keep_data)
        .snapshot(settings.db_snapshot.clone())
        .add(cx);
    // Each cache leaves a snapshot of another name: it changes with what replaces the cache.
    let life = RandomId::new("cache-life")
        .byte_length(4)
        .keepers([("network", network.vpc.id()), ("encrypted", Output::new(settings.storage_encrypted.to_string()))])
        .add(cx);
    let cache = Cache::new("cache", &network)
        .client("tasks", &cluster.group)
        .id(named("redis"))
        .node_type(&settings.redis_node_type)
        .password(secrets.redis_password.as_ref())
        .storage_encrypted(settings.storage_encrypted)
        .snapshot_days(i64::from(settings.keep_data))
        .final_snapshot(settings.keep_data.then(|| output!("{}-final-{}", named("redis"), life.hex())))
        .add(cx);
    let certificate = match &settings.certificate_domain {
        Some(domain) => Some(Certificate::new("api", domain).zone(settings.hosted_zone.clone()).add(cx)?),
        None => None,
    };
    let balancer = LoadBalancer::new("alb", &network, &cluster.group, API_PORT)
        .balancer_name(named("alb"))
        .targets_name(named("api-tg"))
        .health_path("/health")
        .deletion_protection(settings.deletion_protection)
        .https(certificate.as_ref())
        .add(cx);
    if settings.waf {
        Firewall::new("waf", &balancer).acl_name(named("waf")).add(cx);
    }

    let image = repository.image(cx, &settings.image_tag)?;
    if !image.exists {
        cx.log(format!(
            "there is no image `{}:{}` yet: services are registered, and wait for it; the outputs say how to push one",
            settings.ecr_repo_name, settings.image_tag
        ));
    }
    let ground = services::Ground { cluster: &cluster, endpoints: &endpoints, database: &database, cache: &cache };
    let api = services::api(cx, &settings, &secrets, &ground, &balancer, image.clone())?;
    let worker = services::worker(cx, &settings, &secrets, &ground, image)?;

    let alarms = Alarms::new("alarms")
        .topic_name(named("alarms"))
        .email(settings.alarm_email.clone())
        .watch(api.alarms())
        .watch(worker.alarms())
        .watch(balancer.alarms())
        .watch(database.alarms())
        .watch(cache.alarms())
        .add(cx);
    Dashboard::new("dashboard")
        .dashboard_name(&settings.prefix)
        .alarms(&alarms.alarms)
        .graphs(api.graphs("API"))
        .graphs(worker.graphs("Worker"))
        .graphs(balancer.graphs())
        .graphs(database.graphs())
        .graphs(cache.graphs())
        .add(cx)?;

    let url = match &settings.certificate_domain {
        Some(domain) => Output::new(format!("https://{domain}")),
        None => output!("http://{}", balancer.balancer.dns_name()),
    };
    checks::declare(cx, &url, &balancer, [("api", &api), ("worker", &worker)], &alarms);

    cx.export("LoadBalancerDNS", balancer.balancer.dns_name());
    cx.export("url", &url);
    cx.export("ECRRepositoryURI", repository.repository.repository_url());
    docker::export(cx, &settings, &repository)?;
    cx.export("vpcId", network.vpc.id());
    cx.export("publicSubnetIds", network.public_ids());
    cx.export("privateSubnetIds", network.private_ids());
    cx.export("natPublicIps", network.addresses.iter().map(|address| address.public_ip()).collect::<Vec<_>>());
    cx.export("clusterName", cluster.cluster.name());
    cx.export("apiService", api.service.name());
    cx.export("workerService", worker.service.name());
    cx.export("apiLogGroup", api.logs.name());
    cx.export("workerLogGroup", worker.logs.name());
    cx.export("databaseHost", database.host());
    cx.export("cacheHost", cache.host());
    cx.export("secretArn", secrets.secret.arn());
    cx.export("alarmTopicArn", alarms.topic.arn());
    Ok(())
}
