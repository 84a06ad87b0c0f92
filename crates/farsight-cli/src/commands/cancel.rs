//! `farsight cancel`

use crate::context::{Options, now};
use crate::failure::Result;
use crate::{ask, out};
use farsight_render::moment;

/// Take the stack's lock away from a run; it stops at its next write, and the next run settles what it left
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  farsight cancel -s prod --yes")]
pub struct Cancel {
    /// Answer yes beforehand
    #[arg(short, long)]
    yes: bool,
    /// Answer as JSON
    #[arg(long)]
    pub json: bool,
}

impl Cancel {
    pub fn run(&self, options: &Options) -> Result<()> {
        let cx = options.context()?;
        let (mut store, stack) = cx.existing_writable()?;
        let held = store.lease(stack.id)?.filter(|held| held.expires_at > now());
        let Some(held) = held else {
            if self.json {
                return out::json(&serde_json::json!({ "cancelled": false, "holder": null }));
            }
            out::talk(&format!("nobody holds stack `{}`", stack.name));
            return Ok(());
        };
        let who = format!(
            "{}@{} (process {}, `{}`, since {})",
            held.holder.user,
            held.holder.host,
            held.holder.pid,
            held.holder.command,
            moment(held.acquired_at)
        );
        if !self.yes {
            ask::confirm(&format!("take stack `{}` away from {who}?", stack.name), "--yes")?;
        }
        let broken = store.break_lease(stack.id, now())?;
        if self.json {
            let holder = broken.as_ref().map(|lease| &lease.holder);
            return out::json(&serde_json::json!({ "cancelled": broken.is_some(), "holder": holder }));
        }
        out::talk(&format!("took stack `{}` away from {who}", stack.name));
        Ok(())
    }
}
