//! Rules as JSON, both ways.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::calls;
use crate::fault::Fault;
use crate::rules::fault_rule::FaultRule;
use crate::rules::waiting_fault::WaitingFault;

/// What a [`FaultRule`] is read from.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleJson {
    fault: NamedFault,
    provider: Option<String>,
    call: Option<String>,
    #[serde(default = "first")]
    from_nth: u64,
    #[serde(default = "always")]
    chance: f64,
    /// `null` is until it is removed.
    #[serde(default = "once")]
    times: Option<usize>,
}

/// A fault, or the name of one of [`Fault::all`].
#[derive(Deserialize)]
#[serde(untagged)]
enum NamedFault {
    Name(String),
    Fault(serde_json::Value),
}

fn first() -> u64 {
    1
}

fn always() -> f64 {
    1.0
}

#[allow(clippy::unnecessary_wraps, reason = "it stands for a field that may be null")]
fn once() -> Option<usize> {
    Some(1)
}

impl<'de> Deserialize<'de> for FaultRule {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        RuleJson::deserialize(deserializer)?
            .try_into()
            .map_err(D::Error::custom)
    }
}

impl TryFrom<RuleJson> for FaultRule {
    type Error = String;

    fn try_from(json: RuleJson) -> Result<Self, String> {
        let fault = match json.fault {
            NamedFault::Name(name) => {
                Fault::named(&name).ok_or_else(|| format!("no fault has the name {name:?}"))?
            }
            NamedFault::Fault(value) => serde_json::from_value(value).map_err(|error| error.to_string())?,
        };
        if !(0.0..=1.0).contains(&json.chance) {
            return Err(format!("a chance is from 0 to 1, not {}", json.chance));
        }
        if json.times == Some(0) {
            return Err("`times` is at least 1; null is until it is removed".to_owned());
        }
        let providers = match &json.provider {
            Some(name) if calls::names(name).is_empty() => {
                return Err(format!("no provider has the name {name:?}"));
            }
            Some(name) => vec![name.as_str()],
            None => calls::PROVIDERS.to_vec(),
        };
        if let Some(call) = &json.call
            && !providers
                .iter()
                .any(|it| calls::names(it).contains(&call.as_str()))
        {
            return Err(format!("no call has the name {call:?}"));
        }
        Ok(Self {
            provider: json.provider,
            call: json.call,
            ..Self::new(fault)
                .from_nth(json.from_nth)
                .chance(json.chance)
                .times(json.times.unwrap_or(usize::MAX))
        })
    }
}

/// What a [`WaitingFault`] is written as.
#[derive(Serialize)]
struct WaitingJson<'a> {
    number: u64,
    about: String,
    fault: &'a Fault,
    provider: Option<&'a str>,
    call: Option<&'a str>,
    has_condition: bool,
    from_nth: u64,
    chance: f64,
    times: Option<usize>,
    met: u64,
    played: u64,
}

impl Serialize for WaitingFault {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let rule = &self.rule;
        let json = WaitingJson {
            number: self.number,
            about: rule.fault.to_string(),
            fault: &rule.fault,
            provider: rule.provider.as_deref(),
            call: rule.call.as_deref(),
            has_condition: rule.condition.is_some(),
            from_nth: rule.from_nth,
            chance: rule.chance,
            times: (rule.times != usize::MAX).then_some(rule.times),
            met: self.met,
            played: self.played,
        };
        json.serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::rules::faults::Faults;

    fn read_and_written(rule: Value) -> Result<Value, String> {
        let rule: FaultRule = serde_json::from_value(rule).map_err(|error| error.to_string())?;
        let faults = Faults::new(0, 1);
        faults.add(rule);
        let mut written = serde_json::to_value(&faults.all()[0]).unwrap();
        let fields = written.as_object_mut().unwrap();
        fields.retain(|name, _| {
            !["number", "has_condition", "met", "played", "fault"].contains(&name.as_str())
        });
        Ok(written)
    }

    #[test]
    fn a_rule_is_read_and_written() {
        for (rule, written) in [
            (
                json!({"fault": "processed, closed"}),
                json!({"about": "processed, no answer, closed", "provider": null, "call": null, "from_nth": 1,
                       "chance": 1.0, "times": 1}),
            ),
            (
                json!({"fault": {"what": {"answer": {"status": 503}}}, "provider": "aparat", "call": "order",
                       "from_nth": 3, "chance": 0.5, "times": null}),
                json!({"about": "HTTP 503", "provider": "aparat", "call": "order", "from_nth": 3, "chance": 0.5,
                       "times": null}),
            ),
            (
                json!({"fault": {"what": "close"}, "call": "send", "times": 7, "provider": null}),
                json!({"about": "no answer, closed", "provider": null, "call": "send", "from_nth": 1, "chance": 1.0,
                       "times": 7}),
            ),
        ] {
            assert_eq!(read_and_written(rule), Ok(written));
        }
    }

    #[test]
    fn what_could_never_happen_is_refused() {
        for (rule, problem) in [
            (json!({}), "missing field `fault`"),
            (json!({"fault": "closd"}), "no fault has the name \"closd\""),
            (
                json!({"fault": {"what": {"answer": {"status": 42}}}}),
                "cannot send the status 42",
            ),
            (
                json!({"fault": "closed", "provider": "telegram"}),
                "no provider has the name \"telegram\"",
            ),
            (
                json!({"fault": "closed", "provider": "smsafzar", "call": "order"}),
                "no call has the name \"order\"",
            ),
            (
                json!({"fault": "closed", "call": "oder"}),
                "no call has the name \"oder\"",
            ),
            (
                json!({"fault": "closed", "chance": 1.5}),
                "a chance is from 0 to 1, not 1.5",
            ),
            (json!({"fault": "closed", "times": 0}), "`times` is at least 1"),
            (json!({"fault": "closed", "tims": 2}), "unknown field `tims`"),
        ] {
            let error = read_and_written(rule).unwrap_err();
            assert!(error.contains(problem), "{error}");
        }
    }
}
