//! What every command begins with: the project, the stack, the state file.

use crate::failure::Result;
use crate::project::Project;
use crate::{home, names};
use farsight_engine::{Code, Diagnostic};
use farsight_provider::{Clock, SystemClock};
use farsight_state::{Access, Stack, Store};
use std::path::{Path, PathBuf};

/// The stack when nobody names one; the only one that is made by the first `up`.
pub const DEFAULT_STACK: &str = "dev";

/// The options that every command takes.
#[derive(Debug, Clone, clap::Args)]
pub struct Options {
    /// Run as if started in DIR
    #[arg(short = 'C', long = "directory", value_name = "DIR", global = true)]
    pub directory: Option<PathBuf>,
    /// The stack [default: the selected one, else `dev`]
    #[arg(short, long, value_name = "STACK", global = true, env = "FARSIGHT_STACK")]
    pub stack: Option<String>,
    /// The state file [default: state/<project>.db beside Farsight.toml]
    #[arg(long, value_name = "PATH", global = true, env = "FARSIGHT_STATE")]
    pub state: Option<String>,
}

/// The project that a command works on.
#[derive(Debug)]
pub struct Context {
    /// The project.
    pub project: Project,
    options: Options,
}

impl Options {
    /// The absolute directory in which the command runs.
    pub fn directory(&self) -> Result<PathBuf> {
        let directory = self.directory.as_deref().unwrap_or(Path::new("."));
        directory.canonicalize().map_err(|error| {
            Diagnostic::error(Code::BadArgument, format!("cannot go to `{}`: {error}", directory.display())).into()
        })
    }

    /// Finds the project.
    pub fn context(&self) -> Result<Context> {
        Ok(Context { project: Project::find(&self.directory()?)?, options: self.clone() })
    }
}

impl Context {
    /// The name of the stack: `-s` or `FARSIGHT_STACK`, else the selected one, else `dev`.
    pub fn stack_name(&self) -> Result<String> {
        let name = match &self.options.stack {
            Some(name) => name.clone(),
            None => home::selected(&self.project)?.unwrap_or_else(|| DEFAULT_STACK.to_owned()),
        };
        names::check("stack", &name)?;
        Ok(name)
    }

    /// The path of the state file.
    pub fn state_path(&self) -> Result<PathBuf> {
        let Some(given) = &self.options.state else {
            return Ok(self.project.default_state());
        };
        let path = match given.split_once("://") {
            None => given.strip_prefix("sqlite:").unwrap_or(given),
            Some(("sqlite", path)) => path,
            Some((scheme, _)) => {
                return Err(Diagnostic::error(Code::NotYet, format!("state in `{scheme}://` is not there yet"))
                    .help("give the path of a SQLite file")
                    .into());
            }
        };
        if path.is_empty() {
            return Err(Diagnostic::error(Code::BadArgument, "`--state` is empty")
                .help("give the path of a file")
                .into());
        }
        let path = self.options.directory()?.join(path);
        if path.is_dir() {
            return Err(Diagnostic::error(Code::BadArgument, format!("`{}` is a directory", path.display()))
                .help("give the path of a file, such as `state/shop.db`")
                .into());
        }
        Ok(path)
    }

    /// Opens the state file, which is made if it does not exist.
    pub fn store(&self) -> Result<Store> {
        Ok(Store::open(&self.state_path()?, Access::ReadWrite)?)
    }

    /// Opens the state file for reading; `None` if there is none yet.
    pub fn readable_store(&self) -> Result<Option<Store>> {
        let path = self.state_path()?;
        match path.try_exists() {
            Ok(false) => Ok(None),
            // An error of asking is said better by the opening.
            Ok(true) | Err(_) => Ok(Some(Store::open(&path, Access::ReadOnly)?)),
        }
    }

    /// The stack, which must exist, and its state opened for reading.
    pub fn existing(&self) -> Result<(Store, Stack)> {
        let name = self.stack_name()?;
        let Some(store) = self.readable_store()? else {
            return Err(no_stack(&name, &[]).into());
        };
        let stack = self.find(&store, &name)?;
        Ok((store, stack))
    }

    /// The stack, which must exist, and its state opened for writing.
    pub fn existing_writable(&self) -> Result<(Store, Stack)> {
        let name = self.stack_name()?;
        if self.readable_store()?.is_none() {
            return Err(no_stack(&name, &[]).into());
        }
        let store = self.store()?;
        let stack = self.find(&store, &name)?;
        Ok((store, stack))
    }

    /// Finds a stack of the file.
    pub fn find(&self, store: &Store, name: &str) -> Result<Stack> {
        let Some(stack) = store.stack(name)? else {
            let all = store.stacks()?;
            return Err(no_stack(name, &all).into());
        };
        if stack.project != self.project.name {
            return Err(Diagnostic::error(
                Code::NoStack,
                format!("stack `{name}` of this state file belongs to project `{}`", stack.project),
            )
            .note(format!("this project is `{}`", self.project.name))
            .help("name another file with `--state`, or give the project in `Farsight.toml` its old name")
            .into());
        }
        Ok(stack)
    }
}

fn no_stack(name: &str, all: &[Stack]) -> Diagnostic {
    let problem = Diagnostic::error(Code::NoStack, format!("there is no stack `{name}`"));
    let problem = if all.is_empty() {
        problem.note("there are no stacks yet")
    } else {
        problem.note(format!("stacks: {}", names::list(all.iter().map(|stack| stack.name.as_str()))))
    };
    match names::nearest(name, all.iter().map(|stack| stack.name.as_str())) {
        Some(near) => problem.help(format!("did you mean `-s {near}`?")),
        None => problem.help(format!("make it with `farsight stack init {name}`")),
    }
}

/// Now, in milliseconds since the Unix epoch.
pub fn now() -> i64 {
    SystemClock.now()
}
