//! `farsight logs`

mod sources;

use crate::context::{Options, now};
use crate::failure::{Failure, Result};
use crate::out;
use crate::run::{self, Opened, Opening, RunArgs, args};
use clap::Parser;
use farsight_aws_logs::{LogEvent, Tail};
use farsight_engine::{Control, unreadable};
use farsight_render::{moment, printable};
use serde_json::json;
use std::time::Duration;

/// Print the log events of a log group, an ECS service or a task definition
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  farsight logs api                         the last 10 minutes of all its containers\n  \
                        farsight logs api --follow                until Ctrl-C\n  \
                        farsight logs worker --since 2h --filter '?ERROR ?Traceback' --json"
)]
pub struct Logs {
    /// A URN, a name, or TYPE::NAME
    resource: String,
    /// Go on with what comes, until Ctrl-C
    #[arg(short, long)]
    follow: bool,
    /// How far back to begin, such as `10m`
    #[arg(long, value_name = "DURATION", value_parser = args::duration, default_value = "10m")]
    since: Duration,
    /// Only events that match a filter pattern of CloudWatch Logs
    #[arg(long, value_name = "PATTERN")]
    filter: Option<String>,
    /// Answer as JSON, one event a line
    #[arg(long)]
    pub json: bool,
}

#[derive(Parser)]
struct Defaults {
    #[command(flatten)]
    run: RunArgs,
}

/// The pause between two looks.
const PAUSE: Duration = Duration::from_secs(2);

impl Logs {
    pub fn run(&self, options: &Options) -> Result<()> {
        let args = Defaults::parse_from(["farsight"]).run;
        run::block_on(async |control: Control| {
            let opening = Opening { options, run: &args, writes: false, may_be_new: false };
            let mut opened = opening.open(control.clone()).await?;
            let session = &mut opened.stage.session;
            run::cancellable(&control, async { Ok(session.check_cloud().await?) }).await?;
            let printing = self.print(&opened);
            if !self.follow {
                return run::cancellable(&control, printing).await;
            }
            // To stop is how following ends.
            tokio::select! {
                biased;
                () = control.reached(1) => Ok(()),
                result = printing => result,
            }
        })
    }

    async fn print(&self, opened: &Opened) -> Result<()> {
        let rows = opened.stage.session.rows()?;
        let row = sources::named(&rows, &self.resource)?;
        let sources = sources::of(&rows, row, opened.aws.region())?;
        let groups = sources.iter().any(|source| source.group != sources[0].group);
        let since = i64::try_from(self.since.as_millis()).unwrap_or(i64::MAX);
        let begin = now().saturating_sub(since).max(0);
        let mut tail = Tail::new(&opened.aws, sources, begin, self.filter.clone());
        let mut none = true;
        loop {
            let events = tail.next().await.map_err(|error| Failure::from(unreadable(&row.urn, &error)))?;
            none &= events.is_empty();
            let lines: String = events.iter().map(|event| self.line(event, groups)).collect();
            out::data(&lines)?;
            if !self.follow {
                break;
            }
            opened.aws.clock().sleep(PAUSE).await;
        }
        if none && !self.json {
            out::talk(&format!("no events since {}", moment(begin)));
        }
        Ok(())
    }

    fn line(&self, event: &LogEvent, groups: bool) -> String {
        let LogEvent { at, id, group, stream, message } = event;
        if self.json {
            return format!(
                "{}\n",
                json!({ "at": at, "id": id, "group": group, "stream": stream, "message": message })
            );
        }
        let place = if groups { format!("{group} {stream}") } else { stream.clone() };
        format!("{} {} {}\n", moment(*at), printable(&place), shown(message))
    }
}

/// A message with its own lines and tabs, and nothing else that could play with the terminal.
fn shown(message: &str) -> String {
    let tabs = |line: &str| line.split('\t').map(printable).collect::<Vec<_>>().join("\t");
    message.trim_end().lines().map(tabs).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::shown;

    #[test]
    fn messages_keep_their_lines_and_lose_their_tricks() {
        assert_eq!(shown("a\tb\n  c\n"), "a\tb\n  c");
        assert_eq!(shown("\u{1b}[2Jgone"), "\\u{1b}[2Jgone");
    }
}
