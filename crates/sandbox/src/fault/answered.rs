use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};

use super::data::Data;
use super::fault_error::FaultError;
use super::gateway_pages::Cdn;
use super::{Fault, Kind, gzip};
use crate::fault::cut::{Ending, Framing, Point};

/// What is answered.
impl Fault {
    /// The request takes its effect and gets the provider's own answer: only what is added to this goes wrong.
    ///
    /// ```
    /// # use payvand_sandbox::Fault;
    /// let mislabelled = Fault::usual().header("content-type", "image/png");
    /// # let _ = mislabelled;
    /// ```
    pub fn usual() -> Self {
        Self::of(Kind::Usual {
            headers: HeaderMap::new(),
        })
    }

    /// Answers with this status and body instead of the provider's answer.
    ///
    /// A status that is no final answer (below 200 or above 999) is a [`FaultError::Status`]: see [`check`](Self::check).
    pub fn answer(status: u16, body: impl Into<Bytes>) -> Self {
        match StatusCode::from_u16(status) {
            Ok(status) if status.as_u16() >= 200 => Self::of(Kind::Answer {
                status,
                headers: HeaderMap::new(),
                body: Data(body.into()),
            }),
            _ => Self::of(Kind::Impossible(FaultError::Status(status))),
        }
    }

    /// Answers with an error page like those of a CDN that stands before the provider.
    pub fn cdn_page(cdn: Cdn, status: u16) -> Self {
        let page = StatusCode::from_u16(status)
            .map(|status| cdn.page(status))
            .unwrap_or_default();
        let mut fault = Self::answer(status, page);
        if let Kind::Answer { headers, .. } = &mut fault.kind {
            headers.extend(cdn.headers());
        }
        fault
    }

    /// Sends the client elsewhere, with a status such as 302 or 307.
    pub fn redirect(status: u16, location: &str) -> Self {
        Self::answer(status, "").header("location", location)
    }

    /// Answers 200 with a few kilobytes that are this number of bytes once `content-encoding: gzip` is undone: spaces.
    ///
    /// It is compressed here and now, in some milliseconds for a megabyte.
    pub fn gzip_bomb(decoded: u64) -> Self {
        match gzip::spaces(decoded) {
            Ok(body) => Self::answer(200, body).header("content-encoding", "gzip"),
            Err(error) => Self::of(Kind::Impossible(FaultError::GzipBomb(error.to_string()))),
        }
    }

    /// Answers 200 and then sends spaces as fast as they are taken: at most this many bytes, for at most a minute.
    /// The body never comes to the end that its framing asks for; with a length, it promises a tebibyte.
    pub fn flood(framing: Framing, most: u64) -> Self {
        Self::of(Kind::Flood { framing, most })
    }

    /// Sends these bytes, HTTP or not, and closes the connection (or does what [`cut`](Self::cut) says).
    ///
    /// ```
    /// # use payvand_sandbox::Fault;
    /// let not_http = Fault::raw("SSH-2.0-OpenSSH_9.6\r\n");
    /// let no_headers = Fault::raw("HTTP/1.1 200 OK\r\n\r\n");
    /// # let _ = (not_http, no_headers);
    /// ```
    pub fn raw(bytes: impl Into<Bytes>) -> Self {
        Self::of(Kind::Raw(Data(bytes.into())))
    }

    /// Answers as usual, but only after this time.
    ///
    /// The request waits *before* it takes effect, and takes effect even if the client has gone meanwhile;
    /// with [`after_processing`](Self::after_processing) it takes effect at once and only the answer is late.
    pub fn delay(by: Duration) -> Self {
        Self::usual().delayed(by)
    }

    /// Reads the whole request, then closes the connection without a byte of answer.
    pub fn close() -> Self {
        Self::raw("").cut(Point::Start, Ending::Close)
    }

    /// Reads the whole request, then resets the connection (a TCP `RST`) without a byte of answer.
    pub fn reset() -> Self {
        Self::raw("").cut(Point::Start, Ending::Reset)
    }

    /// Reads the whole request and never answers: the connection stays open until the client leaves or the sandbox
    /// stops.
    pub fn stall() -> Self {
        Self::raw("").cut(Point::Start, Ending::Stall)
    }

    /// Closes the next *new* connection before a byte of it is read.
    ///
    /// A connection that is already open is not touched, and no request is recorded. Which provider the
    /// connection was meant for cannot be known, so this fault takes the next one, whoever queued it, but for one that
    /// asks the admin API or the page.
    /// A client that has already written sees a reset rather than an end of stream, as on a real network.
    pub fn close_on_accept() -> Self {
        Self::of(Kind::CloseOnAccept)
    }

    /// Adds a header to an [`answer`](Self::answer), or puts it in place of those that the [`usual`](Self::usual)
    /// answer has of this name. Other faults have no headers and stay as they are.
    ///
    /// The sandbox frames the body itself: `content-length` and `transfer-encoding` cannot be set. Such a header,
    /// or one that HTTP does not allow, is a [`FaultError::Header`]: see [`check`](Self::check).
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        if let Kind::Answer { headers, .. } | Kind::Usual { headers } = &mut self.kind {
            match (HeaderName::try_from(name), HeaderValue::try_from(value)) {
                (Ok(name), Ok(value))
                    if name != header::CONTENT_LENGTH && name != header::TRANSFER_ENCODING =>
                {
                    headers.append(name, value);
                }
                _ => {
                    let (name, value) = (name.to_owned(), value.to_owned());
                    self.kind = Kind::Impossible(FaultError::Header { name, value });
                }
            }
        }
        self
    }
}
