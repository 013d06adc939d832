//! `--data FILE`: what is there at the start.

use std::fs;
use std::path::Path;

use payvand_sandbox::aparat::AparatShape;
use payvand_sandbox::podlink::PodlinkShape;
use payvand_sandbox::sabapayamak::SabapayamakShape;
use payvand_sandbox::{Sandbox, sabapayamak, smsafzar};
use serde::Deserialize;

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Data {
    aparat: Aparat,
    podlink: Podlink,
    sabapayamak: Sabapayamak,
    smsafzar: Smsafzar,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Aparat {
    accounts: Vec<AparatAccount>,
    shape: Option<AparatShape>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct AparatAccount {
    token: String,
    balance: u64,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Podlink {
    accounts: Vec<PodlinkAccount>,
    shape: Option<PodlinkShape>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PodlinkAccount {
    token: String,
    api_key: String,
    /// This many links and texts to begin with.
    #[serde(default)]
    links: usize,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Sabapayamak {
    accounts: Vec<SabapayamakAccount>,
    received: Vec<Received>,
    shape: Option<SabapayamakShape>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SabapayamakAccount {
    username: String,
    password: String,
    virtual_number: String,
    #[serde(default)]
    state: sabapayamak::AccountState,
    /// In hundredths.
    credit: Option<u64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Smsafzar {
    accounts: Vec<SmsafzarAccount>,
    templates: Vec<Template>,
    received: Vec<Received>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SmsafzarAccount {
    username: String,
    password: String,
    domain: String,
    #[serde(default)]
    state: smsafzar::AccountState,
    /// In rials.
    balance: Option<u64>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Template {
    id: String,
    text: String,
    line: String,
}

/// A message that somebody sent to a line.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Received {
    sender: String,
    line: String,
    text: String,
}

impl Data {
    pub(super) fn read(file: &Path) -> Result<Self, String> {
        let text = fs::read(file).map_err(|error| error.to_string())?;
        serde_json::from_slice(&text).map_err(|error| error.to_string())
    }

    pub(super) fn put_into(&self, sandbox: &Sandbox) {
        self.aparat.put_into(&sandbox.aparat());
        self.podlink.put_into(&sandbox.podlink());
        self.sabapayamak.put_into(&sandbox.sabapayamak());
        self.smsafzar.put_into(&sandbox.smsafzar());
    }
}

impl Aparat {
    fn put_into(&self, aparat: &payvand_sandbox::aparat::Aparat) {
        for account in &self.accounts {
            aparat.add_account(&account.token, account.balance);
        }
        if let Some(shape) = &self.shape {
            aparat.set_shape(shape.clone());
        }
    }
}

impl Podlink {
    fn put_into(&self, podlink: &payvand_sandbox::podlink::Podlink) {
        for account in &self.accounts {
            podlink.add_account(&account.token, &account.api_key);
            podlink.seed_links(&account.token, account.links);
        }
        if let Some(shape) = &self.shape {
            podlink.set_shape(shape.clone());
        }
    }
}

impl Sabapayamak {
    fn put_into(&self, saba: &sabapayamak::Sabapayamak) {
        for account in &self.accounts {
            saba.add_account(&account.username, &account.password, &account.virtual_number);
            saba.set_account_state(&account.username, account.state);
            if let Some(credit) = account.credit {
                saba.set_credit(&account.username, credit);
            }
        }
        for it in &self.received {
            saba.receive(&it.sender, &it.line, &it.text);
        }
        if let Some(shape) = self.shape {
            saba.set_shape(shape);
        }
    }
}

impl Smsafzar {
    fn put_into(&self, afzar: &smsafzar::Smsafzar) {
        for account in &self.accounts {
            afzar.add_account(&account.username, &account.password, &account.domain);
            afzar.set_account_state(&account.username, account.state);
            if let Some(balance) = account.balance {
                afzar.set_balance(&account.username, balance);
            }
        }
        for it in &self.templates {
            afzar.add_template(&it.id, &it.text, &it.line);
        }
        for it in &self.received {
            afzar.receive(&it.sender, &it.line, &it.text);
        }
    }
}
