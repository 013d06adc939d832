//! What lists hold: the manual's fields, each as text and `None` where it is missing, and everything that came.

use payvand_sms::item;
use sabapayamak_auth::PasswordLogin;

use crate::answer::list;
use crate::contract::Code;

item! {
    /// A recipient of a message.
    Delivery, list, PasswordLogin => Code, shows [] {
        /// `RecordID`: the record of the recipient.
        record_id: &["RecordID"],
        /// `MessageID`.
        message_id: &["MessageID"],
        /// `SendDate`, as the service wrote it: the manual does not say of which calendar.
        send_date: &["SendDate"],
        /// `Number`: the recipient.
        number: &["Number"],
        /// `DeliveryFlag`. What numbers beyond 0 mean is not known.
        flag: &["DeliveryFlag"],
        /// `DeliveryDesc`: the same for people to read.
        description: &["DeliveryDesc"],
    }
}

item! {
    /// A message that was sent.
    SentMessage, list, PasswordLogin => Code, shows [] {
        /// `MessageID`.
        id: &["MessageID"],
        /// `UserID`.
        user_id: &["UserID"],
        /// `Body`: the text.
        body: &["Body"],
        /// `Sender`: the line.
        sender: &["Sender"],
        /// `MessagePage`: in how many parts it was sent.
        pages: &["MessagePage"],
        /// `Credit`: what it cost.
        credit: &["Credit"],
        /// `InsertDate`, as the service wrote it: the manual does not say of which calendar.
        insert_date: &["InsertDate"],
        /// `IsUnicode`.
        is_unicode: &["IsUnicode"],
        /// `MessageCount`: to how many numbers.
        count: &["MessageCount"],
        /// `Status`.
        status: &["Status"],
        /// `StatusDesc`: the same for people to read.
        status_text: &["StatusDesc"],
        [
            /// `Deliveries`: the recipients.
            deliveries: "Deliveries" => Delivery
        ]
    }
}

item! {
    /// A message that came in.
    ReceivedMessage, list, PasswordLogin => Code, shows [] {
        /// `Body`: the text.
        body: &["Body"],
        /// `Sender`: from which number.
        sender: &["Sender"],
        /// `Receiver`: on which line.
        receiver: &["Receiver"],
        /// `MessageCount`: in how many parts.
        count: &["MessageCount"],
        /// `InsertDate`, as the service wrote it: the manual does not say of which calendar.
        insert_date: &["InsertDate"],
        /// `IsRead`: whether it was read before.
        is_read: &["IsRead"],
    }
}

item! {
    /// What changed the credit.
    CreditChange, list, PasswordLogin => Code, shows [] {
        /// `CreditType`.
        kind: &["CreditType"],
        /// `Amount`, in the digits of the answer.
        amount: &["Amount"],
        /// `CreditRemain`: what was left, in the digits of the answer.
        remains: &["CreditRemain"],
        /// `Descriptions`.
        description: &["Descriptions"],
        /// `InsertDate`, as the service wrote it: the manual does not say of which calendar.
        insert_date: &["InsertDate"],
    }
}
