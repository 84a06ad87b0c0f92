//! Property values as JSON text, and texts of rows as typed values.

use crate::StateError;
use crate::error::Raw;
use farsight_model::{Urn, Value};
use rusqlite::Row;
use serde::de::{DeserializeOwned, Deserializer, MapAccess, SeqAccess, Visitor};
use std::collections::BTreeMap;
use std::fmt;

/// The JSON text of a value.
pub(crate) fn encode(value: &Value) -> String {
    value.to_json().to_string()
}

/// The JSON text of anything serialisable.
pub(crate) fn encode_any<T: serde::Serialize>(value: &T) -> Result<String, StateError> {
    serde_json::to_string(value)
        .map_err(|error| StateError::Refused { what: "a value".to_owned(), detail: error.to_string() })
}

/// Reads the JSON text of a value.
///
/// Most values are plain data, which is read without the detour over a JSON tree: that halves the time of a snapshot.
pub(crate) fn decode(text: &str) -> Result<Value, String> {
    if text.contains("$farsight") {
        return serde_json::from_str(text).map_err(|error| error.to_string());
    }
    let mut reader = serde_json::Deserializer::from_str(text);
    let value = reader.deserialize_any(Plain).map_err(|error| error.to_string())?;
    reader.end().map_err(|error| error.to_string())?;
    Ok(value)
}

/// Reads the value in column `column`.
pub(crate) fn value(row: &Row<'_>, column: usize, what: &dyn fmt::Display) -> Result<Value, Raw> {
    let text = row.get_ref(column)?.as_str().map_err(|error| bad(what, &error))?;
    decode(text).map_err(|detail| bad(what, &detail))
}

/// Reads the value in column `column`, which may be NULL.
pub(crate) fn optional_value(row: &Row<'_>, column: usize, what: &dyn fmt::Display) -> Result<Option<Value>, Raw> {
    match row.get_ref(column)?.as_str_or_null().map_err(|error| bad(what, &error))? {
        Some(text) => decode(text).map(Some).map_err(|detail| bad(what, &detail)),
        None => Ok(None),
    }
}

/// Reads the JSON in column `column` as a type of its own.
pub(crate) fn typed<T: DeserializeOwned>(row: &Row<'_>, column: usize, what: &dyn fmt::Display) -> Result<T, Raw> {
    let text = row.get_ref(column)?.as_str().map_err(|error| bad(what, &error))?;
    serde_json::from_str(text).map_err(|error| bad(what, &error))
}

/// Reads the URN in column `column`.
pub(crate) fn urn(row: &Row<'_>, column: usize) -> Result<Urn, Raw> {
    let text = row.get_ref(column)?.as_str().map_err(|error| bad(&"a URN", &error))?;
    Urn::parse(text).map_err(|error| bad(&"a URN", &error))
}

/// Reads the URN in column `column`, which may be NULL.
pub(crate) fn optional_urn(row: &Row<'_>, column: usize) -> Result<Option<Urn>, Raw> {
    match row.get_ref(column)?.as_str_or_null().map_err(|error| bad(&"a URN", &error))? {
        Some(text) => Urn::parse(text).map(Some).map_err(|error| bad(&"a URN", &error)),
        None => Ok(None),
    }
}

/// The error for a row that cannot be read back.
pub(crate) fn bad(what: &dyn fmt::Display, detail: &dyn fmt::Display) -> Raw {
    Raw::Typed(StateError::BadRow { what: what.to_string(), detail: detail.to_string() })
}

/// Plain data: JSON without any object that stands for something else.
struct Plain;

impl<'de> serde::de::DeserializeSeed<'de> for Plain {
    type Value = Value;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(Plain)
    }
}

impl<'de> Visitor<'de> for Plain {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }
    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }
    fn visit_bool<E>(self, truth: bool) -> Result<Value, E> {
        Ok(Value::Bool(truth))
    }
    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(Value::Number(number as f64))
    }
    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(Value::Number(number as f64))
    }
    fn visit_f64<E>(self, number: f64) -> Result<Value, E> {
        Ok(Value::Number(number))
    }
    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::String(text.to_owned()))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(Plain)? {
            list.push(item);
        }
        Ok(Value::List(list))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut map = BTreeMap::new();
        while let Some(key) = entries.next_key::<String>()? {
            map.insert(key, entries.next_value_seed(Plain)?);
        }
        Ok(Value::Map(map))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Protects the short cut for plain data: it reads what the long way reads.
    #[test]
    fn plain_data_reads_the_same_both_ways() {
        for text in [
            r#"{"a":[1,-2,2.5,1e3,true,null,"x\n\u00e9"],"b":{},"c":{"d":[]}}"#,
            "null",
            "18446744073709551615",
            r#""$farsight""#,
            r#"{"$farsight":"sealed","value":"v1:x"}"#,
        ] {
            assert_eq!(decode(text).unwrap(), serde_json::from_str::<Value>(text).unwrap(), "{text}");
        }
        for text in ["", "{", "1 2", "{\"a\":}", "nul"] {
            assert!(decode(text).is_err(), "{text}");
        }
    }
}
