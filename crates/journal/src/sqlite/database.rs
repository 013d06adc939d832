use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

use rusqlite::{Connection, OptionalExtension, Params, params};

use crate::error::{JournalError, StorageError};
use crate::filter::Filter;
use crate::key::HashKey;
use crate::millis::millis;
use crate::record::Record;
use crate::sqlite::error::{io_error, storage};
use crate::sqlite::owner::{self, Dead, Id, Owner};
use crate::state::State;

/// The connection, and who uses it.
pub(crate) struct Database {
    connection: Connection,
    path: PathBuf,
    pub(crate) hash_key: HashKey,
    owner: Option<Owner>,
    /// Found in this transaction; their files go when it is stored.
    dead: Vec<Dead>,
}

/// All but the number and the state of an entry are stored as they are.
macro_rules! columns {
    ($($column:ident),+) => {
        const COLUMNS: &str = concat!("number, state", $(", ", stringify!($column)),+);

        fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<Record> {
            Ok(Record {
                number: row.get("number")?,
                state: State::from_number(row.get("state")?),
                $($column: row.get(stringify!($column))?),+
            })
        }

        fn insert(database: &Database, row: &Record) -> Result<()> {
            let values = params![row.state.number(), $(row.$column),+];
            let marks = ", ?".repeat(values.len());
            let insert = format!("INSERT INTO entry ({COLUMNS}) VALUES (NULL{marks})");
            database.execute(&insert, values).map(drop)
        }
    };
}

columns!(
    key,
    fingerprint,
    provider,
    operation,
    account,
    description,
    unit,
    cost,
    owner,
    turn,
    begun,
    until,
    ended,
    balance,
    fields
);

type Result<T, E = StorageError> = std::result::Result<T, E>;

impl Database {
    pub(super) fn new(connection: Connection, path: PathBuf, hash_key: HashKey) -> Self {
        Self {
            connection,
            path,
            hash_key,
            owner: None,
            dead: Vec::new(),
        }
    }

    pub(crate) fn transaction<T>(
        &mut self,
        begin: &str,
        work: impl FnOnce(&mut Self) -> Result<T, JournalError>,
    ) -> Result<T, JournalError> {
        self.run(begin)?;
        let outcome = work(self);
        self.end_transaction(outcome)
    }

    /// Stores what the transaction did, or nothing of it.
    fn end_transaction<T>(&mut self, outcome: Result<T, JournalError>) -> Result<T, JournalError> {
        let outcome = outcome.and_then(|it| self.run("COMMIT").map(|()| it).map_err(Into::into));
        let dead = std::mem::take(&mut self.dead);
        if outcome.is_ok() {
            dead.into_iter().for_each(Dead::remove);
        } else if !self.connection.is_autocommit() {
            let _ = self.run("ROLLBACK");
        }
        outcome
    }

    fn run(&self, sql: &str) -> Result<()> {
        self.execute(sql, []).map(drop)
    }

    fn execute(&self, sql: &str, params: impl Params) -> Result<usize> {
        let statement = self.connection.prepare_cached(sql);
        statement.and_then(|mut it| it.execute(params)).map_err(storage)
    }

    fn first<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnOnce(&rusqlite::Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Option<T>> {
        let statement = self.connection.prepare_cached(sql);
        statement
            .and_then(|mut it| it.query_row(params, read).optional())
            .map_err(storage)
    }

    fn all<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnMut(&rusqlite::Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>> {
        let rows = self.connection.prepare_cached(sql);
        rows.and_then(|mut it| it.query_map(params, read)?.collect())
            .map_err(storage)
    }
}

/// The statements of a transaction.
impl Database {
    /// Milliseconds since 1970.
    pub(crate) fn now() -> i64 {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        millis(now)
    }

    /// Who this journal is, from now on alive for others.
    pub(crate) fn owner(&mut self) -> Result<Id> {
        if let Some(owner) = &self.owner {
            return Ok(owner.id);
        }
        let owner = Owner::create(&self.path).map_err(io_error)?;
        Ok(self.owner.insert(owner).id)
    }

    /// What dead owners left: entries of theirs that run are in doubt, and their files go.
    pub(crate) fn clean_up(&mut self) -> Result<()> {
        for (id, dead) in owner::all_dead(&self.path).map_err(io_error)? {
            self.doubt(&id)?;
            self.dead.push(dead);
        }
        Ok(())
    }

    /// Running entries of an owner that is dead are in doubt. Says whether it is.
    pub(crate) fn doubt_if_dead(&mut self, owner: &Id) -> Result<bool> {
        let Some(dead) = owner::look(&self.path, owner).map_err(io_error)? else {
            return Ok(false);
        };
        self.dead.push(dead);
        self.doubt(owner)?;
        Ok(true)
    }

    fn doubt(&self, owner: &Id) -> Result<()> {
        let doubt = "UPDATE entry SET state = 3 WHERE state = 0 AND owner = ?1";
        self.execute(doubt, [owner]).map(drop)
    }

    /// The owners of the entries that are running.
    pub(crate) fn running_owners(&self) -> Result<Vec<Id>> {
        self.all(
            "SELECT DISTINCT owner FROM entry INDEXED BY running WHERE state = 0",
            [],
            |row| row.get(0),
        )
    }

    /// The origin that a provider is bound to: the first one.
    pub(crate) fn bind(&self, provider: &str, origin: &str) -> Result<String> {
        let find = |row: &rusqlite::Row<'_>| row.get(0);
        let known = self.first("SELECT origin FROM origin WHERE provider = ?1", [provider], find)?;
        if let Some(known) = known {
            return Ok(known);
        }
        let insert = "INSERT INTO origin (provider, origin) VALUES (?1, ?2)";
        self.execute(insert, [provider, origin])?;
        Ok(origin.to_owned())
    }

    pub(crate) fn find(&self, key: &str) -> Result<Option<Record>> {
        self.first(
            &format!("SELECT {COLUMNS} FROM entry WHERE key = ?1"),
            [key],
            read,
        )
    }

    /// The entries with a number beyond this one, in the order of their numbers.
    pub(crate) fn page(&self, filter: &Filter, after: i64, most: i64) -> Result<Vec<Record>> {
        // A partial index is used where its condition stands in the statement as it is.
        let state = match filter.state {
            None => "WHERE true",
            Some(State::Running) => "INDEXED BY running WHERE state = 0",
            Some(State::Done) => "WHERE state = 1",
            Some(State::NotDone) => "WHERE state = 2",
            Some(State::InDoubt) => "INDEXED BY in_doubt WHERE state = 3",
        };
        let account = match filter.provider {
            Some(_) => "provider = ?3 AND account = ?4",
            None => "?3 IS NULL AND ?4 IS NULL",
        };
        let sql = format!(
            "SELECT {COLUMNS} FROM entry {state} AND number > ?1 AND {account} ORDER BY number LIMIT ?2"
        );
        self.all(&sql, params![after, most, filter.provider, filter.account], read)
    }

    /// Adds an entry under a number of its own, in place of one of the same key.
    pub(crate) fn insert(&self, row: &Record) -> Result<()> {
        self.execute("DELETE FROM entry WHERE key = ?1", [&row.key])?;
        insert(self, row)
    }

    /// Stores state and fields of an entry that is running or in doubt; `false` if its owner and turn have none.
    pub(crate) fn end(&self, row: &Record, now: i64) -> Result<bool> {
        let end = "UPDATE entry SET state = ?1, fields = ?2, ended = ?3 \
                   WHERE key = ?4 AND owner = ?5 AND turn = ?6 AND state IN (0, 3)";
        let state = row.state.number();
        let values = params![state, row.fields, now, row.key, row.owner, row.turn];
        Ok(self.execute(end, values)? == 1)
    }

    /// Ends all entries of a turn that still run.
    pub(crate) fn end_turn(&self, owner: &Id, turn: i64, state: State, now: i64) -> Result<()> {
        let end = "UPDATE entry SET state = ?1, ended = ?2 WHERE state = 0 AND owner = ?3 AND turn = ?4";
        self.execute(end, params![state.number(), now, owner, turn])
            .map(drop)
    }

    /// The last entry of the account of this one.
    pub(crate) fn latest(&self, of: &Record) -> Result<Option<i64>> {
        let latest =
            "SELECT max(number) FROM entry INDEXED BY of_account WHERE provider = ?1 AND account = ?2";
        let found = self.first(latest, [&of.provider, &of.account], |row| row.get(0))?;
        Ok(found.flatten())
    }

    /// An entry of its account that runs, or may still be on its way.
    pub(crate) fn under_way(&self, of: &Record, now: i64) -> Result<Option<Record>> {
        for of_state in ["running WHERE state = 0", "in_doubt WHERE state = 3"] {
            let sql = format!(
                "SELECT {COLUMNS} FROM entry INDEXED BY {of_state} \
                 AND provider = ?1 AND account = ?2 AND (state = 0 OR until > ?3) LIMIT 1"
            );
            let found = self.first(&sql, params![of.provider, of.account, now], read)?;
            if found.is_some() {
                return Ok(found);
            }
        }
        Ok(None)
    }

    /// What the entries of its account cost since then, those apart that surely did not happen.
    pub(crate) fn spent(&self, of: &Record, since: i64) -> Result<i64> {
        let sum = "SELECT coalesce(sum(cost), 0) FROM entry INDEXED BY cost_of_account \
                   WHERE provider = ?1 AND account = ?2 AND unit = ?3 AND begun > ?4 AND state <> 2";
        let found = self.first(sum, params![of.provider, of.account, of.unit, since], |row| {
            row.get(0)
        })?;
        Ok(found.unwrap_or_default())
    }

    pub(crate) fn is_pruned(&self, key: &str) -> Result<bool> {
        let hash = self.hash_key.of_pruned(key);
        let found = self.first("SELECT 1 FROM pruned WHERE hash = ?1", [hash], |_| Ok(()))?;
        Ok(found.is_some())
    }

    /// Forgets an entry, all but a hash of the key of what was done.
    pub(crate) fn prune(&self, row: &Record) -> Result<()> {
        self.execute("DELETE FROM entry WHERE number = ?1", [row.number])?;
        if row.state == State::Done {
            let hash = self.hash_key.of_pruned(&row.key);
            self.execute("INSERT OR IGNORE INTO pruned (hash) VALUES (?1)", [hash])?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn database() -> Database {
        let connection = Connection::open_in_memory().unwrap();
        connection
            .execute_batch("CREATE TABLE t (x TEXT NOT NULL) STRICT")
            .unwrap();
        Database::new(connection, PathBuf::from("none"), HashKey([0; 32]))
    }

    fn count(database: &Database) -> i64 {
        let count = database.first("SELECT count(*) FROM t", [], |row| row.get(0));
        count.unwrap().unwrap()
    }

    /// By itself SQLite keeps the row in both cases, whatever rusqlite's error says.
    #[test]
    fn a_row_whose_statement_failed_after_it_was_written_is_not_kept() {
        let sql = "INSERT INTO t (x) VALUES ('a') RETURNING x";
        let executed = |it: &Connection| it.execute(sql, []).map(drop);
        let misread = |it: &Connection| it.query_row(sql, [], |row| row.get::<_, i64>(0)).map(drop);
        for fails in [
            &executed as &dyn Fn(&Connection) -> rusqlite::Result<()>,
            &misread,
        ] {
            let mut database = database();
            fails(&database.connection).unwrap_err();
            assert_eq!(count(&database), 1);
            database.run("DELETE FROM t").unwrap();
            database.run("BEGIN IMMEDIATE").unwrap();
            let outcome = fails(&database.connection).map_err(|it| storage(it).into());
            let outcome: Result<(), JournalError> = database.end_transaction(outcome);
            outcome.unwrap_err();
            assert_eq!(count(&database), 0);
        }
    }
}
