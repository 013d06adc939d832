//! `--shape PROVIDER:SETTING`, where a setting is `name` or `name=value`.

use std::str::FromStr;

use payvand_sandbox::Sandbox;
use serde::Deserialize as _;
use serde_json::{Map, Value, json};

use crate::admin::settings::Settings;

/// How the answers of one provider look.
#[derive(Clone, Debug)]
pub(super) struct Shape(Value);

impl Shape {
    pub(super) fn set(&self, sandbox: &Sandbox) {
        if let Ok(settings) = Settings::deserialize(&self.0) {
            sandbox.change(settings);
        }
    }
}

impl FromStr for Shape {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (provider, settings) = text.split_once(':').ok_or("a shape is PROVIDER:SETTING,…")?;
        let settings = json!({ provider: { "shape": members(settings) } });
        match Settings::deserialize(&settings) {
            Ok(_) => Ok(Self(settings)),
            Err(error) => Err(error.to_string()),
        }
    }
}

/// A value is JSON or a text; without one it is `true`.
fn members(settings: &str) -> Map<String, Value> {
    let members = settings.split(',').map(|setting| {
        let (name, value) = match setting.split_once('=') {
            None => (setting, true.into()),
            Some((name, value)) => (name, serde_json::from_str(value).unwrap_or_else(|_| value.into())),
        };
        (name.to_owned(), value)
    });
    members.collect()
}
