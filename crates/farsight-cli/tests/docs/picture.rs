//! The picture of a plan in the README, drawn from what the command line really prints.
//!
//! The guide's program is built up in the sandbox, then previewed with another configuration. The test says when the
//! picture no longer looks like that; `FARSIGHT_BLESS=1 cargo test -p farsight-cli --test docs picture` draws it anew.

use super::markdown::root;
use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Output};

const FILE: &str = "docs/images/plan.svg";

/// The command line with a home and a state of its own.
struct Desk {
    home: tempfile::TempDir,
}

impl Desk {
    fn farsight(&self, args: &[&str]) -> Output {
        let venv = std::env::var_os("FARSIGHT_SANDBOX_VENV")
            .map_or_else(|| farsight_sandbox::default_home().unwrap().join("sandbox/venv"), Into::into);
        Command::new(env!("CARGO_BIN_EXE_farsight"))
            .arg("-C")
            .arg(root().join("programs/guide"))
            .arg("--state")
            .arg(self.home.path().join("guide.db"))
            .args(args)
            .env("FARSIGHT_HOME", self.home.path())
            .env("FARSIGHT_SANDBOX_VENV", venv)
            .env("CLICOLOR_FORCE", "1")
            .env_remove("NO_COLOR")
            .env_remove("FARSIGHT_STACK")
            .output()
            .unwrap()
    }

    fn done(&self, args: &[&str]) -> String {
        let output = self.farsight(args);
        assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        // The server would outlive the test.
        self.farsight(&["sandbox", "stop"]);
    }
}

#[test]
fn the_picture_shows_a_real_plan() {
    let desk = Desk { home: tempfile::tempdir().unwrap() };
    desk.done(&["up", "--sandbox", "--yes"]);
    let command = ["preview", "-c", "vpc_cidr=10.1.0.0/16", "-c", "retention_days=90"];
    let drawn = svg(&format!("$ farsight {}\n{}", command.join(" "), desk.done(&command)));
    let path = root().join(FILE);
    if std::env::var_os("FARSIGHT_BLESS").is_some() {
        std::fs::create_dir_all(path.parent().unwrap_or(Path::new("."))).unwrap();
        std::fs::write(&path, &drawn).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(without_ids(&kept) == without_ids(&drawn), "{FILE} is out of date: draw it anew with FARSIGHT_BLESS=1");
}

/// Ids and made-up names differ from run to run.
fn without_ids(text: &str) -> String {
    let mut plain = String::new();
    for part in text.split_inclusive('-') {
        let hex = part.chars().take_while(|c| c.is_ascii_digit() || ('a'..='f').contains(c)).count();
        plain.push_str(if hex >= 7 { &part[hex..] } else { part });
    }
    plain
}

const LINE: usize = 18;
const COLUMN: f64 = 8.0;

/// Text with ANSI styles as a picture of a terminal.
fn svg(text: &str) -> String {
    let lines: Vec<Vec<(Style, String)>> = text
        .trim_end()
        .lines()
        .scan(Style::default(), |style, line| {
            let (spans, end) = spans(line, *style);
            *style = end;
            Some(spans)
        })
        .collect();
    let longest =
        lines.iter().map(|line| line.iter().map(|(_, text)| text.chars().count()).sum()).max().unwrap_or(0_usize);
    let (width, height) = (longest as f64 * COLUMN + 32.0, lines.len() * LINE + 32);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" role=\"img\">\n\
         <title>A plan of farsight</title>\n\
         <rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"#1b1f24\"/>\n\
         <g font-family=\"ui-monospace, Menlo, Consolas, monospace\" font-size=\"13\" xml:space=\"preserve\">\n"
    );
    for (index, line) in lines.iter().enumerate() {
        let mut column = 0;
        for (style, text) in line {
            let (x, y) = (16.0 + column as f64 * COLUMN, 28 + index * LINE);
            let weight = if style.bold { " font-weight=\"bold\"" } else { "" };
            // The length makes columns stand below each other in every font.
            let length = text.chars().count();
            let _ = writeln!(
                svg,
                "<text x=\"{x}\" y=\"{y}\" fill=\"{}\"{weight} textLength=\"{}\">{}</text>",
                style.fill(),
                length as f64 * COLUMN,
                text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;"),
            );
            column += length;
        }
    }
    svg.push_str("</g>\n</svg>\n");
    svg
}

#[derive(Clone, Copy, Default, PartialEq, Debug)]
struct Style {
    bold: bool,
    dim: bool,
    colour: u8,
}

impl Style {
    fn fill(self) -> &'static str {
        match self.colour {
            31 => "#f47067",
            32 => "#6bc46d",
            33 => "#daaa3f",
            35 => "#dcbdfb",
            36 => "#56d4dd",
            _ if self.dim => "#768390",
            _ => "#d7dde3",
        }
    }
}

/// The stretches of a line that have one style, and the style at its end.
fn spans(line: &str, mut style: Style) -> (Vec<(Style, String)>, Style) {
    let mut spans = Vec::new();
    for (index, part) in line.split('\u{1b}').enumerate() {
        let text = match part.strip_prefix('[').and_then(|rest| rest.split_once('m')) {
            Some((codes, text)) if index > 0 => {
                for code in codes.split(';') {
                    match code.parse().unwrap_or(0) {
                        1 => style.bold = true,
                        2 => style.dim = true,
                        colour @ 30..=37 => style.colour = colour,
                        _ => style = Style::default(),
                    }
                }
                text
            }
            _ => part,
        };
        if !text.is_empty() {
            spans.push((style, text.to_owned()));
        }
    }
    (spans, style)
}

#[test]
fn styles_become_stretches_of_text() {
    let (found, end) = spans("a \u{1b}[1m\u{1b}[32m+ b\u{1b}[0m c", Style::default());
    let green = Style { bold: true, colour: 32, dim: false };
    let plain = Style::default();
    assert_eq!(found, [(plain, "a ".to_owned()), (green, "+ b".to_owned()), (plain, " c".to_owned())]);
    assert_eq!(end, plain);
    assert_eq!(without_ids("[vpc-0a1b2c3d4e] app-1234567: face-up"), "[vpc-] app-: face-up");
}
