//! A web application firewall.

use crate::{LoadBalancer, tags};
use farsight::prelude::*;
use farsight::{Component, Dependency};
use farsight_aws::wafv2::{
    AllowAction, BlockAction, DefaultAction, ManagedRuleGroupStatement, OverrideAction, RateBasedStatement, RuleAction,
    Statement, VisibilityConfig, WebAcl, WebAclAssociation, WebAclRule, WebAclRuleBuilder, WebAclScope, Whole,
};

/// A firewall in front of a load balancer: the rules of AWS against common attacks, and a limit for each address.
pub struct Firewall {
    /// The component.
    pub component: Component,
    /// The rules.
    pub acl: WebAcl,
}

/// Declares a [`Firewall`].
#[must_use = "a firewall is declared only by `.add(cx)`"]
pub struct FirewallBuilder<'a> {
    component: farsight::ComponentBuilder,
    name: String,
    balancer: &'a LoadBalancer,
    acl_name: String,
    limit: i64,
}

/// Rule groups of AWS that cost nothing extra, in the order in which they are asked.
const GROUPS: [&str; 3] =
    ["AWSManagedRulesAmazonIpReputationList", "AWSManagedRulesKnownBadInputsRuleSet", "AWSManagedRulesCommonRuleSet"];

impl Firewall {
    /// Begins a firewall in front of a load balancer.
    #[track_caller]
    pub fn new(name: impl Into<String>, balancer: &LoadBalancer) -> FirewallBuilder<'_> {
        let name = name.into();
        FirewallBuilder {
            component: Component::new("farsight:components:Firewall", &name),
            acl_name: name.clone(),
            name,
            balancer,
            limit: 2000,
        }
    }
}

impl Dependency for Firewall {
    fn dependency(&self) -> model::Urn {
        self.component.urn()
    }
}

impl FirewallBuilder<'_> {
    /// The name of the rules, unique in account and region; the component's if not given.
    pub fn acl_name(mut self, name: impl Into<String>) -> Self {
        self.acl_name = name.into();
        self
    }

    /// Requests in five minutes beyond which an address is blocked, at least 10; 2000 if not given.
    pub fn limit(mut self, requests: i64) -> Self {
        self.limit = requests;
        self
    }

    /// Declares the firewall.
    #[track_caller]
    pub fn add(self, cx: &Context) -> Firewall {
        let component = self.component.add(cx);
        let cx = &component.scope(cx);
        let name = self.name.as_str();
        let seen = |metric: &str| {
            let seen = VisibilityConfig::new().cloudwatch_metrics_enabled(true).sampled_requests_enabled(true);
            seen.metric_name(metric)
        };
        let mut rules: Vec<WebAclRuleBuilder> = Vec::new();
        for (priority, group) in (0..).zip(GROUPS) {
            let group_statement = ManagedRuleGroupStatement::new().name(group).vendor_name("AWS");
            rules.push(
                WebAclRule::new()
                    .name(group)
                    .priority(priority)
                    .override_action(OverrideAction::new().none(Whole {}))
                    .statement(Statement::new().managed_rule_group_statement(group_statement))
                    .visibility_config(seen(group)),
            );
        }
        let limit = RateBasedStatement::new().limit(self.limit).aggregate_key_type("IP");
        rules.push(
            WebAclRule::new()
                .name("limit")
                .priority(GROUPS.len())
                .action(RuleAction::new().block(BlockAction::new()))
                .statement(Statement::new().rate_based_statement(limit))
                .visibility_config(seen("limit")),
        );
        let acl = WebAcl::new(name)
            .name(&self.acl_name)
            .scope(WebAclScope::Regional)
            .default_action(DefaultAction::new().allow(AllowAction::new()))
            .rules(rules)
            .visibility_config(seen(&self.acl_name))
            .tags(tags::named(cx, name))
            .add(cx);
        WebAclAssociation::new(name).web_acl_arn(acl.arn()).resource_arn(self.balancer.balancer.arn()).add(cx);
        Firewall { component, acl }
    }
}
