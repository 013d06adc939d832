use super::{InboundMessage, SentMessage};
use crate::providers::received_message::ReceivedMessage;

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
        impl crate::providers::sms::SmsService for $service {
            fn name(&self) -> &'static str {
                use std::ops::Deref as _;
                self.deref().name()
            }

            fn logins(&self) -> u64 {
                $service::logins(self)
            }

            fn sends(&self) -> Vec<crate::providers::received_message::ReceivedMessage> {
                self.messages()
            }

            fn sent_messages(&self) -> Vec<crate::providers::sms::SentMessage> {
                $service::sent_messages(self)
            }

            fn id_of(&self, message: &crate::providers::sms::SentMessage) -> String {
                $id_of(message)
            }

            fn received_messages(&self) -> Vec<crate::providers::sms::InboundMessage> {
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
pub(crate) use sms_service;
