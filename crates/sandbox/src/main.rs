//! The sandbox as a program: listens until Ctrl-C.

use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::process::ExitCode;

use clap::Parser;
use payvand_sandbox::{RecordedRequest, Sandbox};

/// The providers of the Payvand clients on one local port, with fake accounts and no real effect.
#[derive(Debug, Parser)]
#[command(name = "payvand-sandbox", version)]
struct Cli {
    /// The address to listen on; port 0 takes a free one.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:4010", value_parser = address)]
    listen: SocketAddr,

    /// Lets --listen name an address that other machines can reach.
    #[arg(long)]
    allow_remote: bool,
}

fn address(text: &str) -> Result<SocketAddr, String> {
    text.parse()
        .map_err(|_| "an address is an IP address and a port, such as 127.0.0.1:4010".to_owned())
}

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) if error.use_stderr() => return fail(&in_two_lines(&error.to_string())),
        Err(help) => help.exit(),
    };
    match run(&cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&format!("error: {error}")),
    }
}

/// What is wrong and the tip, if there is one; the rest of clap's page is what `--help` shows.
fn in_two_lines(error: &str) -> String {
    let lines: Vec<&str> = error
        .lines()
        .filter(|line| line.starts_with("error:") || line.starts_with("  tip:"))
        .collect();
    lines.join("\n")
}

fn fail(error: &str) -> ExitCode {
    let _ = writeln!(io::stderr(), "{error}");
    ExitCode::FAILURE
}

fn run(cli: &Cli) -> io::Result<()> {
    if !cli.listen.ip().is_loopback() && !cli.allow_remote {
        let why = "other machines could reach it; --allow-remote says that this is meant";
        return Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            format!("will not listen on {}: {why}", cli.listen),
        ));
    }
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(serve(cli))
}

async fn serve(cli: &Cli) -> io::Result<()> {
    let mut builder = Sandbox::builder().listen(cli.listen).observe(print_request);
    if cli.allow_remote {
        builder = builder.allow_remote();
    }
    let sandbox = builder.start().await?;
    // Whoever reads this may have gone; the sandbox serves on.
    let _ = print_welcome(&sandbox);
    tokio::signal::ctrl_c().await?;
    sandbox.stop().await;
    Ok(())
}

fn print_welcome(sandbox: &Sandbox) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "payvand-sandbox listens on {}", sandbox.url())?;
    writeln!(out, "\nThe environment that points the clients at it:\n")?;
    for (name, value) in sandbox.environment() {
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

/// The path only: a query may hold a token.
fn print_request(request: &RecordedRequest) {
    let outcome = request
        .status()
        .map_or("no answer".to_owned(), |status| status.as_u16().to_string());
    let _ = writeln!(
        io::stdout(),
        "  {} {} {outcome}",
        request.method(),
        request.path()
    );
}
