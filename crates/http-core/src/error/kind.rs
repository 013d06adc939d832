use std::borrow::Cow;

use crate::error::argument::Argument;
use crate::error::reason::Reason;
use crate::language::Language;

/// What is known about the effect of a failed call. Money code needs to ask nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Effect {
    /// The call changed nothing: it was never sent, or the provider itself refused it in its own words.
    None,
    /// Nobody can tell: the bytes may have left, and no answer of the provider's own came back. The call may have
    /// taken effect in full. Ask the provider (a balance, a list, its support) before doing it again.
    Unknown,
}

crate::string_enum!(Effect {
    None = "none",
    Unknown = "unknown",
});

/// What went wrong, roughly. [`Effect`] says whether it may have changed anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// The client cannot be built as it was asked for: a bad base URL, an empty token, a missing TLS provider. Or a
    /// call was awaited without a Tokio runtime, or in one without timers or I/O.
    /// *What to do:* read the message, it says what to change.
    Configuration,
    /// An argument cannot be right. Nothing was sent.
    /// *What to do:* correct it.
    InvalidInput {
        /// Its name, such as `link`.
        argument: &'static str,
        /// What is wrong with it.
        reason: Reason,
    },
    /// The call is valid and was held back: by a budget, an observer, or a rate limit under which its turn would come
    /// too late, or that cannot be asked. Nothing was sent.
    /// *What to do:* the error's text says what holds it back.
    Withheld,
    /// No connection: the name did not resolve, nobody listened, or connecting took too long. Nothing was sent,
    /// unless by an earlier attempt of the same call: [`Error::effect`](crate::Error::effect) counts them all.
    /// *What to do:* check the network and the base URL. Some Iranian providers answer only Iranian addresses.
    Connect,
    /// The server's certificate was not accepted. Nothing was sent, and it is never tried again by itself.
    /// *What to do:* check the clock and the host name; for a private CA use the builder's `root_certificate`.
    Certificate,
    /// The deadline of the call passed.
    /// *What to do:* raise `timeout` on the builder or the call.
    Timeout,
    /// The connection broke after the request may have left: reset, closed early, or an answer that is not HTTP.
    /// *What to do:* look at [`Error::effect`](crate::Error::effect).
    Interrupted,
    /// The answer was larger than the client's `max_body_size`.
    /// *What to do:* raise the cap if the provider really sends that much.
    TooLarge,
    /// An HTTP status that is not the provider's own answer: a gateway's page, a redirect, a proxy's refusal.
    /// *What to do:* look at [`Error::http_status`](crate::Error::http_status); such pages often mean a CDN or a blocked address.
    Status,
    /// An answer arrived, and it is not what the contract says.
    /// *What to do:* report it: the error names the place and the HTTP status, and holds no secret.
    Decode,
    /// The provider refused or failed, in its own words.
    /// *What to do:* [`Error::code`](crate::Error::code) and [`Error::message`](crate::Error::message) say why.
    Api,
}

impl Kind {
    /// Its name in traces.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Configuration => "configuration",
            Self::InvalidInput { .. } => "invalid_input",
            Self::Withheld => "withheld",
            Self::Connect => "connect",
            Self::Certificate => "certificate",
            Self::Timeout => "timeout",
            Self::Interrupted => "interrupted",
            Self::TooLarge => "too_large",
            Self::Status => "status",
            Self::Decode => "decode",
            Self::Api => "api",
        }
    }

    /// A sentence that may be shown to an end user, with the name of the argument that it is about.
    pub(crate) fn describe(self, argument: Option<Argument>, language: Language) -> Cow<'static, str> {
        let (english, persian) = match self {
            Self::Configuration => (
                "The service is not set up correctly.",
                "تنظیمات اتصال به سرویس درست نیست.",
            ),
            Self::InvalidInput { reason, .. } => {
                let Argument { english, persian } = argument.unwrap_or(Argument::new("value", "مقدار"));
                let why = reason.describe(language);
                return Cow::Owned(match language {
                    Language::English => format!("The request was not sent: the {english} {why}."),
                    Language::Persian => format!("درخواست ارسال نشد: {persian} {why}."),
                });
            }
            Self::Withheld => (
                "The request was held back and not sent.",
                "درخواست نگه داشته شد و ارسال نشد.",
            ),
            Self::Connect => ("The service could not be reached.", "اتصال به سرویس برقرار نشد."),
            Self::Certificate => (
                "The service's certificate was not accepted.",
                "گواهی امنیتی سرویس پذیرفته نشد.",
            ),
            Self::Timeout => (
                "The service did not answer in time.",
                "سرویس در زمان مقرر پاسخ نداد.",
            ),
            Self::Interrupted => (
                "The connection to the service broke.",
                "ارتباط با سرویس در میانهٔ کار قطع شد.",
            ),
            Self::TooLarge => (
                "The service's answer was too large.",
                "پاسخ سرویس بیش از اندازه بزرگ بود.",
            ),
            Self::Status | Self::Decode => (
                "The service gave an unexpected answer.",
                "پاسخ سرویس قابل فهم نبود.",
            ),
            Self::Api => ("The service refused the request.", "سرویس درخواست را نپذیرفت."),
        };
        Cow::Borrowed(match language {
            Language::English => english,
            Language::Persian => persian,
        })
    }
}
