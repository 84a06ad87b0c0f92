//! The id of a record: `ZONEID_name_TYPE`, with `_setidentifier` at its end where there is one.
//!
//! The name is in lower case and otherwise as the program spelt it, so that `www` is read back as `www`. Types are in
//! upper case, which no name is, so the first type in the text ends the name, whatever underscores are in it.

use farsight_aws::route53::{RecordArgs, RecordType};
use farsight_provider::{Error, Result};

/// What an id says.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RecordId {
    pub zone: String,
    pub name: String,
    pub kind: RecordType,
    pub set: Option<String>,
}

impl RecordId {
    pub(crate) fn of(args: &RecordArgs) -> Self {
        Self {
            zone: args.zone_id.clone(),
            name: args.name.to_lowercase(),
            kind: args.kind,
            set: args.set_identifier.clone(),
        }
    }

    pub(crate) fn parse(id: &str) -> Result<Self> {
        let bad = || Error::bad_id(id, "`ZONEID_name_TYPE` or `ZONEID_name_TYPE_setidentifier`");
        let (zone, rest) = id.split_once('_').ok_or_else(bad)?;
        for (at, _) in rest.match_indices('_') {
            let (name, after) = (&rest[..at], &rest[at + 1..]);
            let (kind, set) = after.split_once('_').map_or((after, None), |(kind, set)| (kind, Some(set.to_owned())));
            if let Some(kind) = RecordType::from_wire(kind) {
                return Ok(Self { zone: zone.to_owned(), name: name.to_owned(), kind, set });
            }
        }
        Err(bad())
    }
}

impl std::fmt::Display for RecordId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}_{}_{}", self.zone, self.name, self.kind)?;
        self.set.as_ref().map_or(Ok(()), |set| write!(f, "_{set}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Protects names with underscores, which validation records and mail keys have.
    #[test]
    fn ids_go_there_and_back() {
        for (text, name, set) in [
            ("Z1_www_A", "www", None),
            ("Z1__abc.www.example.com_A", "_abc.www.example.com", None),
            ("Z1_s._domainkey_A_blue_A_1", "s._domainkey", Some("blue_A_1")),
            ("Z1_*_A", "*", None),
        ] {
            let id = RecordId::parse(text).unwrap();
            assert_eq!((id.zone.as_str(), id.name.as_str(), id.set.as_deref()), ("Z1", name, set));
            assert_eq!((id.kind, id.to_string().as_str()), (RecordType::A, text));
        }
        for wrong in ["", "Z1", "Z1_www", "Z1_www_a"] {
            assert!(RecordId::parse(wrong).is_err(), "{wrong}");
        }
    }
}
