//! As much of Markdown as the tests of the book need.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap().to_owned()
}

/// The README and every page of the book.
pub fn pages() -> Vec<Page> {
    fn walk(dir: &str, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(root().join(dir)).unwrap() {
            let entry = entry.unwrap();
            let name = format!("{dir}/{}", entry.file_name().to_string_lossy());
            if entry.path().is_dir() {
                walk(&name, found);
            } else if Path::new(&name).extension().is_some_and(|extension| extension == "md") {
                found.push(name);
            }
        }
    }
    let mut names = vec!["README.md".to_owned()];
    walk("docs", &mut names);
    names.sort();
    names.iter().map(|name| Page::read(name)).collect()
}

/// A path that a page names, from the repository's root.
pub fn join(page: &str, path: &str) -> String {
    let mut parts: Vec<&str> = page.split('/').collect();
    parts.pop();
    for part in path.split('/') {
        match part {
            "." | "" => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// A page.
pub struct Page {
    /// Its path from the repository's root.
    pub name: String,
    pub lines: Vec<String>,
}

/// A fenced block of code.
#[derive(Default)]
pub struct Block {
    pub language: String,
    /// The file named by `<!-- from FILE -->` on the line before.
    pub from: Option<String>,
    /// The line of the fence, from 1.
    pub line: usize,
    pub text: Vec<String>,
}

impl Page {
    pub fn read(name: &str) -> Self {
        let text = std::fs::read_to_string(root().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
        Self { name: name.to_owned(), lines: text.lines().map(str::to_owned).collect() }
    }

    pub fn text(&self) -> String {
        self.lines.join("\n")
    }

    pub fn blocks(&self) -> Vec<Block> {
        let mut blocks = Vec::new();
        let mut open: Option<Block> = None;
        for (index, line) in self.lines.iter().enumerate() {
            if let Some(info) = line.trim_start().strip_prefix("```") {
                if let Some(block) = open.take() {
                    blocks.push(block);
                } else {
                    let before = index.checked_sub(1).map_or("", |before| self.lines[before].as_str());
                    let from = before.strip_prefix("<!-- from ").and_then(|rest| rest.strip_suffix(" -->"));
                    open = Some(Block {
                        language: info.trim().to_owned(),
                        from: from.map(str::to_owned),
                        line: index + 1,
                        text: Vec::new(),
                    });
                }
            } else if let Some(block) = &mut open {
                block.text.push(line.clone());
            }
        }
        assert!(open.is_none(), "{}: a block of code has no end", self.name);
        blocks
    }

    /// The lines outside of blocks, with their numbers.
    fn prose(&self) -> Vec<(usize, &str)> {
        let mut inside = false;
        let mut prose = Vec::new();
        for (index, line) in self.lines.iter().enumerate() {
            if line.trim_start().starts_with("```") {
                inside = !inside;
            } else if !inside {
                prose.push((index + 1, line.as_str()));
            }
        }
        prose
    }

    /// Code spans, with their lines.
    pub fn spans(&self) -> Vec<(usize, String)> {
        let spans = |(line, text): (usize, &str)| -> Vec<(usize, String)> {
            text.split('`').skip(1).step_by(2).map(|span| (line, span.to_owned())).collect()
        };
        self.prose().into_iter().flat_map(spans).collect()
    }

    /// Where links and pictures lead, with their lines.
    pub fn links(&self) -> Vec<(usize, String)> {
        let mut links = Vec::new();
        for (line, text) in self.prose() {
            // Code spans may look like links.
            let plain: String = text.split('`').step_by(2).collect::<Vec<_>>().join("x");
            for rest in plain.split("](").skip(1) {
                if let Some((link, _)) = rest.split_once(')') {
                    links.push((line, link.to_owned()));
                }
            }
        }
        links
    }

    /// The headings, as links name them.
    pub fn anchors(&self) -> BTreeSet<String> {
        let headings = self.prose().into_iter().filter(|(_, line)| line.starts_with('#'));
        headings
            .map(|(_, line)| {
                let text = line.trim_start_matches('#').trim().to_lowercase();
                let kept = text.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
                kept.map(|c| if c == ' ' { '-' } else { c }).collect()
            })
            .collect()
    }

    /// The arguments of every `farsight` command that the page shows, in blocks and in code spans.
    pub fn commands(&self) -> Vec<(usize, Vec<String>)> {
        let mut lines: Vec<(usize, String)> = self.spans();
        for block in self.blocks() {
            let prompts = block.text.iter().any(|line| line.starts_with("$ "));
            let is_shell = matches!(block.language.as_str(), "sh" | "console");
            for (index, line) in block.text.iter().enumerate() {
                match line.strip_prefix("$ ") {
                    Some(command) => lines.push((block.line + index + 1, command.to_owned())),
                    None if is_shell && !prompts => lines.push((block.line + index + 1, line.clone())),
                    None => {}
                }
            }
        }
        lines.into_iter().flat_map(|(line, text)| commands(&text).into_iter().map(move |args| (line, args))).collect()
    }
}

/// The arguments of every `farsight` command in a line of shell.
pub fn commands(line: &str) -> Vec<Vec<String>> {
    simple_commands(line).iter().filter_map(|words| arguments(words)).collect()
}

/// What comes after `farsight`, or after `cargo run -p farsight-cli --`.
fn arguments(words: &[String]) -> Option<Vec<String>> {
    let cargo = ["cargo", "run", "-p", "farsight-cli", "--"];
    // The form of commands in general.
    if words.iter().any(|word| word.starts_with('[') || word == "..." || word == "COMMAND") {
        return None;
    }
    match words.first().map(String::as_str) {
        // A name alone is no command.
        Some("farsight") if words.len() > 1 => Some(words[1..].to_vec()),
        Some("cargo") if words.len() > cargo.len() && words[..cargo.len()] == cargo => {
            Some(words[cargo.len()..].to_vec())
        }
        _ => None,
    }
}

/// The commands of a shell line, as words: without comments, redirections, and what another program does.
fn simple_commands(line: &str) -> Vec<Vec<String>> {
    let mut commands = vec![Vec::new()];
    let mut word = String::new();
    let mut quote = None;
    let mut skip = false;
    let end = |word: &mut String, commands: &mut Vec<Vec<String>>, skip: &mut bool| {
        let word = std::mem::take(word);
        match word.as_str() {
            "" => {}
            "&&" | "|" | ";" => commands.push(Vec::new()),
            ">" | "<" => *skip = true,
            _ if std::mem::take(skip) => {}
            _ => commands.last_mut().unwrap().push(word),
        }
    };
    for c in line.chars() {
        match (quote, c) {
            (Some(open), c) if open == c => quote = None,
            (None, '\'' | '"') => quote = Some(c),
            (None, '#') if word.is_empty() => break,
            (None, ' ') => end(&mut word, &mut commands, &mut skip),
            (_, c) => word.push(c),
        }
    }
    end(&mut word, &mut commands, &mut skip);
    commands
}

/// The first part of an excerpt that a file does not hold. Parts are separated by lines `// ...`; in each the lines
/// stand as in the file, perhaps further to the left.
pub fn missing_part(file: &str, excerpt: &[String]) -> Option<String> {
    // Examples in doc comments count as code: they are compiled, too.
    let lines: Vec<&str> = file
        .lines()
        .map(|line| line.trim_start().strip_prefix("//!").map_or(line, |rest| rest.strip_prefix(' ').unwrap_or(rest)))
        .collect();
    let parts = excerpt.split(|line| line.trim() == "// ...").filter(|part| part.iter().any(|line| !line.is_empty()));
    for part in parts {
        let wanted = dedent(part.iter().map(String::as_str).collect());
        if !lines.windows(part.len()).any(|window| dedent(window.to_vec()) == wanted) {
            return Some(part.join("\n"));
        }
    }
    None
}

/// The lines moved to the left as far as they go.
fn dedent(lines: Vec<&str>) -> Vec<String> {
    let indent = |line: &&str| line.len() - line.trim_start().len();
    let least = lines.iter().filter(|line| !line.trim().is_empty()).map(indent).min().unwrap_or(0);
    lines.into_iter().map(|line| line.get(least..).unwrap_or("").trim_end().to_owned()).collect()
}

#[test]
fn commands_are_found_in_shell_lines() {
    let words = commands;
    assert_eq!(words("farsight up -t 'public-*'  # only these"), [["up", "-t", "public-*"]]);
    assert_eq!(words("cd x && farsight preview --json | jq .summary"), [["preview", "--json"]]);
    assert_eq!(words("farsight config set --secret pw < file"), [["config", "set", "--secret", "pw"]]);
    assert_eq!(words("cargo run -p farsight-cli -- -C programs/guide up"), [["-C", "programs/guide", "up"]]);
    assert!(words("farsight").is_empty() && words("sqlite3 farsight up").is_empty());
    assert!(words("farsight [-C DIR] COMMAND").is_empty());
}

#[test]
fn excerpts_are_compared_line_by_line() {
    let file = "fn a() {\n    if x {\n        y();\n    }\n}\nfn b() {}\n//! use c;\n";
    let excerpt = |text: &str| missing_part(file, &text.lines().map(str::to_owned).collect::<Vec<_>>());
    assert_eq!(excerpt("if x {\n    y();\n}\n// ...\nfn b() {}"), None);
    assert_eq!(excerpt("use c;"), None);
    assert_eq!(excerpt("if x {\ny();\n}").as_deref(), Some("if x {\ny();\n}"));
    assert_eq!(excerpt("fn a() {\n// ...\nfn c() {}").as_deref(), Some("fn c() {}"));
}
