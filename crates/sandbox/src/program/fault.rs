//! `--fault`: a fault by name or status, for one provider or all, or a rule as the admin API takes it.

use payvand_sandbox::{Fault, FaultRule};

use crate::calls::PROVIDERS;

pub(super) fn parse(text: &str) -> Result<FaultRule, String> {
    if text.starts_with('{') {
        return serde_json::from_str(text).map_err(|error| error.to_string());
    }
    let named = text.split_once(':').filter(|(name, _)| PROVIDERS.contains(name));
    let (provider, what) = named.map_or((None, text), |(name, what)| (Some(name), what));
    let fault = Fault::named(what).ok_or_else(|| no_such(what))?;
    fault.check().map_err(|error| error.to_string())?;
    let rule = FaultRule::new(fault).times(usize::MAX);
    Ok(match provider {
        Some(name) => rule.provider(name),
        None => rule,
    })
}

fn no_such(name: &str) -> String {
    let names: Vec<_> = Fault::all().into_iter().map(|(name, _)| name).collect();
    format!(
        "no fault has the name {name:?}; there are a status such as 503, and: {}",
        names.join(" | ")
    )
}
