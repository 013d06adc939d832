use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use clap::Subcommand;
use http_core::{LoginLock, StoreError, StoredToken, Timestamp, TokenKey, TokenStore, async_trait};
use serde_json::json;

use crate::clients;
use crate::context::Context;
use crate::failure::{Exit, Failure};
use crate::screen::Screen;
use crate::sms_provider::SmsProvider;
use crate::table::Table;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Whether a token is kept, and how long it lasts. It logs in nowhere.
    Status { provider: Option<SmsProvider> },
    /// Logs in now, whatever token is kept.
    Refresh { provider: SmsProvider },
    /// Removes the token that is kept.
    Forget { provider: SmsProvider },
}

impl SmsProvider {
    async fn refresh(self, context: &Context) -> Result<(), Failure> {
        match self {
            #[cfg(feature = "sabapayamak")]
            Self::Sabapayamak => {
                context
                    .ask(clients::sabapayamak(context)?.tokens().refresh())
                    .await
            }
            #[cfg(feature = "smsafzar")]
            Self::Smsafzar => context.ask(clients::smsafzar(context)?.tokens().refresh()).await,
        }
    }

    /// The token that is kept, and its key. Nothing is sent.
    async fn kept(self, context: &Context) -> Result<Option<Kept>, Failure> {
        let Some(store) = context.token_store()? else {
            return Ok(None);
        };
        let key = KeyOnly::default();
        // That the store refuses to be used is what ends it before the login.
        let _ = match self {
            #[cfg(feature = "sabapayamak")]
            Self::Sabapayamak => {
                let tokens = clients::sabapayamak_tokens(context)?.store(key.clone());
                tokens.authorization().await.map_err(Failure::from)
            }
            #[cfg(feature = "smsafzar")]
            Self::Smsafzar => {
                let tokens = clients::smsafzar_tokens(context)?.store(key.clone());
                tokens.authorization().await.map_err(Failure::from)
            }
        };
        let key = key.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(key) = key else { return Ok(None) };
        let token = store.load(&key).await?;
        Ok(token.map(|token| Kept { store, key, token }))
    }
}

struct Kept {
    store: Arc<dyn TokenStore>,
    key: TokenKey,
    token: StoredToken,
}

/// A store that is asked only for what it is asked about.
#[derive(Clone, Default)]
struct KeyOnly(Arc<Mutex<Option<TokenKey>>>);

impl KeyOnly {
    fn stop<T>(&self, key: &TokenKey) -> Result<T, StoreError> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(key.clone());
        Err(StoreError::configuration("only its key is wanted"))
    }
}

#[async_trait]
impl TokenStore for KeyOnly {
    async fn load(&self, key: &TokenKey) -> Result<Option<StoredToken>, StoreError> {
        self.stop(key)
    }

    async fn lock(&self, key: &TokenKey, _: Duration) -> Result<LoginLock, StoreError> {
        self.stop(key)
    }

    async fn save(&self, key: &TokenKey, _: &StoredToken) -> Result<bool, StoreError> {
        self.stop(key)
    }

    async fn remove(&self, key: &TokenKey, _: u64) -> Result<(), StoreError> {
        self.stop(key)
    }
}

pub(crate) async fn run(command: Command, context: &Context) -> Result<Exit, Failure> {
    match command {
        Command::Status { provider } => {
            let mut rows = Vec::new();
            for it in SmsProvider::all_of(provider.as_slice(), context) {
                let kept = it.kept(context).await?;
                rows.push((it.name(), kept.map(|it| it.token)));
            }
            show(&context.screen, &rows)?;
        }
        Command::Refresh { provider } => {
            provider.refresh(context).await?;
            let kept = provider.kept(context).await?;
            show(&context.screen, &[(provider.name(), kept.map(|it| it.token))])?;
        }
        Command::Forget { provider } => {
            let kept = provider.kept(context).await?;
            let was_there = kept.is_some();
            if let Some(Kept { store, key, token }) = kept {
                store.remove(&key, token.generation).await?;
            }
            let screen = &context.screen;
            screen.show(
                &json!({ "provider": provider.name(), "forgotten": was_there }),
                || {
                    let text = if was_there {
                        screen.say("The token is removed.")
                    } else {
                        screen.say("No token is kept.")
                    };
                    text.to_owned()
                },
            )?;
        }
    }
    Ok(Exit::Done)
}

/// Providers and their tokens.
fn show(screen: &Screen, rows: &[(&str, Option<StoredToken>)]) -> Result<(), Failure> {
    let expires = |token: &StoredToken| Some(Timestamp::from(SystemTime::now() + token.remaining?));
    if screen.is_json {
        return rows.iter().try_for_each(|(name, token)| {
            let expires_at = token.as_ref().and_then(expires).map(|it| it.to_string());
            let has_token = token.is_some();
            Screen::json(&json!({ "provider": name, "has_token": has_token, "expires_at": expires_at }))
        });
    }
    let mut table = Table::new(screen, ["Provider", "Token", "Expires"], &[]);
    for (name, token) in rows {
        let (is_kept, expires) = match token {
            Some(token) => (
                "kept",
                expires(token).map_or("?".to_owned(), |it| screen.moment(it)),
            ),
            None => ("none", String::new()),
        };
        table.row([(*name).to_owned(), is_kept.to_owned(), expires]);
    }
    screen.print(&table.draw(screen))
}
