//! The sandbox: `-- speed` beside a bare hyper server, `-- bounds` what it holds after a million requests, `-- mocks` mock
//! servers of the same contract.

#[cfg(not(target_os = "linux"))]
fn main() {
    println!("This reads what a process holds as Linux has it.");
}

#[cfg(target_os = "linux")]
fn main() {
    use payvand_bench::{compare, sandbox};

    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let has = |word: &str| arguments.iter().any(|it| it == word);
    if !has("--bench") {
        println!("This takes minutes: run it with `cargo bench -p payvand-bench`.");
        return;
    }
    let is_quick = has("--quick");
    compare::allow_many_sockets();
    if has("speed") || !(has("bounds") || has("mocks")) {
        let (rounds, requests) = if is_quick { (5, 6_400) } else { (30, 32_000) };
        sandbox::speed::run(rounds, requests);
    }
    if has("mocks") {
        sandbox::mocks::run(if is_quick { 6_400 } else { 64_000 });
    }
    if has("bounds") {
        sandbox::bounds::run(if is_quick { 64_000 } else { 1_000_000 });
    }
}
