//! The contracts in `docs/openapi` as JSON Schema, and what they say about requests and answers.

#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

pub(crate) mod checked;
pub(crate) mod clients;

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, LazyLock, Mutex};

use jsonschema::Validator;
use serde_json::{Value, json};

pub(crate) const NAMES: [&str; 4] = ["aparat", "podlink", "sabapayamak", "smsafzar"];

pub(crate) struct Contract {
    name: &'static str,
    document: Value,
    validators: Mutex<HashMap<String, Arc<Validator>>>,
}

/// One operation of a contract.
#[derive(Clone, Copy)]
pub(crate) struct Operation<'a> {
    contract: &'a Contract,
    pub(crate) path: &'a str,
    pub(crate) method: &'a str,
    object: &'a Value,
}

/// An example, and the place of the schema that it must keep to.
pub(crate) struct Example<'a> {
    pub(crate) name: &'a str,
    pub(crate) call: &'a str,
    pub(crate) code: Option<&'a str>,
    pub(crate) value: &'a Value,
    pub(crate) schema: String,
    /// Of an answer; 0 for a request.
    pub(crate) status: u16,
    pub(crate) media: &'a str,
}

static CONTRACTS: LazyLock<Vec<Contract>> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/openapi");
    let read = |name| {
        let text = std::fs::read_to_string(folder.join(name).with_extension("yaml")).unwrap();
        Contract {
            name,
            document: serde_saphyr::from_str(&text).unwrap(),
            validators: Mutex::default(),
        }
    };
    NAMES.into_iter().map(read).collect()
});

pub(crate) fn contract(name: &str) -> &'static Contract {
    CONTRACTS.iter().find(|it| it.name == name).unwrap()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn members(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    value
        .as_object()
        .into_iter()
        .flatten()
        .map(|(key, value)| (key.as_str(), value))
}

/// A key as a step of a JSON pointer in a URL's fragment.
fn step(key: &str) -> String {
    key.replace('~', "~0")
        .replace('/', "~1")
        .replace('{', "%7B")
        .replace('}', "%7D")
}

impl Contract {
    /// What is wrong with a value by the schema at this place, such as `#/components/schemas/Order`.
    pub(crate) fn problems(&self, schema: &str, value: &Value) -> Vec<String> {
        let validator = {
            let mut validators = self.validators.lock().unwrap();
            let build = || {
                let mut root = self.document.clone();
                root["$ref"] = json!(schema);
                let options = jsonschema::options().with_draft(jsonschema::Draft::Draft202012);
                Arc::new(options.should_validate_formats(true).build(&root).unwrap())
            };
            Arc::clone(validators.entry(schema.to_owned()).or_insert_with(build))
        };
        validator
            .iter_errors(value)
            .map(|error| format!("{}: {error} at {}", self.name, error.instance_path()))
            .collect()
    }

    pub(crate) fn component(name: &str) -> String {
        format!("#/components/schemas/{name}")
    }

    pub(crate) fn operations(&self) -> impl Iterator<Item = Operation<'_>> {
        members(&self.document["paths"]).flat_map(move |(path, methods)| {
            members(methods).map(move |(method, object)| Operation {
                contract: self,
                path,
                method,
                object,
            })
        })
    }
}

impl<'a> Operation<'a> {
    fn place(self) -> String {
        format!("#/paths/{}/{}", step(self.path), self.method)
    }

    pub(crate) fn calls(self) -> &'a [Value] {
        self.object["x-calls"].as_array().unwrap()
    }

    pub(crate) fn call(self, name: &str) -> &'a Value {
        self.calls().iter().find(|it| it["name"] == name).unwrap()
    }

    /// The call that these arguments mean: of those whose required arguments they have, the one that requires most.
    pub(crate) fn call_with(self, arguments: &Value) -> &'a Value {
        let schemas = &self.contract.document["components"]["schemas"];
        let demands = |call: &&Value| {
            let schema = &schemas[text(&call["request"])];
            let required = schema["required"]
                .as_array()
                .map(Vec::as_slice)
                .unwrap_or_default();
            let present = required.iter().all(|name| arguments.get(text(name)).is_some());
            let constant = members(&schema["properties"]).all(|(name, property)| {
                property
                    .get("const")
                    .is_none_or(|it| arguments.get(name) == Some(it))
            });
            (present && constant).then_some(required.len())
        };
        self.calls()
            .iter()
            .filter(|it| demands(it).is_some())
            .max_by_key(demands)
            .unwrap()
    }

    /// The place of the schema of an answer with this status; `None` if the contract has no such answer.
    pub(crate) fn answer_schema(self, status: u16, media: &str) -> Option<String> {
        let responses = &self.object["responses"];
        let keys = [
            status.to_string(),
            format!("{}XX", status / 100),
            "default".to_owned(),
        ];
        let key = keys
            .iter()
            .find(|key| responses[key]["content"].get(media).is_some())?;
        Some(format!(
            "{}/responses/{key}/content/{}/schema",
            self.place(),
            step(media)
        ))
    }

    /// Whether the contract knows answers with this status that have no body.
    pub(crate) fn answers_without_body(self, status: u16) -> bool {
        self.object["responses"]
            .get(status.to_string())
            .is_some_and(|it| it.get("content").is_none())
    }

    pub(crate) fn request_examples(self) -> Vec<Example<'a>> {
        let place = self.place();
        let mut found = Vec::new();
        let parameters = self.object["parameters"]
            .as_array()
            .map(Vec::as_slice)
            .unwrap_or_default();
        for (index, parameter) in parameters.iter().enumerate() {
            let schema = format!("{place}/parameters/{index}/schema");
            collect(parameter, &schema, 0, "", &mut found);
        }
        for (media, content) in members(&self.object["requestBody"]["content"]) {
            let schema = format!("{place}/requestBody/content/{}/schema", step(media));
            collect(content, &schema, 0, media, &mut found);
        }
        found
    }

    pub(crate) fn answer_examples(self) -> Vec<Example<'a>> {
        let mut found = Vec::new();
        for (status, response) in members(&self.object["responses"]) {
            for (media, content) in members(&response["content"]) {
                let schema = format!(
                    "{}/responses/{status}/content/{}/schema",
                    self.place(),
                    step(media)
                );
                collect(
                    content,
                    &schema,
                    status.replace("XX", "00").parse().unwrap_or_default(),
                    media,
                    &mut found,
                );
            }
        }
        found
    }
}

fn collect<'a>(holder: &'a Value, schema: &str, status: u16, media: &'a str, found: &mut Vec<Example<'a>>) {
    for (name, example) in members(&holder["examples"]) {
        found.push(Example {
            name,
            call: text(&example["x-call"]),
            code: example.get("x-code").map(text),
            value: &example["value"],
            schema: schema.to_owned(),
            status,
            media,
        });
    }
}
