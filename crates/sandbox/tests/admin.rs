//! The admin API and the page: what programs in other languages and people see and set.

#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "admin/api.rs"]
mod api;
#[path = "admin/browser.rs"]
mod browser;
#[path = "admin/changes.rs"]
mod changes;
#[path = "admin/document.rs"]
mod document;
#[path = "admin/driver.rs"]
mod driver;
#[path = "admin/events.rs"]
mod events;
#[path = "admin/scripts.rs"]
mod scripts;
