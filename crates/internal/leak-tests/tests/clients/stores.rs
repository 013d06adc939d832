//! Token stores: what they are given shows in no error, in no log line, and in no file but the token's own.

use std::path::Path;
use std::time::Duration;
use std::{env, fs, process};

use payvand_leak_tests::LeakSearch;
use smsafzar_auth::testing::{ScriptedTransport, Step};
use smsafzar_auth::{
    Client, Credentials, FileTokenStore, LoginLock, MemoryTokenStore, Sealed, StoreError, StoredToken,
    TokenKey, TokenSource, TokenStore, async_trait,
};

const USER: &str = "smsuser17";
const PASSWORD: &str = "kR4!store-pass.Wz8";
const TOKEN: &str = "tOk3n7hGq2pLx9vRz4";

fn search() -> LeakSearch {
    LeakSearch::start([("the password", PASSWORD), ("the token", TOKEN)], ["payvand:"])
}

fn tokens(store: impl TokenStore) -> TokenSource {
    let login = Step::answer(200, format!(r#"{{"token":"{TOKEN}"}}"#));
    let client = Client::builder().transport(ScriptedTransport::always(login));
    let credentials = Credentials::builder().username(USER).password(PASSWORD).build();
    let client = client.build().unwrap();
    client.token_source(credentials.unwrap()).store(store)
}

/// Fails where it is told to, and quotes all it can think of.
#[derive(Debug, Clone)]
struct Quoting {
    inner: MemoryTokenStore,
    fails_in: &'static str,
    is_misuse: bool,
}

impl Quoting {
    fn fail(&self, what: &str, token: &str) -> Result<(), StoreError> {
        if what != self.fails_in {
            return Ok(());
        }
        let text = format!("SET {PASSWORD:?} {token}: refused, %6b{}", &PASSWORD[1..]);
        Err(if self.is_misuse {
            StoreError::configuration(text)
        } else {
            StoreError::unavailable(text)
        })
    }
}

#[async_trait]
impl TokenStore for Quoting {
    async fn load(&self, key: &TokenKey) -> Result<Option<StoredToken>, StoreError> {
        self.fail("load", "")?;
        self.inner.load(key).await
    }

    async fn lock(&self, key: &TokenKey, time_to_live: Duration) -> Result<LoginLock, StoreError> {
        self.fail("lock", "")?;
        self.inner.lock(key, time_to_live).await
    }

    async fn save(&self, key: &TokenKey, token: &StoredToken) -> Result<bool, StoreError> {
        self.fail("save", token.secret.expose())?;
        self.inner.save(key, token).await
    }

    async fn remove(&self, key: &TokenKey, generation: u64) -> Result<(), StoreError> {
        self.inner.remove(key, generation).await
    }
}

#[tokio::test]
async fn what_a_store_says_of_its_failure_is_redacted() {
    let search = search();
    for fails_in in ["load", "lock", "save"] {
        for is_misuse in [false, true] {
            let inner = MemoryTokenStore::new();
            let store = Quoting {
                inner,
                fails_in,
                is_misuse,
            };
            let tokens = tokens(store.clone());
            let outcome = tokens.authorization().await;
            assert_eq!(outcome.is_err(), is_misuse && fails_in != "save", "{fails_in}");
            search.saw(
                fails_in,
                format!("{outcome:?} {store:?} {tokens:?} {:?}", tokens.status()),
            );
            if let Err(error) = outcome {
                search.saw(fails_in, format!("{error} {error:#?}"));
            }
        }
    }
    assert_eq!((search.leaks(), search.unheard()), (vec![], vec![]));
}

#[tokio::test]
async fn a_token_is_in_its_own_file_for_its_owner_alone_and_a_sealed_one_in_none() {
    let search = search();
    let folder = env::temp_dir().join(format!("payvand-leak-tests-{}", process::id()));
    let store = FileTokenStore::new(&folder).unwrap();
    let tokens = tokens(store.clone());
    tokens.authorization().await.unwrap();
    search.saw("the file store", format!("{store:?} {tokens:?}"));
    let mut holders = 0;
    each_file(&folder, |name, text| {
        if Path::new(name).extension().is_some_and(|it| it == "json") {
            assert!(text.contains(TOKEN));
            holders += 1;
            search.saw("beside the token", text.replace(TOKEN, ""));
        } else {
            search.saw(name, text);
        }
        search.saw("a name", name);
        assert!(!name.contains(USER));
    });
    assert_eq!(holders, 1);
    fs::remove_dir_all(&folder).unwrap();

    let sealed = Sealed::new(
        FileTokenStore::new(&folder).unwrap(),
        *b"not a real key, 32 bytes and all",
    );
    let tokens = self::tokens(sealed);
    tokens.authorization().await.unwrap();
    each_file(&folder, |name, text| search.saw(name, text));
    fs::remove_dir_all(&folder).unwrap();
    assert_eq!(search.leaks(), []);
}

fn each_file(folder: &Path, mut see: impl FnMut(&str, &str)) {
    for file in fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o7777;
            assert_eq!((mode(folder), mode(&path)), (0o700, 0o600), "{}", path.display());
        }
        see(
            path.file_name().unwrap().to_str().unwrap(),
            &fs::read_to_string(&path).unwrap(),
        );
    }
}
