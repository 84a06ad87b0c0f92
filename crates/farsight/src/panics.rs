//! Panics as values, with the place where they happened.

use farsight_model::Location;
use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::sync::Once;

/// A panic that was caught.
pub struct Panicked {
    /// Its message.
    pub message: String,
    /// Where it happened.
    pub location: Option<Location>,
}

thread_local! {
    static LAST: RefCell<Option<Location>> = const { RefCell::new(None) };
}

static HOOK: Once = Once::new();

/// Runs `f` and catches its panic. The standard message still goes to stderr.
pub fn catch<T>(f: impl FnOnce() -> T) -> Result<T, Panicked> {
    // The payload of a panic does not hold its place; only a hook sees that.
    HOOK.call_once(|| {
        let before = take_hook();
        set_hook(Box::new(move |info| {
            let at =
                info.location().map(|at| Location { file: at.file().to_owned(), line: at.line(), column: at.column() });
            LAST.with(|last| *last.borrow_mut() = at);
            before(info);
        }));
    });
    catch_unwind(AssertUnwindSafe(f)).map_err(|payload| {
        let message = if let Some(text) = payload.downcast_ref::<&str>() {
            (*text).to_owned()
        } else if let Some(text) = payload.downcast_ref::<String>() {
            text.clone()
        } else {
            "a panic without a message".to_owned()
        };
        Panicked { message, location: LAST.with(|last| last.borrow_mut().take()) }
    })
}
