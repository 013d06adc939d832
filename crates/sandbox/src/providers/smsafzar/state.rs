use std::collections::VecDeque;
use std::ops::Deref;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use super::account_state::AccountState;
use crate::clock::Clock;
use crate::provider::ProviderControl;
use crate::providers::bounded::ItemLimits;
use crate::providers::bounded_map::BoundedMap;
use crate::providers::received_message::ReceivedMessage;
use crate::providers::sms::{InboundMessage, Messages, SentMessage, mobile};
use crate::providers::token::{TokenKind, Tokens};
use crate::rules::faults::Faults;

pub(super) const NAME: &str = "smsafzar";
/// What a part of a message costs, in rials.
pub(super) const PRICE: u64 = 100;
/// What an account has to begin with.
const BALANCE: u64 = 1_000_000_000;

/// The handle of SMSAfzar in a running sandbox. Cheap to clone; all clones are the same service.
///
/// Faults and the count of requests are those of [`ProviderControl`], to which it dereferences.
#[derive(Clone, Debug)]
pub struct Smsafzar {
    control: ProviderControl,
    pub(super) clock: Clock,
    pub(super) limits: ItemLimits,
    state: Arc<Mutex<ServiceState>>,
}

#[derive(Debug)]
pub(super) struct ServiceState {
    pub(super) accounts: BoundedMap<Account>,
    pub(super) tokens: Tokens,
    pub(super) token_life: Duration,
    pub(super) logins: u64,
    pub(super) messages: Messages,
    pub(super) templates: BoundedMap<Template>,
    pub(super) refused_numbers: BoundedMap<()>,
    pub(super) limit: Option<usize>,
    pub(super) retry_after: Option<u64>,
    /// The latest requests that were let in, as many as the limit.
    pub(super) let_in: VecDeque<SystemTime>,
    pub(super) too_many: u64,
}

#[derive(Debug)]
pub(super) struct Account {
    pub(super) password: String,
    pub(super) domain: String,
    pub(super) state: AccountState,
    pub(super) balance: u64,
}

/// A text of the panel, with `{name}` where a value is filled in.
#[derive(Debug)]
pub(super) struct Template {
    pub(super) text: String,
    pub(super) sender: String,
}

impl ServiceState {
    pub(super) fn new(limits: ItemLimits) -> Self {
        let ready = [(Smsafzar::USERNAME, AccountState::Active)]
            .into_iter()
            .chain(Smsafzar::REFUSED);
        let mut accounts = BoundedMap::new(limits);
        for (username, state) in ready {
            let account = Account {
                password: Smsafzar::PASSWORD.to_owned(),
                domain: Smsafzar::DOMAIN.to_owned(),
                state,
                balance: BALANCE,
            };
            account.put_into(&mut accounts, username.to_owned());
        }
        let mut templates = BoundedMap::new(limits);
        let code = Template {
            text: Smsafzar::TEMPLATE_TEXT.to_owned(),
            sender: Smsafzar::LINE.to_owned(),
        };
        code.put_into(&mut templates, Smsafzar::TEMPLATE.to_owned());
        Self {
            accounts,
            tokens: Tokens::new(limits),
            token_life: Duration::from_secs(24 * 60 * 60),
            logins: 0,
            messages: Messages::new(limits),
            templates,
            refused_numbers: BoundedMap::new(limits),
            limit: Some(5),
            retry_after: None,
            let_in: VecDeque::new(),
            too_many: 0,
        }
    }
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
    pub const SUPPORT_REFERENCE: u64 = 9_000_011_011;

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

    pub(crate) fn new(clock: Clock, faults: Arc<Faults>, limits: ItemLimits) -> Self {
        Self {
            control: ProviderControl::new(NAME, faults),
            clock,
            limits,
            state: Arc::new(Mutex::new(ServiceState::new(limits))),
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
        account.put_into(&mut self.lock().accounts, username.into());
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
        self.lock().tokens.form = kind.into();
    }

    /// How long tokens live that are handed out from now on (a day at the start), by the sandbox's clock.
    pub fn set_token_life(&self, life: Duration) {
        self.lock().token_life = life;
    }

    /// The bodies of the sends that were taken, oldest first.
    pub fn messages(&self) -> Vec<ReceivedMessage> {
        self.lock().messages.bodies.iter().cloned().collect()
    }

    /// Every message that was taken, one for each recipient, oldest first, as far as it is now.
    pub fn sent_messages(&self) -> Vec<SentMessage> {
        self.lock().messages.outbox.at(self.clock.now()).collect()
    }

    /// The id that the service gives to a message.
    pub fn id_of(message: &SentMessage) -> String {
        uuid(message.number())
    }

    /// A message comes in on a line, for every account.
    pub fn receive(&self, sender: impl Into<String>, line: impl Into<String>, text: impl Into<String>) {
        let now = self.clock.now();
        self.lock()
            .messages
            .inbox
            .receive(sender.into(), line.into(), text.into(), now);
    }

    /// The messages that came in, oldest first.
    pub fn received_messages(&self) -> Vec<InboundMessage> {
        self.lock().messages.inbox.messages.iter().cloned().collect()
    }

    /// A template, with `{name}` where a value is filled in, and the line that it is sent from where a request names
    /// none.
    pub fn add_template(&self, id: impl Into<String>, text: impl Into<String>, line: impl Into<String>) {
        let template = Template {
            text: text.into(),
            sender: line.into(),
        };
        template.put_into(&mut self.lock().templates, id.into());
    }

    /// Whatever has this recipient among others is refused from now on, as a whole, with 1101: a code that the manual
    /// does not name.
    pub fn refuse_number(&self, number: &str) {
        if let Some(number) = mobile(number) {
            self.lock().refused_numbers.insert(number, (), 0);
        }
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

    pub(super) fn lock(&self) -> MutexGuard<'_, ServiceState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Account {
    fn put_into(self, accounts: &mut BoundedMap<Self>, username: String) {
        let memory = self.password.len() + self.domain.len();
        accounts.insert(username, self, memory);
    }
}

impl Template {
    fn put_into(self, templates: &mut BoundedMap<Self>, id: String) {
        let memory = self.text.len() + self.sender.len();
        templates.insert(id, self, memory);
    }
}

impl ServiceState {
    pub(super) fn dropped(&self) -> u64 {
        let others = self.templates.dropped() + self.refused_numbers.dropped();
        self.accounts.dropped() + self.tokens.dropped() + self.messages.dropped() + others
    }
}

impl Deref for Smsafzar {
    type Target = ProviderControl;

    fn deref(&self) -> &ProviderControl {
        &self.control
    }
}

/// The id of a message: a UUID.
pub(super) fn uuid(number: u64) -> String {
    format!("3f2504e0-4f89-41d3-9a0c-{number:012x}")
}
