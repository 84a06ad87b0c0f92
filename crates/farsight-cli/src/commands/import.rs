//! `farsight import`

mod bulk;
mod generate;
mod ids;
mod pulumi;
mod sort;

use crate::ask;
use crate::context::Options;
use crate::failure::{Result, file};
use crate::out;
use crate::run::{self, Opening, RunArgs, Stage, args};
use clap::Parser;
use farsight_engine::{Adopted, Adoption, Code, Control, Diagnostic};
use farsight_model::{ResourceOptions, Urn};
use farsight_render::{count, diagnostics};
use generate::Target;
use serde_json::json;
use sort::Aside;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Adopt objects that exist already, and write the Rust code that declares them
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  farsight import aws:ec2:Vpc main vpc-0a1b2c3d\n  \
                  farsight import aws:iam:Role task my-task-role --generate >> src/main.rs\n  \
                  farsight import --file resources.json --generate=src/adopted.rs\n  \
                  farsight import random:RandomPassword db - <password.txt\n  \
                  farsight import --from-pulumi export.json")]
pub struct Import {
    /// Its type, in full or short
    #[arg(value_name = "TYPE", required_unless_present_any = ["file", "from_pulumi"])]
    token: Option<String>,
    /// The name that the program gives it
    #[arg(required_unless_present_any = ["file", "from_pulumi"])]
    name: Option<String>,
    /// Its id in the cloud; `-` reads it from the standard input, for values that are secret
    #[arg(required_unless_present_any = ["file", "from_pulumi"])]
    id: Option<String>,
    /// Adopt everything that a JSON file lists, in Pulumi's format; `-` reads standard input
    #[arg(short, long, value_name = "FILE", conflicts_with_all = ["token", "from_pulumi"])]
    file: Option<PathBuf>,
    /// Take over a stack that `pulumi stack export --show-secrets` wrote; `-` reads standard input
    #[arg(long, value_name = "FILE", conflicts_with = "token")]
    from_pulumi: Option<PathBuf>,
    /// Write the Rust code that declares what was adopted, to standard output or to a new file
    #[arg(long, value_name = "FILE", num_args = 0..=1, require_equals = true)]
    #[allow(clippy::option_option, reason = "absent, given alone, given with a file: clap has these as such")]
    generate: Option<Option<PathBuf>>,
    /// Use the local sandbox instead of AWS
    #[arg(long)]
    sandbox: bool,
    /// Wait this long for another run to end, such as `10m`
    #[arg(long, value_name = "DURATION", value_parser = args::duration, default_value = "0s")]
    wait: Duration,
    /// Answer as JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Parser)]
struct Defaults {
    #[command(flatten)]
    run: RunArgs,
}

/// Where what is to be adopted comes from.
enum Source {
    One { token: String, name: String, id: String },
    Bulk(bulk::File),
    Pulumi(pulumi::Export),
}

/// What came of it.
struct Done {
    adopted: Vec<Adopted>,
    warnings: Vec<Diagnostic>,
    aside: Vec<Aside>,
    notes: Vec<String>,
}

impl Import {
    pub fn run(&self, options: &Options) -> Result<()> {
        // Everything that can be wrong with files is said before anything is started.
        let source = self.source()?;
        let cx = options.context()?;
        let target = match (&self.generate, &self.from_pulumi) {
            (None, None) => Target::Nowhere,
            (None, Some(_)) => Target::file(&cx.project.program_dir().join("src/adopted.rs"))?,
            (Some(None), _) => Target::Output,
            (Some(Some(path)), _) => Target::file(&options.directory()?.join(path))?,
        };
        let mut args = Defaults::parse_from(["farsight"]).run;
        args.sandbox = self.sandbox;
        let done = run::block_on(async |control: Control| {
            let opening = Opening { options, run: &args, writes: true, may_be_new: true };
            let mut opened = opening.open(control.clone()).await?;
            opened.stage.lock_without(self.id.as_deref().unwrap_or_default(), "import", self.wait).await?;
            let result = match opened.stage.begin().await {
                Ok(()) => adopt(&mut opened.stage, source).await,
                Err(failure) => Err(failure),
            };
            opened.stage.end(result)
        })?;
        if let (Some(path), false) = (&self.from_pulumi, done.aside.is_empty()) {
            let beside = sort::keep_aside(path, &done.aside)?;
            out::talk(&format!("{} kept aside, in `{}`:", count(done.aside.len(), "resource"), beside.display()));
            done.aside.iter().for_each(|one| out::talk(&format!("  {}: {}", one.urn, one.reason)));
        }
        done.notes.iter().for_each(|note| out::talk(&format!("note: {note}")));
        if !done.warnings.is_empty() {
            out::talk(diagnostics(&done.warnings, &farsight_render::Sources::new([])).trim_end());
        }
        let code = generate::code(&cx, &done.adopted, !matches!(target, Target::Nowhere))?;
        self.answer(&done, code.as_ref(), &target)
    }

    fn answer(&self, done: &Done, code: Option<&generate::Generated>, target: &Target) -> Result<()> {
        let written = match (code, target) {
            (Some(code), Target::File(path)) => code.write(path),
            _ => false,
        };
        if self.json {
            let resources: Vec<_> =
                done.adopted.iter().map(|one| json!({ "urn": one.urn, "id": one.options.import })).collect();
            let mut answer = match (&self.id, resources.first()) {
                (Some(_), Some(one)) => one.clone(),
                _ => json!({}),
            };
            answer["resources"] = json!(resources);
            answer["warnings"] = json!(done.warnings);
            answer["aside"] = json!(done.aside);
            if let Some(code) = code {
                answer["code"] = json!(code.text);
                answer["secrets"] = json!(code.secrets());
            }
            return out::json(&answer);
        }
        match (code, target) {
            (Some(code), Target::Output) => out::data(&code.text),
            // The code must not get lost because its file cannot be written.
            (Some(code), _) if !written => out::data(&code.text),
            _ => {
                let urns: Vec<&str> = done.adopted.iter().map(|one| one.urn.as_str()).collect();
                out::data(&(urns.join("\n") + "\n"))
            }
        }
    }

    fn source(&self) -> Result<Source> {
        if let Some(path) = &self.file {
            return Ok(Source::Bulk(bulk::parse(path, &read(path)?)?));
        }
        if let Some(path) = &self.from_pulumi {
            return Ok(Source::Pulumi(pulumi::parse(path, &read(path)?)?));
        }
        match (&self.token, &self.name, &self.id) {
            (Some(token), Some(name), Some(id)) => {
                let id = if id == "-" { ask::secret("id")? } else { id.clone() };
                Ok(Source::One { token: token.clone(), name: name.clone(), id })
            }
            _ => Err(Diagnostic::error(Code::BadArgument, "a type, a name and an id are needed").into()),
        }
    }
}

async fn adopt(stage: &mut Stage, source: Source) -> Result<Done> {
    let session = &mut stage.session;
    let (adoptions, aside, notes) = match source {
        Source::One { token, name, id } => {
            let urn = session.urn_for(&token, &name, None)?;
            (vec![adoption(urn, Some(id), None)], Vec::new(), Vec::new())
        }
        Source::Bulk(file) => (bulk::adoptions(session, &file)?, Vec::new(), Vec::new()),
        Source::Pulumi(export) => {
            let sorted = sort::sort(export, &sort::Place::of(session), &|token| session.knows(token));
            (sorted.adoptions, sorted.aside, sorted.notes)
        }
    };
    let (adopted, warnings) = session.adopt(adoptions).await?;
    Ok(Done { adopted, warnings, aside, notes })
}

fn adoption(urn: Urn, id: Option<String>, parent: Option<Urn>) -> Adoption {
    let options = ResourceOptions { import: id.clone(), ..ResourceOptions::default() };
    Adoption { urn, id, parent, options, declared: None }
}

fn read(path: &Path) -> Result<String> {
    let text = if path == Path::new("-") {
        let mut text = String::new();
        std::io::stdin().lock().read_to_string(&mut text).map(|_| text)
    } else {
        std::fs::read_to_string(path)
    };
    text.map_err(|error| file("read", path, &error))
}
