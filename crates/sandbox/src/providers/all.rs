//! All providers of a sandbox.

use std::sync::Arc;

use crate::clock::Clock;
use crate::provider::Provider;
use crate::providers::sms::SmsService;
use crate::providers::{ItemLimits, every_provider};
use crate::rules::faults::Faults;

macro_rules! providers {
    ($($name:ident $handle:ident $about:literal,)*) => {
        #[derive(Debug)]
        pub(crate) struct Providers {
            $(pub(crate) $name: super::$name::$handle,)*
        }

        impl Providers {
            pub(crate) fn new(clock: &Clock, faults: &Arc<Faults>, limits: ItemLimits) -> Self {
                Self {
                    $($name: super::$name::$handle::new(clock.clone(), Arc::clone(faults), limits),)*
                }
            }

            pub(crate) fn all(&self) -> [&dyn Provider; [$($about),*].len()] {
                [$(&self.$name),*]
            }
        }
    };
}
every_provider!(providers);

impl Providers {
    pub(crate) fn sms_services(&self) -> impl Iterator<Item = &dyn SmsService> {
        self.all().into_iter().filter_map(Provider::sms)
    }

    pub(crate) fn sms_service(&self, name: &str) -> Option<&dyn SmsService> {
        self.sms_services().find(|service| service.name() == name)
    }
}
