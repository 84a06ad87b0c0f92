//! AWS: the services that farsight knows, on one connection.

use super::AwsConfig;
use farsight_aws_client::{Aws, AwsProvider, Settings, StaticCredentials};
use farsight_provider::{Clock, Provider, Result};
use farsight_sandbox::Sandbox;
use std::sync::Arc;

/// The region of the sandbox, where none is configured.
const SANDBOX_REGION: &str = "us-east-1";

/// Connects to AWS, or to the sandbox with credentials that open nothing else.
pub async fn connect(config: &AwsConfig, sandbox: Option<&Sandbox>, clock: Arc<dyn Clock>) -> Result<Aws> {
    let mut settings = Settings {
        region: config.region.clone(),
        profile: config.profile.clone(),
        endpoint: config.endpoint.clone(),
        default_tags: config.default_tags.clone(),
        credentials: None,
    };
    if let Some(sandbox) = sandbox {
        let variable = |name: &str| sandbox.env().into_iter().find(|(known, _)| known == name).map(|(_, value)| value);
        settings.region.get_or_insert_with(|| SANDBOX_REGION.to_owned());
        settings.profile = None;
        settings.endpoint = Some(sandbox.endpoint().to_owned());
        settings.credentials = Some(StaticCredentials {
            access_key_id: variable("AWS_ACCESS_KEY_ID").unwrap_or_default(),
            secret_access_key: variable("AWS_SECRET_ACCESS_KEY").unwrap_or_default(),
        });
    }
    Aws::connect(&settings, clock).await
}

/// Every type, data source and check of AWS, on one connection.
pub fn provider(aws: &Aws) -> Arc<dyn Provider> {
    Arc::new(
        AwsProvider::new(aws.clone())
            .with_handlers(farsight_aws_ec2::handlers(aws))
            .with_functions(farsight_aws_ec2::functions(aws))
            .with_handlers(farsight_aws_iam::handlers(aws))
            .with_handlers(farsight_aws_logs::handlers(aws))
            .with_handlers(farsight_aws_rds::handlers(aws))
            .with_handlers(farsight_aws_elasticache::handlers(aws))
            .with_handlers(farsight_aws_ecs::handlers(aws))
            .with_handlers(farsight_aws_ecr::handlers(aws))
            .with_handlers(farsight_aws_secretsmanager::handlers(aws))
            .with_handlers(farsight_aws_elbv2::handlers(aws))
            .with_handlers(farsight_aws_autoscaling::handlers(aws))
            .with_handlers(farsight_aws_cloudwatch::handlers(aws))
            .with_handlers(farsight_aws_sns::handlers(aws))
            .with_handlers(farsight_aws_acm::handlers(aws))
            .with_handlers(farsight_aws_route53::handlers(aws))
            .with_functions(farsight_aws_route53::functions(aws))
            .with_handlers(farsight_aws_wafv2::handlers(aws))
            .with_functions(farsight_aws_ecr::functions(aws))
            .with_probes(farsight_aws_ecs::probes(aws))
            .with_probes(farsight_aws_elbv2::probes(aws))
            .with_probes(farsight_aws_cloudwatch::probes(aws))
            .with_probes(farsight_aws_logs::probes(aws)),
    )
}
