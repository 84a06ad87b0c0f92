//! Rule groups: of AWS, of other vendors, of one's own.

use super::{NestedStatement, RuleAction};
use farsight::prelude::*;

/// A rule group of AWS or another vendor.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct ManagedRuleGroupStatement {
    /// What the group needs to know, a block for each part.
    #[prop(set)]
    pub managed_rule_group_configs: Vec<ManagedRuleGroupConfig>,
    /// The name, such as `AWSManagedRulesCommonRuleSet`.
    pub name: String,
    /// Rules of the group that do something else.
    #[prop(set)]
    pub rule_action_overrides: Vec<RuleActionOverride>,
    /// Which requests the group is asked about; all if not given.
    pub scope_down_statement: Option<NestedStatement>,
    /// The vendor, such as `AWS`.
    pub vendor_name: String,
    /// The version; the vendor's default if not given.
    pub version: Option<String>,
}

/// A rule group of one's own.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct RuleGroupReferenceStatement {
    /// The group, by ARN.
    pub arn: String,
    /// Rules of the group that only count.
    #[prop(set)]
    pub excluded_rules: Vec<ExcludedRule>,
    /// Rules of the group that do something else.
    #[prop(set)]
    pub rule_action_overrides: Vec<RuleActionOverride>,
}

/// A rule that only counts.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct ExcludedRule {
    /// Its name.
    pub name: String,
}

/// A rule of a group that does something else.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct RuleActionOverride {
    /// What it does.
    pub action_to_use: RuleAction,
    /// Its name.
    pub name: String,
}

/// What a group needs to know: one of these.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct ManagedRuleGroupConfig {
    /// For the group against faked accounts.
    pub aws_managed_rules_acfp_rule_set: Option<AcfpRuleSet>,
    /// For the group against floods of requests.
    pub aws_managed_rules_anti_ddos_rule_set: Option<AntiDdosRuleSet>,
    /// For the group against stolen accounts.
    pub aws_managed_rules_atp_rule_set: Option<AtpRuleSet>,
    /// For the group against bots.
    pub aws_managed_rules_bot_control_rule_set: Option<BotControlRuleSet>,
    /// The path of the sign-in page, in the older form.
    pub login_path: Option<String>,
    /// The field of the password, in the older form.
    pub password_field: Option<FieldIdentifier>,
    /// The form of the sign-in, in the older form: `JSON` or `FORM_ENCODED`.
    pub payload_type: Option<String>,
    /// The field of the user's name, in the older form.
    pub username_field: Option<FieldIdentifier>,
}

/// For the group against bots.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct BotControlRuleSet {
    /// Whether it learns what is normal; only at the level `TARGETED`.
    #[prop(default = true)]
    pub enable_machine_learning: bool,
    /// `COMMON` or `TARGETED`.
    pub inspection_level: String,
}

/// For the group against stolen accounts.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct AtpRuleSet {
    /// Whether the path is a regular expression.
    #[prop(default = false)]
    pub enable_regex_in_path: bool,
    /// The path of the sign-in.
    pub login_path: String,
    /// What a sign-in looks like.
    pub request_inspection: Option<RequestInspection>,
    /// What its answers look like; only for `CloudFront`.
    pub response_inspection: Option<ResponseInspection>,
}

/// For the group against faked accounts.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct AcfpRuleSet {
    /// The path that makes an account.
    pub creation_path: String,
    /// Whether the paths are regular expressions.
    #[prop(default = false)]
    pub enable_regex_in_path: bool,
    /// The path of the page with the form.
    pub registration_page_path: String,
    /// What the request for an account looks like.
    pub request_inspection: Option<AccountInspection>,
    /// What its answers look like; only for `CloudFront`.
    pub response_inspection: Option<ResponseInspection>,
}

/// For the group against floods of requests.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct AntiDdosRuleSet {
    /// What browsers must prove.
    pub client_side_action_config: ClientSideActionConfig,
    /// From which suspicion on requests are blocked: `LOW`, `MEDIUM` or `HIGH`.
    #[prop(default = "LOW")]
    pub sensitivity_to_block: String,
}

/// What browsers must prove.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct ClientSideActionConfig {
    /// The challenge.
    pub challenge: ClientSideChallenge,
}

/// The challenge of browsers.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct ClientSideChallenge {
    /// Paths that need none, since what asks for them cannot take one.
    pub exempt_uri_regular_expressions: Vec<ExemptUri>,
    /// From which suspicion on: `LOW`, `MEDIUM` or `HIGH`.
    #[prop(default = "HIGH")]
    pub sensitivity: String,
    /// `ENABLED` or `DISABLED`.
    pub usage_of_action: String,
}

/// A path that needs no challenge.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct ExemptUri {
    /// A regular expression.
    pub regex_string: Option<String>,
}

/// What a sign-in looks like.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct RequestInspection {
    /// The field of the password.
    pub password_field: FieldIdentifier,
    /// `JSON` or `FORM_ENCODED`.
    pub payload_type: String,
    /// The field of the user's name.
    pub username_field: FieldIdentifier,
}

/// What the request for an account looks like.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct AccountInspection {
    /// The fields of the address.
    pub address_fields: Option<FieldIdentifiers>,
    /// The field of the mail address.
    pub email_field: Option<FieldIdentifier>,
    /// The field of the password.
    pub password_field: Option<FieldIdentifier>,
    /// `JSON` or `FORM_ENCODED`.
    pub payload_type: String,
    /// The fields of the phone number.
    pub phone_number_fields: Option<FieldIdentifiers>,
    /// The field of the user's name.
    pub username_field: Option<FieldIdentifier>,
}

/// A field of a form.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct FieldIdentifier {
    /// Its name, or its path in JSON such as `/form/user`.
    pub identifier: String,
}

/// Fields of a form.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct FieldIdentifiers {
    /// Their names, or their paths in JSON.
    pub identifiers: Vec<String>,
}

/// What answers look like: one of these.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct ResponseInspection {
    /// By a text in the body.
    pub body_contains: Option<ResponseBody>,
    /// By a header.
    pub header: Option<ResponseHeader>,
    /// By an element of JSON.
    pub json: Option<ResponseJson>,
    /// By the status.
    pub status_code: Option<ResponseStatus>,
}

/// Success and failure by a text in the body.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct ResponseBody {
    /// Texts of failures.
    #[prop(set)]
    pub failure_strings: Vec<String>,
    /// Texts of successes.
    #[prop(set)]
    pub success_strings: Vec<String>,
}

/// Success and failure by a header.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct ResponseHeader {
    /// Values of failures.
    #[prop(set)]
    pub failure_values: Vec<String>,
    /// The header.
    pub name: String,
    /// Values of successes.
    #[prop(set)]
    pub success_values: Vec<String>,
}

/// Success and failure by an element of JSON.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct ResponseJson {
    /// Values of failures.
    #[prop(set)]
    pub failure_values: Vec<String>,
    /// The path of the element.
    pub identifier: String,
    /// Values of successes.
    #[prop(set)]
    pub success_values: Vec<String>,
}

/// Success and failure by the status.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct ResponseStatus {
    /// Codes of failures.
    #[prop(set)]
    pub failure_codes: Vec<i64>,
    /// Codes of successes.
    #[prop(set)]
    pub success_codes: Vec<i64>,
}
