/// Makes `Credentials` and `CredentialsBuilder` of a provider that asks for a user name, a password and one thing more,
/// each from an environment variable. What has a default may be left out. Beside it stands how they are written into the
/// login, which reads `self.parts`.
#[macro_export]
#[doc(hidden)]
macro_rules! credentials {
    (
        $(#[$docs:meta])*
        struct Credentials;
        $(#[$builder_docs:meta])*
        fn builder;
        $(#[$from_env_docs:meta])*
        fn from_env;
        $(#[$username_docs:meta])*
        username: $username_variable:literal;
        $(#[$password_docs:meta])*
        password: $password_variable:literal;
        $(#[$third_docs:meta])*
        $third:ident: $third_variable:literal, $what:literal $(, default $default:expr)?;
    ) => {
        $(#[$docs])*
        #[derive(Clone)]
        pub struct Credentials {
            parts: std::sync::Arc<Parts>,
        }

        /// The parts of [`Credentials`].
        #[derive(Clone)]
        #[must_use]
        pub struct CredentialsBuilder {
            parts: Parts,
        }

        #[derive(Clone)]
        struct Parts {
            username: String,
            password: $crate::Secret,
            $third: String,
        }

        impl Credentials {
            $(#[$builder_docs])*
            pub fn builder() -> CredentialsBuilder {
                CredentialsBuilder {
                    parts: Parts {
                        username: String::new(),
                        password: $crate::Secret::from(""),
                        $third: String::new() $(+ $default)?,
                    },
                }
            }

            $(#[$from_env_docs])*
            pub fn from_env() -> Result<Self, Error> {
                let builder = Self::builder()
                    .username($crate::env::required($username_variable)?.expose())
                    .password($crate::env::required($password_variable)?);
                let third = $crate::env::optional($third_variable)?
                    $(.or_else(|| Some($crate::Secret::from($default))))?;
                let third = third.map_or_else(|| $crate::env::required($third_variable), Ok)?;
                builder.$third(third.expose()).build()
            }

            /// All parts but the password.
            pub(crate) fn account(&self) -> [std::borrow::Cow<'_, str>; 2] {
                [self.parts.username.as_str().into(), self.parts.$third.as_str().into()]
            }

            pub(crate) fn password(&self) -> &$crate::Secret {
                &self.parts.password
            }
        }

        impl CredentialsBuilder {
            $(#[$username_docs])*
            pub fn username(mut self, username: impl Into<String>) -> Self {
                self.parts.username = username.into();
                self
            }

            $(#[$password_docs])*
            pub fn password(mut self, password: impl Into<$crate::Secret>) -> Self {
                self.parts.password = password.into();
                self
            }

            $(#[$third_docs])*
            pub fn $third(mut self, $third: impl Into<String>) -> Self {
                self.parts.$third = $third.into();
                self
            }

            /// The credentials.
            ///
            /// # Errors
            /// [`Kind::Configuration`](crate::Kind::Configuration) names the part that is missing or empty, or that has a
            /// character which cannot belong to it: a control character in the password, any invisible one elsewhere.
            pub fn build(self) -> Result<Credentials, Error> {
                $crate::check::name("the user name", &self.parts.username)?;
                $crate::check::password("the password", self.parts.password.expose())?;
                $crate::check::name($what, &self.parts.$third)?;
                Ok(Credentials {
                    parts: std::sync::Arc::new(self.parts),
                })
            }
        }

        $crate::credentials!(Debug for Credentials, CredentialsBuilder);
    };
    (Debug for $($name:ident),*) => {$(
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(stringify!($name)).finish_non_exhaustive()
            }
        }
    )*};
}

/// Makes the constructors that clients with a login have in common, from this environment variable; `Client::builder()` and
/// `ClientBuilder` stand beside it.
#[macro_export]
#[doc(hidden)]
macro_rules! login_client {
    ($base_url:literal) => {
        impl Client {
            $crate::with_default_transport! {
                /// A client with the defaults of [`builder`](Self::builder).
                pub fn new() -> Result<Self, Error> {
                    Self::builder().build()
                }

                #[doc = concat!("A client from `", $base_url, "`, if it is set.")]
                /// [`Credentials::from_env`](crate::Credentials::from_env) reads the rest.
                ///
                /// # Errors
                /// [`Kind::Configuration`](crate::Kind::Configuration) names the variable that is missing, empty, or has
                /// quotes around its value or a control character in it. One line end at the end of a value is taken off.
                pub fn from_env() -> Result<Self, Error> {
                    Self::builder_from_env()?.build()
                }
            }

            /// A builder from the variable that `from_env` reads.
            pub fn builder_from_env() -> Result<ClientBuilder, Error> {
                let mut builder = Self::builder();
                builder.http = builder.http.base_url_from_env($base_url)?;
                Ok(builder)
            }
        }

        #[cfg(feature = "client")]
        impl ClientBuilder {
            /// Also keeps a limit that other clients or processes keep for the same account. It is asked for each attempt and
            /// each login, after the turn under `rate_limit`; if it cannot be asked, nothing is sent.
            #[must_use]
            pub fn shared_rate_limit(mut self, limit: impl $crate::SharedRateLimit) -> Self {
                self.http.sending.shared_rate_limit = Some(std::sync::Arc::new(limit));
                self
            }
        }
    };
}
