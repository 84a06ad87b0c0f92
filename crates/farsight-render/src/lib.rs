//! What people see: plans, progress, diagnostics, graphs and reports as text, and as JSON, dot, mermaid and SVG.
//!
//! Everything here is a function from data of the engine to text. Texts carry ANSI colours always; whoever prints them
//! does it through [`anstream`], which drops the colours where nobody sees them.

/// Appends formatted text to a string.
macro_rules! add {
    ($text:expr, $($format:tt)*) => {{
        use std::fmt::Write as _;
        // Writing to a string cannot fail.
        let _ = write!($text, $($format)*);
    }};
}

mod calls;
mod code;
mod diagnostic;
mod diff;
mod document;
mod drift;
pub mod graph;
mod plan;
mod progress;
mod retained;
mod style;
mod table;
mod tally;
mod text;
mod value;
mod verify;

pub use calls::{Call, calls};
pub use code::{Code, CodeSecret, code};
pub use diagnostic::{Sources, diagnostics, diagnostics_json};
pub use diff::change_lines;
pub use drift::drift;
pub use plan::{outputs, plan, summary_line};
pub use progress::Progress;
pub use retained::retained;
pub use style::{op_style, op_symbol};
pub use table::Table;
pub use tally::Tally;
pub use text::{count, duration, moment, plain, printable, resource};
pub use value::value;
pub use verify::verify;
