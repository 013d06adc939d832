//! Sabapayamak: a login that hands out tokens, and some of the calls that want one.
//!
//! `POST /api/v1/user/authenticate`, `POST /api/v1/message`, `GET /api/v1/messages` and `GET /api/v1/credit` are the
//! document's. `GET /api/v1/message` sends at the live service, and is refused here. Refusals come as public clients
//! have seen them: `errors[].code`, inside an HTTP 200. What they and the document leave open is a switch of
//! [`SabapayamakShape`].

use std::collections::HashMap;
use std::ops::Deref;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

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
pub use crate::providers::token::{JWT_KEY, TokenKind};
use crate::providers::token::{Tokens, in_header};

const NAME: &str = "sabapayamak";
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
    shape: SabapayamakShape,
}

#[derive(Debug)]
struct Account {
    password: String,
    virtual_number: String,
    state: AccountState,
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

    /// The messages that live tokens have left, oldest first.
    pub fn messages(&self) -> Vec<ReceivedMessage> {
        self.lock().messages.clone()
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
            .route("/api/v1/message", post(send))
            .route("/api/v1/messages", get(list))
            .route("/api/v1/credit", get(credit))
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

/// An item of `errors`.
struct Refusal {
    code: u64,
    http_status: StatusCode,
    message: &'static str,
    field: Option<&'static str>,
}

const fn refusal(code: u64, http_status: StatusCode, message: &'static str) -> Refusal {
    Refusal {
        code,
        http_status,
        message,
        field: None,
    }
}

const WRONG_CREDENTIALS: Refusal =
    refusal(4001, StatusCode::BAD_REQUEST, "نام کاربری یا رمز عبور اشتباه است");
const DOMAIN_NOT_ALLOWED: Refusal = refusal(4002, StatusCode::FORBIDDEN, "دامنه مجاز نمی باشد");
const WRONG_SENDER: Refusal = refusal(4003, StatusCode::BAD_REQUEST, "شماره ارسال کننده اشتباه است");
const SENDER_NOT_USABLE: Refusal = refusal(
    4004,
    StatusCode::BAD_REQUEST,
    "در حال حاضر امکان استفاده از شماره وجود ندارد",
);
const EXPIRED: Refusal = refusal(
    4005,
    StatusCode::FORBIDDEN,
    "مهلت استفاده از حساب به پایان رسیده است",
);
const FAILURE: Refusal = refusal(500, StatusCode::INTERNAL_SERVER_ERROR, "خطایی رخ داده است");
const TOKEN_REFUSED: Refusal = refusal(401, StatusCode::UNAUTHORIZED, "توکن اشتباه یا منقضی شده است");

const SENDS_BY_URL: Refusal = refusal(
    405,
    StatusCode::METHOD_NOT_ALLOWED,
    "این نشانی با URL پیامک می فرستد و در سندباکس بسته است",
);

fn invalid(field: &'static str) -> Refusal {
    Refusal {
        field: Some(field),
        ..refusal(400, StatusCode::BAD_REQUEST, "مقدار ارسالی معتبر نیست")
    }
}

async fn authenticate(State(saba): State<Sabapayamak>, body: Bytes) -> Response {
    let mut state = saba.lock();
    let now = saba.clock.now();
    let Ok(Value::Object(login)) = serde_json::from_slice(&body) else {
        return state.shape.refused(&invalid("body"));
    };
    let text = |name| login.get(name).and_then(Value::as_str);
    let (Some(username), Some(password), Some(number)) =
        (text("Username"), text("Password"), text("VirtualNumber"))
    else {
        return state.shape.refused(&invalid("Username"));
    };
    let days = login.get("TokenValidDay").and_then(Value::as_u64);
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
    match account.state {
        AccountState::Active => {}
        AccountState::Inactive => return state.shape.refused(&SENDER_NOT_USABLE),
        AccountState::Expired => return state.shape.refused(&EXPIRED),
        AccountState::AddressRefused => return state.shape.refused(&DOMAIN_NOT_ALLOWED),
        AccountState::RateLimited => {
            let headers = [(header::CONTENT_TYPE, "text/html"), (header::RETRY_AFTER, "1")];
            return (
                StatusCode::TOO_MANY_REQUESTS,
                headers,
                "<h1>429 Too Many Requests</h1>",
            )
                .into_response();
        }
        AccountState::Failing => return state.shape.refused(&FAILURE),
    }
    let token = state.tokens.issue(username, DAY * days, now);
    state.logins += 1;
    state.shape.logged_in(username, number, &token)
}

async fn send(State(saba): State<Sabapayamak>, headers: HeaderMap, body: Bytes) -> Response {
    let mut state = saba.lock();
    let Some(username) = state.who(&saba.clock, &headers) else {
        return state.shape.refused(&TOKEN_REFUSED);
    };
    let Ok(body) = serde_json::from_slice::<Value>(&body) else {
        return state.shape.refused(&invalid("body"));
    };
    if body["Text"].as_str().is_none_or(str::is_empty) {
        return state.shape.refused(&invalid("Text"));
    }
    let Some(numbers) = body["Numbers"]
        .as_array()
        .filter(|it| (1..=100).contains(&it.len()))
    else {
        return state.shape.refused(&invalid("Numbers"));
    };
    let id = state.messages.len() + 1;
    let sent = |number| json!({"status": 0, "message": "ارسال شد", "number": number, "recID": id});
    let data = json!({"Id": id, "Detail": numbers.iter().map(sent).collect::<Value>()});
    state.messages.push(ReceivedMessage { username, body });
    state.shape.done(data, &[])
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

async fn credit(State(saba): State<Sabapayamak>, headers: HeaderMap) -> Response {
    let state = saba.lock();
    match state.who(&saba.clock, &headers) {
        Some(_) => state.shape.done(json!(12500.5), &[]),
        None => state.shape.refused(&TOKEN_REFUSED),
    }
}

async fn list(State(saba): State<Sabapayamak>, headers: HeaderMap) -> Response {
    let state = saba.lock();
    let Some(username) = state.who(&saba.clock, &headers) else {
        return state.shape.refused(&TOKEN_REFUSED);
    };
    let own = state
        .messages
        .iter()
        .zip(1..)
        .filter(|(message, _)| message.username == username);
    let listed = own.map(|(message, id)| json!({"MessageID": id, "Body": message.body["Text"]}));
    state.shape.done(listed.collect(), &[])
}

impl ServiceState {
    fn who(&self, clock: &Clock, headers: &HeaderMap) -> Option<String> {
        let header = headers.get(header::AUTHORIZATION)?.to_str().ok();
        let token = in_header(header, true)?;
        self.tokens.owner(token, clock.now()).map(str::to_owned)
    }
}

impl SabapayamakShape {
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
        if let Value::Object(fields) = &mut data {
            *fields = std::mem::take(fields)
                .into_iter()
                .map(|pair| self.spell(pair))
                .collect::<Map<_, _>>();
        }
        let status = if self.numbers {
            status.into()
        } else {
            Value::from(status.to_string())
        };
        let envelope = json!({"status": status, "message": message, "id": 1, "data": data, "errors": errors});
        let content_type = [(header::CONTENT_TYPE, "application/json; charset=utf-8")];
        (http_status, content_type, envelope.to_string()).into_response()
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
