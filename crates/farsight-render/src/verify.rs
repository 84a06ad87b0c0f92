//! What became of a stack's checks.

use crate::style::{GREEN, RED, paint};
use crate::table::Table;
use crate::text::{count, duration, printable};
use farsight_engine::{Verdict, VerifyReport};

/// A table of verdicts, and a line that sums them up.
pub fn verify(report: &VerifyReport) -> String {
    let mut table = Table::new(["CHECK", "KIND", "VERDICT", "AFTER", "SEEN"]);
    for check in &report.checks {
        let (style, word) = match check.verdict {
            Verdict::Passed => (GREEN, "pass"),
            Verdict::Failed => (RED, "fail"),
            Verdict::TimedOut => (RED, "timed out"),
        };
        let kind = check.token.short();
        table.row([
            printable(&check.name),
            printable(kind.rsplit(':').next().unwrap_or(&kind)),
            paint(style.bold(), word),
            duration(check.took),
            printable(&check.seen),
        ]);
    }
    let mut text = table.render();
    let wrong = report.failed + report.timed_out;
    let line = match (report.passed, wrong) {
        (0, 0) => "the stack has no checks".to_owned(),
        (passed, 0) => {
            paint(GREEN.bold(), &format!("{} hold{}", count(passed, "check"), if passed == 1 { "s" } else { "" }))
        }
        (passed, wrong) => {
            let all = passed + wrong;
            let verb = if all == 1 { "does" } else { "do" };
            format!("{} {verb} not hold", paint(RED.bold(), &format!("{wrong} of {}", count(all, "check"))))
        }
    };
    add!(text, "{line}\n");
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use farsight_engine::CheckResult;
    use farsight_model::Urn;

    fn check(kind: &str, name: &str, verdict: Verdict, seen: &str) -> CheckResult {
        let urn = Urn::parse(&format!("urn:farsight:dev::shop::{kind}::{name}")).unwrap();
        CheckResult {
            token: urn.token(),
            name: name.into(),
            urn,
            verdict,
            seen: seen.into(),
            took: 3200,
            limit: 120_000,
        }
    }

    #[test]
    fn every_verdict_is_told_apart() {
        let checks = vec![
            check("farsight:check/http:Http", "health", Verdict::Passed, "status 200"),
            check("aws:check/serviceSteady:ServiceSteady", "api", Verdict::TimedOut, "0 of 2 tasks running"),
            check("aws:check/alarmsQuiet:AlarmsQuiet", "alarms", Verdict::Failed, "not\u{1b}[2J allowed"),
        ];
        let report = VerifyReport { passed: 1, failed: 1, timed_out: 1, checks };
        insta::assert_snapshot!(crate::text::plain(&verify(&report)), @r"
        CHECK   KIND           VERDICT    AFTER  SEEN
        health  Http           pass       3.2s   status 200
        api     ServiceSteady  timed out  3.2s   0 of 2 tasks running
        alarms  AlarmsQuiet    fail       3.2s   not\u{1b}[2J allowed
        2 of 3 checks do not hold
        ");
        assert_eq!(crate::text::plain(&verify(&VerifyReport::default())), "the stack has no checks\n");
    }
}
