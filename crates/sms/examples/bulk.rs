//! A campaign over an unsteady network, against the sandbox in the same process: what became of every row.
//!
//! `cargo run -p payvand-sms --example sms_bulk`

#![allow(clippy::print_stdout, reason = "an example")]

use std::error::Error;

use payvand_sandbox::{Fault, Sandbox};
use payvand_sms::{Mobile, Outcome};
use smsafzar_api::{Client, Credentials, smsafzar_auth};

const LINE: &str = "10001234";

fn client(sandbox: &Sandbox) -> Result<Client, Box<dyn Error>> {
    use payvand_sandbox::smsafzar::Smsafzar;
    let login = smsafzar_auth::Client::builder().base_url(sandbox.url()).build()?;
    let credentials = Credentials::builder()
        .username(Smsafzar::USERNAME)
        .password(Smsafzar::PASSWORD);
    Ok(Client::new(login.token_source(credentials.build()?)))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let sandbox = Sandbox::start().await?;
    let sms = client(&sandbox)?;
    // The next request takes its effect, and its answer is lost.
    println!("balance: {:?}", sms.balance().await?.amount());
    sandbox.smsafzar().fail_next(Fault::close().after_processing());

    let people = (0..250).map(|number| {
        let mobile: Result<Mobile, _> = format!("0912{number:07}").parse();
        mobile.map(|mobile| (mobile, format!("سلام، شمارهٔ شما {number} است.")))
    });
    let people: Vec<_> = people.collect::<Result<_, _>>()?;

    let (mut sent, mut in_doubt, mut not_sent) = (0, 0, 0);
    let mut outcomes = sms.bulk(LINE).send_all(people);
    while let Some(row) = outcomes.next().await {
        match row.outcome() {
            Outcome::Sent(_) => sent += 1,
            Outcome::Unknown(why) => {
                if in_doubt == 0 {
                    println!("{} and others may have been sent: {why}", row.index());
                }
                in_doubt += 1;
            }
            _ => not_sent += 1,
        }
    }
    println!("{sent} sent, {in_doubt} in doubt, {not_sent} not sent");
    println!(
        "the sandbox has {} messages",
        sandbox.smsafzar().sent_messages().len()
    );
    assert_eq!((sent + in_doubt, not_sent), (250, 0));
    assert!(in_doubt > 0);
    Ok(())
}
