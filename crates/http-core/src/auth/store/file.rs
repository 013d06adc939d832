use std::fmt;
use std::fs::{self, DirBuilder, File, FileType, Metadata, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use async_trait::async_trait;
use serde::{Deserialize, Serialize, Serializer};
use tokio::task::spawn_blocking;
use tokio::time::{Instant, sleep};
use zeroize::Zeroizing;

use crate::auth::store::{LoginLock, StoreError, StoredToken, TokenKey, TokenStore, Wait, next_generation};
use crate::call::secret_json::secret_json;
use crate::secret::Secret;

/// How often somebody who waits for a lock looks for it.
const POLL: Duration = Duration::from_millis(20);

/// Reading, comparing and writing a file takes less, unless its process was stopped in the middle.
const LONGEST_WRITE: Duration = Duration::from_secs(1);

/// A file of ours is much smaller.
const MOST_BYTES: u64 = 64 * 1024;

const FORMAT: u8 = 1;

/// Keeps tokens in files of one folder, on a local file system: a token outlives its process, and processes that share
/// the folder log in once between them.
///
/// Folder and files are for their owner alone (modes 0700 and 0600). If others may read or write one of them, if one is a
/// symbolic link, or if the folder is another user's, every call fails with
/// [`Kind::Configuration`](crate::Kind::Configuration), before anything is sent. That is checked on Unix; elsewhere a
/// folder inherits who may read it from the one that it is in. The tokens are not encrypted: see
/// `Sealed`, of the feature `sealed-store`.
///
/// A process that is killed while it logs in or writes leaves a whole file, and holds nobody up. One that is stopped
/// (SIGSTOP) holds others up until its lock's time is over. Do not delete the files whose names end in `.lock`: who waits
/// for one would wait for a file that nobody else sees.
#[derive(Clone)]
pub struct FileTokenStore {
    folder: PathBuf,
}

/// The files of one key.
#[derive(Clone)]
struct Files {
    folder: PathBuf,
    name: String,
    key: String,
}

#[derive(Default, Serialize, Deserialize)]
struct Content {
    format: u8,
    key: String,
    generation: u64,
    /// A login of this generation is under way, or was ended without a token.
    is_open: bool,
    token: Option<SavedToken>,
}

#[derive(Serialize, Deserialize)]
struct SavedToken {
    generation: u64,
    /// In milliseconds since the Unix epoch.
    saved_at: u64,
    /// At that time, in milliseconds.
    remaining: Option<u64>,
    #[serde(serialize_with = "exposed")]
    secret: Secret,
}

fn exposed<S: Serializer>(secret: &Secret, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(secret.expose())
}

impl FileTokenStore {
    /// A store in this folder, which is made if it is not there. What else is in it stays as it is.
    ///
    /// # Errors
    /// The folder cannot be made, or must not be used.
    pub fn new(folder: impl Into<PathBuf>) -> Result<Self, StoreError> {
        let folder = folder.into();
        let mut builder = DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder
            .recursive(true)
            .create(&folder)
            .map_err(StoreError::unavailable)?;
        check_folder(&folder)?;
        Ok(Self { folder })
    }

    fn files(&self, key: &TokenKey) -> Files {
        Files {
            folder: self.folder.clone(),
            name: format!("token-{:016x}", hash(key.as_bytes())),
            key: String::from_utf8_lossy(key.as_bytes()).into_owned(),
        }
    }
}

/// FNV-1a. Should two keys meet, the one whose key is not in the file finds no token there.
fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[async_trait]
impl TokenStore for FileTokenStore {
    async fn load(&self, key: &TokenKey) -> Result<Option<StoredToken>, StoreError> {
        let files = self.files(key);
        blocking(move || match files.read()?.token {
            Some(token) => Ok(token.at(files.now()?)),
            None => Ok(None),
        })
        .await
    }

    async fn lock(&self, key: &TokenKey, time_to_live: Duration) -> Result<LoginLock, StoreError> {
        let mut wait = Wait::new(time_to_live);
        loop {
            let files = self.files(key);
            let lock = blocking(move || files.try_lock("login")).await?;
            let locked = self.files(key).locked(move |files| {
                let mut content = files.read()?;
                let is_over = wait.is_over(content.generation);
                // Who has the lock may be stopped, and another login have begun and ended since.
                let has_another_ended = wait.has_seen_another() && !content.is_open;
                if lock.is_none() && !is_over && !has_another_ended {
                    return Ok(Err(wait));
                }
                content.generation = next_generation(content.generation, files.now()?);
                content.is_open = true;
                files.write(&content)?;
                Ok(Ok(LoginLock::new(content.generation, lock)))
            });
            match locked.await? {
                Ok(lock) => return Ok(lock),
                Err(waited) => wait = waited,
            }
            sleep(POLL).await;
        }
    }

    async fn save(&self, key: &TokenKey, token: &StoredToken) -> Result<bool, StoreError> {
        let token = token.clone();
        let save = self.files(key).locked(move |files| {
            let mut content = files.read()?;
            let is_last = content.generation == token.generation;
            if is_last {
                content.is_open = false;
                content.token = Some(SavedToken {
                    generation: token.generation,
                    saved_at: millis(files.now()?),
                    remaining: token.remaining.map(whole_millis),
                    secret: token.secret,
                });
                files.write(&content)?;
            }
            Ok(is_last)
        });
        save.await
    }

    async fn remove(&self, key: &TokenKey, generation: u64) -> Result<(), StoreError> {
        let remove = self.files(key).locked(move |files| {
            let mut content = files.read()?;
            if content
                .token
                .take_if(|token| token.generation == generation)
                .is_some()
            {
                files.write(&content)?;
            }
            Ok(())
        });
        remove.await
    }
}

impl SavedToken {
    /// Less what has passed since it was saved; none of its life is left where the clock was set back behind that.
    fn at(self, now: SystemTime) -> Option<StoredToken> {
        let left = |remaining: u64| {
            let passed = millis(now).checked_sub(self.saved_at)?;
            remaining.checked_sub(passed).filter(|left| *left > 0)
        };
        let remaining = match self.remaining {
            Some(remaining) => Some(Duration::from_millis(left(remaining)?)),
            None => None,
        };
        Some(StoredToken::new(self.generation, remaining, self.secret))
    }
}

impl Files {
    fn path(&self, ending: &str) -> PathBuf {
        self.folder.join(format!("{}.{ending}", self.name))
    }

    /// What is there for this key, or the empty content: also for a file that nobody can read any more.
    fn read(&self) -> Result<Content, StoreError> {
        let folder = check_folder(&self.folder)?;
        let path = self.path("json");
        let mut text = Zeroizing::new(Vec::new());
        if let Some(metadata) = check_file(&path, &folder)? {
            text.reserve_exact(usize::try_from(metadata.len().min(MOST_BYTES)).unwrap_or_default() + 1);
            let file = File::open(&path).map_err(StoreError::unavailable)?;
            file.take(MOST_BYTES)
                .read_to_end(&mut text)
                .map_err(StoreError::unavailable)?;
        }
        let content = serde_json::from_slice(&text).ok();
        let is_ours = |content: &Content| content.format == FORMAT && content.key == self.key;
        Ok(content.filter(is_ours).unwrap_or_else(|| Content {
            format: FORMAT,
            key: self.key.clone(),
            ..Content::default()
        }))
    }

    /// Under the write lock alone: there is one temporary file.
    fn write(&self, content: &Content) -> Result<(), StoreError> {
        let folder = check_folder(&self.folder)?;
        let (path, temporary) = (self.path("json"), self.path("new"));
        match fs::remove_file(&temporary) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(StoreError::unavailable(error));
            }
            _ => {}
        }
        let json =
            secret_json(content).map_err(|_| StoreError::unavailable("the token cannot be written"))?;
        let mut file = private()
            .create_new(true)
            .open(&temporary)
            .map_err(StoreError::unavailable)?;
        let metadata = file.metadata().map_err(StoreError::unavailable)?;
        check_owner(&temporary, &metadata, &folder)?;
        file.write_all(&json)
            .and_then(|()| file.sync_all())
            .and_then(|()| fs::rename(&temporary, &path))
            .map_err(StoreError::unavailable)
    }

    /// The time by the file system's clock.
    fn now(&self) -> Result<SystemTime, StoreError> {
        let mut clock = self.open("clock")?;
        clock
            .write_all(b".")
            .and_then(|()| clock.metadata()?.modified())
            .map_err(StoreError::unavailable)
    }

    /// A file without content, made where it is not there.
    fn open(&self, ending: &str) -> Result<File, StoreError> {
        let path = self.path(ending);
        check_file(&path, &check_folder(&self.folder)?)?;
        private()
            .create(true)
            .open(&path)
            .map_err(StoreError::unavailable)
    }

    fn try_lock(&self, what: &str) -> Result<Option<File>, StoreError> {
        let file = self.open(&format!("{what}.lock"))?;
        match file.try_lock() {
            Ok(()) => Ok(Some(file)),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(StoreError::unavailable(error)),
        }
    }

    /// Does what reads, compares and writes, while no other process does.
    async fn locked<T: Send + 'static>(
        self,
        work: impl FnOnce(&Self) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let latest = Instant::now() + LONGEST_WRITE;
        loop {
            let files = self.clone();
            if let Some(lock) = blocking(move || files.try_lock("write")).await? {
                return blocking(move || {
                    let outcome = work(&self);
                    drop(lock);
                    outcome
                })
                .await;
            }
            if Instant::now() >= latest {
                return Err(StoreError::unavailable("another process does not end its write"));
            }
            sleep(POLL).await;
        }
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    spawn_blocking(work)
        .await
        .unwrap_or_else(|error| Err(StoreError::unavailable(error)))
}

/// Opens for writing, and makes files for their owner alone.
fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

fn check_folder(path: &Path) -> Result<Metadata, StoreError> {
    let metadata = check(path, FileType::is_dir, "700")?;
    metadata.ok_or_else(|| StoreError::unavailable(io::Error::from(io::ErrorKind::NotFound)))
}

/// Nobody but the folder's owner can replace the file after this.
fn check_file(path: &Path, folder: &Metadata) -> Result<Option<Metadata>, StoreError> {
    let metadata = check(path, FileType::is_file, "600")?;
    if let Some(metadata) = &metadata {
        check_owner(path, metadata, folder)?;
    }
    Ok(metadata)
}

fn check(path: &Path, is_right: fn(&FileType) -> bool, mode: &str) -> Result<Option<Metadata>, StoreError> {
    let metadata = match fs::symlink_metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(StoreError::unavailable(error)),
    };
    let path = path.display();
    if !is_right(&metadata.file_type()) {
        let why =
            format!("the token store does not use {path}: it is a symbolic link or no plain file or folder");
        return Err(StoreError::configuration(why));
    }
    #[cfg(unix)]
    if std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o077 != 0 {
        let why = format!("the token store does not use {path}: others may use it too; `chmod {mode}` it");
        return Err(StoreError::configuration(why));
    }
    #[cfg(not(unix))]
    let _ = mode;
    Ok(Some(metadata))
}

#[cfg(unix)]
fn check_owner(path: &Path, file: &Metadata, folder: &Metadata) -> Result<(), StoreError> {
    use std::os::unix::fs::MetadataExt;
    if file.uid() == folder.uid() {
        return Ok(());
    }
    let path = path.display();
    let why = format!("the token store does not use {path}: it and its folder belong to different users");
    Err(StoreError::configuration(why))
}

#[cfg(not(unix))]
fn check_owner(_: &Path, _: &Metadata, _: &Metadata) -> Result<(), StoreError> {
    Ok(())
}

fn millis(time: SystemTime) -> u64 {
    whole_millis(time.duration_since(UNIX_EPOCH).unwrap_or_default())
}

fn whole_millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

impl fmt::Debug for FileTokenStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FileTokenStore")
            .field("folder", &self.folder)
            .finish()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    #[cfg(unix)]
    use crate::auth::store::tests::keeps_the_rules;

    use super::*;

    #[test]
    fn the_wall_clock_may_end_a_life_and_never_lengthens_it() {
        let at = |millis| UNIX_EPOCH + Duration::from_millis(millis);
        // Milliseconds after the save at 10,000; what is left of 5,000.
        for (now, left) in [
            (10_000, Some(5000)),
            (12_000, Some(3000)),
            (14_999, Some(1)),
            (15_000, None),
            (99_000, None),
            // Set back behind the save: nobody knows how much has passed.
            (9_999, None),
            (0, None),
        ] {
            let saved = |remaining| SavedToken {
                generation: 1,
                saved_at: 10_000,
                remaining,
                secret: Secret::from("not-a-real-token"),
            };
            let loaded = saved(Some(5000)).at(at(now)).and_then(|it| it.remaining);
            assert_eq!(loaded, left.map(Duration::from_millis), "at {now}");
            assert_eq!(saved(None).at(at(now)).unwrap().remaining, None);
        }
    }

    #[cfg(unix)]
    #[tokio::test(start_paused = true)]
    async fn files_keep_the_rules_of_stores() {
        let folder = std::env::temp_dir().join(format!("payvand-file-store-{}", std::process::id()));
        keeps_the_rules(FileTokenStore::new(&folder).unwrap()).await;
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn a_key_has_the_same_file_for_ever() {
        for (key, expected) in [
            ("", 0xcbf2_9ce4_8422_2325),
            ("a", 0xaf63_dc4c_8601_ec8c),
            ("foobar", 0x8594_4171_f739_67e8),
        ] {
            assert_eq!(hash(key.as_bytes()), expected);
        }
    }
}
