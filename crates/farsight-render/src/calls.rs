//! What was called of a cloud's API.

use crate::style::{BOLD, paint};
use crate::table::Table;
use crate::text::duration;
use serde::Serialize;

/// What was called of one operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Call {
    /// The operation, such as `ec2:DescribeVpcs`.
    pub operation: String,
    /// Requests, retries included.
    pub calls: u64,
    /// Those that repeated one that failed.
    pub retries: u64,
    /// Those that were refused because there were too many.
    pub throttles: u64,
    /// The time of all requests together, in milliseconds.
    pub took: u64,
}

/// A table of calls by operation, and their sum.
pub fn calls(calls: &[Call]) -> String {
    let mut table = Table::new(["OPERATION", "CALLS", "RETRIES", "THROTTLED", "TIME"]);
    let numbers = |call: &Call| {
        [call.calls.to_string(), call.retries.to_string(), call.throttles.to_string(), duration(call.took)]
    };
    for call in calls {
        table.row(std::iter::once(call.operation.clone()).chain(numbers(call)));
    }
    let sum = |part: fn(&Call) -> u64| calls.iter().map(part).sum();
    let all = Call {
        operation: String::new(),
        calls: sum(|call| call.calls),
        retries: sum(|call| call.retries),
        throttles: sum(|call| call.throttles),
        took: sum(|call| call.took),
    };
    table.row(std::iter::once("all".to_owned()).chain(numbers(&all)).map(|cell| paint(BOLD, &cell)));
    table.render()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_summed() {
        let call = |operation: &str, calls, retries| Call {
            operation: operation.into(),
            calls,
            retries,
            throttles: 1,
            took: 700,
        };
        let text = calls(&[call("ec2:DescribeVpcs", 2, 1), call("iam:GetRole", 3, 0)]);
        insta::assert_snapshot!(crate::text::plain(&text), @r"
        OPERATION         CALLS  RETRIES  THROTTLED  TIME
        ec2:DescribeVpcs  2      1        1          700ms
        iam:GetRole       3      0        1          700ms
        all               5      1        2          1.4s
        ");
    }
}
