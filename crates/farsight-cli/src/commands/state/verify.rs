//! `farsight state verify`

use super::surgery::{backup_path, lock};
use crate::context::Context;
use crate::failure::{Failure, Result};
use crate::run::{self, quiet_session};
use crate::{ask, out};
use farsight_engine::{Code, Control, Diagnostic, Session};
use farsight_render::count;
use farsight_secrets::{KeySource, Keyring, Passphrase};
use farsight_state::{Finding, Stack, StackId, StateError};
use std::path::Path;

/// Looks for damage, and says what a repair would do about it.
pub fn run(cx: &Context, as_json: bool) -> Result<()> {
    let path = cx.state_path()?;
    let Some(store) = cx.readable_store()? else {
        return Err(StateError::Missing { path }.into());
    };
    answer(&path, &store.verify()?, as_json)
}

/// Repairs what can surely be repaired, and looks again.
pub fn repair(cx: &Context, as_json: bool, yes: bool) -> Result<()> {
    let path = cx.state_path()?;
    if cx.readable_store()?.is_none() {
        return Err(StateError::Missing { path }.into());
    }
    let store = cx.store()?;
    let found = store.verify()?;
    let mut stacks: Vec<StackId> = found.iter().filter_map(Finding::stack).collect();
    stacks.sort_unstable();
    stacks.dedup();
    if stacks.is_empty() {
        return answer(&path, &found, as_json);
    }
    for finding in &found {
        out::talk(&format!("{}: {}", line(finding), finding.fix.unwrap_or("nobody can know what is right")));
    }
    let fixable = found.iter().filter(|finding| finding.fix.is_some()).count();
    if !yes {
        ask::confirm(&format!("repair {} in `{}`?", count(fixable, "finding"), path.display()), "--yes")?;
    }
    let backup = backup_path(&path);
    store.backup(&backup)?;
    out::talk(&format!("the file as it was is in `{}`", backup.display()));
    let stacks: Vec<Stack> = store.stacks()?.into_iter().filter(|stack| stacks.contains(&stack.id)).collect();
    drop(store);
    let mut sessions = stacks.into_iter().map(|stack| keyless(cx, stack)).collect::<Result<Vec<_>>>()?;
    let repaired = run::block_on(async |_| {
        let mut result = Ok(());
        for session in &mut sessions {
            result = result.and(lock(session, "verify --repair").await);
        }
        let result = result.and_then(|()| Session::repair(&mut sessions).map_err(Failure::from));
        let failures = result.as_ref().err().map_or(&[][..], |failure| failure.diagnostics.as_slice());
        let mut finished = Ok(());
        for session in &mut sessions {
            finished = finished.and(session.finish(failures, false));
        }
        let repaired = result?;
        finished?;
        Ok(repaired)
    })?;
    out::talk(&format!("repaired {}", count(repaired.len(), "finding")));
    let left = cx.store()?.verify()?;
    answer(&path, &left, as_json)
}

/// A session that seals and opens nothing: whoever repairs a file may not have its key.
fn keyless(cx: &Context, stack: Stack) -> Result<Session> {
    let (keyring, _) = Keyring::create(&KeySource::Passphrase(Passphrase::new("a repair seals nothing")))?;
    Ok(quiet_session(cx.store()?, stack, keyring, Control::new()))
}

fn answer(path: &Path, findings: &[Finding], as_json: bool) -> Result<()> {
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
    for finding in findings {
        problem = problem.note(line(finding));
    }
    if findings.iter().any(|finding| finding.fix.is_some()) {
        problem = problem.help("`farsight state verify --repair` says what it would do about it, and asks");
    }
    Err(problem.help("restore a backup of the file, or a document of `farsight state export`").into())
}

fn line(finding: &Finding) -> String {
    let whose = finding.urn.as_ref().map_or_else(String::new, |urn| format!("{urn}: "));
    format!("{whose}{} ({})", finding.message, finding.code)
}
