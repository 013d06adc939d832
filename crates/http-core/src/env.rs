//! Settings from environment variables, as every client's `from_env` reads them.

use crate::{ConfigurationError, Secret};

/// A variable that must be there and not empty.
pub fn required(name: &str) -> Result<Secret, ConfigurationError> {
    optional(name)?
        .ok_or_else(|| ConfigurationError::new(format!("the environment variable {name} is not set")))
}

/// A variable that may be missing; an empty one counts as missing.
pub fn optional(name: &str) -> Result<Option<Secret>, ConfigurationError> {
    match std::env::var(name) {
        Ok(value) if value.is_empty() => Ok(None),
        Ok(value) => Ok(Some(Secret::from(value))),
        Err(std::env::VarError::NotPresent) => Ok(None),
        Err(std::env::VarError::NotUnicode(_)) => Err(ConfigurationError::new(format!(
            "the environment variable {name} is not valid UTF-8"
        ))),
    }
}
