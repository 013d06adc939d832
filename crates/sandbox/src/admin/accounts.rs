//! The accounts of all providers.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use bytes::Bytes;
use http::{StatusCode, Uri};
use serde::Deserialize;
use serde_json::{Value, json};

use super::messages::of_provider;
use super::problem::{self, Problem};
use super::query::{self, ListQuery};
use crate::providers::all::Providers;
use crate::providers::every_provider;
use crate::providers::new_account::Refused;
use crate::server::state::Shared;

pub(super) async fn list(State(shared): State<Arc<Shared>>, uri: Uri) -> Result<Json<Value>, Problem> {
    let query: ListQuery = query::read(&uri)?;
    let mut accounts = Vec::new();
    for provider in shared.providers.all() {
        let name = provider.control().name();
        if query.is_of(name) {
            let of_it = provider.accounts(query.secrets()).into_iter();
            accounts.extend(of_it.map(|account| of_provider(name, account)));
        }
    }
    Ok(Json(json!({ "accounts": query.newest(accounts) })))
}

macro_rules! accounts {
    ($($name:ident $handle:ident $about:literal,)*) => {
        /// An account to open, or what is to change about one that exists.
        #[derive(Deserialize)]
        #[serde(tag = "provider", rename_all = "snake_case")]
        enum Account {
            $($handle(crate::providers::$name::admin::Account),)*
        }

        impl Account {
            fn put_into(self, providers: &Providers) -> Result<(), Refused> {
                match self {
                    $(Self::$handle(account) => providers.$name.set_account(account),)*
                }
            }
        }
    };
}
every_provider!(accounts);

pub(super) async fn set(State(shared): State<Arc<Shared>>, body: Bytes) -> Result<StatusCode, Problem> {
    let account: Account = problem::read(&body)?;
    account
        .put_into(&shared.providers)
        .map_err(|refused| match refused {
            Refused::Unknown => Problem::not_found("no account has this username"),
            Refused::HalfGiven(name) => Problem::bad_request(format!(
                "`password` and `{name}` are given together or not at all"
            )),
        })?;
    Ok(StatusCode::NO_CONTENT)
}
