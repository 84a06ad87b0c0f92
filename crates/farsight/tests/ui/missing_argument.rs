#[path = "../common/mod.rs"]
mod common;

use common::{Hole, Rack};

fn main() {
    farsight::testing::record([("", "")], |cx| {
        Rack::new("a").room_id("r").add(cx);
        Rack::new("b").room_id("r").size(1).holes([Hole::new().protocol("tcp")]).add(cx);
        Ok(())
    });
}
