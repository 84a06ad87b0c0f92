#![deny(unused_must_use)]

#[path = "../common/mod.rs"]
mod common;

fn main() {
    farsight::testing::record([("", "")], |_| {
        common::Rack::new("a").room_id("r").size(1);
        Ok(())
    });
}
