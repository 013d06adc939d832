use std::borrow::Cow;
use std::env;
use std::io::{self, IsTerminal as _, Write as _};

use console::{Term, style};
use http_core::{Language, Timestamp};
use payvand_persian::{JalaliDate, digits};
use serde::Serialize;
use serde_json::json;

use crate::failure::Failure;
use crate::words::{Words, in_persian};

/// Where a command says what it has to say: data on standard output, everything else on standard error.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Screen {
    pub(crate) language: Language,
    pub(crate) is_json: bool,
    pub(crate) is_quiet: bool,
    /// The columns of the terminal; `None` where standard output is none.
    pub(crate) width: Option<usize>,
    /// Whether the terminal orders text by direction, and so needs isolates.
    pub(crate) has_isolates: bool,
}

impl Screen {
    pub(crate) fn new(language: Option<Language>, is_json: bool, is_quiet: bool) -> Self {
        let terminal = Term::stdout();
        let is_terminal = io::stdout().is_terminal();
        let columns = terminal
            .size_checked()
            .map_or(80, |(_, columns)| usize::from(columns));
        Self {
            language: language.unwrap_or_else(language_of_locale),
            is_json,
            is_quiet,
            width: is_terminal.then_some(columns),
            has_isolates: is_terminal && orders_by_direction(),
        }
    }

    pub(crate) fn is_persian(&self) -> bool {
        self.language == Language::Persian
    }

    pub(crate) fn say(&self, english: &'static str) -> &'static str {
        if self.is_persian() {
            in_persian(english)
        } else {
            english
        }
    }

    /// The result of a command: an object for programs, a text for people.
    pub(crate) fn show(&self, object: &impl Serialize, text: impl FnOnce() -> String) -> Result<(), Failure> {
        if self.is_json {
            Self::json(object)
        } else {
            self.print(&text())
        }
    }

    /// A line of JSON on standard output.
    pub(crate) fn json(object: &impl Serialize) -> Result<(), Failure> {
        let mut line = serde_json::to_vec(object)
            .map_err(io::Error::other)
            .map_err(|it| Failure::of_output(&it))?;
        line.push(b'\n');
        write(&line)
    }

    /// Text for people, with a line end.
    pub(crate) fn print(&self, text: &str) -> Result<(), Failure> {
        let text = self.shown(text.trim_end_matches('\n'));
        write(format!("{text}\n").as_bytes())
    }

    /// What is good to know, on standard error.
    pub(crate) fn note(&self, words: &Words) {
        let text = words.of(self.language);
        if self.is_quiet {
            return;
        }
        let text = if self.is_json {
            json!({ "note": text }).to_string().into()
        } else {
            self.shown(text)
        };
        let _ = writeln!(io::stderr(), "{text}");
    }

    pub(crate) fn fail(&self, failure: &Failure) {
        let Some(sentence) = &failure.sentence else {
            return;
        };
        if self.is_json {
            let _ = writeln!(io::stderr(), "{}", failure.to_json(self.language));
            return;
        }
        let error = style(self.say("error:")).for_stderr().red().bold();
        let cause = failure.cause.as_deref();
        let advice = failure.advice.as_ref().map(|it| it.of(self.language));
        let mut err = io::stderr().lock();
        let _ = writeln!(err, "{error} {}", self.shown(sentence.of(self.language)));
        for line in [cause, advice].into_iter().flatten() {
            let _ = writeln!(err, "  {}", self.shown(line));
        }
    }

    /// Without the marks that only some terminals understand, and without what a terminal takes for a command: a
    /// provider's words are in it.
    fn shown<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let is_left_out = |c: char| match c {
            '\u{2066}'..='\u{2069}' => !self.has_isolates,
            '\n' => false,
            c => c.is_control(),
        };
        if text.contains(is_left_out) {
            Cow::Owned(text.replace(is_left_out, ""))
        } else {
            Cow::Borrowed(text)
        }
    }

    /// A number for people.
    pub(crate) fn number(&self, number: &impl ToString) -> String {
        let number = number.to_string();
        let (sign, digits) = number
            .split_at_checked(usize::from(number.starts_with('-')))
            .unwrap_or_default();
        if digits.is_empty() || !digits.bytes().all(|it| it.is_ascii_digit()) {
            return self.digits(&number);
        }
        let separator = self.say(",");
        let mut text = sign.to_owned();
        for (at, digit) in digits.chars().enumerate() {
            if at > 0 && (digits.len() - at).is_multiple_of(3) {
                text += separator;
            }
            text.push(digit);
        }
        self.digits(&text)
    }

    /// The text with the digits of the language.
    pub(crate) fn digits(&self, text: &str) -> String {
        if self.is_persian() {
            digits::to_persian(text).into_owned()
        } else {
            text.to_owned()
        }
    }

    /// The day in Tehran; what no calendar has is shown in UTC.
    pub(crate) fn day(&self, at: Timestamp) -> String {
        let day = JalaliDate::from_millis(at.as_millis());
        self.digits(&day.map_or_else(|_| at.to_string(), |day| day.to_string()))
    }

    /// The day and the time in Tehran.
    pub(crate) fn moment(&self, at: Timestamp) -> String {
        let Ok(day) = JalaliDate::from_millis(at.as_millis()) else {
            return at.to_string();
        };
        // Days that begin later than at midnight are all in the past of these services.
        let minutes = (at.as_millis() - day.start_millis()) / 60_000;
        self.digits(&format!("{day} {:02}:{:02}", minutes / 60, minutes % 60))
    }
}

fn write(bytes: &[u8]) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    out.write_all(bytes)
        .and_then(|()| out.flush())
        .map_err(|error| Failure::of_output(&error))
}

fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

/// By the first of these variables that is set, as the C library reads them.
fn language_of_locale() -> Language {
    let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find_map(variable);
    if locale.is_some_and(|it| it.starts_with("fa")) {
        Language::Persian
    } else {
        Language::English
    }
}

/// The terminals that are known to; in others an isolate would take a column of its own.
fn orders_by_direction() -> bool {
    ["VTE_VERSION", "KONSOLE_VERSION", "MLTERM"]
        .into_iter()
        .any(|it| variable(it).is_some())
}
