//! `farsight stack rename`

use crate::commands::state::surgery;
use crate::context::{Context, DEFAULT_STACK};
use crate::failure::{Result, file};
use crate::run::quiet_session;
use crate::stack_file::{Entry, StackFile};
use crate::{home, keys, names, out};
use farsight_engine::{Code, Control, Diagnostic};
use farsight_secrets::Keyring;
use farsight_state::Stack;

pub fn run(cx: &Context, to: &str) -> Result<()> {
    names::check("stack", to)?;
    let (mut store, stack) = cx.existing_writable()?;
    if store.stack(to)?.is_some() {
        return Err(Diagnostic::error(Code::StackExists, format!("there is a stack `{to}` already"))
            .note("nothing was changed")
            .into());
    }
    let from = stack.name.clone();
    let keyring = keys::open_or_create(&mut store, &stack)?;
    let new = configuration(cx, &stack, to, &keyring)?;
    let selected = home::selected(&cx.project)?;
    let session = quiet_session(store, stack, keyring, Control::new());
    surgery::locked(session, "rename", async |session| session.rename_stack(to))?;
    if let Some(old) = &new {
        std::fs::remove_file(old).map_err(|error| file("remove", old, &error))?;
    }
    if selected.as_deref() == Some(&from) || (selected.is_none() && from == DEFAULT_STACK) {
        home::select(&cx.project, Some(to))?;
        out::talk(&format!("stack `{from}` is `{to}` now, and selected"));
    } else {
        out::talk(&format!("stack `{from}` is `{to}` now"));
    }
    Ok(())
}

/// Writes the stack's configuration under its new name, secrets sealed anew; gives the old file, which is to go.
fn configuration(cx: &Context, stack: &Stack, to: &str, keyring: &Keyring) -> Result<Option<std::path::PathBuf>> {
    let old = StackFile::read(&cx.project, &stack.name)?;
    if !old.path().exists() {
        return Ok(None);
    }
    let mut new = old.renamed(&cx.project, to);
    if new.path().exists() {
        return Err(Diagnostic::error(Code::BadArgument, format!("`{}` exists already", new.path().display()))
            .note("nothing was changed")
            .help("remove it, or choose another name")
            .into());
    }
    let renamed = Stack { name: to.to_owned(), ..stack.clone() };
    let mut entries = Vec::new();
    for (key, (entry, _)) in old.entries() {
        if let Entry::Secure(sealed) = entry {
            let text = keyring.open_text(&keys::config_context(stack, key), sealed)?;
            let sealed = keyring.seal_text(&keys::config_context(&renamed, key), &text)?;
            entries.push((key.clone(), Entry::Secure(sealed)));
        }
    }
    new.set_all(&entries)?;
    Ok(Some(old.path().to_owned()))
}
