use std::pin::Pin;

use http_core::{Code, Error};

/// A client of the environment, and one call of it.
#[derive(Debug)]
pub struct FromEnv {
    /// What its variables have after `PAYVAND_`, such as `APARAT`.
    pub prefix: &'static str,
    /// The path of the call.
    pub path: &'static str,
    /// Makes the client and the call, and tells what came of it.
    pub ask: fn() -> Told,
}

pub(crate) type Told = Pin<Box<dyn Future<Output = String> + Send>>;

impl FromEnv {
    pub(crate) fn told<T, C: Code>(outcome: Result<T, Error<C>>) -> String {
        match outcome {
            Ok(_) => "answered".to_owned(),
            Err(error) => format!("{:?}: {error} {error:?}", error.kind()),
        }
    }
}
