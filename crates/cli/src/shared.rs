//! Tokens and limits that several machines share, by `PAYVAND_REDIS_URL`.

use crate::failure::Failure;
use crate::settings::Settings;

/// The Redis that is shared; there is none without the feature.
#[cfg(feature = "redis")]
pub(crate) type Redis = payvand_redis::Redis;
#[cfg(not(feature = "redis"))]
#[derive(Debug, Clone)]
pub(crate) enum Redis {}

pub(crate) fn redis(settings: &Settings) -> Result<Option<Redis>, Failure> {
    let Some(url) = settings.get("PAYVAND_REDIS_URL")? else {
        return Ok(None);
    };
    #[cfg(feature = "redis")]
    let redis = Redis::open(url.expose()).map_err(|error| Failure::file("PAYVAND_REDIS_URL", error));
    #[cfg(not(feature = "redis"))]
    let redis = {
        drop(url);
        Err(Failure::usage(crate::words::words!(
            "PAYVAND_REDIS_URL is set, and this program was built without its feature `redis`: tokens would not be shared"
        )))
    };
    redis.map(Some)
}
