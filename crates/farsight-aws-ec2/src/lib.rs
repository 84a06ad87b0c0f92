//! The lifecycle of EC2's resource types: networks and what is in them.
//!
//! One file per type. What they share: [`ec2`] (calls, tags), [`describe`] (batched reads), [`rules`] (security group
//! rules), [`targets`] (where routes lead).

mod data;
mod describe;
mod ec2;
mod strays;
mod subnet;
mod vpc;

pub use data::functions;

use ec2::Ec2;
use farsight_aws_client::Aws;
use farsight_provider::{ErasedHandler, erase};
use std::sync::Arc;

/// The lifecycles of all types of this crate, on one connection.
pub fn handlers(aws: &Aws) -> Vec<Arc<dyn ErasedHandler>> {
    let ec2 = Ec2::new(aws);
    vec![
        erase(subnet::SubnetHandler { ec2: ec2.clone() }),
        erase(vpc::VpcHandler { ec2: ec2.clone() }),
    ]
}
