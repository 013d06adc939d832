//! What only a publisher knows: `repository` and `[workspace.metadata.publisher]` in Cargo.toml.

use anyhow::{Result, ensure};
use serde_json::Value;
use xshell::Shell;

use crate::workspace::Workspace;

const FACTS: [&str; 3] = ["repository", "security-contact", "owners"];

pub(crate) fn facts(shell: &Shell) -> Result<Value> {
    let manifest: Value = toml::from_str(&shell.read_file("Cargo.toml")?)?;
    let workspace = &manifest["workspace"];
    let mut facts = workspace["metadata"]["publisher"].clone();
    facts["repository"] = workspace["package"]["repository"].clone();
    Ok(facts)
}

/// Fails while one of them is a placeholder, and names each.
pub(crate) fn check(workspace: &Workspace) -> Result<String> {
    let facts = facts(&workspace.shell)?;
    let placeholders = FACTS.iter().filter(|it| is_placeholder(&facts[**it]));
    let problems = placeholders.map(|it| format!("Cargo.toml: `{it}` is a placeholder: {}", facts[*it]));
    let problems: Vec<_> = problems.collect();
    ensure!(problems.is_empty(), "{}", problems.join("\n"));
    Ok(String::new())
}

/// Nobody can own a name that ends in `.example` (RFC 2606).
fn is_placeholder(fact: &Value) -> bool {
    let text = fact.to_string();
    ["null", "\"\"", "[]"].contains(&text.as_str()) || text.contains(".example")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_somebody_can_have_is_no_placeholder() {
        for (fact, expected) in [
            (serde_json::json!(null), true),
            (serde_json::json!(""), true),
            (serde_json::json!([]), true),
            (serde_json::json!("https://payvand.example/"), true),
            (serde_json::json!(["somebody", "nobody.example"]), true),
            (serde_json::json!("https://codeberg.org/somebody/payvand"), false),
            (serde_json::json!(["github:somebody:team"]), false),
        ] {
            assert_eq!(is_placeholder(&fact), expected, "{fact}");
        }
    }
}
