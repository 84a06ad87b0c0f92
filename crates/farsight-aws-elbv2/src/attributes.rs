//! Attributes: what is set key by key, as texts, beside the object itself.

use farsight_provider::Change;
use std::collections::BTreeMap;

/// The attributes of an object. What does not apply to it is not there.
pub(crate) struct Attributes(BTreeMap<String, String>);

impl FromIterator<(Option<String>, Option<String>)> for Attributes {
    fn from_iter<I: IntoIterator<Item = (Option<String>, Option<String>)>>(pairs: I) -> Self {
        Self(pairs.into_iter().filter_map(|(key, value)| Some((key?, value.unwrap_or_default()))).collect())
    }
}

impl Attributes {
    /// A text that is not empty.
    pub(crate) fn text(&self, key: &str) -> Option<String> {
        self.0.get(key).filter(|text| !text.is_empty()).cloned()
    }

    pub(crate) fn flag(&self, key: &str) -> Option<bool> {
        self.0.get(key).map(|text| text == "true")
    }

    pub(crate) fn number(&self, key: &str) -> Option<i64> {
        self.0.get(key)?.parse().ok()
    }

    /// One of an enumeration's texts.
    pub(crate) fn word<T>(&self, key: &str, from_wire: impl Fn(&str) -> Option<T>) -> Option<T> {
        from_wire(self.0.get(key)?)
    }
}

/// An attribute as it shall be.
pub(crate) struct Row {
    property: &'static str,
    key: &'static str,
    value: String,
}

/// The attribute of a property; AWS's default when the program gives no value.
pub(crate) fn row(
    property: &'static str,
    key: &'static str,
    value: Option<impl ToString>,
    default: &'static str,
) -> Row {
    Row { property, key, value: value.map_or_else(|| default.to_owned(), |value| value.to_string()) }
}

/// The keys and values to send: those of properties that differ.
pub(crate) fn changed<A>(change: &Change<'_, A>, rows: Vec<Row>) -> Vec<(&'static str, String)> {
    rows.into_iter().filter(|row| change.touches(row.property)).map(|row| (row.key, row.value)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Protects drift: an empty text is what AWS says for nothing.
    #[test]
    fn texts_become_values() {
        let pairs = [("a", "true"), ("b", "60"), ("c", ""), ("d", "x")];
        let attributes: Attributes =
            pairs.iter().map(|(key, value)| (Some((*key).to_owned()), Some((*value).to_owned()))).collect();
        assert_eq!((attributes.flag("a"), attributes.flag("z")), (Some(true), None));
        assert_eq!((attributes.number("b"), attributes.number("d")), (Some(60), None));
        assert_eq!((attributes.text("c"), attributes.text("d")), (None, Some("x".into())));
    }

    #[test]
    fn absence_means_the_default() {
        assert_eq!(row("p", "k", None::<i64>, "60").value, "60");
        assert_eq!(row("p", "k", Some(5), "60").value, "5");
    }
}
