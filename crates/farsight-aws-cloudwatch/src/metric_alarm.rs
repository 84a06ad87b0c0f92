//! `aws:cloudwatch/metricAlarm:MetricAlarm`.

use crate::alarm_parts::{
    criteria_to_sdk, dimensions_to_sdk, query_to_sdk, seen, small, unit_to_sdk, warm_up_to_sdk, window_to_sdk,
};
use crate::cloudwatch::{CloudWatch, FAULTS, SETTLE, sdk_tags};
use aws_sdk_cloudwatch::types;
use farsight_aws::cloudwatch::{MetricAlarm, MetricAlarmArgs};
use farsight_aws_client::tags::{self, Tags};
use farsight_provider::{Change, Error, Fault, Handler, Id, Identity, Owner, Policy, Result, Seen};
use futures_util::future::try_join_all;
use std::collections::BTreeMap;

pub(crate) struct MetricAlarmHandler {
    pub(crate) cloudwatch: CloudWatch,
}

impl Handler for MetricAlarmHandler {
    type Of = MetricAlarm;

    const POLICY: Policy = Policy {
        identity: Identity::Upsert,
        unique_key: &["name"],
        serialize_by: None,
        read_batch: 100,
        settle: SETTLE,
        faults: FAULTS,
        permissions: &[
            "cloudwatch:DeleteAlarms",
            "cloudwatch:DescribeAlarms",
            "cloudwatch:ListTagsForResource",
            "cloudwatch:PutMetricAlarm",
            "cloudwatch:TagResource",
            "cloudwatch:UntagResource",
        ],
    };

    /// The service overwrites an alarm of the same name; one of others is left to them.
    async fn create(&self, owner: &Owner, args: &MetricAlarmArgs) -> Result<Id> {
        let tags = tags::for_create(owner, &args.tags)?;
        if let Some(there) = self.describe(std::slice::from_ref(&args.name)).await?.get(&args.name)
            && !tags::is_ours(&self.tags(there).await?.unwrap_or_default(), owner)
        {
            let message = format!("there is an alarm of the name `{}` already", args.name);
            return Err(Error::new(Fault::Exists, message));
        }
        self.put(args, Some(&tags)).await?;
        Ok(args.name.clone())
    }

    async fn read(&self, ids: &[Id]) -> Result<Vec<Seen<MetricAlarm>>> {
        let alarms = self.describe(ids).await?;
        try_join_all(ids.iter().map(async |id| {
            let Some(alarm) = alarms.get(id) else { return Ok(Seen::Absent) };
            Ok(self.tags(alarm).await?.map_or(Seen::Absent, |tags| seen(alarm, tags)))
        }))
        .await
    }

    async fn update(&self, id: &Id, change: Change<'_, MetricAlarmArgs>) -> Result<Option<Id>> {
        let wanted = change.wanted;
        if change.differences.iter().any(|difference| difference.path.head() != Some("tags")) {
            self.put(wanted, None).await?;
        }
        let tags = tags::changed(&change, &wanted.tags, &change.observed.tags)?;
        if !tags.is_empty() {
            let alarms = self.describe(std::slice::from_ref(id)).await?;
            let arn = alarms.get(id).and_then(types::MetricAlarm::alarm_arn).ok_or_else(|| Error::gone(id))?;
            self.cloudwatch.retag(arn, tags).await?;
        }
        Ok(None)
    }

    async fn delete(&self, id: &Id, _: &MetricAlarmArgs) -> Result<()> {
        let delete = || self.cloudwatch.client.delete_alarms().alarm_names(id).send();
        self.cloudwatch.write("DeleteAlarms", delete).await.map(|_| ())
    }

    async fn find(&self, owner: &Owner, args: &MetricAlarmArgs) -> Result<Vec<Id>> {
        let alarms = self.describe(std::slice::from_ref(&args.name)).await?;
        let Some(alarm) = alarms.get(&args.name) else { return Ok(Vec::new()) };
        let tags = self.tags(alarm).await?.unwrap_or_default();
        Ok(tags::is_ours(&tags, owner).then(|| args.name.clone()).into_iter().collect())
    }
}

impl MetricAlarmHandler {
    /// The metric alarms of these names that are there.
    async fn describe(&self, names: &[Id]) -> Result<BTreeMap<Id, types::MetricAlarm>> {
        let (mut found, mut next) = (BTreeMap::new(), None);
        loop {
            let call = self.cloudwatch.client.describe_alarms().set_alarm_names(Some(names.to_vec()));
            let call = call.alarm_types(types::AlarmType::MetricAlarm).max_records(100).set_next_token(next);
            let page = self.cloudwatch.read("DescribeAlarms", || call.clone().send()).await?;
            for alarm in page.metric_alarms.unwrap_or_default() {
                found.insert(alarm.alarm_name.clone().unwrap_or_default(), alarm);
            }
            next = page.next_token;
            if next.is_none() {
                return Ok(found);
            }
        }
    }

    async fn tags(&self, alarm: &types::MetricAlarm) -> Result<Option<Tags>> {
        self.cloudwatch.tags(alarm.alarm_arn().unwrap_or_default()).await
    }

    /// Writes the whole alarm, new or not. Tags count only for a new one.
    async fn put(&self, args: &MetricAlarmArgs, tags: Option<&Tags>) -> Result<()> {
        let call = self.cloudwatch.client.put_metric_alarm().alarm_name(&args.name).set_tags(tags.map(sdk_tags));
        let call = call
            .actions_enabled(args.actions_enabled)
            .set_alarm_actions(Some(args.alarm_actions.clone()))
            .set_alarm_description(args.alarm_description.clone())
            .set_comparison_operator(
                args.comparison_operator.map(|operator| types::ComparisonOperator::from(operator.as_str())),
            )
            .set_datapoints_to_alarm(small(args.datapoints_to_alarm))
            .set_dimensions(dimensions_to_sdk(&args.dimensions))
            .set_evaluate_low_sample_count_percentile(args.evaluate_low_sample_count_percentiles.clone())
            .set_evaluation_criteria(args.evaluation_criteria.as_ref().map(criteria_to_sdk))
            .set_evaluation_interval(small(args.evaluation_interval))
            .set_evaluation_periods(small(args.evaluation_periods))
            .set_evaluation_window(args.evaluation_window.as_ref().map(window_to_sdk))
            .set_extended_statistic(args.extended_statistic.clone())
            .set_insufficient_data_actions(Some(args.insufficient_data_actions.clone()))
            .set_metric_name(args.metric_name.clone())
            .set_metrics(args.metric_queries.as_ref().map(|queries| queries.iter().map(query_to_sdk).collect()))
            .set_namespace(args.namespace.clone())
            .set_ok_actions(Some(args.ok_actions.clone()))
            .set_period(small(args.period))
            .set_statistic(args.statistic.map(|statistic| types::Statistic::from(statistic.as_str())))
            .set_threshold(args.threshold)
            .set_threshold_metric_id(args.threshold_metric_id.clone())
            .treat_missing_data(args.treat_missing_data.as_str())
            .set_unit(args.unit.as_deref().map(unit_to_sdk))
            .set_warm_up_configuration(args.warm_up_configuration.as_ref().map(warm_up_to_sdk));
        self.cloudwatch.write("PutMetricAlarm", || call.clone().send()).await?;
        Ok(())
    }
}
