//! `--generate`: the code, its secrets, and where it goes.

use crate::context::Context;
use crate::failure::Result;
use crate::stack_file::{Entry, StackFile};
use crate::{keys, out};
use farsight_engine::{Adopted, Code, Diagnostic};
use farsight_render::{CodeSecret, code as written};
use serde_json::{Value as Json, json};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Where the code goes.
pub enum Target {
    /// Nobody asked for it.
    Nowhere,
    /// To standard output.
    Output,
    /// To a new file.
    File(PathBuf),
}

impl Target {
    /// A file, which must not exist yet.
    pub fn file(path: &Path) -> Result<Self> {
        if path.exists() {
            return Err(Diagnostic::error(Code::BadArgument, format!("`{}` exists already", path.display()))
                .note("nothing was changed")
                .help("name a new file with `--generate=FILE`, or write to standard output with `--generate`")
                .into());
        }
        Ok(Self::File(path.to_owned()))
    }
}

/// Code as it is written.
pub struct Generated {
    /// The text.
    pub text: String,
    secrets: Vec<(CodeSecret, bool)>,
}

/// The code for what was adopted, if it is wanted. Secrets that are known go into the stack's configuration, encrypted.
pub fn code(cx: &Context, adopted: &[Adopted], wanted: bool) -> Result<Option<Generated>> {
    if !wanted {
        out::talk("declare it in the program; `farsight preview` then says what would change");
        return Ok(None);
    }
    let code = written(adopted);
    let mut secrets = Vec::new();
    for secret in code.secrets {
        let known = match &secret.value {
            Some(value) => set(cx, &secret.key, &value.to_json())?,
            None => false,
        };
        let (key, what) = (&secret.key, &secret.what);
        out::talk(&if known {
            format!("set the secret `{key}` ({what}) in the stack's configuration")
        } else {
            format!("nobody can read {what}: set it with `farsight config set --secret {key}`")
        });
        secrets.push((secret, known));
    }
    Ok(Some(Generated { text: formatted(&code.text, &cx.project.program_dir()), secrets }))
}

impl Generated {
    /// The secrets that the code takes, for scripts.
    pub fn secrets(&self) -> Vec<Json> {
        let secrets = self.secrets.iter();
        secrets.map(|(secret, set)| json!({ "key": secret.key, "what": secret.what, "set": set })).collect()
    }

    /// Writes the code to a new file. `false` says that it could not be written, which was said.
    pub fn write(&self, path: &Path) -> bool {
        let write = || {
            if let Some(parent) = path.parent() {
                std::fs::create_dir_all(parent)?;
            }
            std::fs::File::create_new(path)?.write_all(self.text.as_bytes())
        };
        match write() {
            Ok(()) => {
                let module = path.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
                out::talk(&format!("wrote `{}`; add to the program:", path.display()));
                let end = if self.secrets.is_empty() { "" } else { "?" };
                out::talk(&format!("  mod {module};\n  {module}::declare(cx){end};"));
                true
            }
            Err(error) => {
                out::talk(&format!("warning: cannot write `{}`: {error}; here is the code:", path.display()));
                false
            }
        }
    }
}

fn set(cx: &Context, key: &str, value: &Json) -> Result<bool> {
    let (store, stack) = cx.existing()?;
    let Some(keyring) = keys::open(&store, &stack)? else { return Ok(false) };
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let sealed = keyring.seal_text(&keys::config_context(&stack, key), &text)?;
    StackFile::read(&cx.project, &stack.name)?.set(key, &Entry::Secure(sealed))?;
    Ok(true)
}

/// The text as `rustfmt` writes it with the settings of the program.
fn formatted(text: &str, program: &Path) -> String {
    let run = || -> std::io::Result<String> {
        let mut child = Command::new("rustfmt")
            .args(["--edition", "2024"])
            .current_dir(program)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        if let Some(mut stdin) = child.stdin.take() {
            stdin.write_all(text.as_bytes())?;
        }
        let output = child.wait_with_output()?;
        if !output.status.success() {
            return Err(std::io::Error::other(String::from_utf8_lossy(&output.stderr).trim().to_owned()));
        }
        String::from_utf8(output.stdout).map_err(std::io::Error::other)
    };
    run().unwrap_or_else(|error| {
        let why = if error.kind() == ErrorKind::NotFound { "it is not installed".into() } else { error.to_string() };
        out::talk(&format!("warning: the code is not formatted, since `rustfmt` did not run: {why}"));
        text.to_owned()
    })
}
