//! What dashboards show, typed: it travels as JSON.

use farsight::prelude::*;

/// What a dashboard shows; its parts may be outputs.
///
/// ```
/// use farsight_aws::cloudwatch::{DashboardBody, Metric, Widget};
///
/// let cpu = Metric::new("AWS/ECS", "CPUUtilization").dimension("ServiceName", "api").stat("Average");
/// let body = DashboardBody::new()
///     .widget(Widget::text("# api").size(24, 2))
///     .widget(Widget::metrics("eu-central-1", [cpu]).title("CPU").at(0, 2).size(12, 6));
/// # let _ = body;
/// ```
#[derive(Debug, Clone, Default)]
#[must_use = "a body does nothing until it is given to a dashboard"]
pub struct DashboardBody {
    parts: Value,
    widgets: Vec<Value>,
}

impl DashboardBody {
    /// A page without widgets.
    pub fn new() -> Self {
        Self::default()
    }

    /// From when on data is shown unless somebody chooses, such as `-PT6H`.
    pub fn start(mut self, start: impl Data) -> Self {
        self.parts.set("start", start.into_data());
        self
    }

    /// Adds a widget. Widgets without a place stand where there is room.
    pub fn widget(mut self, widget: Widget) -> Self {
        self.widgets.push(widget.into_value());
        self
    }

    /// The body as JSON text.
    #[track_caller]
    pub fn json(self) -> Output<String> {
        let mut body = self.parts;
        body.set("widgets", Value::List(self.widgets));
        farsight::json(body)
    }
}

impl From<DashboardBody> for Input<String> {
    #[track_caller]
    fn from(body: DashboardBody) -> Self {
        body.json().into()
    }
}

/// A part of a dashboard.
#[derive(Debug, Clone)]
#[must_use = "a widget does nothing until it is part of a dashboard"]
pub struct Widget {
    frame: Value,
    properties: Value,
}

impl Widget {
    fn of(kind: &str) -> Self {
        Self { frame: Value::map([("type", Value::from(kind))]), properties: Value::map::<String>([]) }
    }

    /// Text in Markdown.
    pub fn text(markdown: impl Data) -> Self {
        Self::of("text").property("markdown", markdown)
    }

    /// A graph of metrics of a region.
    pub fn metrics(region: impl Data, metrics: impl IntoIterator<Item = Metric>) -> Self {
        let rows = metrics.into_iter().map(Metric::into_value).collect();
        Self::of("metric").property("region", region).property("view", "timeSeries").with("metrics", Value::List(rows))
    }

    /// The state of alarms, by ARN.
    pub fn alarms<D: Data>(title: impl Data, arns: impl IntoIterator<Item = D>) -> Self {
        let arns = Value::List(arns.into_iter().map(Data::into_data).collect());
        Self::of("alarm").property("title", title).with("alarms", arns)
    }

    /// What a query of CloudWatch Logs Insights finds, such as
    /// `SOURCE '/ecs/api' | fields @timestamp, @message | sort @timestamp desc | limit 50`.
    pub fn logs(region: impl Data, query: impl Data) -> Self {
        Self::of("log").property("region", region).property("view", "table").property("query", query)
    }

    /// What stands above it.
    pub fn title(self, title: impl Data) -> Self {
        self.property("title", title)
    }

    /// How long one data point is, in seconds.
    pub fn period(self, seconds: i64) -> Self {
        self.property("period", seconds)
    }

    /// How a graph is drawn: `timeSeries`, `singleValue`, `bar`, `pie`, `gauge` or `table`.
    pub fn view(self, view: impl Data) -> Self {
        self.property("view", view)
    }

    /// Whether the areas below the lines stand on each other.
    pub fn stacked(self, stacked: bool) -> Self {
        self.property("stacked", stacked)
    }

    /// The left upper corner, in units of which the page is 24 wide.
    pub fn at(mut self, x: i64, y: i64) -> Self {
        self.frame.set("x", x.into());
        self.frame.set("y", y.into());
        self
    }

    /// Width, from 1 to 24, and height, from 1 to 1000.
    pub fn size(mut self, width: i64, height: i64) -> Self {
        self.frame.set("width", width.into());
        self.frame.set("height", height.into());
        self
    }

    /// Any property of the service's dashboard body structure.
    pub fn property(self, name: &str, value: impl Data) -> Self {
        self.with(name, value.into_data())
    }

    fn with(mut self, name: &str, value: Value) -> Self {
        self.properties.set(name, value);
        self
    }

    fn into_value(self) -> Value {
        let mut widget = self.frame;
        widget.set("properties", self.properties);
        widget
    }
}

/// A line of a graph.
#[derive(Debug, Clone)]
#[must_use = "a metric does nothing until it is part of a widget"]
pub struct Metric {
    row: Vec<Value>,
    options: Value,
}

impl Metric {
    /// A metric by namespace and name.
    pub fn new(namespace: impl Data, name: impl Data) -> Self {
        Self { row: vec![namespace.into_data(), name.into_data()], options: Value::map::<String>([]) }
    }

    /// An expression over the ids of other lines, such as `m1 / m2 * 100`.
    pub fn expression(expression: impl Data) -> Self {
        Self { row: Vec::new(), options: Value::map::<String>([]) }.option("expression", expression)
    }

    /// Adds a dimension.
    pub fn dimension(mut self, name: impl Data, value: impl Data) -> Self {
        self.row.extend([name.into_data(), value.into_data()]);
        self
    }

    /// The statistic, such as `Average` or `p99`.
    pub fn stat(self, stat: impl Data) -> Self {
        self.option("stat", stat)
    }

    /// Words for people.
    pub fn label(self, label: impl Data) -> Self {
        self.option("label", label)
    }

    /// The name that expressions use.
    pub fn id(self, id: impl Data) -> Self {
        self.option("id", id)
    }

    /// Any option of a metric in the service's dashboard body structure, such as `color` or `yAxis`.
    pub fn option(mut self, name: &str, value: impl Data) -> Self {
        self.options.set(name, value.into_data());
        self
    }

    fn into_value(self) -> Value {
        let mut row = self.row;
        if self.options.as_map().is_some_and(|options| !options.is_empty()) {
            row.push(self.options);
        }
        Value::List(row)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Protects programs: what they write is what CloudWatch reads.
    #[test]
    fn a_body_is_what_cloudwatch_expects() {
        let busy = Metric::new("AWS/ECS", "CPUUtilization").dimension("ClusterName", "main").stat("Average").id("m1");
        let body = DashboardBody::new()
            .start("-PT6H")
            .widget(Widget::text("# api").at(0, 0).size(24, 1))
            .widget(
                Widget::metrics("eu-central-1", [busy, Metric::expression("m1 * 2").label("twice")])
                    .title("CPU")
                    .period(60)
                    .stacked(true),
            )
            .widget(Widget::alarms("alarms", ["arn:a"]))
            .widget(Widget::logs("eu-central-1", "SOURCE 'g'"));
        let Value::String(text) = body.json().to_value() else { panic!("the body is known") };
        let expected = serde_json::json!({
            "start": "-PT6H",
            "widgets": [
                {"type": "text", "x": 0, "y": 0, "width": 24, "height": 1, "properties": {"markdown": "# api"}},
                {"type": "metric", "properties": {
                    "region": "eu-central-1", "view": "timeSeries", "title": "CPU", "period": 60, "stacked": true,
                    "metrics": [
                        ["AWS/ECS", "CPUUtilization", "ClusterName", "main", {"stat": "Average", "id": "m1"}],
                        [{"expression": "m1 * 2", "label": "twice"}],
                    ],
                }},
                {"type": "alarm", "properties": {"title": "alarms", "alarms": ["arn:a"]}},
                {"type": "log", "properties": {"region": "eu-central-1", "view": "table", "query": "SOURCE 'g'"}},
            ],
        });
        assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap(), expected);
    }
}
