//! The rules of a web ACL.

use super::{CaptchaConfig, OverrideAction, RuleAction, Statement, VisibilityConfig};
use farsight::prelude::*;

/// A rule: what it matches and what it does. A rule group has an override action, everything else an action.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct WebAclRule {
    /// What is done with a request that matches.
    pub action: Option<RuleAction>,
    /// How long a puzzle that this rule asked for counts.
    pub captcha_config: Option<CaptchaConfig>,
    /// How long a challenge of this rule counts.
    pub challenge_config: Option<CaptchaConfig>,
    /// The name, unique in the web ACL.
    pub name: String,
    /// What is done when a rule of the group matches.
    pub override_action: Option<OverrideAction>,
    /// The place in the order of rules, from 0; each has another one.
    pub priority: i64,
    /// Labels that requests get which match, for the rules that follow.
    #[prop(set)]
    pub rule_labels: Vec<RuleLabel>,
    /// What it matches.
    pub statement: Statement,
    /// What is measured about requests that match.
    pub visibility_config: VisibilityConfig,
}

/// A label that requests get.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct RuleLabel {
    /// The label, such as `awswaf:managed:suspicious` or one's own.
    pub name: String,
}
