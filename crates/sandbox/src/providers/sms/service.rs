use super::{InboundMessage, SentMessage};
use crate::providers::received_message::ReceivedMessage;
use crate::providers::sabapayamak::Sabapayamak;
use crate::providers::smsafzar::Smsafzar;

/// What both SMS services can be asked.
pub(crate) trait SmsService {
    fn name(&self) -> &'static str;
    fn logins(&self) -> u64;
    fn sends(&self) -> Vec<ReceivedMessage>;
    fn sent_messages(&self) -> Vec<SentMessage>;
    fn id_of(&self, message: &SentMessage) -> String;
    fn received_messages(&self) -> Vec<InboundMessage>;
    fn receive(&self, sender: String, line: String, text: String);
    fn revoke(&self, token: &str) -> bool;
    fn revoke_all(&self);
}

macro_rules! sms_service {
    ($service:ident, $id_of:expr) => {
        impl SmsService for $service {
            fn name(&self) -> &'static str {
                use std::ops::Deref as _;
                self.deref().name()
            }

            fn logins(&self) -> u64 {
                $service::logins(self)
            }

            fn sends(&self) -> Vec<ReceivedMessage> {
                self.messages()
            }

            fn sent_messages(&self) -> Vec<SentMessage> {
                $service::sent_messages(self)
            }

            fn id_of(&self, message: &SentMessage) -> String {
                $id_of(message)
            }

            fn received_messages(&self) -> Vec<InboundMessage> {
                $service::received_messages(self)
            }

            fn receive(&self, sender: String, line: String, text: String) {
                $service::receive(self, sender, line, text);
            }

            fn revoke(&self, token: &str) -> bool {
                $service::revoke(self, token)
            }

            fn revoke_all(&self) {
                $service::revoke_all(self);
            }
        }
    };
}

sms_service!(Sabapayamak, |message: &SentMessage| message.number().to_string());
sms_service!(Smsafzar, Smsafzar::id_of);
