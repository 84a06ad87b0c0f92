//! `farsight stack`

mod rename;
mod tag;

use crate::context::{Context, Options, now};
use crate::failure::Result;
use crate::{ask, home, keys, names, out};
use farsight_engine::{Code, Diagnostic, masked};
use farsight_model::Value;
use farsight_render::{Table, count, duration, moment, printable};
use serde_json::{Value as Json, json};

/// The stacks of a project
#[derive(Debug, clap::Args)]
pub struct Stack {
    #[command(subcommand)]
    command: Sub,
}

#[derive(Debug, clap::Subcommand)]
enum Sub {
    /// List the stacks of the project
    #[command(after_help = "Example:\n  farsight stack ls --json")]
    Ls {
        /// Answer as JSON
        #[arg(long)]
        json: bool,
    },
    /// Make an empty stack and select it
    #[command(after_help = "Example:\n  farsight stack init staging")]
    Init {
        /// The new stack's name
        name: String,
        /// Leave the selected stack as it is
        #[arg(long)]
        no_select: bool,
    },
    /// Select the stack that commands use when none is named
    #[command(after_help = "Example:\n  farsight stack select prod")]
    Select {
        /// The stack's name
        name: String,
    },
    /// Remove a stack that has no resources, with its whole history
    #[command(after_help = "Example:\n  farsight down -s staging && farsight stack rm staging --yes")]
    Rm {
        /// The stack's name; the current one if absent
        name: Option<String>,
        /// Answer yes beforehand
        #[arg(short, long)]
        yes: bool,
    },
    /// Give the stack another name, and its configuration file with it
    #[command(after_help = "Example:\n  farsight stack rename preprod -s staging")]
    Rename {
        /// The new name
        name: String,
    },
    /// Print the stack's outputs
    #[command(after_help = "Examples:\n  farsight stack output vpcId\n  farsight stack output --json --show-secrets")]
    Output {
        /// Only this output, as plain text
        name: Option<String>,
        /// Print secrets in clear
        #[arg(long)]
        show_secrets: bool,
        /// Answer as JSON
        #[arg(long)]
        json: bool,
    },
    /// Notes about the stack, by name
    Tag {
        #[command(subcommand)]
        command: tag::Tag,
    },
    /// List the updates of the stack, newest first
    #[command(after_help = "Example:\n  farsight stack history --limit 5")]
    History {
        /// At most this many
        #[arg(long, default_value_t = 20, value_name = "N")]
        limit: usize,
        /// Answer as JSON
        #[arg(long)]
        json: bool,
    },
}

impl Stack {
    pub fn is_json(&self) -> bool {
        match &self.command {
            Sub::Tag { command } => command.is_json(),
            Sub::Ls { json } | Sub::Output { json, .. } | Sub::History { json, .. } => *json,
            _ => false,
        }
    }

    pub fn run(&self, options: &Options) -> Result<()> {
        let cx = options.context()?;
        match &self.command {
            Sub::Ls { json } => ls(&cx, *json),
            Sub::Init { name, no_select } => init(&cx, name, !no_select),
            Sub::Select { name } => select(&cx, name),
            Sub::Rm { name, yes } => rm(&cx, name.as_deref(), *yes),
            Sub::Output { name, show_secrets, json } => output(&cx, name.as_deref(), *show_secrets, *json),
            Sub::Rename { name } => rename::run(&cx, name),
            Sub::Tag { command } => command.run(&cx),
            Sub::History { limit, json } => history(&cx, *limit, *json),
        }
    }
}

fn ls(cx: &Context, as_json: bool) -> Result<()> {
    let current = cx.stack_name()?;
    let store = cx.readable_store()?;
    let mut table = Table::new(["NAME", "RESOURCES", "CLOUD", "LAST UPDATE"]);
    let mut all = Vec::new();
    for stack in store.as_ref().map(farsight_state::Store::stacks).transpose()?.unwrap_or_default() {
        let Some(store) = &store else { continue };
        let resources = store.resource_count(stack.id)?;
        let last = store.updates(stack.id, 1)?.into_iter().next();
        let cloud = stack.cloud.as_ref().map_or_else(String::new, |cloud| {
            if cloud.sandbox { "sandbox".to_owned() } else { format!("{} {}", cloud.account, cloud.region) }
        });
        let mark = if stack.name == current { "*" } else { "" };
        let when = last.as_ref().map_or_else(|| "never".to_owned(), |last| moment(last.started_at));
        table.row([format!("{}{mark}", stack.name), resources.to_string(), cloud, when]);
        all.push(json!({
            "name": stack.name,
            "project": stack.project,
            "current": stack.name == current,
            "resources": resources,
            "cloud": stack.cloud,
            "createdAt": stack.created_at,
            "lastUpdate": last,
        }));
    }
    if as_json {
        return out::json(&all);
    }
    if let Some(description) = &cx.project.description {
        out::talk(&format!("{}: {}", cx.project.name, printable(description)));
    }
    if all.is_empty() {
        out::talk("there are no stacks yet; the first `farsight up` makes stack `dev`");
    }
    out::data(&table.render())
}

fn init(cx: &Context, name: &str, select: bool) -> Result<()> {
    names::check("stack", name)?;
    let mut store = cx.store()?;
    let stack = store.create_stack(&cx.project.name, name, now())?;
    keys::create(&mut store, &stack)?;
    if select {
        home::select(&cx.project, Some(name))?;
    }
    out::talk(&format!("made stack `{name}`{}", if select { " and selected it" } else { "" }));
    Ok(())
}

fn select(cx: &Context, name: &str) -> Result<()> {
    names::check("stack", name)?;
    let store = cx.readable_store()?;
    let Some(store) = store else {
        return Err(Diagnostic::error(Code::NoStack, format!("there is no stack `{name}`"))
            .help(format!("make it with `farsight stack init {name}`"))
            .into());
    };
    cx.find(&store, name)?;
    home::select(&cx.project, Some(name))?;
    out::talk(&format!("selected stack `{name}`"));
    Ok(())
}

fn rm(cx: &Context, name: Option<&str>, yes: bool) -> Result<()> {
    let name = match name {
        Some(name) => name.to_owned(),
        None => cx.stack_name()?,
    };
    let Some(store) = cx.readable_store()? else {
        return Err(Diagnostic::error(Code::NoStack, format!("there is no stack `{name}`")).into());
    };
    let stack = cx.find(&store, &name)?;
    drop(store);
    if !yes {
        ask::confirm(&format!("remove stack `{name}` and its history?"), "--yes")?;
    }
    cx.store()?.remove_stack(stack.id)?;
    if home::selected(&cx.project)?.as_deref() == Some(name.as_str()) {
        home::select(&cx.project, None)?;
    }
    out::talk(&format!("removed stack `{name}`"));
    let file = format!("Farsight.{name}.toml");
    if cx.project.root.join(&file).exists() {
        out::talk(&format!("its configuration `{file}` stays; remove it yourself if it is of no use"));
    }
    Ok(())
}

fn output(cx: &Context, name: Option<&str>, show: bool, as_json: bool) -> Result<()> {
    let (store, stack) = cx.existing()?;
    let mut outputs = store.snapshot(stack.id)?.outputs;
    if show && let Some(keyring) = keys::open(&store, &stack)? {
        outputs = crate::run::outputs(store, stack.clone(), keyring)?.revealed();
    }
    if let Some(name) = name {
        let Some(value) = outputs.get(name) else {
            let known: Vec<&str> =
                outputs.as_map().into_iter().flat_map(|map| map.keys().map(String::as_str)).collect();
            let problem =
                Diagnostic::error(Code::BadArgument, format!("stack `{}` has no output `{name}`", stack.name));
            let problem = match names::nearest(name, known.iter().copied()) {
                Some(near) => problem.help(format!("did you mean `{near}`?")),
                None => problem,
            };
            return Err(problem.note(format!("outputs: {}", names::list(known))).into());
        };
        let value = masked(value);
        return if as_json { out::json(&value) } else { out::data(&format!("{}\n", text(&value))) };
    }
    let empty = Value::map::<String>([]);
    let all = masked(if outputs.is_null() { &empty } else { &outputs });
    if as_json {
        return out::json(&all);
    }
    let mut table = Table::new(["OUTPUT", "VALUE"]);
    for (name, value) in all.as_object().into_iter().flatten() {
        table.row([name.clone(), text(value)]);
    }
    if table.is_empty() {
        out::talk(&format!("stack `{}` has no outputs", stack.name));
    }
    out::data(&table.render())
}

fn text(value: &Json) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn history(cx: &Context, limit: usize, as_json: bool) -> Result<()> {
    let (store, stack) = cx.existing()?;
    let updates = store.updates(stack.id, limit)?;
    if as_json {
        return out::json(&updates);
    }
    if updates.is_empty() {
        out::talk(&format!("stack `{}` was never updated", stack.name));
    }
    let mut table = Table::new(["#", "COMMAND", "RESULT", "STARTED", "TOOK", "CHANGES", "BY", "MESSAGE"]);
    for update in &updates {
        let took = update.ended_at.map_or_else(String::new, |end| duration(end.abs_diff(update.started_at)));
        let changes: Vec<String> = update
            .counts
            .iter()
            .filter(|(what, n)| **n > 0 && *what != "same")
            .map(|(what, n)| format!("{n} {what}"))
            .collect();
        table.row([
            update.id.0.to_string(),
            update.kind.clone(),
            update.result.map_or_else(|| "running".to_owned(), |result| result.to_string()),
            moment(update.started_at),
            took,
            changes.join(", "),
            format!("{}@{}", update.user, update.host),
            update.message.clone().or_else(|| update.error.clone()).unwrap_or_default(),
        ]);
    }
    if updates.len() == limit {
        out::talk(&format!("showing the latest {}; `--limit` shows more", count(limit, "update")));
    }
    out::data(&table.render())
}
