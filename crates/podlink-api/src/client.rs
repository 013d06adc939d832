use std::array;
use std::fmt;
use std::sync::Arc;

use http_core::http::{HeaderName, HeaderValue, header};
use http_core::{
    Argument, ConfigurationError, HttpClient, HttpClientBuilder, Outgoing, Reason, Secret, check, env,
};

use crate::contract::BASE_URL;
use crate::contract::Service;
use crate::error::{Error, ErrorBuilder};
use crate::parameters::{ParameterStyle, Parameters};
use crate::short_domain::ShortDomain;

const TOKEN: HeaderName = HeaderName::from_static("_token_");
const TOKEN_ISSUER: HeaderName = HeaderName::from_static("_token_issuer_");

/// Calls TinyLink with one API token. Cheap to clone: clones share connections and settings.
///
/// ```no_run
/// # async fn example() -> Result<(), podlink_api::Error> {
/// use podlink_api::{Client, Content};
///
/// let pod = Client::new("your-API-token", "your-API-key")?;
/// let link = pod.add_link(Content::link("https://example.com/long")).tags(["news"]).await?;
/// println!("{}", link.short_url());
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
    api_key: Option<Secret>,
    products: [Product; Service::ALL.len()],
    style: ParameterStyle,
    domain: ShortDomain,
}

struct Product {
    id: u64,
    api_key: Option<Secret>,
}

const API_KEY: Argument = Argument::new("API key", "کلید \u{2066}API\u{2069}");
const REQUEST: Argument = Argument::new("request", "درخواست");

impl Client {
    http_core::with_default_transport! {
        /// A client with the defaults of [`builder`](Self::builder), and one API key for all products.
        pub fn new(api_token: impl Into<Secret>, api_key: impl Into<Secret>) -> Result<Self, Error> {
            Self::builder(api_token).api_key(api_key).build()
        }

        /// A client from `PAYVAND_POD_TOKEN` and `PAYVAND_POD_API_KEY`, and, if it is set, `PAYVAND_POD_BASE_URL`.
        ///
        /// # Errors
        /// [`Kind::Configuration`](crate::Kind::Configuration) names the variable that is missing, empty, or has quotes
        /// around its value or a control character in it. One line end at the end of a value is taken off.
        pub fn from_env() -> Result<Self, Error> {
            Self::builder_from_env()?.build()
        }
    }

    /// A client's settings, beginning with the business panel's API token. It also needs at least one API key.
    pub fn builder(api_token: impl Into<Secret>) -> ClientBuilder {
        ClientBuilder {
            http: HttpClient::builder(
                BASE_URL,
                concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION")),
            )
            .operations(Service::ALL.iter().map(|service| service.operation())),
            token: api_token.into(),
            api_key: None,
            products: array::from_fn(|index| Product {
                id: Service::ALL[index].documented_product_id(),
                api_key: None,
            }),
            style: ParameterStyle::default(),
            domain: None,
        }
    }

    /// A builder from the variables that `from_env` reads.
    pub fn builder_from_env() -> Result<ClientBuilder, Error> {
        let mut builder =
            Self::builder(env::token("PAYVAND_POD_TOKEN")?).api_key(env::token("PAYVAND_POD_API_KEY")?);
        builder.http = builder.http.base_url_from_env("PAYVAND_POD_BASE_URL")?;
        Ok(builder)
    }

    /// The public address of a hash: `http://tilin.ir/{hash}`, unless the builder set another domain. Nothing is
    /// sent.
    ///
    /// ```
    /// # use podlink_api::Client;
    /// # use podlink_api::testing::ScriptedTransport;
    /// # fn main() -> Result<(), podlink_api::Error> {
    /// # let pod = Client::builder("not-a-real-token").api_key("not-a-real-key").transport(ScriptedTransport::default()).build()?;
    /// assert_eq!(pod.short_url("تست"), "http://tilin.ir/%D8%AA%D8%B3%D8%AA");
    /// # Ok(())
    /// # }
    /// ```
    pub fn short_url(&self, hash: &str) -> String {
        self.inner.domain.address(hash)
    }

    pub(crate) fn domain(&self) -> &ShortDomain {
        &self.inner.domain
    }

    pub(crate) fn http(&self) -> &HttpClient {
        &self.inner.http
    }

    /// The form of a product's call.
    pub(crate) fn request(&self, service: Service, parameters: Parameters) -> Result<Outgoing, ErrorBuilder> {
        let it = &*self.inner;
        let product = &it.products[service as usize];
        let Some(api_key) = product.api_key.as_ref().or(it.api_key.as_ref()) else {
            let detail = format!("no API key for {service}: give one with api_key or api_key_for");
            return Err(ErrorBuilder::invalid_input(API_KEY, Reason::Empty).detail(detail));
        };
        let operation = service.operation();
        let unsendable = |why| ErrorBuilder::invalid_input(REQUEST, why);
        let mut token =
            HeaderValue::from_str(it.token.expose()).map_err(|_| unsendable(Reason::Unwritable))?;
        token.set_sensitive(true);
        let body = parameters.into_form(it.style, product.id, api_key.expose());
        let request = Outgoing::new(operation.method.clone(), it.http.url(operation));
        let mut request = request.map_err(unsendable)?.with_body(body);
        let headers = request.headers_mut();
        headers.insert(TOKEN, token);
        headers.insert(TOKEN_ISSUER, HeaderValue::from_static("1"));
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/x-www-form-urlencoded"),
        );
        Ok(request)
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
#[must_use = "a builder does nothing until it is built"]
pub struct ClientBuilder {
    http: HttpClientBuilder,
    token: Secret,
    api_key: Option<Secret>,
    products: [Product; Service::ALL.len()],
    style: ParameterStyle,
    domain: Option<String>,
}

impl ClientBuilder {
    http_core::client_builder_methods!(http);

    /// The API key for every product that has none of its own.
    pub fn api_key(mut self, key: impl Into<Secret>) -> Self {
        self.api_key = Some(key.into());
        self
    }

    /// The API key for one product. The business panel issues keys per product.
    ///
    /// ```
    /// # use podlink_api::testing::ScriptedTransport;
    /// use podlink_api::{Client, Service};
    ///
    /// # fn main() -> Result<(), podlink_api::Error> {
    /// let pod = Client::builder("your-API-token")
    ///     .api_key_for(Service::AddLink, "the-key-for-adding")
    ///     .api_key_for(Service::ListLinks, "the-key-for-the-list")
    /// #   .transport(ScriptedTransport::default())
    ///     .build()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn api_key_for(mut self, service: Service, key: impl Into<Secret>) -> Self {
        self.products[service as usize].api_key = Some(key.into());
        self
    }

    /// The id of a product where it is not the documented one, as on POD's own sandbox.
    pub fn product_id(mut self, service: Service, id: u64) -> Self {
        self.products[service as usize].id = id;
        self
    }

    /// How the parameters travel. Default: [`ParameterStyle::Form`].
    pub fn parameter_style(mut self, style: ParameterStyle) -> Self {
        self.style = style;
        self
    }

    /// Where short links live, as a domain (`s.example.com`) or an address (`https://s.example.com/l`). Default:
    /// `http://tilin.ir`. It only changes what `short_url` answers.
    pub fn short_domain(mut self, domain: impl Into<String>) -> Self {
        self.domain = Some(domain.into());
        self
    }

    /// Builds the client.
    ///
    /// # Errors
    /// [`Kind::Configuration`](crate::Kind::Configuration), with what to change.
    pub fn build(self) -> Result<Client, Error> {
        let own = self
            .products
            .iter()
            .filter_map(|product| product.api_key.as_ref());
        let keys: Vec<&Secret> = self.api_key.iter().chain(own).collect();
        check_secret("the API token", &self.token)?;
        for key in &keys {
            check_secret("an API key", key)?;
        }
        if keys.is_empty() {
            return Err(ConfigurationError::new("no API key: give one with api_key or api_key_for").into());
        }
        let domain = self.domain.as_deref().map(ShortDomain::parse).transpose()?;
        let http = self.http.build(keys.into_iter().chain([&self.token]))?;
        Ok(Client {
            inner: Arc::new(Inner {
                http,
                token: self.token,
                api_key: self.api_key,
                products: self.products,
                style: self.style,
                domain: domain.unwrap_or_default(),
            }),
        })
    }
}

/// A token goes into a header as it is.
fn check_secret(what: &str, secret: &Secret) -> Result<(), ConfigurationError> {
    check::token(what, secret.expose())?;
    if !secret.expose().is_ascii() {
        return Err(ConfigurationError::new(format!(
            "{what} has a character beyond ASCII"
        )));
    }
    Ok(())
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("http", &self.http)
            .finish_non_exhaustive()
    }
}
