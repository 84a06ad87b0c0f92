//! The lifecycle of Secrets Manager's resource types: secrets and their versions.

mod replicas;
mod secret;
mod secret_version;
mod secrets;

use farsight_aws_client::Aws;
use farsight_provider::{ErasedHandler, erase};
use secrets::Secrets;
use std::sync::Arc;

/// The lifecycles of all types of this crate, on one connection.
pub fn handlers(aws: &Aws) -> Vec<Arc<dyn ErasedHandler>> {
    let secrets = Secrets::new(aws);
    vec![
        erase(secret::SecretHandler { secrets: secrets.clone() }),
        erase(secret_version::SecretVersionHandler { secrets }),
    ]
}
