//! Keyed hashes of write-only values.

use crate::cipher::Key;
use farsight_model::Value;
use zeroize::Zeroizing;

pub(crate) fn hash(key: &Key, context: &str, value: &Value) -> Value {
    match value.reveal() {
        Value::Hash(_) | Value::Unknown | Value::Output(_) => return value.reveal().clone(),
        _ => {}
    }
    let text = Zeroizing::new(canonical(value).to_json().to_string());
    let mut hasher = blake3::Hasher::new_keyed(key);
    // The length keeps context and value apart, whatever characters they have.
    hasher.update(&(context.len() as u64).to_le_bytes());
    hasher.update(context.as_bytes());
    hasher.update(text.as_bytes());
    Value::Hash(format!("v1:{}", hasher.finalize().to_hex()))
}

/// The value without what makes no difference: secret marks, and null entries of maps. Keys are sorted already.
fn canonical(value: &Value) -> Value {
    match value.reveal() {
        Value::List(items) => Value::List(items.iter().map(canonical).collect()),
        Value::Map(entries) => Value::Map(
            entries
                .iter()
                .map(|(key, part)| (key.clone(), canonical(part)))
                .filter(|(_, part)| !part.is_null())
                .collect(),
        ),
        other => other.clone(),
    }
}
