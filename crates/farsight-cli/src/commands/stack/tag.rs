//! `farsight stack tag`

use crate::context::Context;
use crate::failure::Result;
use crate::{names, out};
use farsight_engine::{Code, Diagnostic};
use farsight_render::{Table, printable};
use std::collections::BTreeMap;

#[derive(Debug, clap::Subcommand)]
pub enum Tag {
    /// List the tags of the stack
    #[command(after_help = "Example:\n  farsight stack tag ls --json")]
    Ls {
        /// Answer as JSON
        #[arg(long)]
        json: bool,
    },
    /// Print the value of a tag
    #[command(after_help = "Example:\n  farsight stack tag get owner")]
    Get {
        /// The tag's name
        name: String,
    },
    /// Set a tag
    #[command(after_help = "Example:\n  farsight stack tag set owner shop-team")]
    Set {
        /// The tag's name
        name: String,
        /// Its value
        value: String,
    },
    /// Remove a tag
    #[command(after_help = "Example:\n  farsight stack tag rm owner")]
    Rm {
        /// The tag's name
        name: String,
    },
}

impl Tag {
    pub fn is_json(&self) -> bool {
        matches!(self, Tag::Ls { json: true })
    }

    pub fn run(&self, cx: &Context) -> Result<()> {
        match self {
            Tag::Ls { json } => ls(cx, *json),
            Tag::Get { name } => {
                let (store, stack) = cx.existing()?;
                let tags = store.tags(stack.id)?;
                let value = tags.get(name).ok_or_else(|| no_tag(&stack.name, name, &tags))?;
                out::data(&format!("{value}\n"))
            }
            Tag::Set { name, value } => {
                names::check("tag", name)?;
                let (mut store, stack) = cx.existing_writable()?;
                store.set_tag(stack.id, name, value)?;
                out::talk(&format!("set tag `{name}` of stack `{}`", stack.name));
                Ok(())
            }
            Tag::Rm { name } => {
                let (mut store, stack) = cx.existing_writable()?;
                let tags = store.tags(stack.id)?;
                if !store.remove_tag(stack.id, name)? {
                    return Err(no_tag(&stack.name, name, &tags).into());
                }
                out::talk(&format!("removed tag `{name}` of stack `{}`", stack.name));
                Ok(())
            }
        }
    }
}

fn ls(cx: &Context, as_json: bool) -> Result<()> {
    let (store, stack) = cx.existing()?;
    let tags = store.tags(stack.id)?;
    if as_json {
        return out::json(&tags);
    }
    if tags.is_empty() {
        out::talk(&format!("stack `{}` has no tags", stack.name));
    }
    let mut table = Table::new(["TAG", "VALUE"]);
    for (name, value) in &tags {
        table.row([name.clone(), printable(value)]);
    }
    out::data(&table.render())
}

fn no_tag(stack: &str, name: &str, tags: &BTreeMap<String, String>) -> Diagnostic {
    let problem = Diagnostic::error(Code::BadArgument, format!("stack `{stack}` has no tag `{name}`"));
    match names::nearest(name, tags.keys().map(String::as_str)) {
        Some(near) => problem.help(format!("did you mean `{near}`?")),
        None => problem.help("`farsight stack tag ls` lists what is set"),
    }
}
