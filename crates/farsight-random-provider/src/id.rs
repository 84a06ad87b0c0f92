//! Random ids: bytes in several spellings.

use crate::{IN_STATE, rejected};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use farsight_provider::{Change, Clock, Handler, Id, Owner, Policy, Result, Seen};
use farsight_random::{RandomId, RandomIdArgs, RandomIdOutputs};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

pub(crate) struct IdHandler {
    pub(crate) clock: Arc<dyn Clock>,
}

/// Longer ids are mistakes.
const LONGEST: usize = 4_096;

impl Handler for IdHandler {
    type Of = RandomId;

    const POLICY: Policy = IN_STATE;

    async fn create(&self, _: &Owner, args: &RandomIdArgs) -> Result<Id> {
        let length = usize::try_from(args.byte_length)
            .ok()
            .filter(|length| (1..=LONGEST).contains(length))
            .ok_or_else(|| rejected(format!("`byteLength` is {}: it must be from 1 to {LONGEST}", args.byte_length)))?;
        let mut bytes = vec![0; length];
        self.clock.secret_bytes(&mut bytes)?;
        let id = URL_SAFE_NO_PAD.encode(bytes);
        Ok(args.prefix.as_ref().map_or_else(|| id.clone(), |prefix| format!("{prefix},{id}")))
    }

    async fn read(&self, ids: &[Id]) -> Result<Vec<Seen<RandomId>>> {
        ids.iter().map(|id| seen(id)).collect()
    }

    async fn update(&self, _: &Id, _: Change<'_, RandomIdArgs>) -> Result<Option<Id>> {
        Ok(None)
    }

    async fn delete(&self, _: &Id, _: &RandomIdArgs) -> Result<()> {
        Ok(())
    }

    async fn find(&self, _: &Owner, _: &RandomIdArgs) -> Result<Vec<Id>> {
        Ok(Vec::new())
    }

    fn kept_id(&self, id: &Id) -> Id {
        split(id).1.to_owned()
    }
}

/// The prefix, if there is one, and the Base64 behind it, which has no comma.
fn split(id: &str) -> (Option<&str>, &str) {
    id.rsplit_once(',').map_or((None, id), |(prefix, rest)| (Some(prefix), rest))
}

fn seen(id: &str) -> Result<Seen<RandomId>> {
    let (prefix, text) = split(id);
    let bytes = URL_SAFE_NO_PAD
        .decode(text)
        .ok()
        .filter(|bytes| !bytes.is_empty())
        .ok_or_else(|| rejected(format!("`{text}` is not Base64 as it is used in URLs, without padding")))?;
    let with_prefix = |text: String| format!("{}{text}", prefix.unwrap_or_default());
    let outputs = RandomIdOutputs {
        b64_std: with_prefix(STANDARD.encode(&bytes)),
        b64_url: with_prefix(text.to_owned()),
        dec: with_prefix(decimal(&bytes)),
        hex: with_prefix(hexadecimal(&bytes)),
    };
    let args =
        RandomIdArgs { byte_length: bytes.len() as i64, keepers: BTreeMap::new(), prefix: prefix.map(str::to_owned) };
    Ok(Seen::Ready { args, outputs })
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The bytes as one number, the first byte first, in decimal digits.
fn decimal(bytes: &[u8]) -> String {
    // Digits from the last to the first: each byte shifts the number by eight bits and is added.
    let mut digits: Vec<u8> = vec![0];
    for byte in bytes {
        let mut carry = u32::from(*byte);
        for digit in &mut digits {
            let value = u32::from(*digit) * 256 + carry;
            *digit = (value % 10) as u8;
            carry = value / 10;
        }
        while carry > 0 {
            digits.push((carry % 10) as u8);
            carry /= 10;
        }
    }
    digits.iter().rev().map(|digit| char::from(b'0' + digit)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_says_the_same() {
        let Ok(Seen::Ready { args, outputs }) = seen("web-,_-8BAA") else { panic!("not ready") };
        assert_eq!((args.byte_length, args.prefix.as_deref()), (4, Some("web-")));
        assert_eq!(outputs.b64_url, "web-_-8BAA");
        assert_eq!(outputs.b64_std, "web-/+8BAA==");
        assert_eq!(outputs.hex, "web-ffef0100");
        assert_eq!(outputs.dec, format!("web-{}", 0xffef_0100_u32));
        assert_eq!(split("a,b,_-8BAA"), (Some("a,b"), "_-8BAA"));
    }

    #[test]
    fn numbers_of_any_length_are_right() {
        assert_eq!(decimal(&[0, 0]), "0");
        assert_eq!(decimal(&[1, 0]), "256");
        assert_eq!(decimal(&u128::MAX.to_be_bytes()), u128::MAX.to_string());
    }

    #[test]
    fn what_is_no_id_is_refused() {
        for id in ["", "x", "with padding==", "prefix,"] {
            assert!(seen(id).is_err(), "{id}");
        }
    }
}
