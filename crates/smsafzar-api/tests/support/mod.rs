#![allow(dead_code, clippy::unwrap_used)]

use smsafzar_api::testing::{ScriptedTransport, Step};
use smsafzar_api::{Client, Credentials, smsafzar_auth};

pub(crate) const PASSWORD: &str = "not-a-real-password";
pub(crate) const TOKEN: &str = "not-a-real-token";
pub(crate) const LINE: &str = "10001234";
pub(crate) const NUMBER: &str = "09123456789";
pub(crate) const TEXT: &str = "سلام، این متن محرمانه است";

pub(crate) fn credentials() -> Credentials {
    let builder = Credentials::builder().username("username").password(PASSWORD);
    builder.build().unwrap()
}

/// A client that has these answers, after that of a login.
pub(crate) fn client(answers: impl IntoIterator<Item = Step>) -> (Client, ScriptedTransport) {
    let login = Step::answer(200, format!(r#"{{"token":"{TOKEN}"}}"#));
    let script = ScriptedTransport::new([login].into_iter().chain(answers));
    let login = smsafzar_auth::Client::builder().transport(script.clone());
    let login = login.build().unwrap();
    (Client::new(login.token_source(credentials())), script)
}

pub(crate) fn json(status: u16, body: &str) -> Step {
    Step::answer(status, body.to_owned())
}
