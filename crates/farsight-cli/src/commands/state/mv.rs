//! `farsight state mv`

use super::{find, surgery};
use crate::context::Context;
use crate::failure::{Failure, Result};
use crate::run::{self, quiet_session};
use crate::{keys, out};
use farsight_engine::{Code, Control, Diagnostic};
use farsight_model::Urn;

/// Gives a resource another name.
pub fn rename(cx: &Context, resource: &str, to: &str) -> Result<()> {
    let (mut store, stack) = cx.existing_writable()?;
    let rows = store.snapshot(stack.id)?.resources;
    let from = find::resource(&rows, resource)?.urn.clone();
    let to = Urn::parse(to).unwrap_or_else(|_| from.with_name(to));
    let keyring = keys::open_or_create(&mut store, &stack)?;
    let session = quiet_session(store, stack, keyring, Control::new());
    surgery::locked(session, "mv", async |session| session.rename(&from, &to))?;
    out::talk(&format!("`{}` is `{}` now; give it this name in the program, too", from.name(), to.name()));
    Ok(())
}

/// Moves resources to another stack of the same state file.
pub fn to_stack(cx: &Context, resources: &[String], target: &str) -> Result<()> {
    let (mut store, stack) = cx.existing_writable()?;
    let mut second = cx.store()?;
    let other = cx.find(&second, target)?;
    if other.id == stack.id {
        return Err(Diagnostic::error(Code::BadArgument, format!("`{target}` is the stack they are in"))
            .help("without `--to`, `farsight state mv OLD NEW` gives a resource another name")
            .into());
    }
    let rows = store.snapshot(stack.id)?.resources;
    let urns: Vec<Urn> =
        resources.iter().map(|text| find::resource(&rows, text).map(|row| row.urn.clone())).collect::<Result<_>>()?;
    let keyring = keys::open_or_create(&mut store, &stack)?;
    let other_keyring = keys::open_or_create(&mut second, &other)?;
    let (from, to) = (stack.name.clone(), other.name.clone());
    let mut here = quiet_session(store, stack, keyring, Control::new());
    let mut there = quiet_session(second, other, other_keyring, Control::new());
    let moved = run::block_on(async |_| {
        surgery::lock(&mut here, "mv").await?;
        let result = match surgery::lock(&mut there, "mv").await {
            Ok(()) => here.move_to(&mut there, &urns).map_err(Failure::from),
            Err(failure) => Err(failure),
        };
        let failures = result.as_ref().err().map_or(&[][..], |failure| failure.diagnostics.as_slice());
        let finished = [here.finish(failures, false), there.finish(failures, false)];
        let moved = result?;
        finished.into_iter().collect::<std::result::Result<Vec<()>, _>>()?;
        Ok(moved)
    })?;
    for (urn, _) in &moved.urns {
        out::talk(&format!("moved `{}` from stack `{from}` to `{to}`", urn.name()));
    }
    for note in &moved.notes {
        out::talk(&format!("note: {note}"));
    }
    out::talk(&format!("declare them in the program of stack `{to}`, and no longer in that of `{from}`"));
    Ok(())
}
