//! The contracts in `docs/openapi` as JSON Schema, and what they say about requests and answers.

#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

pub(crate) mod checked;
pub(crate) mod clients;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, Mutex};

use jsonschema::Validator;
use serde_json::{Value, json};

/// The media type whose fields are arguments as parameters are.
const FORM: &str = "application/x-www-form-urlencoded";

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

/// An example, and the schema that it must keep to.
pub(crate) struct Example<'a> {
    pub(crate) name: &'a str,
    pub(crate) call: &'a str,
    pub(crate) code: Option<&'a str>,
    pub(crate) value: &'a Value,
    pub(crate) schema: Value,
    /// Of an answer; 0 for a request.
    pub(crate) status: u16,
    pub(crate) media: &'a str,
}

static CONTRACTS: LazyLock<Vec<Contract>> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/openapi");
    let files = std::fs::read_dir(folder).unwrap().map(|it| it.unwrap().path());
    let read = |file: PathBuf| {
        let name = file.file_stem()?.to_str()?.to_owned();
        let is_contract = file.extension()? == "yaml" && name != "redocly";
        is_contract.then(|| Contract {
            name: name.leak(),
            document: document(&std::fs::read_to_string(file).unwrap()),
            validators: Mutex::default(),
        })
    };
    let mut contracts: Vec<_> = files.filter_map(read).collect();
    contracts.sort_by_key(|it| it.name);
    contracts
});

fn document(text: &str) -> Value {
    serde_saphyr::from_str(&text.replace("x-types:", "type:")).unwrap()
}

pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    CONTRACTS.iter().map(|it| it.name)
}

pub(crate) fn contract(name: &str) -> &'static Contract {
    CONTRACTS.iter().find(|it| it.name == name).unwrap()
}

/// The contracts of a provider of the sandbox: that of its calls, and that of its login if it stands apart.
pub(crate) fn contracts_of(provider: &str) -> impl Iterator<Item = &'static Contract> {
    CONTRACTS
        .iter()
        .filter(move |it| it.name.strip_suffix("-api").unwrap_or(it.name) == provider)
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

fn strings(list: &Value) -> Vec<&str> {
    list.as_array().into_iter().flatten().map(text).collect()
}

/// The schema at a place of the document.
fn at(place: &str) -> Value {
    json!({"$ref": place})
}

impl Contract {
    /// What is wrong with a value by this schema, which may refer into the document.
    pub(crate) fn problems(&self, schema: &Value, value: &Value) -> Vec<String> {
        let validator = {
            let mut validators = self.validators.lock().unwrap();
            let build = || {
                let mut root = self.document.clone();
                let keywords = schema.as_object().unwrap().clone();
                root.as_object_mut().unwrap().extend(keywords);
                let options = jsonschema::options().with_draft(jsonschema::Draft::Draft202012);
                Arc::new(options.should_validate_formats(true).build(&root).unwrap())
            };
            Arc::clone(validators.entry(schema.to_string()).or_insert_with(build))
        };
        validator
            .iter_errors(value)
            .map(|error| format!("{}: {error} at {}", self.name, error.instance_path()))
            .collect()
    }

    /// The addresses of the service.
    pub(crate) fn servers(&self) -> impl Iterator<Item = &str> {
        let servers = self.document["servers"].as_array().into_iter().flatten();
        servers.map(|it| text(&it["url"]))
    }

    pub(crate) fn component(name: &str) -> Value {
        at(&format!("#/components/schemas/{name}"))
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
    pub(crate) fn contract(self) -> &'a Contract {
        self.contract
    }

    /// Whether a request goes to it.
    pub(crate) fn is_at(self, method: &str, path: &str) -> bool {
        let is_part = |(own, sent): (&str, &str)| own == sent || own.starts_with('{');
        let parts = || self.path.split('/').zip(path.split('/'));
        self.method == method
            && self.path.split('/').count() == path.split('/').count()
            && parts().all(is_part)
    }

    /// The arguments that are parts of a path of its own, as they stand there.
    pub(crate) fn arguments_in(self, path: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        let parts = self.path.split('/').zip(path.split('/'));
        parts.filter_map(|(own, sent)| Some((own.strip_prefix('{')?.strip_suffix('}')?, sent)))
    }

    /// How many parts of its path may be anything.
    pub(crate) fn open_parts(self) -> usize {
        self.path.matches('{').count()
    }

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
        let demands = |call: &&Value| {
            let required = strings(&call["arguments"]);
            let is_product = call
                .get("product")
                .is_none_or(|it| arguments.get("scProductId") == Some(it));
            let present = required.iter().all(|name| arguments.get(name).is_some());
            (present && is_product).then_some(required.len())
        };
        self.calls()
            .iter()
            .filter(|it| demands(it).is_some())
            .max_by_key(demands)
            .unwrap()
    }

    /// The schema of an answer with this status; `None` if the contract has no such answer.
    pub(crate) fn answer_schema(self, status: u16, media: &str) -> Option<Value> {
        let responses = &self.object["responses"];
        let keys = [status.to_string(), "default".to_owned()];
        let key = keys
            .iter()
            .find(|key| responses[key]["content"].get(media).is_some())?;
        Some(at(&format!(
            "{}/responses/{key}/content/{}/schema",
            self.place(),
            step(media)
        )))
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
        for call in self.calls() {
            let schema = self.arguments_schema(call);
            collect(call, text(&call["name"]), &schema, 0, "", &mut found);
        }
        for (media, content) in members(&self.object["requestBody"]["content"]) {
            let schema = at(&format!("{place}/requestBody/content/{}/schema", step(media)));
            collect(content, "", &schema, 0, media, &mut found);
        }
        for example in found.iter_mut().filter(|it| it.media == FORM) {
            example.schema = self.arguments_schema(self.call(example.call));
        }
        found
    }

    /// The schema of what a call is made with, if these are parameters or a form's fields.
    pub(crate) fn arguments_schema(self, call: &Value) -> Value {
        let parameters = self.object["parameters"].as_array().into_iter().flatten();
        let place = |index| format!("{}/parameters/{index}/schema", self.place());
        let mut places: Vec<_> = parameters
            .enumerate()
            .map(|(index, it)| (text(&it["name"]), place(index)))
            .collect();
        let reference = text(&self.object["requestBody"]["content"][FORM]["schema"]["$ref"]);
        let document = &self.contract.document;
        let form = document
            .pointer(reference.trim_start_matches('#'))
            .unwrap_or(&Value::Null);
        let place = |name| format!("{reference}/properties/{name}");
        places.extend(members(&form["properties"]).map(|(name, _)| (name, place(name))));

        let always = if form.is_object() {
            strings(&form["required"])
        } else {
            Vec::new()
        };
        let required = [strings(&call["arguments"]), always].concat();
        let taken = [required.clone(), strings(&call["optional"])].concat();
        let taken = places.into_iter().filter(|(name, _)| taken.contains(name));
        let mut properties: serde_json::Map<_, _> =
            taken.map(|(name, place)| (name.to_owned(), at(&place))).collect();
        if let Some(product) = call.get("product") {
            properties.insert("scProductId".to_owned(), json!({"const": product}));
        }
        json!({"type": "object", "required": required, "properties": properties, "additionalProperties": false})
    }

    pub(crate) fn answer_examples(self) -> Vec<Example<'a>> {
        let mut found = Vec::new();
        for (status, response) in members(&self.object["responses"]) {
            for (media, content) in members(&response["content"]) {
                let schema = at(&format!(
                    "{}/responses/{status}/content/{}/schema",
                    self.place(),
                    step(media)
                ));
                let status = status.parse().unwrap_or_default();
                collect(content, "", &schema, status, media, &mut found);
            }
        }
        found
    }
}

/// The examples of a holder; those of a call belong to it, others name theirs.
fn collect<'a>(
    holder: &'a Value,
    call: &'a str,
    schema: &Value,
    status: u16,
    media: &'a str,
    found: &mut Vec<Example<'a>>,
) {
    for (name, example) in members(&holder["examples"]) {
        found.push(Example {
            name,
            call: example.get("x-call").map_or(call, text),
            code: example.get("x-code").map(text),
            value: &example["value"],
            schema: schema.clone(),
            status,
            media,
        });
    }
}
