//! `farsight down`

use super::up::{self, Task};
use crate::context::Options;
use crate::failure::Result;
use crate::run::{PlanArgs, RunArgs};

/// Delete everything that the stack holds; the program is not needed
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  farsight down\n  farsight down -s staging --yes\n  farsight down -t 'aws:ec2*::nat*'"
)]
pub struct Down {
    #[command(flatten)]
    pub run: RunArgs,
}

impl Down {
    pub fn run(&self, options: &Options) -> Result<()> {
        up::execute(options, &self.run, &Task { kind: "down", more: &PlanArgs::default(), saved: None })
    }
}
