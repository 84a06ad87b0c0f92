//! `farsight config`

use crate::context::{Context, DEFAULT_STACK, Options, now};
use crate::failure::Result;
use crate::stack_file::{AWS_KEYS, Entry, StackFile, unknown};
use crate::{ask, keys, names, out};
use farsight_engine::{Code, Diagnostic, masked};
use farsight_model::Value;
use farsight_render::Table;
use farsight_state::{Stack, Store};

/// The configuration of a stack, in `Farsight.<stack>.toml`
#[derive(Debug, clap::Args)]
pub struct Config {
    #[command(subcommand)]
    command: Sub,
}

#[derive(Debug, clap::Subcommand)]
enum Sub {
    /// Print the value of a key
    #[command(
        after_help = "Examples:\n  farsight config get vpc_cidr\n  farsight -s prod config get db_password --show-secrets"
    )]
    Get {
        /// The key
        key: String,
        /// Print a secret in clear
        #[arg(long)]
        show_secrets: bool,
        /// Answer as JSON
        #[arg(long)]
        json: bool,
    },
    /// Set a key; without VALUE it is asked for, or read from standard input
    #[command(
        after_help = "Examples:\n  farsight config set vpc_cidr 10.0.0.0/16\n  farsight config set aws:region eu-central-1\n  \
                      farsight config set --secret db_password < password.txt"
    )]
    Set {
        /// The key
        key: String,
        /// The value; lists and maps as JSON
        value: Option<String>,
        /// Encrypt the value
        #[arg(long)]
        secret: bool,
    },
    /// List the keys and their values
    #[command(after_help = "Example:\n  farsight config ls --json")]
    Ls {
        /// Print secrets in clear
        #[arg(long)]
        show_secrets: bool,
        /// Answer as JSON
        #[arg(long)]
        json: bool,
    },
    /// Remove a key
    #[command(after_help = "Example:\n  farsight config rm vpc_cidr")]
    Rm {
        /// The key
        key: String,
    },
}

impl Config {
    pub fn is_json(&self) -> bool {
        matches!(self.command, Sub::Get { json: true, .. } | Sub::Ls { json: true, .. })
    }

    pub fn run(&self, options: &Options) -> Result<()> {
        let cx = options.context()?;
        match &self.command {
            Sub::Get { key, show_secrets, json } => get(&cx, key, *show_secrets, *json),
            Sub::Set { key, value, secret } => set(&cx, key, value.as_deref(), *secret),
            Sub::Ls { show_secrets, json } => ls(&cx, *show_secrets, *json),
            Sub::Rm { key } => rm(&cx, key),
        }
    }
}

fn get(cx: &Context, key: &str, show: bool, json: bool) -> Result<()> {
    let name = stack_name(cx)?;
    let file = StackFile::read(&cx.project, &name)?;
    let Some((entry, _)) = file.entries().get(key) else {
        return Err(not_set(&file, key).into());
    };
    let value = shown(cx, key, entry, show)?;
    if json {
        return out::json(&value);
    }
    out::data(&format!("{}\n", text(&value)))
}

fn ls(cx: &Context, show: bool, json: bool) -> Result<()> {
    let name = stack_name(cx)?;
    let file = StackFile::read(&cx.project, &name)?;
    let mut all = serde_json::Map::new();
    for (key, (entry, _)) in file.entries() {
        all.insert(key.clone(), shown(cx, key, entry, show)?);
    }
    if json {
        return out::json(&all);
    }
    if all.is_empty() {
        out::talk(&format!("stack `{name}` has no configuration; set a key with `farsight config set KEY VALUE`"));
    }
    let mut table = Table::new(["KEY", "VALUE"]);
    for (key, value) in &all {
        table.row([key.clone(), text(value)]);
    }
    out::data(&table.render())
}

fn set(cx: &Context, key: &str, value: Option<&str>, secret: bool) -> Result<()> {
    if key.is_empty() || key.chars().any(char::is_control) {
        return Err(Diagnostic::error(Code::BadArgument, format!("{key:?} is no configuration key")).into());
    }
    if key.starts_with("aws:") && !AWS_KEYS.contains(&key) {
        return Err(unknown(key, AWS_KEYS.iter().copied()).into());
    }
    let name = stack_name(cx)?;
    let mut file = StackFile::read(&cx.project, &name)?;
    if !secret && matches!(file.entries().get(key), Some((Entry::Secure(_), _))) {
        return Err(Diagnostic::error(
            Code::BadArgument,
            format!("`{key}` is a secret, and would be written in clear"),
        )
        .help(format!("give `--secret`, or remove it first with `farsight config rm {key}`"))
        .into());
    }
    let value = match value {
        Some(value) => value.to_owned(),
        None => ask::secret(key)?,
    };
    let entry = if secret {
        let (mut store, stack) = writable(cx, &name)?;
        let keyring = keys::open_or_create(&mut store, &stack)?;
        Entry::Secure(keyring.seal_text(&keys::config_context(&stack, key), &value)?)
    } else {
        Entry::Plain(Value::String(value))
    };
    file.set(key, &entry)?;
    out::talk(&format!("set `{key}` in {}", file.name()));
    Ok(())
}

fn rm(cx: &Context, key: &str) -> Result<()> {
    let mut file = StackFile::read(&cx.project, &stack_name(cx)?)?;
    if !file.remove(key)? {
        return Err(not_set(&file, key).into());
    }
    out::talk(&format!("removed `{key}` from {}", file.name()));
    Ok(())
}

/// The stack's name; a stack that does not exist is an error, except for the one that the first `up` makes.
fn stack_name(cx: &Context) -> Result<String> {
    let name = cx.stack_name()?;
    if name != DEFAULT_STACK {
        cx.existing()?;
    }
    Ok(name)
}

/// The state for writing, with the default stack made where it is missing.
fn writable(cx: &Context, name: &str) -> Result<(Store, Stack)> {
    if name != DEFAULT_STACK {
        return cx.existing_writable();
    }
    let mut store = cx.store()?;
    let stack = match store.stack(name)? {
        Some(_) => cx.find(&store, name)?,
        None => store.create_stack(&cx.project.name, name, now())?,
    };
    Ok((store, stack))
}

fn shown(cx: &Context, key: &str, entry: &Entry, show: bool) -> Result<serde_json::Value> {
    match entry {
        Entry::Plain(value) => Ok(masked(value)),
        Entry::Secure(_) if !show => Ok("[secret]".into()),
        Entry::Secure(sealed) => {
            let (store, stack) = cx.existing()?;
            let Some(keyring) = keys::open(&store, &stack)? else {
                return Err(Diagnostic::error(Code::WrongKey, format!("stack `{}` has no key yet", stack.name)).into());
            };
            Ok(keyring.open_text(&keys::config_context(&stack, key), sealed)?.as_str().into())
        }
    }
}

/// Text as it is, everything else as JSON: what `config set` would take.
fn text(value: &serde_json::Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn not_set(file: &StackFile, key: &str) -> Diagnostic {
    let problem = Diagnostic::error(Code::BadArgument, format!("`{key}` is not set in {}", file.name()));
    match names::nearest(key, file.entries().keys().map(String::as_str)) {
        Some(near) => problem.help(format!("did you mean `{near}`?")),
        None => problem.help("`farsight config ls` lists what is set"),
    }
}
