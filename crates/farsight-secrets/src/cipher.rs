//! AES-256-GCM with random nonces, and hexadecimal text.

use crate::SecretsError;
use aes_gcm::aead::{Aead, Payload};
use aes_gcm::{Aes256Gcm, KeyInit};
use zeroize::Zeroizing;

/// A key; wiped when dropped.
pub(crate) type Key = Zeroizing<[u8; 32]>;

const NONCE: usize = 12;

/// Nonce and ciphertext of `plain`, which opens only with the same `bound` data.
pub(crate) fn encrypt(key: &Key, bound: &[u8], plain: &[u8]) -> Result<Vec<u8>, SecretsError> {
    let mut sealed = vec![0; NONCE];
    fill(&mut sealed)?;
    let nonce = sealed.first_chunk::<NONCE>().copied().unwrap_or_default();
    let payload = Payload { msg: plain, aad: bound };
    let cipher = Aes256Gcm::new((&**key).into());
    // Fails only beyond 64 GiB.
    let text = cipher.encrypt((&nonce).into(), payload).map_err(|_| system("the value is too large"))?;
    sealed.extend(text);
    Ok(sealed)
}

/// The plain text; `None` if the key or the bound data differ, or a bit was changed.
pub(crate) fn decrypt(key: &Key, bound: &[u8], sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (nonce, text) = sealed.split_first_chunk::<NONCE>()?;
    let payload = Payload { msg: text, aad: bound };
    Aes256Gcm::new((&**key).into()).decrypt(nonce.into(), payload).ok().map(Zeroizing::new)
}

/// A new random key.
pub(crate) fn random_key() -> Result<Key, SecretsError> {
    let mut key = Key::default();
    fill(&mut *key)?;
    Ok(key)
}

/// Fills `bytes` from the operating system's generator.
pub(crate) fn fill(bytes: &mut [u8]) -> Result<(), SecretsError> {
    getrandom::fill(bytes).map_err(|error| system(&error.to_string()))
}

pub(crate) fn system(detail: &str) -> SecretsError {
    SecretsError::System { detail: detail.to_owned() }
}

/// Lower-case hexadecimal digits.
pub(crate) fn to_hex(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap_or('0');
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// The bytes of hexadecimal digits; `None` if it is anything else.
pub(crate) fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> = text.chars().map(|c| c.to_digit(16).map(|digit| digit as u8)).collect();
    let digits = Zeroizing::new(digits?);
    (digits.len() % 2 == 0).then(|| digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect())
}
