use std::io;
use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

use async_trait::async_trait;
use futures_util::FutureExt;
use rusqlite::{Connection, OptionalExtension, Params, params};

use crate::error::{JournalError, StorageError};
use crate::filter::Filter;
use crate::sqlite::error::storage;
use crate::sqlite::owner::{self, Dead, Owner};
use crate::state::State;
use crate::store::{Access, Account, Ending, Id, Row, Transaction, Work};

const COLUMNS: &str = "number, key, fingerprint, provider, operation, account, description, unit, cost, state, owner, \
                       turn, begun, until, ended, balance, fields";

/// The connection, and who uses it.
pub(super) struct Database {
    connection: Connection,
    path: PathBuf,
    owner: Option<Owner>,
    /// Found in this transaction; their files go when it is stored.
    dead: Vec<Dead>,
}

impl Database {
    pub(super) fn new(connection: Connection, path: PathBuf) -> Self {
        Self {
            connection,
            path,
            owner: None,
            dead: Vec::new(),
        }
    }

    pub(super) fn transaction<T>(&mut self, access: Access, work: impl Work<T>) -> Result<T, JournalError> {
        let begin = match access {
            Access::Read => "BEGIN",
            Access::Write => "BEGIN IMMEDIATE",
        };
        self.run(begin)?;
        // SQLite's statements end where they are made, so the work never waits.
        let outcome = work(self).now_or_never();
        self.end(outcome.unwrap_or_else(|| Err(StorageError::Other("it waited".to_owned()).into())))
    }

    /// Stores what the transaction did, or nothing of it.
    fn end<T>(&mut self, outcome: Result<T, JournalError>) -> Result<T, JournalError> {
        let outcome = outcome.and_then(|it| self.run("COMMIT").map(|()| it).map_err(Into::into));
        let dead = std::mem::take(&mut self.dead);
        if outcome.is_ok() {
            dead.into_iter().for_each(Dead::remove);
        } else if !self.connection.is_autocommit() {
            let _ = self.run("ROLLBACK");
        }
        outcome
    }

    fn run(&self, sql: &str) -> Result<(), StorageError> {
        self.execute(sql, []).map(drop)
    }

    fn execute(&self, sql: &str, params: impl Params) -> Result<usize, StorageError> {
        let statement = self.connection.prepare_cached(sql);
        statement.and_then(|mut it| it.execute(params)).map_err(storage)
    }

    fn first<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnOnce(&rusqlite::Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Option<T>, StorageError> {
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
    ) -> Result<Vec<T>, StorageError> {
        let rows = self.connection.prepare_cached(sql);
        rows.and_then(|mut it| it.query_map(params, read)?.collect())
            .map_err(storage)
    }

    fn mark_doubt(&self, owner: &Id) -> Result<(), StorageError> {
        self.execute(
            "UPDATE entry SET state = 3 WHERE state = 0 AND owner = ?1",
            [owner],
        )
        .map(drop)
    }
}

fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<Row> {
    Ok(Row {
        number: row.get(0)?,
        key: row.get(1)?,
        fingerprint: row.get(2)?,
        provider: row.get(3)?,
        operation: row.get(4)?,
        account: row.get(5)?,
        description: row.get(6)?,
        unit: row.get(7)?,
        cost: row.get(8)?,
        state: State::from_number(row.get(9)?),
        owner: row.get(10)?,
        turn: row.get(11)?,
        begun: row.get(12)?,
        until: row.get(13)?,
        ended: row.get(14)?,
        balance: row.get(15)?,
        fields: row.get(16)?,
    })
}

#[expect(clippy::needless_pass_by_value, reason = "it is passed to `map_err`")]
fn io_error(error: io::Error) -> StorageError {
    StorageError::Other(format!("its lock file: {error}"))
}

type Result<T, E = StorageError> = std::result::Result<T, E>;

#[async_trait]
impl Transaction for Database {
    async fn now(&mut self) -> Result<i64> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Ok(i64::try_from(now.as_millis()).unwrap_or(i64::MAX))
    }

    async fn owner(&mut self) -> Result<Id> {
        if let Some(owner) = &self.owner {
            return Ok(owner.id);
        }
        for (id, dead) in owner::all_dead(&self.path).map_err(io_error)? {
            self.mark_doubt(&id)?;
            self.dead.push(dead);
        }
        let owner = Owner::create(&self.path).map_err(io_error)?;
        Ok(self.owner.insert(owner).id)
    }

    async fn is_alive(&mut self, owner: &Id) -> Result<bool> {
        match owner::look(&self.path, owner).map_err(io_error)? {
            Ok(()) => Ok(true),
            Err(dead) => {
                self.dead.extend(dead);
                Ok(false)
            }
        }
    }

    async fn running_owners(&mut self) -> Result<Vec<Id>> {
        self.all(
            "SELECT DISTINCT owner FROM entry INDEXED BY running WHERE state = 0",
            [],
            |row| row.get(0),
        )
    }

    async fn doubt(&mut self, owner: &Id) -> Result<()> {
        self.mark_doubt(owner)
    }

    async fn bind(&mut self, provider: &str, origin: &str) -> Result<String> {
        let find = |row: &rusqlite::Row<'_>| row.get(0);
        let known = self.first("SELECT origin FROM origin WHERE provider = ?1", [provider], find)?;
        if let Some(known) = known {
            return Ok(known);
        }
        let insert = "INSERT INTO origin (provider, origin) VALUES (?1, ?2)";
        self.execute(insert, [provider, origin])?;
        Ok(origin.to_owned())
    }

    async fn find(&mut self, key: &str) -> Result<Option<Row>> {
        self.first(
            &format!("SELECT {COLUMNS} FROM entry WHERE key = ?1"),
            [key],
            read,
        )
    }

    async fn page(&mut self, filter: &Filter, after: i64, most: i64) -> Result<Vec<Row>> {
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

    async fn insert(&mut self, row: &Row) -> Result<()> {
        self.execute("DELETE FROM entry WHERE key = ?1", [&row.key])?;
        let insert = "INSERT INTO entry (key, fingerprint, provider, operation, account, description, unit, cost, state, \
                      owner, turn, begun, until, balance) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)";
        let values = params![
            row.key,
            row.fingerprint,
            row.provider,
            row.operation,
            row.account,
            row.description,
            row.unit,
            row.cost,
            row.state.number(),
            row.owner,
            row.turn,
            row.begun,
            row.until,
            row.balance,
        ];
        self.execute(insert, values).map(drop)
    }

    async fn end(&mut self, row: &Row, ending: &Ending, now: i64) -> Result<bool> {
        let end = "UPDATE entry SET state = ?1, fields = ?2, ended = ?3 \
                   WHERE key = ?4 AND owner = ?5 AND turn = ?6 AND state IN (0, 3)";
        let state = ending.state.number();
        let values = params![state, ending.fields, now, row.key, row.owner, row.turn];
        Ok(self.execute(end, values)? == 1)
    }

    async fn end_turn(&mut self, owner: &Id, turn: i64, state: State, now: i64) -> Result<()> {
        let end = "UPDATE entry SET state = ?1, ended = ?2 WHERE state = 0 AND owner = ?3 AND turn = ?4";
        self.execute(end, params![state.number(), now, owner, turn])
            .map(drop)
    }

    async fn latest(&mut self, account: &Account) -> Result<Option<i64>> {
        let latest =
            "SELECT max(number) FROM entry INDEXED BY of_account WHERE provider = ?1 AND account = ?2";
        let found = self.first(latest, [&account.provider, &account.name], |row| row.get(0))?;
        Ok(found.flatten())
    }

    async fn under_way(&mut self, account: &Account, now: i64) -> Result<Option<Row>> {
        for of_state in ["running WHERE state = 0", "in_doubt WHERE state = 3"] {
            let sql = format!(
                "SELECT {COLUMNS} FROM entry INDEXED BY {of_state} \
                 AND provider = ?1 AND account = ?2 AND (state = 0 OR until > ?3) LIMIT 1"
            );
            let found = self.first(&sql, params![account.provider, account.name, now], read)?;
            if found.is_some() {
                return Ok(found);
            }
        }
        Ok(None)
    }

    async fn spent(&mut self, account: &Account, unit: &str, since: i64) -> Result<i64> {
        let sum = "SELECT coalesce(sum(cost), 0) FROM entry INDEXED BY cost_of_account \
                   WHERE provider = ?1 AND account = ?2 AND unit = ?3 AND begun > ?4 AND state <> 2";
        let found = self.first(sum, params![account.provider, account.name, unit, since], |row| {
            row.get(0)
        })?;
        Ok(found.unwrap_or_default())
    }

    async fn is_pruned(&mut self, hash: &[u8]) -> Result<bool> {
        let found = self.first("SELECT 1 FROM pruned WHERE hash = ?1", [hash], |_| Ok(()))?;
        Ok(found.is_some())
    }

    async fn prune(&mut self, number: i64, hash: Option<&[u8]>) -> Result<()> {
        self.execute("DELETE FROM entry WHERE number = ?1", [number])?;
        if let Some(hash) = hash {
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
        Database::new(connection, PathBuf::from("none"))
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
            let outcome: Result<(), JournalError> = database.end(outcome);
            outcome.unwrap_err();
            assert_eq!(count(&database), 0);
        }
    }
}
