//! Every provider that there is: the one place that knows.

mod aws;
mod http;
mod stacks;

pub use http::Via;
pub use stacks::HTTP;

use crate::context::Context;
use crate::failure::{Failure, Result};
use farsight_aws_client::Aws;
use farsight_engine::{Code, Diagnostic};
use farsight_provider::{Clock, Error, Fault, Registry};
use farsight_random_provider::RandomProvider;
use farsight_sandbox::Sandbox;
use stacks::Stacks;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What a stack's configuration says about AWS.
#[derive(Debug, Default)]
pub struct AwsConfig {
    /// `aws:region`
    pub region: Option<String>,
    /// `aws:profile`
    pub profile: Option<String>,
    /// `aws:endpoint`
    pub endpoint: Option<String>,
    /// `aws:default_tags`
    pub default_tags: BTreeMap<String, String>,
}

/// Connects all providers. With a sandbox nothing but the sandbox is reached, and what checks over HTTP ask. The
/// connection to AWS is given, too, for what is no resource: statistics and logs.
pub async fn registry(
    config: &AwsConfig,
    sandbox: Option<&Sandbox>,
    clock: Arc<dyn Clock>,
    cx: &Context,
    via: Option<Via>,
) -> Result<(Registry, Aws)> {
    let stacks = Stacks::new(cx.state_path()?, cx.project.name.clone(), via);
    let random = RandomProvider::new(&clock);
    let base = aws::settings(config, sandbox);
    let aws = aws::connect(&base, clock.clone()).await.map_err(|error| refused(&error))?;
    let registry = Registry::new()
        .with_connector(Arc::new(aws::Connector { base, clock }))
        .with(aws::provider(&aws))
        .with(Arc::new(random))
        .with(Arc::new(stacks));
    Ok((registry, aws))
}

/// The error of a connection that could not even be tried.
fn refused(error: &Error) -> Failure {
    let code = match error.fault {
        Fault::Credentials => Code::NoCredentials,
        Fault::Unreachable | Fault::Unknown => Code::EndpointDead,
        _ => Code::MissingConfig,
    };
    Diagnostic::error(code, error.to_string())
        .note("nothing was changed")
        .help("set AWS up as for the AWS CLI, or add `--sandbox` to try without an account")
        .into()
}
