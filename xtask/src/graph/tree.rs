//! What `cargo tree` prints, read.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};

/// How `cargo tree` is called for [`Tree::parse`].
pub(crate) const ARGUMENTS: [&str; 7] = [
    "-e",
    "normal,build",
    "--no-dedupe",
    "--prefix",
    "none",
    "-f",
    "{p}|{f}",
];

/// One crate of a graph; two versions of a crate are two.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Crate {
    pub(crate) name: String,
    pub(crate) version: String,
}

/// The crates of a graph, each with the features that it is built with.
#[derive(Debug)]
pub(crate) struct Tree(BTreeMap<Crate, BTreeSet<String>>);

impl Tree {
    /// Reads lines like `syn v3.0.9|full,parsing` or `thiserror-impl v2.0.17 (proc-macro)|`.
    pub(crate) fn parse(printed: &str) -> Result<Self> {
        let mut crates = BTreeMap::<_, BTreeSet<_>>::new();
        for line in printed.lines().filter(|line| !line.trim().is_empty()) {
            let parts = || {
                let (package, features) = line.rsplit_once('|')?;
                let (name, rest) = package.split_once(" v")?;
                let version = rest.split(' ').next()?;
                Some((name, version, features))
            };
            let (name, version, features) =
                parts().with_context(|| format!("not a line of `cargo tree`: {line:?}"))?;
            let key = Crate {
                name: name.to_owned(),
                version: version.to_owned(),
            };
            let features = features.split(',').filter(|it| !it.is_empty()).map(str::to_owned);
            crates.entry(key).or_default().extend(features);
        }
        Ok(Self(crates))
    }

    pub(crate) fn crates(&self) -> impl Iterator<Item = &Crate> {
        self.0.keys()
    }

    /// The version and the features of a crate, if it is there.
    pub(crate) fn get(&self, name: &str) -> Option<(&str, &BTreeSet<String>)> {
        let found = self.0.iter().find(|(it, _)| it.name == name)?;
        Some((&found.0.version, found.1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_names_versions_and_features() {
        let tree = Tree::parse(
            "a v0.1.0 (/some where)|default\nb-impl v2.0.0 (proc-macro)|\nc v1.0.0+x|one,two\nc v1.0.0+x|two,three\n",
        )
        .unwrap();
        let names: Vec<_> = tree
            .crates()
            .map(|it| format!("{} {}", it.name, it.version))
            .collect();
        assert_eq!(names, ["a 0.1.0", "b-impl 2.0.0", "c 1.0.0+x"]);
        let (version, features) = tree.get("c").unwrap();
        assert_eq!(version, "1.0.0+x");
        assert_eq!(
            features.iter().map(String::as_str).collect::<Vec<_>>(),
            ["one", "three", "two"]
        );
        assert!(tree.get("d").is_none());
        assert!(Tree::parse("├── serde v1.0.0").is_err());
    }
}
