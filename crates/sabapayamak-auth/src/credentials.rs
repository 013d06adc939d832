use serde::Serialize;

use crate::error::Error;
use crate::token_days::TokenDays;

http_core::credentials! {
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
    struct Credentials;

    /// Starts with nothing set.
    fn builder;

    /// From `PAYVAND_SABAPAYAMAK_USERNAME`, `PAYVAND_SABAPAYAMAK_PASSWORD` and `PAYVAND_SABAPAYAMAK_VIRTUAL_NUMBER`.
    ///
    /// # Errors
    /// [`Kind::Configuration`](crate::Kind::Configuration) names the variable that is missing, empty, or has quotes
    /// around its value or a control character in it; one line end at its end is taken off.
    fn from_env;

    /// «نام کاربری».
    username: "PAYVAND_SABAPAYAMAK_USERNAME";

    /// «رمز عبور».
    password: "PAYVAND_SABAPAYAMAK_PASSWORD";

    /// «شماره ای که با آن قصد ارسال دارید»: the number to send from.
    virtual_number: "PAYVAND_SABAPAYAMAK_VIRTUAL_NUMBER", "the virtual number";
}

impl Credentials {
    pub(crate) fn body(&self, days: TokenDays) -> impl Serialize {
        Body {
            username: &self.parts.username,
            password: self.parts.password.expose(),
            virtual_number: &self.parts.virtual_number,
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
