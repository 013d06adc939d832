use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Parser;
use payvand_sandbox::{FaultRule, Sandbox, SandboxBuilder};

use super::data::Data;
use super::fault;
use super::shape::Shape;

/// The providers of the Payvand clients on one local port, with fake accounts and no real effect.
#[derive(Debug, Parser)]
#[command(name = "payvand-sandbox", version)]
#[allow(clippy::struct_excessive_bools, reason = "each is a flag")]
pub struct Flags {
    /// The address to listen on; port 0 takes a free one.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:4010", value_parser = address)]
    listen: SocketAddr,

    /// Lets --listen name an address that other machines can reach.
    #[arg(long)]
    allow_remote: bool,

    /// Lets requests in that call the sandbox by this name: a container's, say. Can be repeated.
    #[arg(long, value_name = "NAME")]
    allow_host: Vec<String>,

    /// Lets pages of this origin call in a browser, beside those of loopback origins. Can be repeated.
    #[arg(long, value_name = "ORIGIN")]
    allow_origin: Vec<String>,

    /// Prints one line of JSON: the addresses, the environment and the accounts.
    #[arg(long, conflicts_with = "env")]
    json: bool,

    /// Prints the environment that points clients at the sandbox, as lines for a shell.
    #[arg(long)]
    env: bool,

    /// Writes the port into this file, once requests are taken; the file is removed at the end.
    #[arg(long, value_name = "FILE")]
    port_file: Option<PathBuf>,

    /// Plays a fault on every request: `503`, `'processed, reset'`, `aparat:503`; or on those of a rule in JSON, as the
    /// admin API takes it. Can be repeated.
    #[arg(long, value_name = "FAULT", value_parser = fault::parse)]
    fault: Vec<FaultRule>,

    /// How a provider's answers look: `podlink:nesting=object`, `aparat:content_type=application/json`. Can be repeated.
    #[arg(long, value_name = "SHAPE")]
    shape: Vec<Shape>,

    /// What is there at the start: accounts, templates, messages. A JSON file.
    #[arg(long, value_name = "FILE")]
    data: Option<PathBuf>,

    /// What chances of faults are drawn from.
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    seed: u64,

    /// How long an order at Aparat takes, in seconds.
    #[arg(long, value_name = "SECONDS")]
    order_duration: Option<f64>,

    /// How many requests SMSAfzar lets in within a second, 5 unless this says otherwise; `off` lets all in.
    #[arg(long, value_name = "NUMBER", value_parser = rate_limit)]
    rate_limit: Option<RateLimit>,

    #[arg(skip)]
    read: Data,
}

/// `None` is no limit.
#[derive(Clone, Copy, Debug)]
struct RateLimit(Option<usize>);

/// What is printed at the start.
#[derive(Clone, Copy)]
pub(crate) enum Output {
    /// Everything, and a line for each request.
    Text,
    Json,
    Env,
}

impl Flags {
    pub(crate) fn output(&self) -> Output {
        match (self.json, self.env) {
            (true, _) => Output::Json,
            (_, true) => Output::Env,
            _ => Output::Text,
        }
    }

    pub(crate) fn listen(&self) -> SocketAddr {
        self.listen
    }

    pub(crate) fn is_remote(&self) -> bool {
        !self.listen.ip().is_loopback()
    }

    pub(crate) fn port_file(&self) -> Option<&Path> {
        self.port_file.as_deref()
    }

    /// Writes the port into this file, unless a flag named another.
    pub fn default_port_file(&mut self, path: PathBuf) {
        self.port_file.get_or_insert(path);
    }

    /// The sandbox that they ask for, or what is wrong with them.
    pub fn sandbox(&mut self) -> Result<SandboxBuilder, String> {
        if self.is_remote() && !self.allow_remote {
            let why = "other machines could reach it; --allow-remote says that this is meant";
            return Err(format!("will not listen on {}: {why}", self.listen));
        }
        if let Some(seconds) = self.order_duration {
            Duration::try_from_secs_f64(seconds).map_err(|error| format!("--order-duration: {error}"))?;
        }
        if let Some(file) = &self.data {
            self.read = Data::read(file).map_err(|error| format!("--data {}: {error}", file.display()))?;
        }
        let mut builder = Sandbox::builder().listen(self.listen).seed(self.seed);
        if self.allow_remote {
            builder = builder.allow_remote();
        }
        for name in &self.allow_host {
            builder = builder.allow_host(name);
        }
        for origin in &self.allow_origin {
            builder = builder.allow_origin(origin);
        }
        Ok(builder)
    }

    /// What can be set only once it runs.
    pub(crate) fn set_up(&self, sandbox: &Sandbox) {
        self.read.put_into(sandbox);
        for shape in &self.shape {
            shape.set(sandbox);
        }
        for rule in &self.fault {
            sandbox.add_fault(rule.clone());
        }
        if let Some(RateLimit(limit)) = self.rate_limit {
            sandbox.smsafzar().set_rate_limit(limit);
        }
        let seconds = self.order_duration;
        if let Some(duration) = seconds.and_then(|it| Duration::try_from_secs_f64(it).ok()) {
            sandbox.aparat().set_order_duration(duration);
        }
    }
}

fn rate_limit(text: &str) -> Result<RateLimit, String> {
    match text.parse() {
        Ok(limit) => Ok(RateLimit(Some(limit))),
        Err(_) if text == "off" => Ok(RateLimit(None)),
        Err(_) => Err("a limit is a number of requests, or `off`".to_owned()),
    }
}

fn address(text: &str) -> Result<SocketAddr, String> {
    text.parse()
        .map_err(|_| "an address is an IP address and a port, such as 127.0.0.1:4010".to_owned())
}
