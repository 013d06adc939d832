//! The journal: `-- entries` what an entry costs, `-- sizes` a file of a million.

fn main() -> std::io::Result<()> {
    use payvand_bench::journal;

    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let has = |word: &str| arguments.iter().any(|it| it == word);
    if !has("--bench") {
        println!("This takes minutes: run it with `cargo bench -p payvand-bench`.");
        return Ok(());
    }
    let is_quick = has("--quick");
    let runtime = tokio::runtime::Runtime::new()?;
    if has("entries") || !has("sizes") {
        let (rounds, calls) = if is_quick { (3, 500) } else { (20, 2000) };
        journal::entries(&runtime, rounds, calls);
    }
    if has("sizes") || !has("entries") {
        journal::sizes(&runtime, if is_quick { 100_000 } else { 1_000_000 });
    }
    Ok(())
}
