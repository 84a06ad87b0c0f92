//! `farsight state protect`, `unprotect`, `taint`, `untaint`

use super::{find, surgery};
use crate::context::Context;
use crate::failure::Result;
use crate::run::quiet_session;
use crate::{keys, out};
use farsight_engine::{Control, Mark};
use farsight_model::Urn;

pub fn run(cx: &Context, resources: &[String], mark: Mark) -> Result<()> {
    let (mut store, stack) = cx.existing_writable()?;
    let rows = store.snapshot(stack.id)?.resources;
    let urns: Vec<Urn> =
        resources.iter().map(|text| find::resource(&rows, text).map(|row| row.urn.clone())).collect::<Result<_>>()?;
    let keyring = keys::open_or_create(&mut store, &stack)?;
    let session = quiet_session(store, stack, keyring, Control::new());
    let (kind, done, already) = match mark {
        Mark::Protected(true) => ("protect", "is protected; the next `farsight up` takes the program's word", "was"),
        Mark::Protected(false) => ("unprotect", "is free; the next `farsight up` takes the program's word", "was"),
        Mark::Tainted(true) => ("taint", "is to be replaced by the next `farsight up`", "was"),
        Mark::Tainted(false) => ("untaint", "stays as it is", "did"),
    };
    let changed = surgery::locked(session, kind, async |session| session.mark(&urns, mark))?;
    for urn in &urns {
        let before = if changed.contains(urn) { String::new() } else { format!(", and {already} before") };
        out::talk(&format!("`{}` {done}{before}", urn.name()));
    }
    Ok(())
}
