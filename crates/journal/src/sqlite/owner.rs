//! An owner lives as long as it holds the lock on its file: the operating system frees it however the process ends.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use crate::hex::hex;

pub(crate) type Id = [u8; 16];

/// The lock file of this journal. It is removed at a clean end.
pub(super) struct Owner {
    pub(super) id: Id,
    path: PathBuf,
    _lock: File,
}

/// The lock file of an owner that is dead, if it is there. It is held until what the owner began is marked.
pub(super) struct Dead {
    path: PathBuf,
    _lock: Option<File>,
}

impl Owner {
    pub(super) fn create(database: &Path) -> io::Result<Self> {
        loop {
            let id = random()?;
            let path = lock_file(database, &id);
            let file = private().create_new(true).open(&path)?;
            file.lock()?;
            // Whoever looked for files without an owner may have removed it before it was locked.
            if path.try_exists()? {
                return Ok(Self {
                    id,
                    path,
                    _lock: file,
                });
            }
        }
    }
}

impl Drop for Owner {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}

impl Dead {
    pub(super) fn remove(self) {
        let _ = fs::remove_file(&self.path);
    }
}

/// An owner, if it is dead. A missing file means that it is.
pub(super) fn look(database: &Path, id: &Id) -> io::Result<Option<Dead>> {
    let path = lock_file(database, id);
    let file = match File::open(&path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Some(Dead { path, _lock: None })),
        Err(error) => return Err(error),
    };
    match file.try_lock_shared() {
        Ok(()) => Ok(Some(Dead {
            path,
            _lock: Some(file),
        })),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

/// The lock files beside a database whose owners are dead.
pub(super) fn all_dead(database: &Path) -> io::Result<Vec<(Id, Dead)>> {
    let (Some(folder), Some(name)) = (database.parent(), database.file_name()) else {
        return Ok(Vec::new());
    };
    let prefix = format!("{}-owner-", name.to_string_lossy());
    let mut dead = Vec::new();
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name();
        let id = name.to_str().and_then(|it| parse(it.strip_prefix(&prefix)?));
        if let Some(id) = id
            && let Ok(Some(found)) = look(database, &id)
        {
            dead.push((id, found));
        }
    }
    Ok(dead)
}

fn lock_file(database: &Path, id: &Id) -> PathBuf {
    let mut path = database.as_os_str().to_owned();
    path.push(format!("-owner-{}", hex(id)));
    PathBuf::from(path)
}

fn parse(text: &str) -> Option<Id> {
    let id = u128::from_str_radix(text, 16).ok()?.to_be_bytes();
    (hex(&id) == text).then_some(id)
}

/// A file for its owner alone.
pub(super) fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

pub(super) fn random<const N: usize>() -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(io::Error::other)?;
    Ok(bytes)
}
