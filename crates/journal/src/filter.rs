use crate::state::State;

/// Which entries are listed: all that fit what is set.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub(crate) state: Option<State>,
    pub(crate) provider: Option<String>,
    pub(crate) account: Option<String>,
}

impl Filter {
    /// Only those in this state.
    #[must_use]
    pub fn state(mut self, state: State) -> Self {
        self.state = Some(state);
        self
    }

    /// Only those of an account of a provider, such as `aparat` and `main`.
    #[must_use]
    pub fn account(mut self, provider: impl Into<String>, account: impl Into<String>) -> Self {
        self.provider = Some(provider.into());
        self.account = Some(account.into());
        self
    }
}
