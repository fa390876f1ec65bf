//! The state file: what has been acknowledged is in it.
//!
//! [`App::change`](crate::app::App::change) submits what changed, still under the lock and so in
//! order. One thread writes whatever has been submitted meanwhile in one transaction, and only when
//! that is on the disk does anybody who waits go on. An answer waits, so a program that is killed at
//! any point has told nobody of anything that is not in the file.
//!
//! A write that fails ends it: from then on nothing is acknowledged until the program is started
//! again, because the state in memory is ahead of the file.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, mpsc};
use std::thread::JoinHandle;

use redb::{
    Database, DatabaseError, ReadTransaction, ReadableDatabase, ReadableTable, TableDefinition,
    TableError,
};
use serde_json::json;
use tokio::sync::watch;

use crate::clock::Clock;
use crate::document::VERSION;
use crate::error::{Error, ErrorKind};
use crate::log::Log;
use crate::seed::Seed;
use crate::source::Source;
use crate::state::{State, Visitor};
use crate::table::{Changes, Key, Row, Table};

type Rows<'a> = TableDefinition<'a, &'static str, &'static [u8]>;

/// What a file is for, and the head of the state.
const ABOUT: &str = "about";
const HEAD: &str = "head";

/// A whole file has a whole number of pages.
const PAGE: u64 = 4096;

/// Pages that are held in memory.
const CACHE: usize = 16 * 1024 * 1024;

/// What a state file belongs to: a simulator with others would not continue it.
pub(crate) struct Purpose<'a> {
    pub(crate) seed: Seed,
    pub(crate) clock: Clock,
    pub(crate) sources: &'a [Source],
}

impl Purpose<'_> {
    /// What must be the same: name, value, and what to do if it is not.
    fn marks(&self) -> [(&'static str, String, &'static str); 4] {
        let clock = match self.clock.start() {
            Some(start) => format!("standing from {start}"),
            None => "system".to_owned(),
        };
        let mut sources: Vec<_> = self
            .sources
            .iter()
            .map(|source| json!([source.id, source.credentials.client_id()]))
            .collect();
        sources.sort_by_key(ToString::to_string);
        [
            (
                "version",
                VERSION.to_string(),
                "export its state with the version that wrote it, start with another state file and import it there",
            ),
            (
                "seed",
                self.seed.0.to_string(),
                "start with that seed, or with another state file",
            ),
            (
                "clock",
                clock,
                "start with that clock, or with another state file",
            ),
            (
                "sources",
                json!(sources).to_string(),
                "start with those customer sources, or with another state file",
            ),
        ]
    }
}

/// What is written together.
struct Batch {
    number: u64,
    head: Option<Vec<u8>>,
    tables: Vec<(&'static str, Changes)>,
}

/// A state file that is open.
pub(crate) struct Store {
    submitting: Mutex<Submitting>,
    progress: Arc<Progress>,
}

struct Submitting {
    batches: Option<mpsc::Sender<Batch>>,
    writer: Option<JoinHandle<()>>,
    submitted: u64,
    head: Vec<u8>,
}

/// How far the writer has come.
struct Progress {
    at: Mutex<At>,
    moved: Condvar,
    /// The same for those who wait without a thread.
    told: watch::Sender<()>,
}

#[derive(Default)]
struct At {
    committed: u64,
    failed: Option<String>,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Progress {
    fn reach(&self, update: impl FnOnce(&mut At)) {
        update(&mut locked(&self.at));
        self.moved.notify_all();
        self.told.send_replace(());
    }

    fn fail(&self, why: impl Into<String>) {
        let why = why.into();
        self.reach(|at| {
            at.failed.get_or_insert(why);
        });
    }
}

impl At {
    /// None as long as it is not decided.
    fn outcome(&self, number: u64) -> Option<Result<(), Error>> {
        match &self.failed {
            _ if self.committed >= number => Some(Ok(())),
            Some(why) => Some(Err(not_kept(why))),
            None => None,
        }
    }
}

fn not_kept(why: &str) -> Error {
    Error::new(
        ErrorKind::StateNotKept,
        format!(
            "the state file cannot be written ({why}), so nothing is acknowledged any more: make room or repair it, then start again"
        ),
    )
}

fn refused(path: &Path, why: &str) -> Error {
    let text = format!("cannot use the state file {}: {why}", path.display());
    Error::new(ErrorKind::StateFileRefused, text)
}

/// Makes the file if it is not there, so that nobody but its owner reads it: it holds personal data.
#[cfg(unix)]
fn make_private(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::OpenOptionsExt as _;
    let made = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path);
    match made {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

/// Elsewhere, the directory decides who reads it.
#[cfg(not(unix))]
fn make_private(_: &Path) -> std::io::Result<()> {
    Ok(())
}

/// Opens or creates a state file and reads what it keeps.
pub(crate) fn open(path: &Path, purpose: &Purpose<'_>) -> Result<(Store, Option<State>), Error> {
    make_private(path).map_err(|error| refused(path, &error.to_string()))?;
    let cut = || {
        refused(
            path,
            "it is no whole state file: choose a file that a simulator wrote, a copy of this one from before, or one that is not there yet",
        )
    };
    let length = std::fs::metadata(path).map_or(0, |file| file.len());
    if !length.is_multiple_of(PAGE) {
        return Err(cut());
    }
    // The store asserts what a damaged file does not keep; whoever starts a program is told plainly.
    let opened = catch_unwind(|| Database::builder().set_cache_size(CACHE).create(path));
    let database = opened
        .map_err(|_| cut())?
        .map_err(|error| match error {
            DatabaseError::DatabaseAlreadyOpen => Error::new(
                ErrorKind::StateFileInUse,
                format!(
                    "the state file {} is in use by another simulator: end that one, or use another file",
                    path.display()
                ),
            ),
            DatabaseError::UpgradeRequired(_) => refused(path, "it was written by an older version of the store: use another file"),
            error => refused(path, &format!("{error}; choose a file that a simulator wrote, or one that is not there yet (one whose making was cut short may be deleted: it holds nothing)")),
        })?;
    catch_unwind(AssertUnwindSafe(|| attach(database, path, purpose)))
        .unwrap_or_else(|_| Err(cut()))
}

/// Begins to keep the state in a store that is open.
fn attach(
    database: Database,
    path: &Path,
    purpose: &Purpose<'_>,
) -> Result<(Store, Option<State>), Error> {
    let unreadable = |error: redb::Error| refused(path, &error.to_string());
    let kept = load(&database, path, purpose)?;
    if kept.is_none() {
        begin(&database, purpose).map_err(unreadable)?;
    }
    let (batches, to_write) = mpsc::channel();
    let progress = Arc::new(Progress {
        at: Mutex::default(),
        moved: Condvar::new(),
        told: watch::Sender::new(()),
    });
    let told = Arc::clone(&progress);
    let writer = std::thread::Builder::new()
        .name("state file".to_owned())
        .spawn(move || write(&database, &to_write, &told))
        .map_err(|error| refused(path, &error.to_string()))?;
    let store = Store {
        submitting: Mutex::new(Submitting {
            batches: Some(batches),
            writer: Some(writer),
            submitted: 0,
            head: Vec::new(),
        }),
        progress,
    };
    Ok((store, kept))
}

/// Writes down what a new file is for.
fn begin(database: &Database, purpose: &Purpose<'_>) -> Result<(), redb::Error> {
    let transaction = database.begin_write()?;
    {
        let mut about = transaction.open_table(Rows::new(ABOUT))?;
        for (name, value, _) in purpose.marks() {
            about.insert(name, value.as_bytes())?;
        }
    }
    transaction.commit()?;
    Ok(())
}

/// Reads a file; none if it is new.
fn load(database: &Database, path: &Path, purpose: &Purpose<'_>) -> Result<Option<State>, Error> {
    let unreadable = |error: redb::Error| refused(path, &error.to_string());
    let transaction = database
        .begin_read()
        .map_err(|error| unreadable(error.into()))?;
    let about = match transaction.open_table(Rows::new(ABOUT)) {
        Ok(about) => about,
        Err(TableError::TableDoesNotExist(_)) => return Ok(None),
        Err(error) => return Err(unreadable(error.into())),
    };
    let read = |name: &str| -> Result<Option<Vec<u8>>, Error> {
        let found = about.get(name).map_err(|error| unreadable(error.into()))?;
        Ok(found.map(|value| value.value().to_vec()))
    };
    for (name, here, advice) in purpose.marks() {
        let there = read(name)?.unwrap_or_default();
        let there = String::from_utf8_lossy(&there);
        if there != here {
            return Err(refused(
                path,
                &format!(
                    "it was written with {name} {there}, and this simulator has {here}; {advice}"
                ),
            ));
        }
    }
    let mut state = State::default();
    if let Some(head) = read(HEAD)? {
        let head = serde_json::from_slice(&head).map_err(|_| {
            refused(
                path,
                "its head cannot be read: it is damaged, or of another version",
            )
        })?;
        state.set_head(head);
    }
    state.visit(&mut Load {
        transaction: &transaction,
        path,
    })?;
    state
        .check_form(purpose.sources)
        .map_err(|misfit| refused(path, &format!("`{}` in it {}", misfit.place, misfit.why)))?;
    state.reindex();
    Ok(Some(state))
}

/// Fills tables from a file.
struct Load<'a> {
    transaction: &'a ReadTransaction,
    path: &'a Path,
}

impl Load<'_> {
    fn rows<V: Row>(
        &self,
        name: &'static str,
        mut take: impl FnMut(&str, V) -> Option<()>,
    ) -> Result<(), Error> {
        let unreadable = |error: redb::Error| refused(self.path, &error.to_string());
        let rows = match self.transaction.open_table(Rows::new(name)) {
            Ok(rows) => rows,
            Err(TableError::TableDoesNotExist(_)) => return Ok(()),
            Err(error) => return Err(unreadable(error.into())),
        };
        for row in rows.iter().map_err(|error| unreadable(error.into()))? {
            let (key, row) = row.map_err(|error| unreadable(error.into()))?;
            serde_json::from_slice(row.value())
                .ok()
                .and_then(|row| take(key.value(), row))
                .ok_or_else(|| refused(self.path, &format!("`{name}.{}` in it cannot be read: it is damaged, or of another version", key.value())))?;
        }
        Ok(())
    }
}

impl Visitor for Load<'_> {
    type Error = Error;

    fn table<K: Key, V: Row>(
        &mut self,
        name: &'static str,
        table: &mut Table<K, V>,
    ) -> Result<(), Error> {
        let mut rows = BTreeMap::new();
        self.rows(name, |key, row| {
            rows.insert(K::read(key)?, row);
            Some(())
        })?;
        table.load(rows);
        Ok(())
    }

    fn log<T: Row>(&mut self, name: &'static str, log: &mut Log<T>) -> Result<(), Error> {
        let mut entries = BTreeMap::new();
        self.rows(name, |key, entry| {
            entries.insert(key.parse::<usize>().ok()?, entry);
            Some(())
        })?;
        log.load(entries.into_values().collect());
        Ok(())
    }
}

/// Collects what changed.
#[derive(Default)]
struct Collect(Vec<(&'static str, Changes)>);

impl Collect {
    fn add(&mut self, name: &'static str, changes: Changes) {
        if !changes.is_empty() {
            self.0.push((name, changes));
        }
    }
}

impl Visitor for Collect {
    type Error = serde_json::Error;

    fn table<K: Key, V: Row>(
        &mut self,
        name: &'static str,
        table: &mut Table<K, V>,
    ) -> Result<(), serde_json::Error> {
        self.add(name, table.collect()?);
        Ok(())
    }

    fn log<T: Row>(
        &mut self,
        name: &'static str,
        log: &mut Log<T>,
    ) -> Result<(), serde_json::Error> {
        self.add(name, log.collect()?);
        Ok(())
    }
}

impl Store {
    /// Passes on what changed. Whoever has the state locked calls this, so that the order of writing
    /// is that of the changes.
    pub(crate) fn submit(&self, state: &mut State) {
        let mut submitting = locked(&self.submitting);
        let collected = serde_json::to_vec(&state.head()).and_then(|head| {
            let mut tables = Collect::default();
            state.visit(&mut tables)?;
            Ok((head, tables.0))
        });
        let (head, tables) = match collected {
            Ok(collected) => collected,
            Err(_) => return self.progress.fail("a row has no JSON form"),
        };
        let head = (head != submitting.head).then_some(head);
        if head.is_none() && tables.is_empty() {
            return;
        }
        if let Some(head) = &head {
            submitting.head.clone_from(head);
        }
        submitting.submitted += 1;
        let number = submitting.submitted;
        let batch = Batch {
            number,
            head,
            tables,
        };
        let sent = submitting
            .batches
            .as_ref()
            .map(|batches| batches.send(batch));
        if !matches!(sent, Some(Ok(()))) {
            self.progress.fail("it is closed");
        }
    }

    /// Whether writing goes on.
    pub(crate) fn works(&self) -> Result<(), Error> {
        match &locked(&self.progress.at).failed {
            Some(why) => Err(not_kept(why)),
            None => Ok(()),
        }
    }

    fn submitted(&self) -> u64 {
        locked(&self.submitting).submitted
    }

    /// Blocks until all that has been submitted is on the disk.
    pub(crate) fn wait(&self) -> Result<(), Error> {
        let number = self.submitted();
        let mut at = locked(&self.progress.at);
        loop {
            if let Some(outcome) = at.outcome(number) {
                return outcome;
            }
            at = self
                .progress
                .moved
                .wait(at)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// The same without blocking.
    pub(crate) async fn settled(&self) -> Result<(), Error> {
        let number = self.submitted();
        let mut told = self.progress.told.subscribe();
        loop {
            told.mark_unchanged();
            if let Some(outcome) = locked(&self.progress.at).outcome(number) {
                return outcome;
            }
            if told.changed().await.is_err() {
                return Err(not_kept("its writer is gone"));
            }
        }
    }

    /// Writes what has been submitted and gives the file free. Whatever comes later is refused.
    pub(crate) fn close(&self) {
        let writer = {
            let mut submitting = locked(&self.submitting);
            drop(submitting.batches.take());
            submitting.writer.take()
        };
        if let Some(writer) = writer {
            // A writer that panicked has said so through its progress.
            let _ = writer.join();
        }
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        self.close();
    }
}

/// The writer's thread. Whatever has come meanwhile is one transaction.
fn write(database: &Database, batches: &mpsc::Receiver<Batch>, progress: &Arc<Progress>) {
    /// However the thread ends, nobody waits for it forever.
    struct Ending<'a>(&'a Progress);
    impl Drop for Ending<'_> {
        fn drop(&mut self) {
            self.0.fail("it is closed");
        }
    }
    let _ending = Ending(progress);
    while let Ok(first) = batches.recv() {
        let mut group = vec![first];
        group.extend(batches.try_iter());
        let last = group.last().map_or(0, |batch| batch.number);
        match commit(database, &group) {
            Ok(()) => progress.reach(|at| at.committed = last),
            Err(error) => {
                tracing::error!("the state file cannot be written: {error}");
                return progress.fail(error.to_string());
            }
        }
    }
}

/// One transaction. It is on the disk when this returns.
fn commit(database: &Database, group: &[Batch]) -> Result<(), redb::Error> {
    let transaction = database.begin_write()?;
    for batch in group {
        if let Some(head) = &batch.head {
            transaction
                .open_table(Rows::new(ABOUT))?
                .insert(HEAD, head.as_slice())?;
        }
        for (name, changes) in &batch.tables {
            if changes.cleared {
                transaction.delete_table(Rows::new(name))?;
            }
            let mut rows = transaction.open_table(Rows::new(name))?;
            for (key, row) in &changes.rows {
                match row {
                    Some(row) => rows.insert(key.as_str(), row.as_slice())?,
                    None => rows.remove(key.as_str())?,
                };
            }
        }
    }
    transaction.commit()?;
    Ok(())
}

#[cfg(test)]
#[path = "store_tests.rs"]
mod tests;
