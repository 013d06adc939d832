use http::{HeaderValue, header};
use serde::Serialize;

use crate::call::outgoing::Outgoing;
use crate::call::secret_json::secret_json;
use crate::client::HttpClient;
use crate::error::reason::Reason;
use crate::operation::Operation;

impl HttpClient {
    /// The request of a call that sends and wants JSON. The body is wiped from memory with its last clone.
    ///
    /// # Errors
    /// [`Reason::Unwritable`]: the body is not fit for JSON. [`Reason::TooLong`]: the address is too long.
    pub fn json_request<T: Serialize + ?Sized>(
        &self,
        operation: &Operation,
        body: &T,
    ) -> Result<Outgoing, Reason> {
        let body = secret_json(body).map_err(|_| Reason::Unwritable)?;
        let mut request = Outgoing::new(operation.method.clone(), self.url(operation))?.with_body(body);
        let json = HeaderValue::from_static("application/json");
        request.headers_mut().insert(header::ACCEPT, json.clone());
        request.headers_mut().insert(header::CONTENT_TYPE, json);
        Ok(request)
    }
}
