//! What the sandbox recorded, as names and values.

use payvand_sandbox::{RecordedRequest, Sandbox};
use serde_json::Value;
use url::form_urlencoded;

use crate::plan::Values;

/// Method and path of each request, and all arguments by their names: of the query, of the body, of the contract's headers.
pub(crate) fn of(sandbox: &Sandbox) -> Vec<(String, Values)> {
    let requests = sandbox.requests().into_iter();
    requests
        .map(|it| (format!("{} {}", it.method(), it.path()), arguments(&it)))
        .collect()
}

fn arguments(request: &RecordedRequest) -> Values {
    let mut arguments: Values = request.query().iter().cloned().collect();
    let headers = ["_token_", "_token_issuer_"].into_iter();
    arguments.extend(headers.filter_map(|it| Some((it.to_owned(), request.header(it)?.to_owned()))));
    // Each run has another token: what counts is that one is there.
    if let Some((scheme, _)) = request.header("authorization").and_then(|it| it.split_once(' ')) {
        arguments.insert("authorization".to_owned(), scheme.to_owned());
    }
    let kind = request.header("content-type").unwrap_or_default();
    if kind.starts_with("application/x-www-form-urlencoded") {
        arguments.extend(form_urlencoded::parse(request.body()).into_owned());
    }
    if let Ok(Value::Object(members)) = serde_json::from_slice(request.body()) {
        let text = |it: Value| it.as_str().map_or_else(|| it.to_string(), str::to_owned);
        arguments.extend(members.into_iter().map(|(name, it)| (name, text(it))));
    }
    arguments
}

/// What arrived and should not, and what should and did not.
pub(crate) fn difference(arrived: &Values, should: &Values) -> String {
    let named = |it: &(&String, &String)| format!("{}={:?}", it.0, it.1);
    let more = arrived.iter().filter(|(name, it)| should.get(*name) != Some(it));
    let less = should.iter().filter(|(name, it)| arrived.get(*name) != Some(it));
    let more = more.map(|it| format!("with {}", named(&it)));
    let less = less.map(|it| format!("without {}", named(&it)));
    more.chain(less).collect::<Vec<_>>().join(", ")
}
