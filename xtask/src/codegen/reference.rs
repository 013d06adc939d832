//! From a contract to its page in `docs/reference`.

use std::fmt::Write as _;

use serde_json::Value;

use super::contract::{Basis, By, Call, Contract, Placed, Schema, Semantics, Types};
use super::rust::capital;

type Written = std::fmt::Result;

pub(crate) fn index(contracts: &[Contract]) -> String {
    let mut out = String::from(
        "# Reference\n\n\
         What each provider's document says, from the contracts in [docs/openapi](../openapi/README.md). In the tables\n\
         **I** marks what is inferred and **F** what public clients of the same service show; everything else is said by\n\
         the provider's document.\n\n\
         | provider | crate | calls |\n|---|---|---|\n",
    );
    for contract in contracts {
        let calls: Vec<_> = contract.calls().map(|it| format!("`{}`", it.call.name)).collect();
        let _ = writeln!(
            out,
            "| [{}]({}.md) | `{}` | {} |",
            contract.document.info.title,
            contract.stem(),
            contract.document.provider.package,
            calls.join(", ")
        );
    }
    out
}

pub(crate) fn page(contract: &Contract) -> String {
    let mut out = String::new();
    write_page(&mut out, contract).unwrap_or_default();
    out
}

fn write_page(out: &mut String, contract: &Contract) -> Written {
    let document = &contract.document;
    writeln!(
        out,
        "# {}\n\n{}\n",
        document.info.title,
        document.info.description.trim()
    )?;
    writeln!(
        out,
        "<div dir=\"rtl\">\n\n{}\n\n</div>\n",
        document.info.fa.trim()
    )?;
    writeln!(
        out,
        "Crate: `{}`. Contract: [{file}](../openapi/{file}). Marks: **I** inferred, **F** seen in public clients.\n",
        document.provider.package,
        file = contract.file.rsplit('/').next().unwrap_or_default()
    )?;
    constants(out, contract)?;
    calls(out, contract)?;
    credentials(out, contract)?;
    for placed in contract.calls() {
        call(out, contract, placed)?;
    }
    if let Some(envelope) = &document.provider.envelope {
        writeln!(out, "## The envelope\n")?;
        fields(out, contract, &format!("#/components/schemas/{envelope}"), false)?;
    }
    inferred_keys(out, contract)?;
    limits(out, contract)?;
    codes(out, contract)
}

fn constants(out: &mut String, contract: &Contract) -> Written {
    table(out, &["value", "what it is", "فارسی", ""])?;
    for server in &contract.document.servers {
        let url = code(&server.url);
        row(out, &[&url, &server.description, &server.fa, server.basis.mark()])?;
    }
    for constant in contract.document.constants.iter().filter(|it| it.public) {
        let value = code(&constant.value);
        row(
            out,
            &[&value, &constant.means, &constant.fa, constant.basis.mark()],
        )?;
    }
    writeln!(out)
}

fn calls(out: &mut String, contract: &Contract) -> Written {
    writeln!(out, "## Calls\n")?;
    let products = contract.has_products();
    let mut head = vec!["call", "request", "semantics", "what it does", "فارسی", "source"];
    if products {
        head.insert(2, "product");
    }
    table(out, &head)?;
    for Placed {
        path, method, call, ..
    } in contract.calls()
    {
        let name = format!("[`{}`](#{})", call.name, call.name);
        let request = code(&format!("{} {path}", method.to_uppercase()));
        let product = call.product.map(|it| it.to_string()).unwrap_or_default();
        let semantics = match call.semantics {
            Semantics::Safe => "safe",
            Semantics::Idempotent => "idempotent",
            Semantics::NonIdempotent => "**not idempotent**",
        };
        let mut cells = vec![
            name.as_str(),
            &request,
            semantics,
            &call.summary,
            &call.fa,
            &call.source,
        ];
        if products {
            cells.insert(2, &product);
        }
        row(out, &cells)?;
    }
    for other in &contract.document.other_calls {
        let name = code(&other.name);
        let mut cells = vec![
            name.as_str(),
            "any",
            "the caller says",
            &other.summary,
            &other.fa,
            &other.source,
        ];
        if products {
            cells.insert(2, "");
        }
        row(out, &cells)?;
    }
    writeln!(
        out,
        "\nA safe call only reads. A call that is not idempotent is never sent a second time once its bytes may have left.\n"
    )
}

fn credentials(out: &mut String, contract: &Contract) -> Written {
    let schemes = &contract.document.components.security_schemes;
    let header_parameters: Vec<_> = contract
        .operations()
        .flat_map(|operation| &operation.parameters)
        .filter(|parameter| parameter.place == "header")
        .collect();
    if schemes.is_empty() && header_parameters.is_empty() {
        return Ok(());
    }
    writeln!(out, "With every call:\n")?;
    table(out, &["name", "where", "what it is", "فارسی", ""])?;
    for scheme in schemes.values() {
        let name = code(scheme.name.as_deref().unwrap_or("Authorization"));
        let place = scheme.place.as_deref().unwrap_or("header");
        row(
            out,
            &[&name, place, &scheme.description, &scheme.fa, scheme.basis.mark()],
        )?;
    }
    for parameter in header_parameters {
        let required = if parameter.required {
            "required"
        } else {
            "optional"
        };
        let about = format!(
            "{} {}",
            parameter.description,
            constraints(contract, &parameter.schema)
        );
        let place = format!("{}, {required}", parameter.place);
        row(
            out,
            &[
                &code(&parameter.name),
                &place,
                about.trim(),
                &parameter.fa,
                parameter.basis.mark(),
            ],
        )?;
    }
    writeln!(out)
}

fn call(out: &mut String, contract: &Contract, placed: Placed<'_>) -> Written {
    let Call {
        name,
        summary,
        request,
        answer,
        codes,
        checks,
        ..
    } = placed.call;
    writeln!(out, "## `{name}`\n\n{summary}\n")?;
    let component = |name: &str| format!("#/components/schemas/{name}");
    writeln!(out, "### Arguments\n")?;
    fields(out, contract, &component(request), true)?;
    writeln!(out, "### Answer\n")?;
    fields(out, contract, &component(answer), false)?;
    let list = |names: &[String]| {
        let names: Vec<_> = names.iter().map(|name| format!("[`{name}`](#errors)")).collect();
        names.join(", ")
    };
    writeln!(out, "Errors: {}.\n", list(codes))?;
    if !checks.is_empty() {
        writeln!(out, "Checked before anything is sent: {}.\n", list(checks))?;
    }
    Ok(())
}

/// A schema's fields, those of its parts as paths.
fn fields(out: &mut String, contract: &Contract, reference: &str, arguments: bool) -> Written {
    let Some(schema) = contract.component(reference) else {
        return Ok(());
    };
    let mut rows = Vec::new();
    collect(contract, schema, "", true, &mut rows);
    let text = |it: &Option<String>| it.as_deref().unwrap_or_default().trim().to_owned();
    if rows.is_empty() {
        let kind = format!("{} {}", kind(contract, schema), constraints(contract, schema));
        let kind = if schema.types.allow("object") {
            String::new()
        } else {
            format!("({}) ", kind.trim())
        };
        return writeln!(out, "{kind}{} {}\n", text(&schema.description), text(&schema.fa));
    }
    writeln!(out, "{} {}\n", text(&schema.description), text(&schema.fa))?;
    let presence = if arguments { "required" } else { "always there" };
    table(
        out,
        &["field", "type", presence, "default", "what it is", "فارسی", ""],
    )?;
    for Field {
        path,
        schema,
        required,
    } in rows
    {
        let shown = contract.resolve(schema);
        let of = |own: &Option<String>, there: &Option<String>| text(if own.is_some() { own } else { there });
        let about = format!(
            "{} {}",
            of(&schema.description, &shown.description),
            constraints(contract, shown)
        );
        let basis = if schema.basis == Basis::Document {
            shown.basis
        } else {
            schema.basis
        };
        let default = schema.default.as_ref().or(shown.default.as_ref());
        row(
            out,
            &[
                &code(&path),
                &kind(contract, shown),
                if required { "yes" } else { "" },
                &default.map(|it| code(&plain(it))).unwrap_or_default(),
                about.trim(),
                &of(&schema.fa, &shown.fa),
                basis.mark(),
            ],
        )?;
    }
    writeln!(out)
}

struct Field<'a> {
    path: String,
    schema: &'a Schema,
    required: bool,
}

fn collect<'a>(
    contract: &'a Contract,
    schema: &'a Schema,
    prefix: &str,
    required: bool,
    rows: &mut Vec<Field<'a>>,
) {
    let schema = contract.resolve(schema);
    for part in schema.all_of.iter().chain(&schema.any_of) {
        collect(contract, part, prefix, required, rows);
    }
    if let Some(content) = &schema.content {
        collect(contract, content, prefix, required, rows);
    }
    for (name, property) in &schema.properties {
        let path = if prefix.is_empty() {
            name.clone()
        } else {
            format!("{prefix}.{name}")
        };
        if rows.iter().any(|row| row.path == path) {
            continue;
        }
        rows.push(Field {
            path: path.clone(),
            schema: property,
            required: required && schema.required.contains(name),
        });
        let resolved = contract.resolve(property);
        match &resolved.items {
            Some(items) => collect(contract, items, &format!("{path}[]"), required, rows),
            None => collect(contract, resolved, &path, required, rows),
        }
    }
}

fn kind(contract: &Contract, schema: &Schema) -> String {
    if let Some(items) = &schema.items {
        let items = contract.resolve(items);
        return format!("array of {}", kind(contract, items));
    }
    let alternatives: Vec<_> = schema
        .any_of
        .iter()
        .map(|it| kind(contract, contract.resolve(it)))
        .collect();
    let kind = match &schema.types {
        Types::Any if !alternatives.is_empty() => {
            let mut kinds: Vec<String> = Vec::new();
            for kind in alternatives {
                if !kinds.contains(&kind) {
                    kinds.push(kind);
                }
            }
            kinds.join(" or ")
        }
        types => types.to_string(),
    };
    if schema.content_media_type.is_some() {
        return format!("{kind} of JSON");
    }
    kind
}

/// What a value must keep to, in words.
fn constraints(contract: &Contract, schema: &Schema) -> String {
    let schema = contract.resolve(schema);
    let mut texts = Vec::new();
    if let Some(constant) = &schema.constant {
        texts.push(format!("Always `{}`.", plain(constant)));
    }
    if !schema.words.is_empty() {
        let words: Vec<_> = schema.words.iter().map(|it| code(&plain(it))).collect();
        texts.push(format!("One of {}.", words.join(", ")));
    }
    match (schema.minimum, schema.maximum) {
        (Some(least), Some(most)) => texts.push(format!("{least} to {most}.")),
        (Some(least), None) => texts.push(format!("At least {least}.")),
        (None, Some(most)) => texts.push(format!("At most {most}.")),
        (None, None) => {}
    }
    match (schema.min_length, schema.max_length) {
        (Some(1), None) => texts.push("Not empty.".to_owned()),
        (Some(least), None) => texts.push(format!("At least {least} characters.")),
        (None, Some(most)) => texts.push(format!("At most {most} characters.")),
        (Some(least), Some(most)) => texts.push(format!("{least} to {most} characters.")),
        (None, None) => {}
    }
    if let Some(pattern) = &schema.pattern {
        texts.push(format!("Like `{pattern}`."));
    }
    if schema.format.as_deref() == Some("uri") {
        texts.push("An absolute URL.".to_owned());
    }
    texts.join(" ")
}

fn inferred_keys(out: &mut String, contract: &Contract) -> Written {
    let Some(keys) = &contract.document.inferred_keys else {
        return Ok(());
    };
    writeln!(
        out,
        "## Inferred keys\n\n{}\n\n{}\n",
        keys.description.trim(),
        keys.fa.trim()
    )?;
    table(out, &["what", "keys", ""])?;
    for key in &keys.list {
        let tried: Vec<_> = key.keys.iter().map(|it| code(it)).collect();
        row(out, &[&key.name, &tried.join(", "), "I"])?;
    }
    writeln!(out)
}

fn limits(out: &mut String, contract: &Contract) -> Written {
    let limits = &contract.document.limits;
    if limits.is_empty() {
        return Ok(());
    }
    writeln!(out, "## Limits\n")?;
    table(out, &["limit", "value", "what it is", "فارسی", "source", ""])?;
    for limit in limits {
        let bounds = limit.at.as_deref().and_then(|at| contract.bounds(at));
        let value = match (bounds, limit.value.unwrap_or_default()) {
            (Some((least, most)), _) => format!("{least} to {most}"),
            (None, value) if limit.kind == "seconds" => format!("{value} s"),
            (None, value) if limit.kind == "per_second" => format!("{value} in a second"),
            (None, value) => value.to_string(),
        };
        row(
            out,
            &[
                &code(&limit.name),
                &value,
                &limit.means,
                &limit.fa,
                &limit.source,
                limit.basis.mark(),
            ],
        )?;
    }
    writeln!(out)
}

fn codes(out: &mut String, contract: &Contract) -> Written {
    let codes = &contract.document.codes;
    writeln!(
        out,
        "## Errors\n\n{}\n\n{}\n",
        unlinked(codes.description.trim()),
        codes.fa.trim()
    )?;
    let has_number = codes.list.iter().any(|it| it.number.is_some());
    let has_http = codes.list.iter().any(|it| it.http.is_some());
    let mut head = vec![
        "code",
        "on the wire",
        "meaning",
        "what to do",
        "for an end user",
        "فارسی",
        "calls",
        "",
    ];
    if has_number {
        head.insert(1, "number");
    }
    if has_http {
        head.insert(1, "HTTP");
    }
    table(out, &head)?;
    for item in &codes.list {
        let name = code(&item.name);
        let wire = match (&item.text, item.by) {
            (_, By::Crate) => "not sent".to_owned(),
            (Some(text), By::Provider) if text.is_ascii() => code(text),
            (text, By::Provider) => text.clone().unwrap_or_default(),
        };
        let tables: Vec<_> = contract.tables().collect();
        let with = tables.iter().filter(|table| table.has(&item.name));
        let calls: Vec<_> = with.map(|table| code(table.call)).collect();
        let calls = if calls.len() == tables.len() && tables.len() > 1 {
            "all".to_owned()
        } else {
            calls.join(", ")
        };
        let number = item.number.map(|it| it.to_string()).unwrap_or_default();
        let http = item.http.map(|it| it.to_string()).unwrap_or_default();
        let (means, remedy) = (capital(&unlinked(&item.means)), capital(&unlinked(&item.remedy)));
        let mut columns = vec![
            name.as_str(),
            &wire,
            &means,
            &remedy,
            &item.en,
            &item.fa,
            &calls,
            item.basis.mark(),
        ];
        if has_number {
            columns.insert(1, &number);
        }
        if has_http {
            columns.insert(1, &http);
        }
        row(out, &columns)?;
    }
    Ok(())
}

fn table(out: &mut String, head: &[&str]) -> Written {
    writeln!(out, "| {} |\n|{}", head.join(" | "), "---|".repeat(head.len()))
}

fn row(out: &mut String, cells: &[&str]) -> Written {
    out.push('|');
    for cell in cells {
        let cell = cell
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
            .replace('|', "\\|");
        if cell.is_empty() {
            out.push_str(" |");
        } else {
            write!(out, " {cell} |")?;
        }
    }
    writeln!(out)
}

fn code(text: &str) -> String {
    format!("`{text}`")
}

/// The text without the links that only Rust's documentation can follow.
fn unlinked(text: &str) -> String {
    let mut parts = text.split("](");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        match part.split_once(')') {
            Some((target, rest)) if target.contains("::") => {
                if let Some(bracket) = out.rfind('[') {
                    out.remove(bracket);
                }
                out.push_str(rest);
            }
            _ => out.extend(["](", part]),
        }
    }
    out
}

/// A value as one would say it: a text without its quotes.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_links_into_rust_are_taken_out() {
        assert_eq!(
            unlinked("see [`A`](crate::A::b), [`B`](Self::B) and [this](page.md) [1]"),
            "see `A`, `B` and [this](page.md) [1]"
        );
    }
}
