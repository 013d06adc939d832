use clap::ValueEnum;

use crate::context::Context;
use crate::failure::Failure;
use crate::login::Provider;
use crate::words::words;

/// A provider of SMS, which wants a login.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum SmsProvider {
    #[cfg(feature = "sabapayamak")]
    Sabapayamak,
    #[cfg(feature = "smsafzar")]
    Smsafzar,
}

impl From<SmsProvider> for Provider {
    fn from(provider: SmsProvider) -> Self {
        match provider {
            #[cfg(feature = "sabapayamak")]
            SmsProvider::Sabapayamak => Self::Sabapayamak,
            #[cfg(feature = "smsafzar")]
            SmsProvider::Smsafzar => Self::Smsafzar,
        }
    }
}

impl SmsProvider {
    pub(crate) fn name(self) -> &'static str {
        Provider::from(self).name()
    }

    /// Those that were named, or else those that have an account.
    pub(crate) fn all_of(named: &[Self], context: &Context) -> Vec<Self> {
        if !named.is_empty() {
            return named.to_vec();
        }
        let has_account = |it: &&Self| Provider::from(**it).scope(context).source().is_some();
        Self::value_variants()
            .iter()
            .filter(has_account)
            .copied()
            .collect()
    }

    /// The one that was named, or else the only one that has an account.
    pub(crate) fn one_of(named: Option<Self>, context: &Context) -> Result<Self, Failure> {
        match Self::all_of(named.as_slice(), context)[..] {
            [only] => Ok(only),
            [] => Err(Failure::usage(words!(
                "no account of an SMS provider is set; `payvand login` keeps one"
            ))),
            _ => Err(Failure::usage(words!(
                "several SMS providers have an account: name one with --via"
            ))),
        }
    }
}
