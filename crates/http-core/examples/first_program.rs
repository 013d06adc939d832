//! What a provider's crate is built on, in the smallest program: it has this crate and tokio.
//!
//! With `PAYVAND_APARAT_BASE_URL` set to a sandbox, `cargo run -p payvand-http-core --example core_first_program` asks
//! without a token and is refused.

#![allow(clippy::print_stdout, reason = "an example")]

use std::borrow::Cow;

use payvand_http_core::http::Method;
use payvand_http_core::{Code, Error, ErrorBuilder, HttpClient, Language, Operation, Outgoing, Semantics};

static ACCOUNT: Operation = Operation::new("account", Method::GET, "/aparat/api.php", Semantics::Safe);

/// The codes of a provider that has none.
#[derive(Debug, Clone, PartialEq)]
enum NoCode {}

impl Code for NoCode {
    type Details = ();

    fn describe(&self, _: Language) -> Cow<'static, str> {
        match *self {}
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let address = std::env::var("PAYVAND_APARAT_BASE_URL")?;
    let client = HttpClient::builder(&address, "first-program/0.1.0").operations([&ACCOUNT]);
    let client = client.build([])?;
    let request = Outgoing::new(ACCOUNT.method.clone(), client.url(&ACCOUNT));
    let request = request.map_err(|why| why.describe(Language::English))?;
    let answer: Result<_, Error<NoCode>> = client
        .call(&ACCOUNT, request, client.deadline(None), |response| {
            Ok::<_, ErrorBuilder<NoCode>>(response.status())
        })
        .await;
    println!("answered: HTTP {}", answer?);
    Ok(())
}
