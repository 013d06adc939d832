//! From names to addresses. hyper tries the addresses of one family one after another, and each gets only its part of
//! the time; one of each family it tries side by side. So it gets no more than that.

use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tokio::net::lookup_host;

use crate::transport::connecting::{Search, is_too_many_open_files};

/// What a client has learned about the addresses of its host.
#[derive(Default)]
pub(super) struct Learned {
    several: AtomicBool,
    preferred: Mutex<Option<SocketAddr>>,
}

/// What to do with more addresses than hyper tries side by side.
#[derive(Clone, Copy)]
pub(super) enum More {
    /// Connect to none, and remember that there are more.
    Refuse,
    /// Leave them to the [`Search`] of the call.
    Search,
    /// Give all to hyper: with a proxy, no other address may be tried than one of the proxy.
    Give,
}

pub(super) struct Resolver {
    pub(super) more: More,
    pub(super) learned: Arc<Learned>,
}

impl Learned {
    /// Whether the host has more addresses than hyper tries side by side.
    pub(super) fn several(&self) -> bool {
        self.several.load(Ordering::Relaxed)
    }

    /// Begins with this one from now on.
    pub(super) fn prefer(&self, address: SocketAddr) {
        *self.preferred.lock().unwrap_or_else(PoisonError::into_inner) = Some(address);
    }

    fn preferred(&self) -> Option<SocketAddr> {
        *self.preferred.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let (more, learned) = (self.more, Arc::clone(&self.learned));
        let search = Search::of_this_call();
        Box::pin(async move {
            if let Some(chosen) = search.as_ref().and_then(|search| search.chosen()) {
                return Ok(given(vec![chosen]));
            }
            let mut addresses = lookup(name.as_str()).await?;
            let preferred = learned.preferred();
            addresses.sort_by_key(|address| Some(*address) != preferred);
            match (more, search) {
                (More::Give, _) | (More::Search, None) => Ok(given(addresses)),
                (More::Search, Some(search)) => {
                    let (first, others) = one_of_each_family(addresses);
                    search.leave(others, first.len());
                    Ok(given(first))
                }
                (More::Refuse, _) => {
                    let (first, others) = one_of_each_family(addresses);
                    if others.is_empty() {
                        return Ok(given(first));
                    }
                    learned.several.store(true, Ordering::Relaxed);
                    Err("the name has several addresses".into())
                }
            }
        })
    }
}

fn given(addresses: Vec<SocketAddr>) -> Addrs {
    Box::new(addresses.into_iter())
}

/// The first address of each family, and all others.
fn one_of_each_family(addresses: Vec<SocketAddr>) -> (Vec<SocketAddr>, Vec<SocketAddr>) {
    let (mut first, mut others) = (Vec::<SocketAddr>::new(), Vec::new());
    for address in addresses {
        if first.iter().any(|it| it.is_ipv4() == address.is_ipv4()) {
            others.push(address);
        } else {
            first.push(address);
        }
    }
    (first, others)
}

/// With port 0, which stands for the URL's.
async fn lookup(name: &str) -> io::Result<Vec<SocketAddr>> {
    if let Some(addresses) = pinned(name) {
        return Ok(addresses);
    }
    match lookup_host((name, 0)).await {
        Ok(addresses) => Ok(addresses.collect()),
        Err(error) => Err(no_file_left().unwrap_or(error)),
    }
}

/// Nobody else may say where this machine is (RFC 6761).
fn pinned(name: &str) -> Option<Vec<SocketAddr>> {
    #[cfg(all(test, any(feature = "rustls", feature = "native-tls"), target_os = "linux"))]
    if let Some(addresses) = super::tests::addresses(name) {
        return Some(addresses);
    }
    let is_local = name == "localhost" || name.ends_with(".localhost");
    is_local.then(|| vec![(Ipv4Addr::LOCALHOST, 0).into(), (Ipv6Addr::LOCALHOST, 0).into()])
}

/// A resolver that can open no file says that the name does not exist.
fn no_file_left() -> Option<io::Error> {
    let error = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).err()?;
    is_too_many_open_files(&error).then_some(error)
}
