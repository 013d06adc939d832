use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};
use http_core::Language;
use payvand_persian::digits;

/// Orders, short links and SMS of Iranian web services, from a terminal or a script.
///
/// `payvand --sandbox …` does everything against fake accounts on this machine. Secrets come from the environment, from a
/// file that `payvand login` writes, or from standard input, and never from arguments.
///
/// Exit codes: 0 done; 1 failed, and nothing happened; 2 the command or its settings are wrong; 3 nobody can tell whether
/// something happened; 4 some was done and some was not.
#[derive(Debug, Parser)]
#[command(name = "payvand", version, propagate_version = true)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) global: Global,

    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Options of every command")]
pub(crate) struct Global {
    /// Prints JSON, a line for each object; an error is one object on standard error.
    #[arg(long, global = true)]
    pub(crate) json: bool,

    /// The language of messages; by the locale if it is not given.
    #[arg(long, global = true, value_name = "LANGUAGE")]
    pub(crate) lang: Option<Lang>,

    /// Says nothing but results and errors.
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,

    /// The time for each call as a whole, such as 20, 500ms or 2m.
    #[arg(long, global = true, value_name = "TIME", value_parser = duration)]
    pub(crate) timeout: Option<Duration>,

    /// Uses the accounts of this profile; `payvand login` writes it.
    #[arg(long, global = true, value_name = "NAME")]
    pub(crate) profile: Option<String>,

    /// Uses the fake accounts of the sandbox on this machine, and of one for this command alone if none runs.
    #[arg(long, global = true)]
    pub(crate) sandbox: bool,

    /// Reads settings from a file of NAME=value lines; `-` is standard input.
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) env_file: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Lang {
    En,
    Fa,
}

impl From<Lang> for Language {
    fn from(lang: Lang) -> Self {
        match lang {
            Lang::En => Self::English,
            Lang::Fa => Self::Persian,
        }
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Orders of likes, views and followers.
    #[cfg(feature = "aparat")]
    #[command(subcommand)]
    Aparat(crate::aparat::Command),

    /// Short links of POD TinyLink.
    #[cfg(feature = "podlink")]
    #[command(subcommand)]
    Link(crate::link::Command),

    /// Text messages.
    #[cfg(any(feature = "sabapayamak", feature = "smsafzar"))]
    #[command(subcommand)]
    Sms(crate::sms::Command),

    /// What journals have.
    #[command(subcommand)]
    Journal(crate::journal::Command),

    /// Keeps the accounts of a provider in a profile.
    Login(crate::login::Login),

    /// The tokens that logins gave, and how long they last.
    #[cfg(any(feature = "sabapayamak", feature = "smsafzar"))]
    #[command(subcommand)]
    Token(crate::token::Command),

    /// Looks for what keeps calls from working.
    Doctor(crate::doctor::Doctor),

    /// Prints the completions of a shell.
    Completions { shell: clap_complete::Shell },

    /// Writes the manual's pages into a folder.
    Man { folder: PathBuf },

    /// Runs the sandbox until Ctrl-C.
    Sandbox(Box<payvand_sandbox::program::Flags>),
}

/// A time: seconds, or a number with `ms`, `s`, `m` or `h` after it.
pub(crate) fn duration(text: &str) -> Result<Duration, String> {
    let latin = digits::to_latin(text.trim());
    let (number, unit) = latin.split_at(latin.find(|c: char| c.is_alphabetic()).unwrap_or(latin.len()));
    let unit = match unit {
        "ms" => 0.001,
        "" | "s" => 1.0,
        "m" => 60.0,
        "h" => 3600.0,
        _ => return Err("the unit of a time is ms, s, m or h".to_owned()),
    };
    let seconds = number.trim().parse::<f64>().ok().filter(|it| *it > 0.0);
    seconds
        .and_then(|it| Duration::try_from_secs_f64(it * unit).ok())
        .ok_or_else(|| "a time is a number larger than 0, such as 20, 500ms or 2m".to_owned())
}

/// A whole number, in the digits of any keyboard.
pub(crate) fn whole<T: std::str::FromStr<Err: ToString>>(text: &str) -> Result<T, String> {
    digits::to_latin(text.trim())
        .parse()
        .map_err(|error: T::Err| error.to_string())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn no_two_arguments_are_in_each_others_way() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn times_are_read_as_people_write_them() {
        for (text, millis) in [
            ("20", 20_000),
            ("500ms", 500),
            ("۲m", 120_000),
            ("1.5 s", 1500),
            ("1h", 3_600_000),
        ] {
            assert_eq!(duration(text), Ok(Duration::from_millis(millis)), "{text}");
        }
        for text in ["", "0", "-1", "1x", "ms", "1e400", "NaN"] {
            assert!(duration(text).is_err(), "{text}");
        }
    }
}
