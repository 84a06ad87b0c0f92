#[path = "../common/mod.rs"]
mod common;

fn main() {
    farsight::testing::record([("", "")], |cx| {
        let rack = common::Rack::new("a").room_id("r").size("four").add(cx);
        let text = format!("{}", rack.arn());
        cx.log(text);
        Ok(())
    });
}
