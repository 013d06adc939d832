//! SMSAfzar: a login that hands out tokens, the calls that want one, and at most five requests in a second.
//!
//! `POST /auth/token` is the document's, its nine errors included; the calls are the manual's. A sixth request within a
//! second of the fifth before it is answered with 429, on any path. A message is taken, leaves after a second and arrives
//! after five, by the sandbox's clock.

mod account_state;
pub(crate) mod admin;
mod authenticate;
pub(crate) mod calls;
#[cfg(feature = "cli")]
pub(crate) mod data;
mod limit;
mod read;
mod refusal;
mod send;
mod state;

use axum::routing::{delete, get, post};

pub use self::account_state::AccountState;
pub use self::state::Smsafzar;
use self::state::{NAME, ServiceState};
use crate::provider::{Credentials, Endpoint, Provider, ProviderControl};
pub use crate::providers::received_message::ReceivedMessage;
use crate::providers::sms::SmsService;
use crate::providers::sms::service::sms_service;
pub use crate::providers::token::{JWT_KEY, TokenKind};
use crate::secrets::Secrets;
use serde_json::Value;

impl Provider for Smsafzar {
    fn control(&self) -> &ProviderControl {
        self
    }

    fn routes(&self) -> Vec<(&'static str, Endpoint)> {
        let routes = [
            ("/auth/token", post(authenticate::token)),
            ("/messages/send", post(send::send)),
            ("/messages/send/bulk", post(send::bulk)),
            ("/messages/send/template", post(send::template)),
            ("/messages/send/scheduled/{batch}", delete(send::cancel)),
            ("/messages/status", post(read::status)),
            ("/messages/received/recent", get(read::received)),
            ("/account/balance", get(read::balance)),
        ];
        routes
            .map(|(path, methods)| (path, Endpoint::methods(methods.with_state(self.clone()))))
            .into()
    }

    fn hosts(&self) -> &'static [&'static str] {
        &["api.smsafzar.ir"]
    }

    fn base_url_variable(&self) -> &'static str {
        "PAYVAND_SMSAFZAR_BASE_URL"
    }

    fn accounts(&self, secrets: Secrets) -> Vec<Value> {
        self.list_accounts(secrets)
    }

    fn reset(&self) {
        *self.lock() = ServiceState::new(self.limits);
    }

    fn dropped_items(&self) -> u64 {
        self.lock().dropped()
    }

    fn credentials(&self) -> &'static [Credentials] {
        macro_rules! account {
            ($about:literal, $username:expr) => {
                Credentials {
                    provider: NAME,
                    about: $about,
                    variables: &[
                        ("PAYVAND_SMSAFZAR_USERNAME", $username),
                        ("PAYVAND_SMSAFZAR_PASSWORD", Smsafzar::PASSWORD),
                        ("PAYVAND_SMSAFZAR_DOMAIN", Smsafzar::DOMAIN),
                    ],
                }
            };
        }
        &[
            account!("logs in, at most 5 requests a second", Smsafzar::USERNAME),
            account!("inactive (1010)", Smsafzar::REFUSED[0].0),
            account!("expired (1011)", Smsafzar::REFUSED[1].0),
            account!(
                "calls from an address that is refused (1006)",
                Smsafzar::REFUSED[2].0
            ),
            account!("has called too often (429)", Smsafzar::REFUSED[3].0),
            account!("makes the service fail (500)", Smsafzar::REFUSED[4].0),
            account!("has no right to the service (1004)", Smsafzar::REFUSED[5].0),
            account!("has no right to the method (1005)", Smsafzar::REFUSED[6].0),
        ]
    }

    fn sms(&self) -> Option<&dyn SmsService> {
        Some(self)
    }
}

sms_service!(Smsafzar, Smsafzar::id_of);
