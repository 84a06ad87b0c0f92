//! The lifecycle of IAM's resource types: roles, policies, attachments, instance profiles.

mod document;
mod iam;
mod instance_profile;
mod policy;
mod role;
mod role_parts;
mod role_policy;
mod role_policy_attachment;

use farsight_aws_client::Aws;
use farsight_provider::{ErasedHandler, erase};
use iam::Iam;
use std::sync::Arc;

/// The lifecycles of all types of this crate, on one connection.
pub fn handlers(aws: &Aws) -> Vec<Arc<dyn ErasedHandler>> {
    let iam = Iam::new(aws);
    vec![
        erase(instance_profile::InstanceProfileHandler { iam: iam.clone() }),
        erase(policy::PolicyHandler { iam: iam.clone() }),
        erase(role::RoleHandler { iam: iam.clone() }),
        erase(role_policy::RolePolicyHandler { iam: iam.clone() }),
        erase(role_policy_attachment::RolePolicyAttachmentHandler { iam }),
    ]
}
