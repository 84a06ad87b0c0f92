//! The two services: the API and the Temporal worker, of one image.

use crate::secrets::Secrets;
use crate::settings::Settings;
use farsight::prelude::*;
use farsight_aws::ecs::HealthCheck;
use farsight_components::{
    Cache, Database, Endpoints, FargateCluster, FargateService, FargateServiceBuilder, Image, LoadBalancer, Scaling,
};

/// What both services stand on.
pub struct Ground<'a> {
    pub cluster: &'a FargateCluster,
    pub endpoints: &'a Endpoints,
    pub database: &'a Database,
    pub cache: &'a Cache,
}

/// What says in a log that the database could not be reached.
const DATABASE_ERRORS: &str =
    r#"?OperationalError ?"could not connect to server" ?"connection to server" ?"too many clients""#;

pub fn api(
    cx: &Context,
    settings: &Settings,
    secrets: &Secrets,
    ground: &Ground<'_>,
    balancer: &LoadBalancer,
    image: Image,
) -> farsight::Result<FargateService> {
    let keys = ["OPENAI_API_KEY", "PINECONE_API_KEY", "POSTGRES_PASSWORD", "REDIS_PASSWORD", "API_KEY"];
    let ask = format!("import urllib.request; urllib.request.urlopen('http://localhost:{}/health')", balancer.port);
    let mut health = HealthCheck::shell(format!(r#"python -c "{ask}" || exit 1"#));
    (health.interval, health.timeout, health.retries, health.start_period) = (Some(30), Some(10), Some(3), Some(60));
    common(FargateService::new("api", ground.cluster, image), settings, secrets, ground)
        .service_name(format!("{}-api-server", settings.prefix))
        .container("api-server")
        .secrets(secrets.secret.values_from(keys))
        .health_check(health)
        .behind(balancer)
        .scaling("api-server-cpu-scaling", scaling(10))
        .add(cx)
}

pub fn worker(
    cx: &Context,
    settings: &Settings,
    secrets: &Secrets,
    ground: &Ground<'_>,
    image: Image,
) -> farsight::Result<FargateService> {
    let keys = ["OPENAI_API_KEY", "PINECONE_API_KEY", "POSTGRES_PASSWORD", "REDIS_PASSWORD"];
    common(FargateService::new("worker", ground.cluster, image), settings, secrets, ground)
        .service_name(format!("{}-worker", settings.prefix))
        .container("temporal-worker")
        .command(["python", "-m", "src.temporal.worker"])
        .secrets(secrets.secret.values_from(keys))
        .spot(settings.worker_spot)
        .scaling("worker-cpu-scaling", scaling(5))
        .add(cx)
}

fn scaling(max: i64) -> Scaling {
    Scaling { min: 2, max, cpu_percent: 70.0, in_cooldown: 300, out_cooldown: 60 }
}

/// What both services have in common.
fn common<'a>(
    service: FargateServiceBuilder<'a>,
    settings: &Settings,
    secrets: &Secrets,
    ground: &Ground<'_>,
) -> FargateServiceBuilder<'a> {
    let known = |text: &str| Input::from(text);
    service
        .size(settings.task_cpu, settings.task_memory)
        .tasks(2)
        .environment([
            // Only these two wait for what they name: ports and names are known before.
            ("POSTGRES_HOST", ground.database.host().into()),
            ("REDIS_HOST", ground.cache.host().into()),
            ("POSTGRES_PORT", known(&Database::PORT.to_string())),
            ("POSTGRES_DB_NAME", known("farsight")),
            ("POSTGRES_USER", known("postgres")),
            ("REDIS_PORT", known(&Cache::PORT.to_string())),
            ("TEMPORAL_ADDRESS", known(&settings.temporal_address)),
            ("TEMPORAL_NAMESPACE", known(&settings.temporal_namespace)),
            ("TEMPORAL_TASK_QUEUE", known(&settings.temporal_task_queue)),
            ("PINECONE_INDEX", known(&settings.pinecone_index)),
        ])
        // Tasks read secrets when they start.
        .restart_on("secrets", secrets.secret.version.version_id())
        .after(ground.endpoints)
        .log_days(settings.log_retention_days)
        .keep_data(settings.keep_data)
        .count_in_logs("database-errors", DATABASE_ERRORS, "Tasks cannot reach the database")
}
