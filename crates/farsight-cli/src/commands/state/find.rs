//! Finding the resource that a person means.

use crate::failure::Result;
use crate::names;
use farsight_engine::{Code, Diagnostic};
use farsight_state::ResourceRow;

/// The one resource that `text` names: by URN, by name, or by `TYPE::NAME` with the type in full or short.
pub fn resource<'a>(rows: &'a [ResourceRow], text: &str) -> Result<&'a ResourceRow> {
    let matching: Vec<&ResourceRow> = rows.iter().filter(|row| !row.pending_delete && names(row, text)).collect();
    match matching.as_slice() {
        [row] => Ok(row),
        [] => {
            let problem = Diagnostic::error(Code::NoSuchResource, format!("the state has no resource `{text}`"));
            Err(match names::nearest(text, rows.iter().map(|row| row.urn.name())) {
                Some(near) => problem.help(format!("did you mean `{near}`?")),
                None => problem.help("`farsight state ls` lists what there is"),
            }
            .into())
        }
        several => {
            let all = several.iter().map(|row| format!("{}::{}", row.urn.token().short(), row.urn.name()));
            let all: Vec<String> = all.collect();
            Err(Diagnostic::error(Code::BadArgument, format!("several resources have the name `{text}`"))
                .note(format!("they are {}", names::list(all.iter().map(String::as_str))))
                .help("give its type with it, or its URN")
                .into())
        }
    }
}

/// Whether `text` names a resource.
pub fn names(row: &ResourceRow, text: &str) -> bool {
    let urn = &row.urn;
    urn.as_str() == text
        || urn.name() == text
        || text.rsplit_once("::").is_some_and(|(token, name)| urn.name() == name && urn.token().matches(token))
}
