//! The events of log groups, in order of time, again and again.

use crate::logs::Logs;
use farsight_aws_client::Aws;
use farsight_provider::Result;
use futures_util::future::try_join_all;
use std::collections::HashMap;

/// How late an event may arrive and still be found, in milliseconds: streams of one group do not wait for each other.
const OVERLAP: i64 = 30_000;

/// Where events are: a group, or the streams of it whose names begin with a prefix.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct LogSource {
    /// The group's name.
    pub group: String,
    /// What the names of the streams begin with; empty means all streams.
    pub prefix: String,
}

/// One event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogEvent {
    /// When it happened, in milliseconds since 1970.
    pub at: i64,
    /// Its identity, which no other event has.
    pub id: String,
    /// The group's name.
    pub group: String,
    /// The stream's name.
    pub stream: String,
    /// What it says.
    pub message: String,
}

/// Reads events, each of them once.
pub struct Tail {
    logs: Logs,
    filter: Option<String>,
    /// Each with the moment from which on it is read, in milliseconds since 1970.
    sources: Vec<(LogSource, i64)>,
    /// What was given already and may be read again: its source and its moment.
    given: HashMap<String, (usize, i64)>,
}

impl Tail {
    /// Reads what happened from `since` on, in milliseconds since 1970, and matches a filter pattern of CloudWatch Logs.
    pub fn new(aws: &Aws, sources: Vec<LogSource>, since: i64, filter: Option<String>) -> Self {
        let sources = sources.into_iter().map(|source| (source, since)).collect();
        Self { logs: Logs::new(aws), filter, sources, given: HashMap::new() }
    }

    /// The events that were not given before, in order of time. A group that is not there is an error.
    pub async fn next(&mut self) -> Result<Vec<LogEvent>> {
        let read = self.sources.iter().map(|(source, from)| self.read(source, *from));
        let pages = try_join_all(read).await?;
        let mut fresh = Vec::new();
        for (index, ((_, from), events)) in self.sources.iter_mut().zip(pages).enumerate() {
            let newest = events.iter().map(|event| event.at).max();
            *from = newest.map_or(*from, |at| (*from).max(at.saturating_sub(OVERLAP)));
            for event in events {
                if self.given.insert(event.id.clone(), (index, event.at)).is_none() {
                    fresh.push(event);
                }
            }
        }
        // Only what can be read again must be known again.
        let sources = &self.sources;
        self.given.retain(|_, (source, at)| sources.get(*source).is_some_and(|(_, from)| *at >= *from));
        fresh.sort_by(|a, b| (a.at, &a.group, &a.stream).cmp(&(b.at, &b.group, &b.stream)));
        Ok(fresh)
    }

    async fn read(&self, source: &LogSource, from: i64) -> Result<Vec<LogEvent>> {
        let call = self.logs.client.filter_log_events().log_group_name(&source.group).start_time(from);
        let prefix = (!source.prefix.is_empty()).then(|| source.prefix.clone());
        let call = call.set_filter_pattern(self.filter.clone()).set_log_stream_name_prefix(prefix);
        let (mut events, mut token) = (Vec::new(), None);
        loop {
            let page = self.logs.read("FilterLogEvents", || call.clone().set_next_token(token.clone()).send()).await?;
            events.extend(page.events.unwrap_or_default().into_iter().map(|event| LogEvent {
                at: event.timestamp.unwrap_or_default(),
                id: event.event_id.unwrap_or_default(),
                group: source.group.clone(),
                stream: event.log_stream_name.unwrap_or_default(),
                message: event.message.unwrap_or_default(),
            }));
            token = page.next_token;
            if token.is_none() {
                return Ok(events);
            }
        }
    }
}
