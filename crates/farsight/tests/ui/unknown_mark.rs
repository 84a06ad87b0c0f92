use farsight::prelude::*;

#[derive(Inputs)]
#[inputs(block)]
struct Block {
    #[prop(replaces)]
    a: String,
    #[prop(default = "yes")]
    b: bool,
    #[prop(compare = fuzzy)]
    c: String,
    #[prop(set)]
    d: String,
    #[prop(secret, secret)]
    e: String,
}

#[derive(Inputs)]
#[inputs(resource = "Thing", token = "a:b:C", import_id = "id", outputs = ThingOutputs, exactly_one("x", "z"))]
struct ThingArgs {
    x: Option<String>,
    y: Option<String>,
}

#[derive(Outputs)]
struct ThingOutputs {
    #[prop(replace)]
    a: String,
}

#[derive(PropEnum)]
enum Mode {
    Fast,
    #[prop(renamed = "x")]
    Slow,
}

fn main() {}
