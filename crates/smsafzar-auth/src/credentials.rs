use std::fmt;
use std::sync::Arc;

use http_core::{Secret, check, env};
use serde::Serialize;

use crate::contract::DOMAIN;
use crate::error::Error;

/// Who logs in: user name, password and domain. Cheap to clone; it prints nothing of itself.
///
/// ```
/// use smsafzar_auth::Credentials;
///
/// let credentials = Credentials::builder()
///     .username("your user name")
///     .password("your password")
///     .domain("sms.smsafzar")
///     .build()?;
/// # Ok::<(), smsafzar_auth::Error>(())
/// ```
#[derive(Clone)]
pub struct Credentials {
    inner: Arc<Inner>,
}

struct Inner {
    username: String,
    password: Secret,
    domain: String,
}

impl Credentials {
    /// Starts with the document's domain and nothing else.
    pub fn builder() -> CredentialsBuilder {
        CredentialsBuilder {
            username: None,
            password: None,
            domain: DOMAIN.to_owned(),
        }
    }

    /// From `PAYVAND_SMSAFZAR_USERNAME`, `PAYVAND_SMSAFZAR_PASSWORD` and, if it is set, `PAYVAND_SMSAFZAR_DOMAIN`.
    ///
    /// # Errors
    /// [`Kind::Configuration`](crate::Kind::Configuration) names the variable that is missing, empty, or has quotes
    /// around its value or a control character in it; one line end at its end is taken off.
    pub fn from_env() -> Result<Self, Error> {
        let builder = Self::builder()
            .username(env::required("PAYVAND_SMSAFZAR_USERNAME")?.expose())
            .password(env::required("PAYVAND_SMSAFZAR_PASSWORD")?);
        match env::optional("PAYVAND_SMSAFZAR_DOMAIN")? {
            Some(domain) => builder.domain(domain.expose()).build(),
            None => builder.build(),
        }
    }

    pub(crate) fn password(&self) -> &Secret {
        &self.inner.password
    }

    pub(crate) fn body(&self) -> impl Serialize {
        Body {
            username: &self.inner.username,
            password: self.inner.password.expose(),
            domain: &self.inner.domain,
        }
    }
}

#[derive(Serialize)]
struct Body<'a> {
    #[serde(rename = "userName")]
    username: &'a str,
    password: &'a str,
    domain: &'a str,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").finish_non_exhaustive()
    }
}

/// The parts of [`Credentials`].
#[derive(Clone)]
#[must_use]
pub struct CredentialsBuilder {
    username: Option<String>,
    password: Option<Secret>,
    domain: String,
}

impl CredentialsBuilder {
    /// «نام کاربری». The provider asks for at least 6 characters, and checks that itself.
    pub fn username(mut self, username: impl Into<String>) -> Self {
        self.username = Some(username.into());
        self
    }

    /// «کلمه عبور». The provider asks for at least 8 characters, and checks that itself.
    pub fn password(mut self, password: impl Into<Secret>) -> Self {
        self.password = Some(password.into());
        self
    }

    /// «نام دامنه». Default: [`DOMAIN`], as in all samples of the document; a reseller has one of its own.
    pub fn domain(mut self, domain: impl Into<String>) -> Self {
        self.domain = domain.into();
        self
    }

    /// The credentials.
    ///
    /// # Errors
    /// [`Kind::Configuration`](crate::Kind::Configuration) names the part that is missing or empty, or that has a
    /// character which cannot belong to it: a control character in the password, any invisible one elsewhere.
    pub fn build(self) -> Result<Credentials, Error> {
        let username = self.username.unwrap_or_default();
        let password = self.password.unwrap_or_else(|| Secret::from(""));
        check::name("the user name", &username)?;
        check::password("the password", password.expose())?;
        check::name("the domain", &self.domain)?;
        Ok(Credentials {
            inner: Arc::new(Inner {
                username,
                password,
                domain: self.domain,
            }),
        })
    }
}

impl fmt::Debug for CredentialsBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CredentialsBuilder").finish_non_exhaustive()
    }
}
