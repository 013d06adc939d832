//! Where a contract contradicts itself, leaves something out, or says what nothing uses: what `contract.schema.yaml`
//! says, and what no schema can.

use std::collections::BTreeSet;

use anyhow::{Result, anyhow};
use jsonschema::ValidationError;
use serde_json::{Value, json};

use super::contract::{FORM, at, component, has, inputs, list, members, text};

type Found = Vec<String>;

/// Every problem of a contract, with the place where it stands.
pub(crate) fn problems(contract: &Value) -> Result<Found> {
    let schema = schema(contract)?;
    let validator = jsonschema::validator_for(&schema);
    let validator = validator.map_err(|it| anyhow!("contract.schema.yaml: {it}"))?;
    let errors = validator.iter_errors(contract);
    let mut found = errors.map(|it| problem(&schema, contract, &it)).collect();
    twice(contract, &mut found);
    products(contract, &mut found);
    limits(contract, &mut found);
    inferred_keys(contract, &mut found);
    requests(contract, &mut found);
    let mut shown = BTreeSet::new();
    for operation in operations(contract) {
        examples(contract, operation, &mut shown, &mut found);
    }
    unseen(contract, &shown, &mut found);
    numbers(contract, &mut found);
    schemas(contract, &mut found);
    Ok(found)
}

/// The schema of all contracts, with the names that this one defines, for what refers to them.
fn schema(contract: &Value) -> Result<Value> {
    let mut schema: Value = serde_saphyr::from_str(include_str!("contract.schema.yaml"))?;
    let statuses = codes(contract).iter().filter_map(|it| it["http"].as_u64());
    let statuses: BTreeSet<_> = statuses.map(|it| it.to_string()).collect();
    let schemas = members(&contract["components"]["schemas"]);
    let schemas: Vec<_> = schemas.map(|(name, _)| name).collect();
    for (definition, keyword, names) in [
        ("definedCode", "enum", json!(names(codes(contract)))),
        ("definedLimit", "enum", json!(names(list(contract, "x-limits")))),
        ("definedSchema", "enum", json!(schemas)),
        ("responses", "required", json!(statuses)),
    ] {
        schema["$defs"][definition][keyword] = names;
    }
    if calls(contract).any(|it| it["product"].is_u64()) {
        schema["$defs"]["products"] = json!({"required": ["product"]});
    }
    Ok(schema)
}

/// What an error of the validator says: the words of the schema that found it, or its own.
fn problem(schema: &Value, contract: &Value, error: &ValidationError<'_>) -> String {
    let mut place = String::new();
    let mut inner = contract;
    for step in error.instance_path().as_str().split('/').skip(1) {
        // The members of a list are named and not counted.
        let is_list = inner.is_array();
        inner = inner.pointer(&format!("/{step}")).unwrap_or(&Value::Null);
        place.extend(["/", inner["name"].as_str().filter(|_| is_list).unwrap_or(step)]);
    }
    let keyword = error.schema_path().as_str().rsplit_once('/');
    let said = keyword.and_then(|(it, _)| schema.pointer(it)?["description"].as_str());
    let instance = error.instance();
    match (said, instance.is_object()) {
        (Some(said), true) => format!("{place}: {said}"),
        (Some(said), false) => format!("{place}: {instance} {said}"),
        (None, true) => format!("{place}: {}", error.masked_with("it")),
        (None, false) => format!("{place}: {error}"),
    }
}

fn operations(contract: &Value) -> impl Iterator<Item = &Value> {
    let methods = members(&contract["paths"]).flat_map(|(_, methods)| members(methods));
    methods.map(|(_, operation)| operation)
}

fn calls(contract: &Value) -> impl Iterator<Item = &Value> {
    operations(contract).flat_map(|it| list(it, "x-calls"))
}

fn every_call(contract: &Value) -> impl Iterator<Item = &Value> {
    calls(contract).chain(list(contract, "x-other-calls"))
}

fn codes(contract: &Value) -> &[Value] {
    list(&contract["x-codes"], "list")
}

fn names<'a>(list: impl IntoIterator<Item = &'a Value>) -> Vec<&'a str> {
    list.into_iter().map(|it| text(it, "name")).collect()
}

fn twice(contract: &Value, found: &mut Found) {
    let limits = list(contract, "x-limits").iter();
    for (what, names) in [
        ("call", names(every_call(contract))),
        ("constant", names(limits.chain(list(contract, "x-constants")))),
        ("inferred key", names(list(&contract["x-inferred-keys"], "list"))),
        ("code", names(codes(contract))),
    ] {
        let mut seen = BTreeSet::new();
        let twice = names.into_iter().filter(|name| !seen.insert(*name));
        found.extend(twice.map(|name| format!("{what} {name}: defined twice")));
    }
}

/// The properties of a schema and of those that it is all of.
fn properties<'a>(contract: &'a Value, schema: &'a Value) -> impl Iterator<Item = (&'a String, &'a Value)> {
    let parts = list(schema, "allOf").iter();
    let parts = parts.map(|it| at(contract, text(it, "$ref")).unwrap_or(it));
    parts.chain([schema]).flat_map(|it| members(&it["properties"]))
}

fn products(contract: &Value, found: &mut Found) {
    let mut seen = BTreeSet::new();
    for operation in operations(contract) {
        let inputs = inputs(contract, operation);
        let mut choices = inputs.iter().flat_map(|it| list(&it["schema"], "enum"));
        let calls = list(operation, "x-calls").iter();
        for call in calls.filter(|it| it["product"].is_u64()) {
            let product = &call["product"];
            if !choices.clone().any(|it| it == product) {
                let name = text(call, "name");
                found.push(format!(
                    "call {name}: its product {product} is none that the operation takes"
                ));
            }
            if !seen.insert(product.as_u64()) {
                found.push(format!("product {product}: two calls have it"));
            }
        }
        let left = choices.find(|it| it.is_u64() && !seen.contains(&it.as_u64()));
        found.extend(left.map(|it| format!("product {it}: the operation takes it, but no call has it")));
    }
}

fn limits(contract: &Value, found: &mut Found) {
    for limit in list(contract, "x-limits") {
        let (name, schema) = (text(limit, "name"), text(limit, "at"));
        let bounds = at(contract, schema).unwrap_or(&Value::Null);
        if limit["at"].is_string() && !(bounds["minimum"].is_i64() && bounds["maximum"].is_i64()) {
            found.push(format!("limit {name}: {schema} has no minimum and maximum"));
        }
        if !calls(contract).any(|it| has(it, "limits", name)) {
            found.push(format!("limit {name}: no call keeps to it"));
        }
    }
}

fn inferred_keys(contract: &Value, found: &mut Found) {
    let keys = list(&contract["x-inferred-keys"], "list").iter();
    for key in keys.filter(|it| it["at"].is_string()) {
        let (name, shown) = (text(key, "name"), text(key, "at"));
        if at(contract, shown).is_none() {
            found.push(format!("inferred key {name}: there is no {shown}"));
        }
        let last = shown.rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
        if key["keys"][0] != last {
            let expected = format!("{last}, which {shown} shows");
            found.push(format!("inferred key {name}: the first key is not {expected}"));
        }
    }
}

/// Within one call a number has one meaning.
fn numbers(contract: &Value, found: &mut Found) {
    for call in every_call(contract) {
        // Another call that names none has all.
        let is_of = |code: &&Value| call["codes"].is_null() || has(call, "codes", text(code, "name"));
        let codes = codes(contract).iter().filter(is_of);
        let codes: Vec<_> = codes.collect();
        let pairs = codes.iter().enumerate();
        let pairs = pairs.flat_map(|(index, one)| codes[index + 1..].iter().map(move |it| (one, it)));
        for (one, other) in pairs.filter(|(one, other)| one["number"] == other["number"]) {
            let call = text(call, "name");
            let names = format!("{} and {}", text(one, "name"), text(other, "name"));
            let number = &one["number"];
            if number.is_i64() {
                found.push(format!("call {call}: the number {number} is both {names}"));
            }
            if one["text"].is_string() && one["text"] == other["text"] {
                found.push(format!("call {call}: {names} have the same text"));
            }
        }
    }
}

/// What an operation takes is what its calls send, no more and no less.
fn requests(contract: &Value, found: &mut Found) {
    for operation in operations(contract) {
        let inputs = inputs(contract, operation);
        let inputs = inputs.iter().filter(|it| it["in"] != "header");
        let mut taken: BTreeSet<_> = inputs.clone().map(|it| text(it, "name")).collect();
        // What is required and no call names is sent with every call.
        let of_a_call = inputs.filter(|it| it["required"] == false || it["in"] == "path");
        let mut of_a_call: BTreeSet<_> = of_a_call.map(|it| text(it, "name")).collect();
        let bodies = members(&operation["requestBody"]["content"]);
        let bodies = bodies.filter(|(kind, _)| *kind != FORM);
        for body in bodies.filter_map(|(_, media)| component(text(&media["schema"], "$ref"))) {
            taken.insert(body);
            of_a_call.insert(body);
        }
        let sent = list(operation, "x-calls").iter();
        let sent = sent.flat_map(|it| {
            let arguments = list(it, "arguments").iter().chain(list(it, "optional"));
            arguments.chain(it.get("request"))
        });
        let sent: BTreeSet<_> = sent.filter_map(Value::as_str).collect();
        let (unsent, untaken) = (of_a_call.difference(&sent), sent.difference(&taken));
        let why = "the operation takes it, but no call sends it";
        found.extend(unsent.map(|it| format!("request {it}: {why}")));
        let why = "a call sends it, but the operation does not take it";
        found.extend(untaken.map(|it| format!("request {it}: {why}")));
    }
}

/// A call, a code or none, and whether it is an answer of the provider.
type Shown<'a> = BTreeSet<(&'a str, &'a str, bool)>;

fn examples<'a>(contract: &'a Value, operation: &'a Value, shown: &mut Shown<'a>, found: &mut Found) {
    let calls = list(operation, "x-calls");
    let has_examples = |it: &&Value| members(&it["examples"]).next().is_some();
    let with_examples = calls.iter().filter(has_examples);
    shown.extend(with_examples.map(|it| (text(it, "name"), "", false)));
    let bodies = members(&operation["requestBody"]["content"]);
    let requests = bodies.map(|(_, it)| ("", it));
    let answers = members(&operation["responses"]).flat_map(|(status, answer)| {
        let media = members(&answer["content"]);
        media.map(move |(_, it)| (status.as_str(), it))
    });
    for (status, media) in requests.chain(answers) {
        for (name, example) in members(&media["examples"]) {
            let (call, code) = (text(example, "x-call"), text(example, "x-code"));
            shown.insert((call, code, !status.is_empty()));
            match calls.iter().find(|it| it["name"] == call) {
                None => found.push(format!("example {name}: there is no call {call}")),
                Some(of) if !code.is_empty() && !has(of, "codes", code) => {
                    found.push(format!("example {name}: the call {call} does not give {code}"));
                }
                Some(_) => {}
            }
            let expected = codes(contract).iter().find(|it| it["name"] == code);
            let expected = expected.and_then(|it| it["http"].as_u64());
            if expected.is_some_and(|it| it.to_string() != status) {
                found.push(format!("example {name}: {code} does not come with HTTP {status}"));
            }
        }
    }
}

/// What no example shows, and what none should.
fn unseen(contract: &Value, shown: &Shown<'_>, found: &mut Found) {
    for name in names(calls(contract)) {
        if !shown.contains(&(name, "", true)) {
            found.push(format!("call {name}: no example shows it succeed"));
        }
        if !shown.contains(&(name, "", false)) {
            found.push(format!("call {name}: no example shows its request"));
        }
    }
    for code in codes(contract) {
        let name = text(code, "name");
        let is_shown = shown.iter().any(|it| it.1 == name);
        let is_given = calls(contract).any(|it| has(it, "codes", name));
        if !every_call(contract).any(|it| has(it, "codes", name)) {
            found.push(format!("code {name}: no call gives it"));
        }
        if is_given && !is_shown {
            found.push(format!("code {name}: no example shows it"));
        }
    }
}

/// What no schema can say of the schemas, and of what refers to them.
fn schemas(contract: &Value, found: &mut Found) {
    let mut used = BTreeSet::from([text(&contract["x-provider"], "envelope")]);
    used.extend(calls(contract).map(|it| text(it, "request")));
    used.extend(calls(contract).map(|it| text(it, "answer")));
    walk(contract, "", &mut |place, object| {
        used.extend(component(text(object, "$ref")));
        // A map of schemas or of responses is none itself, though a key of it may be a keyword.
        if !place.ends_with("/properties") && !place.ends_with("/responses") {
            let problems = schema_problems(contract, object);
            found.extend(problems.iter().map(|it| format!("{place}: {it}")));
        }
    });
    let schemas = members(&contract["components"]["schemas"]).map(|(name, _)| name);
    let unused = schemas.filter(|it| !used.contains(it.as_str()));
    found.extend(unused.map(|name| format!("schema {name}: nothing uses it")));
}

/// Visits every object of the document but those inside of examples.
fn walk<'a>(value: &'a Value, place: &str, visit: &mut impl FnMut(&str, &'a Value)) {
    if value.is_object() {
        visit(place, value);
    }
    let values = ["value", "default", "const", "enum"];
    for (key, inner) in members(value).filter(|(key, _)| !values.contains(&key.as_str())) {
        walk(inner, &format!("{place}/{key}"), visit);
    }
    for (index, inner) in value.as_array().into_iter().flatten().enumerate() {
        walk(inner, &format!("{place}/{index}"), visit);
    }
}

fn schema_problems(contract: &Value, schema: &Value) -> Found {
    let mut found = Vec::new();
    let reference = text(schema, "$ref");
    let there = at(contract, reference);
    if !reference.is_empty() && there.is_none() {
        found.push(format!("there is no {reference}"));
    }
    for name in list(schema, "required").iter().filter_map(Value::as_str) {
        if !properties(contract, schema).any(|(it, _)| it == name) {
            found.push(format!("requires {name}, which it does not have"));
        }
    }
    for (least, most) in [("minimum", "maximum"), ("minLength", "maxLength")] {
        if let (Some(least), Some(most)) = (schema[least].as_i64(), schema[most].as_i64())
            && least > most
        {
            found.push(format!("{least} to {most} is empty"));
        }
    }
    let values = ["default", "const"].iter().filter_map(|it| schema.get(it));
    let values: Vec<_> = values.chain(list(schema, "enum")).collect();
    if !values.is_empty() {
        let components = &contract["components"];
        let own = json!({"$ref": "#/checked", "checked": schema, "components": components});
        match jsonschema::validator_for(&own) {
            Ok(own) => {
                let errors = values.iter().flat_map(|it| own.iter_errors(it));
                found.extend(errors.map(|it| it.to_string()));
            }
            Err(error) => found.push(error.to_string()),
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIXTURE: &str = include_str!("fixture.yaml");

    fn of(text: &str) -> Vec<String> {
        let contract = serde_saphyr::from_str(text);
        contract.map_or_else(|error| vec![error.to_string()], |it| problems(&it).unwrap())
    }

    #[test]
    fn the_fixture_has_none() {
        assert_eq!(of(FIXTURE), [""; 0]);
    }

    const SEAT: &str = "  /counter/{seat}:\n    post:\n      parameters:\n        - {name: seat, in: path, required: true, \
                        description: Where., x-fa: کجا., schema: {type: string}}\n";

    #[test]
    fn a_part_of_the_path_is_an_argument_of_its_calls() {
        let edited = FIXTURE.replace("  /counter:\n    post:\n", SEAT);
        let untaken = "request seat: the operation takes it, but no call sends it";
        assert_eq!(of(&edited), [untaken]);
        assert_eq!(of(&edited.replace("arguments: []", "arguments: [seat]")), [""; 0]);
    }

    /// What is edited in the fixture, and what is said about it.
    #[rustfmt::skip]
    const EDITS: &[(&str, &str, &str)] = &[
        ("openapi: 3.1.0", "openapi: 3.0.3", "/openapi: \"3.0.3\" must be 3.1"),
        // names
        ("name: menu\n", "name: brew\n", "call brew: defined twice"),
        ("name: menu\n", "name: showMenu\n", "/x-calls/showMenu/name: \"showMenu\" is not spelt as the name of a call is"),
        ("{name: Closed,", "{name: NoTea,", "code NoTea: defined twice"),
        ("name: STREET", "name: CUPS", "constant CUPS: defined twice"),
        ("    x-source: the sign", "", "/servers/0: \"x-source\" is a required property"),
        // calls
        ("codes: [Closed, Unknown]", "codes: [Closed, Closed, Unknown]", "/x-calls/menu/codes: [\"Closed\",\"Closed\",\"Unknown\"] has non-unique elements"),
        ("codes: [Closed, Unknown]", "codes: [Closed, Late, Unknown]", "/x-calls/menu/codes/1: \"Late\" is not defined as a code"),
        ("limits: [CUPS, PER_SECOND]", "limits: [CUPS, PER_SECOND, POTS]", "/x-calls/brew/limits/2: \"POTS\" is not defined as a limit"),
        ("answer: Tea\n          limits", "answer: Coffee\n          limits", "/x-calls/brew/answer: \"Coffee\" is not defined as a schema"),
        ("envelope: Envelope", "envelope: Bag", "/x-provider/envelope: \"Bag\" is not defined as a schema"),
        ("    post:", "    get:", "/get: a GET has no body"),
        // products
        ("product: 8\n", "product: 7\n", "product 7: two calls have it"),
        ("          product: 8\n", "", "/x-calls/menu: \"product\" is a required property"),
        ("enum: [7, 8]", "enum: [8, 9]", "call brew: its product 7 is none that the operation takes"),
        ("enum: [7, 8]", "enum: [7, 8, 9]", "product 9: the operation takes it, but no call has it"),
        // requests
        ("arguments: []", "arguments: [leaf]", "request leaf: a call sends it, but the operation does not take it"),
        ("optional: [kind]", "optional: []", "request kind: the operation takes it, but no call sends it"),
        ("arguments: []", "request: Menu", "request Menu: a call sends it, but the operation does not take it"),
        ("          arguments: []\n", "", "/x-calls/menu: it is not valid under any of the schemas listed in the 'oneOf'"),
        // limits
        ("    type: u32\n    public: true", "    value: 3\n    type: u32\n    public: true", "/x-limits/CUPS: needs either a value or a schema to take it from"),
        ("value: 20000, ", "", "/x-limits/PER_SECOND: needs either a value or a schema to take it from"),
        ("minimum: 1, ", "", "limit CUPS: #/components/schemas/Brew/properties/cups has no minimum and maximum"),
        ("value: 20000, type: u32", "value: 20000, type: bool", "/x-limits/PER_SECOND/type: \"bool\" is not one of \"u8\""),
        ("limits: [CUPS, PER_SECOND]", "limits: [CUPS]", "limit PER_SECOND: no call keeps to it"),
        // inferred keys
        ("keys: [kind, sort]", "keys: [kind, kind]", "/list/KIND/keys: [\"kind\",\"kind\"] has non-unique elements"),
        ("keys: [kind, sort]", "keys: [sort, kind]", "inferred key KIND: the first key is not kind, which #/components/schemas/Tea/properties/kind shows"),
        ("at: '#/components/schemas/Tea/properties/kind'", "at: '#/components/schemas/Pot/properties/kind'", "inferred key KIND: there is no #/components/schemas/Pot/properties/kind"),
        // codes
        ("codes: [NoTea, TooMany, Unknown]", "codes: [NoTea, Unknown]", "code TooMany: no call gives it"),
        ("type: text", "type: Kettle", "/list/Unknown/carries/type: \"Kettle\" is no type that a code can carry"),
        ("fa: چای نداریم., source: the menu", "fa: چای نداریم.", "/list/NoTea: names no section of the document as its source"),
        ("en: No tea.", "en: No tea", "/list/NoTea/en: \"No tea\" is no English sentence"),
        ("fa: چای نداریم.", "fa: No tea.", "/list/NoTea/fa: \"No tea.\" is no Persian sentence"),
        ("fa: چای نداریم.", "fa: چاي نداریم.", "/list/NoTea/fa: \"چاي نداریم.\" has Arabic letters for Persian ones"),
        ("fa: چای نداریم.", "fa: '//:https چای.'", "/list/NoTea/fa: \"//:https چای.\" has an address or Latin digits that are not between U+2066 and U+2069"),
        ("fa: چای نداریم.", "fa: 7 چای.", "/list/NoTea/fa: \"7 چای.\" has an address or Latin digits that are not between U+2066 and U+2069"),
        ("do: come again.", "do: come again", "/list/NoTea/do: \"come again\" is no whole sentence"),
        ("'From {least} to {most} cups.'", "'From {least} cups.'", "/list/TooMany/carries/en: \"From {least} cups.\" does not name {least} and {most}"),
        (", fa: 'از {least} تا {most} فنجان.'", "", "/list/TooMany/carries: has a sentence with a value, which needs both languages"),
        ("{name: allowed, ", "{", "/list/TooMany/carries: needs a name with a meaning or neither"),
        ("codes: [NoTea, TooMany, Unknown]", "codes: [NoTea, Closed, TooMany, Unknown]", "call brew: the number 119 is both NoTea and Closed"),
        // examples
        ("brew: {x-call: brew", "brew: {x-call: drink", "example brew: there is no call drink"),
        ("brew: {x-call: brew", "brew: {x-code: NoTea, x-call: brew", "/examples/brew: a request gives no code"),
        ("no_tea: {x-call: brew", "no_tea: {x-call: menu", "example no_tea: the call menu does not give NoTea"),
        ("http: 503", "http: 502", "example closed: Closed does not come with HTTP 503"),
        ("http: 503", "http: 502", "/responses: \"502\" is a required property"),
        ("                menu: {x-call: menu, value: {kind: black}}\n", "", "call menu: no example shows it succeed"),
        ("              menu: {x-call: menu, value: {product: 8}}\n", "", "call menu: no example shows its request"),
        ("                no_tea: {x-call: brew, x-code: NoTea, value: {code: 119}}\n", "", "code NoTea: no example shows it"),
        // schemas
        ("required: [product]", "required: [product, cup]", "/schemas/Brew: requires cup, which it does not have"),
        ("minimum: 1, maximum: 12", "minimum: 13, maximum: 12", "/schemas/Brew/properties/cups: 13 to 12 is empty"),
        ("default: 2", "default: 13", "/schemas/Brew/properties/cups: 13 is greater than the maximum of 12"),
        ("default: black", "default: red", "/schemas/Brew/properties/kind: \"red\" is not one of \"green\" or \"black\""),
        ("default: black", "default: 3", "/schemas/Brew/properties/kind: 3 is not of type \"string\""),
        ("enum: [green, black]", "enum: [green, green, black]", "/schemas/Brew/properties/kind/enum: [\"green\",\"green\",\"black\"] has non-unique elements"),
        ("enum: [green, black]", "enum: [green, 3, black]", "/schemas/Brew/properties/kind: 3 is not of type \"string\""),
        ("description: Cups., x-fa: فنجان.}", "}", "/schemas/Brew/properties/cups: has no description"),
        // anywhere
        ("    Tea:\n      type", "    Tea:\n      x-fia: چای.\n      type", "/schemas/Tea/x-fia: \"چای.\" stands under a mark that is unknown"),
        ("  version: 0.1.0", "  version: 0.1.0\n  x-fia: چای.", "/info/x-fia: \"چای.\" stands under a mark that is unknown"),
        ("schema: {$ref: '#/components/schemas/Envelope'}", "schema: {$ref: '#/components/schemas/Bag'}", "there is no #/components/schemas/Bag"),
        ("x-fa: بسته است.\n          content", "content", "/responses/503: has a description or a meaning and no x-fa beside it"),
        ("x-fa: بسته است.\n          content", "x-fa: Closed.\n          content", "/responses/503/x-fa: \"Closed.\" is not Persian"),
        ("          description: Closed.\n", "          description: ''\n", "/responses/503/description: \"\" is empty"),
        ("x-basis: field", "x-basis: gossip", "/kind/x-basis: \"gossip\" is not document, inference, field, or observed and its date"),
        ("x-basis: field", "x-basis: observed", "/kind/x-basis: \"observed\" is not document, inference, field, or observed and its date"),
        ("x-basis: field", "x-basis: observed 2026-13-01", "/kind/x-basis: \"observed 2026-13-01\" is not document,"),
        ("    Envelope:\n", "    Pot: {type: object}\n    Envelope:\n", "schema Pot: nothing uses it"),
        ("minimum: 1,", "minimun: 1,", "/properties/cups: Additional properties are not allowed ('minimun' was unexpected)"),
        ("      required: [product]\n", "      required: [product]\n      required: [product]\n", "duplicate mapping key"),
        ("{type: string, description: Which., x-fa: کدام., x-basis", "{type: string, contentMediaType: text/plain, description: Which., x-fa: کدام., x-basis", "\"contentSchema\" is a required property"),
        ("type: string, enum", "type: sting, enum", "/kind/type: \"sting\" is no type"),
        ("type: string, enum", "type: [string, integer], enum", "/kind/type: [\"string\",\"integer\"] is no type, nor one and null"),
        ("          codes: [Closed, Unknown]\n", "          codes: [Closed, Unknown]\n          retry: 3\n", "'retry' was unexpected"),
        ("x-codes:\n", "x-other-calls: [{name: any, summary: Any., x-fa: هر., source: the sign}]\nx-codes:\n", "call any: the number 119 is both NoTea and Closed"),
    ];

    #[test]
    fn each_kind_is_named() {
        for (from, to, expected) in EDITS {
            assert!(FIXTURE.contains(from), "{from}");
            let edited = FIXTURE.replacen(from, to, 1);
            let found = of(&edited).join("\n");
            assert!(
                found.contains(expected),
                "{from} → {to}:\n{found}\nnot: {expected}"
            );
        }
    }
}
