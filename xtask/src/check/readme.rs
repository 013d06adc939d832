//! The commands that README.md promises, read from it: what we run is what a reader runs.

use anyhow::{Context, Result, ensure};

use crate::workspace::Workspace;

/// The arguments of the first command in a fenced block of README.md that starts with `start`.
pub(crate) fn command(workspace: &Workspace, start: &str) -> Result<Vec<String>> {
    let readme = workspace.shell.read_file("README.md")?;
    let line = find(&readme, start)
        .with_context(|| format!("README.md has no fenced block with a line that starts with `{start}`"))?;
    ensure!(
        !line.contains(['"', '\'', '\\', '|', '&', ';', '<', '>', '$', '`']),
        "`{line}` in README.md needs a shell: keep it a plain cargo command, which works everywhere"
    );
    Ok(line.split_whitespace().skip(1).map(str::to_owned).collect())
}

fn find<'a>(readme: &'a str, start: &str) -> Option<&'a str> {
    let mut fenced = false;
    for line in readme.lines().map(str::trim) {
        if line.starts_with("```") {
            fenced = !fenced;
        } else if fenced {
            let line = line.strip_prefix("$ ").unwrap_or(line);
            let line = line
                .split_once(" #")
                .map_or(line, |(command, _)| command.trim_end());
            if line
                .strip_prefix(start)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
            {
                return Some(line);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_fenced_command_without_its_comment() {
        let readme =
            "cargo test --outside\n\n```sh\ncargo tester\n$ cargo test --workspace   # all of them\n```\n";
        assert_eq!(find(readme, "cargo test"), Some("cargo test --workspace"));
        assert_eq!(find(readme, "cargo run"), None);
    }
}
