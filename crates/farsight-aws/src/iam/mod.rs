//! Identity and Access Management.

mod instance_profile;
mod policy;
mod policy_document;
mod role;
mod role_policy;
mod role_policy_attachment;

pub use instance_profile::*;
pub use policy::*;
pub use policy_document::*;
pub use role::*;
pub use role_policy::*;
pub use role_policy_attachment::*;
