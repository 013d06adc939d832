//! The parts of the table.

pub mod call;
pub mod decode;
pub mod limit;
pub mod load;
pub mod new;
pub mod others;
pub mod stream;
pub mod token;

use crate::process::{Programs, Server};

/// What a part needs to run.
pub struct Context {
    pub programs: Programs,
    pub server: Server,
    /// A few rounds only: shows that it runs, not what it measures.
    pub quick: bool,
}

impl Context {
    pub(crate) fn rounds(&self, usual: usize) -> usize {
        if self.quick { 3 } else { usual }
    }
}

/// A part, by the name that filters go by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Part {
    /// One call after another, keep-alive
    Call,
    /// Many calls in flight
    Load,
    /// A page of 10,000 links
    Decode,
    /// A token that is there
    Token,
    /// 100,000 links, page by page
    Stream,
    /// The queue at the rate limit
    Limit,
    /// The Python and Node programs of SMSAfzar's document
    Others,
    /// Making a client, and ten
    New,
}

impl Part {
    pub fn run(self, context: &Context) {
        match self {
            Self::Call => call::run(context),
            Self::Load => load::run(context),
            Self::Decode => decode::run(context),
            Self::Token => token::run(context),
            Self::Stream => stream::run(context),
            Self::Limit => limit::run(context),
            Self::Others => others::run(context),
            Self::New => new::run(context),
        }
    }
}
