//! The lifecycle of Route 53's resource types: zones and records; zones as a data source.

mod data;
mod record;
mod record_form;
mod record_id;
mod route53;
mod zone;
mod zone_records;

pub use data::functions;

use farsight_aws_client::Aws;
use farsight_provider::{ErasedHandler, erase};
use route53::Route53;
use std::sync::Arc;

/// The lifecycles of all types of this crate, on one connection.
pub fn handlers(aws: &Aws) -> Vec<Arc<dyn ErasedHandler>> {
    let route53 = Route53::new(aws);
    vec![erase(zone::ZoneHandler { route53: route53.clone() }), erase(record::RecordHandler { route53 })]
}
