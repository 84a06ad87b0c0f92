//! The check that a log group gets events.

use crate::logs::{Logs, NOT_FOUND};
use farsight_model::Value;
use farsight_provider::{Clock, Result, Sight, text_of};
use std::sync::Arc;

/// There is an event that is younger than `since` seconds.
pub(crate) async fn flowing(logs: Logs, clock: Arc<dyn Clock>, args: Value) -> Result<Sight> {
    let group = text_of(&args, "logGroupName")?;
    let since = args.get("since").and_then(Value::as_int).unwrap_or(DEFAULT_SINCE);
    let now = clock.now();
    let start = now.saturating_sub(since.saturating_mul(1000));
    let mut token = None;
    loop {
        let call = logs.client.filter_log_events().log_group_name(&group).start_time(start).limit(1);
        let call = call.set_next_token(token);
        let page = match logs.read("FilterLogEvents", || call.clone().send()).await {
            Err(error) if error.code.as_deref() == Some(NOT_FOUND) => {
                return Ok(Sight::NotYet("there is no such log group".into()));
            }
            page => page?,
        };
        if let Some(event) = page.events.unwrap_or_default().first() {
            let age = now.saturating_sub(event.timestamp.unwrap_or(now)).max(0) / 1000;
            let stream = event.log_stream_name.as_deref().unwrap_or("a stream without a name");
            return Ok(Sight::Holds(format!("an event {age} s ago in `{stream}`")));
        }
        // A page may be empty although there is more to search.
        token = page.next_token;
        if token.is_none() {
            return Ok(Sight::NotYet(format!("no event in the last {since} s")));
        }
    }
}

/// Seconds, where the program gives none.
const DEFAULT_SINCE: i64 = 900;
