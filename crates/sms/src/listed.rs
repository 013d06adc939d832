use std::fmt;

use http_core::bytes::Bytes;
use http_core::decode::{Object, Raw};
use http_core::http::Response;
use http_core::{Code, ErrorBuilder, Login, Redactor, TokenAnswer};
use serde::Serialize;
use serde_json::Value;

use crate::provider::{List, whole};

/// The items that an answer lists. What stands among them and is no object is left out; [`json`](Self::json) has all.
#[derive(Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Listed<T> {
    items: Option<Vec<T>>,
    json: Value,
}

impl<T> Listed<T> {
    /// The items, in the order of the answer; see [`list`](Self::list).
    pub fn items(&self) -> &[T] {
        self.list().unwrap_or_default()
    }

    /// The items, given away.
    pub fn into_items(self) -> Vec<T> {
        self.items.unwrap_or_default()
    }

    /// The items, or `None` if no list was found, which can be only where the provider's manual does not show the answer. It
    /// does not mean that there are none: look at [`json`](Self::json).
    pub fn list(&self) -> Option<&[T]> {
        self.items.as_deref()
    }

    /// All that was answered, where the provider has an envelope that which is in it; null where it said that there is none.
    /// It may have numbers and texts in it.
    pub fn json(&self) -> &Value {
        &self.json
    }
}

impl<T> fmt::Debug for Listed<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Listed")
            .field("items", &self.items.as_ref().map(Vec::len))
            .finish_non_exhaustive()
    }
}

/// What a provider's answer lists.
pub trait Item<L: Login>: Sized + Send + 'static {
    /// The provider's codes.
    type Code: Code<Details = <L::Code as Code>::Details> + From<L::Code>;

    /// The list in an answer, if there is one, and all of the answer.
    ///
    /// # Errors
    /// The provider's refusal, or what is wrong with the response.
    fn list<'a>(
        response: &'a Response<Bytes>,
        redactor: &Redactor,
    ) -> Result<List<'a>, ErrorBuilder<Self::Code>>;

    /// Reads an item.
    fn read(item: &Object<'_>, redactor: &Redactor) -> Self;
}

impl<L: Login, T: Item<L>> TokenAnswer<L> for Listed<T> {
    type Code = T::Code;

    fn read(response: &Response<Bytes>, redactor: &Redactor) -> Result<Self, ErrorBuilder<T::Code>> {
        let (items, json) = T::list(response, redactor)?;
        let json = whole(json, redactor);
        let items = items.map(|items| {
            let objects = items.into_iter().filter_map(Raw::object);
            objects.map(|it| T::read(&it, redactor)).collect()
        });
        Ok(Self { items, json })
    }
}

/// A type of items whose fields are texts, each with the keys that it may stand under, and `None` where it is missing. Shown
/// in `Debug` are those of `shows`.
#[macro_export]
#[doc(hidden)]
macro_rules! item {
    ($(#[$about:meta])* $item:ident, $list:path, $login:ty => $code:ty, shows [$($shown:ident),*] {
        $($(#[$what:meta])* $field:ident: $keys:expr,)*
        $([$(#[$of:meta])* $inner:ident: $inner_key:literal => $part:ident])?
    }) => {
        $(#[$about])*
        #[derive(Clone, PartialEq, ::serde::Serialize)]
        #[non_exhaustive]
        pub struct $item {
            $($field: Option<String>,)*
            $($inner: Vec<$part>,)?
            fields: $crate::provider::KeptFields,
        }

        impl $crate::provider::Item<$login> for $item {
            type Code = $code;

            fn list<'a>(
                response: &'a ::http_core::http::Response<::http_core::bytes::Bytes>,
                redactor: &::http_core::Redactor,
            ) -> Result<$crate::provider::List<'a>, ::http_core::ErrorBuilder<$code>> {
                $list(response, redactor)
            }

            fn read(item: &::http_core::decode::Object<'_>, redactor: &::http_core::Redactor) -> Self {
                Self {
                    $($field: $crate::provider::text_under([item], $keys, redactor),)*
                    $($inner: {
                        let parts = item.get($inner_key).and_then(::http_core::decode::Raw::items).into_iter().flatten();
                        let parts = parts.filter_map(::http_core::decode::Raw::object);
                        parts.map(|it| $part::read(&it, redactor)).collect()
                    },)?
                    fields: $crate::provider::KeptFields::new(item.iter(), None, redactor),
                }
            }
        }

        impl $item {
            $($(#[$what])* pub fn $field(&self) -> Option<&str> {
                self.$field.as_deref()
            })*

            $($(#[$of])* pub fn $inner(&self) -> &[$part] {
                &self.$inner
            })?

            /// Everything that came of it.
            pub fn fields(&self) -> &::serde_json::Map<String, ::serde_json::Value> {
                self.fields.as_map()
            }
        }

        impl ::std::fmt::Debug for $item {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.debug_struct(stringify!($item))
                    $(.field(stringify!($shown), &self.$shown))*
                    .finish_non_exhaustive()
            }
        }
    };
}
