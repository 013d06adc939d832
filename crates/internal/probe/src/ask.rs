//! Sends a request once, and prints what the answer is like.

use std::collections::BTreeSet;
use std::time::Duration;

use http_core::bytes::{Bytes, BytesMut};
use http_core::http::{HeaderValue, Request, Response, header};
use payvand_harness::Asked;
use reqwest::redirect::Policy;

use crate::outline;

const TIMEOUT: Duration = Duration::from_secs(30);
const MAX_BODY: usize = 4 * 1024 * 1024;

/// Media types that are printed; any other may be a value.
const MEDIA_TYPES: [&str; 5] = [
    "application/json",
    "application/problem+json",
    "text/html",
    "text/json",
    "text/plain",
];

/// Why nothing was sent.
pub(crate) struct NotAsked(pub(crate) &'static str);

pub(crate) struct Asker {
    http: reqwest::Client,
    /// What an answer must not have as a key: the values of all variables of ours.
    secrets: BTreeSet<String>,
    pub(crate) all_answered: bool,
}

impl Asker {
    pub(crate) fn new() -> Result<Self, NotAsked> {
        // Not the clients' own transport: what they cannot read is what matters here.
        let http = reqwest::Client::builder()
            .redirect(Policy::none())
            .referer(false)
            .retry(reqwest::retry::never())
            .no_proxy()
            .http1_only()
            .timeout(TIMEOUT)
            .build();
        let ours = std::env::vars().filter(|(name, _)| name.starts_with("PAYVAND_"));
        Ok(Self {
            http: http.map_err(|_| NotAsked("TLS cannot be set up; are the system's certificates there?"))?,
            secrets: ours.map(|(_, value)| value).collect(),
            all_answered: true,
        })
    }

    /// Makes a call, with this token if it needs one, and has its client read the answer. The token that is in it.
    pub(crate) async fn ask(&mut self, call: &Asked, token: Option<HeaderValue>) -> Option<HeaderValue> {
        let mut request = call.request.clone();
        if let (Some(request), Some(token)) = (&mut request, token) {
            request.headers_mut().insert(header::AUTHORIZATION, token);
        }
        let response = self.answer_to(call.name, request).await?;
        let (read, token) = call.read(&response);
        println!("the client reads it as {read}");
        token
    }

    /// Sends a request, and prints what came.
    async fn answer_to(&mut self, name: &str, request: Option<Request<Bytes>>) -> Option<Response<Bytes>> {
        println!("\n## {name}");
        let sent = match request {
            Some(request) => self.send(request).await,
            None => Err("the request cannot be written"),
        };
        match sent {
            Ok(response) => {
                let media_type = media_type(&response);
                println!("HTTP {}, {media_type}", response.status().as_u16());
                let lines = outline::of(response.body(), &self.secrets);
                println!("{}", lines.join("\n"));
                Some(response)
            }
            Err(why) => {
                println!("no answer: {why}");
                self.all_answered = false;
                None
            }
        }
    }

    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, &'static str> {
        let request = reqwest::Request::try_from(request).map_err(|_| "the request cannot be sent")?;
        let mut answer = self.http.execute(request).await.map_err(|error| why(&error))?;
        let mut body = BytesMut::new();
        while let Some(chunk) = answer.chunk().await.map_err(|error| why(&error))? {
            body.extend_from_slice(&chunk);
            if body.len() > MAX_BODY {
                return Err("it is larger than 4 MiB");
            }
        }
        let mut response = Response::new(body.freeze());
        *response.status_mut() = answer.status();
        *response.headers_mut() = answer.headers().clone();
        Ok(response)
    }
}

/// The error's own text holds the address, and that may hold a token.
fn why(error: &reqwest::Error) -> &'static str {
    if error.is_timeout() {
        "it took too long"
    } else if error.is_connect() {
        "no connection (the name, the network or the certificate)"
    } else {
        "the connection broke, or what came is not HTTP"
    }
}

fn media_type(response: &Response<Bytes>) -> &'static str {
    let Some(value) = response.headers().get(header::CONTENT_TYPE) else {
        return "no media type";
    };
    let value = value.to_str().unwrap_or_default().to_ascii_lowercase();
    let essence = value.split(';').next().unwrap_or_default().trim();
    let known = MEDIA_TYPES.into_iter().find(|it| *it == essence);
    known.unwrap_or("another media type")
}
