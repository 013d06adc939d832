//! A registry on loopback: it stores what `cargo publish` sends and serves it. For everything else it redirects to the
//! public one.

use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use anyhow::Result;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, put};
use axum::{Json, Router};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

use super::publish::{FIRST, sha256};

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

#[derive(Debug)]
pub(crate) struct Registry {
    address: SocketAddr,
    content: Mutex<Content>,
}

#[derive(Debug, Default)]
pub(crate) struct Content {
    /// By name, the line of the index and the package: every crate is published in one version only.
    crates: BTreeMap<String, (String, Bytes)>,
    /// The crate of every upload that arrived.
    pub(crate) uploads: Vec<String>,
    /// What goes wrong with the next uploads, in this order.
    pub(crate) faults: VecDeque<Fault>,
    /// How many new crates it takes for now.
    pub(crate) room: usize,
}

impl Content {
    /// The crates that it has.
    pub(crate) fn stored(&self) -> Vec<String> {
        self.crates.keys().cloned().collect()
    }
}

impl Registry {
    /// It runs as long as this program.
    pub(crate) fn start() -> Result<Arc<Self>> {
        let runtime = Runtime::new()?;
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0"))?;
        let room = FIRST.len();
        let content = Mutex::new(Content {
            room,
            ..Content::default()
        });
        let address = listener.local_addr()?;
        let registry = Arc::new(Self { address, content });
        let router = Router::new()
            .route("/index/config.json", get(config))
            .route("/index/{*path}", get(index))
            .route("/crates/{name}/{file}", get(download))
            .route("/api/v1/crates/new", put(publish))
            .layer(DefaultBodyLimit::max(16 << 20))
            .with_state(Arc::clone(&registry));
        thread::spawn(move || runtime.block_on(axum::serve(listener, router).into_future()));
        Ok(registry)
    }

    pub(crate) fn index(&self) -> String {
        format!("sparse+http://{}/index/", self.address)
    }

    pub(crate) fn content(&self) -> MutexGuard<'_, Content> {
        self.content.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn config(State(registry): State<Arc<Registry>>) -> Json<Value> {
    let address = registry.address;
    let download = format!("http://{address}/crates/{{crate}}/{{crate}}-{{version}}.crate");
    Json(json!({"dl": download, "api": format!("http://{address}")}))
}

/// The path is `ap/ar/aparat-api`; only the name is used.
async fn index(State(registry): State<Arc<Registry>>, Path(path): Path<String>) -> Response {
    let name = path.rsplit('/').next().unwrap_or_default();
    match registry.content().crates.get(name) {
        Some((line, _)) => line.clone().into_response(),
        None => redirect(&format!("https://index.crates.io/{path}")),
    }
}

async fn download(
    State(registry): State<Arc<Registry>>,
    Path((name, file)): Path<(String, String)>,
) -> Response {
    match registry.content().crates.get(&name) {
        Some((_, package)) => package.clone().into_response(),
        None => redirect(&format!("https://static.crates.io/crates/{name}/{file}")),
    }
}

async fn publish(State(registry): State<Arc<Registry>>, body: Bytes) -> Response {
    let Some((metadata, package)) = parts(&body) else {
        return failure(StatusCode::BAD_REQUEST, "not what `cargo publish` sends");
    };
    let name = metadata["name"].as_str().unwrap_or_default().to_owned();
    let mut content = registry.content();
    content.uploads.push(name.clone());
    let fault = content.faults.pop_front().unwrap_or(Fault::None);
    if fault == Fault::Refuse {
        return failure(StatusCode::SERVICE_UNAVAILABLE, "refused on purpose");
    }
    if content.crates.contains_key(&name) {
        return failure(StatusCode::BAD_REQUEST, "this version is already uploaded");
    }
    if content.crates.len() == content.room {
        return failure(StatusCode::TOO_MANY_REQUESTS, "too many new crates");
    }
    let line = index_line(&metadata, &sha256(&package));
    content.crates.insert(name, (line, package));
    if fault == Fault::LoseAnswer {
        return failure(StatusCode::GATEWAY_TIMEOUT, "stored, but the answer got lost");
    }
    Json(json!({"warnings": {"invalid_categories": [], "invalid_badges": [], "other": []}})).into_response()
}

fn redirect(address: &str) -> Response {
    Redirect::temporary(address).into_response()
}

fn failure(status: StatusCode, detail: &str) -> Response {
    (status, Json(json!({"errors": [{"detail": detail}]}))).into_response()
}

/// The JSON and the package, each after its length in four bytes.
fn parts(body: &Bytes) -> Option<(Value, Bytes)> {
    let part = |at: usize| {
        let length: [u8; 4] = body.get(at..at.checked_add(4)?)?.try_into().ok()?;
        let end = (at + 4).checked_add(usize::try_from(u32::from_le_bytes(length)).ok()?)?;
        (end <= body.len()).then_some(at + 4..end)
    };
    let metadata = part(0)?;
    let package = part(metadata.end)?;
    Some((serde_json::from_slice(&body[metadata]).ok()?, body.slice(package)))
}

/// What was sent, in the format of the index.
fn index_line(sent: &Value, checksum: &str) -> String {
    let dependencies = sent["deps"].as_array().into_iter().flatten().map(|sent| {
        let mut kept = sent.clone();
        kept["req"] = sent["version_req"].clone();
        // A dependency under another name: the index has that first, and the package's own name beside it.
        if let Some(alias) = sent["explicit_name_in_toml"].as_str() {
            kept["name"] = alias.into();
            kept["package"] = sent["name"].clone();
        }
        kept
    });
    let mut line =
        json!({"deps": dependencies.collect::<Vec<_>>(), "cksum": checksum, "yanked": false, "v": 2});
    for key in ["name", "vers", "features", "links", "rust_version"] {
        line[key] = sent[key].clone();
    }
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
    fn writes_the_format_of_the_index() {
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
