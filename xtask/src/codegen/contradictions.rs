//! Where a contract contradicts itself, leaves something out, or says what nothing uses.

use std::collections::BTreeSet;

use serde_json::Value;

use super::contract::{By, Code, Contract, Limit, PayloadKind, Schema, component_name};

/// The marks of our own; any other that begins with `x-` is a slip.
const MARKS: [&str; 12] = [
    "x-constants",
    "x-basis",
    "x-call",
    "x-calls",
    "x-code",
    "x-codes",
    "x-fa",
    "x-inferred-keys",
    "x-limits",
    "x-provider",
    "x-source",
    "x-other-calls",
];

/// Every problem of a contract, each with the place where it stands.
pub(crate) fn problems(contract: &Contract) -> Vec<String> {
    let mut found = Vec::new();
    if !contract.document.openapi.starts_with("3.1.") {
        found.push("openapi: must be 3.1".to_owned());
    }
    names(contract, &mut found);
    calls(contract, &mut found);
    products(contract, &mut found);
    requests(contract, &mut found);
    limits(contract, &mut found);
    inferred_keys(contract, &mut found);
    codes(contract, &mut found);
    numbers(contract, &mut found);
    examples(contract, &mut found);
    for (name, schema) in &contract.document.components.schemas {
        self::schema(contract, &format!("schema {name}"), schema, &mut found);
    }
    walk(&contract.json, "", &mut |place, object| {
        keys(contract, place, object, &mut found);
    });
    unused_schemas(contract, &mut found);
    found
}

fn twice<'a>(names: impl Iterator<Item = &'a str>) -> BTreeSet<&'a str> {
    let mut seen = BTreeSet::new();
    names.filter(|name| !seen.insert(*name)).collect()
}

type Rule<'a> = &'a dyn Fn(&str) -> bool;

fn names(contract: &Contract, found: &mut Vec<String>) {
    let document = &contract.document;
    let keys = document.inferred_keys.iter().flat_map(|it| &it.list);
    let constants = document.limits.iter().map(|it| it.name.as_str());
    let constants = constants.chain(document.constants.iter().map(|it| it.name.as_str()));
    let is_snake = |name: &str| name.chars().all(|c| c.is_ascii_lowercase() || c == '_');
    let is_constant = |name: &str| {
        name.chars()
            .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
    };
    let is_pascal = |name: &str| {
        name.starts_with(|c: char| c.is_ascii_uppercase()) && name.chars().all(|c| c.is_ascii_alphanumeric())
    };
    let groups: [(&str, Vec<&str>, Rule<'_>); 4] = [
        (
            "call",
            contract.calls().map(|it| it.call.name.as_str()).collect(),
            &is_snake,
        ),
        ("constant", constants.collect(), &is_constant),
        (
            "inferred key",
            keys.map(|it| it.name.as_str()).collect(),
            &is_constant,
        ),
        (
            "code",
            document.codes.list.iter().map(|it| it.name.as_str()).collect(),
            &is_pascal,
        ),
    ];
    for (what, names, rule) in groups {
        for name in twice(names.iter().copied()) {
            found.push(format!("{what} {name}: defined twice"));
        }
        for name in names.iter().filter(|name| name.is_empty() || !rule(name)) {
            found.push(format!("{what} {name}: is not spelt as a {what} is"));
        }
    }
    if document.servers.len() != 1 || document.servers.iter().any(|it| it.source.is_none()) {
        found.push("servers: one is needed, with its x-source".to_owned());
    }
}

fn calls(contract: &Contract, found: &mut Vec<String>) {
    for it in contract.calls() {
        let call = it.call;
        let place = format!("call {}", call.name);
        for name in call.limits.iter().filter(|name| contract.limit(name).is_none()) {
            found.push(format!("{place}: its limit {name} is not defined"));
        }
        for name in [&call.request, &call.answer] {
            if !contract.document.components.schemas.contains_key(name) {
                found.push(format!("{place}: its schema {name} is not defined"));
            }
        }
        if it.method == "get" && it.operation.request_body.is_some() {
            found.push(format!("{place}: a GET has no body"));
        }
    }
    for table in contract.tables() {
        let place = format!("call {}", table.call);
        for names in [table.codes, table.checks] {
            for name in twice(names.iter().map(String::as_str)) {
                found.push(format!("{place}: names the code {name} twice"));
            }
            for name in names.iter().filter(|name| contract.code(name).is_none()) {
                found.push(format!("{place}: its code {name} is not defined"));
            }
        }
        for code in table.codes.iter().filter_map(|name| contract.code(name)) {
            if code.by == By::Crate {
                found.push(format!(
                    "{place}: {} is the crate's own, so it belongs to the checks",
                    code.name
                ));
            }
        }
    }
    if let Some(envelope) = &contract.document.provider.envelope
        && !contract.document.components.schemas.contains_key(envelope)
    {
        found.push(format!("x-provider: its envelope {envelope} is not defined"));
    }
}

fn products(contract: &Contract, found: &mut Vec<String>) {
    let products: Vec<_> = contract.calls().filter_map(|it| it.call.product).collect();
    let mut seen = BTreeSet::new();
    for product in products.iter().filter(|product| !seen.insert(**product)) {
        found.push(format!("product {product}: two calls have it"));
    }
    for it in contract.calls() {
        let place = format!("call {}", it.call.name);
        if !products.is_empty() && it.call.product.is_none() {
            found.push(format!("{place}: has no product, but other calls do"));
        }
        let request = contract.document.components.schemas.get(&it.call.request);
        let constants = request.into_iter().flat_map(|schema| {
            let parts = std::iter::once(schema).chain(&schema.all_of);
            parts.flat_map(|part| contract.resolve(part).properties.values())
        });
        let constants: Vec<_> = constants
            .filter(|property| property.types.allow("integer"))
            .filter_map(|property| property.constant.as_ref()?.as_u64())
            .collect();
        if let Some(product) = it.call.product
            && constants != [product]
        {
            found.push(format!(
                "{place}: its product is {product}, but its request {} says {constants:?}",
                it.call.request
            ));
        }
    }
}

/// What an operation takes is what its calls send, no more and no less.
fn requests(contract: &Contract, found: &mut Vec<String>) {
    for operation in contract.operations() {
        let body = operation
            .request_body
            .iter()
            .flat_map(|body| body.content.values());
        let parameters = operation.parameters.iter().filter(|it| it.place == "query");
        let schemas = body.map(|it| &it.schema).chain(parameters.map(|it| &it.schema));
        let mut taken = BTreeSet::new();
        for schema in schemas {
            let of = contract.resolve(schema);
            let alternatives = if of.one_of.is_empty() {
                std::slice::from_ref(schema)
            } else {
                &of.one_of
            };
            let names = alternatives.iter().filter_map(|it| it.reference.as_deref());
            taken.extend(names.filter_map(component_name));
        }
        let sent: BTreeSet<_> = operation.calls.iter().map(|it| it.request.as_str()).collect();
        for name in taken.difference(&sent) {
            found.push(format!(
                "request {name}: the operation takes it, but no call sends it"
            ));
        }
        for name in sent.difference(&taken) {
            found.push(format!(
                "request {name}: a call sends it, but the operation does not take it"
            ));
        }
    }
}

fn limits(contract: &Contract, found: &mut Vec<String>) {
    for limit in &contract.document.limits {
        let Limit { name, at, value, .. } = limit;
        let place = format!("limit {name}");
        match (at, value) {
            (Some(_), Some(_)) => {
                found.push(format!("{place}: has both a value and a schema to take it from"));
            }
            (None, None) => found.push(format!(
                "{place}: has neither a value nor a schema to take it from"
            )),
            (Some(at), None) if contract.bounds(at).is_none() => {
                found.push(format!("{place}: {at} has no minimum and maximum"));
            }
            _ => {}
        }
        if !["u8", "u16", "u32", "u64", "usize", "seconds", "per_second"].contains(&limit.kind.as_str()) {
            found.push(format!("{place}: {} is no type of a limit", limit.kind));
        }
        if !contract.calls().any(|it| it.call.limits.contains(name)) {
            found.push(format!("{place}: no call keeps to it"));
        }
    }
}

fn inferred_keys(contract: &Contract, found: &mut Vec<String>) {
    for key in contract.document.inferred_keys.iter().flat_map(|it| &it.list) {
        let place = format!("inferred key {}", key.name);
        for name in twice(key.keys.iter().map(String::as_str)) {
            found.push(format!("{place}: {name} stands twice"));
        }
        let Some(at) = &key.at else { continue };
        if at
            .strip_prefix('#')
            .and_then(|it| contract.json.pointer(it))
            .is_none()
        {
            found.push(format!("{place}: there is no {at}"));
        }
        let last = at.rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
        if key.keys.first() != Some(&last) {
            found.push(format!("{place}: the first key is not {last}, which {at} shows"));
        }
    }
}

fn codes(contract: &Contract, found: &mut Vec<String>) {
    for code in &contract.document.codes.list {
        let place = format!("code {}", code.name);
        if contract.calls_with(code).is_empty() {
            found.push(format!("{place}: no call gives it"));
        }
        let wire = code.text.is_some() || code.number.is_some() || code.http.is_some();
        match code.by {
            By::Crate if wire => {
                found.push(format!(
                    "{place}: is the crate's own, but has a number, text or status of the wire"
                ));
            }
            By::Provider if code.source.is_none() && code.basis == super::contract::Basis::Document => {
                found.push(format!("{place}: names no section of the document as its source"));
            }
            _ => {}
        }
        sentences(&place, &code.en, &code.fa, found);
        for text in [&code.means, &code.remedy] {
            if !text.trim().ends_with('.') {
                found.push(format!("{place}: \"{}\" is no whole sentence", text.trim()));
            }
        }
        payload(code, &place, found);
    }
}

fn payload(code: &Code, place: &str, found: &mut Vec<String>) {
    let Some(payload) = &code.carries else { return };
    if payload.name.is_some() != payload.means.is_some() {
        found.push(format!(
            "{place}: what it carries needs a name with a meaning, or neither"
        ));
    }
    for case in &payload.cases {
        sentences(place, &case.en, &case.fa, found);
    }
    match (&payload.en, &payload.fa) {
        (Some(en), Some(fa)) => {
            sentences(place, en, fa, found);
            for text in [en, fa] {
                if payload.kind == PayloadKind::Range
                    && !(text.contains("{least}") && text.contains("{most}"))
                {
                    found.push(format!(
                        "{place}: \"{text}\" does not name {{least}} and {{most}}"
                    ));
                }
            }
        }
        (None, None) if payload.kind != PayloadKind::Range => {}
        _ => found.push(format!("{place}: its sentence with a value needs both languages")),
    }
}

fn sentences(place: &str, en: &str, fa: &str, found: &mut Vec<String>) {
    let persian = |text: &str| text.chars().any(|c| ('\u{600}'..='\u{6ff}').contains(&c));
    if !en.trim().ends_with('.') || persian(en) {
        found.push(format!("{place}: \"{en}\" is no English sentence"));
    }
    if !fa.trim().ends_with('.') || !persian(fa) {
        found.push(format!("{place}: \"{fa}\" is no Persian sentence"));
    }
    if fa.contains(['ي', 'ك']) {
        found.push(format!("{place}: \"{fa}\" has Arabic letters for Persian ones"));
    }
}

/// Within one call a number has one meaning.
fn numbers(contract: &Contract, found: &mut Vec<String>) {
    for it in contract.calls() {
        let codes: Vec<_> = it
            .call
            .codes
            .iter()
            .filter_map(|name| contract.code(name))
            .collect();
        for (index, one) in codes.iter().enumerate() {
            for other in &codes[index + 1..] {
                if one.number.is_some() && one.number == other.number {
                    found.push(format!(
                        "call {}: the number {} is both {} and {}",
                        it.call.name,
                        one.number.unwrap_or_default(),
                        one.name,
                        other.name
                    ));
                }
                if one.text.is_some() && one.text == other.text && one.number == other.number {
                    found.push(format!(
                        "call {}: {} and {} have the same text",
                        it.call.name, one.name, other.name
                    ));
                }
            }
        }
    }
}

fn examples(contract: &Contract, found: &mut Vec<String>) {
    let mut shown = BTreeSet::new();
    let mut asked = BTreeSet::new();
    for operation in contract.operations() {
        let call = |name: &str| operation.calls.iter().find(|it| it.name == *name);
        let body = operation.request_body.iter().flat_map(|it| it.content.values());
        let requests = operation.parameters.iter().map(|it| &it.examples);
        for (name, example) in requests.chain(body.map(|it| &it.examples)).flatten() {
            asked.insert(example.call.as_str());
            if call(&example.call).is_none() {
                found.push(format!("example {name}: there is no call {}", example.call));
            }
            if example.code.is_some() {
                found.push(format!("example {name}: a request gives no code"));
            }
        }
        for (status, response) in &operation.responses {
            for (name, example) in response.content.values().flat_map(|it| &it.examples) {
                let place = format!("example {name}");
                let Some(call) = call(&example.call) else {
                    found.push(format!("{place}: there is no call {}", example.call));
                    continue;
                };
                shown.insert((example.call.as_str(), example.code.as_deref()));
                let Some(code) = &example.code else { continue };
                if !call.codes.contains(code) {
                    found.push(format!("{place}: the call {} does not give {code}", call.name));
                }
                let expected = contract.code(code).and_then(|it| it.http);
                if expected.is_some_and(|it| it.to_string() != *status) {
                    found.push(format!("{place}: {code} does not come with HTTP {status}"));
                }
            }
        }
        for code in contract.document.codes.list.iter().filter_map(|it| it.http) {
            if !operation.responses.contains_key(&code.to_string()) {
                found.push(format!("responses: none for HTTP {code}, with which codes come"));
            }
        }
    }
    for it in contract.calls() {
        let name = it.call.name.as_str();
        if !shown.contains(&(name, None)) {
            found.push(format!("call {name}: no example shows it succeed"));
        }
        if !asked.contains(name) {
            found.push(format!("call {name}: no example shows its request"));
        }
    }
    for code in &contract.document.codes.list {
        let is_shown = shown.iter().any(|(_, it)| *it == Some(code.name.as_str()));
        let is_listed = contract.calls().any(|it| it.call.codes.contains(&code.name));
        if code.by == By::Provider && is_listed && !is_shown {
            found.push(format!("code {}: no example shows it", code.name));
        }
        if code.by == By::Crate && is_shown {
            found.push(format!(
                "code {}: is the crate's own, but an example of an answer shows it",
                code.name
            ));
        }
    }
}

fn schema(contract: &Contract, place: &str, schema: &Schema, found: &mut Vec<String>) {
    for name in &schema.required {
        let there = schema.properties.contains_key(name)
            || schema
                .all_of
                .iter()
                .any(|it| contract.resolve(it).properties.contains_key(name));
        if !there {
            found.push(format!("{place}: requires {name}, which it does not have"));
        }
    }
    for (least, most) in [
        (schema.minimum, schema.maximum),
        (schema.min_length, schema.max_length),
    ] {
        if let (Some(least), Some(most)) = (least, most)
            && least > most
        {
            found.push(format!("{place}: {least} to {most} is empty"));
        }
    }
    if let Some(default) = &schema.default {
        if !schema.words.is_empty() && !schema.words.contains(default) {
            found.push(format!("{place}: the default {default} is none of its values"));
        }
        let number = default.as_i64();
        let below = number.is_some_and(|it| schema.minimum.is_some_and(|least| it < least));
        let above = number.is_some_and(|it| schema.maximum.is_some_and(|most| it > most));
        if below || above {
            found.push(format!("{place}: the default {default} is outside of its limits"));
        }
        if !fits(schema, default) {
            found.push(format!("{place}: the default {default} is no {}", schema.types));
        }
    }
    let words: Vec<_> = schema.words.iter().map(Value::to_string).collect();
    for word in twice(words.iter().map(String::as_str)) {
        found.push(format!("{place}: {word} stands twice among its values"));
    }
    for word in schema
        .words
        .iter()
        .chain(&schema.constant)
        .filter(|it| !fits(schema, it))
    {
        found.push(format!("{place}: its value {word} is no {}", schema.types));
    }
    if schema.content.is_some() != schema.content_media_type.is_some() {
        found.push(format!(
            "{place}: contentSchema and contentMediaType need each other"
        ));
    }

    let parts = [&schema.one_of, &schema.any_of, &schema.all_of];
    let inner = schema.items.iter().chain(&schema.content).map(AsRef::as_ref);
    for part in parts.into_iter().flatten().chain(inner) {
        self::schema(contract, place, part, found);
    }
    for (name, property) in &schema.properties {
        let place = format!("{place}, {name}");
        // What only names the properties of its alternatives once more describes none of them.
        let described = contract.resolve(property).description.is_some() || !schema.one_of.is_empty();
        if !described {
            found.push(format!("{place}: has no description"));
        }
        self::schema(contract, &place, property, found);
    }
}

fn fits(schema: &Schema, value: &Value) -> bool {
    let name = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    schema.types.allow(name) || name == "integer" && schema.types.allow("number")
}

/// Visits every object of the document but those inside of examples.
fn walk<'a>(value: &'a Value, place: &str, visit: &mut impl FnMut(&str, &'a serde_json::Map<String, Value>)) {
    match value {
        Value::Object(object) => {
            visit(place, object);
            for (key, value) in object {
                if !["value", "default", "const", "enum", "keys"].contains(&key.as_str()) {
                    walk(value, &format!("{place}/{key}"), visit);
                }
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                walk(item, &format!("{place}/{index}"), visit);
            }
        }
        _ => {}
    }
}

fn keys(contract: &Contract, place: &str, object: &serde_json::Map<String, Value>, found: &mut Vec<String>) {
    for key in object
        .keys()
        .filter(|key| key.starts_with("x-") && !MARKS.contains(&key.as_str()))
    {
        found.push(format!("{place}: the mark {key} is unknown"));
    }
    let text = |key: &str| object.get(key).and_then(Value::as_str).map(str::trim);
    if let Some(reference) = text("$ref")
        && reference
            .strip_prefix('#')
            .and_then(|it| contract.json.pointer(it))
            .is_none()
    {
        found.push(format!("{place}: there is no {reference}"));
    }
    let persian = |text: &str| text.chars().any(|c| ('\u{600}'..='\u{6ff}').contains(&c));
    let english = text("description").or_else(|| text("means"));
    match (english, text("x-fa")) {
        (_, Some(fa)) if !persian(fa) => {
            found.push(format!("{place}: its x-fa is not Persian"));
        }
        (Some(""), _) => found.push(format!("{place}: its description is empty")),
        (Some(_), None) if !object.contains_key("fa") && !place.contains("/carries") => {
            found.push(format!("{place}: has a description and no x-fa beside it"));
        }
        (None, Some(_)) if text("summary").is_none() => {
            found.push(format!("{place}: has an x-fa and no description beside it"));
        }
        _ => {}
    }
    if let Some(basis) = text("x-basis").or_else(|| text("basis"))
        && !["inference", "field", "document"].contains(&basis)
    {
        found.push(format!("{place}: {basis} is no basis"));
    }
}

fn unused_schemas(contract: &Contract, found: &mut Vec<String>) {
    let mut used: BTreeSet<&str> = contract
        .calls()
        .flat_map(|it| [it.call.request.as_str(), it.call.answer.as_str()])
        .chain(contract.document.provider.envelope.as_deref())
        .collect();
    walk(&contract.json, "", &mut |_, object| {
        used.extend(
            object
                .get("$ref")
                .and_then(Value::as_str)
                .and_then(component_name),
        );
    });
    for name in contract.document.components.schemas.keys() {
        if !used.contains(name.as_str()) {
            found.push(format!("schema {name}: nothing uses it"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIXTURE: &str = include_str!("fixture.yaml");

    fn of(text: &str) -> Vec<String> {
        problems(&Contract::parse("fixture.yaml", text).unwrap())
    }

    #[test]
    fn the_fixture_has_none() {
        assert_eq!(of(FIXTURE), [""; 0]);
    }

    /// What is edited in the fixture, and what is said about it.
    #[rustfmt::skip]
    const EDITS: &[(&str, &str, &str)] = &[
        ("openapi: 3.1.0", "openapi: 3.0.3", "openapi: must be 3.1"),
        // names
        ("name: menu\n", "name: brew\n", "call brew: defined twice"),
        ("name: menu\n", "name: showMenu\n", "call showMenu: is not spelt as a call is"),
        ("{name: Closed,", "{name: NoTea,", "code NoTea: defined twice"),
        ("name: STREET", "name: CUPS", "constant CUPS: defined twice"),
        ("    x-source: the sign", "", "servers: one is needed, with its x-source"),
        // calls
        ("codes: [Closed, Unknown]", "codes: [Closed, Closed, Unknown]", "call menu: names the code Closed twice"),
        ("codes: [Closed, Unknown]", "codes: [Closed, Late, Unknown]", "call menu: its code Late is not defined"),
        ("codes: [Closed, Unknown]", "codes: [Closed, TooMany, Unknown]", "call menu: TooMany is the crate's own, so it belongs to the checks"),
        ("limits: [CUPS, PER_SECOND]", "limits: [CUPS, PER_SECOND, POTS]", "call brew: its limit POTS is not defined"),
        ("answer: Tea\n          limits", "answer: Coffee\n          limits", "call brew: its schema Coffee is not defined"),
        ("envelope: Envelope", "envelope: Bag", "x-provider: its envelope Bag is not defined"),
        ("    post:", "    get:", "call brew: a GET has no body"),
        // products
        ("product: 8\n", "product: 7\n", "product 7: two calls have it"),
        ("          product: 8\n", "", "call menu: has no product, but other calls do"),
        ("const: 7", "const: 9", "call brew: its product is 7, but its request Brew says [9]"),
        // requests
        ("                - $ref: '#/components/schemas/Menu'\n", "", "request Menu: a call sends it, but the operation does not take it"),
        ("schemas/Menu'\n", "schemas/Menu'\n                - $ref: '#/components/schemas/Tea'\n", "request Tea: the operation takes it, but no call sends it"),
        // limits
        ("    type: u32\n    public: true", "    value: 3\n    type: u32\n    public: true", "limit CUPS: has both a value and a schema to take it from"),
        ("value: 20000, ", "", "limit PER_SECOND: has neither a value nor a schema to take it from"),
        ("minimum: 1, ", "", "limit CUPS: #/components/schemas/Brew/properties/cups has no minimum and maximum"),
        ("value: 20000, type: u32", "value: 20000, type: bool", "limit PER_SECOND: bool is no type of a limit"),
        ("limits: [CUPS, PER_SECOND]", "limits: [CUPS]", "limit PER_SECOND: no call keeps to it"),
        // inferred keys
        ("keys: [kind, sort]", "keys: [kind, kind]", "inferred key KIND: kind stands twice"),
        ("keys: [kind, sort]", "keys: [sort, kind]", "inferred key KIND: the first key is not kind, which #/components/schemas/Tea/properties/kind shows"),
        ("at: '#/components/schemas/Tea/properties/kind'", "at: '#/components/schemas/Pot/properties/kind'", "inferred key KIND: there is no #/components/schemas/Pot/properties/kind"),
        // codes
        ("checks: [TooMany, NoTea]", "checks: [NoTea]", "code TooMany: no call gives it"),
        ("by: crate", "by: crate\n      number: 3", "code TooMany: is the crate's own, but has a number, text or status of the wire"),
        ("fa: چای نداریم., source: the menu", "fa: چای نداریم.", "code NoTea: names no section of the document as its source"),
        ("en: No tea.", "en: No tea", "code NoTea: \"No tea\" is no English sentence"),
        ("fa: چای نداریم.", "fa: No tea.", "code NoTea: \"No tea.\" is no Persian sentence"),
        ("fa: چای نداریم.", "fa: چاي نداریم.", "code NoTea: \"چاي نداریم.\" has Arabic letters for Persian ones"),
        ("do: come again.", "do: come again", "code NoTea: \"come again\" is no whole sentence"),
        ("'From {least} to {most} cups.'", "'From {least} cups.'", "code TooMany: \"From {least} cups.\" does not name {least} and {most}"),
        (", fa: 'از {least} تا {most} فنجان.'", "", "code TooMany: its sentence with a value needs both languages"),
        ("{name: allowed, ", "{", "code TooMany: what it carries needs a name with a meaning, or neither"),
        ("codes: [NoTea, Unknown]", "codes: [NoTea, Closed, Unknown]", "call brew: the number 119 is both NoTea and Closed"),
        // examples
        ("brew: {x-call: brew", "brew: {x-call: drink", "example brew: there is no call drink"),
        ("brew: {x-call: brew", "brew: {x-code: NoTea, x-call: brew", "example brew: a request gives no code"),
        ("no_tea: {x-call: brew", "no_tea: {x-call: menu", "example no_tea: the call menu does not give NoTea"),
        ("http: 503", "http: 502", "example closed: Closed does not come with HTTP 503"),
        ("http: 503", "http: 502", "responses: none for HTTP 502, with which codes come"),
        ("                menu: {x-call: menu, value: {kind: black}}\n", "", "call menu: no example shows it succeed"),
        ("              menu: {x-call: menu, value: {product: 8}}\n", "", "call menu: no example shows its request"),
        ("                no_tea: {x-call: brew, x-code: NoTea, value: {code: 119}}\n", "", "code NoTea: no example shows it"),
        ("x-code: NoTea", "x-code: TooMany", "code TooMany: is the crate's own, but an example of an answer shows it"),
        // schemas
        ("required: [product, cups]", "required: [product, cup]", "schema Brew: requires cup, which it does not have"),
        ("minimum: 1, maximum: 12", "minimum: 13, maximum: 12", "schema Brew, cups: 13 to 12 is empty"),
        ("default: 2", "default: 13", "schema Brew, cups: the default 13 is outside of its limits"),
        ("default: black", "default: red", "schema Brew, kind: the default \"red\" is none of its values"),
        ("default: black", "default: 3", "schema Brew, kind: the default 3 is no string"),
        ("enum: [green, black]", "enum: [green, green, black]", "schema Brew, kind: \"green\" stands twice among its values"),
        ("enum: [green, black]", "enum: [green, 3, black]", "schema Brew, kind: its value 3 is no string"),
        ("description: Cups., x-fa: فنجان.}", "}", "schema Brew, cups: has no description"),
        // anywhere
        ("    Tea:\n      type", "    Tea:\n      x-fia: چای.\n      type", "unknown field"),
        ("  version: 0.1.0", "  version: 0.1.0\n  x-fia: چای.", "/info: the mark x-fia is unknown"),
        ("schema: {$ref: '#/components/schemas/Envelope'}", "schema: {$ref: '#/components/schemas/Bag'}", "there is no #/components/schemas/Bag"),
        ("x-fa: بسته است.\n          content", "content", "/responses/503: has a description and no x-fa beside it"),
        ("x-fa: بسته است.\n          content", "x-fa: Closed.\n          content", "/responses/503: its x-fa is not Persian"),
        ("          description: Closed.\n", "          description: ''\n", "/responses/503: its description is empty"),
        ("x-basis: field", "x-basis: gossip", "unknown variant"),
        ("    Envelope:\n", "    Pot: {type: object}\n    Envelope:\n", "schema Pot: nothing uses it"),
        ("minimum: 1,", "minimun: 1,", "unknown field"),
        ("      required: [product, cups]\n", "      required: [product, cups]\n      required: [product]\n", "duplicate mapping key"),
        ("by: crate", "by: chance", "unknown variant"),
    ];

    #[test]
    fn each_kind_is_named() {
        for (from, to, expected) in EDITS {
            assert!(FIXTURE.contains(from), "{from}");
            let edited = FIXTURE.replacen(from, to, 1);
            let found = match Contract::parse("fixture.yaml", &edited) {
                Ok(contract) => problems(&contract).join("\n"),
                Err(error) => format!("{error:#}"),
            };
            assert!(
                found.contains(expected),
                "{from} → {to}:\n{found}\nnot: {expected}"
            );
        }
    }
}
