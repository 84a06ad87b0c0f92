//! `farsight new`

use crate::context::Options;
use crate::failure::{Result, file};
use crate::{names, out};
use clap::ValueEnum;
use farsight_engine::{Code, Diagnostic};
use farsight_render::Table;
use std::path::{Path, PathBuf};

/// Make a project that works, in a new or empty directory
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  farsight new hello && cd hello && farsight up --sandbox\n  farsight new net --template network\n  farsight new --list"
)]
pub struct New {
    /// The directory, whose name becomes the project's; the current one if absent
    #[arg(value_name = "DIR")]
    dir: Option<PathBuf>,
    /// What to begin with
    #[arg(long, value_enum, default_value_t = Template::Vpc)]
    template: Template,
    /// The checkout of farsight whose crates the program uses
    #[arg(long, value_name = "PATH")]
    farsight: Option<PathBuf>,
    /// List the templates and make nothing
    #[arg(long, conflicts_with_all = ["dir", "template", "farsight"])]
    list: bool,
    /// Answer as JSON
    #[arg(long, requires = "list")]
    pub json: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Template {
    /// One VPC
    Vpc,
    /// A VPC with public subnets in two zones and a way to the internet
    Network,
    /// Nothing
    Empty,
}

impl Template {
    fn program(self) -> &'static str {
        match self {
            Template::Vpc => include_str!("../../templates/vpc.rs"),
            Template::Network => include_str!("../../templates/network.rs"),
            Template::Empty => include_str!("../../templates/empty.rs"),
        }
    }
}

impl New {
    pub fn run(&self, options: &Options) -> Result<()> {
        if self.list {
            return list(self.json);
        }
        let base = options.directory()?;
        let root = self.dir.as_ref().map_or_else(|| base.clone(), |dir| base.join(dir));
        let name = project_name(&root)?;
        let crates = self.crates(&base)?;
        // A directory that cannot be read says why when the first file is written.
        let entries = std::fs::read_dir(&root).into_iter().flatten().flatten();
        if let Some(found) = entries.map(|entry| entry.file_name()).min() {
            return Err(Diagnostic::error(Code::BadArgument, format!("`{}` is not empty", root.display()))
                .note(format!("it holds `{}`", found.display()))
                .help("name another directory: `farsight new DIR`")
                .into());
        }
        let dependency = |package: &str| {
            let mut table = toml_edit::InlineTable::new();
            table.insert("path", crates.join(package).to_string_lossy().into_owned().into());
            format!("{package} = {table}")
        };
        let files = [
            ("Farsight.toml", include_str!("../../templates/Farsight.toml").to_owned()),
            ("Cargo.toml", include_str!("../../templates/Cargo.toml").to_owned()),
            (".gitignore", include_str!("../../templates/gitignore").to_owned()),
            ("src/main.rs", self.template.program().to_owned()),
        ];
        for (path, text) in files {
            let text = text
                .replace("{{name}}", &name)
                .replace("{{farsight}}", &dependency("farsight"))
                .replace("{{farsight-aws}}", &dependency("farsight-aws"));
            write(&root.join(path), &text)?;
        }
        out::talk(&format!("made project `{name}` in `{}`; next:", root.display()));
        if let Some(dir) = &self.dir {
            out::talk(&format!("  cd {}", dir.display()));
        }
        out::talk("  farsight up --sandbox     tries it without an account\n  farsight up               uses AWS");
        Ok(())
    }

    /// The directory of farsight's crates: the checkout that is named, or the one that this program was built from.
    fn crates(&self, base: &Path) -> Result<PathBuf> {
        let crates = match &self.farsight {
            Some(checkout) => base.join(checkout).join("crates"),
            None => Path::new(env!("CARGO_MANIFEST_DIR")).join(".."),
        };
        match crates.canonicalize() {
            Ok(path) if path.join("farsight/Cargo.toml").is_file() => Ok(path),
            _ => Err(Diagnostic::error(
                Code::BadArgument,
                format!("there are no crates of farsight in `{}`", crates.display()),
            )
            .help("name a checkout of farsight with `--farsight PATH`")
            .into()),
        }
    }
}

/// The templates with what each makes.
fn list(as_json: bool) -> Result<()> {
    let all: Vec<(String, String)> = Template::value_variants()
        .iter()
        .filter_map(Template::to_possible_value)
        .map(|value| (value.get_name().to_owned(), value.get_help().map(ToString::to_string).unwrap_or_default()))
        .collect();
    if as_json {
        let all: Vec<_> =
            all.iter().map(|(name, what)| serde_json::json!({ "name": name, "description": what })).collect();
        return out::json(&all);
    }
    let mut table = Table::new(["TEMPLATE", "WHAT IT MAKES"]);
    for (name, what) in all {
        table.row([name, what]);
    }
    out::data(&table.render())
}

/// The directory's name, as both a project's and a package's name.
fn project_name(root: &Path) -> Result<String> {
    let name = root.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    names::check("project", &name)?;
    if name.contains('.') || !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return Err(Diagnostic::error(Code::BadArgument, format!("`{name}` is no name for a Rust package"))
            .help("use letters, digits, `-` and `_`, beginning with a letter")
            .into());
    }
    Ok(name)
}

fn write(path: &Path, text: &str) -> Result<()> {
    let write = || {
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent)?;
        }
        std::fs::write(path, text)
    };
    write().map_err(|error| file("write", path, &error))
}
