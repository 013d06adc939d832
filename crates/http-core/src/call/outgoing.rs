use std::fmt;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Request, Uri, header};
use url::Url;

use crate::error::reason::Reason;
use crate::error::transport::TransportError;

/// A URI of the `http` crate holds no more bytes.
const LONGEST_ADDRESS: usize = u16::MAX as usize - 1;

/// The request of a call. Its address stays a [`Url`], as the default transport takes it: on the way through
/// [`http::Uri`] it would be parsed twice, host and all.
#[derive(Clone)]
pub struct Outgoing {
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Outgoing {
    /// A request without headers of its own and with an empty body.
    ///
    /// # Errors
    /// [`Reason::TooLong`]: the address is longer than HTTP libraries carry.
    pub fn new(method: Method, url: Url) -> Result<Self, Reason> {
        let request = Self {
            method,
            url,
            headers: HeaderMap::new(),
            body: Bytes::new(),
        };
        request.check_length()?;
        Ok(request)
    }

    pub(crate) fn check_length(&self) -> Result<(), Reason> {
        if self.url.as_str().len() > LONGEST_ADDRESS {
            return Err(Reason::TooLong {
                most: LONGEST_ADDRESS,
            });
        }
        Ok(())
    }

    /// The request with a body.
    #[must_use]
    pub fn with_body(mut self, body: Bytes) -> Self {
        self.body = body;
        self
    }

    /// The headers, to add to.
    pub fn headers_mut(&mut self) -> &mut HeaderMap {
        &mut self.headers
    }

    /// Its headers, the client's user agent if it names none of its own, and the length of an empty body where a method
    /// is meant to have one (RFC 9110, 8.6): no library below sends it, and some servers answer 411.
    pub(crate) fn headers_with(&self, user_agent: &HeaderValue) -> HeaderMap {
        let mut headers = self.headers.clone();
        if self.body.is_empty() && matches!(self.method, Method::POST | Method::PUT | Method::PATCH) {
            headers.insert(header::CONTENT_LENGTH, HeaderValue::from(0));
        }
        headers
            .entry(header::USER_AGENT)
            .or_insert_with(|| user_agent.clone());
        headers
    }

    /// For a transport of the caller's.
    pub(crate) fn to_http(&self, user_agent: &HeaderValue) -> Result<Request<Bytes>, TransportError> {
        let uri = Uri::try_from(self.url.as_str()).map_err(|error| {
            TransportError::not_sent(error)
                .permanent()
                .with_detail("the request cannot be sent as it is")
        })?;
        let mut request = Request::new(self.body.clone());
        request.method_mut().clone_from(&self.method);
        *request.uri_mut() = uri;
        *request.headers_mut() = self.headers_with(user_agent);
        Ok(request)
    }
}

/// The query may hold a token, and so may the headers and the body.
impl fmt::Debug for Outgoing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outgoing")
            .field("method", &self.method)
            .field("path", &self.url.path())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn to(url: &str) -> Result<Outgoing, Reason> {
        Outgoing::new(Method::GET, Url::parse(url).unwrap())
    }

    #[test]
    fn an_address_is_as_long_as_a_uri_can_be() {
        let longest = format!("https://h/{}", "a".repeat(LONGEST_ADDRESS - "https://h/".len()));
        assert!(
            to(&longest)
                .unwrap()
                .to_http(&HeaderValue::from_static("test"))
                .is_ok()
        );
        assert_eq!(
            to(&format!("{longest}a")).err(),
            Some(Reason::TooLong {
                most: LONGEST_ADDRESS
            })
        );
    }

    proptest! {
        #[test]
        fn every_address_below_a_base_is_a_uri(segment in ".{0,20}", key in ".{0,20}", value in ".{0,20}") {
            let mut url = Url::parse("https://[::1]:8443/base").unwrap();
            url.path_segments_mut().unwrap().push(&segment);
            url.query_pairs_mut().append_pair(&key, &value);
            let request = Outgoing::new(Method::GET, url.clone()).unwrap().to_http(&HeaderValue::from_static("test")).unwrap();
            prop_assert_eq!(request.uri().to_string(), url.as_str());
        }

        #[test]
        fn whatever_a_caller_wrote_is_a_uri(rest in ".{0,40}|[ -~]{0,40}") {
            if let Ok(url) = Url::parse(&format!("https://h/{rest}")) {
                prop_assert!(Outgoing::new(Method::GET, url).unwrap().to_http(&HeaderValue::from_static("test")).is_ok());
            }
        }
    }
}
