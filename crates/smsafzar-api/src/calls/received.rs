use http_core::{Argument, Reason};
use payvand_sms::{Listed, item};
use smsafzar_auth::PasswordLogin;

use crate::answer::list;
use crate::client::{Client, TokenCall};
use crate::contract::{Code, RECEIVED, RECEIVED_COUNT, inferred};

const COUNT: Argument = Argument::new("count", "تعداد");

impl Client {
    /// The latest messages that came in, at most `count` of them, from 1 to 100. It only reads; that it leaves the messages
    /// as they are is inferred.
    ///
    /// Source: `GET messages/received/recent`.
    ///
    /// # Errors
    /// [`Kind::InvalidInput`](crate::Kind::InvalidInput) for the count, before anything is sent; every
    /// [`Code`](crate::Code), and what the login and the network can do.
    pub fn received(&self, count: u8) -> TokenCall<Listed<ReceivedMessage>> {
        let reason = Reason::OutOfRange {
            least: (*RECEIVED_COUNT.start()).into(),
            most: (*RECEIVED_COUNT.end()).into(),
        };
        let is_right = RECEIVED_COUNT.contains(&count);
        let count = count.to_string();
        let query = is_right.then_some([("count", &*count)]);
        TokenCall::new(&self.tokens, &RECEIVED).query(query.ok_or((COUNT, reason, "")))
    }
}

item! {
    /// A message that came in. The manual does not show the answer, so what is read of it is inferred. Whatever it does not
    /// have is `None`.
    ReceivedMessage, list, PasswordLogin => Code, shows [id, time] {
        /// The message's id.
        id: inferred::MESSAGE_ID,
        /// The number that it came from.
        sender: inferred::SENDER,
        /// The line that it came in on.
        line: inferred::RECIPIENT,
        /// The text.
        text: inferred::CONTENT,
        /// When it came in, as the service wrote it: seconds, or a date of either calendar.
        time: inferred::TIME,
    }
}
