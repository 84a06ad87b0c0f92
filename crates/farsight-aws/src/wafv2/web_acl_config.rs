//! What a web ACL has beside its rules.

use super::{AllowAction, BlockAction};
use farsight::prelude::*;

/// What happens to requests about which no rule decides: one of the two.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct DefaultAction {
    /// They pass.
    pub allow: Option<AllowAction>,
    /// They are blocked.
    pub block: Option<BlockAction>,
}

/// What is measured about requests.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct VisibilityConfig {
    /// Whether they are counted in `CloudWatch`.
    pub cloudwatch_metrics_enabled: bool,
    /// The name of the metric.
    pub metric_name: String,
    /// Whether some of them can be looked at.
    pub sampled_requests_enabled: bool,
}

/// A text that rules answer with.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct CustomResponseBody {
    /// The text.
    pub content: String,
    /// `TEXT_PLAIN`, `TEXT_HTML` or `APPLICATION_JSON`.
    pub content_type: String,
    /// The name that rules call it by.
    pub key: String,
}

/// How long a solved puzzle or a passed challenge counts.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct CaptchaConfig {
    /// The time.
    pub immunity_time_property: Option<ImmunityTime>,
}

/// How long a proof counts.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct ImmunityTime {
    /// Seconds, from 60 to 259200.
    #[prop(default = 300)]
    pub immunity_time: i64,
}

/// How much of a request's body is looked at.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct WebAclAssociationConfig {
    /// By the kind of what is protected, one block.
    pub request_bodies: Vec<RequestBodies>,
}

/// How much of a request's body is looked at, by the kind of what is protected. Load balancers always have 8 KB.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct RequestBodies {
    /// APIs of API Gateway.
    pub api_gateway: Option<RequestBody>,
    /// Services of App Runner.
    pub app_runner_service: Option<RequestBody>,
    /// Distributions.
    pub cloudfront: Option<RequestBody>,
    /// User pools.
    pub cognito_user_pool: Option<RequestBody>,
    /// Instances of Verified Access.
    pub verified_access_instance: Option<RequestBody>,
}

/// How much of a request's body is looked at.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct RequestBody {
    /// `KB_16`, `KB_32`, `KB_48` or `KB_64`.
    pub default_size_inspection_limit: String,
}

/// What is kept out of logs and metrics.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct DataProtectionConfig {
    /// The parts of requests.
    pub data_protections: Vec<DataProtection>,
}

/// A part of requests that is kept out of logs and metrics.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct DataProtection {
    /// Whether it is replaced by its hash (`HASH`) or by a word (`SUBSTITUTION`).
    pub action: String,
    /// Whether it still shows in the details of rules that count requests.
    #[prop(default = false)]
    pub exclude_rate_based_details: bool,
    /// Whether it still shows in the details of rules that match.
    #[prop(default = false)]
    pub exclude_rule_match_details: bool,
    /// The part.
    pub field: ProtectedField,
}

/// A part of requests.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct ProtectedField {
    /// Which headers, cookies or arguments; all of the kind if not given.
    #[prop(set)]
    pub field_keys: Vec<String>,
    /// `SINGLE_HEADER`, `SINGLE_COOKIE`, `SINGLE_QUERY_ARGUMENT`, `QUERY_STRING` or `BODY`.
    pub field_type: String,
}

/// How machines pay for requests.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct MonetizationConfig {
    /// Where the money goes.
    pub crypto_config: Option<CryptoConfig>,
    /// `REAL` or `TEST`.
    pub currency_mode: Option<String>,
}

/// Where the money goes.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct CryptoConfig {
    /// The wallets.
    pub payment_networks: Vec<PaymentNetwork>,
}

/// A wallet and what a request costs there.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct PaymentNetwork {
    /// The chain, such as `BASE` or `SOLANA`.
    pub chain: String,
    /// What a request costs.
    pub prices: Price,
    /// The wallet.
    pub wallet_address: String,
}

/// What a request costs.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct Price {
    /// The amount, such as `0.001`.
    pub amount: String,
    /// The currency, such as `USDC`.
    pub currency: String,
}
