//! `aws:lb/listenerRule:ListenerRule`.

use crate::elb::{BATCH, Elb, PAGE, SOON, batch, create_tags, found, small};
use crate::{actions, conditions};
use aws_sdk_elasticloadbalancingv2::types::{self, RulePriorityPair};
use farsight_aws::lb::{Listener, ListenerRule, ListenerRuleArgs, ListenerRuleOutputs};
use farsight_aws_client::tags::{self, Tags};
use farsight_aws_client::the_one;
use farsight_model::Resource;
use farsight_provider::{Change, Error, Fault, Handler, Id, Identity, Owner, Policy, Result, Scope, Seen, Stray};
use std::collections::BTreeMap;

pub(crate) struct ListenerRuleHandler {
    pub(crate) elb: Elb,
}

impl Handler for ListenerRuleHandler {
    type Of = ListenerRule;

    const POLICY: Policy = Policy {
        identity: Identity::NaturalKey,
        unique_key: &["listenerArn", "priority"],
        serialize_by: None,
        read_batch: BATCH,
        settle: SOON,
        faults: &[
            ("ListenerNotFound", Fault::Lag),
            ("PriorityInUse", Fault::Exists),
            ("RuleNotFound", Fault::Gone),
            ("TargetGroupNotFound", Fault::Lag),
            ("TooManyRules", Fault::Quota),
        ],
        permissions: &[
            "elasticloadbalancing:AddTags",
            "elasticloadbalancing:CreateRule",
            "elasticloadbalancing:DeleteRule",
            "elasticloadbalancing:DescribeRules",
            "elasticloadbalancing:DescribeTags",
            "elasticloadbalancing:ModifyRule",
            "elasticloadbalancing:RemoveTags",
            "elasticloadbalancing:SetRulePriorities",
        ],
    };

    async fn create(&self, owner: &Owner, args: &ListenerRuleArgs) -> Result<Id> {
        let tags = create_tags(owner, &args.tags)?;
        let priority = match args.priority {
            Some(priority) => Some(priority),
            None => Some(self.last(&args.listener_arn).await? + 1),
        };
        let transforms = conditions::transforms_to_sdk(&args.transforms);
        let call = self.elb.client.create_rule().listener_arn(&args.listener_arn).set_tags(tags);
        let call = call
            .set_actions(Some(actions::to_sdk(&args.actions)))
            .set_conditions(Some(conditions::to_sdk(&args.conditions)))
            .set_priority(small(priority))
            .set_transforms((!transforms.is_empty()).then_some(transforms));
        let answer = self.elb.write("CreateRule", || call.clone().send()).await.map_err(|mut error| {
            // Another rule took the place that was free a moment ago; the next try takes the one after it.
            if args.priority.is_none() && error.code.as_deref() == Some("PriorityInUse") {
                error.code = None;
                error.fault = Fault::Busy;
            }
            error
        })?;
        let made = answer.rules.unwrap_or_default().into_iter().next();
        the_one(made.and_then(|rule| rule.rule_arn), "CreateRule")
    }

    async fn read(&self, ids: &[Id]) -> Result<Vec<Seen<ListenerRule>>> {
        let rules = self.describe(ids).await?;
        let arns: Vec<Id> = rules.keys().cloned().collect();
        let tags = self.elb.tags(&arns).await?;
        ids.iter()
            .map(|id| match rules.get(id) {
                Some(rule) => seen(id, rule, tags.get(id).cloned().unwrap_or_default()),
                None => Ok(Seen::Absent),
            })
            .collect()
    }

    async fn update(&self, id: &Id, change: Change<'_, ListenerRuleArgs>) -> Result<Option<Id>> {
        let (wanted, client) = (change.wanted, &self.elb.client);
        if change.touches_any(&["actions", "conditions", "transforms"]) {
            let call = client.modify_rule().rule_arn(id);
            let call = call
                .set_actions(Some(actions::to_sdk(&wanted.actions)))
                .set_conditions(Some(conditions::to_sdk(&wanted.conditions)));
            let call = match conditions::transforms_to_sdk(&wanted.transforms) {
                none if none.is_empty() => call.set_reset_transforms(change.touches("transforms").then_some(true)),
                some => call.set_transforms(Some(some)),
            };
            self.elb.write("ModifyRule", || call.clone().send()).await?;
        }
        // A rule whose place the program no longer gives stays where it is.
        if change.touches("priority") && change.observed.priority != wanted.priority && wanted.priority.is_some() {
            let pair = RulePriorityPair::builder().rule_arn(id).set_priority(small(wanted.priority)).build();
            let set = || client.set_rule_priorities().rule_priorities(pair.clone()).send();
            // Rules that change places wait for each other.
            let busy = |mut error: Error| {
                if error.code.as_deref() == Some("PriorityInUse") {
                    error.code = None;
                    error.fault = Fault::Busy;
                }
                error
            };
            if !self.is_at(id, wanted.priority).await? {
                self.elb.write("SetRulePriorities", set).await.map_err(busy)?;
            }
        }
        self.elb.retag(id, &tags::changed(&change, &wanted.tags, &change.observed.tags)?).await?;
        Ok(None)
    }

    async fn delete(&self, id: &Id, _: &ListenerRuleArgs) -> Result<()> {
        self.elb.write("DeleteRule", || self.elb.client.delete_rule().rule_arn(id).send()).await.map(|_| ())
    }

    async fn find(&self, owner: &Owner, args: &ListenerRuleArgs) -> Result<Vec<Id>> {
        let rules = self.rules_of(&args.listener_arn).await?;
        let at = |rule: &types::Rule| args.priority.is_none() || place(rule) == args.priority;
        let there = rules.into_iter().filter(|rule| rule.is_default != Some(true) && at(rule));
        let there: Vec<Id> = there.filter_map(|rule| rule.rule_arn).collect();
        self.elb.owned(&there, owner).await
    }

    /// Rules of the stack's listeners, but the default ones, which are the listeners' own.
    async fn strays(&self, scope: &Scope) -> Result<Vec<Stray>> {
        let mut strays = Vec::new();
        for listener in scope.ids_of(Listener::SCHEMA.token) {
            for rule in self.rules_of(listener).await?.into_iter().filter(|rule| rule.is_default != Some(true)) {
                let (id, priority) = (rule.rule_arn.unwrap_or_default(), rule.priority.unwrap_or_default());
                if !scope.knows(ListenerRule::SCHEMA.token, &id) {
                    strays.push(Stray { id, what: format!("rule {priority} of {listener}") });
                }
            }
        }
        Ok(strays)
    }
}

impl ListenerRuleHandler {
    async fn describe(&self, arns: &[Id]) -> Result<BTreeMap<Id, types::Rule>> {
        let ask = |arns: Vec<Id>| async move {
            let describe = || self.elb.client.describe_rules().set_rule_arns(Some(arns.clone())).send();
            Ok(self.elb.read("DescribeRules", describe).await?.rules.unwrap_or_default())
        };
        let all = batch(arns, ask).await?;
        Ok(all.into_iter().filter_map(|rule| Some((rule.rule_arn.clone()?, rule))).collect())
    }

    /// All rules of a listener; none if it is not there.
    async fn rules_of(&self, listener: &str) -> Result<Vec<types::Rule>> {
        let (mut all, mut marker) = (Vec::new(), None);
        loop {
            let call = self.elb.client.describe_rules().listener_arn(listener).page_size(PAGE);
            let call = call.set_marker(marker.clone());
            let Some(page) = found(self.elb.read("DescribeRules", || call.clone().send()).await)? else {
                return Ok(Vec::new());
            };
            all.extend(page.rules.unwrap_or_default());
            marker = page.next_marker;
            if marker.is_none() {
                return Ok(all);
            }
        }
    }

    /// The highest place that is taken.
    async fn last(&self, listener: &str) -> Result<i64> {
        Ok(self.rules_of(listener).await?.iter().filter_map(place).max().unwrap_or_default())
    }

    /// Whether a rule has its place already, as when the answer of the call that gave it was lost: the service would
    /// refuse the call as if the place were another's.
    async fn is_at(&self, arn: &Id, priority: Option<i64>) -> Result<bool> {
        Ok(self.describe(std::slice::from_ref(arn)).await?.values().all(|rule| place(rule) == priority))
    }
}

/// The place of a rule; the default rule has none.
fn place(rule: &types::Rule) -> Option<i64> {
    rule.priority.as_deref()?.parse().ok()
}

/// The listener of a rule: its ARN is the beginning of the rule's.
fn listener_of(rule: &str) -> String {
    let listener = rule.rsplit_once('/').map_or(rule, |(listener, _)| listener);
    listener.replacen(":listener-rule/", ":listener/", 1)
}

fn seen(arn: &str, rule: &types::Rule, tags: Tags) -> Result<Seen<ListenerRule>> {
    let args = ListenerRuleArgs {
        actions: actions::from_sdk(rule.actions())?,
        conditions: conditions::from_sdk(rule.conditions()),
        listener_arn: listener_of(arn),
        priority: place(rule),
        tags: tags::observed(tags),
        transforms: conditions::transforms_from_sdk(rule.transforms())?,
    };
    Ok(Seen::Ready { args, outputs: ListenerRuleOutputs { arn: arn.to_owned() } })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Protects import: AWS does not say which listener a rule is of.
    #[test]
    fn a_rule_names_its_listener() {
        let start = "arn:aws:elasticloadbalancing:eu-central-1:123456789012";
        let rule = format!("{start}:listener-rule/app/main/0123/4567/89ab");
        assert_eq!(listener_of(&rule), format!("{start}:listener/app/main/0123/4567"));
    }
}
