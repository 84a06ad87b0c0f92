//! What the commands that change the state by hand have in common: the lock, and an entry in the history.

use crate::context::now;
use crate::failure::{Failure, Result};
use crate::run;
use farsight_engine::{Diagnostics, LockRequest, Session};
use std::path::{Path, PathBuf};

/// Locks a session for `state <kind>`.
pub async fn lock(session: &mut Session, kind: &str) -> Result<()> {
    let request = LockRequest {
        kind: format!("state {kind}"),
        command: run::command_line(std::env::args().skip(1)),
        user: run::user(),
        host: run::host(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        ..LockRequest::default()
    };
    Ok(session.lock(&request).await?)
}

/// Does some work under the lock of a session that reaches no cloud.
pub fn locked<T>(
    mut session: Session,
    kind: &str,
    work: impl AsyncFnOnce(&mut Session) -> std::result::Result<T, Diagnostics>,
) -> Result<T> {
    run::block_on(async |_| {
        lock(&mut session, kind).await?;
        let result = work(&mut session).await;
        let finished = session.finish(result.as_ref().err().map_or(&[], Vec::as_slice), false);
        let value = result.map_err(Failure::from)?;
        finished?;
        Ok(value)
    })
}

/// Where a copy of a state file goes before something is repaired in it.
pub fn backup_path(state: &Path) -> PathBuf {
    let mut name = state.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.backup", now()));
    state.with_file_name(name)
}
