//! A panic is a bug in farsight, and says so.

use crate::out;
use farsight_engine::{Code, Diagnostic};
use farsight_render::{Sources, diagnostics};
use std::panic::{AssertUnwindSafe, PanicHookInfo};

/// Makes every panic of this process ask for a report.
pub fn install() {
    std::panic::set_hook(Box::new(|info| out::talk(diagnostics(&[bug(info)], &Sources::default()).trim_end())));
}

/// Runs a command; `Err` if it panicked, which was said by then.
pub fn catch<T>(run: impl FnOnce() -> T) -> Result<T, ()> {
    std::panic::catch_unwind(AssertUnwindSafe(run)).map_err(drop)
}

fn bug(info: &PanicHookInfo<'_>) -> Diagnostic {
    let message = info.payload_as_str().unwrap_or("no message");
    let place = info.location().map_or_else(String::new, |at| format!(", at {}:{}", at.file(), at.line()));
    Diagnostic::error(Code::Bug, format!("this is a bug in farsight: {message}{place}"))
        .note(format!("farsight {}", env!("CARGO_PKG_VERSION")))
        .help("please report it, with what you did and with the lines above")
        .help("the state is safe: run the same command again, and it settles what was in flight")
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_panic_is_caught() {
        assert_eq!(super::catch(|| 3), Ok(3));
        assert_eq!(super::catch(|| panic!("on purpose")), Err(()));
    }
}
