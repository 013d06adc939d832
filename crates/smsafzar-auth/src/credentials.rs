use serde::Serialize;

use crate::contract::DOMAIN;
use crate::error::Error;

http_core::credentials! {
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
    struct Credentials;

    /// Starts with the document's domain and nothing else.
    fn builder;

    /// From `PAYVAND_SMSAFZAR_USERNAME`, `PAYVAND_SMSAFZAR_PASSWORD` and, if it is set, `PAYVAND_SMSAFZAR_DOMAIN`.
    ///
    /// # Errors
    /// [`Kind::Configuration`](crate::Kind::Configuration) names the variable that is missing, empty, or has quotes
    /// around its value or a control character in it; one line end at its end is taken off.
    fn from_env;

    /// «نام کاربری». The provider asks for at least 6 characters, and checks that itself.
    username: "PAYVAND_SMSAFZAR_USERNAME";

    /// «کلمه عبور». The provider asks for at least 8 characters, and checks that itself.
    password: "PAYVAND_SMSAFZAR_PASSWORD";

    /// «نام دامنه». Default: [`DOMAIN`], as in all samples of the document; a reseller has one of its own.
    domain: "PAYVAND_SMSAFZAR_DOMAIN", "the domain", default DOMAIN;
}

impl Credentials {
    pub(crate) fn body(&self) -> impl Serialize {
        Body {
            username: &self.parts.username,
            password: self.parts.password.expose(),
            domain: &self.parts.domain,
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
