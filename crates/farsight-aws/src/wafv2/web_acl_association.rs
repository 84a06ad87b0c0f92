//! `aws:wafv2/webAclAssociation:WebAclAssociation`.

use farsight::prelude::*;

/// Puts a web ACL before a load balancer or another entrance, which has at most one.
///
/// Another web ACL takes the place of the first without a gap.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(
    resource = "WebAclAssociation",
    token = "aws:wafv2/webAclAssociation:WebAclAssociation",
    import_id = "ARN of the protected resource",
    outputs = WebAclAssociationOutputs,
)]
pub struct WebAclAssociationArgs {
    /// What is protected, by ARN, such as that of a load balancer; for `CloudFront` the distribution names its web ACL.
    #[prop(replace)]
    pub resource_arn: String,
    /// The web ACL, by ARN.
    pub web_acl_arn: String,
}

/// What an association answers.
#[derive(Outputs, Debug, Clone, PartialEq)]
pub struct WebAclAssociationOutputs {}
