use std::io::{self, Write};

use bytes::Bytes;
use http::{HeaderValue, header};
use serde::Serialize;
use zeroize::Zeroizing;

use crate::{HttpClient, Operation, Outgoing};

impl HttpClient {
    /// The request of a call that sends and wants JSON. The body is wiped from memory with its last clone.
    ///
    /// # Errors
    /// Why it cannot be sent, in words that quote nothing.
    pub fn json_request<T: Serialize + ?Sized>(
        &self,
        operation: &Operation,
        body: &T,
    ) -> Result<Outgoing, &'static str> {
        let body = secret_json(body).map_err(|_| "the body cannot be written as JSON")?;
        let mut request = Outgoing::new(operation.method.clone(), self.url(operation))?.with_body(body);
        let json = HeaderValue::from_static("application/json");
        request.headers_mut().insert(header::ACCEPT, json.clone());
        request.headers_mut().insert(header::CONTENT_TYPE, json);
        Ok(request)
    }
}

/// A JSON body that holds secrets: wiped from memory with its last clone, and written without a reallocation that
/// would leave a copy behind.
///
/// # Errors
/// The value cannot be written as JSON. The reason is not told: it may quote the value.
pub(crate) fn secret_json<T: Serialize + ?Sized>(value: &T) -> Result<Bytes, NotJson> {
    let mut length = Length(0);
    serde_json::to_writer(&mut length, value).map_err(|_| NotJson)?;
    let mut json = Zeroizing::new(Vec::with_capacity(length.0));
    serde_json::to_writer(&mut *json, value).map_err(|_| NotJson)?;
    Ok(Bytes::from_owner(json))
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct NotJson;

struct Length(usize);

impl Write for Length {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn writes_json_or_says_no() {
        let body = secret_json(&BTreeMap::from([("password", "پ\"\n")])).unwrap();
        assert_eq!(&*body, r#"{"password":"پ\"\n"}"#.as_bytes());
        let keys_that_are_no_text = BTreeMap::from([((1, 2), "secret")]);
        assert_eq!(secret_json(&keys_that_are_no_text), Err(NotJson));
    }
}
