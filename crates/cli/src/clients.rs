//! The providers' clients, each from its settings.

use crate::context::Context;
use crate::failure::Failure;

/// Sets what every client takes, and builds it.
macro_rules! build {
    ($builder:expr, $context:expr, $scope:expr, $base_url:literal) => {{
        let mut builder = $builder.user_agent(concat!("payvand/", env!("CARGO_PKG_VERSION")));
        if let Some(url) = $scope.optional($base_url)? {
            builder = builder.base_url(url.expose());
        }
        if let Some(time) = $context.timeout {
            builder = builder.timeout(time);
        }
        if let Some(proxy) = &$context.proxy {
            builder = builder.proxy(proxy.clone());
        }
        builder.build()
    }};
}

#[cfg(feature = "aparat")]
pub(crate) fn aparat(context: &Context) -> Result<aparat_api::Client, Failure> {
    let scope = context.settings.scope("PAYVAND_APARAT_", "aparat");
    let builder = aparat_api::Client::builder(scope.required("PAYVAND_APARAT_TOKEN")?);
    Ok(build!(builder, context, scope, "PAYVAND_APARAT_BASE_URL")?)
}

#[cfg(feature = "podlink")]
pub(crate) fn podlink(context: &Context) -> Result<podlink_api::Client, Failure> {
    let scope = context.settings.scope("PAYVAND_POD_", "pod");
    let mut builder = podlink_api::Client::builder(scope.required("PAYVAND_POD_TOKEN")?);
    let mut has_key = false;
    for service in podlink_api::Service::ALL {
        let name = format!("PAYVAND_POD_API_KEY_{}", service.documented_product_id());
        if let Some(key) = scope.optional(&name)? {
            builder = builder.api_key_for(*service, key);
            has_key = true;
        }
    }
    match scope.optional("PAYVAND_POD_API_KEY")? {
        None if has_key => {}
        _ => builder = builder.api_key(scope.required("PAYVAND_POD_API_KEY")?),
    }
    Ok(build!(builder, context, scope, "PAYVAND_POD_BASE_URL")?)
}

/// The tokens of an account, kept nowhere yet.
#[cfg(feature = "smsafzar")]
pub(crate) fn smsafzar_tokens(context: &Context) -> Result<smsafzar_api::TokenSource, Failure> {
    use smsafzar_api::{Credentials, smsafzar_auth};
    let scope = context.settings.scope("PAYVAND_SMSAFZAR_", "smsafzar");
    let username = scope.required("PAYVAND_SMSAFZAR_USERNAME")?;
    let mut credentials = Credentials::builder()
        .username(username.expose())
        .password(scope.required("PAYVAND_SMSAFZAR_PASSWORD")?);
    if let Some(domain) = scope.optional("PAYVAND_SMSAFZAR_DOMAIN")? {
        credentials = credentials.domain(domain.expose());
    }
    let builder = smsafzar_auth::Client::builder();
    #[cfg(feature = "redis")]
    let builder = match &context.redis {
        Some(redis) => {
            let account = format!("smsafzar/{}", username.expose());
            // As `smsafzar_api::RATE_LIMIT` says it.
            let second = std::time::Duration::from_secs(1);
            builder.shared_rate_limit(payvand_redis::RedisRateLimit::new(redis, &account, 5, second))
        }
        None => builder,
    };
    let client = build!(builder, context, scope, "PAYVAND_SMSAFZAR_BASE_URL")?;
    Ok(client.token_source(credentials.build()?))
}

/// The line to send from: this one, or that of the settings.
#[cfg(feature = "smsafzar")]
pub(crate) fn line(named: Option<&str>, context: &Context) -> Result<String, Failure> {
    match (named, &context.sandbox) {
        (Some(line), _) => Ok(line.to_owned()),
        (None, Some(_)) => Ok(payvand_sandbox::smsafzar::Smsafzar::LINE.to_owned()),
        (None, None) => {
            let scope = context.settings.scope("PAYVAND_SMSAFZAR_", "smsafzar");
            Ok(scope.required("PAYVAND_SMSAFZAR_LINE")?.expose().to_owned())
        }
    }
}

#[cfg(feature = "smsafzar")]
pub(crate) fn smsafzar(context: &Context) -> Result<smsafzar_api::Client, Failure> {
    let tokens = smsafzar_tokens(context)?;
    Ok(smsafzar_api::Client::new(match context.token_store()? {
        Some(store) => tokens.store(store),
        None => tokens,
    }))
}

/// As [`smsafzar_tokens`].
#[cfg(feature = "sabapayamak")]
pub(crate) fn sabapayamak_tokens(context: &Context) -> Result<sabapayamak_api::TokenSource, Failure> {
    use sabapayamak_api::{Credentials, TokenDays, sabapayamak_auth};
    let scope = context.settings.scope("PAYVAND_SABAPAYAMAK_", "sabapayamak");
    let credentials = Credentials::builder()
        .username(scope.required("PAYVAND_SABAPAYAMAK_USERNAME")?.expose())
        .password(scope.required("PAYVAND_SABAPAYAMAK_PASSWORD")?)
        .virtual_number(scope.required("PAYVAND_SABAPAYAMAK_VIRTUAL_NUMBER")?.expose())
        .build()?;
    let builder = sabapayamak_auth::Client::builder();
    let client = build!(builder, context, scope, "PAYVAND_SABAPAYAMAK_BASE_URL")?;
    Ok(client.token_source(credentials, TokenDays::MIN))
}

#[cfg(feature = "sabapayamak")]
pub(crate) fn sabapayamak(context: &Context) -> Result<sabapayamak_api::Client, Failure> {
    let tokens = sabapayamak_tokens(context)?;
    Ok(sabapayamak_api::Client::new(match context.token_store()? {
        Some(store) => tokens.store(store),
        None => tokens,
    }))
}
