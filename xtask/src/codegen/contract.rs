//! A contract as it stands in `docs/openapi`: the parts of an OpenAPI document that are generated from, in their
//! order. The marks that begin with `x-` are explained in `docs/openapi/README.md`.

use std::fmt;

use anyhow::{Context, Result};
use indexmap::IndexMap;
use serde::Deserialize;
use serde_json::Value;

/// A contract, read twice: as what we know of it, and as plain JSON for what is looked for everywhere.
#[derive(Debug)]
pub(crate) struct Contract {
    /// Where it stands, such as `docs/openapi/aparat.yaml`.
    pub(crate) file: String,
    pub(crate) document: Document,
    pub(crate) json: Value,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Document {
    pub(crate) openapi: String,
    pub(crate) info: Info,
    #[serde(rename = "x-provider")]
    pub(crate) provider: Provider,
    pub(crate) servers: Vec<Server>,
    pub(crate) paths: IndexMap<String, IndexMap<String, Operation>>,
    pub(crate) components: Components,
    #[serde(rename = "x-constants", default)]
    pub(crate) constants: Vec<Constant>,
    #[serde(rename = "x-other-calls", default)]
    pub(crate) other_calls: Vec<OtherCalls>,
    #[serde(rename = "x-limits", default)]
    pub(crate) limits: Vec<Limit>,
    #[serde(rename = "x-inferred-keys", default)]
    pub(crate) inferred_keys: Option<InferredKeys>,
    #[serde(rename = "x-codes")]
    pub(crate) codes: Codes,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Info {
    pub(crate) title: String,
    pub(crate) description: String,
    #[serde(rename = "x-fa")]
    pub(crate) fa: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Provider {
    /// The crate whose table is generated from here.
    #[serde(rename = "crate")]
    pub(crate) package: String,
    /// What the names of its calls begin with.
    pub(crate) name: String,
    /// The schema that every answer is wrapped in.
    pub(crate) envelope: Option<String>,
    /// The type in Rust of what else its refusals carry.
    pub(crate) details: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Server {
    pub(crate) url: String,
    pub(crate) description: String,
    #[serde(rename = "x-fa")]
    pub(crate) fa: String,
    #[serde(rename = "x-source")]
    pub(crate) source: Option<String>,
    #[serde(rename = "x-basis", default)]
    pub(crate) basis: Basis,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Operation {
    #[serde(default)]
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) request_body: Option<Body>,
    pub(crate) responses: IndexMap<String, Body>,
    #[serde(rename = "x-calls")]
    pub(crate) calls: Vec<Call>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Parameter {
    pub(crate) name: String,
    #[serde(rename = "in")]
    pub(crate) place: String,
    #[serde(default)]
    pub(crate) required: bool,
    pub(crate) description: String,
    #[serde(rename = "x-fa")]
    pub(crate) fa: String,
    #[serde(rename = "x-basis", default)]
    pub(crate) basis: Basis,
    pub(crate) schema: Schema,
    #[serde(default)]
    pub(crate) examples: IndexMap<String, Example>,
}

/// A request's body or a response.
#[derive(Debug, Deserialize)]
pub(crate) struct Body {
    #[serde(default)]
    pub(crate) content: IndexMap<String, Media>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Media {
    pub(crate) schema: Schema,
    #[serde(default)]
    pub(crate) examples: IndexMap<String, Example>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Example {
    #[serde(rename = "summary")]
    pub(crate) _summary: Option<String>,
    #[serde(rename = "value")]
    pub(crate) _value: Value,
    /// The call that it belongs to.
    #[serde(rename = "x-call")]
    pub(crate) call: String,
    /// The code that the client makes of it; none for a success.
    #[serde(rename = "x-code")]
    pub(crate) code: Option<String>,
    #[serde(rename = "x-basis", default)]
    pub(crate) _basis: Basis,
}

/// What making a call, once or twice, does at the provider.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Semantics {
    Safe,
    Idempotent,
    NonIdempotent,
}

/// One thing that a client can do. Several of them may share a path and a method.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Call {
    pub(crate) name: String,
    pub(crate) summary: String,
    #[serde(rename = "x-fa")]
    pub(crate) fa: String,
    pub(crate) source: String,
    pub(crate) semantics: Semantics,
    /// The id of the provider's product, where one path serves several.
    pub(crate) product: Option<u64>,
    /// The schema of its arguments.
    pub(crate) request: String,
    /// The schema of what its caller wants to know.
    pub(crate) answer: String,
    #[serde(default)]
    pub(crate) limits: Vec<String>,
    /// What the provider can refuse it with.
    pub(crate) codes: Vec<String>,
    /// What the client refuses it with, before anything is sent.
    #[serde(default)]
    pub(crate) checks: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Components {
    pub(crate) schemas: IndexMap<String, Schema>,
    #[serde(default)]
    pub(crate) security_schemes: IndexMap<String, SecurityScheme>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct SecurityScheme {
    /// The name of the query parameter or header; a bearer token has none.
    pub(crate) name: Option<String>,
    #[serde(rename = "in")]
    pub(crate) place: Option<String>,
    pub(crate) description: String,
    #[serde(rename = "x-fa")]
    pub(crate) fa: String,
    #[serde(rename = "x-basis", default)]
    pub(crate) basis: Basis,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Schema {
    #[serde(rename = "$ref")]
    pub(crate) reference: Option<String>,
    #[serde(rename = "title")]
    _title: Option<String>,
    #[serde(rename = "type", default)]
    pub(crate) types: Types,
    #[serde(rename = "format")]
    pub(crate) format: Option<String>,
    pub(crate) description: Option<String>,
    #[serde(rename = "x-fa")]
    pub(crate) fa: Option<String>,
    #[serde(rename = "x-basis", default)]
    pub(crate) basis: Basis,
    #[serde(rename = "x-source")]
    _source: Option<String>,
    pub(crate) default: Option<Value>,
    #[serde(rename = "const")]
    pub(crate) constant: Option<Value>,
    #[serde(rename = "enum", default)]
    pub(crate) words: Vec<Value>,
    pub(crate) minimum: Option<i64>,
    pub(crate) maximum: Option<i64>,
    pub(crate) min_length: Option<i64>,
    pub(crate) max_length: Option<i64>,
    pub(crate) pattern: Option<String>,
    #[serde(rename = "minItems")]
    _min_items: Option<i64>,
    #[serde(rename = "maxProperties")]
    _max_properties: Option<i64>,
    #[serde(default)]
    pub(crate) properties: IndexMap<String, Schema>,
    #[serde(default)]
    pub(crate) required: Vec<String>,
    #[serde(rename = "additionalProperties")]
    _additional_properties: Option<Value>,
    pub(crate) items: Option<Box<Schema>>,
    #[serde(default)]
    pub(crate) one_of: Vec<Schema>,
    #[serde(default)]
    pub(crate) any_of: Vec<Schema>,
    #[serde(default)]
    pub(crate) all_of: Vec<Schema>,
    #[serde(rename = "contentMediaType")]
    pub(crate) content_media_type: Option<String>,
    #[serde(rename = "contentSchema")]
    pub(crate) content: Option<Box<Schema>>,
}

/// `type`: one word or several.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(untagged)]
pub(crate) enum Types {
    #[default]
    Any,
    One(String),
    Several(Vec<String>),
}

/// Who says so.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Basis {
    /// The provider's document.
    #[default]
    Document,
    /// We: it follows from what the document says or leaves open.
    Inference,
    /// Public clients of the same service.
    Field,
}

/// A text that the code needs and no schema holds.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Constant {
    pub(crate) name: String,
    pub(crate) value: String,
    #[serde(default)]
    pub(crate) public: bool,
    pub(crate) means: String,
    #[serde(rename = "x-fa")]
    pub(crate) fa: String,
    pub(crate) source: String,
    #[serde(default)]
    pub(crate) basis: Basis,
}

/// Calls of the provider that the contract does not list: their method and path are the caller's.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OtherCalls {
    pub(crate) name: String,
    pub(crate) summary: String,
    #[serde(rename = "x-fa")]
    pub(crate) fa: String,
    pub(crate) source: String,
    pub(crate) codes: Vec<String>,
    #[serde(default)]
    pub(crate) checks: Vec<String>,
}

/// A number that arguments or the pace of calls must keep to.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Limit {
    pub(crate) name: String,
    /// The schema whose `minimum` and `maximum` it is…
    pub(crate) at: Option<String>,
    /// …or the number itself, for what a schema cannot say.
    pub(crate) value: Option<u64>,
    /// Its type in Rust; `seconds` is a `Duration`, `per_second` a `RateLimit`.
    #[serde(rename = "type")]
    pub(crate) kind: String,
    #[serde(default)]
    pub(crate) public: bool,
    pub(crate) means: String,
    #[serde(rename = "x-fa")]
    pub(crate) fa: String,
    pub(crate) source: String,
    #[serde(default)]
    pub(crate) basis: Basis,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct InferredKeys {
    pub(crate) description: String,
    #[serde(rename = "x-fa")]
    pub(crate) fa: String,
    pub(crate) list: Vec<InferredKey>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct InferredKey {
    pub(crate) name: String,
    pub(crate) at: Option<String>,
    pub(crate) keys: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Codes {
    pub(crate) description: String,
    #[serde(rename = "x-fa")]
    pub(crate) fa: String,
    pub(crate) list: Vec<Code>,
}

/// A reason why a call is refused.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Code {
    pub(crate) name: String,
    pub(crate) by: By,
    #[serde(default)]
    pub(crate) basis: Basis,
    pub(crate) number: Option<i64>,
    /// The HTTP status that it comes with.
    pub(crate) http: Option<u16>,
    /// The provider's text or name for it.
    pub(crate) text: Option<String>,
    pub(crate) means: String,
    /// What a person can do about it.
    #[serde(rename = "do")]
    pub(crate) remedy: String,
    pub(crate) en: String,
    pub(crate) fa: String,
    pub(crate) carries: Option<Payload>,
    pub(crate) source: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum By {
    /// It comes over the wire.
    Provider,
    /// The client finds it itself and sends nothing.
    Crate,
}

/// What a code carries.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Payload {
    /// Without one it has no name in Rust either.
    pub(crate) name: Option<String>,
    #[serde(rename = "type")]
    pub(crate) kind: PayloadKind,
    pub(crate) means: Option<String>,
    /// The sentences when there is something to put into them.
    pub(crate) en: Option<String>,
    pub(crate) fa: Option<String>,
    /// The sentences for each word of an enum.
    #[serde(default)]
    pub(crate) cases: Vec<Case>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Case {
    pub(crate) is: String,
    pub(crate) en: String,
    pub(crate) fa: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(from = "String")]
pub(crate) enum PayloadKind {
    /// `{least}` and `{most}` in its sentences, if they are known.
    Range,
    Text,
    Number,
    /// A number that may be missing.
    NumberIfAny,
    /// An HTTP status.
    Status,
    /// A type of the crate.
    Type(String),
}

impl From<String> for PayloadKind {
    fn from(name: String) -> Self {
        match name.as_str() {
            "range" => Self::Range,
            "text" => Self::Text,
            "number" => Self::Number,
            "number?" => Self::NumberIfAny,
            "status" => Self::Status,
            _ => Self::Type(name),
        }
    }
}

impl Contract {
    pub(crate) fn parse(file: &str, text: &str) -> Result<Self> {
        let read = || {
            anyhow::Ok(Self {
                file: file.to_owned(),
                document: serde_saphyr::from_str(text)?,
                json: serde_saphyr::from_str(text)?,
            })
        };
        read().with_context(|| format!("{file} cannot be read as a contract"))
    }

    /// The name of the file without its ending.
    pub(crate) fn stem(&self) -> &str {
        let name = self.file.rsplit('/').next().unwrap_or_default();
        name.strip_suffix(".yaml").unwrap_or(name)
    }

    /// Every call, with its path and method.
    pub(crate) fn calls(&self) -> impl Iterator<Item = Placed<'_>> {
        self.document.paths.iter().flat_map(|(path, methods)| {
            methods.iter().flat_map(move |(method, operation)| {
                operation.calls.iter().map(move |call| Placed {
                    path,
                    method,
                    operation,
                    call,
                })
            })
        })
    }

    pub(crate) fn operations(&self) -> impl Iterator<Item = &Operation> {
        self.document.paths.values().flat_map(IndexMap::values)
    }

    pub(crate) fn code(&self, name: &str) -> Option<&Code> {
        self.document.codes.list.iter().find(|code| code.name == name)
    }

    pub(crate) fn limit(&self, name: &str) -> Option<&Limit> {
        self.document.limits.iter().find(|limit| limit.name == name)
    }

    /// Whether its calls are told apart by the ids of products.
    pub(crate) fn has_products(&self) -> bool {
        self.calls().any(|it| it.call.product.is_some())
    }

    /// Every call's name with the provider's codes for it and the crate's own checks.
    pub(crate) fn tables(&self) -> impl Iterator<Item = Table<'_>> {
        let listed = self.calls().map(|it| Table {
            call: &it.call.name,
            codes: &it.call.codes,
            checks: &it.call.checks,
        });
        let others = self.document.other_calls.iter().map(|it| Table {
            call: &it.name,
            codes: &it.codes,
            checks: &it.checks,
        });
        listed.chain(others)
    }

    /// The names of the calls that can give a code.
    pub(crate) fn calls_with(&self, code: &Code) -> Vec<String> {
        self.tables()
            .filter(|table| table.has(&code.name))
            .map(|table| self.full_name(table.call))
            .collect()
    }

    /// The name of a call in errors and traces.
    pub(crate) fn full_name(&self, call: &str) -> String {
        format!("{}.{call}", self.document.provider.name)
    }

    /// The component that a schema refers to, or the schema itself.
    pub(crate) fn resolve<'a>(&'a self, schema: &'a Schema) -> &'a Schema {
        let component = schema.reference.as_deref().and_then(|it| self.component(it));
        component.map_or(schema, |it| self.resolve(it))
    }

    /// The component at a reference, or a property of it.
    pub(crate) fn component(&self, reference: &str) -> Option<&Schema> {
        let mut parts = component_name(reference)?.split('/');
        let mut schema = self.document.components.schemas.get(parts.next()?)?;
        while let (Some("properties"), Some(name)) = (parts.next(), parts.next()) {
            schema = schema.properties.get(name)?;
        }
        Some(schema)
    }

    /// The least and the most that the schema at this place allows.
    pub(crate) fn bounds(&self, at: &str) -> Option<(i64, i64)> {
        let schema = self.json.pointer(at.strip_prefix('#')?)?;
        Some((schema.get("minimum")?.as_i64()?, schema.get("maximum")?.as_i64()?))
    }
}

pub(crate) fn component_name(reference: &str) -> Option<&str> {
    reference.strip_prefix("#/components/schemas/")
}

/// What a call can fail with.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Table<'a> {
    pub(crate) call: &'a str,
    pub(crate) codes: &'a [String],
    pub(crate) checks: &'a [String],
}

impl Table<'_> {
    pub(crate) fn has(&self, code: &str) -> bool {
        self.codes.iter().chain(self.checks).any(|it| it == code)
    }
}

/// A call and where it is made.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Placed<'a> {
    pub(crate) path: &'a str,
    pub(crate) method: &'a str,
    pub(crate) operation: &'a Operation,
    pub(crate) call: &'a Call,
}

impl fmt::Display for Types {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => Ok(()),
            Self::One(word) => f.write_str(word),
            Self::Several(words) => f.write_str(&words.join(" or ")),
        }
    }
}

impl Types {
    pub(crate) fn allow(&self, word: &str) -> bool {
        match self {
            Self::Any => true,
            Self::One(only) => only == word,
            Self::Several(words) => words.iter().any(|it| it == word),
        }
    }
}

impl Basis {
    /// The mark in tables, empty for what the document says.
    pub(crate) fn mark(self) -> &'static str {
        match self {
            Self::Document => "",
            Self::Inference => "I",
            Self::Field => "F",
        }
    }
}
