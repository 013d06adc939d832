//! `--shape PROVIDER:SETTING`, where a setting is `name` or `name=value`.

use std::str::FromStr;

use payvand_sandbox::Sandbox;
use payvand_sandbox::aparat::AparatShape;
use payvand_sandbox::podlink::PodlinkShape;
use payvand_sandbox::sabapayamak::SabapayamakShape;
use serde::Deserialize;
use serde_json::{Map, Value};

/// How the answers of one provider look.
#[derive(Clone, Debug)]
pub(super) enum Shape {
    Aparat(AparatShape),
    Podlink(PodlinkShape),
    Sabapayamak(SabapayamakShape),
}

impl Shape {
    pub(super) fn set(&self, sandbox: &Sandbox) {
        match self.clone() {
            Self::Aparat(shape) => sandbox.aparat().set_shape(shape),
            Self::Podlink(shape) => sandbox.podlink().set_shape(shape),
            Self::Sabapayamak(shape) => sandbox.sabapayamak().set_shape(shape),
        }
    }
}

impl FromStr for Shape {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (provider, settings) = text.split_once(':').ok_or("a shape is PROVIDER:SETTING,…")?;
        match provider {
            "aparat" => read(settings).map(Self::Aparat),
            "podlink" => read(settings).map(Self::Podlink),
            "sabapayamak" => read(settings).map(Self::Sabapayamak),
            _ => Err("only aparat, podlink and sabapayamak have shapes".to_owned()),
        }
    }
}

/// A value is JSON or a text; without one it is `true`.
fn read<'a, T: Deserialize<'a>>(settings: &str) -> Result<T, String> {
    let members = settings.split(',').map(|setting| {
        let (name, value) = match setting.split_once('=') {
            None => (setting, true.into()),
            Some((name, value)) => (name, serde_json::from_str(value).unwrap_or_else(|_| value.into())),
        };
        (name.to_owned(), value)
    });
    let members: Map<String, Value> = members.collect();
    T::deserialize(Value::Object(members)).map_err(|error| error.to_string())
}
