use http_core::bytes::Bytes;
use serde_json::Value;
use url::form_urlencoded::Serializer;

/// How a call's own parameters travel beside `scProductId` and `scApiKey`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum ParameterStyle {
    /// Each as a form field of its own. The default.
    #[default]
    Form,
    /// All of them as one JSON object in the form field `body`, which the document mentions for products that take
    /// JSON.
    JsonBody,
}

http_core::string_enum!(ParameterStyle {
    Form = "form",
    JsonBody = "json_body",
});

/// A call's own parameters; those that were left unset are not in it.
#[derive(Debug, Default)]
pub(crate) struct Parameters(Vec<(&'static str, Value)>);

impl Parameters {
    pub(crate) fn with(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        self.0.push((name, value.into()));
        self
    }

    pub(crate) fn with_some(self, name: &'static str, value: Option<impl Into<Value>>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    pub(crate) fn into_form(self, style: ParameterStyle, product_id: u64, api_key: &str) -> Bytes {
        let mut form = Serializer::new(String::new());
        form.append_pair("scProductId", &product_id.to_string())
            .append_pair("scApiKey", api_key);
        match style {
            ParameterStyle::Form => {
                for (name, value) in &self.0 {
                    match value.as_str() {
                        Some(text) => form.append_pair(name, text),
                        None => form.append_pair(name, &value.to_string()),
                    };
                }
            }
            ParameterStyle::JsonBody => {
                let members = self.0.into_iter().map(|(name, value)| (name.to_owned(), value));
                form.append_pair("body", &Value::Object(members.collect()).to_string());
            }
        }
        Bytes::from(form.finish())
    }
}
