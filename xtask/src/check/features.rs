//! Which feature sets a crate is built with.

use anyhow::Result;
use cargo_metadata::Package;
use xshell::cmd;

use crate::workspace::{CORE, TLS_FEATURES, Workspace};

const NATIVE_TLS: &str = "native-tls";

/// Which sets of features to go through.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Depth {
    /// None, and each TLS feature alone.
    Tls,
    /// None, each alone, every pair, all.
    Pairs,
}

/// Lints each published crate with each set, on its own: built together, one crate's features would hide that
/// another forgot to pass its own on.
pub(crate) fn lint(workspace: &Workspace, depth: Depth) -> Result<String> {
    let openssl = has_native_tls(workspace);
    let mut builds = 0;
    for package in workspace.published() {
        if matches!(depth, Depth::Tls) && !package.features.contains_key("rustls") {
            continue;
        }
        for set in sets(&names(package, openssl), depth) {
            let clippy = workspace.cargo(["clippy", "--quiet", "-p", package.name.as_str()]);
            clippy.args(only(&set)).args(["--", "-D", "warnings"]).run()?;
            builds += 1;
        }
    }
    Ok(note(format!("{builds} builds"), openssl))
}

/// Runs the tests of each crate with a TLS choice: with all its features, with each TLS feature alone, with none.
/// With `rustls-no-provider` alone every test would have to bring a provider: only the core's test of it is run.
pub(crate) fn test(workspace: &Workspace) -> Result<String> {
    let openssl = has_native_tls(workspace);
    let mut runs = 0;
    for package in workspace.with_tls() {
        let all = names(package, openssl);
        let mut sets = sets(&all, Depth::Tls);
        sets.retain(|set| set != &["rustls-no-provider"]);
        sets.push(all);
        for set in sets {
            let test = workspace.cargo(["test", "--quiet", "-p", package.name.as_str()]);
            // Examples in the docs are written for a client that has a transport.
            let without_docs = set.is_empty().then_some("--tests");
            test.args(only(&set)).args(without_docs).run()?;
            runs += 1;
        }
    }
    let alone = ["test", "--quiet", "-p", CORE, "--test", "no_provider"];
    workspace.cargo(alone).args(only(&["rustls-no-provider"])).run()?;
    Ok(note(format!("{} runs", runs + 1), openssl))
}

/// Builds the documentation as docs.rs does. A target folder of its own, since `RUSTC_BOOTSTRAP` would make cargo
/// build half of the dependencies anew, here and again afterwards.
pub(crate) fn docsrs(workspace: &Workspace) -> Result<String> {
    let openssl = has_native_tls(workspace);
    let mut doc = workspace
        .cargo(["doc", "--no-deps", "--target-dir"])
        .arg(workspace.target.join("docsrs"));
    let mut features = Vec::new();
    for package in workspace.published() {
        doc = doc.args(["-p", package.name.as_str()]);
        features.extend(
            names(package, openssl)
                .iter()
                .map(|it| format!("{}/{it}", package.name)),
        );
    }
    doc.args(["--features", &features.join(",")])
        .env("RUSTC_BOOTSTRAP", "1")
        .env("RUSTDOCFLAGS", "--cfg docsrs -D warnings")
        .run()?;
    Ok(note(String::new(), openssl))
}

/// The features of a crate that can be built on this machine.
pub(crate) fn buildable<'a>(workspace: &Workspace, package: &'a Package) -> Vec<&'a str> {
    names(package, has_native_tls(workspace))
}

/// The features of a crate that can be built here, `default` excepted.
fn names(package: &Package, openssl: bool) -> Vec<&str> {
    let names = package.features.keys().map(String::as_str);
    names
        .filter(|name| *name != "default" && (openssl || *name != NATIVE_TLS))
        .collect()
}

fn sets<'a>(features: &[&'a str], depth: Depth) -> Vec<Vec<&'a str>> {
    let mut sets = vec![vec![]];
    match depth {
        Depth::Tls => {
            sets.extend(
                features
                    .iter()
                    .filter(|it| TLS_FEATURES.contains(it))
                    .map(|it| vec![*it]),
            );
        }
        Depth::Pairs => {
            sets.extend(features.iter().map(|it| vec![*it]));
            for (index, first) in features.iter().enumerate() {
                sets.extend(features[index + 1..].iter().map(|second| vec![*first, *second]));
            }
            if features.len() > 2 {
                sets.push(features.to_vec());
            }
        }
    }
    sets
}

/// The arguments that choose these features and no other.
pub(crate) fn only(set: &[&str]) -> Vec<String> {
    let mut arguments = vec!["--no-default-features".to_owned()];
    if !set.is_empty() {
        arguments.extend(["--features".to_owned(), set.join(",")]);
    }
    arguments
}

/// Whether the system's TLS library can be built against: always but where it is OpenSSL and has no headers.
fn has_native_tls(workspace: &Workspace) -> bool {
    cfg!(windows)
        || cfg!(target_vendor = "apple")
        || std::env::var_os("OPENSSL_DIR").is_some()
        || cmd!(workspace.shell, "pkg-config --exists openssl")
            .quiet()
            .ignore_stderr()
            .run()
            .is_ok()
}

fn note(done: String, openssl: bool) -> String {
    if openssl {
        return done;
    }
    let separator = if done.is_empty() { "" } else { "; " };
    format!("{done}{separator}`{NATIVE_TLS}` skipped: pkg-config finds no OpenSSL headers")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quick_goes_through_none_and_each_tls_feature() {
        let features = ["gzip", "native-tls", "rustls", "rustls-no-provider", "testing"];
        assert_eq!(
            sets(&features, Depth::Tls),
            [
                vec![],
                vec!["native-tls"],
                vec!["rustls"],
                vec!["rustls-no-provider"]
            ]
        );
    }

    #[test]
    fn long_goes_through_all_pairs() {
        assert_eq!(sets(&[], Depth::Pairs), [[""; 0]]);
        assert_eq!(
            sets(&["a", "b"], Depth::Pairs),
            [vec![], vec!["a"], vec!["b"], vec!["a", "b"]]
        );
        assert_eq!(sets(&["a", "b", "c"], Depth::Pairs).len(), 1 + 3 + 3 + 1);
    }

    #[test]
    fn says_what_is_skipped() {
        assert_eq!(note("8 builds".into(), true), "8 builds");
        assert!(note("8 builds".into(), false).starts_with("8 builds; `native-tls` skipped"));
    }
}
