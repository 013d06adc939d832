use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::types::FromSql;
use rusqlite::{Connection, OpenFlags};

use crate::error::StorageError;
use crate::sqlite::database::Database;
use crate::sqlite::error::{io_error, storage};
use crate::sqlite::owner::private;
use crate::sqlite::schema;

/// Before it, processes that share a file in WAL mode can corrupt it.
const OLDEST_SQLITE: i32 = 3_051_003;

/// How long another process may hold the database.
const PATIENCE: Duration = Duration::from_secs(10);

pub(crate) fn open(path: &Path) -> Result<Database, StorageError> {
    check_version(rusqlite::version_number(), rusqlite::version())?;
    private().create(true).open(path).map_err(io_error)?;
    // The same one for all who open it: lock files stand beside it.
    let path = path.canonicalize().map_err(io_error)?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(&path, flags).map_err(storage)?;
    connection.busy_timeout(PATIENCE).map_err(storage)?;
    set(&connection, "synchronous", "FULL", &2_i64)?;
    set(&connection, "trusted_schema", "OFF", &0_i64)?;
    set(&connection, "journal_mode", "WAL", &"wal".to_owned())?;
    let key = schema::migrate(&connection)?;
    Ok(Database::new(connection, path, key))
}

/// A setting that SQLite does not take is no error by itself.
fn set<T: FromSql + PartialEq>(
    connection: &Connection,
    pragma: &str,
    value: &str,
    expected: &T,
) -> Result<(), StorageError> {
    let set = format!("PRAGMA {pragma} = {value}");
    // SQLite does not wait where two make a new file's log at once.
    let started = Instant::now();
    while let Err(error) = connection.execute_batch(&set).map_err(storage) {
        if !matches!(error, StorageError::Busy(_)) || started.elapsed() > PATIENCE {
            return Err(error);
        }
        thread::sleep(Duration::from_millis(5));
    }
    let ask = format!("PRAGMA {pragma}");
    let found: T = connection
        .query_row(&ask, [], |row| row.get(0))
        .map_err(storage)?;
    if found == *expected {
        return Ok(());
    }
    Err(StorageError::Other(format!("SQLite does not take: {set}")))
}

fn check_version(number: i32, name: &str) -> Result<(), StorageError> {
    if number < OLDEST_SQLITE {
        let found = name.to_owned();
        return Err(StorageError::OldSqlite { found });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_sqlite_that_can_corrupt_a_shared_file_is_refused() {
        let old = check_version(3_051_002, "3.51.2").unwrap_err();
        assert_eq!(
            old.to_string(),
            "SQLite 3.51.2 is linked into this program; a journal needs 3.51.3 or later"
        );
        assert!(check_version(3_051_003, "3.51.3").is_ok());
    }
}
