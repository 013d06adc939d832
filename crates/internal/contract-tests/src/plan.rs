//! What is checked, as `plan.yaml` has it.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use serde::Deserialize;

pub(crate) type Values = BTreeMap<String, String>;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Plan {
    pub(crate) tools: Vec<Generator>,
    pub(crate) values: Values,
    pub(crate) runs: Vec<Run>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Generator {
    pub(crate) name: String,
    pub(crate) program: String,
    pub(crate) generate: String,
}

/// All calls of a contract, with success and with a refusal, or what needs a look of its own.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Run {
    pub(crate) name: String,
    /// Method and path of those calls that do not say their own.
    request: String,
    #[serde(default)]
    always: Values,
    pub(crate) calls: Vec<Call>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Call {
    pub(crate) name: String,
    request: Option<String>,
    pub(crate) told: String,
    arrives: Values,
}

impl Plan {
    pub(crate) fn read() -> Result<Self> {
        serde_saphyr::from_str(include_str!("../plan.yaml")).context("plan.yaml")
    }
}

impl Run {
    /// Method and path of a call.
    pub(crate) fn request(&self, call: &Call, values: &Values) -> String {
        filled(call.request.as_ref().unwrap_or(&self.request), values)
    }

    /// The arguments that have to arrive of a call.
    pub(crate) fn arguments(&self, call: &Call, values: &Values) -> Values {
        let mut arguments = self.always.clone();
        arguments.extend(call.arrives.clone());
        let filled = |(name, text): (String, String)| (name, filled(&text, values));
        arguments.into_iter().map(filled).collect()
    }
}

/// A text, with the values that it names.
pub(crate) fn filled(text: &str, values: &Values) -> String {
    let fill = |text: String, (name, value): (&String, &String)| text.replace(&format!("{{{name}}}"), value);
    values.iter().fold(text.to_owned(), fill)
}
