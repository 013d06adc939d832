//! What is printed at the start; the address comes first.

use std::io::{self, Write};
use std::net::UdpSocket;

use payvand_sandbox::Sandbox;
use serde_json::{Map, Value, json};

use super::flags::{Flags, Output};

pub(super) fn print(flags: &Flags, sandbox: &Sandbox) -> io::Result<()> {
    let mut out = io::stdout().lock();
    let url = url(sandbox);
    let environment = environment(sandbox, &url);
    match flags.output() {
        Output::Json => writeln!(out, "{}", json_line(sandbox, &url, environment)),
        Output::Env => environment
            .into_iter()
            .try_for_each(|(name, value)| writeln!(out, "export {name}='{value}'")),
        Output::Text => text(&mut out, flags, sandbox, &url, &environment),
    }?;
    out.flush()
}

fn text(
    out: &mut impl Write,
    flags: &Flags,
    sandbox: &Sandbox,
    url: &str,
    environment: &[(&str, String)],
) -> io::Result<()> {
    writeln!(out, "{url} is where payvand-sandbox listens.")?;
    if flags.is_remote() {
        let port = sandbox.address().port();
        writeln!(
            out,
            "\nOther machines reach it at HOST:{port} in plain http, by an address of this machine, or by a name that\n\
             --allow-host gives. Rust clients need `dangerously_allow_plain_http` for that."
        )?;
    }
    writeln!(out, "\nIts page is at /, and its API for tests below /_sandbox.")?;
    writeln!(out, "\nThe environment that points clients at it:\n")?;
    for (name, value) in environment {
        writeln!(out, "  {name}={value}")?;
    }
    writeln!(out, "\nReady-made accounts, all fake:\n")?;
    for account in sandbox.credentials() {
        for (name, value) in account.variables() {
            writeln!(out, "  {name}={value}")?;
        }
        writeln!(out, "      {}: {}", account.provider(), account.about())?;
    }
    writeln!(out, "\nCtrl-C ends it. Requests:\n")
}

fn json_line(sandbox: &Sandbox, url: &str, environment: Vec<(&str, String)>) -> Value {
    let environment: Map<String, Value> = environment
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.into()))
        .collect();
    json!({
        "url": url,
        "admin_url": format!("{url}/_sandbox"),
        "environment": environment,
        "accounts": sandbox.credentials(),
    })
}

/// What others call it: `0.0.0.0` and `::` are addresses to listen on and not to call.
fn url(sandbox: &Sandbox) -> String {
    let mut address = sandbox.address();
    if !address.ip().is_unspecified() {
        return sandbox.url().to_owned();
    }
    // Connecting sends nothing over UDP: it only asks which of this machine's addresses leads to others.
    let (from, to) = if address.is_ipv4() {
        ("0.0.0.0:0", "192.0.2.1:9")
    } else {
        ("[::]:0", "[2001:db8::1]:9")
    };
    let own = UdpSocket::bind(from).and_then(|socket| {
        socket.connect(to)?;
        socket.local_addr()
    });
    match own {
        Ok(own) => {
            address.set_ip(own.ip());
            format!("http://{address}")
        }
        Err(_) => sandbox.url().to_owned(),
    }
}

fn environment<'a>(sandbox: &Sandbox, url: &str) -> Vec<(&'a str, String)> {
    let own = sandbox.environment().into_iter();
    let with_url = |(name, value): (&'static str, String)| {
        let is_url = value == sandbox.url();
        (name, if is_url { url.to_owned() } else { value })
    };
    own.map(with_url).collect()
}
