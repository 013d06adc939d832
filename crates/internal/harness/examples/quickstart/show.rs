//! Prints the lines of code that are about to run, and their results.

use std::fmt::Display;

/// A provider's chapter begins.
pub(crate) fn title(provider: &str, target: &str) {
    println!("\n━━ {provider} · {target}");
}

/// Prints the lines between `// [name]` and `// [end]` of a source file.
pub(crate) fn code(source: &str, name: &str, explanation: &str) {
    println!("\n{explanation}");
    let begin = format!("// [{name}]");
    let lines: Vec<&str> = source
        .lines()
        .skip_while(|line| line.trim() != begin)
        .skip(1)
        .take_while(|line| line.trim() != "// [end]")
        .collect();
    assert!(!lines.is_empty(), "the example has no part called {name}");
    let indent = lines
        .iter()
        .filter(|l| !l.trim().is_empty())
        .map(|l| l.len() - l.trim_start().len())
        .min()
        .unwrap_or(0);
    for line in lines {
        println!("  │ {}", line.get(indent..).unwrap_or_default());
    }
}

/// What a line of code answered.
pub(crate) fn result(text: impl Display) {
    println!("  → {text}");
}

/// Something that a person should know.
pub(crate) fn note(text: impl Display) {
    println!("    {text}");
}
