//! Sabapayamak: a login that hands out tokens, and the calls that want one.
//!
//! The paths are the document's and those of public clients: `POST /api/v1/messages` sends as `POST /api/v1/message` does,
//! and keys of requests are taken in any letter case. `GET /api/v1/message` sends at the live service, and is refused here.
//! Refusals come as public clients have seen them: `errors[].code`, inside an HTTP 200. What they and the document leave
//! open is a switch of [`SabapayamakShape`]. A message is taken, leaves after a second and arrives after five, by the
//! sandbox's clock.

mod read;
mod refusal;
mod send;

use std::collections::HashMap;
use std::ops::Deref;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode, header};
use serde_json::{Map, Value, json};
use url::form_urlencoded;

use crate::clock::Clock;
use crate::provider::{Credentials, Provider, ProviderControl};
pub use crate::providers::received_message::ReceivedMessage;
use crate::providers::sms::{InboundMessage, Inbox, Outbox, SentMessage, mobile};
pub use crate::providers::token::{JWT_KEY, TokenKind};
use crate::providers::token::{Tokens, in_header};
use refusal::{
    DOMAIN_NOT_ALLOWED, EXPIRED, FAILURE, Refusal, SENDER_NOT_USABLE, SENDS_BY_URL, TOKEN_REFUSED,
    WRONG_CREDENTIALS, WRONG_SENDER, invalid,
};

const NAME: &str = "sabapayamak";
/// What a part of a message costs, in hundredths of the credit's unit.
const PRICE: u64 = 100;
/// What an account has to begin with.
const CREDIT: u64 = 1_000_000_050;
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// The handle of Sabapayamak in a running sandbox. Cheap to clone; all clones are the same service.
///
/// Faults and the count of requests are those of [`ProviderControl`], to which it dereferences.
#[derive(Clone, Debug)]
pub struct Sabapayamak {
    control: ProviderControl,
    clock: Clock,
    state: Arc<Mutex<ServiceState>>,
}

#[derive(Debug)]
struct ServiceState {
    accounts: HashMap<String, Account>,
    tokens: Tokens,
    logins: u64,
    messages: Vec<ReceivedMessage>,
    outbox: Outbox,
    inbox: Inbox,
    credit_changes: Vec<CreditChange>,
    /// Recipients who are answered with a status of their own.
    refused_numbers: HashMap<String, u64>,
    shape: SabapayamakShape,
}

#[derive(Debug)]
struct Account {
    password: String,
    virtual_number: String,
    state: AccountState,
    credit: u64,
}

/// What a send has cost.
#[derive(Debug)]
struct CreditChange {
    username: String,
    amount: u64,
    remains: u64,
    at: SystemTime,
}

/// How an account stands. No list of the provider's codes covers all of it, so the answers are guesses, each with a
/// code that was seen somewhere else or nowhere.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum AccountState {
    /// Logs in.
    #[default]
    Active,
    /// 4004: the sender number cannot be used now.
    Inactive,
    /// 4005, which no list has.
    Expired,
    /// 4002: the domain is not allowed.
    AddressRefused,
    /// HTTP 429 with the page of a gateway, and `Retry-After: 1`.
    RateLimited,
    /// 500: the service fails.
    Failing,
}

/// What the document and the public clients leave open. Without any of it the answers are those of the document.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub struct SabapayamakShape {
    camel_case: bool,
    numbers: bool,
    notice: bool,
    http_statuses: bool,
    no_data: bool,
}

impl SabapayamakShape {
    /// The document's.
    pub fn new() -> Self {
        Self::default()
    }

    /// Keys as the live service was seen to write them (`data.firstName`).
    #[must_use]
    pub fn camel_case(mut self) -> Self {
        self.camel_case = true;
        self
    }

    /// `status` and `data.Id` as numbers, not as texts.
    #[must_use]
    pub fn numbers(mut self) -> Self {
        self.numbers = true;
        self
    }

    /// 1001, *token made*, among the `errors` of a successful login.
    #[must_use]
    pub fn notice(mut self) -> Self {
        self.notice = true;
        self
    }

    /// 1002, *no data*, in place of an empty list.
    #[must_use]
    pub fn no_data(mut self) -> Self {
        self.no_data = true;
        self
    }

    /// Refusals with an HTTP status of their own (401, 400, 500), not inside a 200.
    #[must_use]
    pub fn http_statuses(mut self) -> Self {
        self.http_statuses = true;
        self
    }
}

impl Sabapayamak {
    /// The user name of a ready-made account.
    pub const USERNAME: &str = "sandbox-saba";
    /// The password of every ready-made account.
    pub const PASSWORD: &str = "sandbox-saba-password";
    /// The sender number of every ready-made account.
    pub const VIRTUAL_NUMBER: &str = "30000000";

    /// What a part of a message costs, in hundredths of the credit's unit.
    pub const PRICE: u64 = PRICE;

    /// The user names of ready-made accounts that cannot log in, and why.
    pub const REFUSED: [(&str, AccountState); 5] = [
        ("sandbox-saba-inactive", AccountState::Inactive),
        ("sandbox-saba-expired", AccountState::Expired),
        ("sandbox-saba-abroad", AccountState::AddressRefused),
        ("sandbox-saba-busy", AccountState::RateLimited),
        ("sandbox-saba-failing", AccountState::Failing),
    ];

    pub(crate) fn new(clock: Clock) -> Self {
        let ready = [(Self::USERNAME, AccountState::Active)]
            .into_iter()
            .chain(Self::REFUSED);
        let accounts = ready.map(|(username, state)| {
            let account = Account {
                password: Self::PASSWORD.to_owned(),
                virtual_number: Self::VIRTUAL_NUMBER.to_owned(),
                state,
                credit: CREDIT,
            };
            (username.to_owned(), account)
        });
        Self {
            control: ProviderControl::new(NAME),
            clock,
            state: Arc::new(Mutex::new(ServiceState {
                accounts: accounts.collect(),
                tokens: Tokens::default(),
                logins: 0,
                messages: Vec::new(),
                outbox: Outbox::default(),
                inbox: Inbox::default(),
                credit_changes: Vec::new(),
                refused_numbers: HashMap::new(),
                shape: SabapayamakShape::default(),
            })),
        }
    }

    /// Opens an active account, or gives one a new password and number.
    pub fn add_account(
        &self,
        username: impl Into<String>,
        password: impl Into<String>,
        virtual_number: impl Into<String>,
    ) {
        let account = Account {
            password: password.into(),
            virtual_number: virtual_number.into(),
            state: AccountState::Active,
            credit: CREDIT,
        };
        self.lock().accounts.insert(username.into(), account);
    }

    /// How an account stands from now on; nothing happens if there is none of this name.
    pub fn set_account_state(&self, username: &str, state: AccountState) {
        if let Some(account) = self.lock().accounts.get_mut(username) {
            account.state = state;
        }
    }

    /// How many logins have brought a token.
    pub fn logins(&self) -> u64 {
        self.lock().logins
    }

    /// Makes this token worthless; `false` if it was so already.
    pub fn revoke(&self, token: &str) -> bool {
        self.lock().tokens.revoke(token)
    }

    /// Makes every token so far worthless.
    pub fn revoke_all(&self) {
        self.lock().tokens.revoke_all();
    }

    /// What tokens look like from now on.
    pub fn set_token_kind(&self, kind: TokenKind) {
        self.lock().tokens.kind = kind;
    }

    /// The bodies of the sends that were taken, oldest first.
    pub fn messages(&self) -> Vec<ReceivedMessage> {
        self.lock().messages.clone()
    }

    /// Every message that was taken, one for each recipient, oldest first, as far as it is now. Its
    /// [number](SentMessage::number) is the record id, its [batch](SentMessage::batch) the id of the message.
    pub fn sent_messages(&self) -> Vec<SentMessage> {
        self.lock().outbox.at(self.clock.now()).collect()
    }

    /// A message comes in on a line, for the accounts whose number it is.
    pub fn receive(&self, sender: impl Into<String>, line: impl Into<String>, text: impl Into<String>) {
        let now = self.clock.now();
        self.lock()
            .inbox
            .receive(sender.into(), line.into(), text.into(), now);
    }

    /// The messages that came in, oldest first. A call whose path ends in `unread` has marked what it gave as read.
    pub fn received_messages(&self) -> Vec<InboundMessage> {
        self.lock().inbox.messages.clone()
    }

    /// This recipient is refused from now on, with this status (27, *blacklisted*, and others) and no record id.
    pub fn refuse_number(&self, number: &str, status: u64) {
        if let Some(number) = mobile(number) {
            self.lock().refused_numbers.insert(number, status);
        }
    }

    /// What an account has, in hundredths. A part of a message costs [`PRICE`](Self::PRICE) of them; recipients for whom
    /// it does not suffice are refused with the status 14.
    pub fn set_credit(&self, username: &str, hundredths: u64) {
        if let Some(account) = self.lock().accounts.get_mut(username) {
            account.credit = hundredths;
        }
    }

    /// What an account has, in hundredths; `None` if there is none of this name.
    pub fn credit(&self, username: &str) -> Option<u64> {
        self.lock().accounts.get(username).map(|it| it.credit)
    }

    /// How the answers look from now on.
    pub fn set_shape(&self, shape: SabapayamakShape) {
        self.lock().shape = shape;
    }

    fn lock(&self) -> MutexGuard<'_, ServiceState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Deref for Sabapayamak {
    type Target = ProviderControl;

    fn deref(&self) -> &ProviderControl {
        &self.control
    }
}

impl Provider for Sabapayamak {
    fn control(&self) -> &ProviderControl {
        &self.control
    }

    fn routes(&self) -> Router {
        Router::new()
            .route("/api/v1/user/authenticate", post(authenticate))
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

    fn base_url_variable(&self) -> &'static str {
        "PAYVAND_SABAPAYAMAK_BASE_URL"
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

async fn authenticate(State(saba): State<Sabapayamak>, body: Bytes) -> Response {
    let mut state = saba.lock();
    let now = saba.clock.now();
    let Ok(Value::Object(login)) = serde_json::from_slice(&body) else {
        return state.shape.refused(&invalid("body"));
    };
    let names = ["Username", "Password", "VirtualNumber"];
    let texts = names.map(|name| member(&login, name).and_then(Value::as_str));
    let [Some(username), Some(password), Some(number)] = texts else {
        let missing = names.iter().zip(texts).find(|(_, text)| text.is_none());
        return state
            .shape
            .refused(&invalid(missing.map_or("body", |(name, _)| *name)));
    };
    let days = member(&login, "TokenValidDay");
    let days = days.and_then(|it| it.as_u64().or_else(|| it.as_str()?.parse().ok()));
    let Some(days) = days
        .and_then(|days| u32::try_from(days).ok())
        .filter(|days| (1..=365).contains(days))
    else {
        return state.shape.refused(&invalid("TokenValidDay"));
    };
    let account = state
        .accounts
        .get(username)
        .filter(|account| account.password == password);
    let Some(account) = account else {
        return state.shape.refused(&WRONG_CREDENTIALS);
    };
    if account.virtual_number != number {
        return state.shape.refused(&WRONG_SENDER);
    }
    if let Some(refused) = state.shape.of_account(account.state) {
        return refused;
    }
    let token = state.tokens.issue(username, DAY * days, now);
    state.logins += 1;
    state.shape.logged_in(username, number, &token)
}

/// On the live service this sends, with the credentials in the query. Here it is refused, ahead of all routes: with its
/// slashes encoded the path would be a short link's.
pub(crate) async fn refuse_send_by_url(
    State(saba): State<Sabapayamak>,
    request: Request,
    next: Next,
) -> Response {
    if sends_by_url(request.method(), request.uri().path()) {
        return saba.lock().shape.refused(&SENDS_BY_URL);
    }
    next.run(request).await
}

/// Whether a request sends by URL, in whatever spelling: encoded slashes and dot segments are read as a server may.
fn sends_by_url(method: &Method, path: &str) -> bool {
    let value = format!("={}", path.replace('+', "%2B").replace('&', "%26"));
    let decoded = form_urlencoded::parse(value.as_bytes()).next();
    let path = decoded.map_or_else(String::new, |(_, path)| path.to_lowercase());
    let mut segments = Vec::new();
    for segment in path.split(['/', '\\']) {
        match segment {
            "" | "." => {}
            ".." => drop(segments.pop()),
            _ => segments.push(segment),
        }
    }
    matches!(*method, Method::GET | Method::HEAD) && segments.ends_with(&["api", "v1", "message"])
}

/// A member by its name in any letter case: public clients write `Username`, `username` and `userName`.
fn member<'a>(of: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    let found = of.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
    found.map(|(_, value)| value)
}

impl ServiceState {
    /// Whose token a request carries, if that account may make calls.
    #[allow(clippy::result_large_err, reason = "the error is the answer")]
    fn who(&self, now: SystemTime, headers: &HeaderMap) -> Result<String, Response> {
        let header = headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok());
        let username = in_header(header, true)
            .and_then(|token| self.tokens.owner(token, now))
            .ok_or_else(|| self.shape.refused(&TOKEN_REFUSED))?;
        let state = self
            .accounts
            .get(username)
            .map_or(AccountState::Active, |it| it.state);
        match self.shape.of_account(state) {
            Some(refused) => Err(refused),
            None => Ok(username.to_owned()),
        }
    }
}

impl SabapayamakShape {
    /// What an account in this state is answered with; `None` for one that may do all.
    fn of_account(self, state: AccountState) -> Option<Response> {
        let refusal = match state {
            AccountState::Active => return None,
            AccountState::Inactive => &SENDER_NOT_USABLE,
            AccountState::Expired => &EXPIRED,
            AccountState::AddressRefused => &DOMAIN_NOT_ALLOWED,
            AccountState::RateLimited => {
                let headers = [(header::CONTENT_TYPE, "text/html"), (header::RETRY_AFTER, "1")];
                let page = "<h1>429 Too Many Requests</h1>";
                return Some((StatusCode::TOO_MANY_REQUESTS, headers, page).into_response());
            }
            AccountState::Failing => &FAILURE,
        };
        Some(self.refused(refusal))
    }

    fn logged_in(self, username: &str, number: &str, token: &str) -> Response {
        let data = json!({
            "Id": "1",
            "FirstName": "کاربر",
            "LastName": "آزمایشی",
            "Username": username,
            "Domain": "sandbox.example",
            "VirtualNumber": number,
            "Token": token,
        });
        let notice = json!({"message": "توکن ساخته شد", "url": null, "code": 1001, "field": null});
        self.done(
            data,
            if self.notice {
                std::slice::from_ref(&notice)
            } else {
                &[]
            },
        )
    }

    fn done(self, data: Value, errors: &[Value]) -> Response {
        self.envelope(StatusCode::OK, 200, "با موفقیت انجام شد", data, errors)
    }

    fn refused(self, refusal: &Refusal) -> Response {
        let error = json!({
            "message": refusal.message,
            "url": null,
            "code": refusal.code,
            "field": refusal.field,
        });
        let http_status = if self.http_statuses {
            refusal.http_status
        } else {
            StatusCode::OK
        };
        let status = u64::from(refusal.http_status.as_u16());
        self.envelope(http_status, status, "خطا", Value::Null, &[error])
    }

    fn envelope(
        self,
        http_status: StatusCode,
        status: u64,
        message: &str,
        mut data: Value,
        errors: &[Value],
    ) -> Response {
        self.spell_all(&mut data);
        let status = if self.numbers {
            status.into()
        } else {
            Value::from(status.to_string())
        };
        let envelope = json!({"status": status, "message": message, "id": 1, "data": data, "errors": errors});
        let content_type = [(header::CONTENT_TYPE, "application/json; charset=utf-8")];
        (http_status, content_type, envelope.to_string()).into_response()
    }

    /// The keys of every object inside, as the shape has them.
    fn spell_all(self, value: &mut Value) {
        match value {
            Value::Object(fields) => {
                let spelt = std::mem::take(fields).into_iter().map(|(name, mut value)| {
                    self.spell_all(&mut value);
                    self.spell((name, value))
                });
                *fields = spelt.collect::<Map<_, _>>();
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.spell_all(item)),
            _ => {}
        }
    }

    fn spell(self, (name, value): (String, Value)) -> (String, Value) {
        let value = match (name.as_str(), &value) {
            ("Id", Value::String(id)) if self.numbers => id.parse::<u64>().map_or(value, Value::from),
            _ => value,
        };
        if !self.camel_case {
            return (name, value);
        }
        let mut chars = name.chars();
        let camel = chars
            .next()
            .map(|first| first.to_lowercase().chain(chars).collect());
        (camel.unwrap_or_default(), value)
    }
}
