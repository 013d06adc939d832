//! The tables. An SQLite column of another type than TEXT, BLOB or INTEGER would turn numbers of people into numbers.

use rusqlite::Connection;

use crate::error::StorageError;
use crate::key::HashKey;
use crate::sqlite::error::{io_error, storage};
use crate::sqlite::owner::random;

/// `PyJl`.
const APPLICATION: i64 = 0x5079_4a6c;

/// The steps from each version to the next. A file of version n has seen the first n.
const STEPS: [&str; 1] = ["
CREATE TABLE secret (hash_key BLOB NOT NULL) STRICT;
CREATE TABLE origin (provider TEXT PRIMARY KEY, origin TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE entry (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    key TEXT NOT NULL UNIQUE,
    fingerprint BLOB NOT NULL,
    provider TEXT NOT NULL,
    operation TEXT NOT NULL,
    account TEXT NOT NULL,
    description TEXT NOT NULL,
    unit TEXT NOT NULL,
    cost INTEGER NOT NULL,
    state INTEGER NOT NULL,
    owner BLOB NOT NULL,
    turn INTEGER NOT NULL,
    begun INTEGER NOT NULL,
    until INTEGER NOT NULL,
    ended INTEGER,
    balance INTEGER,
    fields TEXT
) STRICT;
CREATE INDEX running ON entry (owner) WHERE state = 0;
CREATE INDEX in_doubt ON entry (number) WHERE state = 3;
CREATE INDEX of_account ON entry (provider, account, number);
CREATE INDEX cost_of_account ON entry (provider, account, unit, begun, state, cost);
CREATE TABLE pruned (hash BLOB PRIMARY KEY) STRICT, WITHOUT ROWID;
"];

/// Brings a file to this version, a new one too, and reads its hash key.
pub(super) fn migrate(connection: &Connection) -> Result<HashKey, StorageError> {
    let number = |pragma: &str| {
        connection
            .query_row(pragma, [], |row| row.get::<_, i64>(0))
            .map_err(storage)
    };
    let run = |sql: &str| connection.execute_batch(sql).map_err(storage);
    run("BEGIN IMMEDIATE")?;
    let application = number("PRAGMA application_id")?;
    let found = number("PRAGMA user_version")?;
    let is_new = application == 0 && found == 0 && number("SELECT count(*) FROM sqlite_schema")? == 0;
    if application != APPLICATION && !is_new {
        return Err(StorageError::NotAJournal(
            "it has tables of something else".to_owned(),
        ));
    }
    let known = i64::try_from(STEPS.len()).unwrap_or(i64::MAX);
    if found > known {
        return Err(StorageError::NewerVersion { found, known });
    }
    if found < known {
        let done = usize::try_from(found).unwrap_or(0);
        STEPS.iter().skip(done).try_for_each(|step| run(step))?;
        run(&format!(
            "PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {known}"
        ))?;
    }
    if is_new {
        let key: [u8; 32] = random().map_err(io_error)?;
        let insert = connection.execute("INSERT INTO secret (hash_key) VALUES (?1)", [key]);
        insert.map_err(storage)?;
    }
    let key = connection.query_row("SELECT hash_key FROM secret", [], |row| row.get(0));
    let key = key.map_err(storage)?;
    run("COMMIT")?;
    Ok(HashKey(key))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(connection: &Connection, sql: &str) -> Vec<String> {
        let mut statement = connection.prepare(sql).unwrap();
        let rows = statement.query_map([], |row| row.get(0)).unwrap();
        rows.collect::<Result<_, _>>().unwrap()
    }

    /// SQLite gives columns of types that it does not know to numbers, which drops the first digit of a mobile number. Tables
    /// that are strict have no such columns.
    #[test]
    fn a_number_of_a_person_is_stored_as_a_text() {
        let connection = Connection::open_in_memory().unwrap();
        migrate(&connection).unwrap();
        let loose = "CREATE TABLE loose (a STRING, b DATETIME, c JSON, d TEXT);
                     INSERT INTO loose VALUES ('09120000000', '09120000000', '09120000000', '09120000000')";
        connection.execute_batch(loose).unwrap();
        let joined = "SELECT concat_ws(' ', a, b, c, d) FROM loose";
        assert_eq!(
            texts(&connection, joined),
            ["9120000000 9120000000 9120000000 09120000000"]
        );
        let not_strict = "SELECT name FROM pragma_table_list WHERE schema = 'main' AND NOT strict AND name NOT LIKE 'sqlite_%'";
        assert_eq!(texts(&connection, not_strict), ["loose"]);
    }
}
