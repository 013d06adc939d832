//! The clients against a mock server that somebody else's program makes from a contract: it takes only requests that
//! keep to the contract, and answers with its examples. `cargo xtask check mock` starts one for each contract.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test should fail loudly"
)]

mod contract;

use aparat_api::bytes::Bytes;
use aparat_api::http::{Request, Response};
use aparat_api::{CallOptions, Transport, TransportError, async_trait};
use contract::Example;
use contract::clients::make;

/// Sends everything to the mock server, and tells it which example to answer with.
struct Mock {
    http: reqwest::Client,
    address: String,
    prefer: String,
    accept: String,
}

#[async_trait]
impl Transport for Mock {
    async fn send(
        &self,
        request: Request<Bytes>,
        _: &CallOptions,
    ) -> Result<Response<Bytes>, TransportError> {
        let (head, body) = request.into_parts();
        let target = head.uri.path_and_query().map_or("/", |it| it.as_str());
        let sent = self
            .http
            .request(head.method, format!("{}{target}", self.address))
            .headers(head.headers)
            .header("prefer", &self.prefer)
            .header("accept", &self.accept)
            .body(body);
        let answer = sent
            .send()
            .await
            .map_err(|_| TransportError::unknown("the mock server"))?;
        let mut response = Response::new(Bytes::new());
        *response.status_mut() = answer.status();
        *response.headers_mut() = answer.headers().clone();
        *response.body_mut() = answer
            .bytes()
            .await
            .map_err(|_| TransportError::unknown("the mock server"))?;
        Ok(response)
    }
}

#[tokio::test]
#[ignore = "needs a mock server: `cargo xtask check mock` starts it"]
async fn a_mock_server_takes_every_request_and_gives_every_example() {
    let address = std::env::var("MOCK_SERVER").unwrap();
    let name = std::env::var("MOCK_CONTRACT").unwrap();
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let mut count = 0;
    for operation in contract::contract(&name).operations() {
        let requests = operation.request_examples();
        for answer in operation.answer_examples() {
            let Example {
                name: example,
                call,
                media,
                status,
                ..
            } = answer;
            let mock = Mock {
                http: http.clone(),
                address: address.clone(),
                prefer: format!("code={status}, example={example}"),
                accept: media.to_owned(),
            };
            let arguments = requests.iter().find(|it| it.call == call).unwrap().value;
            let outcome = make(&name, call, arguments, mock).await;
            assert_eq!(
                outcome.code.as_deref(),
                answer.code,
                "{example}: {}",
                outcome.printed
            );
            assert!(
                answer.code.is_some() || !outcome.printed.starts_with("Error"),
                "{example}: {}",
                outcome.printed
            );
            count += 1;
        }
    }
    assert!(count > 0, "no example");
    println!("{name}: {count} examples");
}
