//! `farsight explain`

use crate::failure::Result;
use crate::{names, out};
use farsight_engine::{Code, Diagnostic};
use farsight_render::Table;

/// Explain an error code: what happened, why, and what to do
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  farsight explain E0101\n  farsight explain          lists all codes")]
pub struct Explain {
    /// The code, as errors show it in brackets; all of them if absent
    #[arg(value_name = "CODE")]
    code: Option<String>,
    /// Answer as JSON
    #[arg(long)]
    pub json: bool,
}

impl Explain {
    pub fn run(&self) -> Result<()> {
        let Some(text) = &self.code else {
            return self.list();
        };
        let Some(code) = Code::parse(text) else {
            let problem = Diagnostic::error(Code::BadArgument, format!("there is no error code `{text}`"));
            let upper = text.to_uppercase();
            return Err(match names::nearest(&upper, Code::ALL.iter().map(|code| code.text())) {
                Some(near) => problem.help(format!("did you mean `{near}`?")),
                None => problem,
            }
            .help("`farsight explain` lists all codes")
            .into());
        };
        let page = page(code);
        if self.json {
            let json =
                serde_json::json!({ "code": code.text(), "title": title(page), "exit": code.exit(), "page": page });
            return out::json(&json);
        }
        out::data(page)
    }

    fn list(&self) -> Result<()> {
        if self.json {
            let all: Vec<_> = Code::ALL
                .iter()
                .map(
                    |code| serde_json::json!({ "code": code.text(), "title": title(page(*code)), "exit": code.exit() }),
                )
                .collect();
            return out::json(&all);
        }
        let mut table = Table::new(["CODE", "EXIT", "MEANING"]);
        for code in Code::ALL {
            table.row([code.text().to_owned(), code.exit().to_string(), title(page(*code)).to_owned()]);
        }
        out::data(&table.render())
    }
}

/// The page's first line without its mark and code.
fn title(page: &str) -> &str {
    let line = page.lines().next().unwrap_or_default();
    line.split_once(": ").map_or(line, |(_, title)| title)
}

macro_rules! pages {
    ($($code:ident $file:literal)*) => {
        /// The page of a code, from `docs/errors`.
        fn page(code: Code) -> &'static str {
            match code {
                $(Code::$code => include_str!(concat!("../../../../docs/errors/", $file, ".md")),)*
            }
        }
    };
}

pages! {
    NoProject "C0101"
    BadProjectFile "C0102"
    NoStack "C0103"
    StackExists "C0104"
    StackNotEmpty "C0105"
    UnknownConfig "C0106"
    MissingConfig "C0107"
    WrongConfig "C0108"
    BadArgument "C0109"
    NoAnswer "C0110"
    NotYet "C0111"
    BadPlan "C0112"
    BuildFailed "C0201"
    ExitedEarly "C0202"
    Panicked "C0203"
    WrongProtocol "C0204"
    Hung "C0205"
    Malformed "C0206"
    ProgramFailed "C0207"
    BadInput "E0101"
    DuplicateUrn "E0102"
    Cycle "E0103"
    UnknownType "E0104"
    BadReference "E0105"
    UnknownTarget "E0106"
    Protected "E0107"
    TargetNeeds "E0108"
    OtherCloud "E0109"
    MostlyGone "E0110"
    PlanMoved "E0111"
    Unsettled "E0112"
    Refused "E0201"
    ExistsNotOurs "E0202"
    TimedOut "E0203"
    DidNotTake "E0204"
    FailedForGood "E0205"
    ImportDiffers "E0206"
    ImportMissing "E0207"
    OutcomeUnknown "E0208"
    Cancelled "E0209"
    ClosureFailed "E0210"
    Denied "E0211"
    QuotaUsedUp "E0212"
    AlreadyManaged "E0213"
    NoSuchResource "E0214"
    HookFailed "E0215"
    PolicyViolated "E0301"
    StateUnreadable "S0101"
    StateNewer "S0102"
    StateCorrupt "S0103"
    Locked "S0104"
    Fenced "S0105"
    StateUnwritable "S0106"
    NotAState "S0107"
    WrongKey "S0108"
    NoCredentials "P0101"
    EndpointDead "P0102"
    DataSource "P0103"
    SandboxFailed "P0104"
    Bug "X0001"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_its_page() {
        for code in Code::ALL {
            let page = page(*code);
            assert!(page.starts_with(&format!("# {}: ", code.text())), "{} has another page", code.text());
            for part in ["## What happened", "## Why", "## What to do", "## Example"] {
                assert!(page.contains(part), "{} lacks `{part}`", code.text());
            }
            assert!(page.lines().all(|line| line.chars().count() <= 120), "{} has too long lines", code.text());
        }
    }

    #[test]
    fn every_page_has_its_code() {
        let directory = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/errors");
        for entry in std::fs::read_dir(directory).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            let code = name.strip_suffix(".md").unwrap();
            assert_eq!(Code::parse(code).map(Code::text), Some(code), "docs/errors/{name} is the page of no code");
        }
    }
}
