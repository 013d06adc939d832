//! How a request ends on which a fault is played.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode};

use super::cut::Framing;
use super::delivery::Delivery;
use super::fault_error::FaultError;
use super::raw_reply::{Flood, RawReply};
use super::{Fault, Kind, wire};

/// A flood with a length promises this much, a tebibyte, and never sends it.
const HUGE: u64 = 1 << 40;

/// How a request ends.
#[derive(Debug)]
pub(crate) enum Outcome {
    Answer(Response),
    /// With the status that the client gets to see, as far as it is known.
    RawReply(RawReply, Option<StatusCode>),
}

impl Fault {
    pub(crate) fn processes_first(&self) -> bool {
        self.after_processing
    }

    pub(crate) fn needs_usual_answer(&self) -> bool {
        matches!(self.kind, Kind::Usual { .. } | Kind::CloseOnAccept)
    }

    pub(crate) async fn pause(&self) {
        if let Some(delay) = self.delay {
            tokio::time::sleep(delay).await;
        }
    }

    /// How the request ends; `usual` is there if the request has taken its effect.
    pub(crate) async fn outcome(self, usual: Option<Response>) -> Outcome {
        let shows_status = self.delivery.shows_status();
        let answer = match self.kind {
            Kind::Usual { headers } => relabel(usual.unwrap_or_default(), &headers),
            Kind::Answer {
                status,
                headers,
                body,
            } => (status, headers, Body::from(body.0)).into_response(),
            Kind::Raw(bytes) => return Outcome::RawReply(self.delivery.of_bytes(&bytes.0), None),
            Kind::Flood { framing, most } => return flood(framing, most, &self.delivery),
            Kind::CloseOnAccept => usual.unwrap_or_default(),
            Kind::Impossible(error) => return Outcome::Answer(impossible(&error)),
        };
        if self.delivery.is_plain() {
            return Outcome::Answer(answer);
        }
        let status = shows_status.then_some(answer.status());
        Outcome::RawReply(self.delivery.of_answer(answer).await, status)
    }
}

/// A test that asks for the impossible should see why, in the one place where it looks: the answer.
fn impossible(error: &FaultError) -> Response {
    let body = format!("payvand-sandbox: {error}");
    (StatusCode::INTERNAL_SERVER_ERROR, Body::from(body)).into_response()
}

fn relabel(mut answer: Response, headers: &HeaderMap) -> Response {
    for name in headers.keys() {
        answer.headers_mut().remove(name);
    }
    answer.headers_mut().extend(headers.clone());
    answer
}

fn flood(framing: Framing, most: u64, delivery: &Delivery) -> Outcome {
    let head = wire::head(StatusCode::OK, &HeaderMap::new(), framing, Some(HUGE));
    let raw_reply = RawReply {
        bytes: head.into(),
        pace: None,
        flood: Some(Flood {
            chunked: framing == Framing::Chunked,
            most,
        }),
        ending: delivery.ending(),
    };
    Outcome::RawReply(raw_reply, Some(StatusCode::OK))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fault::cut::{Ending, Point};
    use crate::fault::gateway_pages::Cdn;

    #[tokio::test]
    async fn what_http_cannot_carry_is_a_typed_error_that_the_answer_names() {
        let status = FaultError::Status;
        let header = |name: &str, value: &str| FaultError::Header {
            name: name.to_owned(),
            value: value.to_owned(),
        };
        let fine = || Fault::answer(200, "");
        for (fault, error) in [
            (Fault::answer(42, ""), status(42)),
            (Fault::answer(100, ""), status(100)),
            (Fault::answer(1000, ""), status(1000)),
            (Fault::cdn_page(Cdn::Derak, 7), status(7)),
            (Fault::redirect(0, "/"), status(0)),
            (fine().header("bad name", "x"), header("bad name", "x")),
            (fine().header("x", "line\r\nbreak"), header("x", "line\r\nbreak")),
            (
                fine().header("Content-Length", "1"),
                header("Content-Length", "1"),
            ),
            (
                Fault::usual().header("Transfer-Encoding", "chunked"),
                header("Transfer-Encoding", "chunked"),
            ),
            (
                Fault::redirect(302, "line\r\nbreak"),
                header("location", "line\r\nbreak"),
            ),
            (
                Fault::answer(42, "")
                    .header("bad name", "x")
                    .cut(Point::Start, Ending::Reset),
                status(42),
            ),
        ] {
            assert_eq!(fault.check(), Err(error.clone()));
            let Outcome::Answer(answer) = fault.outcome(None).await else {
                panic!("an answer")
            };
            assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
            let body = axum::body::to_bytes(answer.into_body(), usize::MAX)
                .await
                .unwrap();
            assert_eq!(body, format!("payvand-sandbox: {error}"));
        }
        assert!(Fault::all().into_iter().all(|(_, fault)| fault.check().is_ok()));
    }
}
