//! The providers. A new one is a file with an implementation of [`Provider`], its lines here, and its method in
//! `sandbox.rs`.

pub mod aparat;
mod bounded;
mod member;
pub mod podlink;
mod received_message;
pub mod sabapayamak;
pub mod sms;
pub mod smsafzar;
mod token;

use std::sync::Arc;

use crate::clock::Clock;
use crate::provider::Provider;
use crate::rules::faults::Faults;
use aparat::Aparat;
pub(crate) use bounded::MessageLimits;
use podlink::Podlink;
use sabapayamak::Sabapayamak;
use sms::SmsService;
use smsafzar::Smsafzar;

#[derive(Debug)]
pub(crate) struct Providers {
    pub(crate) aparat: Aparat,
    pub(crate) podlink: Podlink,
    pub(crate) sabapayamak: Sabapayamak,
    pub(crate) smsafzar: Smsafzar,
}

impl Providers {
    pub(crate) fn new(clock: &Clock, faults: &Arc<Faults>, limits: MessageLimits) -> Self {
        let providers = Self {
            aparat: Aparat::new(clock.clone(), Arc::clone(faults)),
            podlink: Podlink::new(clock.clone(), Arc::clone(faults)),
            sabapayamak: Sabapayamak::new(clock.clone(), Arc::clone(faults)),
            smsafzar: Smsafzar::new(clock.clone(), Arc::clone(faults)),
        };
        providers.sabapayamak.limit_messages(limits);
        providers.smsafzar.limit_messages(limits);
        providers
    }

    pub(crate) fn sms_services(&self) -> [&dyn SmsService; 2] {
        [&self.sabapayamak, &self.smsafzar]
    }

    pub(crate) fn sms_service(&self, name: &str) -> Option<&dyn SmsService> {
        self.sms_services()
            .into_iter()
            .find(|service| service.name() == name)
    }

    pub(crate) fn all(&self) -> [&dyn Provider; 4] {
        [&self.aparat, &self.podlink, &self.sabapayamak, &self.smsafzar]
    }
}
