fn main() -> farsight::Exit {
    farsight::program(|_cx| Ok(()))
}
