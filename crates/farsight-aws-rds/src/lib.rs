//! The lifecycle of RDS's resource types: subnet groups, parameter groups and instances.

mod instance;
mod parameter_group;
mod rds;
mod subnet_group;

use farsight_aws_client::Aws;
use farsight_provider::{ErasedHandler, erase};
use rds::Rds;
use std::sync::Arc;

/// The lifecycles of all types of this crate, on one connection.
pub fn handlers(aws: &Aws) -> Vec<Arc<dyn ErasedHandler>> {
    let rds = Rds::new(aws);
    vec![
        erase(instance::InstanceHandler { rds: rds.clone() }),
        erase(parameter_group::ParameterGroupHandler { rds: rds.clone() }),
        erase(subnet_group::SubnetGroupHandler { rds }),
    ]
}
