//! The file of `farsight import --file`, in the format of `pulumi import --file`.

use super::adoption;
use farsight_engine::{Adoption, Code, Diagnostic, Diagnostics, Session};
use farsight_model::{TypeToken, Urn};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;

/// What is to be imported.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct File {
    /// URNs of parents that exist already, by name.
    #[serde(default)]
    name_table: BTreeMap<String, String>,
    resources: Vec<Entry>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Entry {
    #[serde(rename = "type")]
    token: String,
    name: String,
    /// The resource's name, where `name` is only the one in the file.
    logical_name: Option<String>,
    id: Option<String>,
    /// The name of an entry of this file, or of the name table.
    parent: Option<String>,
    #[serde(default)]
    component: bool,
    provider: Option<String>,
    #[serde(default)]
    properties: Vec<String>,
    /// Of Pulumi's plugins, which have no part here.
    #[serde(rename = "version")]
    _version: Option<String>,
    #[serde(rename = "pluginDownloadUrl")]
    _plugin: Option<String>,
    #[serde(rename = "remote", default)]
    _remote: bool,
}

/// Reads the file.
pub fn parse(path: &Path, text: &str) -> Result<File, Diagnostic> {
    let wrong = |message: String| {
        Diagnostic::error(Code::BadArgument, format!("`{}` {message}", path.display()))
            .note("nothing was changed")
            .help(
                "write `{\"resources\": [{\"type\": \"aws:ec2:Vpc\", \"name\": \"main\", \"id\": \"vpc-0a1b2c3d\"}]}`",
            )
    };
    let file: File = serde_json::from_str(text).map_err(|error| wrong(format!("is no list of resources: {error}")))?;
    for entry in &file.resources {
        let name = &entry.name;
        if name.is_empty() {
            return Err(wrong(format!("has a resource of type `{}` without a name", entry.token)));
        }
        if entry.component == entry.id.is_some() {
            return Err(wrong(format!("must give `{name}` either an `id` or `\"component\": true`")));
        }
        if entry.provider.is_some() || !entry.properties.is_empty() {
            let what = if entry.provider.is_some() { "provider" } else { "properties" };
            return Err(wrong(format!("gives `{name}` `{what}`, which has no meaning here"))
                .help("take it out: objects are in the stack's own account and region, and are adopted as they are"));
        }
    }
    Ok(file)
}

/// What the file lists, with everything in its place.
pub fn adoptions(session: &Session, file: &File) -> Result<Vec<Adoption>, Diagnostics> {
    let mut problems = Vec::new();
    let urns: Vec<Option<Urn>> = (0..file.resources.len())
        .map(|index| urn(session, file, index, 0).map_err(|problem| problems.push(problem)).ok())
        .collect();
    if !problems.is_empty() {
        return Err(problems);
    }
    let all = file.resources.iter().zip(urns).filter_map(|(entry, urn)| {
        let parent = parent(session, file, entry, 0).ok()?;
        Some(adoption(urn?, entry.id.clone(), parent))
    });
    Ok(all.collect())
}

fn urn(session: &Session, file: &File, index: usize, depth: usize) -> Result<Urn, Diagnostic> {
    let entry = &file.resources[index];
    let parent = parent(session, file, entry, depth)?;
    let name = entry.logical_name.as_ref().unwrap_or(&entry.name);
    if entry.component {
        let stack = session.stack();
        return Ok(Urn::new(&stack.name, &stack.project, parent.as_ref(), &TypeToken::new(&entry.token), name));
    }
    session.urn_for(&entry.token, name, parent.as_ref())
}

fn parent(session: &Session, file: &File, entry: &Entry, depth: usize) -> Result<Option<Urn>, Diagnostic> {
    let Some(name) = &entry.parent else { return Ok(None) };
    let wrong =
        |why: &str| Err(Diagnostic::error(Code::BadArgument, format!("the parent `{name}` of `{}` {why}", entry.name)));
    let mut named = (0..file.resources.len()).filter(|&index| file.resources[index].name == *name);
    match (named.next(), named.next(), file.name_table.get(name)) {
        (Some(_), Some(_), _) => wrong("is the name of several resources of the file"),
        (Some(_), ..) if depth > file.resources.len() => wrong("is among its own children"),
        (Some(index), ..) => urn(session, file, index, depth + 1).map(Some),
        (None, _, Some(text)) => Urn::parse(text).map(Some).or_else(|error| wrong(&error.to_string())),
        (None, ..) => wrong("is neither in the file nor in its name table"),
    }
}
