//! What can go wrong with keys and secrets, said so that a person knows what to do.

use std::path::PathBuf;

/// Why a key or a secret could not be had. No variant holds key material or a secret.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SecretsError {
    /// The passphrase or key file is not the one that the stack was made with.
    #[error("{} opens no secret of this stack: {}", what_is_wrong(path.as_ref()), what_to_do(path.as_ref()))]
    WrongKey {
        /// The key file; `None` for a passphrase.
        path: Option<PathBuf>,
    },
    /// The key file is gone.
    #[error(
        "key file `{}` is missing, and the secrets of this stack cannot be read without it: \
         restore it from where the stack was made, or say where it is with `FARSIGHT_HOME`",
        path.display()
    )]
    Missing {
        /// The key file.
        path: PathBuf,
    },
    /// The stack's secrets are protected by a passphrase, and none was given.
    #[error(
        "the secrets of this stack are protected by a passphrase: set `FARSIGHT_PASSPHRASE` or `FARSIGHT_PASSPHRASE_FILE`"
    )]
    NeedsPassphrase,
    /// The stack's secrets are protected by a key file, and a passphrase was given.
    #[error(
        "the secrets of this stack are protected by a key file: unset `FARSIGHT_PASSPHRASE` and `FARSIGHT_PASSPHRASE_FILE`"
    )]
    NeedsKeyFile,
    /// A passphrase without any character.
    #[error("the passphrase is empty: set `FARSIGHT_PASSPHRASE` to a real one, or unset it to use a key file")]
    EmptyPassphrase,
    /// The key file holds no key.
    #[error("key file `{}` is damaged (expected 64 hexadecimal digits): restore it", path.display())]
    BadKeyFile {
        /// The key file.
        path: PathBuf,
    },
    /// The key file cannot be read or made.
    #[error("key file `{}` cannot be used ({detail}): check who owns it and its directory, and their modes", path.display())]
    Io {
        /// The key file.
        path: PathBuf,
        /// What the system said.
        detail: String,
    },
    /// The stored key information cannot be read.
    #[error("the stack's key information cannot be read ({detail}): restore a backup of the state")]
    BadKeyInfo {
        /// Why not.
        detail: String,
    },
    /// A sealed value was sealed with another key than this stack's.
    #[error("a secret of `{context}` was sealed with another key: set it again, or restore a backup")]
    OtherKey {
        /// What the value belongs to.
        context: String,
    },
    /// A sealed value was changed, or copied from another place.
    #[error(
        "the secret `{path}` of `{context}` is damaged or was copied from elsewhere: set it again, or restore a backup"
    )]
    Corrupt {
        /// What the value belongs to.
        context: String,
        /// The property.
        path: String,
    },
    /// The operating system gave no random bytes, or the passphrase hash got no memory.
    #[error("the system cannot provide what encryption needs ({detail}): try again")]
    System {
        /// What failed.
        detail: String,
    },
}

fn what_is_wrong(path: Option<&PathBuf>) -> String {
    path.map_or("the passphrase".to_owned(), |path| format!("key file `{}`", path.display()))
}

fn what_to_do(path: Option<&PathBuf>) -> &'static str {
    match path {
        Some(_) => "use the key file of the place where the stack was made",
        None => "check `FARSIGHT_PASSPHRASE`",
    }
}
