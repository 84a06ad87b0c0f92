//! Colours and symbols.

use anstyle::{AnsiColor, Style};
use farsight_engine::StepOp;

pub(crate) const GREEN: Style = AnsiColor::Green.on_default();
pub(crate) const YELLOW: Style = AnsiColor::Yellow.on_default();
pub(crate) const MAGENTA: Style = AnsiColor::Magenta.on_default();
pub(crate) const RED: Style = AnsiColor::Red.on_default();
pub(crate) const CYAN: Style = AnsiColor::Cyan.on_default();
pub(crate) const DIM: Style = Style::new().dimmed();
pub(crate) const BOLD: Style = Style::new().bold();

/// The text in a style.
pub(crate) fn paint(style: Style, text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("{style}{text}{style:#}") }
}

/// The symbol of a step in plans, by the word that plans have for it.
pub fn op_symbol(op: &str) -> &'static str {
    match op {
        "create" => "+",
        "update" => "~",
        "replace" => "+-",
        "delete" => "-",
        "import" => "=",
        "forget" => ".",
        _ => " ",
    }
}

/// The colour of a step in plans, by the word that plans have for it.
pub fn op_style(op: &str) -> Style {
    match op {
        "create" => GREEN,
        "update" => YELLOW,
        "replace" => MAGENTA,
        "delete" => RED,
        "import" | "forget" => CYAN,
        _ => Style::new(),
    }
}

/// What is said while a step runs, and when it is done.
pub(crate) fn verbs(op: StepOp) -> (&'static str, &'static str) {
    match op {
        StepOp::Same => ("keeping", "unchanged"),
        StepOp::Create => ("creating", "created"),
        StepOp::Update => ("updating", "updated"),
        StepOp::Detach => ("detaching", "detached"),
        StepOp::CreateReplacement => ("creating replacement of", "created replacement of"),
        StepOp::DeleteReplaced => ("deleting replaced", "deleted replaced"),
        StepOp::Delete => ("deleting", "deleted"),
        StepOp::Import => ("importing", "imported"),
        StepOp::Forget => ("forgetting", "forgot"),
        StepOp::Gone => ("dropping", "dropped"),
        StepOp::Refresh => ("reading", "read"),
    }
}

/// The colour of a step that runs.
pub(crate) fn step_style(op: StepOp) -> Style {
    match op {
        StepOp::Same | StepOp::Refresh => DIM,
        StepOp::Create => GREEN,
        StepOp::Update | StepOp::Detach => YELLOW,
        StepOp::CreateReplacement => MAGENTA,
        StepOp::DeleteReplaced | StepOp::Delete => RED,
        StepOp::Import | StepOp::Forget | StepOp::Gone => CYAN,
    }
}
