//! Where settings and secrets come from: the environment, files that are for their owner alone, standard input. Never
//! arguments: those stand in the shell's history and in the list of processes.

use std::env;
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use http_core::Secret;

use crate::env_file::{self, Variables};
use crate::failure::Failure;
use crate::words::{Words, words};

/// No file of settings is larger.
const MOST_BYTES: u64 = 1024 * 1024;

/// The settings of all providers. Those of one provider come from one source, the first that has any of them: a token
/// never goes to an address that another file or person chose.
#[derive(Debug)]
pub(crate) struct Settings {
    sources: Vec<Source>,
}

#[derive(Debug)]
struct Source {
    name: String,
    /// `None` is the environment.
    variables: Option<Variables>,
}

/// The settings of one provider.
#[derive(Debug)]
pub(crate) struct Scope<'a> {
    source: Option<&'a Source>,
    /// What the command would take, for the message.
    login: &'static str,
}

impl Settings {
    /// `--env-file`, then `--profile`, then the environment, then the profile `default`.
    pub(crate) fn read(env_file: Option<&Path>, profile: Option<&str>) -> Result<Self, Failure> {
        let mut sources = Vec::new();
        if let Some(path) = env_file {
            sources.push(Source::file(path)?);
        }
        if let Some(name) = profile {
            let path = profile_file(name)?;
            if !path.exists() {
                return Err(Failure::usage(words!(
                    "there is no profile {}; `payvand login … --profile {}` makes it",
                    name,
                    name
                )));
            }
            sources.push(Source::file(&path)?);
        }
        sources.push(Source {
            name: "the environment".to_owned(),
            variables: None,
        });
        if profile.is_none()
            && let Ok(path) = profile_file(DEFAULT)
            && path.exists()
        {
            sources.push(Source::file(&path)?);
        }
        Ok(Self { sources })
    }

    /// These and no others.
    pub(crate) fn only(name: &str, variables: Variables) -> Self {
        Self {
            sources: vec![Source {
                name: name.to_owned(),
                variables: Some(variables),
            }],
        }
    }

    /// The variables that begin so; `login` is the provider's name in `payvand login`.
    pub(crate) fn scope(&self, prefix: &str, login: &'static str) -> Scope<'_> {
        let source = self.sources.iter().find(|source| match &source.variables {
            Some(variables) => variables.keys().any(|name| name.starts_with(prefix)),
            None => env::vars_os().any(|(name, _)| name.as_encoded_bytes().starts_with(prefix.as_bytes())),
        });
        Scope { source, login }
    }

    /// A variable of no provider, from wherever it is set.
    pub(crate) fn get(&self, name: &str) -> Result<Option<Secret>, Failure> {
        self.scope(name, "").optional(name)
    }
}

impl Source {
    fn file(path: &Path) -> Result<Self, Failure> {
        let name = path.display().to_string();
        let text = if path.as_os_str() == "-" {
            read(io::stdin())
        } else {
            private_file(path).and_then(read)
        };
        let text = text.map_err(|error| Failure::file(&name, error))?;
        let variables = env_file::parse(text.expose()).map_err(|error| Failure::file(&name, error))?;
        Ok(Self {
            name,
            variables: Some(variables),
        })
    }
}

impl Scope<'_> {
    pub(crate) fn optional(&self, name: &str) -> Result<Option<Secret>, Failure> {
        match self.source {
            None => Ok(None),
            Some(Source {
                variables: Some(variables),
                ..
            }) => Ok(variables
                .get(name)
                .filter(|value| !value.expose().is_empty())
                .cloned()),
            Some(_) => {
                http_core::env::optional(name).map_err(|error| Failure::usage(Words::untranslated(error)))
            }
        }
    }

    pub(crate) fn required(&self, name: &str) -> Result<Secret, Failure> {
        self.optional(name)?.ok_or_else(|| {
            let login = self.login;
            let words = match self.source {
                None => words!("{} is not set", name),
                Some(source) => words!(
                    "{} is not set in {}, where other settings of the provider are",
                    name,
                    source.name
                ),
            };
            Failure::usage(words).advice(words!(
                "`payvand login {}` keeps it; `payvand --sandbox …` needs none.",
                login
            ))
        })
    }

    /// Where they come from.
    pub(crate) fn source(&self) -> Option<&str> {
        self.source.map(|source| &*source.name)
    }
}

pub(crate) const DEFAULT: &str = "default";

/// Where profiles and tokens are kept: `PAYVAND_HOME`, or `payvand` in the user's folder of settings.
pub(crate) fn home() -> Result<PathBuf, Failure> {
    let variable = |name| env::var_os(name).filter(|it| !it.is_empty()).map(PathBuf::from);
    variable("PAYVAND_HOME")
        .or_else(|| Some(variable("XDG_CONFIG_HOME")?.join("payvand")))
        .or_else(|| Some(variable("HOME")?.join(".config/payvand")))
        .or_else(|| Some(variable("APPDATA")?.join("payvand")))
        .ok_or_else(|| {
            Failure::usage(words!(
                "there is no folder for settings: set PAYVAND_HOME or HOME"
            ))
        })
}

/// The file of a profile, whether it is there or not.
pub(crate) fn profile_file(name: &str) -> Result<PathBuf, Failure> {
    let is_plain = !name.is_empty()
        && name
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'));
    if !is_plain {
        return Err(Failure::usage(words!(
            "the name of a profile is letters, digits, `-` and `_`"
        )));
    }
    Ok(home()?.join(format!("{name}.env")))
}

/// A file that nobody else may read. What is no regular file, such as a pipe, has nothing to check.
fn private_file(path: &Path) -> io::Result<File> {
    let file = File::open(path)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let metadata = file.metadata()?;
        if metadata.is_file() && metadata.permissions().mode() & 0o077 != 0 {
            let why = format!("others may read it; `chmod 600 {}` ends that", path.display());
            return Err(io::Error::new(io::ErrorKind::PermissionDenied, why));
        }
    }
    Ok(file)
}

fn read(from: impl io::Read) -> io::Result<Secret> {
    let mut text = String::new();
    let size = from.take(MOST_BYTES + 1).read_to_string(&mut text)?;
    if size as u64 > MOST_BYTES {
        return Err(io::Error::other("it is too large for a file of settings"));
    }
    Ok(Secret::from(text))
}

/// Writes a file that nobody else may read, whole or not at all.
pub(crate) fn write_private(path: &Path, text: &Secret) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(folder)?;
    let new = path.with_extension("new");
    let mut options = File::options();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    // One that was left behind may have other permissions.
    let _ = fs::remove_file(&new);
    let mut file = options.write(true).create_new(true).open(&new)?;
    io::Write::write_all(&mut file, text.expose().as_bytes())?;
    file.sync_all()?;
    fs::rename(&new, path)
}
