//! `farsight config`

mod cp;
mod typed;

use crate::context::{Context, DEFAULT_STACK, Options, now};
use crate::failure::Result;
use crate::stack_file::{AWS_KEYS, Entry, StackFile, unknown};
use crate::{ask, keys, names, out};
use farsight_engine::{Code, Diagnostic, masked};
use farsight_model::{PropertyPath, Value};
use farsight_render::Table;
use farsight_state::{Stack, Store};
use typed::Type;

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
        after_help = "Examples:\n  farsight config get vpc_cidr\n  farsight config get --path 'zones[0].name'\n  \
                      farsight -s prod config get db_password --show-secrets"
    )]
    Get {
        /// The key
        key: String,
        /// KEY is a path into a list or a map, such as `zones[0].name`
        #[arg(long)]
        path: bool,
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
                      farsight config set --type int retention_days 30\n  \
                      farsight config set --path 'zones[0].name' a\n  \
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
        /// KEY is a path into a list or a map, such as `zones[0].name`
        #[arg(long, conflicts_with = "secret")]
        path: bool,
        /// What the value is
        #[arg(long = "type", value_enum, default_value_t = Type::String)]
        kind: Type,
    },
    /// Set several keys at once
    #[command(
        after_help = "Example:\n  farsight config set-all --plaintext vpc_cidr=10.0.0.0/16 --secret db_password=hunter2"
    )]
    SetAll {
        /// A key and its value in clear; repeatable
        #[arg(long, value_name = "KEY=VALUE")]
        plaintext: Vec<String>,
        /// A key and its value, which is encrypted; repeatable
        #[arg(long, value_name = "KEY=VALUE")]
        secret: Vec<String>,
    },
    /// Copy the configuration to another stack, secrets encrypted anew with its key
    #[command(
        after_help = "Examples:\n  farsight config cp --to staging\n  farsight -s dev config cp --to prod vpc_cidr"
    )]
    Cp {
        /// The keys; all of them if none is named
        keys: Vec<String>,
        /// The other stack
        #[arg(long, value_name = "STACK")]
        to: String,
        /// Replace what the other stack has under the same keys
        #[arg(long)]
        force: bool,
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
            Sub::Get { key, path, show_secrets, json } => get(&cx, key, *path, *show_secrets, *json),
            Sub::Set { key, value, secret, path, kind } => set(&cx, key, value.as_deref(), *secret, *path, *kind),
            Sub::SetAll { plaintext, secret } => set_all(&cx, plaintext, secret),
            Sub::Cp { keys, to, force } => cp::run(options, &cx, keys, to, *force),
            Sub::Ls { show_secrets, json } => ls(&cx, *show_secrets, *json),
            Sub::Rm { key } => rm(&cx, key),
        }
    }
}

fn get(cx: &Context, key: &str, is_path: bool, show: bool, json: bool) -> Result<()> {
    let name = stack_name(cx)?;
    let file = StackFile::read(&cx.project, &name)?;
    let (head, below) = if is_path { typed::split(key)? } else { (key.to_owned(), PropertyPath::root()) };
    let Some((entry, _)) = file.entries().get(&head) else {
        return Err(not_set(&file, &head).into());
    };
    let value = if is_path {
        let part = typed::part(&clear(cx, &head, entry)?, &below)
            .ok_or_else(|| Diagnostic::error(Code::BadArgument, format!("`{key}` is not set in {}", file.name())))?;
        let hidden = matches!(entry, Entry::Secure(_)) && !show;
        if hidden { "[secret]".into() } else { masked(&part) }
    } else {
        shown(cx, key, entry, show)?
    };
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

fn set(cx: &Context, key: &str, value: Option<&str>, secret: bool, is_path: bool, kind: Type) -> Result<()> {
    let (head, below) = if is_path { typed::split(key)? } else { (key.to_owned(), PropertyPath::root()) };
    check_key(&head)?;
    let name = stack_name(cx)?;
    let mut file = StackFile::read(&cx.project, &name)?;
    refuse_clear(&file, &head, secret)?;
    let value = match value {
        Some(value) => value.to_owned(),
        None => ask::secret(key)?,
    };
    let value = kind.read(key, &value)?;
    let entry = if secret {
        let (mut store, stack) = writable(cx, &name)?;
        let keyring = keys::open_or_create(&mut store, &stack)?;
        Entry::Secure(keyring.seal_text(&keys::config_context(&stack, key), &text(&value.to_json()))?)
    } else if is_path {
        let old = file.entries().get(&head).map(|(entry, _)| clear(cx, &head, entry)).transpose()?;
        Entry::Plain(typed::put(old.unwrap_or_default(), below.segments(), value, key)?)
    } else {
        Entry::Plain(value)
    };
    file.set(&head, &entry)?;
    out::talk(&format!("set `{key}` in {}", file.name()));
    Ok(())
}

/// Sets every key or, if anything is wrong with one, none.
fn set_all(cx: &Context, plaintext: &[String], secrets: &[String]) -> Result<()> {
    let name = stack_name(cx)?;
    let mut file = StackFile::read(&cx.project, &name)?;
    let pairs = plaintext.iter().map(|text| (text, false)).chain(secrets.iter().map(|text| (text, true)));
    let mut entries = Vec::new();
    for (pair, secret) in pairs {
        let Some((key, value)) = pair.split_once('=') else {
            // The text may be a secret: it is not repeated.
            return Err(Diagnostic::error(Code::BadArgument, "an argument of `config set-all` is no KEY=VALUE").into());
        };
        check_key(key)?;
        refuse_clear(&file, key, secret)?;
        entries.push((key, value, secret));
    }
    if entries.is_empty() {
        return Err(Diagnostic::error(Code::BadArgument, "nothing to set")
            .help("give `--plaintext KEY=VALUE` or `--secret KEY=VALUE`, each as often as needed")
            .into());
    }
    let key_of = |needed: bool| -> Result<_> {
        if !needed {
            return Ok(None);
        }
        let (mut store, stack) = writable(cx, &name)?;
        let keyring = keys::open_or_create(&mut store, &stack)?;
        Ok(Some((keyring, stack)))
    };
    let sealing = key_of(!secrets.is_empty())?;
    let mut sealed = Vec::new();
    for (key, value, secret) in &entries {
        let entry = match &sealing {
            Some((keyring, stack)) if *secret => {
                Entry::Secure(keyring.seal_text(&keys::config_context(stack, key), value)?)
            }
            _ => Entry::Plain(Value::from(*value)),
        };
        sealed.push(((*key).to_owned(), entry));
    }
    file.set_all(&sealed)?;
    out::talk(&format!("set {} in {}", names::list(entries.iter().map(|(key, ..)| *key)), file.name()));
    Ok(())
}

fn check_key(key: &str) -> Result<()> {
    if key.is_empty() || key.chars().any(char::is_control) {
        return Err(Diagnostic::error(Code::BadArgument, format!("{key:?} is no configuration key")).into());
    }
    if key.starts_with("aws:") && !AWS_KEYS.contains(&key) {
        return Err(unknown(key, AWS_KEYS.iter().copied()).into());
    }
    Ok(())
}

/// What is a secret must not be written in clear by accident.
fn refuse_clear(file: &StackFile, key: &str, secret: bool) -> Result<()> {
    if secret || !matches!(file.entries().get(key), Some((Entry::Secure(_), _))) {
        return Ok(());
    }
    Err(Diagnostic::error(Code::BadArgument, format!("`{key}` is a secret, and would be written in clear"))
        .help(format!("give `--secret`, or remove it first with `farsight config rm {key}`"))
        .into())
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
        Entry::Secure(_) => Ok(masked(&clear(cx, key, entry)?)),
    }
}

/// The value, opened if it is a secret.
fn clear(cx: &Context, key: &str, entry: &Entry) -> Result<Value> {
    match entry {
        Entry::Plain(value) => Ok(value.clone()),
        Entry::Secure(sealed) => {
            let (store, stack) = cx.existing()?;
            let Some(keyring) = keys::open(&store, &stack)? else {
                return Err(Diagnostic::error(Code::WrongKey, format!("stack `{}` has no key yet", stack.name)).into());
            };
            Ok(Value::from(keyring.open_text(&keys::config_context(&stack, key), sealed)?.as_str()))
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
