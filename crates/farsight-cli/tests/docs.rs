//! Keeps the documentation true: links lead somewhere, Rust in it is real code, command lines are understood, and what
//! it lists is all there is.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests, which clippy does not see")]

#[path = "docs/markdown.rs"]
mod markdown;
#[path = "docs/picture.rs"]
mod picture;
#[path = "docs/workflow.rs"]
mod workflow;

use farsight_engine::Code;
use markdown::{Page, pages, root};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn assert_none(problems: &[String]) {
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

/// Every Rust file of the workspace and of the programs, by path from the root.
fn sources() -> BTreeMap<String, String> {
    fn walk(dir: &Path, found: &mut BTreeMap<String, String>) {
        for entry in std::fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && path.file_name().unwrap() != "target" {
                walk(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let name = path.strip_prefix(root()).unwrap().display().to_string();
                found.insert(name, std::fs::read_to_string(&path).unwrap());
            }
        }
    }
    let mut found = BTreeMap::new();
    walk(&root().join("crates"), &mut found);
    walk(&root().join("programs"), &mut found);
    found
}

/// Protects readers of the book: a page that is not in the summary is not in the book.
#[test]
fn the_summary_lists_every_page() {
    let listed: BTreeSet<String> = Page::read("docs/SUMMARY.md").links().into_iter().map(|(_, link)| link).collect();
    let there: BTreeSet<String> = pages()
        .iter()
        .filter_map(|page| page.name.strip_prefix("docs/"))
        .filter(|name| *name != "SUMMARY.md")
        .map(str::to_owned)
        .collect();
    assert_eq!(listed, there);
}

#[test]
fn every_link_leads_somewhere() {
    let mut problems = Vec::new();
    for page in pages() {
        for (line, link) in page.links() {
            if link.starts_with("https://") {
                continue;
            }
            let (path, anchor) = link.split_once('#').unwrap_or((&link, ""));
            let target = match path {
                "" => page.name.clone(),
                path => markdown::join(&page.name, path),
            };
            if !root().join(&target).exists() {
                problems.push(format!("{}:{line}: there is no `{target}`", page.name));
            } else if !anchor.is_empty() && !Page::read(&target).anchors().contains(anchor) {
                problems.push(format!("{}:{line}: `{target}` has no heading `#{anchor}`", page.name));
            }
        }
    }
    assert_none(&problems);
}

/// Pages whose Rust must be excerpts of files that the compiler sees.
fn is_guide(page: &Page) -> bool {
    !page.name.starts_with("docs/errors/")
}

/// Protects people who copy from the book: all Rust in it compiles, because it stands in a file that does.
#[test]
fn rust_in_the_book_is_real_code() {
    let sources = sources();
    let mut problems = Vec::new();
    let mut checked = 0;
    for page in pages().into_iter().filter(is_guide) {
        for block in page.blocks().into_iter().filter(|block| block.language == "rust") {
            let at = format!("{}:{}", page.name, block.line);
            let Some(file) = block.from else {
                problems.push(format!("{at}: Rust without `<!-- from FILE -->` on the line before"));
                continue;
            };
            match sources.get(&file).map(|text| markdown::missing_part(text, &block.text)) {
                None => problems.push(format!("{at}: there is no file `{file}`")),
                Some(Some(part)) => problems.push(format!("{at}: not in {file}:\n{part}")),
                Some(None) => checked += 1,
            }
        }
    }
    assert_none(&problems);
    assert!(checked > 10, "only {checked} excerpts were found");
}

/// Protects people who copy commands: each is understood by the real command line, which answers with its help instead
/// of running it.
#[test]
fn every_command_line_is_understood() {
    let mut problems = Vec::new();
    let mut seen = BTreeSet::new();
    for page in pages() {
        for (line, args) in page.commands() {
            if !seen.insert(args.clone()) {
                continue;
            }
            let output = Command::new(env!("CARGO_BIN_EXE_farsight")).args(&args).arg("--help").output().unwrap();
            if !output.status.success() {
                let said = String::from_utf8_lossy(&output.stderr);
                let said = said.lines().next().unwrap_or_default();
                problems.push(format!("{}:{line}: `farsight {}`: {said}", page.name, args.join(" ")));
            }
        }
    }
    assert_none(&problems);
    assert!(seen.len() > 20, "only {} commands were found", seen.len());
}

#[test]
fn the_index_of_errors_is_complete() {
    let index = read("docs/errors.md");
    let mut problems = Vec::new();
    for code in Code::ALL {
        let page = read(&format!("docs/errors/{}.md", code.text()));
        let title = page.lines().next().and_then(|line| line.split_once(": ")).map_or("", |(_, title)| title);
        let row = format!("| [{0}](errors/{0}.md) | {1} | {title} |", code.text(), code.exit());
        if !index.contains(&row) {
            problems.push(format!("docs/errors.md lacks: {row}"));
        }
    }
    assert_none(&problems);
    assert_eq!(index.matches("](errors/").count(), Code::ALL.len());
}

/// Protects newcomers: the map shows every crate, and every function and test that it names exists.
#[test]
fn the_map_is_true() {
    let page = Page::read("docs/ARCHITECTURE.md");
    assert!(page.lines.len() <= 350, "docs/ARCHITECTURE.md has {} lines", page.lines.len());
    let sources = sources();
    let defined = |name: &str| {
        sources.values().any(|text| ["fn", "mod"].iter().any(|item| text.contains(&format!("{item} {name}"))))
    };
    let mut problems = Vec::new();
    for entry in std::fs::read_dir(root().join("crates")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if !page.text().contains(&format!("### `{name}`")) {
            problems.push(format!("`{name}` has no paragraph"));
        }
    }
    for (line, span) in page.spans() {
        let name = span.rsplit("::").next().unwrap_or_default().trim_end_matches("()");
        let is_function =
            (span.contains("::") && name.starts_with(char::is_lowercase)) || name.matches('_').count() >= 3;
        let is_name = name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
        if is_function && is_name && !defined(name) {
            problems.push(format!("line {line}: there is no function or module `{name}`"));
        }
        let is_path = span.contains('/') && !span.contains([' ', '<', '*', ':', '$']) && !span.starts_with('/');
        if is_path && !root().join(&span).exists() {
            problems.push(format!("line {line}: there is no file `{span}`"));
        }
    }
    for (line, text) in page.lines.iter().enumerate().filter(|(_, text)| text.starts_with("**Invariant")) {
        if !text.contains("(`") {
            problems.push(format!("line {}: an invariant without the test that holds it", line + 1));
        }
    }
    assert_none(&problems);
}

#[test]
fn every_option_mark_and_type_is_described() {
    let mut problems = Vec::new();
    let mut expect = |page: &str, names: Vec<String>, at_least: usize| {
        assert!(names.len() >= at_least, "{page}: only {names:?} were found");
        let text = read(page);
        problems.extend(names.iter().filter(|name| !text.contains(*name)).map(|name| format!("{page} lacks {name}")));
    };
    let between = |text: &str, from: &str, to: &str| -> Vec<String> {
        text.split(from).skip(1).filter_map(|rest| rest.split(to).next()).map(str::to_owned).collect()
    };

    let options = between(&read("crates/farsight/src/options.rs"), "    fn ", "(mut self");
    let options = options.into_iter().map(|name| name.split(['<', '(']).next().unwrap_or_default().to_owned());
    let options = options.filter(|name| name != "draft").map(|name| format!("| `.{name}(")).collect();
    expect("docs/writing-a-program.md", options, 15);

    let marks = read("crates/farsight-derive/src/marks.rs");
    for list in ["const INPUT_MARKS: &[&str] = &[", "const OUTPUT_MARKS: &[&str] = &["] {
        let names = between(&marks, list, "];").concat();
        let names = names.split('"').skip(1).step_by(2).map(|name| format!("| `{name}")).collect();
        expect("docs/adding-a-resource-type.md", names, 3);
    }
    let policy = between(&read("crates/farsight-provider/src/policy.rs"), "    pub ", ":");
    let policy = policy.into_iter().filter(|name| !name.contains(' ')).map(|name| format!("`{name}`")).collect();
    expect("docs/adding-a-resource-type.md", policy, 7);

    let types = between(&read("crates/farsight-aws/src/lib.rs"), "schema::<", ">()");
    let types = types.into_iter().filter(|name| name.contains("::")).map(|name| format!("`{name}`")).collect();
    expect("docs/writing-a-program.md", types, 20);
    assert_none(&problems);
}

/// Protects the order of decisions: notes are numbered without gaps.
#[test]
fn decisions_are_numbered() {
    let mut names: Vec<String> = std::fs::read_dir(root().join("docs/design"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert!(!names.is_empty());
    for (index, name) in names.iter().enumerate() {
        assert!(name.starts_with(&format!("{:04}-", index + 1)), "{name} is not number {}", index + 1);
    }
}
