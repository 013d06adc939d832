use std::fmt;
use std::sync::Arc;

use http_core::{Secret, check, env};
use serde::Serialize;

use crate::error::Error;
use crate::token_days::TokenDays;

/// Who logs in: user name, password, and the number to send from. Cheap to clone; it prints nothing of itself.
///
/// ```
/// use sabapayamak_auth::Credentials;
///
/// let credentials = Credentials::builder()
///     .username("your user name")
///     .password("your password")
///     .virtual_number("3000…")
///     .build()?;
/// # Ok::<(), sabapayamak_auth::Error>(())
/// ```
#[derive(Clone)]
pub struct Credentials {
    inner: Arc<Inner>,
}

struct Inner {
    username: String,
    password: Secret,
    virtual_number: String,
}

impl Credentials {
    /// Starts with nothing set.
    pub fn builder() -> CredentialsBuilder {
        CredentialsBuilder {
            username: None,
            password: None,
            virtual_number: None,
        }
    }

    /// From `PAYVAND_SABAPAYAMAK_USERNAME`, `PAYVAND_SABAPAYAMAK_PASSWORD` and `PAYVAND_SABAPAYAMAK_VIRTUAL_NUMBER`.
    ///
    /// # Errors
    /// [`Kind::Configuration`](crate::Kind::Configuration) names the variable that is missing, empty, or has quotes
    /// around its value or a control character in it; one line end at its end is taken off.
    pub fn from_env() -> Result<Self, Error> {
        Self::builder()
            .username(env::required("PAYVAND_SABAPAYAMAK_USERNAME")?.expose())
            .password(env::required("PAYVAND_SABAPAYAMAK_PASSWORD")?)
            .virtual_number(env::required("PAYVAND_SABAPAYAMAK_VIRTUAL_NUMBER")?.expose())
            .build()
    }

    pub(crate) fn password(&self) -> &Secret {
        &self.inner.password
    }

    pub(crate) fn body(&self, days: TokenDays) -> impl Serialize {
        Body {
            username: &self.inner.username,
            password: self.inner.password.expose(),
            virtual_number: &self.inner.virtual_number,
            token_valid_day: days.get(),
        }
    }
}

/// The document's «مدل ارسالی».
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Body<'a> {
    username: &'a str,
    password: &'a str,
    virtual_number: &'a str,
    token_valid_day: u16,
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
    virtual_number: Option<String>,
}

impl CredentialsBuilder {
    /// «نام کاربری».
    pub fn username(mut self, username: impl Into<String>) -> Self {
        self.username = Some(username.into());
        self
    }

    /// «رمز عبور».
    pub fn password(mut self, password: impl Into<Secret>) -> Self {
        self.password = Some(password.into());
        self
    }

    /// «شماره ای که با آن قصد ارسال دارید»: the number to send from.
    pub fn virtual_number(mut self, number: impl Into<String>) -> Self {
        self.virtual_number = Some(number.into());
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
        let virtual_number = self.virtual_number.unwrap_or_default();
        check::name("the user name", &username)?;
        check::password("the password", password.expose())?;
        check::name("the virtual number", &virtual_number)?;
        Ok(Credentials {
            inner: Arc::new(Inner {
                username,
                password,
                virtual_number,
            }),
        })
    }
}

impl fmt::Debug for CredentialsBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CredentialsBuilder").finish_non_exhaustive()
    }
}
