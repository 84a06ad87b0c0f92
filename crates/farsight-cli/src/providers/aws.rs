//! AWS: the services that farsight knows, on one connection.

use super::AwsConfig;
use farsight_aws_client::{Aws, AwsProvider, Settings, StaticCredentials};
use farsight_model::{FromValue, Value};
use farsight_provider::{BoxFuture, Clock, Connect, Error, Fault, Provider, Result};
use farsight_sandbox::Sandbox;
use std::sync::Arc;

/// The region of the sandbox, where none is configured.
const SANDBOX_REGION: &str = "us-east-1";

/// The settings of the stack's own provider: AWS, or the sandbox with credentials that open nothing else.
pub fn settings(config: &AwsConfig, sandbox: Option<&Sandbox>) -> Settings {
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
    settings
}

/// Makes the explicit providers of programs: the stack's settings, with their own on top.
pub struct Connector {
    /// The stack's settings.
    pub base: Settings,
    /// Time and randomness.
    pub clock: Arc<dyn Clock>,
}

impl Connect for Connector {
    fn package(&self) -> &'static str {
        "aws"
    }

    fn connect<'a>(&'a self, settings: &'a Value) -> BoxFuture<'a, Result<Arc<dyn Provider>>> {
        Box::pin(async move {
            let mut own = self.base.clone();
            own.region = said(settings, "region")?.or(own.region);
            // The sandbox is all that its stacks may reach.
            if own.credentials.is_none() {
                own.profile = said(settings, "profile")?.or(own.profile);
                own.endpoint = said(settings, "endpoint")?.or(own.endpoint);
            }
            own.default_tags = said(settings, "defaultTags")?.unwrap_or(own.default_tags);
            connect(&own, self.clock.clone()).await.map(|aws| provider(&aws))
        })
    }
}

/// A setting, if the program gives it.
fn said<T: FromValue>(settings: &Value, name: &str) -> Result<Option<T>> {
    let value = settings.get(name).map(T::from_value).transpose();
    value.map_err(|mismatch| Error::new(Fault::Rejected, format!("`{name}` of an AWS provider: {mismatch}")))
}

/// Connects to AWS, or to what the settings take for it.
pub async fn connect(settings: &Settings, clock: Arc<dyn Clock>) -> Result<Aws> {
    Aws::connect(settings, clock).await
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
