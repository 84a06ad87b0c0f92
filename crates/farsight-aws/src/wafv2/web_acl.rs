//! `aws:wafv2/webAcl:WebAcl`.

use super::{
    CaptchaConfig, CustomResponseBody, DataProtectionConfig, DefaultAction, MonetizationConfig, VisibilityConfig,
    WebAclAssociationConfig, WebAclRule,
};
use farsight::prelude::*;

/// Rules about requests: which pass, which are blocked, counted or asked for proof.
///
/// It does nothing until it is associated with a load balancer or another entrance. One for `CloudFront` is made in
/// `us-east-1`.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(
    resource = "WebAcl",
    token = "aws:wafv2/webAcl:WebAcl",
    import_id = "`id/name/scope`",
    outputs = WebAclOutputs,
)]
pub struct WebAclArgs {
    /// How much of a request's body is looked at.
    pub association_config: Option<WebAclAssociationConfig>,
    /// How long a solved puzzle counts.
    pub captcha_config: Option<CaptchaConfig>,
    /// How long a passed challenge counts.
    pub challenge_config: Option<CaptchaConfig>,
    /// Texts that rules answer with.
    #[prop(set)]
    pub custom_response_bodies: Vec<CustomResponseBody>,
    /// What is kept out of logs and metrics.
    pub data_protection_config: Option<DataProtectionConfig>,
    /// What happens to requests about which no rule decides.
    pub default_action: DefaultAction,
    /// What it is for, at most 256 characters.
    pub description: Option<String>,
    /// How machines pay for requests.
    pub monetization_config: Option<MonetizationConfig>,
    /// The name, unique in its scope, at most 128 letters, digits, `-` and `_`.
    #[prop(replace, auto_name = 128)]
    pub name: String,
    /// The rules; they are asked in the order of their priorities.
    #[prop(set)]
    pub rules: Vec<WebAclRule>,
    /// What it is for.
    #[prop(replace)]
    pub scope: WebAclScope,
    /// Tags.
    pub tags: BTreeMap<String, String>,
    /// More domains for which a proof given at one of them counts.
    #[prop(set)]
    pub token_domains: Vec<String>,
    /// What is measured about requests on which no rule decides.
    pub visibility_config: VisibilityConfig,
}

/// What a web ACL is for.
#[derive(PropEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum WebAclScope {
    /// `CloudFront` distributions.
    #[prop(rename = "CLOUDFRONT")]
    Cloudfront,
    /// Load balancers and other entrances of a region.
    #[prop(rename = "REGIONAL")]
    Regional,
}

/// What a web ACL answers.
#[derive(Outputs, Debug, Clone, PartialEq)]
pub struct WebAclOutputs {
    /// Where programs on web pages find it, if a rule group needs that.
    pub application_integration_url: Option<String>,
    /// Its ARN.
    #[prop(stable)]
    pub arn: String,
    /// The capacity units that its rules take, of 5000.
    pub capacity: i64,
}
