use std::fmt::Display;
use std::io;
use std::ops::{Deref, DerefMut};
use std::process::ExitCode;

use http_core::{Code, Effect, Error, Kind, Language, StoreError};
use serde_json::{Value, json};

use crate::words::{Words, words};

/// How the program ends, as its exit code says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    Done,
    /// It failed, and nothing happened.
    Failed,
    /// Something is wrong with the command or its settings; nothing happened.
    Usage,
    /// Nobody can tell whether something happened. It wins over all others.
    Unknown,
    /// A part was done and a part was not, and of each it is known which.
    Partly,
}

impl Exit {
    pub(crate) fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Failed => 1,
            Self::Usage => 2,
            Self::Unknown => 3,
            Self::Partly => 4,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

/// Why a command did not do what it was asked for, for people and for programs.
#[derive(Debug)]
pub(crate) struct Failure(Box<Details>);

#[derive(Debug)]
pub(crate) struct Details {
    pub(crate) exit: Exit,
    /// `None` if nobody is there any more to read it.
    pub(crate) sentence: Option<Words>,
    /// What the library says of it, for those who look for the cause.
    pub(crate) cause: Option<String>,
    pub(crate) advice: Option<Words>,
    /// What is known of the call.
    fields: Value,
}

impl Failure {
    fn new(exit: Exit, sentence: Words) -> Self {
        Self(Box::new(Details {
            exit,
            sentence: Some(sentence),
            cause: None,
            advice: None,
            fields: Value::Null,
        }))
    }

    /// Something is wrong with the command or its settings.
    pub(crate) fn usage(sentence: Words) -> Self {
        Self::new(Exit::Usage, sentence)
    }

    /// It failed, and nothing happened.
    pub(crate) fn failed(sentence: Words) -> Self {
        Self::new(Exit::Failed, sentence)
    }

    pub(crate) fn unknown(sentence: Words) -> Self {
        Self::new(Exit::Unknown, sentence)
    }

    pub(crate) fn advice(mut self, advice: Words) -> Self {
        self.advice = Some(advice);
        self
    }

    /// A file or folder that cannot be used.
    pub(crate) fn file(path: impl Display, error: impl Display) -> Self {
        Self::usage(Words::untranslated(error).after(path))
    }

    /// Standard output cannot be written to: quietly, if its reader has gone.
    pub(crate) fn of_output(error: &io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            let mut failure = Self::new(Exit::Done, Words::untranslated(""));
            failure.sentence = None;
            return failure;
        }
        Self::failed(words!("the output cannot be written: {}", error))
    }

    /// One object on one line, as `--json` promises it.
    pub(crate) fn to_json(&self, language: Language) -> Value {
        let say = |words: &Option<Words>| words.as_ref().map(|it| it.of(language).to_owned());
        let effect = match self.exit {
            Exit::Unknown => "unknown",
            Exit::Partly => "partly",
            _ => "none",
        };
        let mut object = json!({
            "error": say(&self.sentence).unwrap_or_default(), "cause": self.cause, "advice": say(&self.advice),
            "effect": effect, "exit_code": self.exit.code(),
        });
        if let (Some(object), Some(fields)) = (object.as_object_mut(), self.fields.as_object()) {
            object.extend(fields.clone());
        }
        object
    }
}

impl<C: Code> From<Error<C>> for Failure {
    fn from(error: Error<C>) -> Self {
        let exit = match (error.effect(), error.kind()) {
            (Effect::Unknown, _) => Exit::Unknown,
            (_, Kind::InvalidInput { .. } | Kind::Configuration) => Exit::Usage,
            _ => Exit::Failed,
        };
        let sentence = |language| error.describe(language).into_owned();
        let code = error.code().map(|code| name_of(&format!("{code:?}")));
        let status = error.http_status().map(|status| status.as_u16());
        let fields = json!({
            "operation": error.operation(),
            "kind": name_of(&format!("{:?}", error.kind())),
            "code": code,
            "provider_message": error.message(),
            "http_status": status,
            "retry_after": error.retry_after().map(|time| time.as_secs_f64()),
        });
        let sentence = Words::new(sentence(Language::English), sentence(Language::Persian));
        let mut failure = Self::new(exit, sentence);
        failure.cause = Some(error.to_string());
        failure.advice = advice(error.kind(), code.as_deref(), status);
        failure.fields = fields;
        failure
    }
}

impl Deref for Failure {
    type Target = Details;

    fn deref(&self) -> &Details {
        &self.0
    }
}

impl DerefMut for Failure {
    fn deref_mut(&mut self) -> &mut Details {
        &mut self.0
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::usage(Words::untranslated(error))
    }
}

/// The name of a variant, from its `Debug`.
fn name_of(debug: &str) -> String {
    let name = debug.split(|c: char| !c.is_alphanumeric()).next();
    name.unwrap_or_default().to_owned()
}

/// What to do about it, where that is not plain from what it says.
fn advice(kind: Kind, code: Option<&str>, status: Option<u16>) -> Option<Words> {
    Some(match (kind, code) {
        (_, Some("AddressNotAllowed")) => words!(
            "Look first at the list of allowed addresses in the provider's panel, then for a VPN or a server abroad."
        ),
        (_, Some("InvalidToken" | "Unauthorized" | "WrongCredentials" | "MissingToken")) => {
            words!("The account is not accepted: `payvand login` keeps another one.")
        }
        (_, Some("TooManyRequests")) => words!("Others use this account too: wait a little."),
        (Kind::Certificate, _) => {
            words!("Look at the clock of this machine, and for a proxy or a network that reads along.")
        }
        (Kind::Status, _) if status == Some(403) => {
            words!(
                "A page of a CDN came in place of an answer: mostly because the address is abroad, a VPN or a server."
            )
        }
        (Kind::Connect | Kind::Status | Kind::Timeout, _) => words!("`payvand doctor` looks for the cause."),
        _ => return None,
    })
}
