//! Certificates made on the spot, and a TLS server that shows them.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rcgen::{
    BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose, date_time_ymd,
};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::AbortHandle;
use tokio_rustls::LazyConfigAcceptor;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::rustls::server::Acceptor;
use tokio_rustls::rustls::{self, ServerConfig};

/// A certificate authority of one's own.
#[derive(Debug)]
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
}

/// A server's certificate and its key.
#[derive(Debug)]
pub struct Identity {
    certificate: CertificateDer<'static>,
    key: PrivateKeyDer<'static>,
    pem: String,
}

impl Authority {
    /// A new one, with a new key.
    pub fn new(name: &str) -> Self {
        let params = authority(name);
        let key = key();
        let pem = params.self_signed(&key).expect("a certificate").pem();
        Self {
            issuer: Issuer::new(params, key),
            pem,
        }
    }

    /// What a client has to trust.
    pub fn pem(&self) -> &str {
        &self.pem
    }

    /// A certificate for this host, valid now.
    pub fn issue(&self, host: &str) -> Identity {
        self.sign(&named("server", &[host]))
    }

    /// One below this one. What it issues is sent without its own certificate, which a client needs to reach this one.
    #[must_use]
    pub fn intermediate(&self, name: &str) -> Self {
        let params = authority(name);
        let key = key();
        let pem = params.signed_by(&key, &self.issuer).expect("a certificate").pem();
        Self {
            issuer: Issuer::new(params, key),
            pem,
        }
    }

    /// A certificate for this host that was valid until the end of 2001.
    pub fn issue_expired(&self, host: &str) -> Identity {
        self.issue_in(host, 2001)
    }

    /// A certificate for this host that will be valid in 2100.
    pub fn issue_early(&self, host: &str) -> Identity {
        self.issue_in(host, 2100)
    }

    fn issue_in(&self, host: &str, year: i32) -> Identity {
        let mut params = named("server", &[host]);
        params.not_before = date_time_ymd(year, 1, 1);
        params.not_after = date_time_ymd(year, 12, 31);
        self.sign(&params)
    }

    fn sign(&self, params: &CertificateParams) -> Identity {
        let key = key();
        let certificate = params.signed_by(&key, &self.issuer).expect("a certificate");
        Identity::of(&certificate, &key)
    }
}

impl Identity {
    /// A certificate for this host that nobody else vouches for.
    pub fn self_signed(host: &str) -> Self {
        let key = key();
        let certificate = named("server", &[host]).self_signed(&key).expect("a certificate");
        Self::of(&certificate, &key)
    }

    /// The same, marked as an authority's own, as OpenSSL's command line makes them.
    pub fn self_signed_authority(host: &str) -> Self {
        let key = key();
        let mut params = named("server", &[host]);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self::of(&params.self_signed(&key).expect("a certificate"), &key)
    }

    /// The certificate.
    pub fn pem(&self) -> &str {
        &self.pem
    }

    fn of(certificate: &rcgen::Certificate, key: &KeyPair) -> Self {
        Self {
            certificate: certificate.der().clone(),
            key: PrivatePkcs8KeyDer::from(key.serialize_der()).into(),
            pem: certificate.pem(),
        }
    }
}

fn key() -> KeyPair {
    KeyPair::generate().expect("a key")
}

fn authority(name: &str) -> CertificateParams {
    let mut params = named(name, &[]);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params
}

fn named(name: &str, hosts: &[&str]) -> CertificateParams {
    let hosts: Vec<_> = hosts.iter().map(|&host| host.to_owned()).collect();
    let mut params = CertificateParams::new(hosts).expect("host names");
    params.distinguished_name.push(DnType::CommonName, name);
    params
}

/// A TLS server on loopback that passes what it decrypts on to another address. Gone when dropped.
#[derive(Debug)]
pub struct TlsServer {
    address: SocketAddr,
    greetings: Arc<Mutex<Vec<Greeting>>>,
    task: AbortHandle,
}

/// What a client said in its first message.
#[derive(Debug, Clone)]
pub struct Greeting {
    /// The host that it asked for.
    pub server_name: Option<String>,
    /// The names of the cipher suites that it offered.
    pub cipher_suites: Vec<String>,
}

impl TlsServer {
    /// Starts one in front of this address.
    pub async fn start(identity: Identity, upstream: SocketAddr) -> Self {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("protocol versions")
            .with_no_client_auth()
            .with_single_cert(vec![identity.certificate], identity.key)
            .map(Arc::new)
            .expect("a certificate and its key");
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let greetings = Arc::new(Mutex::new(Vec::new()));
        let heard = Arc::clone(&greetings);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&config), upstream, Arc::clone(&heard)));
            }
        })
        .abort_handle();
        Self {
            address,
            greetings,
            task,
        }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The first messages of all who came, in their order.
    pub fn greetings(&self) -> Vec<Greeting> {
        lock(&self.greetings).clone()
    }
}

impl Drop for TlsServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Ends when either side does; a client that refuses the certificate is none of our failures.
async fn serve(
    client: TcpStream,
    config: Arc<ServerConfig>,
    upstream: SocketAddr,
    greetings: Arc<Mutex<Vec<Greeting>>>,
) -> std::io::Result<()> {
    let start = LazyConfigAcceptor::new(Acceptor::default(), client).await?;
    {
        let hello = start.client_hello();
        let server_name = hello.server_name().map(str::to_owned);
        let suites = hello.cipher_suites().iter();
        let cipher_suites = suites.map(|suite| format!("{suite:?}")).collect();
        let greeting = Greeting {
            server_name,
            cipher_suites,
        };
        lock(&greetings).push(greeting);
    }
    let mut client = start.into_stream(config).await?;
    let mut upstream = TcpStream::connect(upstream).await?;
    client.get_ref().0.set_nodelay(true)?;
    upstream.set_nodelay(true)?;
    tokio::io::copy_bidirectional(&mut client, &mut upstream).await?;
    Ok(())
}

fn lock(greetings: &Mutex<Vec<Greeting>>) -> MutexGuard<'_, Vec<Greeting>> {
    greetings.lock().unwrap_or_else(PoisonError::into_inner)
}
