use std::fmt;
use std::sync::Arc;

use http_core::{Argument, HttpClient, HttpClientBuilder, Operation, Outgoing, Secret, check, env};

use crate::contract::{ACCOUNT, BASE_URL, ORDER, ORDER_STATUS};
use crate::error::{Error, ErrorBuilder};
use crate::spending::Spending;

/// Calls the Aparat service panel with one token. Cheap to clone: clones share connections, budget and observer.
///
/// ```no_run
/// # async fn example() -> Result<(), aparat_api::Error> {
/// use aparat_api::{Client, OrderKind};
///
/// let aparat = Client::new("your token")?;
/// let account = aparat.account().await?;
/// println!("left: {:?}", account.balance());
/// let order = aparat.order(OrderKind::Like, "https://www.aparat.com/v/abcd", 100).await?;
/// if let Some(id) = order.id() {
///     println!("{:?}", aparat.order_status(id).await?.state());
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
}

struct Inner {
    http: HttpClient,
    token: Secret,
    check_count: bool,
    spending: Spending,
}

impl Client {
    http_core::with_default_transport! {
        /// A client with the defaults of [`builder`](Self::builder).
        pub fn new(token: impl Into<Secret>) -> Result<Self, Error> {
            Self::builder(token).build()
        }

        /// A client from `PAYVAND_APARAT_TOKEN` and, if it is set, `PAYVAND_APARAT_BASE_URL`.
        ///
        /// # Errors
        /// [`Kind::Configuration`](crate::Kind::Configuration) names the variable that is missing, empty, or has quotes
        /// around its value or a control character in it. One line end at the end of a value is taken off.
        pub fn from_env() -> Result<Self, Error> {
            Self::builder_from_env()?.build()
        }
    }

    /// A client whose settings you choose.
    pub fn builder(token: impl Into<Secret>) -> ClientBuilder {
        ClientBuilder {
            http: HttpClient::builder(
                BASE_URL,
                concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION")),
            )
            .operations([&ACCOUNT, &ORDER, &ORDER_STATUS]),
            token: token.into(),
            check_count: true,
            spending: Spending::default(),
        }
    }

    /// A builder from the variables that `from_env` reads.
    pub fn builder_from_env() -> Result<ClientBuilder, Error> {
        let mut builder = Self::builder(env::token("PAYVAND_APARAT_TOKEN")?);
        builder.http = builder.http.base_url_from_env("PAYVAND_APARAT_BASE_URL")?;
        Ok(builder)
    }

    pub(crate) fn http(&self) -> &HttpClient {
        &self.inner.http
    }

    /// A request with the token and these arguments in its query.
    pub(crate) fn query(
        &self,
        operation: &Operation,
        arguments: &[(&str, &str)],
    ) -> Result<Outgoing, ErrorBuilder> {
        let mut url = self.inner.http.url(operation);
        url.query_pairs_mut()
            .append_pair("token", self.inner.token.expose())
            .extend_pairs(arguments);
        let unsendable = |why| ErrorBuilder::invalid_input(Argument::ADDRESS, why);
        Outgoing::new(operation.method.clone(), url).map_err(unsendable)
    }

    pub(crate) fn checks_count(&self) -> bool {
        self.inner.check_count
    }

    pub(crate) fn spending(&self) -> &Spending {
        &self.inner.spending
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("http", &self.inner.http)
            .finish_non_exhaustive()
    }
}

/// The settings of a [`Client`].
pub struct ClientBuilder {
    http: HttpClientBuilder,
    token: Secret,
    check_count: bool,
    pub(crate) spending: Spending,
}

impl ClientBuilder {
    http_core::client_builder_methods!(http);

    /// Leaves it to the provider to check an order's count. The document shows the limits (50 to 7000) only in an
    /// error text, so they may change.
    #[must_use]
    pub fn leave_limits_to_provider(mut self) -> Self {
        self.check_count = false;
        self
    }

    /// Builds the client.
    ///
    /// # Errors
    /// [`Kind::Configuration`](crate::Kind::Configuration), with what to change.
    pub fn build(self) -> Result<Client, Error> {
        check::token("the token", self.token.expose())?;
        let http = self.http.build([&self.token])?;
        Ok(Client {
            inner: Arc::new(Inner {
                http,
                token: self.token,
                check_count: self.check_count,
                spending: self.spending,
            }),
        })
    }
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("http", &self.http)
            .finish_non_exhaustive()
    }
}
