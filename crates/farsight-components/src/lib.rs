//! Reusable parts of AWS stacks: a network, a database, a cache, services on Fargate, what watches them. Each is a
//! component: one `new(..)`, setters, one `.add(cx)`, and its parts stand below it in plans.
//!
//! ```no_run
//! use farsight::prelude::*;
//! use farsight_components::{Database, FargateCluster, Network};
//!
//! fn main() -> farsight::Exit {
//!     farsight::program(|cx| {
//!         let network = Network::new("main").cidr_block("10.0.0.0/16").add(cx)?;
//!         let cluster = FargateCluster::new("main", &network).add(cx)?;
//!         let password = cx.config().require_secret::<String>("password")?;
//!         let database = Database::new("main", &network, password).client("tasks", &cluster.group).add(cx);
//!         cx.export("databaseHost", database.host());
//!         Ok(())
//!     })
//! }
//! ```
//!
//! They are closed unless told otherwise: security groups let nothing in nor out but what a setter opens, storage and
//! connections are encrypted, and data outlives its stack. Each setter says what its default is.

#![allow(
    clippy::new_ret_no_self,
    clippy::should_implement_trait,
    reason = "every declaration begins with `new` and ends with `add`"
)]

pub mod access;
mod alarms;
mod cache;
mod certificate;
mod dashboard;
mod database;
mod endpoints;
mod fargate_cluster;
mod fargate_service;
mod firewall;
mod json_secret;
mod load_balancer;
mod network;
mod repository;
mod tags;

pub use alarms::{Alarm, Alarms, AlarmsBuilder};
pub use cache::{Cache, CacheBuilder};
pub use certificate::{Certificate, CertificateBuilder};
pub use dashboard::{Dashboard, DashboardBuilder, Graph};
pub use database::{Database, DatabaseBuilder};
pub use endpoints::{Endpoints, EndpointsBuilder};
pub use fargate_cluster::{FargateCluster, FargateClusterBuilder};
pub use fargate_service::{FargateService, FargateServiceBuilder, Scaling};
pub use firewall::{Firewall, FirewallBuilder};
pub use json_secret::{JsonSecret, JsonSecretBuilder};
pub use load_balancer::{LoadBalancer, LoadBalancerBuilder};
pub use network::{Network, NetworkBuilder};
pub use repository::{Image, Repository, RepositoryBuilder};
