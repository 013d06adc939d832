//! Against Redis servers of its own. Without the program `redis-server` (Debian: `apt-get install redis-server`) the tests say on
//! stderr that they did not run; with `PAYVAND_REQUIRE_SERVERS=1` they fail.

#![cfg(unix)]
#![allow(clippy::unwrap_used)]

mod failures;
mod leaks;
mod limits;
mod machines;
mod relay;
mod rights;
mod server;
mod tokens;
