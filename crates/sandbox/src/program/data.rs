//! `--data FILE`: what is there at the start.

use std::fs;
use std::path::Path;

use payvand_sandbox::Sandbox;
use serde::Deserialize;

use crate::providers::every_provider;

macro_rules! data {
    ($($name:ident $handle:ident $about:literal,)*) => {
        #[derive(Debug, Default, Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub(super) struct Data {
            $($name: crate::providers::$name::data::Data,)*
        }

        impl Data {
            pub(super) fn put_into(&self, sandbox: &Sandbox) {
                $(sandbox.$name().put(&self.$name);)*
            }
        }
    };
}
every_provider!(data);

impl Data {
    pub(super) fn read(file: &Path) -> Result<Self, String> {
        let text = fs::read(file).map_err(|error| error.to_string())?;
        serde_json::from_slice(&text).map_err(|error| error.to_string())
    }
}
