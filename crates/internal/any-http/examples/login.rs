//! A login and a message by its token over `ureq`, which blocks and knows no Tokio.
//!
//! `cargo run -p payvand-any-http --example login_with_ureq` runs it against a sandbox that it starts itself.

#![allow(clippy::print_stdout, reason = "an example")]

use std::error::Error;
use std::time::Duration;

use payvand_sandbox::{Sandbox, smsafzar::Smsafzar};
use smsafzar_api::bytes::Bytes;
use smsafzar_api::http::{Request, Response, header};
use smsafzar_api::{Client, Credentials, smsafzar_auth};
use ureq::Agent;

fn send_code(base_url: &str) -> Result<Option<String>, Box<dyn Error>> {
    let credentials = Credentials::builder()
        .username(Smsafzar::USERNAME)
        .password(Smsafzar::PASSWORD);
    let login = smsafzar_auth::Client::builder().base_url(base_url).build()?;
    let login = login.authenticate(&credentials.build()?);
    let session = login.read(&response(login.request()?)?)?;

    let sms = Client::with_login(login);
    let call = sms
        .template(Smsafzar::TEMPLATE)
        .to("09121234567")
        .set("code", "1234");
    let mut request = call.request()?;
    // Until the token expires, which `session.token().expires_in()` knows, it is good for other calls too.
    request
        .headers_mut()
        .insert(header::AUTHORIZATION, session.token().authorization());
    let sent = call.read(&response(request)?)?;
    Ok(sent.batch_id().map(str::to_owned))
}

fn response(request: Request<Bytes>) -> Result<Response<Bytes>, Box<dyn Error>> {
    // A refusal is a response to read, whatever its status. A redirect or a proxy would get the token.
    let agent: Agent = Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .proxy(None)
        .timeout_global(Some(Duration::from_secs(30)))
        .build()
        .into();
    let (head, mut body) = agent.run(request.map(|body| body.to_vec()))?.into_parts();
    Ok(Response::from_parts(head, Bytes::from(body.read_to_vec()?)))
}

#[cfg_attr(test, test)]
fn main() -> Result<(), Box<dyn Error>> {
    // The sandbox alone runs on Tokio.
    let runtime = tokio::runtime::Runtime::new()?;
    let sandbox = runtime.block_on(Sandbox::start())?;

    println!("sent, batch {:?}", send_code(sandbox.url())?);

    assert_eq!(sandbox.smsafzar().messages().len(), 1, "sent exactly once");
    assert_eq!(sandbox.request_count(), 2, "the login and the message");
    Ok(())
}
