//! SMSAfzar: a login that hands out tokens, two calls that want one, and at most five requests in a second.
//!
//! `POST /auth/token` is the document's, its nine errors included; `POST /messages/send` and `GET /account/balance`
//! are the manual's. A sixth request within a second of the fifth before it is answered with 429, on any path.

use std::collections::{HashMap, VecDeque};
use std::ops::Deref;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde_json::{Value, json};

use crate::clock::Clock;
use crate::provider::{Credentials, Provider, ProviderControl};
pub use crate::providers::received_message::ReceivedMessage;
pub use crate::providers::token::{JWT_KEY, TokenKind};
use crate::providers::token::{Tokens, in_header};

const NAME: &str = "smsafzar";
const SECOND: Duration = Duration::from_secs(1);

/// The handle of SMSAfzar in a running sandbox. Cheap to clone; all clones are the same service.
///
/// Faults and the count of requests are those of [`ProviderControl`], to which it dereferences.
#[derive(Clone, Debug)]
pub struct Smsafzar {
    control: ProviderControl,
    clock: Clock,
    state: Arc<Mutex<ServiceState>>,
}

#[derive(Debug)]
struct ServiceState {
    accounts: HashMap<String, Account>,
    tokens: Tokens,
    token_life: Duration,
    logins: u64,
    messages: Vec<ReceivedMessage>,
    limit: Option<usize>,
    retry_after: Option<u64>,
    /// The latest requests that were let in, as many as the limit.
    let_in: VecDeque<SystemTime>,
    too_many: u64,
}

#[derive(Debug)]
struct Account {
    password: String,
    domain: String,
    state: AccountState,
}

/// How an account stands: each state is an error of the document.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum AccountState {
    /// Logs in.
    #[default]
    Active,
    /// 403, 1004: no right to the service.
    ServiceRefused,
    /// 403, 1005: no right to the method.
    MethodRefused,
    /// 403, 1006: the address is not allowed.
    AddressRefused,
    /// 403, 1010.
    Inactive,
    /// 403, 1011, with its date in the text.
    Expired,
    /// 429.
    RateLimited,
    /// 500, with a support reference.
    Failing,
}

impl Smsafzar {
    /// The user name of a ready-made account.
    pub const USERNAME: &str = "sandbox-afzar";
    /// The password of every ready-made account.
    pub const PASSWORD: &str = "sandbox-afzar-password";
    /// The domain of every ready-made account.
    pub const DOMAIN: &str = "sms.smsafzar";
    /// The number of every HTTP 500, wider than 32 bits.
    pub const SUPPORT_REFERENCE: u64 = 1_000_011_011_000;

    /// The user names of ready-made accounts that cannot log in, and why.
    pub const REFUSED: [(&str, AccountState); 7] = [
        ("sandbox-afzar-inactive", AccountState::Inactive),
        ("sandbox-afzar-expired", AccountState::Expired),
        ("sandbox-afzar-abroad", AccountState::AddressRefused),
        ("sandbox-afzar-busy", AccountState::RateLimited),
        ("sandbox-afzar-failing", AccountState::Failing),
        ("sandbox-afzar-service", AccountState::ServiceRefused),
        ("sandbox-afzar-method", AccountState::MethodRefused),
    ];

    pub(crate) fn new(clock: Clock) -> Self {
        let ready = [(Self::USERNAME, AccountState::Active)]
            .into_iter()
            .chain(Self::REFUSED);
        let accounts = ready.map(|(username, state)| {
            let account = Account {
                password: Self::PASSWORD.to_owned(),
                domain: Self::DOMAIN.to_owned(),
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
                token_life: Duration::from_secs(24 * 60 * 60),
                logins: 0,
                messages: Vec::new(),
                limit: Some(5),
                retry_after: None,
                let_in: VecDeque::new(),
                too_many: 0,
            })),
        }
    }

    /// Opens an active account, or gives one a new password and domain.
    pub fn add_account(
        &self,
        username: impl Into<String>,
        password: impl Into<String>,
        domain: impl Into<String>,
    ) {
        let account = Account {
            password: password.into(),
            domain: domain.into(),
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

    /// How long tokens live that are handed out from now on (a day at the start), by the sandbox's clock.
    pub fn set_token_life(&self, life: Duration) {
        self.lock().token_life = life;
    }

    /// The messages that live tokens have left, oldest first.
    pub fn messages(&self) -> Vec<ReceivedMessage> {
        self.lock().messages.clone()
    }

    /// How many requests are let in within any second (5 at the start); `None` lets all in.
    pub fn set_rate_limit(&self, limit: Option<usize>) {
        let mut state = self.lock();
        state.limit = limit;
        state.let_in.clear();
    }

    /// The `Retry-After` of a 429, in seconds; the document shows none.
    pub fn set_retry_after(&self, seconds: Option<u64>) {
        self.lock().retry_after = seconds;
    }

    /// How many requests were answered with 429 because of the limit.
    pub fn too_many(&self) -> u64 {
        self.lock().too_many
    }

    fn lock(&self) -> MutexGuard<'_, ServiceState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Deref for Smsafzar {
    type Target = ProviderControl;

    fn deref(&self) -> &ProviderControl {
        &self.control
    }
}

impl Provider for Smsafzar {
    fn control(&self) -> &ProviderControl {
        &self.control
    }

    fn routes(&self) -> Router {
        Router::new()
            .route("/auth/token", post(token))
            .route("/messages/send", post(send))
            .route("/account/balance", get(balance))
            .with_state(self.clone())
    }

    fn base_url_variable(&self) -> &'static str {
        "PAYVAND_SMSAFZAR_BASE_URL"
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
}

async fn token(State(afzar): State<Smsafzar>, body: Bytes) -> Response {
    let mut state = afzar.lock();
    let now = afzar.clock.now();
    if let Some(too_many) = state.count(now) {
        return too_many;
    }
    let login: Value = serde_json::from_slice(&body).unwrap_or_default();
    let text = |name| login.get(name).and_then(Value::as_str).unwrap_or_default();
    let (username, password, domain) = (text("userName"), text("password"), text("domain"));
    let mut invalid = Vec::new();
    if username.chars().count() < 6 {
        invalid.push(("UserName", ".حداقل طول فیلد [ نام کاربری ] 6 کاراکتر می باشد"));
    }
    if password.chars().count() < 8 {
        invalid.push(("Password", ".حداقل طول فیلد [ کلمه عبور ] 8 کاراکتر می باشد"));
    }
    if !invalid.is_empty() {
        return invalid_parameters(&invalid);
    }
    let account = state
        .accounts
        .get(username)
        .filter(|account| account.password == password && account.domain == domain);
    let Some(account) = account else {
        return unauthorized();
    };
    let forbidden = |code, message| error(StatusCode::FORBIDDEN, code, message);
    match account.state {
        AccountState::Active => {}
        AccountState::ServiceRefused => {
            return forbidden(1004, ".مجوز دسترسی به سرویس برای حساب کاربری تعریف نشده است");
        }
        AccountState::MethodRefused => {
            return forbidden(1005, ".مجوز دسترسی به متد برای حساب کاربری تعریف نشده است");
        }
        AccountState::AddressRefused => {
            return forbidden(1006, ".آدرس آی پی جهت دسترسی به سرویس معتبر نمی باشد");
        }
        AccountState::Inactive => return forbidden(1010, ".حساب کاربر غیر فعال می باشد"),
        AccountState::Expired => return forbidden(1011, ".حساب کاربر در تاریخ: 1403/01/01 منقضی شده است"),
        AccountState::RateLimited => return state.too_many_requests(),
        AccountState::Failing => {
            let reference = Smsafzar::SUPPORT_REFERENCE;
            let message = format!("خطایی در سرور رخ داده است. | شناسه خطا : {reference}");
            return error(StatusCode::INTERNAL_SERVER_ERROR, reference, &message);
        }
    }
    let life = state.token_life;
    let token = state.tokens.issue(username, life, now);
    state.logins += 1;
    answer(StatusCode::OK, &json!({"token": token}))
}

async fn send(State(afzar): State<Smsafzar>, headers: HeaderMap, body: Bytes) -> Response {
    let mut state = afzar.lock();
    let username = match state.who(afzar.clock.now(), &headers) {
        Ok(username) => username,
        Err(refused) => return refused,
    };
    let Ok(body) = serde_json::from_slice::<Value>(&body) else {
        return invalid_parameters(&[("Body", ".بدنه درخواست معتبر نمی باشد")]);
    };
    let missing: Vec<_> = ["senderNumber", "recipientNumber", "content"]
        .into_iter()
        .filter(|field| body[*field].as_str().is_none_or(str::is_empty))
        .map(|field| (field, ".این فیلد الزامی می باشد"))
        .collect();
    if !missing.is_empty() {
        return invalid_parameters(&missing);
    }
    state.messages.push(ReceivedMessage { username, body });
    // The manual shows no answer: this is one plausible shape.
    answer(StatusCode::OK, &json!({"id": state.messages.len()}))
}

async fn balance(State(afzar): State<Smsafzar>, headers: HeaderMap) -> Response {
    let mut state = afzar.lock();
    match state.who(afzar.clock.now(), &headers) {
        Ok(_) => answer(StatusCode::OK, &json!({"amount": 125_000, "unit": "rial"})),
        Err(refused) => refused,
    }
}

impl ServiceState {
    #[allow(clippy::result_large_err, reason = "the error is the answer")]
    fn who(&mut self, now: SystemTime, headers: &HeaderMap) -> Result<String, Response> {
        if let Some(too_many) = self.count(now) {
            return Err(too_many);
        }
        let header = headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok());
        in_header(header, false)
            .and_then(|token| self.tokens.owner(token, now))
            .map(str::to_owned)
            .ok_or_else(unauthorized)
    }

    /// Lets a request in, or answers it.
    fn count(&mut self, now: SystemTime) -> Option<Response> {
        let limit = self.limit?;
        while self
            .let_in
            .front()
            .is_some_and(|at| now.duration_since(*at).unwrap_or_default() >= SECOND)
        {
            self.let_in.pop_front();
        }
        if self.let_in.len() < limit {
            self.let_in.push_back(now);
            return None;
        }
        self.too_many += 1;
        Some(self.too_many_requests())
    }

    fn too_many_requests(&self) -> Response {
        let message = "تعداد درخواست های ارسالی بیش ار حد مجاز می باشد. \
                       [ حداکثر تعداد درخواست ها در هر ثانیه 5 عدد می باشد. ]";
        let mut response = error(StatusCode::TOO_MANY_REQUESTS, 429, message);
        if let Some(seconds) = self.retry_after {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

fn unauthorized() -> Response {
    error(StatusCode::UNAUTHORIZED, 401, ".خطای احراز هویت رخ داده است")
}

fn invalid_parameters(fields: &[(&str, &str)]) -> Response {
    let fields: Vec<_> = fields
        .iter()
        .map(|(field, message)| json!({"field": field, "errorMessage": message}))
        .collect();
    let body = json!({
        "errorCode": 1001,
        "errorMessage": ".مقادیر پارامترهای ارسالی معتبر نمی باشند",
        "validationErrors": fields,
    });
    answer(StatusCode::BAD_REQUEST, &body)
}

fn error(status: StatusCode, code: u64, message: &str) -> Response {
    answer(status, &json!({"errorCode": code, "errorMessage": message}))
}

fn answer(status: StatusCode, body: &Value) -> Response {
    let content_type = [(header::CONTENT_TYPE, "application/json; charset=utf-8")];
    (status, content_type, body.to_string()).into_response()
}
