//! Metric filters.

use crate::logs::{Logs, SETTLE, found, or_gone};
use aws_sdk_cloudwatchlogs::types;
use farsight_aws::logs::{LogGroup, MetricFilter, MetricFilterArgs, MetricFilterOutputs, MetricTransformation};
use farsight_model::Resource;
use farsight_provider::{Change, Error, Fault, Handler, Id, Identity, Owner, Policy, Result, Scope, Seen, Stray};
use std::collections::BTreeMap;

pub(crate) struct MetricFilterHandler {
    pub(crate) logs: Logs,
}

impl Handler for MetricFilterHandler {
    type Of = MetricFilter;

    const POLICY: Policy = Policy {
        identity: Identity::Upsert,
        unique_key: &["logGroupName", "name"],
        // Filters of one group that change at once are refused (aws catalogue, logs.MetricFilter).
        serialize_by: Some("logGroupName"),
        read_batch: 50,
        settle: SETTLE,
        faults: &[],
        permissions: &["logs:DeleteMetricFilter", "logs:DescribeMetricFilters", "logs:PutMetricFilter"],
    };

    async fn create(&self, _owner: &Owner, args: &MetricFilterArgs) -> Result<Id> {
        self.put(args).await?;
        Ok(id_of(&args.log_group_name, &args.name))
    }

    /// One list for each log group.
    async fn read(&self, ids: &[Id]) -> Result<Vec<Seen<MetricFilter>>> {
        let mut names: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for id in ids {
            let (group, name) = parts_of(id)?;
            names.entry(group).or_default().push(name);
        }
        let mut filters = BTreeMap::new();
        for (group, names) in names {
            let prefix = if let [name] = names.as_slice() { Some(*name) } else { None };
            for filter in self.filters(group, prefix).await? {
                filters.insert(id_of(group, filter.filter_name.as_deref().unwrap_or_default()), filter);
            }
        }
        ids.iter().map(|id| filters.get(id).map_or(Ok(Seen::Absent), |filter| seen(id, filter))).collect()
    }

    async fn update(&self, _id: &Id, change: Change<'_, MetricFilterArgs>) -> Result<Option<Id>> {
        self.put(change.wanted).await?;
        Ok(None)
    }

    async fn delete(&self, id: &Id, _args: &MetricFilterArgs) -> Result<()> {
        let (group, name) = parts_of(id)?;
        let delete = || self.logs.client.delete_metric_filter().log_group_name(group).filter_name(name).send();
        or_gone(self.logs.write("DeleteMetricFilter", delete).await)?;
        Ok(())
    }

    /// A filter has no tags: the same filter under the same name is what the create would have made.
    async fn find(&self, _owner: &Owner, args: &MetricFilterArgs) -> Result<Vec<Id>> {
        let id = id_of(&args.log_group_name, &args.name);
        let mut same = false;
        for filter in self.filters(&args.log_group_name, Some(&args.name)).await? {
            if filter.filter_name.as_deref() == Some(&args.name)
                && let Seen::Ready { args: has, .. } = seen(&id, &filter)?
            {
                same = has == *args;
            }
        }
        Ok(same.then_some(id).into_iter().collect())
    }

    /// Filters of the stack's log groups that are no resources.
    async fn strays(&self, scope: &Scope) -> Result<Vec<Stray>> {
        let mut strays = Vec::new();
        for group in scope.ids_of(LogGroup::SCHEMA.token) {
            for name in self.filters(group, None).await?.into_iter().filter_map(|filter| filter.filter_name) {
                let id = id_of(group, &name);
                if !scope.knows(MetricFilter::SCHEMA.token, &id) {
                    strays.push(Stray { id, what: format!("metric filter `{name}` of log group `{group}`") });
                }
            }
        }
        Ok(strays)
    }
}

impl MetricFilterHandler {
    /// The filters of a group whose names begin with the prefix; none if the group is not there.
    async fn filters(&self, group: &str, prefix: Option<&str>) -> Result<Vec<types::MetricFilter>> {
        let (mut filters, mut token) = (Vec::new(), None);
        loop {
            let describe = || {
                self.logs
                    .client
                    .describe_metric_filters()
                    .log_group_name(group)
                    .set_filter_name_prefix(prefix.map(str::to_owned))
                    .set_next_token(token.clone())
                    .send()
            };
            let Some(page) = found(self.logs.read("DescribeMetricFilters", describe).await)? else {
                return Ok(Vec::new());
            };
            filters.extend(page.metric_filters.unwrap_or_default());
            match page.next_token {
                Some(next) => token = Some(next),
                None => return Ok(filters),
            }
        }
    }

    /// Writes the whole filter, new or not.
    async fn put(&self, args: &MetricFilterArgs) -> Result<()> {
        let transformation = transformation_to(&args.metric_transformation)?;
        let put = || {
            self.logs
                .client
                .put_metric_filter()
                .log_group_name(&args.log_group_name)
                .filter_name(&args.name)
                .filter_pattern(&args.pattern)
                .metric_transformations(transformation.clone())
                .apply_on_transformed_logs(args.apply_on_transformed_logs)
                .send()
        };
        self.logs.write("PutMetricFilter", put).await?;
        Ok(())
    }
}

fn id_of(group: &str, name: &str) -> Id {
    format!("{group}:{name}")
}

fn parts_of(id: &str) -> Result<(&str, &str)> {
    id.split_once(':').ok_or_else(|| Error::bad_id(id, MetricFilter::SCHEMA.import_id))
}

fn transformation_to(wanted: &MetricTransformation) -> Result<types::MetricTransformation> {
    let dimensions = (!wanted.dimensions.is_empty()).then(|| wanted.dimensions.clone().into_iter().collect());
    types::MetricTransformation::builder()
        .metric_name(&wanted.name)
        .metric_namespace(&wanted.namespace)
        .metric_value(&wanted.value)
        .set_default_value(wanted.default_value)
        .set_dimensions(dimensions)
        .unit(wanted.unit.as_str().into())
        .build()
        .map_err(|error| Error::new(Fault::Rejected, error.to_string()))
}

fn seen(id: &str, filter: &types::MetricFilter) -> Result<Seen<MetricFilter>> {
    let (group, name) = parts_of(id)?;
    let Some(transformation) = filter.metric_transformations().first() else {
        return Ok(Seen::Failed("a filter without a metric transformation".into()));
    };
    let metric_transformation = MetricTransformation {
        default_value: transformation.default_value,
        dimensions: transformation.dimensions.clone().unwrap_or_default().into_iter().collect(),
        name: transformation.metric_name.clone(),
        namespace: transformation.metric_namespace.clone(),
        // Absent means none (aws catalogue, logs.MetricFilter).
        unit: transformation.unit.as_ref().map_or("None", types::StandardUnit::as_str).to_owned(),
        value: transformation.metric_value.clone(),
    };
    let args = MetricFilterArgs {
        apply_on_transformed_logs: filter.apply_on_transformed_logs,
        log_group_name: group.to_owned(),
        metric_transformation,
        name: name.to_owned(),
        pattern: filter.filter_pattern.clone().unwrap_or_default(),
    };
    Ok(Seen::Ready { args, outputs: MetricFilterOutputs {} })
}
