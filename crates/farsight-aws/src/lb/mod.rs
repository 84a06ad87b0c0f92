//! Elastic Load Balancing v2: application, network and gateway load balancers.

mod action;
mod listener;
mod listener_rule;
mod load_balancer;
mod target_group;

pub use action::*;
pub use listener::*;
pub use listener_rule::*;
pub use load_balancer::*;
pub use target_group::*;
