//! `farsight state verify`

use crate::context::Context;
use crate::failure::{Failure, Result};
use crate::out;
use farsight_engine::{Code, Diagnostic};
use farsight_render::count;
use farsight_state::StateError;

pub fn run(cx: &Context, as_json: bool) -> Result<()> {
    let path = cx.state_path()?;
    let Some(store) = cx.readable_store()? else {
        return Err(StateError::Missing { path }.into());
    };
    let findings = store.verify()?;
    if as_json {
        out::json(&serde_json::json!({ "ok": findings.is_empty(), "findings": findings }))?;
        return if findings.is_empty() { Ok(()) } else { Err(Failure::quiet(Code::StateCorrupt.exit())) };
    }
    if findings.is_empty() {
        return out::data(&format!("no damage found in `{}`\n", path.display()));
    }
    let mut problem = Diagnostic::error(
        Code::StateCorrupt,
        format!("state file `{}` is damaged: {}", path.display(), count(findings.len(), "finding")),
    );
    for finding in &findings {
        let whose = finding.urn.as_ref().map_or_else(String::new, |urn| format!("{urn}: "));
        problem = problem.note(format!("{whose}{} ({})", finding.message, finding.code));
    }
    Err(problem.help("restore a backup of the file, or a document of `farsight state export`").into())
}
