//! From a contract to the module `contract.rs` of its crate. What is written here is formatted afterwards.

use std::fmt::Write as _;

use super::contract::{By, Code, Contract, Limit, Payload, PayloadKind, Placed, Semantics};

const DOC_WIDTH: usize = 110;

pub(crate) fn module(contract: &Contract) -> String {
    let mut out = String::new();
    write_module(&mut out, contract).unwrap_or_default();
    out
}

type Written = std::fmt::Result;

fn write_module(out: &mut String, contract: &Contract) -> Written {
    let parts = if contract.has_products() {
        "products, operations"
    } else {
        "operations"
    };
    writeln!(
        out,
        "//! What the provider's document says, as a table: {parts}, limits, codes.\n"
    )?;
    imports(out, contract)?;
    constants(out, contract)?;
    limits(out, contract)?;
    operations(out, contract)?;
    if contract.has_products() {
        services(out, contract)?;
    }
    codes(out, contract)?;
    inferred_keys(out, contract)
}

fn imports(out: &mut String, contract: &Contract) -> Written {
    let document = &contract.document;
    let kinds = || {
        document
            .codes
            .list
            .iter()
            .filter_map(|code| code.carries.as_ref())
    };
    writeln!(out, "use std::borrow::Cow;")?;
    if contract.has_products() {
        writeln!(out, "use std::fmt;")?;
    }
    if document.limits.iter().any(|it| it.at.is_some()) || kinds().any(|it| it.kind == PayloadKind::Range) {
        writeln!(out, "use std::ops::RangeInclusive;")?;
    }
    if document.limits.iter().any(|it| it.kind == "seconds") {
        writeln!(out, "use std::time::Duration;")?;
    }
    let has_status = document.codes.list.iter().any(|it| it.http.is_some());
    let method = if has_status {
        "{Method, StatusCode}"
    } else {
        "Method"
    };
    let rate = if document.limits.iter().any(|it| it.kind == "per_second") {
        ", RateLimit"
    } else {
        ""
    };
    writeln!(
        out,
        "\nuse http_core::http::{method};\nuse http_core::{{Language, Operation{rate}, Semantics}};"
    )?;
    if contract.has_products() {
        writeln!(out, "use serde::Serialize;")?;
    }
    let types: Vec<_> = kinds()
        .filter_map(|it| match &it.kind {
            PayloadKind::Type(name) if name != "Service" => Some(name.as_str()),
            _ => None,
        })
        .collect();
    if !types.is_empty() {
        writeln!(out, "\nuse crate::{{{}}};", types.join(", "))?;
    }
    writeln!(out)
}

fn constants(out: &mut String, contract: &Contract) -> Written {
    if let Some(server) = contract.document.servers.first() {
        let source = server.source.as_deref().unwrap_or_default();
        doc(out, &format!("Where the provider is. Source: {source}."))?;
        writeln!(out, "pub const BASE_URL: &str = {};\n", literal(&server.url))?;
    }
    for constant in &contract.document.constants {
        doc(out, &format!("{} Source: {}.", constant.means, constant.source))?;
        let visible = visibility(constant.public);
        let value = literal(&constant.value);
        writeln!(out, "{visible} const {}: &str = {value};\n", constant.name)?;
    }
    Ok(())
}

fn visibility(public: bool) -> &'static str {
    if public { "pub" } else { "pub(crate)" }
}

fn limits(out: &mut String, contract: &Contract) -> Written {
    for limit in &contract.document.limits {
        doc(out, &format!("{} Source: {}.", limit.means, limit.source))?;
        let visible = visibility(limit.public);
        let (kind, value) = limit_in_rust(contract, limit);
        writeln!(out, "{visible} const {}: {kind} = {value};\n", limit.name)?;
    }
    Ok(())
}

fn limit_in_rust(contract: &Contract, limit: &Limit) -> (String, String) {
    let bounds = limit.at.as_deref().and_then(|at| contract.bounds(at));
    match (bounds, limit.value, limit.kind.as_str()) {
        (Some((least, most)), ..) => (
            format!("RangeInclusive<{}>", limit.kind),
            format!("{}..={}", number(least), number(most)),
        ),
        (None, Some(value), "seconds") => (
            "Duration".to_owned(),
            format!("Duration::from_secs({})", grouped(value)),
        ),
        (None, Some(value), "per_second") => (
            "RateLimit".to_owned(),
            format!("RateLimit::per_second({})", grouped(value)),
        ),
        (None, value, kind) => (kind.to_owned(), grouped(value.unwrap_or_default())),
    }
}

fn operations(out: &mut String, contract: &Contract) -> Written {
    for (index, path) in contract.document.paths.keys().enumerate() {
        writeln!(
            out,
            "const {}: &str = {};\n",
            path_name(index),
            literal(path.trim_start_matches('/'))
        )?;
    }
    for Placed {
        path, method, call, ..
    } in contract.calls()
    {
        let index = contract.document.paths.get_index_of(path).unwrap_or_default();
        doc(out, &format!("{} Source: {}.", call.summary, call.source))?;
        let visible = if contract.has_products() {
            ""
        } else {
            "pub(crate) "
        };
        writeln!(
            out,
            "{visible}static {}: Operation = Operation::new({}, Method::{}, {}, Semantics::{});\n",
            call.name.to_uppercase(),
            literal(&contract.full_name(&call.name)),
            method.to_uppercase(),
            path_name(index),
            semantics(call.semantics),
        )?;
    }
    for other in &contract.document.other_calls {
        let (name, constant) = (
            literal(&contract.full_name(&other.name)),
            other.name.to_uppercase(),
        );
        doc(out, &format!("{} Source: {}.", other.summary, other.source))?;
        writeln!(
            out,
            "pub(crate) static {constant}: Operation = Operation::new({name}, Method::POST, \"\", Semantics::NonIdempotent);\n"
        )?;
    }
    Ok(())
}

fn semantics(semantics: Semantics) -> &'static str {
    match semantics {
        Semantics::Safe => "Safe",
        Semantics::Idempotent => "Idempotent",
        Semantics::NonIdempotent => "NonIdempotent",
    }
}

fn path_name(index: usize) -> String {
    if index == 0 {
        "PATH".to_owned()
    } else {
        format!("PATH_{}", index + 1)
    }
}

/// The calls as an enum, where each is a product with an id and an error table of its own.
fn services(out: &mut String, contract: &Contract) -> Written {
    let calls: Vec<_> = contract.calls().map(|it| it.call).collect();
    let arms = |out: &mut String, value: &dyn Fn(&super::contract::Call) -> String| -> Written {
        for call in &calls {
            writeln!(out, "Self::{} => {},", pascal(&call.name), value(call))?;
        }
        Ok(())
    };

    doc(
        out,
        "The provider's products, each with its own id and, if the panel issued it so, its own API key.",
    )?;
    writeln!(
        out,
        "#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]\n#[serde(rename_all = \"snake_case\")]\npub enum Service {{"
    )?;
    for call in &calls {
        let product = call.product.unwrap_or_default();
        doc(out, &format!("{}, {product}. {}", call.source, call.summary))?;
        writeln!(out, "{},", pascal(&call.name))?;
    }
    writeln!(out, "}}\n\nimpl Service {{")?;

    doc(out, "All of them, in the document's order.")?;
    let names: Vec<_> = calls
        .iter()
        .map(|call| format!("Self::{}", pascal(&call.name)))
        .collect();
    writeln!(
        out,
        "pub const ALL: [Self; {}] = [{}];\n",
        calls.len(),
        names.join(", ")
    )?;

    doc(
        out,
        "The product id that the document gives. The provider's own sandbox has others.",
    )?;
    writeln!(
        out,
        "pub const fn documented_product_id(self) -> u64 {{ match self {{"
    )?;
    arms(out, &|call| call.product.unwrap_or_default().to_string())?;
    writeln!(out, "}} }}\n")?;

    writeln!(
        out,
        "pub(crate) fn operation(self) -> &'static Operation {{ match self {{"
    )?;
    arms(out, &|call| format!("&{}", call.name.to_uppercase()))?;
    writeln!(out, "}} }}\n")?;

    doc(out, "The code of a number in the call's own error table.")?;
    writeln!(
        out,
        "pub(crate) fn code(self, number: i64) -> Option<Code> {{ Some(match (self, number) {{"
    )?;
    for code in plain_numbers(contract) {
        let with: Vec<_> = calls
            .iter()
            .filter(|call| call.codes.contains(&code.name))
            .map(|call| format!("Self::{}", pascal(&call.name)))
            .collect();
        let services = if with.len() == calls.len() {
            "_".to_owned()
        } else {
            with.join(" | ")
        };
        let number = code.number.unwrap_or_default();
        writeln!(out, "({services}, {number}) => Code::{},", code.name)?;
    }
    writeln!(out, "_ => return None,\n}}) }}\n}}\n")?;

    writeln!(
        out,
        "impl fmt::Display for Service {{ fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {{ \
         f.write_str(self.operation().name) }} }}\n"
    )
}

/// Codes that a number alone makes.
fn plain_numbers(contract: &Contract) -> impl Iterator<Item = &Code> {
    let list = contract.document.codes.list.iter();
    list.filter(|code| code.number.is_some() && code.carries.is_none())
}

fn codes(out: &mut String, contract: &Contract) -> Written {
    let codes = &contract.document.codes;
    doc(out, &codes.description)?;
    writeln!(
        out,
        "#[derive(Debug, Clone, PartialEq, Eq)]\n#[non_exhaustive]\npub enum Code {{"
    )?;
    for code in &codes.list {
        doc(out, &meaning(code))?;
        doc(out, &format!("*What to do:* {}", code.remedy))?;
        match &code.carries {
            None => writeln!(out, "{},", code.name)?,
            Some(payload) => {
                let kind = payload_type(&payload.kind);
                if let Some(name) = &payload.name {
                    writeln!(out, "{} {{", code.name)?;
                    doc(out, payload.means.as_deref().unwrap_or_default())?;
                    writeln!(out, "{name}: {kind},\n}},")?;
                } else {
                    writeln!(out, "{}({kind}),", code.name)?;
                }
            }
        }
    }
    writeln!(out, "}}\n\nimpl Code {{")?;
    if contract
        .document
        .codes
        .list
        .iter()
        .any(|code| code.number.is_some())
    {
        numbers(out, contract)?;
    }
    calls_of_codes(out, contract)?;
    describe(out, contract)?;
    let details = contract.document.provider.details.as_deref();
    let details = details.map_or_else(|| "()".to_owned(), |name| format!("crate::{name}"));
    writeln!(
        out,
        "}}\n\nimpl http_core::Code for Code {{ type Details = {details};\n\n\
         fn describe(&self, language: Language) -> Cow<'static, str> {{ Self::describe(self, language) }} }}\n"
    )
}

/// The first lines of a code's documentation: how it comes over the wire, and what it means.
fn meaning(code: &Code) -> String {
    let means = &code.means;
    if code.by == By::Crate {
        return format!("This crate: {means} Nothing was sent.");
    }
    let quoted = code.text.as_ref().map(|text| {
        if text.is_ascii() {
            format!("`{text}`")
        } else {
            format!("«{text}»")
        }
    });
    let http = code.http.map(|status| format!("HTTP {status}"));
    let number = code.number.map(|number| number.to_string());
    let mark: Vec<_> = [http, number, quoted].into_iter().flatten().collect();
    if mark.is_empty() {
        return capital(means);
    }
    format!("{}: {means}", mark.join(", "))
}

fn numbers(out: &mut String, contract: &Contract) -> Written {
    let list = &contract.document.codes.list;
    doc(out, "The provider's number; `None` for what has none.")?;
    let package = crate_name(contract);
    if let Some(code) = plain_numbers(contract).next() {
        let number = code.number.unwrap_or_default();
        writeln!(
            out,
            "///\n/// ```\n/// assert_eq!({package}::Code::{}.number(), Some({number}));\n/// ```",
            code.name
        )?;
    }
    writeln!(out, "pub fn number(&self) -> Option<i64> {{ match self {{")?;
    let mut fixed: Vec<(i64, Vec<String>)> = Vec::new();
    let mut none = Vec::new();
    for code in list {
        match (code.number, code.carries.as_ref().map(|it| &it.kind)) {
            (Some(number), _) => match fixed.iter_mut().find(|(it, _)| *it == number) {
                Some((_, patterns)) => patterns.push(pattern(code)),
                None => fixed.push((number, vec![pattern(code)])),
            },
            (None, Some(PayloadKind::Status)) => {
                writeln!(out, "Self::{}(number) => Some(i64::from(*number)),", code.name)?;
            }
            (None, Some(PayloadKind::NumberIfAny)) => {
                writeln!(out, "Self::{}(number) => *number,", code.name)?;
            }
            (None, Some(PayloadKind::Number)) => {
                writeln!(out, "Self::{}(number) => Some(*number),", code.name)?;
            }
            (None, Some(PayloadKind::Text)) => {
                writeln!(out, "Self::{}(word) => word.parse().ok(),", code.name)?;
            }
            (None, _) => none.push(pattern(code)),
        }
    }
    for (number, patterns) in fixed {
        writeln!(out, "{} => Some({number}),", patterns.join(" | "))?;
    }
    if !none.is_empty() {
        writeln!(out, "{} => None,", none.join(" | "))?;
    }
    writeln!(out, "}} }}\n")?;

    if contract.has_products() {
        return Ok(());
    }
    statuses(out, contract)?;
    let is_open = |code: &&Code| {
        code.carries
            .as_ref()
            .is_some_and(|it| it.kind == PayloadKind::Text)
    };
    let Some(open) = list.iter().find(is_open) else {
        return Ok(());
    };
    doc(out, "The code of a number, as the provider writes it.")?;
    writeln!(
        out,
        "pub(crate) fn of(word: &str) -> Self {{ match word.parse() {{"
    )?;
    for code in plain_numbers(contract) {
        writeln!(
            out,
            "Ok({}) => Self::{},",
            code.number.unwrap_or_default(),
            code.name
        )?;
    }
    writeln!(out, "_ => Self::{}(word.to_owned()),\n}} }}\n", open.name)
}

/// The HTTP statuses that the document gives to the codes.
fn statuses(out: &mut String, contract: &Contract) -> Written {
    let mut groups: Vec<(Option<u16>, Vec<String>)> = Vec::new();
    for code in &contract.document.codes.list {
        match groups.iter_mut().find(|(status, _)| *status == code.http) {
            Some((_, patterns)) => patterns.push(pattern(code)),
            None => groups.push((code.http, vec![pattern(code)])),
        }
    }
    if groups.iter().all(|(status, _)| status.is_none()) {
        return Ok(());
    }
    doc(
        out,
        "The HTTP status that the document gives to the code. What really came is in",
    )?;
    doc(out, "[`Error::http_status`](http_core::Error::http_status).")?;
    writeln!(
        out,
        "pub fn http_status(&self) -> Option<StatusCode> {{ match self {{"
    )?;
    for (status, patterns) in groups {
        let patterns = patterns.join(" | ");
        match status {
            Some(status) => writeln!(out, "{patterns} => StatusCode::from_u16({status}).ok(),")?,
            None => writeln!(out, "{patterns} => None,")?,
        }
    }
    writeln!(out, "}} }}\n")
}

fn calls_of_codes(out: &mut String, contract: &Contract) -> Written {
    doc(
        out,
        "The calls that can fail with it, by their names in errors and traces.",
    )?;
    let plain = contract
        .document
        .codes
        .list
        .iter()
        .filter(|code| code.carries.is_none());
    if let Some(code) = plain.min_by_key(|code| contract.calls_with(code).len()) {
        let calls = strings(&contract.calls_with(code));
        let package = crate_name(contract);
        writeln!(
            out,
            "///\n/// ```\n/// assert_eq!({package}::Code::{}.calls(), [{calls}]);\n/// ```",
            code.name
        )?;
    }
    writeln!(
        out,
        "pub fn calls(&self) -> &'static [&'static str] {{ match self {{"
    )?;
    let mut groups: Vec<(Vec<String>, Vec<String>)> = Vec::new();
    for code in &contract.document.codes.list {
        let calls = contract.calls_with(code);
        match groups.iter_mut().find(|(it, _)| *it == calls) {
            Some((_, patterns)) => patterns.push(pattern(code)),
            None => groups.push((calls, vec![pattern(code)])),
        }
    }
    for (calls, patterns) in groups {
        writeln!(out, "{} => &[{}],", patterns.join(" | "), strings(&calls))?;
    }
    writeln!(out, "}} }}\n")
}

fn describe(out: &mut String, contract: &Contract) -> Written {
    let list = &contract.document.codes.list;
    doc(
        out,
        "A sentence in English or Persian that may be shown to an end user.",
    )?;
    if let Some(code) = list.iter().find(|code| code.carries.is_none()) {
        writeln!(
            out,
            "///\n/// ```\n/// use {}::{{Code, Language}};\n///\n\
             /// let text = Code::{}.describe(Language::Persian);\n/// assert_eq!(text, {});\n/// ```",
            crate_name(contract),
            code.name,
            literal(&code.fa)
        )?;
    }
    writeln!(
        out,
        "pub fn describe(&self, language: Language) -> Cow<'static, str> {{ let (english, persian) = match self {{"
    )?;
    // In the order of the contract; equal sentences share an arm.
    let mut arms: Vec<(String, String)> = Vec::new();
    for code in list {
        let plain = format!("({}, {})", literal(&code.en), literal(&code.fa));
        match &code.carries {
            Some(payload) if payload.kind == PayloadKind::Range => arms.push(range(code, payload, &plain)),
            Some(payload) if !payload.cases.is_empty() => arms.push(cases(code, payload)),
            _ => match arms.iter_mut().find(|(_, sentence)| *sentence == plain) {
                Some((patterns, _)) => patterns.extend([" | ", &pattern(code)]),
                None => arms.push((pattern(code), plain)),
            },
        }
    }
    for (patterns, sentence) in arms {
        writeln!(out, "{patterns} => {sentence},")?;
    }
    writeln!(
        out,
        "}}; Cow::Borrowed(match language {{ Language::Persian => persian, _ => english, }}) }}"
    )
}

/// A range that the sentence names, if its numbers are known.
fn range(code: &Code, payload: &Payload, without: &str) -> (String, String) {
    let name = &code.name;
    let wrap = |inner: &str| match &payload.name {
        Some(field) => format!("Self::{name} {{ {field}: {inner} }}"),
        None => format!("Self::{name}({inner})"),
    };
    let sentence = format!(
        "{{ let (least, most) = range.clone().into_inner(); return Cow::Owned(match language {{ \
         Language::Persian => format!({}), _ => format!({}), }}); }} {} => {without}",
        literal(payload.fa.as_deref().unwrap_or(&code.fa)),
        literal(payload.en.as_deref().unwrap_or(&code.en)),
        wrap("None"),
    );
    (wrap("Some(range)"), sentence)
}

/// A sentence for each word of an enum.
fn cases(code: &Code, payload: &Payload) -> (String, String) {
    let kind = payload_type(&payload.kind);
    let field = payload.name.as_deref().unwrap_or("word");
    let pattern = match &payload.name {
        Some(_) => format!("Self::{} {{ {field} }}", code.name),
        None => format!("Self::{}({field})", code.name),
    };
    let cases = payload.cases.iter().map(|case| {
        format!(
            "{kind}::{} => ({}, {}),",
            case.is,
            literal(&case.en),
            literal(&case.fa)
        )
    });
    (
        pattern,
        format!("match {field} {{ {} }}", cases.collect::<String>()),
    )
}

fn inferred_keys(out: &mut String, contract: &Contract) -> Written {
    let Some(keys) = &contract.document.inferred_keys else {
        return Ok(());
    };
    doc(out, &keys.description)?;
    writeln!(out, "pub(crate) mod inferred {{")?;
    for key in &keys.list {
        writeln!(
            out,
            "pub(crate) const {}: &[&str] = &[{}];",
            key.name,
            strings(&key.keys)
        )?;
    }
    writeln!(out, "}}")
}

fn pattern(code: &Code) -> String {
    match &code.carries {
        None => format!("Self::{}", code.name),
        Some(Payload { name: Some(_), .. }) => format!("Self::{} {{ .. }}", code.name),
        Some(_) => format!("Self::{}(_)", code.name),
    }
}

fn payload_type(kind: &PayloadKind) -> String {
    match kind {
        PayloadKind::Range => "Option<RangeInclusive<u32>>".to_owned(),
        PayloadKind::Text => "String".to_owned(),
        PayloadKind::Number => "i64".to_owned(),
        PayloadKind::NumberIfAny => "Option<i64>".to_owned(),
        PayloadKind::Status => "u16".to_owned(),
        PayloadKind::Type(name) => name.clone(),
    }
}

fn crate_name(contract: &Contract) -> String {
    contract.document.provider.package.replace('-', "_")
}

/// Documentation, wrapped: rustfmt leaves comments alone.
fn doc(out: &mut String, text: &str) -> Written {
    for paragraph in text.trim().lines() {
        if paragraph.trim().is_empty() {
            writeln!(out, "///")?;
            continue;
        }
        let mut line = String::from("///");
        for word in paragraph.split_whitespace() {
            if line.chars().count() + 1 + word.chars().count() > DOC_WIDTH {
                writeln!(out, "{line}")?;
                "///".clone_into(&mut line);
            }
            line.push(' ');
            line.push_str(word);
        }
        writeln!(out, "{line}")?;
    }
    Ok(())
}

/// A string literal. Not `{:?}`, which escapes half-spaces.
fn literal(text: &str) -> String {
    let text = text
        .trim()
        .replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('\n', "\\n");
    format!("\"{text}\"")
}

fn strings(texts: &[String]) -> String {
    texts.iter().map(|it| literal(it)).collect::<Vec<_>>().join(", ")
}

fn number(number: i64) -> String {
    let digits = grouped(number.unsigned_abs());
    if number < 0 { format!("-{digits}") } else { digits }
}

/// With a separator between thousands from five digits on, as clippy likes it.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    if digits.len() < 5 {
        return digits;
    }
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push('_');
        }
        grouped.push(digit);
    }
    grouped
}

fn pascal(name: &str) -> String {
    name.split('_').map(capital).collect()
}

pub(crate) fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars
        .next()
        .map(|first| first.to_uppercase().chain(chars).collect())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_names() {
        assert_eq!(
            [0, 7000, 12_345, 1_000_000].map(grouped),
            ["0", "7000", "12_345", "1_000_000"]
        );
        assert_eq!(number(-20_000), "-20_000");
        assert_eq!(pascal("order_status"), "OrderStatus");
        assert_eq!(literal("تعیین‌شده \"a\\b\"\n"), "\"تعیین‌شده \\\"a\\\\b\\\"\"");
    }

    #[test]
    fn documentation_is_wrapped_and_keeps_its_paragraphs() {
        let mut out = String::new();
        doc(&mut out, &format!("{}\n\nlast\n", "word ".repeat(30))).unwrap();
        assert!(out.lines().all(|line| line.chars().count() <= DOC_WIDTH), "{out}");
        assert!(out.ends_with("\n///\n/// last\n"), "{out}");
        assert_eq!(out.lines().count(), 4);
    }
}
