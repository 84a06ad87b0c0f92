//! State files: how they come to be, who may read them, and what is not one.

use crate::common::{NOW, memory, on_disk, prepare, row};
use farsight_state::{Access, SCHEMA_VERSION, StateError, Store};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};

fn mode(path: &Path) -> u32 {
    path.metadata().unwrap().permissions().mode() & 0o777
}

fn set_mode(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    PathBuf::from(format!("{}{suffix}", path.display()))
}

fn open(path: &Path) -> Result<Store, StateError> {
    Store::open(path, Access::ReadWrite)
}

fn read(path: &Path) -> Result<Store, StateError> {
    Store::open(path, Access::ReadOnly)
}

/// Whether this process is an ordinary user, whom modes stop. If it is not, it runs the test `name` again as one.
fn is_ordinary(name: &str) -> bool {
    if !rustix::process::geteuid().is_root() {
        return true;
    }
    // The build may be in a directory that others cannot enter.
    let directory = tempfile::tempdir().unwrap();
    std::fs::set_permissions(directory.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    let program = directory.path().join("tests");
    std::fs::copy(std::env::current_exe().unwrap(), &program).unwrap();
    let status = std::process::Command::new(&program)
        .args(["--exact", name, "--nocapture"])
        .current_dir("/")
        .uid(65_534)
        .gid(65_534)
        .status()
        .unwrap();
    assert!(status.success(), "{name} failed as an ordinary user");
    false
}

/// Protects the state from other users: nobody else can read it or its companions.
#[test]
fn a_new_file_and_its_companions_belong_to_the_owner_alone() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("state/deep/shop.db");
    let mut f = prepare(open(&path).unwrap());
    f.apply(&[f.put(row(1, "a"))]).unwrap();
    for name in [path.clone(), beside(&path, "-wal"), beside(&path, "-shm")] {
        assert_eq!(mode(&name), 0o600, "{}", name.display());
    }
    assert_eq!(mode(path.parent().unwrap()), 0o700);
    let copy = directory.path().join("copy.db");
    f.store.backup(&copy).unwrap();
    assert_eq!(mode(&copy), 0o600);
}

/// Protects two first runs at once: both get the same, whole file.
#[test]
fn many_may_create_and_open_a_file_at_once() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("shop.db");
    std::thread::scope(|scope| {
        for number in 0..8 {
            let path = &path;
            scope.spawn(move || open(path).unwrap().create_stack("shop", &number.to_string(), NOW).unwrap());
        }
    });
    assert_eq!(read(&path).unwrap().stacks().unwrap().len(), 8);
}

/// Protects against power failures: what counts is written to disk before a commit returns.
#[test]
fn commits_are_synced_and_the_file_carries_its_marks() {
    let directory = tempfile::tempdir().unwrap();
    let f = on_disk(directory.path());
    let raw = f.raw();
    let pragma = |name: &str| raw.pragma_query_value(None, name, |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!(pragma("application_id"), 0x4653_4754);
    assert_eq!(pragma("user_version"), SCHEMA_VERSION);
    let journal: String = raw.pragma_query_value(None, "journal_mode", |row| row.get(0)).unwrap();
    assert_eq!(journal, "wal");
    let strict: i64 = raw
        .query_row("SELECT count(*) FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND strict = 0 AND name NOT LIKE 'sqlite_%'", [], |row| row.get(0))
        .unwrap();
    assert_eq!(strict, 0, "a table is not STRICT");
}

#[test]
fn what_was_committed_is_there_after_opening_again() {
    let directory = tempfile::tempdir().unwrap();
    let mut f = on_disk(directory.path());
    f.apply(&[f.put(row(1, "a"))]).unwrap();
    let (path, stack) = (f.store.path().unwrap().to_owned(), f.stack);
    let beside = read(&path).unwrap();
    assert_eq!(beside.snapshot(stack).unwrap().resources, [row(1, "a")], "others see it while it is open");
    drop((f, beside));
    assert_eq!(open(&path).unwrap().snapshot(stack).unwrap().resources, [row(1, "a")]);
}

#[test]
fn reading_creates_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("shop.db");
    let error = read(&path).unwrap_err();
    assert!(matches!(error, StateError::Missing { .. }));
    assert!(error.to_string().contains("farsight stack init"), "{error}");
    std::fs::write(&path, "").unwrap();
    assert!(matches!(read(&path), Err(StateError::Missing { .. })), "an empty file is no state yet");
    open(&path).unwrap();
    let mut reader = read(&path).unwrap();
    assert!(matches!(reader.create_stack("shop", "dev", NOW), Err(StateError::ReadOnlyFile { .. })));
}

/// Protects the state of a team whose members have different versions.
#[test]
fn a_newer_file_is_left_alone() {
    let directory = tempfile::tempdir().unwrap();
    let f = on_disk(directory.path());
    let path = f.store.path().unwrap().to_owned();
    f.raw().pragma_update(None, "user_version", SCHEMA_VERSION + 2).unwrap();
    drop(f);
    for result in [open(&path), read(&path)] {
        let error = result.unwrap_err();
        assert!(matches!(error, StateError::Newer { found, known: SCHEMA_VERSION, .. } if found == SCHEMA_VERSION + 2));
        assert!(error.to_string().ends_with("install the newer farsight"), "{error}");
    }
}

/// Protects other people's databases: nothing is changed before it is clear that a file is farsight's.
#[test]
fn a_database_of_another_application_is_left_alone() {
    let directory = tempfile::tempdir().unwrap();
    for sql in ["CREATE TABLE t (a)", "PRAGMA application_id = 7", "PRAGMA user_version = 1"] {
        let path = directory.path().join(format!("{}.db", sql.len()));
        rusqlite::Connection::open(&path).unwrap().execute_batch(sql).unwrap();
        let before = std::fs::read(&path).unwrap();
        assert!(matches!(open(&path), Err(StateError::NotOurs { .. })), "{sql}");
        assert!(matches!(read(&path), Err(StateError::NotOurs { .. })), "{sql}");
        assert_eq!(std::fs::read(&path).unwrap(), before);
    }
}

#[test]
fn garbage_and_cut_off_files_are_called_damaged() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("notes.txt");
    let notes = "these are somebody's notes, and no database\n".repeat(50);
    std::fs::write(&path, &notes).unwrap();
    assert!(matches!(open(&path), Err(StateError::Corrupt { .. })));
    assert!(matches!(read(&path), Err(StateError::Corrupt { .. })));
    assert_eq!(std::fs::read_to_string(&path).unwrap(), notes);
    let whole = directory.path().join("whole.db");
    memory().store.backup(&whole).unwrap();
    let bytes = std::fs::read(&whole).unwrap();
    let cut = directory.path().join("cut.db");
    std::fs::write(&cut, &bytes[..bytes.len() / 2]).unwrap();
    assert!(matches!(open(&cut), Err(StateError::Corrupt { .. })));
    assert!(matches!(open(directory.path()), Err(StateError::Denied { .. })), "a directory");
}

/// Protects against writing into a file that nobody will ever see again.
#[test]
fn a_file_that_was_replaced_or_deleted_is_not_written() {
    let directory = tempfile::tempdir().unwrap();
    let mut f = on_disk(directory.path());
    let path = f.store.path().unwrap().to_owned();
    let copy = directory.path().join("copy.db");
    f.store.backup(&copy).unwrap();
    f.apply(&[f.put(row(1, "a"))]).unwrap();
    let aside = directory.path().join("aside.db");
    std::fs::rename(&path, &aside).unwrap();
    assert!(matches!(f.apply(&[f.put(row(2, "b"))]), Err(StateError::Replaced { .. })));
    std::fs::copy(&copy, &path).unwrap();
    let error = f.apply(&[f.put(row(2, "b"))]).unwrap_err();
    assert!(matches!(error, StateError::Replaced { .. }), "{error}");
    std::fs::rename(&aside, &path).unwrap();
    f.apply(&[f.put(row(2, "b"))]).unwrap();
    assert_eq!(f.names(), ["a", "b"]);
}

#[test]
fn a_backup_is_whole_and_overwrites_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let mut f = on_disk(directory.path());
    f.apply(&[f.put(row(1, "a"))]).unwrap();
    let copy = directory.path().join("it's a copy.db");
    f.store.backup(&copy).unwrap();
    f.apply(&[f.put(row(2, "b"))]).unwrap();
    assert!(matches!(f.store.backup(&copy), Err(StateError::BackupExists { .. })));
    let copied = read(&copy).unwrap();
    assert_eq!(copied.snapshot(f.stack).unwrap().resources, [row(1, "a")]);
    assert_eq!(copied.verify().unwrap(), []);
    assert!(f.store.backup(&directory.path().join("no/such/directory.db")).is_err());
}

#[test]
fn a_file_that_cannot_be_written_says_so() {
    if !is_ordinary("files::a_file_that_cannot_be_written_says_so") {
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let path = on_disk(directory.path()).store.path().unwrap().to_owned();
    set_mode(&path, 0o400);
    let error = open(&path).unwrap_err();
    assert!(matches!(error, StateError::ReadOnlyFile { .. }), "{error}");
    assert_eq!(read(&path).unwrap().stacks().unwrap().len(), 1);
    set_mode(&path, 0o000);
    assert!(matches!(open(&path), Err(StateError::Denied { .. })));
    assert!(matches!(read(&path), Err(StateError::Denied { .. })));
}

/// Protects read commands on a read-only file system, such as a mounted backup, with or without an unfinished log.
#[test]
fn a_read_only_directory_can_be_read() {
    if !is_ordinary("files::a_read_only_directory_can_be_read") {
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let mut f = on_disk(directory.path());
    f.apply(&[f.put(row(1, "a"))]).unwrap();
    let (path, stack) = (f.store.path().unwrap().to_owned(), f.stack);
    // What a crash leaves behind: a log with commits that the main file does not have.
    let crashed = directory.path().join("100% odd?#name");
    std::fs::create_dir(&crashed).unwrap();
    let left = crashed.join("shop.db");
    for suffix in ["", "-wal"] {
        std::fs::copy(beside(&path, suffix), beside(&left, suffix)).unwrap();
    }
    drop(f);
    let clean = directory.path().join("clean");
    std::fs::create_dir(&clean).unwrap();
    std::fs::copy(&path, clean.join("shop.db")).unwrap();
    for place in [clean, crashed] {
        for file in place.read_dir().unwrap() {
            set_mode(&file.unwrap().path(), 0o400);
        }
        set_mode(&place, 0o500);
        let path = place.join("shop.db");
        let resources = read(&path).unwrap().snapshot(stack).unwrap().resources;
        assert_eq!(resources, [row(1, "a")], "{}", place.display());
        let error = open(&path).unwrap_err();
        assert!(matches!(error, StateError::ReadOnlyFile { .. } | StateError::Denied { .. }), "{error}");
        set_mode(&place, 0o700);
    }
    let locked = directory.path().join("locked");
    std::fs::create_dir(&locked).unwrap();
    set_mode(&locked, 0o500);
    assert!(matches!(open(&locked.join("new.db")), Err(StateError::Denied { .. })));
}
