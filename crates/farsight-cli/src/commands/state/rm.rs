//! `farsight state rm`

use super::find;
use crate::context::Context;
use crate::failure::{Failure, Result};
use crate::run::{self, quiet_session};
use crate::{ask, keys, out};
use farsight_engine::{Control, LockRequest, Targets};

pub fn run(cx: &Context, resource: &str, yes: bool) -> Result<()> {
    let (mut store, stack) = cx.existing_writable()?;
    let rows = store.snapshot(stack.id)?.resources;
    let row = find::resource(&rows, resource)?;
    let urn = row.urn.clone();
    if !yes {
        let id = row.id.as_ref().map_or_else(String::new, |id| format!("; `{id}` stays in the cloud"));
        ask::confirm(&format!("forget `{urn}`{id}?"), "--yes")?;
    }
    let keyring = keys::open_or_create(&mut store, &stack)?;
    run::block_on(async |control: Control| {
        let mut session = quiet_session(store, stack, keyring, control);
        let request = LockRequest {
            kind: "state rm".to_owned(),
            command: run::command_line(std::env::args().skip(1)),
            user: run::user(),
            host: run::host(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            ..LockRequest::default()
        };
        session.lock(&request).await?;
        // A URN may hold what a pattern takes for its own.
        let result = match Targets::parse(&[escaped(urn.as_str())]) {
            Ok(targets) => session.forget(&targets).await.map_err(Failure::from),
            Err(problems) => Err(problems.into()),
        };
        let finished = session.finish(result.as_ref().err().map_or(&[], |failure| &failure.diagnostics), false);
        result?;
        Ok(finished?)
    })?;
    out::talk(&format!("forgot `{urn}`"));
    Ok(())
}

/// A text as the pattern that matches only itself.
fn escaped(text: &str) -> String {
    let mut pattern = String::new();
    for c in text.chars() {
        if matches!(c, '*' | '?' | '[' | ']' | '{' | '}' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern
}
