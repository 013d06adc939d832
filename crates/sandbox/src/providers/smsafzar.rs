//! SMSAfzar: a login that hands out tokens, the calls that want one, and at most five requests in a second.
//!
//! `POST /auth/token` is the document's, its nine errors included; the calls are the manual's. A sixth request within a
//! second of the fifth before it is answered with 429, on any path. A message is taken, leaves after a second and arrives
//! after five, by the sandbox's clock.

mod read;
mod refusal;
mod send;

use std::collections::{HashMap, HashSet, VecDeque};
use std::ops::Deref;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::{delete, get, post};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde_json::{Value, json};

use crate::clock::Clock;
use crate::provider::{Credentials, Provider, ProviderControl};
pub use crate::providers::received_message::ReceivedMessage;
use crate::providers::sms::{InboundMessage, Inbox, Outbox, SentMessage};
pub use crate::providers::token::{JWT_KEY, TokenKind};
use crate::providers::token::{Tokens, in_header};
use refusal::{answer, invalid_parameters, unauthorized};

const NAME: &str = "smsafzar";
const SECOND: Duration = Duration::from_secs(1);
/// What a part of a message costs, in rials.
const PRICE: u64 = 100;
/// What an account has to begin with.
const BALANCE: u64 = 1_000_000_000;

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
    outbox: Outbox,
    inbox: Inbox,
    templates: HashMap<String, Template>,
    refused_numbers: HashSet<String>,
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
    balance: u64,
}

/// A text of the panel, with `{name}` where a value is filled in.
#[derive(Debug)]
struct Template {
    text: String,
    sender: String,
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
    /// The line of the ready-made template.
    pub const LINE: &str = "10001234";
    /// A ready-made template, which is filled in with `code`.
    pub const TEMPLATE: &str = "TydSt1skQE";
    /// Its text.
    pub const TEMPLATE_TEXT: &str = "کد ورود شما: {code}";
    /// What a part of a message costs, in rials.
    pub const PRICE: u64 = PRICE;
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
                balance: BALANCE,
            };
            (username.to_owned(), account)
        });
        let code = Template {
            text: Self::TEMPLATE_TEXT.to_owned(),
            sender: Self::LINE.to_owned(),
        };
        Self {
            control: ProviderControl::new(NAME),
            clock,
            state: Arc::new(Mutex::new(ServiceState {
                accounts: accounts.collect(),
                tokens: Tokens::default(),
                token_life: Duration::from_secs(24 * 60 * 60),
                logins: 0,
                messages: Vec::new(),
                outbox: Outbox::default(),
                inbox: Inbox::default(),
                templates: HashMap::from([(Self::TEMPLATE.to_owned(), code)]),
                refused_numbers: HashSet::new(),
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
            balance: BALANCE,
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

    /// The bodies of the sends that were taken, oldest first.
    pub fn messages(&self) -> Vec<ReceivedMessage> {
        self.lock().messages.clone()
    }

    /// Every message that was taken, one for each recipient, oldest first, as far as it is now.
    pub fn sent_messages(&self) -> Vec<SentMessage> {
        self.lock().outbox.at(self.clock.now()).collect()
    }

    /// The id that the service gives to a message.
    pub fn id_of(message: &SentMessage) -> String {
        uuid(message.number())
    }

    /// A message comes in on a line, for every account.
    pub fn receive(&self, sender: impl Into<String>, line: impl Into<String>, text: impl Into<String>) {
        let now = self.clock.now();
        self.lock()
            .inbox
            .receive(sender.into(), line.into(), text.into(), now);
    }

    /// The messages that came in, oldest first.
    pub fn received_messages(&self) -> Vec<InboundMessage> {
        self.lock().inbox.messages.clone()
    }

    /// A template, with `{name}` where a value is filled in, and the line that it is sent from where a request names
    /// none.
    pub fn add_template(&self, id: impl Into<String>, text: impl Into<String>, line: impl Into<String>) {
        let template = Template {
            text: text.into(),
            sender: line.into(),
        };
        self.lock().templates.insert(id.into(), template);
    }

    /// Whatever has this recipient among others is refused from now on, as a whole, with 1101: a code that the manual
    /// does not name.
    pub fn refuse_number(&self, number: &str) {
        self.lock()
            .refused_numbers
            .extend(crate::providers::sms::mobile(number));
    }

    /// What an account has, in rials. A part of a message costs [`PRICE`](Self::PRICE); what costs more than there is
    /// left is refused with 1100, a code that the manual does not name.
    pub fn set_balance(&self, username: &str, rials: u64) {
        if let Some(account) = self.lock().accounts.get_mut(username) {
            account.balance = rials;
        }
    }

    /// What an account has, in rials; `None` if there is none of this name.
    pub fn balance(&self, username: &str) -> Option<u64> {
        self.lock().accounts.get(username).map(|it| it.balance)
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
            .route("/messages/send", post(send::send))
            .route("/messages/send/bulk", post(send::bulk))
            .route("/messages/send/template", post(send::template))
            .route("/messages/send/scheduled/{batch}", delete(send::cancel))
            .route("/messages/status", post(read::status))
            .route("/messages/received/recent", get(read::received))
            .route("/account/balance", get(read::balance))
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
    if let Some(refused) = state.refused(account.state) {
        return refused;
    }
    let life = state.token_life;
    let token = state.tokens.issue(username, life, now);
    state.logins += 1;
    answer(StatusCode::OK, &json!({"token": token}))
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
        let username = in_header(header, false)
            .and_then(|token| self.tokens.owner(token, now))
            .ok_or_else(unauthorized)?;
        let state = self
            .accounts
            .get(username)
            .map_or(AccountState::Active, |it| it.state);
        match self.refused(state) {
            Some(refused) => Err(refused),
            None => Ok(username.to_owned()),
        }
    }

    /// What an account in this state is answered with, if it may not do all.
    fn refused(&self, state: AccountState) -> Option<Response> {
        match state {
            AccountState::RateLimited => Some(self.too_many_requests()),
            other => refusal::of_account(other),
        }
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
        let mut response = refusal::too_many_requests();
        if let Some(seconds) = self.retry_after {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

/// The id of a message: a UUID.
fn uuid(number: u64) -> String {
    format!("3f2504e0-4f89-41d3-9a0c-{number:012x}")
}
