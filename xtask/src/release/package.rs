//! What is in a package, and whether it builds from that alone.

use anyhow::{Context, Result, ensure};
use cargo_metadata::Package;
use cargo_metadata::camino::Utf8Path;

use crate::workspace::Workspace;

/// No crate of ours comes near it without fixtures or generated pages.
const LARGEST: u64 = 300_000;

/// What a package holds beside `src/**/*.rs`. The last four are cargo's.
const FILES: [&str; 8] = [
    "README.md",
    "CHANGELOG.md",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "Cargo.toml",
    "Cargo.toml.orig",
    "Cargo.lock",
    ".cargo_vcs_info.json",
];

/// Where people's folders begin.
const HOMES: [&str; 4] = ["/home/", "/root/", "/Users/", "C:\\Users\\"];

/// Packages and builds them all, and looks into them.
pub(crate) fn check(workspace: &Workspace) -> Result<String> {
    pack(workspace, &[])?;
    let packages: Vec<_> = workspace.published().collect();
    let mut problems = Vec::new();
    let mut sizes = Vec::new();
    for package in packages {
        problems.extend(contents(workspace, package)?);
        let size = std::fs::metadata(archive(workspace, package))?.len();
        if size > LARGEST {
            problems.push(format!("{}: the package has {size} bytes", package.name));
        }
        sizes.push(format!("{} {} kB", package.name, size.div_ceil(1000)));
    }
    ensure!(problems.is_empty(), "{}", problems.join("\n"));
    Ok(sizes.join(", "))
}

/// Makes each package, and builds it from its own files unless told otherwise.
pub(crate) fn pack(workspace: &Workspace, arguments: &[&str]) -> Result<()> {
    let chosen = workspace.published().flat_map(|it| ["-p", it.name.as_str()]);
    let package = workspace.cargo(["package", "--locked"]).args(arguments);
    Ok(package.args(chosen).run()?)
}

/// The file that is sent to the registry.
pub(crate) fn archive(workspace: &Workspace, package: &Package) -> cargo_metadata::camino::Utf8PathBuf {
    let name = format!("{}-{}.crate", package.name, package.version);
    workspace.target.join("package").join(name)
}

fn contents(workspace: &Workspace, package: &Package) -> Result<Vec<String>> {
    let listed = workspace.cargo(["package", "--list", "--allow-dirty", "-p", package.name.as_str()]);
    let listed = listed.quiet().read()?;
    let files: Vec<_> = listed.lines().map(|it| it.replace('\\', "/")).collect();
    let mut problems = Vec::new();
    for file in FILES.iter().filter(|it| !files.iter().any(|file| file == *it)) {
        problems.push(format!("{}: {file} is not in the package", package.name));
    }

    // `cargo package` unpacks what it builds.
    let unpacked = archive(workspace, package).with_extension("");
    let root = workspace.shell.current_dir();
    let root = root.to_str().context("the workspace's path is no text")?;
    for file in &files {
        let is_source = file.starts_with("src/") && Utf8Path::new(file).extension() == Some("rs");
        if !is_source && !FILES.contains(&file.as_str()) {
            problems.push(format!("{}: {file} has no place in the package", package.name));
        }
        let text = read(&unpacked.join(file))?;
        if let Some(line) = text.lines().find(|line| names_a_folder(line, root)) {
            problems.push(format!(
                "{}: {file} names a folder of this machine: {line}",
                package.name
            ));
        }
    }
    Ok(problems)
}

fn read(file: &Utf8Path) -> Result<String> {
    let bytes = std::fs::read(file).with_context(|| file.to_string())?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Whether an absolute path into somebody's files is in it; a URL's path is none.
fn names_a_folder(line: &str, root: &str) -> bool {
    let begins = |at: usize| {
        let before = line.get(..at).unwrap_or_default();
        !before.ends_with(|it: char| it.is_alphanumeric() || it == '.' || it == '-' || it == '/')
            || before.ends_with("file://")
    };
    HOMES
        .iter()
        .chain([&root])
        .any(|folder| line.match_indices(folder).any(|(at, _)| begins(at)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_folders_of_a_machine() {
        for (line, expected) in [
            ("include!(\"/home/somebody/x.rs\")", true),
            ("path = \"/build/here/crates/x\"", true),
            ("file:///home/somebody", true),
            ("https://example.com/home/page", false),
            ("see src/home/mod.rs", false),
        ] {
            assert_eq!(names_a_folder(line, "/build/here"), expected, "{line}");
        }
    }
}
