//! The calls of each provider that only read.

use http_core::Call;
use http_core::bytes::Bytes;
use http_core::http::{HeaderValue, Request, header};
use time::OffsetDateTime;

use crate::ask::{Asker, NotAsked};

#[derive(Debug, Clone, Copy)]
pub(crate) enum Provider {
    Aparat,
    Podlink,
    Sabapayamak,
    Smsafzar,
}

impl Provider {
    pub(crate) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "aparat" => Self::Aparat,
            "podlink" => Self::Podlink,
            "sabapayamak" => Self::Sabapayamak,
            "smsafzar" => Self::Smsafzar,
            _ => return None,
        })
    }

    pub(crate) fn logs_in(self) -> bool {
        matches!(self, Self::Sabapayamak | Self::Smsafzar)
    }

    pub(crate) fn variables(self) -> &'static [&'static str] {
        match self {
            Self::Aparat => &["PAYVAND_APARAT_TOKEN"],
            Self::Podlink => &["PAYVAND_POD_TOKEN", "PAYVAND_POD_API_KEY"],
            Self::Sabapayamak => &[
                "PAYVAND_SABAPAYAMAK_USERNAME",
                "PAYVAND_SABAPAYAMAK_PASSWORD",
                "PAYVAND_SABAPAYAMAK_VIRTUAL_NUMBER",
            ],
            Self::Smsafzar => &["PAYVAND_SMSAFZAR_USERNAME", "PAYVAND_SMSAFZAR_PASSWORD"],
        }
    }

    fn address_variable(self) -> &'static str {
        match self {
            Self::Aparat => "PAYVAND_APARAT_BASE_URL",
            Self::Podlink => "PAYVAND_POD_BASE_URL",
            Self::Sabapayamak => "PAYVAND_SABAPAYAMAK_BASE_URL",
            Self::Smsafzar => "PAYVAND_SMSAFZAR_BASE_URL",
        }
    }

    /// Makes the calls and prints the report. Whether all were answered.
    pub(crate) async fn probe(self) -> Result<bool, NotAsked> {
        let mut asker = Asker::new()?;
        match self {
            Self::Aparat => {
                let client = aparat_api::Client::builder_from_env()?.build()?;
                self.print_head();
                asker.ask(&client.account()).await;
            }
            Self::Podlink => {
                let client = podlink_api::Client::builder_from_env()?.build()?;
                self.print_head();
                asker.ask(&client.list_links().count(1)).await;
            }
            Self::Sabapayamak => {
                let client = sabapayamak_auth::Client::builder_from_env()?.build()?;
                let credentials = sabapayamak_auth::Credentials::from_env()?;
                let login = client.authenticate(&credentials, sabapayamak_auth::TokenDays::new(1)?);
                self.print_head();
                if let Some(session) = asker.ask(&login).await {
                    let token = session.token().authorization();
                    asker.read_beside(&login, "api/v1/credit", token).await;
                }
            }
            Self::Smsafzar => {
                let client = smsafzar_auth::Client::builder_from_env()?.build()?;
                let login = client.authenticate(&smsafzar_auth::Credentials::from_env()?);
                self.print_head();
                if let Some(session) = asker.ask(&login).await {
                    let token = session.token().authorization();
                    asker.read_beside(&login, "account/balance", token).await;
                }
            }
        }
        println!("\nEvery value was removed. Please read this once more before you paste it.");
        Ok(asker.all_answered)
    }

    fn print_head(self) {
        let (version, today) = (env!("CARGO_PKG_VERSION"), OffsetDateTime::now_utc().date());
        println!("payvand-probe {version}, {today} UTC");
        let variable = self.address_variable();
        if std::env::var_os(variable).is_some() {
            println!("Not an observation of the provider: {variable} names another address.");
        }
        if self.logs_in() {
            println!("It logs in once, which may end the token in use.");
        }
    }
}

impl Asker {
    /// Asks what the token of a login may read: a path below the same base address.
    async fn read_beside(&mut self, login: &impl Call, path: &'static str, token: HeaderValue) {
        let request = login.request().ok().and_then(|login_request| {
            let login_address = login_request.uri().to_string();
            let base = login_address.strip_suffix(login.operation().path.trim_start_matches('/'))?;
            let request = Request::get(format!("{base}{path}"));
            let request = request.header(header::AUTHORIZATION, token);
            request.body(Bytes::new()).ok()
        });
        self.answer_to(path, request).await;
    }
}
