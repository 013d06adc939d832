use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use http_core::{Argument, HttpClient, HttpClientBuilder, Operation, Outgoing, Secret, check, env};

use crate::budget::{Budget, Reservation};
use crate::contract::{ACCOUNT, BASE_URL, ORDER, ORDER_STATUS};
use crate::error::{Error, ErrorBuilder};
use crate::observer::{OrderIntent, OrderObserver, Watch};

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
    observer: Option<Arc<dyn OrderObserver>>,
    budget: Budget,
    check_count: bool,
    orders: AtomicU64,
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
            observer: None,
            budget: Budget::default(),
            check_count: true,
        }
    }

    /// A builder from the variables that `from_env` reads.
    pub fn builder_from_env() -> Result<ClientBuilder, Error> {
        let mut builder = Self::builder(env::token("PAYVAND_APARAT_TOKEN")?);
        builder.http = builder.http.base_url_from_env("PAYVAND_APARAT_BASE_URL")?;
        Ok(builder)
    }

    /// How much may still be ordered before [`ClientBuilder::budget`] is used up; `None` without a budget.
    pub fn budget_left(&self) -> Option<u64> {
        self.inner.budget.left()
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

    pub(crate) fn reserve(&self, count: u32) -> Result<Reservation, u64> {
        self.inner.budget.reserve(count)
    }

    pub(crate) fn watch(&self, mut order: OrderIntent) -> Watch {
        order.sequence = 1 + self.inner.orders.fetch_add(1, Ordering::Relaxed);
        Watch::new(self.inner.observer.clone(), order)
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
    observer: Option<Arc<dyn OrderObserver>>,
    budget: Budget,
    check_count: bool,
}

impl ClientBuilder {
    http_core::client_builder_methods!(http);

    /// Records each order's intent before it is sent, and its outcome.
    #[must_use]
    pub fn observer(mut self, observer: impl OrderObserver) -> Self {
        self.observer = Some(Arc::new(observer));
        self
    }

    /// The most likes, views and followers together that this client and its clones may ever order. An order over
    /// it is not sent, and [`Kind::Withheld`](crate::Kind::Withheld). A refused order gives its count back; one with an
    /// unknown effect does not.
    #[must_use]
    pub fn budget(mut self, total: u64) -> Self {
        self.budget = Budget::new(total);
        self
    }

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
                observer: self.observer,
                budget: self.budget,
                check_count: self.check_count,
                orders: AtomicU64::new(0),
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
