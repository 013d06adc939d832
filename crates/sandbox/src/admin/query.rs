//! The queries of lists.

use axum::extract::Query;
use http::Uri;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::problem::Problem;
use crate::secrets::Secrets;

const MOST: usize = 1000;

/// How much of a list is asked for: the newest, 100 of them unless it says otherwise, and at most 1,000.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct ListQuery {
    pub(super) provider: Option<String>,
    limit: Option<usize>,
    secrets: SecretsWord,
}

#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum SecretsWord {
    #[default]
    Hidden,
    Shown,
}

impl From<SecretsWord> for Secrets {
    fn from(word: SecretsWord) -> Self {
        match word {
            SecretsWord::Hidden => Self::Hidden,
            SecretsWord::Shown => Self::Shown,
        }
    }
}

impl ListQuery {
    pub(super) fn secrets(&self) -> Secrets {
        self.secrets.into()
    }

    pub(super) fn newest<T>(&self, all: Vec<T>) -> Vec<T> {
        newest(all, self.limit)
    }

    pub(super) fn is_of(&self, provider: &str) -> bool {
        self.provider.as_deref().is_none_or(|wanted| wanted == provider)
    }
}

pub(super) fn newest<T>(mut all: Vec<T>, limit: Option<usize>) -> Vec<T> {
    let limit = limit.unwrap_or(100).min(MOST);
    all.drain(..all.len().saturating_sub(limit));
    all
}

pub(super) fn read<T: DeserializeOwned>(uri: &Uri) -> Result<T, Problem> {
    let query = Query::try_from_uri(uri).map_err(|error| Problem::bad_request(error.body_text()))?;
    Ok(query.0)
}
