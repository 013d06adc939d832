//! The server that the measurements run against.

fn main() {
    payvand_bench::server::run();
}
