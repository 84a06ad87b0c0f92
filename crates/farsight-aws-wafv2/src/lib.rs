//! The lifecycle of WAF's resource types: web ACLs and what they protect.

mod form;
mod special;
mod waf;
mod web_acl;
mod web_acl_association;

use farsight_aws_client::Aws;
use farsight_provider::{ErasedHandler, erase};
use std::sync::Arc;
use waf::Waf;

/// The lifecycles of all types of this crate, on one connection.
pub fn handlers(aws: &Aws) -> Vec<Arc<dyn ErasedHandler>> {
    let waf = Waf::new(aws);
    vec![
        erase(web_acl::WebAclHandler { waf: waf.clone() }),
        erase(web_acl_association::WebAclAssociationHandler { waf }),
    ]
}
