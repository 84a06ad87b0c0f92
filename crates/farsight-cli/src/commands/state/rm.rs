//! `farsight state rm`

use super::{find, surgery};
use crate::context::Context;
use crate::failure::Result;
use crate::run::quiet_session;
use crate::{ask, keys, out};
use farsight_engine::{Control, Targets};

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
    // A URN may hold what a pattern takes for its own.
    let targets = Targets::parse(&[escaped(urn.as_str())])?;
    let session = quiet_session(store, stack, keyring, Control::new());
    surgery::locked(session, "rm", async |session| session.forget(&targets).await)?;
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
