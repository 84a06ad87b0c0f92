use farsight::prelude::*;

fn main() {
    let host = Output::new("h".to_owned());
    output!("{host:>8}");
    output!("{} {}", host);
    output!("{", host);
    output!("plain", host);
}
