use std::io;

use rusqlite::ErrorCode;

use crate::error::StorageError;

#[expect(clippy::needless_pass_by_value, reason = "it is passed to `map_err`")]
/// The code says what happened; the text names no value.
pub(super) fn storage(error: rusqlite::Error) -> StorageError {
    let code = error.sqlite_error_code();
    let text = error.to_string();
    match code {
        Some(ErrorCode::DiskFull) => StorageError::Full(text),
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => StorageError::ReadOnly(text),
        Some(ErrorCode::DatabaseCorrupt) => StorageError::Corrupt(text),
        Some(ErrorCode::NotADatabase) => StorageError::NotAJournal(text),
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StorageError::Busy(text),
        _ => StorageError::Other(text),
    }
}

#[expect(clippy::needless_pass_by_value, reason = "it is passed to `map_err`")]
pub(super) fn io_error(error: io::Error) -> StorageError {
    let text = error.to_string();
    match error.kind() {
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => StorageError::ReadOnly(text),
        io::ErrorKind::StorageFull => StorageError::Full(text),
        _ => StorageError::Other(text),
    }
}
