//! How the providers behave, and how their answers look.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::problem::{self, Problem};
use crate::providers::all::Providers;
use crate::providers::every_provider;
use crate::server::state::Shared;

macro_rules! settings {
    ($($name:ident $handle:ident $about:literal,)*) => {
        /// What is set is changed, the rest stays. A shape is set as a whole: what it does not say is as it is by default.
        #[derive(Default, Serialize, Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub(crate) struct Settings {
            $($name: crate::providers::$name::admin::Settings,)*
        }

        impl Settings {
            fn of(providers: &Providers) -> Self {
                Self {
                    $($name: providers.$name.settings(),)*
                }
            }

            pub(crate) fn put_into(self, providers: &Providers) {
                $(providers.$name.change(self.$name);)*
            }
        }
    };
}
every_provider!(settings);

pub(super) async fn show(State(shared): State<Arc<Shared>>) -> Json<Settings> {
    Json(Settings::of(&shared.providers))
}

pub(super) async fn change(
    State(shared): State<Arc<Shared>>,
    body: Bytes,
) -> Result<Json<Settings>, Problem> {
    let settings: Settings = problem::read(&body)?;
    settings.put_into(&shared.providers);
    Ok(show(State(shared)).await)
}
