//! The options of commands that run.

use crate::failure::Result;
use crate::providers::Via;
use farsight_engine::{Code, Diagnostic, Patterns, PlanOptions, Targets};
use std::path::PathBuf;
use std::time::Duration;

/// What `up`, `preview`, `refresh` and `down` take.
#[derive(Debug, Clone, clap::Args)]
pub struct RunArgs {
    /// Answer yes beforehand
    #[arg(short, long)]
    pub yes: bool,
    /// Answer as JSON
    #[arg(long)]
    pub json: bool,
    /// Write every event as a line of JSON to FILE
    #[arg(long, value_name = "FILE")]
    pub events: Option<PathBuf>,
    /// Only these resources: a URN, a name, or a pattern over either; repeatable
    #[arg(short, long, value_name = "URN|GLOB")]
    pub target: Vec<String>,
    /// With `--target`: what depends on the targets, too
    #[arg(long, requires = "target")]
    pub target_dependents: bool,
    /// All but these resources, and nothing that they need is deleted; repeatable
    #[arg(long, value_name = "URN|GLOB")]
    pub exclude: Vec<String>,
    /// With `--exclude`: leave out what depends on the excluded resources, too
    #[arg(long, requires = "exclude")]
    pub exclude_dependents: bool,
    /// At most N steps that make calls at once
    #[arg(short, long, value_name = "N", default_value_t = 64, value_parser = clap::value_parser!(u16).range(1..))]
    pub parallel: u16,
    /// Read every object first, not only those that the plan touches
    #[arg(short, long)]
    pub refresh: bool,
    /// Set a configuration key for this run only; repeatable
    #[arg(short = 'c', long = "config", value_name = "KEY=VALUE")]
    pub config: Vec<String>,
    /// Use the local sandbox instead of AWS: nothing is real, and no account is needed
    #[arg(long)]
    pub sandbox: bool,
    /// Go on with what does not depend on a failed step
    #[arg(long)]
    pub continue_on_error: bool,
    /// Wait this long for another run to end, such as `10m`
    #[arg(long, value_name = "DURATION", value_parser = duration, default_value = "0s")]
    pub wait: Duration,
    /// A note for the stack's history
    #[arg(short, long, value_name = "TEXT")]
    pub message: Option<String>,
    /// Say what was called of AWS: by operation, how often, how often again, for how long
    #[arg(long)]
    pub stats: bool,
    /// Whether the stack's checks are asked when everything is done; of `up`.
    #[arg(skip)]
    pub verify: bool,
    /// Where checks over HTTP send their requests in place of their URLs' hosts; of commands that check.
    #[arg(skip)]
    pub via: Option<Via>,
}

/// What `up` and `preview` take besides.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct PlanArgs {
    /// Replace these resources, whatever the program says; repeatable
    #[arg(long, value_name = "URN|GLOB")]
    pub replace: Vec<String>,
}

impl RunArgs {
    /// What the run is limited to.
    pub fn targets(&self) -> Result<Targets> {
        let targets = Targets::parse(&self.target)?.excluding(&self.exclude)?;
        Ok(targets.with_dependents(self.target_dependents, self.exclude_dependents))
    }

    /// What a plan is about.
    pub fn plan_options(&self, more: &PlanArgs, lost: bool) -> Result<PlanOptions> {
        Ok(PlanOptions {
            targets: self.targets()?,
            replace: Patterns::parse(&more.replace)?,
            refresh: self.refresh || lost,
            destroy: false,
        })
    }

    /// The keys and values of `-c`.
    pub fn overrides(&self) -> Result<Vec<(String, String)>> {
        self.config
            .iter()
            .map(|text| match text.split_once('=') {
                Some((key, value)) if !key.is_empty() => Ok((key.to_owned(), value.to_owned())),
                _ => Err(Diagnostic::error(Code::BadArgument, format!("`-c {text}` is no KEY=VALUE")).into()),
            })
            .collect()
    }
}

/// A duration such as `90s`, `10m` or `1h30m`.
pub fn duration(text: &str) -> std::result::Result<Duration, String> {
    let wrong = || format!("`{text}` is no duration: write it like `90s`, `10m` or `1h30m`");
    let mut total = Duration::ZERO;
    let mut rest = text.trim();
    if rest.is_empty() {
        return Err(wrong());
    }
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit()).ok_or_else(wrong)?;
        let number: u32 = rest[..end].parse().map_err(|_| wrong())?;
        let unit_end = rest[end..].find(|c: char| c.is_ascii_digit()).map_or(rest.len(), |at| end + at);
        let unit = match &rest[end..unit_end] {
            "s" => Duration::from_secs(1),
            "m" => Duration::from_mins(1),
            "h" => Duration::from_hours(1),
            _ => return Err(wrong()),
        };
        total = unit.checked_mul(number).and_then(|part| total.checked_add(part)).ok_or_else(wrong)?;
        rest = &rest[unit_end..];
    }
    Ok(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        assert_eq!(duration("90s"), Ok(Duration::from_secs(90)));
        assert_eq!(duration("1h30m"), Ok(Duration::from_mins(90)));
        for bad in ["", "10", "m", "5d", "1.5h", "-3s", "99999999999s"] {
            assert!(duration(bad).is_err(), "{bad}");
        }
    }
}
