//! The lifecycle of ECR's resource types: repositories and their policies; images as a data source.

mod data;
mod ecr;
mod lifecycle_policy;
mod repository;
mod repository_policy;

pub use data::functions;

use ecr::Ecr;
use farsight_aws_client::Aws;
use farsight_provider::{ErasedHandler, erase};
use std::sync::Arc;

/// The lifecycles of all types of this crate, on one connection.
pub fn handlers(aws: &Aws) -> Vec<Arc<dyn ErasedHandler>> {
    let ecr = Ecr::new(aws);
    vec![
        erase(lifecycle_policy::LifecyclePolicyHandler { ecr: ecr.clone() }),
        erase(repository::RepositoryHandler { ecr: ecr.clone() }),
        erase(repository_policy::RepositoryPolicyHandler { ecr }),
    ]
}
