//! Diagnostics in the style of rustc: with the program's own line where its source is found.

use crate::style::{BOLD, RED, YELLOW, paint};
use crate::text::printable;
use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use farsight_engine::{Diagnostic, Severity};
use farsight_model::Location;
use std::collections::BTreeSet;
use std::path::PathBuf;

/// Where a program's source files may be: the compiler names them relative to some directory above the program.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    roots: Vec<PathBuf>,
}

impl Sources {
    /// The directories in which a location's file is looked for, in order.
    pub fn new(roots: impl IntoIterator<Item = PathBuf>) -> Self {
        Self { roots: roots.into_iter().collect() }
    }

    /// The line of a location and the part of it (in bytes) that the location means; `None` if it is not found.
    fn line(&self, location: &Location) -> Option<(String, std::ops::Range<usize>)> {
        let text = self.roots.iter().find_map(|root| std::fs::read_to_string(root.join(&location.file)).ok())?;
        let line = text.lines().nth((location.line as usize).checked_sub(1)?)?;
        let start = line.char_indices().nth((location.column as usize).checked_sub(1)?)?.0;
        Some((line.to_owned(), start..start + call_length(&line[start..])))
    }
}

/// How many bytes the call, word or quoted key at the beginning of `text` takes: a call with its parentheses.
fn call_length(text: &str) -> usize {
    if let Some(end) = text.strip_prefix('"').and_then(|rest| rest.find('"')) {
        return end + 2;
    }
    let word = text.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':')).unwrap_or(text.len());
    if !text[word..].starts_with('(') {
        return word.max(text.chars().next().map_or(0, char::len_utf8));
    }
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    for (index, c) in text.char_indices().skip_while(|(index, _)| *index < word) {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted => {
                depth -= 1;
                if depth == 0 {
                    return index + 1;
                }
            }
            _ => {}
        }
    }
    text.trim_end().len()
}

/// The diagnostics, one block each, with a pointer to the pages of their codes at the end.
pub fn diagnostics(list: &[Diagnostic], sources: &Sources) -> String {
    let renderer = Renderer::styled().decor_style(DecorStyle::Ascii);
    let mut text = String::new();
    for diagnostic in list {
        text.push_str(&one(diagnostic, sources, &renderer));
        text.push_str("\n\n");
    }
    let codes: BTreeSet<&str> =
        list.iter().filter(|d| d.severity == Severity::Error).map(|diagnostic| diagnostic.code.as_str()).collect();
    let commands: Vec<String> = codes.iter().map(|code| format!("`farsight explain {code}`")).collect();
    if commands.is_empty() {
        text.pop();
    } else {
        add!(text, "for more, see {}\n", commands.join(", "));
    }
    text
}

fn one(diagnostic: &Diagnostic, sources: &Sources, renderer: &Renderer) -> String {
    let notes = notes(diagnostic);
    let Some(location) = &diagnostic.location else {
        return without_place(diagnostic, &notes);
    };
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level.primary_title(lines(&diagnostic.message)).id(diagnostic.code.as_str());
    let mut group = match sources.line(location) {
        Some((line, span)) => Group::with_title(title).element(
            Snippet::source(line)
                .line_start(location.line as usize)
                .path(location.file.as_str())
                .annotation(AnnotationKind::Primary.span(span)),
        ),
        None => Group::with_title(title).element(
            Origin::path(location.file.as_str()).line(location.line as usize).char_column(location.column as usize),
        ),
    };
    for note in &notes {
        group = group.element(Level::NOTE.message(lines(note)));
    }
    for help in &diagnostic.helps {
        group = group.element(Level::HELP.message(lines(help)));
    }
    renderer.render(&[group])
}

/// What the diagnostic is about, and its notes.
fn notes(diagnostic: &Diagnostic) -> Vec<String> {
    let about = diagnostic.urn.as_ref().map(|urn| match &diagnostic.property {
        Some(property) => format!("property `{property}` of {urn}"),
        None => urn.to_string(),
    });
    about.into_iter().chain(diagnostic.notes.iter().cloned()).collect()
}

/// In the same style, for what has no place in a file.
fn without_place(diagnostic: &Diagnostic, notes: &[String]) -> String {
    let (style, word) = match diagnostic.severity {
        Severity::Error => (RED.bold(), "error"),
        Severity::Warning => (YELLOW.bold(), "warning"),
    };
    let head = paint(style, &format!("{word}[{}]", diagnostic.code));
    let mut text = format!("{head}: {}", paint(BOLD, &lines(&diagnostic.message)));
    let notes = notes.iter().map(|note| ("note", note)).chain(diagnostic.helps.iter().map(|help| ("help", help)));
    for (word, note) in notes {
        let indented = lines(note).replace('\n', "\n          ");
        add!(text, "\n  = {}: {indented}", paint(BOLD, word));
    }
    text
}

/// Control characters made visible, line feeds kept.
fn lines(text: &str) -> String {
    text.trim_end().split('\n').map(printable).collect::<Vec<_>>().join("\n")
}

/// The diagnostics as `--json` commands print them when they fail: `{"error": [..]}`.
pub fn diagnostics_json(list: &[Diagnostic]) -> serde_json::Value {
    serde_json::json!({ "error": list })
}

#[cfg(test)]
mod tests {
    use super::*;
    use farsight_engine::Code;
    use farsight_model::{PropertyPath, Urn};

    fn sample() -> Diagnostic {
        let urn = Urn::parse("urn:farsight:dev::shop::aws:ec2/subnet:Subnet::public-0").unwrap();
        Diagnostic::error(Code::BadInput, "`10.0.0.0` is not a CIDR block: write it like `10.0.0.0/16`")
            .about(&urn)
            .property(&PropertyPath::key("cidrBlock"))
            .at(Some(&Location { file: "src/main.rs".into(), line: 3, column: 35 }))
            .note("nothing was changed")
            .help("write a network with its prefix length")
    }

    #[test]
    fn without_source_it_names_the_place() {
        insta::assert_snapshot!(crate::text::plain(&diagnostics(&[sample()], &Sources::default())), @r"
        error[E0101]: `10.0.0.0` is not a CIDR block: write it like `10.0.0.0/16`
        --> src/main.rs:3:35
         = note: property `cidrBlock` of urn:farsight:dev::shop::aws:ec2/subnet:Subnet::public-0
         = note: nothing was changed
         = help: write a network with its prefix length

        for more, see `farsight explain E0101`
        ");
    }

    #[test]
    fn with_source_it_shows_the_line() {
        let root = std::env::temp_dir().join(format!("farsight-render-{}", std::process::id()));
        std::fs::create_dir_all(root.join("src")).unwrap();
        let source =
            "fn main() {\n  program(|cx| {\n    ec2::Subnet::new(\"public-0\").cidr_block(\"10.0.0.0\").add(cx);\n";
        std::fs::write(root.join("src/main.rs"), source).unwrap();
        let text = diagnostics(&[sample()], &Sources::new([root.clone()]));
        std::fs::remove_dir_all(root).unwrap();
        insta::assert_snapshot!(crate::text::plain(&text), @r#"
        error[E0101]: `10.0.0.0` is not a CIDR block: write it like `10.0.0.0/16`
         --> src/main.rs:3:35
          |
        3 |     ec2::Subnet::new("public-0").cidr_block("10.0.0.0").add(cx);
          |                                   ^^^^^^^^^^^^^^^^^^^^^
          |
          = note: property `cidrBlock` of urn:farsight:dev::shop::aws:ec2/subnet:Subnet::public-0
          = note: nothing was changed
          = help: write a network with its prefix length

        for more, see `farsight explain E0101`
        "#);
    }

    #[test]
    fn without_place_it_is_short() {
        let problem = Diagnostic::error(Code::NoStack, "there is no stack `x`").note("stacks: `dev`").help("a\nb");
        insta::assert_snapshot!(crate::text::plain(&diagnostics(&[problem], &Sources::default())), @r"
        error[C0103]: there is no stack `x`
          = note: stacks: `dev`
          = help: a
                  b

        for more, see `farsight explain C0103`
        ");
    }

    #[test]
    fn warnings_need_no_page() {
        let warning = Diagnostic::warning(Code::MostlyGone, "nothing here is real");
        insta::assert_snapshot!(crate::text::plain(&diagnostics(&[warning], &Sources::default())), @r"
        warning[E0110]: nothing here is real
        ");
    }

    #[test]
    fn calls_are_measured() {
        let measured = |text: &str| text[..call_length(text)].to_owned();
        assert_eq!(measured("cidr_block(\"a)\\\"\", f(1)).add(cx)"), "cidr_block(\"a)\\\"\", f(1))");
        assert_eq!(measured("ec2::Vpc::new(\"a\")"), "ec2::Vpc::new(\"a\")");
        assert_eq!(measured("add(cx"), "add(cx");
        assert_eq!(measured("é"), "é");
        assert_eq!(measured(".x"), ".");
        assert_eq!(measured("\"aws:region\" = 1"), "\"aws:region\"");
    }
}
