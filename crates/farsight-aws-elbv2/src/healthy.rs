//! The check that the targets of a group are healthy.

use crate::elb::Elb;
use aws_sdk_elasticloadbalancingv2::types::{TargetHealthDescription, TargetHealthStateEnum as State};
use farsight_model::Value;
use farsight_provider::{Result, Sight, text_of};
use std::collections::BTreeMap;

/// There are targets, and all of them but those that are leaving are healthy.
pub(crate) async fn healthy(elb: Elb, args: Value) -> Result<Sight> {
    let arn = text_of(&args, "targetGroupArn")?;
    let describe = || elb.client.describe_target_health().target_group_arn(&arn).send();
    let targets = elb.read("DescribeTargetHealth", describe).await?.target_health_descriptions.unwrap_or_default();
    Ok(judge(&targets))
}

fn judge(targets: &[TargetHealthDescription]) -> Sight {
    let mut states: BTreeMap<String, usize> = BTreeMap::new();
    let mut why = None;
    let (mut healthy, mut all) = (0, 0);
    for health in targets.iter().filter_map(|target| target.target_health.as_ref()) {
        let state = health.state.as_ref().map_or("in no state", State::as_str);
        *states.entry(state.to_owned()).or_default() += 1;
        match health.state {
            Some(State::Draining) => {}
            Some(State::Healthy) => (healthy, all) = (healthy + 1, all + 1),
            _ => {
                all += 1;
                why = why.or_else(|| health.description.as_deref().filter(|text| !text.is_empty()));
            }
        }
    }
    let mut seen: String = states.iter().map(|(state, n)| format!("{n} {state}")).collect::<Vec<_>>().join(", ");
    match all {
        0 if seen.is_empty() => Sight::NotYet("the group has no targets".into()),
        0 => Sight::NotYet(seen),
        _ if healthy == all => Sight::Holds(seen),
        _ => {
            if let Some(why) = why {
                seen = format!("{seen}: {}", why.trim_end_matches('.'));
            }
            Sight::NotYet(seen)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_sdk_elasticloadbalancingv2::types::TargetHealth;

    fn target(state: State, why: Option<&str>) -> TargetHealthDescription {
        let health = TargetHealth::builder().state(state).set_description(why.map(str::to_owned)).build();
        TargetHealthDescription::builder().target_health(health).build()
    }

    #[test]
    fn all_that_stay_must_be_healthy() {
        let leaving = target(State::Draining, None);
        let good = target(State::Healthy, None);
        let bad = target(State::Unhealthy, Some("Health checks failed with these codes: [503]"));
        assert_eq!(judge(&[]), Sight::NotYet("the group has no targets".into()));
        assert_eq!(judge(&[good.clone(), leaving.clone()]), Sight::Holds("1 draining, 1 healthy".into()));
        assert_eq!(judge(&[leaving]), Sight::NotYet("1 draining".into()));
        let mixed = "1 healthy, 1 unhealthy: Health checks failed with these codes: [503]";
        assert_eq!(judge(&[good, bad]), Sight::NotYet(mixed.into()));
    }
}
