//! `farsight config cp`

use super::{clear, not_set, writable};
use crate::context::{Context, DEFAULT_STACK, Options};
use crate::failure::Result;
use crate::stack_file::{Entry, StackFile};
use crate::{keys, names, out};
use farsight_engine::{Code, Diagnostic};
use farsight_render::count;

pub fn run(options: &Options, cx: &Context, keys: &[String], to: &str, force: bool) -> Result<()> {
    let from = super::stack_name(cx)?;
    if from == to {
        return Err(Diagnostic::error(Code::BadArgument, format!("`{to}` is the stack that is copied from")).into());
    }
    names::check("stack", to)?;
    let there = Options { stack: Some(to.to_owned()), ..options.clone() }.context()?;
    if to != DEFAULT_STACK {
        there.existing()?;
    }
    let source = StackFile::read(&cx.project, &from)?;
    let mut target = StackFile::read(&cx.project, to)?;
    let wanted: Vec<&String> = if keys.is_empty() { source.entries().keys().collect() } else { keys.iter().collect() };
    let taken: Vec<&str> =
        wanted.iter().map(|key| key.as_str()).filter(|key| target.entries().contains_key(*key)).collect();
    if !taken.is_empty() && !force {
        return Err(Diagnostic::error(
            Code::BadArgument,
            format!("{} has {} already", target.name(), names::list(taken)),
        )
        .note("nothing was changed")
        .help("give `--force` to replace them, or name the keys to copy")
        .into());
    }
    let mut copies = Vec::new();
    for key in wanted {
        let Some((entry, _)) = source.entries().get(key) else {
            return Err(not_set(&source, key).into());
        };
        let copy = match entry {
            Entry::Plain(_) => entry.clone(),
            Entry::Secure(_) => {
                let value = clear(cx, key, entry)?;
                let (mut store, stack) = writable(&there, to)?;
                let keyring = keys::open_or_create(&mut store, &stack)?;
                let context = keys::config_context(&stack, key);
                Entry::Secure(keyring.seal_text(&context, value.as_str().unwrap_or_default())?)
            }
        };
        copies.push((key.clone(), copy));
    }
    target.set_all(&copies)?;
    out::talk(&format!("copied {} to {}", count(copies.len(), "key"), target.name()));
    Ok(())
}
