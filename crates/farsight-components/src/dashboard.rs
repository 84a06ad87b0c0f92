//! A page of graphs.

use farsight::prelude::*;
use farsight::{Component, Dependency};
use farsight_aws::cloudwatch::{self, DashboardBody, Metric, MetricAlarm, Widget};

/// A page with the state of alarms and graphs below it, three in a row.
pub struct Dashboard {
    /// The component.
    pub component: Component,
    /// The page.
    pub dashboard: cloudwatch::Dashboard,
}

/// A graph of some metrics.
#[derive(Debug)]
#[must_use = "a graph is shown as part of a dashboard"]
pub struct Graph {
    title: String,
    lines: Vec<Metric>,
}

impl Graph {
    /// A graph without lines.
    pub fn new(title: impl Into<String>) -> Self {
        Self { title: title.into(), lines: Vec::new() }
    }

    /// Adds a line: a metric by namespace and name, a statistic such as `Average` or `p99`, and dimensions.
    pub fn line<K: Data, V: Data>(
        mut self,
        namespace: &str,
        metric: &str,
        statistic: &str,
        dimensions: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        let line = Metric::new(namespace, metric);
        let line = dimensions.into_iter().fold(line, |line, (name, value)| line.dimension(name, value));
        self.lines.push(line.stat(statistic));
        self
    }
}

/// Declares a [`Dashboard`].
#[must_use = "a dashboard is declared only by `.add(cx)`"]
pub struct DashboardBuilder {
    component: farsight::ComponentBuilder,
    name: String,
    dashboard_name: String,
    alarms: Vec<Output<String>>,
    graphs: Vec<Graph>,
}

/// The width of a page, in the service's units.
const PAGE: i64 = 24;
/// Width and height of a graph.
const GRAPH: (i64, i64) = (8, 6);
/// Height of the alarms.
const ALARMS: i64 = 4;

impl Dashboard {
    /// Begins a page.
    #[track_caller]
    pub fn new(name: impl Into<String>) -> DashboardBuilder {
        let name = name.into();
        DashboardBuilder {
            component: Component::new("farsight:components:Dashboard", &name),
            dashboard_name: name.clone(),
            name,
            alarms: Vec::new(),
            graphs: Vec::new(),
        }
    }
}

impl Dependency for Dashboard {
    fn dependency(&self) -> model::Urn {
        self.component.urn()
    }
}

impl DashboardBuilder {
    /// The page's name, unique in the account; the component's if not given.
    pub fn dashboard_name(mut self, name: impl Into<String>) -> Self {
        self.dashboard_name = name.into();
        self
    }

    /// Shows the state of alarms.
    pub fn alarms<'a>(mut self, alarms: impl IntoIterator<Item = &'a MetricAlarm>) -> Self {
        self.alarms.extend(alarms.into_iter().map(|alarm| alarm.arn()));
        self
    }

    /// Adds graphs.
    pub fn graphs(mut self, graphs: impl IntoIterator<Item = Graph>) -> Self {
        self.graphs.extend(graphs);
        self
    }

    /// Declares the page.
    #[track_caller]
    pub fn add(self, cx: &Context) -> farsight::Result<Dashboard> {
        let region = farsight_aws::region(cx)?;
        let component = self.component.add(cx);
        let cx = &component.scope(cx);
        let mut body = DashboardBody::new();
        let mut top = 0;
        if !self.alarms.is_empty() {
            body = body.widget(Widget::alarms("Alarms", self.alarms).at(0, 0).size(PAGE, ALARMS));
            top = ALARMS;
        }
        let (width, height) = GRAPH;
        for (place, graph) in (0..).zip(self.graphs) {
            let (x, y) = (place % (PAGE / width) * width, top + place / (PAGE / width) * height);
            let widget = Widget::metrics(region.as_str(), graph.lines).title(graph.title).period(60);
            body = body.widget(widget.at(x, y).size(width, height));
        }
        let dashboard =
            cloudwatch::Dashboard::new(&self.name).dashboard_name(self.dashboard_name).dashboard_body(body).add(cx);
        Ok(Dashboard { component, dashboard })
    }
}
