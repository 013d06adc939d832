//! What a client costs the build of whoever uses it. `cargo xtask cost` measures it; it builds everything anew, several
//! times, so it runs only when it is named.

use std::process::Command;

use super::{Context, Part};

pub(super) fn run(context: &Context) {
    println!("## 6. What a consumer pays\n");
    if !context.named.contains(&Part::Consumer) {
        println!(
            "`cargo bench -p payvand-bench -- consumer` measures it in some ten minutes; ARCHITECTURE.md has the table \
             of its last run.\n"
        );
        return;
    }
    let status = Command::new(env!("CARGO"))
        .args(["xtask", "cost"])
        .status()
        .unwrap();
    assert!(status.success());
}
