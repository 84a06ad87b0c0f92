//! Names in generated code: variables, and paths of types.

use farsight_engine::Adopted;
use farsight_model::{Kind, RustType, Urn};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// Words that are no variable names.
const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do", "dyn", "else",
    "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro", "match", "mod",
    "move", "mut", "override", "priv", "pub", "ref", "return", "self", "static", "struct", "super", "trait", "true",
    "try", "type", "typeof", "unsafe", "unsized", "use", "virtual", "where", "while", "yield", "cx",
];

/// The names of one module.
pub struct Names {
    variables: HashMap<Urn, String>,
    modules: BTreeMap<String, BTreeSet<String>>,
}

impl Names {
    /// Names for these resources. Those that would have the same name get their type's name as well.
    pub fn new(adopted: &[Adopted]) -> Self {
        let mut counts: HashMap<String, usize> = HashMap::new();
        for one in adopted {
            *counts.entry(snake(one.urn.name())).or_default() += 1;
        }
        let mut taken: HashSet<String> = KEYWORDS.iter().map(|word| (*word).to_owned()).collect();
        let mut variables = HashMap::new();
        for one in adopted {
            let plain = snake(one.urn.name());
            let typed_by = one.urn.token();
            let typed = format!("{plain}_{}", snake(typed_by.as_str().rsplit(':').next().unwrap_or_default()));
            let wanted = if counts.get(&plain) == Some(&1) && !taken.contains(&plain) { plain } else { typed };
            let numbered = (2..).map(|number| format!("{wanted}_{number}"));
            let free = std::iter::once(wanted.clone()).chain(numbered).find(|name| !taken.contains(name));
            let name = free.unwrap_or(wanted);
            taken.insert(name.clone());
            variables.insert(one.urn.clone(), name);
        }
        Self { variables, modules: modules(adopted) }
    }

    /// The variable of a resource.
    pub fn variable(&self, urn: &Urn) -> &str {
        self.variables.get(urn).map_or("", String::as_str)
    }

    /// The modules to be imported, by crate.
    pub fn modules(&self) -> &BTreeMap<String, BTreeSet<String>> {
        &self.modules
    }

    /// The path of a type, from what is imported.
    pub fn path(&self, rust: RustType) -> String {
        match rust.public_module() {
            Some(module) if self.modules.get(rust.package()).is_some_and(|known| known.contains(module)) => {
                format!("{module}::{}", rust.name)
            }
            Some(module) => format!("{}::{module}::{}", rust.package(), rust.name),
            None => format!("{}::{}", rust.package(), rust.name),
        }
    }
}

/// The modules of the types that are declared. A name that two crates have is imported from the first.
fn modules(adopted: &[Adopted]) -> BTreeMap<String, BTreeSet<String>> {
    let mut all: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut taken: HashMap<&str, &str> = HashMap::new();
    for rust in adopted.iter().filter_map(|one| one.schema.map(|schema| schema.rust)) {
        let Some(module) = rust.public_module() else { continue };
        if *taken.entry(module).or_insert(rust.package()) == rust.package() {
            all.entry(rust.package().to_owned()).or_default().insert(module.to_owned());
        }
    }
    all
}

/// A text as a name in snake case.
fn snake(text: &str) -> String {
    let mut name = String::new();
    let mut previous_lower = false;
    for letter in text.chars() {
        if letter.is_ascii_alphanumeric() {
            if letter.is_ascii_uppercase() && previous_lower {
                name.push('_');
            }
            previous_lower = !letter.is_ascii_uppercase();
            name.push(letter.to_ascii_lowercase());
        } else {
            previous_lower = false;
            if !name.is_empty() && !name.ends_with('_') {
                name.push('_');
            }
        }
    }
    let name = name.trim_end_matches('_');
    if name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) { format!("r_{name}") } else { name.into() }
}

/// The variant of an enum that stands for a text.
pub fn variant(kind: &Kind, rust: RustType, text: &str) -> Option<&'static str> {
    let Kind::Enum(texts) = kind else { return None };
    texts.iter().position(|known| *known == text).and_then(|index| rust.variants.get(index)).copied()
}

#[cfg(test)]
mod tests {
    use super::snake;

    #[test]
    fn names_are_rust_names() {
        for (text, name) in [
            ("main", "main"),
            ("private-0", "private_0"),
            ("ecsTaskRole", "ecs_task_role"),
            ("/ecs/api", "ecs_api"),
            ("0", "r_0"),
            ("HTTPListener", "httplistener"),
            ("ä", "r_"),
        ] {
            assert_eq!(snake(text), name);
        }
    }
}
