//! `farsight state export` and `farsight state import`

use crate::context::{Context, now};
use crate::failure::{Result, file};
use crate::home::write_whole;
use crate::{out, run};
use farsight_engine::{Code, Diagnostic};
use farsight_render::count;
use farsight_state::Holder;
use std::io::Read;
use std::path::Path;

/// How long an import may take until others may think it dead, in milliseconds.
const LEASE: i64 = 60_000;

pub fn export(cx: &Context, output: Option<&Path>) -> Result<()> {
    let (store, stack) = cx.existing()?;
    let document = store.export(stack.id)?;
    let Some(path) = output else {
        return out::json(&document);
    };
    write_whole(path, &format!("{document:#}\n")).map_err(|error| file("write", path, &error))?;
    out::talk(&format!("wrote stack `{}` to `{}`", stack.name, path.display()));
    Ok(())
}

pub fn import(cx: &Context, path: &Path) -> Result<()> {
    let text = if path == Path::new("-") {
        let mut text = String::new();
        std::io::stdin().lock().read_to_string(&mut text).map(|_| text)
    } else {
        std::fs::read_to_string(path)
    };
    let text = text.map_err(|error| file("read", path, &error))?;
    let document = serde_json::from_str(&text).map_err(|error| {
        Diagnostic::error(Code::BadArgument, format!("`{}` is no JSON: {error}", path.display()))
            .help("give a file that `farsight state export` wrote")
    })?;
    let name = cx.stack_name()?;
    let mut store = cx.store()?;
    let (stack, is_new) = match store.stack(&name)? {
        Some(_) => (cx.find(&store, &name)?, false),
        None => (store.create_stack(&cx.project.name, &name, now())?, true),
    };
    let holder = Holder {
        user: run::user(),
        host: run::host(),
        pid: std::process::id(),
        process: None,
        command: run::command_line(std::env::args().skip(1)),
    };
    let lease = store.acquire_lease(stack.id, &holder, now(), LEASE)?;
    let result = store.import_document(&lease, document);
    let released = store.release_lease(&lease);
    if result.is_err() && is_new {
        // The stack was only made for this document.
        store.remove_stack(stack.id)?;
    }
    result?;
    released?;
    let resources = store.resource_count(stack.id)?;
    out::talk(&format!("stack `{name}` has {} again", count(resources as usize, "resource")));
    Ok(())
}
