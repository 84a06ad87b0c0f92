//! Programs for what was adopted: Rust code, made from the tables of the types alone.

mod expr;
mod names;

use expr::Writer;
use farsight_engine::Adopted;
use farsight_model::{ResourceOptions, Timeouts, Urn, Value, references};
use names::Names;
use std::collections::HashSet;

/// A module of a program.
#[derive(Debug, Clone, PartialEq)]
pub struct Code {
    /// Its text, not yet formatted by `rustfmt`.
    pub text: String,
    /// The secrets that it takes from the configuration.
    pub secrets: Vec<CodeSecret>,
}

/// A secret that a generated program takes from the configuration.
#[derive(Debug, Clone, PartialEq)]
pub struct CodeSecret {
    /// The configuration key.
    pub key: String,
    /// The property, for people: `password of main`.
    pub what: String,
    /// The value, where somebody knows it.
    pub value: Option<Value>,
}

/// A module whose function `declare` declares these resources, so that the next plan is empty. Each must come after
/// those that it refers to.
pub fn code(adopted: &[Adopted]) -> Code {
    let names = Names::new(adopted);
    let mut writer = Writer::new(&names);
    let referred = referred(adopted);
    let mut body = String::new();
    for one in adopted {
        let declaration = declaration(&mut writer, one);
        let binding =
            if referred.contains(&one.urn) { format!("let {} = ", names.variable(&one.urn)) } else { String::new() };
        add!(body, "    {binding}{declaration};\n");
        writer.declared(&one.urn);
    }
    let secrets = writer.secrets;
    let (result, end) = if secrets.is_empty() { ("", "") } else { (" -> farsight::Result<()>", "    Ok(())\n") };
    let mut text = "//! What `farsight import` adopted, as it was found.\n\nuse farsight::prelude::*;\n".to_owned();
    for (package, modules) in names.modules() {
        let modules: Vec<&str> = modules.iter().map(String::as_str).collect();
        add!(text, "use {package}::{{{}}};\n", modules.join(", "));
    }
    add!(text, "\n/// Declares what was adopted.\npub fn declare(cx: &Context){result} {{\n{body}{end}}}\n");
    Code { text, secrets }
}

/// Whoever needs a variable.
fn referred(adopted: &[Adopted]) -> HashSet<Urn> {
    let mut urns = HashSet::new();
    for one in adopted {
        urns.extend(references(&one.inputs).into_iter().map(|(urn, _)| urn));
        urns.extend(one.parent.iter().chain(&one.options.depends_on).chain(&one.options.deleted_with).cloned());
    }
    urns
}

fn declaration(writer: &mut Writer<'_>, one: &Adopted) -> String {
    let name = one.urn.name();
    let Some(schema) = &one.schema else {
        let text = format!("farsight::Component::new({:?}, {name:?})", one.urn.token().as_str());
        return format!("{}{CALL}add(cx)", with_options(writer, text, one, &[]));
    };
    let mut text = format!("{}::new({name:?})", writer.names.path(schema.rust));
    let variable = writer.names.variable(&one.urn).to_owned();
    for field in schema.fields {
        if let Some(value) = one.inputs.get(field.name) {
            let what = (format!("{variable}_{}", field.setter), format!("{} of {name}", field.setter));
            // Every call on a line of its own: `rustfmt` joins short ones, and leaves alone what is too long for it.
            let value = writer.property(field, value, &what).replace('\n', INDENT);
            add!(text, "{CALL}{}({value})", field.setter);
        }
    }
    let setters: Vec<&str> = schema.fields.iter().map(|field| field.setter).collect();
    format!("{}{CALL}add(cx)", with_options(writer, text, one, &setters))
}

/// A line within a chain of calls.
const INDENT: &str = "\n        ";
/// The begin of such a call.
const CALL: &str = "\n        .";

fn with_options(writer: &Writer<'_>, mut text: String, one: &Adopted, setters: &[&str]) -> String {
    for (option, argument) in options(writer, one) {
        if setters.contains(&option) {
            // The property of this name hides the option.
            text = format!("Options::{option}({text}, {argument})");
        } else {
            add!(text, "{CALL}{option}({argument})");
        }
    }
    text
}

/// The options that say something, each with its argument.
fn options(writer: &Writer<'_>, one: &Adopted) -> Vec<(&'static str, String)> {
    // Every option is named, so that none is forgotten.
    let ResourceOptions {
        protect,
        retain_on_delete,
        ignore_changes,
        replace_on_changes,
        delete_before_replace,
        depends_on,
        timeouts,
        deleted_with,
        secret_outputs,
        aliases: _,
        import: _,
        provider: _,
        replace_with: _,
        replacement_trigger: _,
        hashed_as: _,
        accepted: _,
        own_protect: _,
        own_retain: _,
        hooks: _,
    } = &one.options;
    let texts = |items: Vec<String>| {
        let quoted: Vec<String> = items.iter().map(|item| format!("{item:?}")).collect();
        format!("[{}]", quoted.join(", "))
    };
    let paths = |paths: &[farsight_model::PropertyPath]| texts(paths.iter().map(ToString::to_string).collect());
    let variables: Vec<String> = depends_on.iter().filter_map(|urn| writer.variable(urn)).collect();
    let parent = one.parent.as_ref().and_then(|urn| writer.variable(urn));
    let with = deleted_with.as_ref().and_then(|urn| writer.variable(urn));
    let all = [
        (parent.is_some(), "parent", format!("&{}", parent.unwrap_or_default())),
        (*protect, "protect", "true".into()),
        (*retain_on_delete, "retain_on_delete", "true".into()),
        (!ignore_changes.is_empty(), "ignore_changes", paths(ignore_changes)),
        (!replace_on_changes.is_empty(), "replace_on_changes", paths(replace_on_changes)),
        (
            delete_before_replace.is_some(),
            "delete_before_replace",
            delete_before_replace.unwrap_or_default().to_string(),
        ),
        (!variables.is_empty(), "depends_on", dependencies(&variables)),
        (!timeouts.is_empty(), "timeouts", limits(timeouts)),
        (with.is_some(), "deleted_with", format!("&{}", with.unwrap_or_default())),
        (!secret_outputs.is_empty(), "secret_outputs", texts(secret_outputs.clone())),
    ];
    all.into_iter().filter(|(says, ..)| *says).map(|(_, option, argument)| (option, argument)).collect()
}

/// Handles are of different types: a few go into a tuple, many are named by their URNs.
fn dependencies(variables: &[String]) -> String {
    match variables {
        [one] => format!("&{one}"),
        few if few.len() <= 8 => {
            format!("({})", few.iter().map(|one| format!("&{one}")).collect::<Vec<_>>().join(", "))
        }
        many => format!("[{}]", many.iter().map(|one| format!("{one}.urn()")).collect::<Vec<_>>().join(", ")),
    }
}

fn limits(timeouts: &Timeouts) -> String {
    let all = [("create", timeouts.create), ("update", timeouts.update), ("delete", timeouts.delete)];
    let given: Vec<String> =
        all.iter().filter_map(|(name, limit)| limit.map(|limit| format!("{name}: Some({limit})"))).collect();
    let rest = if given.len() < all.len() { ", ..farsight::Timeouts::default()" } else { "" };
    format!("farsight::Timeouts {{ {}{rest} }}", given.join(", "))
}
