//! Networks: VPCs and what is in them.
//!
//! Property names are Pulumi's. `region` is left out everywhere: a resource is in its provider's region.

mod data;
mod eip;
mod internet_gateway;
mod internet_gateway_attachment;
mod nat_gateway;
mod route;
mod route_table;
mod route_table_association;
mod security_group;
mod security_group_egress_rule;
mod security_group_ingress_rule;
mod subnet;
mod vpc;
mod vpc_endpoint;

pub use data::{PrefixList, availability_zones, prefix_list};
pub use eip::*;
pub use internet_gateway::*;
pub use internet_gateway_attachment::*;
pub use nat_gateway::*;
pub use route::*;
pub use route_table::*;
pub use route_table_association::*;
pub use security_group::*;
pub use security_group_egress_rule::*;
pub use security_group_ingress_rule::*;
pub use subnet::*;
pub use vpc::*;
pub use vpc_endpoint::*;
