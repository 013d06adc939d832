//! How the answers look in all that the provider's document leaves open.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::panel::IdKind;

/// How the panel's answers look, in everything that its document leaves open.
///
/// The default is plain: a JSON object with `status` as a bool, `message`, and `balance`, `uniqid` or `state` and
/// `delivered`; errors in the same form; Persian text unescaped; HTTP status 200 and an HTML content type, as PHP
/// sends it. Every method changes one thing:
///
/// ```
/// use payvand_sandbox::aparat::AparatShape;
///
/// let shape = AparatShape::new().status_number().id_key("order_id").echo().junk(AparatShape::BOM);
/// # let _ = shape;
/// ```
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[allow(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
#[must_use = "a shape does nothing until it is given to Aparat::set_shape"]
pub struct AparatShape {
    pub(super) status: StatusForm,
    pub(super) id_key: Option<String>,
    pub(super) balance_key: String,
    /// `None` when the state stands in `status` itself.
    pub(super) state_key: Option<String>,
    pub(super) ids: IdKind,
    pub(super) numbers_as_text: bool,
    pub(super) echo: bool,
    pub(super) bare_errors: bool,
    pub(super) escaped: bool,
    pub(super) arabic_letters: bool,
    pub(super) spacing: Spacing,
    pub(super) junk: String,
    pub(super) content_type: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum StatusForm {
    Bool,
    Number,
    Text { success: String, error: String },
}

/// How the parts of a Persian word are held together in the messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Spacing {
    /// With a space, as the document spells them: `غیر مجاز`.
    AsDocumented,
    /// With a half-space (ZWNJ), as a careful writer does: `غیر‌مجاز`.
    HalfSpaces,
    /// With nothing: `غیرمجاز`.
    Joined,
}

impl AparatShape {
    /// A byte order mark, for [`junk`](Self::junk).
    pub const BOM: &str = "\u{feff}";

    /// A warning as PHP prints it into its answers, for [`junk`](Self::junk).
    pub const PHP_WARNING: &str =
        "<br />\n<b>Warning</b>:  Undefined array key \"lang\" in <b>api.php</b> on line <b>12</b><br />\n";

    /// The default shape.
    pub fn new() -> Self {
        Self {
            status: StatusForm::Bool,
            id_key: Some("uniqid".to_owned()),
            balance_key: "balance".to_owned(),
            state_key: Some("state".to_owned()),
            ids: IdKind::Text,
            numbers_as_text: false,
            echo: false,
            bare_errors: false,
            escaped: false,
            arabic_letters: false,
            spacing: Spacing::AsDocumented,
            junk: String::new(),
            content_type: "text/html; charset=UTF-8".to_owned(),
        }
    }

    /// `status` is `true` or `false`. The default.
    pub fn status_bool(mut self) -> Self {
        self.status = StatusForm::Bool;
        self
    }

    /// `status` is `1` or `0`; with [`state_in_status`](Self::state_in_status) an order's state is `0` (pending),
    /// `1` or `2` (completed).
    pub fn status_number(mut self) -> Self {
        self.status = StatusForm::Number;
        self
    }

    /// `status` is one of these two texts, such as `"true"` and `"false"`.
    pub fn status_text(mut self, success: impl Into<String>, error: impl Into<String>) -> Self {
        self.status = StatusForm::Text {
            success: success.into(),
            error: error.into(),
        };
        self
    }

    /// The key of an order's unique id; `uniqid` by default.
    pub fn id_key(mut self, key: impl Into<String>) -> Self {
        self.id_key = Some(key.into());
        self
    }

    /// The answer to an order does not show its unique id.
    pub fn no_id(mut self) -> Self {
        self.id_key = None;
        self
    }

    /// Orders placed from now on get a unique id that is a JSON number.
    pub fn numeric_ids(mut self) -> Self {
        self.ids = IdKind::Number;
        self
    }

    /// The key of the balance; `balance` by default.
    pub fn balance_key(mut self, key: impl Into<String>) -> Self {
        self.balance_key = key.into();
        self
    }

    /// The key of an order's state; `state` by default.
    pub fn state_key(mut self, key: impl Into<String>) -> Self {
        self.state_key = Some(key.into());
        self
    }

    /// On an order's status, `status` is the order's state and there is no other key for it.
    pub fn state_in_status(mut self) -> Self {
        self.state_key = None;
        self
    }

    /// Balance, delivered count and a numeric id are JSON strings, as values fresh from a PHP database are.
    pub fn numbers_as_text(mut self) -> Self {
        self.numbers_as_text = true;
        self
    }

    /// Every JSON answer, errors included, repeats the query's arguments, **the token too**, as the JSON blocks of
    /// the document do.
    pub fn echo(mut self) -> Self {
        self.echo = true;
        self
    }

    /// An error is its bare text instead of a JSON object.
    pub fn bare_text_errors(mut self) -> Self {
        self.bare_errors = true;
        self
    }

    /// JSON as PHP writes it unless told otherwise: `\u` escapes for all that is not ASCII, and `\/`.
    pub fn escaped(mut self) -> Self {
        self.escaped = true;
        self
    }

    /// Messages are spelt with the Arabic letters ي and ك instead of the Persian ی and ک.
    pub fn arabic_letters(mut self) -> Self {
        self.arabic_letters = true;
        self
    }

    /// How the parts of a word are held together in the messages.
    pub fn spacing(mut self, spacing: Spacing) -> Self {
        self.spacing = spacing;
        self
    }

    /// What stands before every answer, such as [`BOM`](Self::BOM) or [`PHP_WARNING`](Self::PHP_WARNING).
    pub fn junk(mut self, junk: impl Into<String>) -> Self {
        self.junk = junk.into();
        self
    }

    /// The content type; `text/html; charset=UTF-8` by default. An empty one, or one that no header can carry, leaves
    /// the header out.
    pub fn content_type(mut self, content_type: impl Into<String>) -> Self {
        self.content_type = content_type.into();
        self
    }

    /// The message as this shape spells it.
    pub(super) fn spell<'a>(&self, message: Cow<'a, str>) -> Cow<'a, str> {
        let mut spelt = message;
        let glue = match self.spacing {
            Spacing::AsDocumented => None,
            Spacing::HalfSpaces => Some("\u{200c}"),
            Spacing::Joined => Some(""),
        };
        if let Some(glue) = glue {
            for (first, second) in [("داده", "شده"), ("وارد", "شده"), ("غیر", "مجاز")] {
                let glued = format!("{first}{glue}{second}");
                spelt = spelt.replace(&format!("{first} {second}"), &glued).into();
            }
        }
        if self.arabic_letters {
            spelt = spelt.replace('ی', "ي").replace('ک', "ك").into();
        }
        spelt
    }
}

impl Default for AparatShape {
    fn default() -> Self {
        Self::new()
    }
}
