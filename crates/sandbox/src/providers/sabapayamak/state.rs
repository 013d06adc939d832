use std::ops::Deref;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use axum::response::Response;
use http::{HeaderMap, header};

use super::account_state::AccountState;
use super::refusal::TOKEN_REFUSED;
use super::shape::SabapayamakShape;
use crate::clock::Clock;
use crate::provider::ProviderControl;
use crate::providers::bounded::{Bounded, ItemLimits};
use crate::providers::bounded_map::BoundedMap;
use crate::providers::received_message::ReceivedMessage;
use crate::providers::sms::{InboundMessage, Messages, SentMessage, mobile};
use crate::providers::token::{TokenKind, Tokens, in_header};
use crate::rules::faults::Faults;

pub(super) const NAME: &str = "sabapayamak";
/// What a part of a message costs, in hundredths of the credit's unit.
pub(super) const PRICE: u64 = 100;
/// What an account has to begin with.
const CREDIT: u64 = 1_000_000_050;

/// The handle of Sabapayamak in a running sandbox. Cheap to clone; all clones are the same service.
///
/// Faults and the count of requests are those of [`ProviderControl`], to which it dereferences.
#[derive(Clone, Debug)]
pub struct Sabapayamak {
    control: ProviderControl,
    pub(super) clock: Clock,
    pub(super) limits: ItemLimits,
    state: Arc<Mutex<ServiceState>>,
}

#[derive(Debug)]
pub(super) struct ServiceState {
    pub(super) accounts: BoundedMap<Account>,
    pub(super) tokens: Tokens,
    pub(super) logins: u64,
    pub(super) messages: Messages,
    pub(super) credit_changes: Bounded<CreditChange>,
    /// Recipients who are answered with a status of their own.
    pub(super) refused_numbers: BoundedMap<u64>,
    pub(super) shape: SabapayamakShape,
}

#[derive(Debug)]
pub(super) struct Account {
    pub(super) password: String,
    pub(super) virtual_number: String,
    pub(super) state: AccountState,
    pub(super) credit: u64,
}

/// What a send has cost.
#[derive(Debug)]
pub(super) struct CreditChange {
    pub(super) username: String,
    pub(super) amount: u64,
    pub(super) remains: u64,
    pub(super) at: SystemTime,
}

impl ServiceState {
    pub(super) fn new(limits: ItemLimits) -> Self {
        let ready = [(Sabapayamak::USERNAME, AccountState::Active)]
            .into_iter()
            .chain(Sabapayamak::REFUSED);
        let mut accounts = BoundedMap::new(limits);
        for (username, state) in ready {
            let account = Account {
                password: Sabapayamak::PASSWORD.to_owned(),
                virtual_number: Sabapayamak::VIRTUAL_NUMBER.to_owned(),
                state,
                credit: CREDIT,
            };
            account.put_into(&mut accounts, username.to_owned());
        }
        Self {
            accounts,
            tokens: Tokens::new(limits),
            logins: 0,
            messages: Messages::new(limits),
            credit_changes: Bounded::new(limits),
            refused_numbers: BoundedMap::new(limits),
            shape: SabapayamakShape::default(),
        }
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

    pub(crate) fn new(clock: Clock, faults: Arc<Faults>, limits: ItemLimits) -> Self {
        Self {
            control: ProviderControl::new(NAME, faults),
            clock,
            limits,
            state: Arc::new(Mutex::new(ServiceState::new(limits))),
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

    /// The bodies of the sends that were taken, oldest first.
    pub fn messages(&self) -> Vec<ReceivedMessage> {
        self.lock().messages.bodies.iter().cloned().collect()
    }

    /// Every message that was taken, one for each recipient, oldest first, as far as it is now. Its
    /// [number](SentMessage::number) is the record id, its [batch](SentMessage::batch) the id of the message.
    pub fn sent_messages(&self) -> Vec<SentMessage> {
        self.lock().messages.outbox.at(self.clock.now()).collect()
    }

    /// A message comes in on a line, for the accounts whose number it is.
    pub fn receive(&self, sender: impl Into<String>, line: impl Into<String>, text: impl Into<String>) {
        let now = self.clock.now();
        self.lock()
            .messages
            .inbox
            .receive(sender.into(), line.into(), text.into(), now);
    }

    /// The messages that came in, oldest first. A call whose path ends in `unread` has marked what it gave as read.
    pub fn received_messages(&self) -> Vec<InboundMessage> {
        self.lock().messages.inbox.messages.iter().cloned().collect()
    }

    /// This recipient is refused from now on, with this status (27, *blacklisted*, and others) and no record id.
    pub fn refuse_number(&self, number: &str, status: u64) {
        if let Some(number) = mobile(number) {
            self.lock().refused_numbers.insert(number, status, 0);
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

    pub(super) fn lock(&self) -> MutexGuard<'_, ServiceState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Account {
    fn put_into(self, accounts: &mut BoundedMap<Self>, username: String) {
        let memory = self.password.len() + self.virtual_number.len();
        accounts.insert(username, self, memory);
    }
}

impl Deref for Sabapayamak {
    type Target = ProviderControl;

    fn deref(&self) -> &ProviderControl {
        &self.control
    }
}

impl ServiceState {
    pub(super) fn dropped(&self) -> u64 {
        let others = self.refused_numbers.dropped() + self.credit_changes.dropped();
        self.accounts.dropped() + self.tokens.dropped() + self.messages.dropped() + others
    }

    /// Whose token a request carries, if that account may make calls.
    #[allow(clippy::result_large_err, reason = "the error is the answer")]
    pub(super) fn who(&self, now: SystemTime, headers: &HeaderMap) -> Result<String, Response> {
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
