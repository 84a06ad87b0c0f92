//! Tags: whose an object is, and which tags are the program's.
//!
//! Every object that can be tagged in its create call gets `farsight:stack`, `farsight:urn` and `farsight:op`. Programs
//! never see these, nor those of AWS (`aws:*`), so neither shows up as a difference.

use farsight_provider::{Change, Error, Fault, Owner, Result};
use std::collections::BTreeMap;

/// Tags as programs have them.
pub type Tags = BTreeMap<String, String>;

/// The stack that an object belongs to: `<project>/<stack>`.
pub const STACK: &str = "farsight:stack";
/// The resource that an object is.
pub const URN: &str = "farsight:urn";
/// The journaled operation that made it: how a create whose answer was lost is found.
pub const OP: &str = "farsight:op";

/// The longest tag value, in characters (aws catalogue, section 2).
const LONGEST: usize = 256;

/// The tags that say whose an object is.
pub fn of_owner(owner: &Owner) -> Tags {
    BTreeMap::from([
        (STACK.to_owned(), tag_value(&owner.stack)),
        (URN.to_owned(), tag_value(owner.urn.as_str())),
        (OP.to_owned(), owner.op.clone()),
    ])
}

/// The tags for a create call: the program's and the owner's.
///
/// Fails when the program uses a name that is kept for farsight or AWS.
pub fn for_create(owner: &Owner, declared: &Tags) -> Result<Tags> {
    let mut tags = of_owner(owner);
    for (key, value) in declared {
        allowed(key)?;
        tags.insert(key.clone(), value.clone());
    }
    Ok(tags)
}

/// The tags that programs see, of all that an object has.
pub fn observed(all: impl IntoIterator<Item = (String, String)>) -> Tags {
    all.into_iter().filter(|(key, _)| !is_kept(key)).collect()
}

/// Whether an object of a name that only one object can have is the owner's: made by this very operation, or by an
/// earlier one for the same resource of the same stack, such as before a `down` that kept it.
pub fn is_ours(all: &Tags, owner: &Owner) -> bool {
    let has = |key: &str, value: &str| all.get(key).is_some_and(|tag| tag == value);
    has(OP, &owner.op) || (has(STACK, &tag_value(&owner.stack)) && has(URN, &tag_value(owner.urn.as_str())))
}

/// What an update must do to an object's tags.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TagChange {
    /// Tags to put on or overwrite.
    pub set: Tags,
    /// Keys of tags to take off.
    pub unset: Vec<String>,
}

impl TagChange {
    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.set.is_empty() && self.unset.is_empty()
    }
}

/// The part of a change that is about the property `tags`.
///
/// Fails when the program uses a name that is kept for farsight or AWS.
pub fn changed<A>(change: &Change<'_, A>, wanted: &Tags, observed: &Tags) -> Result<TagChange> {
    let mut result = TagChange::default();
    if !change.touches("tags") {
        return Ok(result);
    }
    for (key, value) in wanted.iter().filter(|(key, value)| observed.get(*key) != Some(value)) {
        allowed(key)?;
        result.set.insert(key.clone(), value.clone());
    }
    result.unset = observed.keys().filter(|key| !wanted.contains_key(*key)).cloned().collect();
    Ok(result)
}

/// A text as a tag value that every service takes: at most 256 of the characters `A-Z a-z 0-9 + - = . _ : /`.
///
/// Any other byte becomes `@` and two hex digits, so nothing is lost. What is still too long is cut and ends in `@@` and
/// a hash of the whole.
pub fn tag_value(text: &str) -> String {
    let mut value = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"+-=._:/".contains(&byte) {
            value.push(char::from(byte));
        } else {
            const HEX: &[u8; 16] = b"0123456789abcdef";
            let digit = |bits: u8| char::from(HEX[usize::from(bits & 15)]);
            value.extend(['@', digit(byte >> 4), digit(byte)]);
        }
    }
    if value.len() > LONGEST {
        let hash = blake3::hash(text.as_bytes()).to_hex();
        value.truncate(LONGEST - 34);
        value.push_str("@@");
        value.push_str(&hash[..32]);
    }
    value
}

fn is_kept(key: &str) -> bool {
    key.starts_with("farsight:") || key.starts_with("aws:")
}

fn allowed(key: &str) -> Result<()> {
    if is_kept(key) {
        let message =
            format!("the tag `{key}` cannot be set: names with `farsight:` and `aws:` are kept for themselves");
        return Err(Error::new(Fault::Rejected, message));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use farsight_model::{Change as Difference, ChangeKind, PropertyPath, Urn, Value};

    fn owner() -> Owner {
        Owner {
            stack: "shop/dev".into(),
            urn: Urn::parse("urn:farsight:dev::shop::app:index:Net$aws:ec2/vpc:Vpc::main").unwrap(),
            op: "0123456789abcdef0123456789abcdef".into(),
        }
    }

    fn tags(pairs: &[(&str, &str)]) -> Tags {
        pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()
    }

    /// Protects recovery: what a create puts on is what a lookup asks for, in characters that AWS takes.
    #[test]
    fn owner_tags_are_valid_and_hidden_from_programs() {
        let all = for_create(&owner(), &tags(&[("Name", "x")])).unwrap();
        assert_eq!(all[STACK], "shop/dev");
        assert_eq!(all[URN], "urn:farsight:dev::shop::app:index:Net@24aws:ec2/vpc:Vpc::main");
        assert_eq!(all[OP], owner().op);
        let mut seen = all;
        seen.insert("aws:cloudformation:stack-name".into(), "s".into());
        assert_eq!(observed(seen), tags(&[("Name", "x")]));
    }

    #[test]
    fn long_values_are_cut_without_becoming_equal() {
        let (a, b) = (tag_value(&"é".repeat(200)), tag_value(&format!("{}x", "é".repeat(199))));
        assert_eq!((a.len(), b.len()), (256, 256));
        assert_ne!(a, b);
    }

    #[test]
    fn kept_names_are_refused() {
        assert_eq!(for_create(&owner(), &tags(&[("farsight:op", "mine")])).unwrap_err().fault, Fault::Rejected);
        assert!(for_create(&owner(), &tags(&[("aws:x", "y")])).is_err());
    }

    #[test]
    fn a_change_sets_and_takes_off_only_what_differs() {
        let (wanted, seen) = (tags(&[("a", "1"), ("b", "2")]), tags(&[("a", "1"), ("b", "1"), ("c", "3")]));
        let difference = Difference {
            path: PropertyPath::key("tags").join_key("b"),
            kind: ChangeKind::Update,
            old: Value::Null,
            new: Value::Null,
            replace: false,
        };
        let differences = [difference];
        let change = Change { wanted: &(), observed: &(), differences: &differences };
        let expected = TagChange { set: tags(&[("b", "2")]), unset: vec!["c".into()] };
        assert_eq!(changed(&change, &wanted, &seen).unwrap(), expected);
        let untouched = Change { wanted: &(), observed: &(), differences: &[] };
        assert!(changed(&untouched, &wanted, &seen).unwrap().is_empty());
    }
}
