use std::time::{Duration, SystemTime};

use clap::{Args, ValueEnum as _};
use http_core::http::Uri;
use serde_json::json;
use tokio::net::lookup_host;
use tokio::time::timeout;

use crate::context::Context;
use crate::failure::{Exit, Failure};
use crate::local_sandbox::exchange;
use crate::login::{self, Provider};
use crate::screen::Screen;
use crate::table::Table;
use crate::words::{Words, words};

/// A server that says nothing for so long is not asked any more.
const PATIENCE: Duration = Duration::from_secs(5);

/// Certificates and tokens mind a clock that is farther off.
const CLOCK: Duration = Duration::from_secs(60);

/// Looks for what keeps calls from working: the name, the connection and its certificate, the clock, the account. It may log
/// in, and changes nothing else.
#[derive(Debug, Args)]
pub(crate) struct Doctor {
    /// Only these; all that have an account if none is named.
    provider: Vec<Provider>,
}

struct Finding {
    provider: &'static str,
    check: &'static str,
    /// `None` if it could not be found out.
    is_good: Option<bool>,
    text: String,
    advice: Option<Words>,
}

pub(crate) async fn run(doctor: Doctor, context: &Context) -> Result<Exit, Failure> {
    let has_account = |it: &&Provider| it.scope(context).source().is_some();
    let all = Provider::value_variants().iter().filter(has_account).copied();
    let providers = if doctor.provider.is_empty() {
        all.collect()
    } else {
        doctor.provider
    };
    if providers.is_empty() {
        return Err(Failure::usage(words!(
            "no provider has an account here; `payvand login` keeps one"
        )));
    }
    let mut findings = Vec::new();
    for provider in providers {
        let url = provider.url(context)?;
        let uri: Uri = url.parse().unwrap_or_default();
        let port = uri.port_u16();
        let port = port.unwrap_or(if uri.scheme_str() == Some("http") { 80 } else { 443 });
        let host = uri.host().unwrap_or_default();
        findings.push(name(provider, host, port).await);
        // Plain HTTP: a server says what time it is before it sends one on to HTTPS.
        findings.push(clock(provider, host, if port == 443 { 80 } else { port }).await);
        findings.push(account(provider, context).await);
    }
    show(&findings, &context.screen)?;
    let is_ill = findings.iter().any(|it| it.is_good == Some(false));
    Ok(if is_ill { Exit::Failed } else { Exit::Done })
}

async fn name(provider: Provider, host: &str, port: u16) -> Finding {
    let found = timeout(PATIENCE, lookup_host((host, port))).await;
    let addresses: Vec<_> = found
        .into_iter()
        .flatten()
        .flatten()
        .map(|it| it.ip().to_string())
        .collect();
    let is_good = !addresses.is_empty();
    Finding {
        provider: provider.name(),
        check: "Address",
        is_good: Some(is_good),
        text: format!("{host} {}", addresses.join(" ")),
        advice: (!is_good)
            .then(|| words!("The name is not known: look at the network, the VPN and the resolver.")),
    }
}

async fn clock(provider: Provider, host: &str, port: u16) -> Finding {
    let answer = timeout(PATIENCE, date_of(host, port)).await.ok().flatten();
    let now = SystemTime::now();
    let apart = answer.map(|it| {
        now.duration_since(it)
            .or_else(|_| it.duration_since(now))
            .unwrap_or_default()
    });
    let is_good = apart.map(|it| it < CLOCK);
    Finding {
        provider: provider.name(),
        check: "Clock",
        is_good,
        text: apart.map_or("?".to_owned(), |it| format!("{} s", it.as_secs())),
        advice: (is_good == Some(false))
            .then(|| words!("The clock of this machine is wrong: certificates and tokens mind it.")),
    }
}

/// The server's `Date`.
async fn date_of(host: &str, port: u16) -> Option<SystemTime> {
    let answer = exchange("HEAD /", host, port).await?;
    let date = answer.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("date").then(|| value.trim().to_owned())
    });
    httpdate::parse_http_date(&date?).ok()
}

async fn account(provider: Provider, context: &Context) -> Finding {
    let finding = |is_good, text, advice| Finding {
        provider: provider.name(),
        check: "Account",
        is_good: Some(is_good),
        text,
        advice,
    };
    match login::check(provider, context).await {
        Ok(()) => finding(true, context.screen.say("works").to_owned(), None),
        Err(mut failure) => {
            let sentence = failure
                .sentence
                .take()
                .map(|it| it.of(context.screen.language).to_owned());
            finding(
                false,
                failure.cause.take().or(sentence).unwrap_or_default(),
                failure.advice.take(),
            )
        }
    }
}

fn show(findings: &[Finding], screen: &Screen) -> Result<(), Failure> {
    if screen.is_json {
        return findings.iter().try_for_each(|it| {
            let advice = it.advice.as_ref().map(|it| it.of(screen.language));
            Screen::json(&json!({
                "provider": it.provider, "check": it.check.to_lowercase(), "ok": it.is_good, "found": it.text, "advice": advice,
            }))
        });
    }
    let mut table = Table::new(screen, ["Provider", "Check", "", "Found"], &[]);
    for it in findings {
        let mark = it.is_good.map_or("?", |is_good| if is_good { "✓" } else { "✗" });
        table.row([
            it.provider.to_owned(),
            screen.say(it.check).to_owned(),
            mark.to_owned(),
            it.text.clone(),
        ]);
    }
    let advice = findings
        .iter()
        .filter_map(|it| it.advice.as_ref().map(|it| it.of(screen.language)));
    let mut advice: Vec<_> = advice.collect();
    advice.dedup();
    screen.print(&format!("{}{}", table.draw(screen), advice.join("\n")))
}
