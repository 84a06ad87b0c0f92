//! `farsight watch`

use super::not_yet;
use crate::failure::Result;

/// Run `up` at every change of the program (not there yet)
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  farsight watch")]
pub struct Watch {}

impl Watch {
    #[allow(clippy::unused_self, reason = "as all commands")]
    pub fn run(&self) -> Result<()> {
        Err(not_yet("`farsight watch`").help("run `farsight preview` or `farsight up` after a change").into())
    }
}
