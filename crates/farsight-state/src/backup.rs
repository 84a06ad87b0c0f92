//! Copies of a state file while it is in use.

use crate::error::of_io;
use crate::{StateError, Store};
use std::fs::{File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

impl Store {
    /// Writes a compact, consistent copy to `to`, readable by its owner only. Others may go on reading and writing.
    /// Fails with [`StateError::BackupExists`] rather than overwrite a file.
    pub fn backup(&self, to: &Path) -> Result<(), StateError> {
        let to = std::path::absolute(to).map_err(|error| of_io(to, &error))?;
        match OpenOptions::new().write(true).create_new(true).mode(0o600).open(&to) {
            Ok(_) => {}
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
                return Err(StateError::BackupExists { path: to });
            }
            Err(error) => return Err(of_io(&to, &error)),
        }
        let copied = self.copy(&to);
        if copied.is_err() {
            // Half a copy is worse than none. That the error came first matters more than whether this succeeds.
            let _ = std::fs::remove_file(&to);
        }
        copied
    }

    fn copy(&self, to: &Path) -> Result<(), StateError> {
        let name = to
            .to_str()
            .ok_or_else(|| StateError::Denied { path: to.to_owned(), detail: "its name is not UTF-8".to_owned() })?;
        self.bare(|conn| Ok(conn.execute("VACUUM INTO ?1", [name]).map(drop)?))?;
        File::open(to).and_then(|file| file.sync_all()).map_err(|error| of_io(to, &error))
    }
}
