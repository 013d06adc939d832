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
mod envelope;
mod read;
mod refusal;
mod send;
pub(crate) mod send_by_url;
mod shape;
mod state;

use axum::Router;
use axum::routing::{get, post};

pub use self::account_state::AccountState;
pub use self::shape::SabapayamakShape;
use self::state::NAME;
pub use self::state::Sabapayamak;
use crate::provider::{Credentials, Provider, ProviderControl};
pub use crate::providers::received_message::ReceivedMessage;
pub use crate::providers::token::{JWT_KEY, TokenKind};
use crate::secrets::Secrets;
use serde_json::Value;

impl Provider for Sabapayamak {
    fn control(&self) -> &ProviderControl {
        self
    }

    fn routes(&self) -> Router {
        Router::new()
            .route("/api/v1/user/authenticate", post(authenticate::authenticate))
            .route("/api/v1/message", post(send::send))
            .route(
                "/api/v1/messages",
                get(read::messages).fallback(send::on_the_other_path),
            )
            .route("/api/v1/messages/{id}", get(read::message))
            .route("/api/v1/messages/number/{line}", get(read::messages_of_line))
            .route("/api/v1/deliveries/{id}", get(read::deliveries))
            .route("/api/v1/credit", get(read::credit))
            .route("/api/v1/credits", get(read::credits))
            .route("/api/v1/credits/{count}", get(read::latest_credits))
            .nest("/api/v1/recived-messages", read::inbox_routes())
            .with_state(self.clone())
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
        self.start_again();
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
}
