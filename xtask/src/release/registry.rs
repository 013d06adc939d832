//! A registry on loopback: it takes what `cargo publish` sends and serves it; for everything else it points to the
//! public one. It forgets all of it when it is dropped.

use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::Result;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, put};
use axum::{Json, Router};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

use super::index::hex;

const PUBLIC_INDEX: &str = "https://index.crates.io";
const PUBLIC_CRATES: &str = "https://static.crates.io/crates";

/// What goes wrong with an upload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It works.
    None,
    /// It is refused, and nothing is stored.
    Refuse,
    /// It is stored, but the answer says that it failed.
    LoseAnswer,
}

/// An upload that arrived, and whether it was stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Upload {
    pub(crate) name: String,
    pub(crate) stored: bool,
}

#[derive(Debug)]
pub(crate) struct Registry {
    address: SocketAddr,
    shelf: Arc<Shelf>,
    /// The server lives as long as this.
    runtime: Runtime,
}

#[derive(Debug)]
struct Shelf {
    address: SocketAddr,
    /// Packages that cargo has downloaded before.
    downloaded: PathBuf,
    content: Mutex<Content>,
}

#[derive(Debug, Default)]
struct Content {
    /// By name; every crate is published in one version only.
    crates: BTreeMap<String, Published>,
    uploads: Vec<Upload>,
    faults: VecDeque<Fault>,
}

#[derive(Debug)]
struct Published {
    version: String,
    index: String,
    package: Bytes,
}

impl Registry {
    /// `downloaded` is cargo's folder of packages, which spares downloads.
    pub(crate) fn start(downloaded: PathBuf) -> Result<Self> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()?;
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0"))?;
        let address = listener.local_addr()?;
        let shelf = Arc::new(Shelf {
            address,
            downloaded,
            content: Mutex::default(),
        });
        let router = Router::new()
            .route("/index/config.json", get(config))
            .route("/index/{*path}", get(index))
            .route("/crates/{name}/{version}", get(download))
            .route("/api/v1/crates/new", put(publish))
            .layer(DefaultBodyLimit::max(16 << 20))
            .with_state(Arc::clone(&shelf));
        runtime.spawn(async move { axum::serve(listener, router).await });
        Ok(Self {
            address,
            shelf,
            runtime,
        })
    }

    /// Ctrl-C ends this program without dropping anything; the folder goes all the same.
    pub(crate) fn clean_up_when_interrupted(&self, folder: &std::path::Path) {
        let folder = folder.to_owned();
        self.runtime.spawn(async move {
            if tokio::signal::ctrl_c().await.is_ok() {
                let _ = std::fs::remove_dir_all(folder);
                std::process::exit(130);
            }
        });
    }

    pub(crate) fn index(&self) -> String {
        format!("sparse+http://{}/index/", self.address)
    }

    /// What goes wrong with the next uploads, in this order.
    pub(crate) fn fail_next(&self, faults: &[Fault]) {
        self.shelf.content().faults.extend(faults);
    }

    /// Whether uploads were expected that did not come.
    pub(crate) fn has_faults_left(&self) -> bool {
        !self.shelf.content().faults.is_empty()
    }

    /// Every upload that arrived.
    pub(crate) fn uploads(&self) -> Vec<Upload> {
        self.shelf.content().uploads.clone()
    }
}

impl Shelf {
    fn content(&self) -> MutexGuard<'_, Content> {
        self.content.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn config(State(shelf): State<Arc<Shelf>>) -> Json<Value> {
    let address = shelf.address;
    Json(json!({
        "dl": format!("http://{address}/crates/{{crate}}/{{version}}"),
        "api": format!("http://{address}"),
    }))
}

/// The path is `ap/ar/aparat-api`; the name says enough.
async fn index(State(shelf): State<Arc<Shelf>>, Path(path): Path<String>) -> Response {
    let name = path.rsplit('/').next().unwrap_or_default();
    match shelf.content().crates.get(name) {
        Some(published) => published.index.clone().into_response(),
        None => Redirect::temporary(&format!("{PUBLIC_INDEX}/{path}")).into_response(),
    }
}

async fn download(
    State(shelf): State<Arc<Shelf>>,
    Path((name, version)): Path<(String, String)>,
) -> Response {
    if let Some(published) = shelf.content().crates.get(&name)
        && published.version == version
    {
        return published.package.clone().into_response();
    }
    let file = format!("{name}-{version}.crate");
    let mut folders = std::fs::read_dir(&shelf.downloaded)
        .into_iter()
        .flatten()
        .flatten();
    match folders.find_map(|folder| std::fs::read(folder.path().join(&file)).ok()) {
        Some(package) => package.into_response(),
        None => Redirect::temporary(&format!("{PUBLIC_CRATES}/{name}/{file}")).into_response(),
    }
}

async fn publish(State(shelf): State<Arc<Shelf>>, body: Bytes) -> Response {
    let Some((metadata, package)) = parts(&body) else {
        return failure(StatusCode::BAD_REQUEST, "not what `cargo publish` sends");
    };
    let (Some(name), Some(version)) = (metadata["name"].as_str(), metadata["vers"].as_str()) else {
        return failure(StatusCode::BAD_REQUEST, "a crate without a name or a version");
    };
    let mut content = shelf.content();
    let fault = content.faults.pop_front().unwrap_or(Fault::None);
    let taken = content.crates.contains_key(name);
    let stored = !taken && fault != Fault::Refuse;
    content.uploads.push(Upload {
        name: name.to_owned(),
        stored,
    });
    if stored {
        let published = Published {
            version: version.to_owned(),
            index: index_line(&metadata, &hex(&Sha256::digest(&package))),
            package,
        };
        content.crates.insert(name.to_owned(), published);
    }
    match fault {
        Fault::Refuse => failure(
            StatusCode::SERVICE_UNAVAILABLE,
            "refused, as the rehearsal wants it",
        ),
        Fault::LoseAnswer => failure(StatusCode::GATEWAY_TIMEOUT, "stored, but the answer got lost"),
        Fault::None if taken => failure(
            StatusCode::BAD_REQUEST,
            &format!("crate version `{version}` is already uploaded"),
        ),
        Fault::None => {
            Json(json!({"warnings": {"invalid_categories": [], "invalid_badges": [], "other": []}}))
                .into_response()
        }
    }
}

fn failure(status: StatusCode, detail: &str) -> Response {
    (status, Json(json!({"errors": [{"detail": detail}]}))).into_response()
}

/// The JSON and the package, each after its length in four bytes.
fn parts(body: &Bytes) -> Option<(Value, Bytes)> {
    let part = |at: usize| {
        let length: [u8; 4] = body.get(at..at.checked_add(4)?)?.try_into().ok()?;
        let start = at + 4;
        let end = start.checked_add(usize::try_from(u32::from_le_bytes(length)).ok()?)?;
        (end <= body.len()).then_some(start..end)
    };
    let metadata = part(0)?;
    let package = part(metadata.end)?;
    let metadata = serde_json::from_slice(&body[metadata]).ok()?;
    Some((metadata, body.slice(package)))
}

/// What was sent, in the words of the index.
fn index_line(metadata: &Value, checksum: &str) -> String {
    let dependencies = metadata["deps"].as_array().into_iter().flatten().map(|sent| {
        let mut kept = sent.clone();
        kept["req"] = sent["version_req"].clone();
        // A dependency under another name: the index has that first, and the package's own name beside it.
        if let Some(alias) = sent["explicit_name_in_toml"].as_str() {
            kept["name"] = alias.into();
            kept["package"] = sent["name"].clone();
        }
        kept
    });
    let line = json!({
        "name": metadata["name"],
        "vers": metadata["vers"],
        "deps": dependencies.collect::<Vec<_>>(),
        "cksum": checksum,
        "features": metadata["features"],
        "yanked": false,
        "links": metadata["links"],
        "rust_version": metadata["rust_version"],
        "v": 2,
    });
    format!("{line}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_cargo_sends() {
        let body = |json: &[u8], package: &[u8]| {
            let length = |it: &[u8]| u32::try_from(it.len()).unwrap().to_le_bytes();
            [&length(json)[..], json, &length(package)[..], package].concat()
        };
        let sent = Bytes::from(body(b"{\"name\":\"a\"}", b"package"));
        let (metadata, package) = parts(&sent).unwrap();
        assert_eq!(
            (metadata["name"].as_str(), &package[..]),
            (Some("a"), &b"package"[..])
        );
        for end in 0..sent.len() {
            assert!(parts(&sent.slice(..end)).is_none(), "{end} bytes of it");
        }
        assert!(parts(&Bytes::from(body(b"no JSON", b""))).is_none());
        assert!(parts(&Bytes::from_static(&[255; 12])).is_none());
    }

    #[test]
    fn speaks_the_words_of_the_index() {
        let sent = json!({
            "name": "a", "vers": "0.1.0", "features": {"x": ["dep:y"]}, "links": null, "rust_version": "1.88",
            "deps": [{"name": "real", "explicit_name_in_toml": "alias", "version_req": "^1", "kind": "normal"}],
        });
        let line: Value = serde_json::from_str(&index_line(&sent, "00ff")).unwrap();
        assert_eq!(line["deps"][0]["name"], "alias");
        assert_eq!(line["deps"][0]["package"], "real");
        assert_eq!(line["deps"][0]["req"], "^1");
        assert_eq!(line["cksum"], "00ff");
        assert_eq!(line["features"]["x"][0], "dep:y");
    }
}
