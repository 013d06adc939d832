use std::sync::Arc;
use std::time::Duration;

use http_core::{FileTokenStore, Secret, TokenStore};

use crate::arguments::Global;
use crate::failure::{Exit, Failure};
use crate::interrupts::Interrupts;
use crate::local_sandbox::LocalSandbox;
use crate::screen::Screen;
use crate::settings::{self, Settings};
use crate::shared::{self, Redis};
use crate::words::{Words, words};

/// What every command has: where it says things, whose accounts it uses, how long it waits.
#[derive(Debug)]
pub(crate) struct Context {
    pub(crate) screen: Screen,
    pub(crate) settings: Settings,
    pub(crate) sandbox: Option<LocalSandbox>,
    pub(crate) timeout: Option<Duration>,
    pub(crate) proxy: Option<Secret>,
    pub(crate) profile: Option<String>,
    pub(crate) redis: Option<Redis>,
}

impl Context {
    /// `profile` is the one to read.
    pub(crate) async fn new(screen: Screen, global: &Global, profile: Option<&str>) -> Result<Self, Failure> {
        if global.sandbox {
            let sandbox = LocalSandbox::join_or_start().await?;
            screen.note(&sandbox.notice());
            return Ok(Self {
                screen,
                settings: Settings::only("the sandbox", sandbox.variables.clone()),
                sandbox: Some(sandbox),
                timeout: global.timeout,
                proxy: None,
                redis: None,
                profile: None,
            });
        }
        let settings = Settings::read(global.env_file.as_deref(), profile)?;
        Ok(Self {
            proxy: settings.get("PAYVAND_PROXY")?,
            redis: shared::redis(&settings)?,
            screen,
            settings,
            sandbox: None,
            timeout: global.timeout,
            profile: global.profile.clone(),
        })
    }

    /// The same with these settings.
    pub(crate) fn with(&self, settings: Settings) -> Self {
        Self {
            screen: self.screen,
            settings,
            sandbox: None,
            timeout: self.timeout,
            proxy: self.proxy.clone(),
            redis: self.redis.clone(),
            profile: self.profile.clone(),
        }
    }

    /// Where tokens outlive the program: not those of a sandbox that ends with it, and not where there is no folder.
    pub(crate) fn token_store(&self) -> Result<Option<Arc<dyn TokenStore>>, Failure> {
        #[cfg(feature = "redis")]
        if let Some(redis) = &self.redis {
            return Ok(Some(Arc::new(payvand_redis::RedisTokenStore::new(redis))));
        }
        let ends_with_it = self.sandbox.as_ref().is_some_and(|it| it.own.is_some());
        let Some(home) = settings::home().ok().filter(|_| !ends_with_it) else {
            return Ok(None);
        };
        Ok(Some(Arc::new(FileTokenStore::new(home.join("tokens"))?)))
    }

    /// A call that changes nothing: it ends with the first Ctrl-C.
    pub(crate) async fn ask<T, E: Into<Failure>>(
        &self,
        call: impl IntoFuture<Output = Result<T, E>>,
    ) -> Result<T, Failure> {
        let mut interrupts = interrupts()?;
        tokio::select! {
            result = call.into_future() => result.map_err(Into::into),
            () = interrupts.next() => Err(Failure::failed(interrupted())),
        }
    }

    /// A call that changes something: the first Ctrl-C lets it come to its end, the second leaves it in doubt.
    pub(crate) async fn change<T, E: Into<Failure>>(
        &self,
        call: impl IntoFuture<Output = Result<T, E>>,
    ) -> Result<T, Failure> {
        let mut interrupts = interrupts()?;
        let mut call = std::pin::pin!(call.into_future());
        tokio::select! {
            result = &mut call => return result.map_err(Into::into),
            () = interrupts.next() => self.note_waiting(),
        }
        tokio::select! {
            result = &mut call => result.map_err(Into::into),
            () = interrupts.next() => Err(Failure::unknown(words!(
                "interrupted while the call was under way: it may have been carried out; check before you repeat it"
            ))),
        }
    }

    pub(crate) fn note_waiting(&self) {
        self.screen.note(&words!(
            "Waiting for what is under way; Ctrl-C again ends at once, and leaves it in doubt."
        ));
    }

    /// Shows what was changed. If that cannot be written where it belongs, it is not lost.
    pub(crate) fn show_change(
        &self,
        object: &impl serde::Serialize,
        text: impl FnOnce() -> String,
    ) -> Result<Exit, Failure> {
        let text = text();
        let Err(mut failure) = self.screen.show(object, || text.clone()) else {
            return Ok(Exit::Done);
        };
        let line = serde_json::to_string(object).unwrap_or_default();
        eprint_line(if self.screen.is_json { &line } else { &text });
        if failure.exit != Exit::Done {
            failure.exit = Exit::Partly;
        }
        Err(failure)
    }
}

fn eprint_line(text: &str) {
    use std::io::Write as _;
    let _ = writeln!(std::io::stderr(), "{}", text.trim_end());
}

pub(crate) fn interrupts() -> Result<Interrupts, Failure> {
    Interrupts::new().map_err(|error| Failure::failed(Words::untranslated(error)))
}

pub(crate) fn interrupted() -> Words {
    words!("interrupted")
}
