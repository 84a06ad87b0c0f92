//! Opening a stack for a command that reaches the cloud.

use super::sandbox::StackSandbox;
use super::{Configuration, Stage, Watch};
use crate::context::{Context, DEFAULT_STACK, Options, now};
use crate::failure::Result;
use crate::stack_file::StackFile;
use crate::{keys, names, out, providers};
use farsight_aws_client::Aws;
use farsight_engine::{Code, Control, Diagnostic, Engine, Session, Settings};
use farsight_model::Urn;
use farsight_provider::{Clock, Registry, SystemClock};
use farsight_render::Sources;
use farsight_secrets::{KeySource, Keyring, Passphrase};
use farsight_state::{Stack, Store};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

/// What a command needs of the stack that it opens.
pub struct Opening<'a> {
    /// The options of every command.
    pub options: &'a Options,
    /// The options of commands that run.
    pub run: &'a super::RunArgs,
    /// Whether the command writes state: then the state file is made or brought up to date.
    pub writes: bool,
    /// Whether stack `dev` may be missing: `up` makes it, `preview` looks at an empty one.
    pub may_be_new: bool,
}

/// A stack that is open.
pub struct Opened {
    /// The project.
    pub cx: Context,
    /// The stack's name.
    pub stack: String,
    /// The session, not locked yet.
    pub stage: Stage,
    /// The providers.
    pub registry: Registry,
    /// The connection to AWS.
    pub aws: Aws,
    /// The configuration.
    pub config: Configuration,
    /// The component that each resource of the state is part of.
    pub parents: BTreeMap<Urn, Urn>,
    /// The sandbox, if the stack lives in it.
    pub sandbox: Option<StackSandbox>,
}

impl Opened {
    /// Whether the sandbox lost what the stack had in it, so that everything must be read.
    pub fn is_lost(&self) -> bool {
        self.sandbox.as_ref().is_some_and(|sandbox| sandbox.is_new)
    }

    /// Says that state and cloud agree after a run over the whole stack.
    pub fn is_up_to_date(&self) -> Result<()> {
        self.sandbox.as_ref().map_or(Ok(()), StackSandbox::is_up_to_date)
    }
}

impl Opening<'_> {
    /// Opens the stack.
    pub async fn open(&self, control: Control) -> Result<Opened> {
        let cx = self.options.context()?;
        let name = cx.stack_name()?;
        // Everything that can be wrong with files is said before anything is started.
        let file = StackFile::read(&cx.project, &name)?;
        let overrides = self.run.overrides()?;
        let watch = Watch::new(self.run.events.as_deref(), sources(&cx))?;
        let (mut store, stack) = self.stack(&cx, &name)?;
        let keyring = self.keyring(&mut store, &stack)?;
        let config = Configuration::new(&file, overrides, &cx.project, &stack, &keyring)?;
        let home = crate::home::directory()?;
        let lives_there = stack.cloud.as_ref().is_some_and(|cloud| cloud.sandbox);
        if self.run.sandbox && !lives_there && stack.cloud.is_some() {
            return Err(Diagnostic::error(
                Code::OtherCloud,
                format!("stack `{name}` lives in AWS, not in the sandbox"),
            )
            .note("nothing was changed")
            .help("leave `--sandbox` away, or make another stack for it with `farsight stack init`")
            .into());
        }
        let sandbox = if self.run.sandbox || lives_there {
            let holds = lives_there && store.resource_count(stack.id)? > 0;
            Some(StackSandbox::start(&home, &cx.state_path()?, &name, holds)?)
        } else {
            None
        };
        let server = sandbox.as_ref().map(|sandbox| &sandbox.server);
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let (registry, aws) =
            providers::registry(&config.aws()?, server, clock.clone(), &cx, self.run.via.clone()).await?;
        let parents = parents(&store, &stack)?;
        let engine = Engine { registry: registry.clone(), clock, events: watch.events(), control: control.clone() };
        let settings = Settings {
            parallel: self.run.parallel.into(),
            continue_on_error: self.run.continue_on_error,
            sandbox: sandbox.is_some(),
            ..Settings::default()
        };
        let session = Session::open(engine, store, stack, keyring, settings);
        Ok(Opened {
            cx,
            stack: name,
            stage: Stage { session, control, watch, failures: Vec::new() },
            registry,
            aws,
            config,
            parents,
            sandbox,
        })
    }

    fn stack(&self, cx: &Context, name: &str) -> Result<(Store, Stack)> {
        let known = match cx.readable_store()? {
            Some(store) => store.stack(name)?.is_some(),
            None => false,
        };
        if known || name != DEFAULT_STACK || !self.may_be_new {
            return if self.writes { cx.existing_writable() } else { cx.existing() };
        }
        names::check("stack", name)?;
        if self.writes {
            let mut store = cx.store()?;
            let stack = store.create_stack(&cx.project.name, name, now())?;
            out::talk(&format!("made stack `{name}` in `{}`", cx.state_path()?.display()));
            return Ok((store, stack));
        }
        out::talk(&format!("stack `{name}` does not exist yet; the first `farsight up` makes it"));
        let mut store = Store::in_memory()?;
        let stack = store.create_stack(&cx.project.name, name, now())?;
        Ok((store, stack))
    }

    fn keyring(&self, store: &mut Store, stack: &Stack) -> Result<Keyring> {
        if self.writes {
            return keys::open_or_create(store, stack);
        }
        match keys::open(store, stack)? {
            Some(keyring) => Ok(keyring),
            // What is made from it must be kept: a saved plan.
            None if !self.may_be_new => Err(Diagnostic::error(
                Code::WrongKey,
                format!("stack `{}` has no key yet to save a plan with", stack.name),
            )
            .help("the first `farsight up` makes one")
            .into()),
            // Nothing is sealed yet and nothing will be kept: any key will do.
            None => Ok(Keyring::create(&KeySource::Passphrase(Passphrase::new("a preview keeps nothing")))?.0),
        }
    }
}

fn parents(store: &Store, stack: &Stack) -> Result<BTreeMap<Urn, Urn>> {
    let rows = store.snapshot(stack.id)?.resources;
    Ok(rows.into_iter().filter_map(|row| row.parent.map(|parent| (row.urn, parent))).collect())
}

/// Where the program's files may be: the compiler names them relative to the directory of its workspace.
fn sources(cx: &Context) -> Sources {
    Sources::new(cx.project.program_dir().ancestors().map(PathBuf::from))
}
