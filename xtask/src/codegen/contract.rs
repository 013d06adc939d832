//! A contract of `docs/openapi` as the templates read it. `contract.schema.yaml` says what it may hold,
//! `docs/openapi/README.md` what the marks with `x-` mean.

use anyhow::{Context, Result};
use indexmap::{IndexMap, IndexSet};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// The document, and what is made of several places of it.
#[derive(Debug, Serialize)]
pub(crate) struct Contract {
    /// Where it stands, such as `docs/openapi/aparat.yaml`.
    pub(crate) file: String,
    /// The name of the file without its ending.
    pub(crate) stem: String,
    document: Value,
    paths: Vec<String>,
    /// Each with its path and method.
    calls: Vec<Value>,
    other_calls: Vec<Value>,
    /// Each with the names of the calls that can fail with it.
    codes: Vec<Value>,
    /// Each with its bounds, if a schema has them.
    limits: Vec<Value>,
    credentials: Vec<Value>,
    /// What every call is made with, whichever it is.
    parameters: Vec<Value>,
    /// Each schema, followed by its fields, those of its parts as paths.
    schemas: IndexMap<String, Vec<Field>>,
}

#[derive(Debug, Serialize)]
struct Field {
    path: String,
    required: bool,
    kind: String,
    #[serde(flatten)]
    schema: Schema,
}

/// The media type whose fields are arguments as parameters are.
pub(crate) const FORM: &str = "application/x-www-form-urlencoded";

/// The operations by their paths and methods.
type Paths = IndexMap<String, IndexMap<String, Value>>;

/// What of the document has an order, which a JSON object loses.
#[derive(Debug, Deserialize)]
struct Ordered {
    paths: Paths,
    components: Components,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Components {
    schemas: Schemas,
    #[serde(default)]
    security_schemes: IndexMap<String, Value>,
}

#[derive(Debug, Default, Clone, Deserialize, Serialize)]
#[serde(default, rename_all = "camelCase")]
struct Schema {
    #[serde(rename = "$ref", skip_serializing)]
    reference: String,
    #[serde(rename = "type", alias = "x-types")]
    types: Value,
    #[serde(skip_serializing)]
    required: Vec<String>,
    #[serde(skip_serializing)]
    properties: IndexMap<String, Schema>,
    #[serde(skip_serializing)]
    items: Option<Box<Schema>>,
    #[serde(skip_serializing)]
    one_of: Vec<Schema>,
    #[serde(skip_serializing)]
    all_of: Vec<Schema>,
    #[serde(rename = "contentSchema", skip_serializing)]
    content: Option<Box<Schema>>,
    /// What it says in words and numbers.
    #[serde(flatten)]
    said: IndexMap<String, Value>,
}

impl Contract {
    /// A document that has no [problems](super::validate::problems).
    pub(crate) fn parse(file: &str, yaml: &str, document: Value) -> Result<Self> {
        let Ordered { paths, components } = serde_saphyr::from_str(yaml).with_context(|| file.to_owned())?;
        let mut schemas = components.schemas;
        for operation in operations(&paths) {
            schemas.0.extend(arguments(&document, operation)?);
        }
        let shown = |(name, schema): (&String, &Schema)| (name.clone(), schemas.shown(schema));
        let calls = placed_calls(&paths);
        let other_calls = other_calls(&document, &calls);
        let name = file.rsplit('/').next().unwrap_or_default();
        Ok(Self {
            file: file.to_owned(),
            stem: name.trim_end_matches(".yaml").to_owned(),
            codes: codes(&document, &calls, &other_calls),
            limits: limits(&document),
            credentials: components.security_schemes.into_values().collect(),
            parameters: operations(&paths)
                .flat_map(|it| of_every_call(&document, it))
                .collect(),
            schemas: schemas.0.iter().map(shown).collect(),
            paths: paths.into_keys().collect(),
            calls,
            other_calls,
            document,
        })
    }

    /// The crate that is generated for; `None` where there is no client yet.
    pub(crate) fn package(&self) -> Option<&str> {
        self.document["x-provider"]["crate"].as_str()
    }
}

fn placed_calls(paths: &Paths) -> Vec<Value> {
    let mut calls = Vec::new();
    for (path, methods) in paths {
        for (method, operation) in methods {
            let placed = |it: &Value| {
                let request = it.get("request").unwrap_or(&it["name"]).clone();
                let it = with(&with(it, "path", json!(path)), "method", json!(method));
                with(&it, "request", request)
            };
            calls.extend(list(operation, "x-calls").iter().map(placed));
        }
    }
    calls
}

/// What they do not say of their codes is what all calls say.
fn other_calls(document: &Value, calls: &[Value]) -> Vec<Value> {
    let all: Vec<_> = calls.iter().flat_map(|it| list(it, "codes")).collect();
    let codes = |it: &Value| it.get("codes").cloned().unwrap_or_else(|| json!(all));
    let others = list(document, "x-other-calls").iter();
    others.map(|it| with(it, "codes", codes(it))).collect()
}

fn codes(document: &Value, calls: &[Value], other_calls: &[Value]) -> Vec<Value> {
    let codes = list(&document["x-codes"], "list").iter();
    let calls_with = |code: &Value| {
        let name = text(code, "name");
        let calls = calls.iter().chain(other_calls);
        let calls = calls.filter(|it| has(it, "codes", name));
        calls.map(|it| &it["name"]).cloned().collect()
    };
    codes.map(|it| with(it, "calls", calls_with(it))).collect()
}

fn limits(document: &Value) -> Vec<Value> {
    let limits = list(document, "x-limits").iter();
    let bounds = |it: &Value| json!(at(document, text(it, "at")));
    limits.map(|it| with(it, "bounds", bounds(it))).collect()
}

fn operations(paths: &Paths) -> impl Iterator<Item = &Value> {
    paths.values().flat_map(IndexMap::values)
}

/// What the calls of an operation can be made with: its parameters, and the fields of its form.
pub(crate) fn inputs(document: &Value, operation: &Value) -> Vec<Value> {
    let resolved = |it: &Value| {
        let mut schema = at(document, text(it, "$ref")).unwrap_or(it).clone();
        members(it).for_each(|(key, value)| schema[key] = value.clone());
        schema
    };
    let parameters = list(operation, "parameters").iter();
    let mut inputs: Vec<_> = parameters
        .map(|it| with(it, "schema", resolved(&it["schema"])))
        .collect();
    let form = resolved(&operation["requestBody"]["content"][FORM]["schema"]);
    for (name, property) in members(&form["properties"]) {
        let mut input = resolved(property);
        input["schema"] = input.clone();
        input["name"] = json!(name);
        input["in"] = json!("form");
        input["required"] = json!(has(&form, "required", name));
        inputs.push(input);
    }
    inputs
}

fn of_every_call(document: &Value, operation: &Value) -> Vec<Value> {
    let calls = list(operation, "x-calls");
    let takes = |call: &Value, name: &str| has(call, "arguments", name) || has(call, "optional", name);
    let mut inputs = inputs(document, operation);
    inputs.retain(|it| !calls.iter().any(|call| takes(call, text(it, "name"))));
    inputs
}

/// The arguments of each call that names them, as the schema of an object.
fn arguments(document: &Value, operation: &Value) -> Result<IndexMap<String, Schema>> {
    let inputs = inputs(document, operation);
    let mut schemas = IndexMap::new();
    let calls = list(operation, "x-calls").iter();
    for call in calls.filter(|it| it["arguments"].is_array()) {
        let mut object = Schema::default();
        for name in ["arguments", "optional"].iter().flat_map(|it| list(call, it)) {
            let input = inputs.iter().find(|it| it["name"] == *name);
            let input = input.with_context(|| format!("there is no argument {name}"))?;
            let mut schema: Schema = serde_json::from_value(input["schema"].clone())?;
            let said = ["description", "x-fa", "x-basis"].into_iter();
            let said = said.filter_map(|key| Some((key.to_owned(), input.get(key)?.clone())));
            schema.said.extend(said);
            let name = name.as_str().unwrap_or_default().to_owned();
            if has(call, "arguments", &name) {
                object.required.push(name.clone());
            }
            object.properties.insert(name, schema);
        }
        schemas.insert(text(call, "name").to_owned(), object);
    }
    Ok(schemas)
}

/// The schemas by their names.
#[derive(Debug, Deserialize)]
struct Schemas(IndexMap<String, Schema>);

impl Schemas {
    fn shown(&self, schema: &Schema) -> Vec<Field> {
        let schema = self.resolve(schema);
        let mut fields = vec![self.field(String::new(), true, &schema)];
        self.collect(&schema, "", true, &mut fields);
        fields
    }

    fn field(&self, path: String, required: bool, schema: &Schema) -> Field {
        let (kind, schema) = (self.kind(schema), schema.clone());
        Field {
            path,
            required,
            kind,
            schema,
        }
    }

    fn collect(&self, schema: &Schema, prefix: &str, required: bool, fields: &mut Vec<Field>) {
        let parts = schema.all_of.iter().chain(&schema.one_of);
        for part in parts.chain(schema.content.as_deref()) {
            self.collect(&self.resolve(part), prefix, required, fields);
        }
        for (name, property) in &schema.properties {
            let path = format!("{prefix}{name}");
            if fields.iter().any(|it| it.path == path) {
                continue;
            }
            let is_required = required && schema.required.contains(name);
            let property = self.resolve(property);
            fields.push(self.field(path.clone(), is_required, &property));
            match &property.items {
                Some(items) => self.collect(&self.resolve(items), &format!("{path}[]."), required, fields),
                None => self.collect(&property, &format!("{path}."), required, fields),
            }
        }
    }

    /// The schema that this one refers to, with what this one says itself; or the schema itself.
    fn resolve(&self, schema: &Schema) -> Schema {
        let Some(there) = component(&schema.reference).and_then(|it| self.0.get(it)) else {
            return schema.clone();
        };
        let mut resolved = self.resolve(there);
        resolved.said.extend(schema.said.clone());
        resolved
    }

    fn kind(&self, schema: &Schema) -> String {
        if let Some(items) = &schema.items {
            return format!("array of {}", self.kind(&self.resolve(items)));
        }
        let of_parts = schema.one_of.iter().map(|it| self.kind(&self.resolve(it)));
        let named = |it: &Value| it.as_str().map(str::to_owned);
        let kinds: IndexSet<_> = match &schema.types {
            Value::Null => of_parts.collect(),
            Value::Array(types) => types.iter().filter_map(named).collect(),
            only => named(only).into_iter().collect(),
        };
        let json = if schema.content.is_some() { " of JSON" } else { "" };
        let kinds: Vec<_> = kinds.into_iter().collect();
        kinds.join(" or ") + json
    }
}

fn with(of: &Value, key: &str, value: Value) -> Value {
    let mut of = of.clone();
    of[key] = value;
    of
}

/// What stands at a reference, such as `#/components/schemas/Order`.
pub(crate) fn at<'a>(document: &'a Value, reference: &str) -> Option<&'a Value> {
    document.pointer(reference.strip_prefix('#')?)
}

pub(crate) fn component(reference: &str) -> Option<&str> {
    reference.strip_prefix("#/components/schemas/")
}

/// The list at a key, empty if there is none.
pub(crate) fn list<'a>(of: &'a Value, key: &str) -> &'a [Value] {
    of[key].as_array().map_or(&[], Vec::as_slice)
}

/// Whether the list at a key has this name.
pub(crate) fn has(of: &Value, key: &str, name: &str) -> bool {
    list(of, key).iter().any(|it| it == name)
}

pub(crate) fn text<'a>(of: &'a Value, key: &str) -> &'a str {
    of[key].as_str().unwrap_or_default()
}

pub(crate) fn members(of: &Value) -> impl Iterator<Item = (&String, &Value)> {
    of.as_object().into_iter().flatten()
}
