//! Alarms, and who hears of them.

use crate::tags;
use farsight::prelude::*;
use farsight::{Component, Dependency};
use farsight_aws::cloudwatch::{ComparisonOperator, MetricAlarm, TreatMissingData};
use farsight_aws::sns::{Topic, TopicSubscription};

/// Alarms that all tell one topic when they go off and when all is well again.
pub struct Alarms {
    /// The component.
    pub component: Component,
    /// The topic.
    pub topic: Topic,
    /// The alarms, in the order in which they were given.
    pub alarms: Vec<MetricAlarm>,
}

/// A metric that should be on one side of a threshold.
#[must_use = "an alarm is declared as one of `Alarms`"]
pub struct Alarm {
    name: String,
    namespace: String,
    metric: String,
    dimensions: Vec<(String, Input<String>)>,
    statistic: String,
    comparison: ComparisonOperator,
    threshold: f64,
    minutes: i64,
    missing: TreatMissingData,
    description: String,
}

impl Alarm {
    /// An alarm on a metric, by namespace and name: averages of one minute, three in a row, above zero. Its name is
    /// unique in account and region.
    pub fn new(name: impl Into<String>, namespace: impl Into<String>, metric: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            namespace: namespace.into(),
            metric: metric.into(),
            dimensions: Vec::new(),
            statistic: "Average".to_owned(),
            comparison: ComparisonOperator::GreaterThanThreshold,
            threshold: 0.0,
            minutes: 3,
            missing: TreatMissingData::NotBreaching,
            description: String::new(),
        }
    }

    /// Adds a dimension of the metric.
    pub fn dimension(mut self, name: impl Into<String>, value: impl Into<Input<String>>) -> Self {
        self.dimensions.push((name.into(), value.into()));
        self
    }

    /// How the data points of a minute become one value: `Average`, `Maximum`, `Minimum`, `SampleCount`, `Sum`, or a
    /// percentile such as `p99`.
    pub fn statistic(mut self, statistic: impl Into<String>) -> Self {
        self.statistic = statistic.into();
        self
    }

    /// It goes off above this.
    pub fn above(mut self, threshold: f64) -> Self {
        self.comparison = ComparisonOperator::GreaterThanThreshold;
        self.threshold = threshold;
        self
    }

    /// It goes off below this.
    pub fn below(mut self, threshold: f64) -> Self {
        self.comparison = ComparisonOperator::LessThanThreshold;
        self.threshold = threshold;
        self
    }

    /// Minutes in a row that must be bad.
    pub fn for_minutes(mut self, minutes: i64) -> Self {
        self.minutes = minutes;
        self
    }

    /// It goes off when there is no data, too.
    pub fn or_missing(mut self) -> Self {
        self.missing = TreatMissingData::Breaching;
        self
    }

    /// What it is about, for whoever hears of it.
    pub fn describe(mut self, description: impl Into<String>) -> Self {
        self.description = description.into();
        self
    }

    #[track_caller]
    fn add(self, cx: &Context, topic: &Topic) -> MetricAlarm {
        let percentile = self.statistic.starts_with('p');
        let (statistic, extended) =
            if percentile { (None, Some(self.statistic)) } else { (Some(self.statistic), None) };
        let statistic = statistic.map(|statistic| Input::from_value(Value::String(statistic)));
        MetricAlarm::new(&self.name)
            .name(&self.name)
            .alarm_description(self.description)
            .namespace(self.namespace)
            .metric_name(self.metric)
            .dimensions(self.dimensions)
            .statistic(statistic)
            .extended_statistic(extended)
            .comparison_operator(self.comparison)
            .threshold(self.threshold)
            .period(60)
            .evaluation_periods(self.minutes)
            .treat_missing_data(self.missing)
            .alarm_actions([topic.arn()])
            .ok_actions([topic.arn()])
            .tags(tags::named(cx, &self.name))
            .add(cx)
    }
}

/// Declares [`Alarms`].
#[must_use = "alarms are declared only by `.add(cx)`"]
pub struct AlarmsBuilder {
    component: farsight::ComponentBuilder,
    name: String,
    topic_name: String,
    email: Option<String>,
    alarms: Vec<Alarm>,
}

impl Alarms {
    /// Begins alarms.
    #[track_caller]
    pub fn new(name: impl Into<String>) -> AlarmsBuilder {
        let name = name.into();
        AlarmsBuilder {
            component: Component::new("farsight:components:Alarms", &name),
            topic_name: name.clone(),
            name,
            email: None,
            alarms: Vec::new(),
        }
    }
}

impl Dependency for Alarms {
    fn dependency(&self) -> model::Urn {
        self.component.urn()
    }
}

impl AlarmsBuilder {
    /// The topic's name, unique in account and region; the component's if not given.
    pub fn topic_name(mut self, name: impl Into<String>) -> Self {
        self.topic_name = name.into();
        self
    }

    /// Who gets a mail. AWS asks there first whether mails are wanted.
    pub fn email(mut self, address: Option<String>) -> Self {
        self.email = address;
        self
    }

    /// Adds alarms.
    pub fn watch(mut self, alarms: impl IntoIterator<Item = Alarm>) -> Self {
        self.alarms.extend(alarms);
        self
    }

    /// Declares the topic and the alarms.
    #[track_caller]
    pub fn add(self, cx: &Context) -> Alarms {
        let component = self.component.add(cx);
        let cx = &component.scope(cx);
        let name = self.name.as_str();
        // Not encrypted with the account's own key for SNS: CloudWatch may not use that, and its alarms would be lost.
        let topic = Topic::new(name).name(self.topic_name).tags(tags::named(cx, name)).add(cx);
        if let Some(address) = self.email {
            TopicSubscription::new(format!("{name}-email"))
                .topic(topic.arn())
                .protocol("email")
                .endpoint(address)
                .add(cx);
        }
        let mut alarms = Vec::new();
        for alarm in self.alarms {
            alarms.push(alarm.add(cx, &topic));
        }
        component.outputs(cx, value!({ "topicArn": topic.arn() }));
        Alarms { component, topic, alarms }
    }
}
