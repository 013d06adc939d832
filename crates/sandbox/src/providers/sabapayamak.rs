//! Sabapayamak: a login that hands out tokens, and the calls that want one.
//!
//! The paths are the document's and those of public clients: `POST /api/v1/messages` sends as `POST /api/v1/message` does,
//! and keys of requests are taken in any letter case. `GET /api/v1/message` sends at the live service, and is refused here.
//! Refusals come as public clients have seen them: `errors[].code`, inside an HTTP 200. What they and the document leave
//! open is a switch of [`SabapayamakShape`]. A message is taken, leaves after a second and arrives after five, by the
//! sandbox's clock.

mod account_state;
pub(crate) mod admin;
mod authenticate;
pub(crate) mod calls;
#[cfg(feature = "cli")]
pub(crate) mod data;
mod envelope;
mod read;
mod refusal;
mod send;
pub(crate) mod send_by_url;
mod shape;
mod state;

use axum::routing::{get, post};

pub use self::account_state::AccountState;
pub use self::shape::SabapayamakShape;
pub use self::state::Sabapayamak;
use self::state::{NAME, ServiceState};
use crate::provider::{Credentials, Endpoint, Provider, ProviderControl};
pub use crate::providers::received_message::ReceivedMessage;
use crate::providers::sms::SentMessage;
use crate::providers::sms::SmsService;
use crate::providers::sms::service::sms_service;
pub use crate::providers::token::{JWT_KEY, TokenKind};
use crate::secrets::Secrets;
use serde_json::Value;

impl Provider for Sabapayamak {
    fn control(&self) -> &ProviderControl {
        self
    }

    fn routes(&self) -> Vec<(&'static str, Endpoint)> {
        let messages = get(read::messages).fallback(send::on_the_other_path);
        let routes = [
            ("/api/v1/user/authenticate", post(authenticate::authenticate)),
            ("/api/v1/message", post(send::send)),
            ("/api/v1/messages", messages),
            ("/api/v1/messages/{id}", get(read::message)),
            ("/api/v1/messages/number/{line}", get(read::messages_of_line)),
            ("/api/v1/deliveries/{id}", get(read::deliveries)),
            ("/api/v1/credit", get(read::credit)),
            ("/api/v1/credits", get(read::credits)),
            ("/api/v1/credits/{count}", get(read::latest_credits)),
            ("/api/v1/recived-messages", get(read::received)),
            ("/api/v1/recived-messages/unread", get(read::unread)),
            ("/api/v1/recived-messages/date/unread", get(read::unread_between)),
            ("/api/v1/recived-messages/{id}", get(read::received_by_id)),
            ("/api/v1/recived-messages/{id}/unread", get(read::unread_by_id)),
            (
                "/api/v1/recived-messages/virtaul-number/{line}",
                get(read::received_on_line),
            ),
            (
                "/api/v1/recived-messages/virtaul-number/{line}/unread",
                get(read::unread_on_line),
            ),
        ];
        routes
            .map(|(path, methods)| (path, Endpoint::methods(methods.with_state(self.clone()))))
            .into()
    }

    fn hosts(&self) -> &'static [&'static str] {
        &["api.sabapayamak.com"]
    }

    fn base_url_variable(&self) -> &'static str {
        "PAYVAND_SABAPAYAMAK_BASE_URL"
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
                        ("PAYVAND_SABAPAYAMAK_USERNAME", $username),
                        ("PAYVAND_SABAPAYAMAK_PASSWORD", Sabapayamak::PASSWORD),
                        (
                            "PAYVAND_SABAPAYAMAK_VIRTUAL_NUMBER",
                            Sabapayamak::VIRTUAL_NUMBER,
                        ),
                    ],
                }
            };
        }
        &[
            account!("logs in", Sabapayamak::USERNAME),
            account!("inactive", Sabapayamak::REFUSED[0].0),
            account!("expired", Sabapayamak::REFUSED[1].0),
            account!("calls from an address that is refused", Sabapayamak::REFUSED[2].0),
            account!("has called too often", Sabapayamak::REFUSED[3].0),
            account!("makes the service fail", Sabapayamak::REFUSED[4].0),
        ]
    }

    fn sms(&self) -> Option<&dyn SmsService> {
        Some(self)
    }
}

sms_service!(Sabapayamak, |message: &SentMessage| message.number().to_string());
