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
use crate::providers::{sabapayamak, smsafzar};
use crate::server::state::Shared;

pub(super) async fn list(State(shared): State<Arc<Shared>>, uri: Uri) -> Result<Json<Value>, Problem> {
    let query: ListQuery = query::read(&uri)?;
    let mut accounts = Vec::new();
    for provider in shared.providers.all() {
        let name = provider.control().name();
        if query.is_of(name) {
            let of_it = provider.accounts_in_order(query.secrets()).into_iter();
            accounts.extend(of_it.map(|account| of_provider(name, account)));
        }
    }
    Ok(Json(json!({ "accounts": query.newest(accounts) })))
}

/// An account to open, or what is to change about one that exists.
#[derive(Deserialize)]
#[serde(tag = "provider", rename_all = "snake_case", deny_unknown_fields)]
enum Account {
    Aparat {
        token: String,
        balance: u64,
    },
    Podlink {
        token: String,
        api_key: String,
        product: Option<u64>,
    },
    Sabapayamak {
        username: String,
        password: Option<String>,
        virtual_number: Option<String>,
        state: Option<sabapayamak::AccountState>,
        balance: Option<u64>,
    },
    Smsafzar {
        username: String,
        password: Option<String>,
        domain: Option<String>,
        state: Option<smsafzar::AccountState>,
        balance: Option<u64>,
    },
}

pub(super) async fn set(State(shared): State<Arc<Shared>>, body: Bytes) -> Result<StatusCode, Problem> {
    let providers = &shared.providers;
    match problem::read(&body)? {
        Account::Aparat { token, balance } => providers.aparat.add_account(token, balance),
        Account::Podlink {
            token,
            api_key,
            product,
        } => match product {
            None => providers.podlink.add_account(&token, &api_key),
            Some(product) => providers.podlink.set_api_key(&token, product, &api_key),
        },
        Account::Sabapayamak {
            username,
            password,
            virtual_number,
            state,
            balance,
        } => {
            let service = &providers.sabapayamak;
            let is_there = service.credit(&username).is_some();
            if let Some((password, number)) = both(password, virtual_number, is_there, "virtual_number")? {
                service.add_account(&username, password, number);
            }
            if let Some(state) = state {
                service.set_account_state(&username, state);
            }
            if let Some(balance) = balance {
                service.set_credit(&username, balance);
            }
        }
        Account::Smsafzar {
            username,
            password,
            domain,
            state,
            balance,
        } => {
            let service = &providers.smsafzar;
            let is_there = service.balance(&username).is_some();
            if let Some((password, domain)) = both(password, domain, is_there, "domain")? {
                service.add_account(&username, password, domain);
            }
            if let Some(state) = state {
                service.set_account_state(&username, state);
            }
            if let Some(balance) = balance {
                service.set_balance(&username, balance);
            }
        }
    }
    Ok(StatusCode::NO_CONTENT)
}

/// A password and what belongs to it, or neither, where the account is there already.
fn both(
    password: Option<String>,
    other: Option<String>,
    is_there: bool,
    name: &str,
) -> Result<Option<(String, String)>, Problem> {
    match (password, other) {
        (Some(password), Some(other)) => Ok(Some((password, other))),
        (None, None) if is_there => Ok(None),
        (None, None) => Err(Problem::not_found("no account has this username")),
        _ => Err(Problem::bad_request(format!(
            "`password` and `{name}` are given together or not at all"
        ))),
    }
}
