//! The check that alarms are quiet.

use crate::cloudwatch::CloudWatch;
use aws_sdk_cloudwatch::types::{AlarmType, StateValue};
use farsight_model::{FromValue, Value};
use farsight_provider::{Error, Fault, Result, Sight};
use std::collections::BTreeMap;

/// Names that one call takes (aws catalogue, cloudwatch.MetricAlarm).
const BATCH: usize = 100;

/// All alarms exist, and none is in state ALARM.
pub(crate) async fn quiet(cloudwatch: CloudWatch, args: Value) -> Result<Sight> {
    let wrong = |mismatch| Error::new(Fault::Rejected, format!("`alarmNames` of the check: {mismatch}"));
    let names = Vec::<String>::from_value(args.get("alarmNames").unwrap_or(&Value::Null)).map_err(wrong)?;
    let mut states = BTreeMap::new();
    for some in names.chunks(BATCH) {
        let call = cloudwatch.client.describe_alarms().set_alarm_names(Some(some.to_vec())).max_records(100);
        let call = call.alarm_types(AlarmType::MetricAlarm).alarm_types(AlarmType::CompositeAlarm);
        // As many records as names, so there is no second page.
        let page = cloudwatch.read("DescribeAlarms", || call.clone().send()).await?;
        let metric =
            page.metric_alarms.unwrap_or_default().into_iter().map(|alarm| (alarm.alarm_name, alarm.state_value));
        let composite =
            page.composite_alarms.unwrap_or_default().into_iter().map(|alarm| (alarm.alarm_name, alarm.state_value));
        states.extend(metric.chain(composite).map(|(name, state)| (name.unwrap_or_default(), state)));
    }
    Ok(judge(&names, &states))
}

fn judge(names: &[String], states: &BTreeMap<String, Option<StateValue>>) -> Sight {
    if names.is_empty() {
        return Sight::Never("the check names no alarms".into());
    }
    let list = |names: Vec<&str>| names.join("`, `");
    let is = |state: &StateValue| {
        let has = |name: &&String| matches!(states.get(*name), Some(Some(now)) if now == state);
        names.iter().filter(has).map(String::as_str).collect::<Vec<_>>()
    };
    let missing: Vec<&str> = names.iter().filter(|name| !states.contains_key(*name)).map(String::as_str).collect();
    if !missing.is_empty() {
        return Sight::NotYet(format!("there is no alarm `{}`", list(missing)));
    }
    let ringing = is(&StateValue::Alarm);
    if !ringing.is_empty() {
        return Sight::NotYet(format!("in state ALARM: `{}`", list(ringing)));
    }
    let unsure = is(&StateValue::InsufficientData).len();
    let unsure = if unsure == 0 { String::new() } else { format!(", {unsure} without enough data yet") };
    Sight::Holds(format!("none of {} in state ALARM{unsure}", names.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quiet_is_there_and_not_ringing() {
        let names = ["cpu".to_owned(), "memory".to_owned()];
        let states = |of: &[(&str, StateValue)]| {
            let all = of.iter().map(|(name, state)| ((*name).to_owned(), Some(state.clone())));
            judge(&names, &all.collect())
        };
        let ok = ("cpu", StateValue::Ok);
        assert_eq!(states(std::slice::from_ref(&ok)), Sight::NotYet("there is no alarm `memory`".into()));
        let rings = states(&[ok.clone(), ("memory", StateValue::Alarm)]);
        assert_eq!(rings, Sight::NotYet("in state ALARM: `memory`".into()));
        let young = states(&[ok.clone(), ("memory", StateValue::InsufficientData)]);
        assert_eq!(young, Sight::Holds("none of 2 in state ALARM, 1 without enough data yet".into()));
        assert_eq!(states(&[ok, ("memory", StateValue::Ok)]), Sight::Holds("none of 2 in state ALARM".into()));
        assert_eq!(judge(&[], &BTreeMap::new()), Sight::Never("the check names no alarms".into()));
    }
}
