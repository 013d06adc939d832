#![allow(dead_code, clippy::unwrap_used)]

use sabapayamak_api::testing::{ScriptedTransport, Step};
use sabapayamak_api::{Client, Credentials, TokenDays, sabapayamak_auth};

pub(crate) const PASSWORD: &str = "not-a-real-password";
pub(crate) const TOKEN: &str = "not-a-real-token";
pub(crate) const LINE: &str = "30001234";
pub(crate) const ONE: &str = "09123456789";
pub(crate) const TWO: &str = "+989350000000";
pub(crate) const TEXT: &str = "سلام، این متن محرمانه است";

pub(crate) fn credentials() -> Credentials {
    let builder = Credentials::builder().username("username").password(PASSWORD);
    builder.virtual_number(LINE).build().unwrap()
}

pub(crate) fn days() -> TokenDays {
    TokenDays::new(15).unwrap()
}

/// A client that has these answers, after that of a login.
pub(crate) fn client(answers: impl IntoIterator<Item = Step>) -> (Client, ScriptedTransport) {
    let login = format!(r#"{{"status":"200","data":{{"Token":"{TOKEN}"}},"errors":[]}}"#);
    let script = ScriptedTransport::new([Step::answer(200, login)].into_iter().chain(answers));
    let login = sabapayamak_auth::Client::builder().transport(script.clone());
    let login = login.build().unwrap();
    (Client::new(login.token_source(credentials(), days())), script)
}

pub(crate) fn json(status: u16, body: &str) -> Step {
    Step::answer(status, body.to_owned())
}

/// The envelope of a success.
pub(crate) fn data(data: &str) -> Step {
    json(
        200,
        &format!(r#"{{"status":200,"message":"ok","id":"1","data":{data},"errors":[]}}"#),
    )
}
