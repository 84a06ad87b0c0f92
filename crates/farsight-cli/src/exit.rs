//! The exit codes of every command. `docs/cli.md` has the same table.

/// Everything that was asked for is done.
pub const DONE: u8 = 0;
/// Steps failed; what was done is recorded, and the same command continues.
pub const STEPS_FAILED: u8 = 1;
/// The command line, the project or its configuration is wrong.
pub const USAGE: u8 = 2;
/// The program did not build, or did not run to its end.
pub const PROGRAM: u8 = 3;
/// No working credentials, or those of another account.
pub const CREDENTIALS: u8 = 4;
/// Another run holds the stack.
pub const LOCKED: u8 = 5;
/// `drift --check` found drift.
pub const DRIFT: u8 = 6;
/// `preview --expect-no-changes` found changes.
pub const CHANGES: u8 = 7;
/// The user cancelled.
pub const CANCELLED: u8 = 8;
/// The plan violates a mandatory policy of the program; nothing was done.
pub const POLICY: u8 = 9;
/// `verify`, or `up --verify`, found a check that does not hold.
pub const CHECKS: u8 = 10;
/// A bug in farsight.
pub const BUG: u8 = 101;

#[cfg(test)]
mod tests {
    use farsight_engine::Code;

    #[test]
    fn every_code_ends_with_a_documented_exit() {
        let known = [
            super::STEPS_FAILED,
            super::USAGE,
            super::PROGRAM,
            super::CREDENTIALS,
            super::LOCKED,
            super::CANCELLED,
            super::POLICY,
            super::BUG,
        ];
        for code in Code::ALL {
            assert!(known.contains(&code.exit()), "{}: {}", code.text(), code.exit());
        }
    }

    #[test]
    fn the_manual_has_the_same_table() {
        let manual = include_str!("../../../docs/cli.md");
        for code in [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 101] {
            assert!(manual.contains(&format!("| {code} |")), "docs/cli.md lacks exit code {code}");
        }
    }
}
