//! What lists hold: the manual's fields, each as text and `None` where it is missing, and everything that came.

use std::fmt;

use http_core::Redactor;
use http_core::bytes::Bytes;
use http_core::decode::Raw;
use http_core::http::Response;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::answer;
use crate::error::ErrorBuilder;

/// The items of a list. What stands in it and is no object is left out; [`json`](Self::json) has all.
#[derive(Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Listed<T> {
    items: Vec<T>,
    json: Value,
}

impl<T> Listed<T> {
    /// The items, in the order of the answer.
    pub fn items(&self) -> &[T] {
        &self.items
    }

    /// The items, given away.
    pub fn into_items(self) -> Vec<T> {
        self.items
    }

    /// The whole `data` of the answer; null where the service said that there is none (1002). It may have numbers and texts
    /// in it.
    pub fn json(&self) -> &Value {
        &self.json
    }
}

impl<T> fmt::Debug for Listed<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Listed")
            .field("items", &self.items.len())
            .finish_non_exhaustive()
    }
}

macro_rules! item {
    ($(#[$about:meta])* $item:ident {
        $($(#[$what:meta])* $field:ident: $key:literal,)*
        $([$(#[$of:meta])* $list:ident: $list_key:literal => $part:ident])?
    }) => {
        $(#[$about])*
        #[derive(Clone, PartialEq, Serialize)]
        #[non_exhaustive]
        pub struct $item {
            $($field: Option<String>,)*
            $($list: Vec<$part>,)?
            fields: Map<String, Value>,
        }

        impl Listed<$item> {
            pub(crate) fn read(response: &Response<Bytes>, redactor: &Redactor) -> Result<Self, ErrorBuilder> {
                let (items, json) = answer::items(response, redactor)?;
                let items = items.into_iter().filter_map(|it| $item::read(it, redactor)).collect();
                Ok(Self { items, json })
            }
        }

        impl $item {
            fn read(item: Raw<'_>, redactor: &Redactor) -> Option<Self> {
                let object = item.object()?;
                let text = |key| {
                    let text = object.get(key).and_then(|it: Raw<'_>| it.text().map(|it| it.into_owned()).or_else(|| it.word()));
                    text.map(|it| redactor.redact(&it).into_owned())
                };
                let mut fields = object.to_map();
                redactor.redact_json_map(&mut fields);
                Some(Self {
                    $($field: text($key),)*
                    $($list: {
                        let items = object.get($list_key).and_then(Raw::items).into_iter().flatten();
                        items.filter_map(|it| $part::read(it, redactor)).collect()
                    },)?
                    fields,
                })
            }

            $($(#[$what])* pub fn $field(&self) -> Option<&str> {
                self.$field.as_deref()
            })*

            $($(#[$of])* pub fn $list(&self) -> &[$part] {
                &self.$list
            })?

            /// Everything that came of it.
            pub fn fields(&self) -> &Map<String, Value> {
                &self.fields
            }
        }

        impl fmt::Debug for $item {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($item)).finish_non_exhaustive()
            }
        }
    };
}

item! {
    /// A recipient of a message.
    Delivery {
        /// `RecordID`: the record of the recipient.
        record_id: "RecordID",
        /// `MessageID`.
        message_id: "MessageID",
        /// `SendDate`, as the service wrote it: the manual does not say of which calendar.
        send_date: "SendDate",
        /// `Number`: the recipient.
        number: "Number",
        /// `DeliveryFlag`. What numbers beyond 0 mean is not known.
        flag: "DeliveryFlag",
        /// `DeliveryDesc`: the same for people to read.
        description: "DeliveryDesc",
    }
}

item! {
    /// A message that was sent.
    SentMessage {
        /// `MessageID`.
        id: "MessageID",
        /// `UserID`.
        user_id: "UserID",
        /// `Body`: the text.
        body: "Body",
        /// `Sender`: the line.
        sender: "Sender",
        /// `MessagePage`: in how many parts it was sent.
        pages: "MessagePage",
        /// `Credit`: what it cost.
        credit: "Credit",
        /// `InsertDate`, as the service wrote it: the manual does not say of which calendar.
        insert_date: "InsertDate",
        /// `IsUnicode`.
        is_unicode: "IsUnicode",
        /// `MessageCount`: to how many numbers.
        count: "MessageCount",
        /// `Status`.
        status: "Status",
        /// `StatusDesc`: the same for people to read.
        status_text: "StatusDesc",
        [
            /// `Deliveries`: the recipients.
            deliveries: "Deliveries" => Delivery
        ]
    }
}

item! {
    /// A message that came in.
    ReceivedMessage {
        /// `Body`: the text.
        body: "Body",
        /// `Sender`: from which number.
        sender: "Sender",
        /// `Receiver`: on which line.
        receiver: "Receiver",
        /// `MessageCount`: in how many parts.
        count: "MessageCount",
        /// `InsertDate`, as the service wrote it: the manual does not say of which calendar.
        insert_date: "InsertDate",
        /// `IsRead`: whether it was read before.
        is_read: "IsRead",
    }
}

item! {
    /// What changed the credit.
    CreditChange {
        /// `CreditType`.
        kind: "CreditType",
        /// `Amount`, in the digits of the answer.
        amount: "Amount",
        /// `CreditRemain`: what was left, in the digits of the answer.
        remains: "CreditRemain",
        /// `Descriptions`.
        description: "Descriptions",
        /// `InsertDate`, as the service wrote it: the manual does not say of which calendar.
        insert_date: "InsertDate",
    }
}
