//! The engine in this process, and a server beside it: errors are the same; a cancelled insert leaves nothing.

mod common;

use std::sync::{Mutex, MutexGuard, OnceLock};

use common::Program;
use streamhouse_embedded::ffi::{Connection, Engine, EngineError};
use streamhouse_embedded::library;

/// The engine is one a process. It is never shut down: the process ends with its tests.
fn connection() -> MutexGuard<'static, Connection> {
    static ENGINE: OnceLock<(Engine, Mutex<Connection>)> = OnceLock::new();
    let (_, connection) = ENGINE.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a folder").keep();
        let library = library::ensure().expect("the library");
        let engine = Engine::open(&library, &folder, &[]).expect("an engine");
        let connection = engine.connect().expect("a connection");
        (engine, Mutex::new(connection))
    });
    connection.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// Statements that fail.
const MISTAKES: &[&str] = &[
    "SELEC 1",
    "SELECT (1",
    "SELECT 'unclosed",
    "SELECT 1 FROM",
    "CREATE TABLE",
    "SELECT * FROM no_such_table",
    "SELECT * FROM no_such_database.t",
    "SELECT no_such_column",
    "SELECT noSuchFunction(1)",
    "SELECT CAST(1 AS NoSuchType)",
    "SELECT 1 SETTINGS no_such_setting = 1",
    "SELECT throwIf(1)",
    "SELECT 1 FORMAT NoSuchFormat",
    "SELECT toDate('x')",
    "SELECT toDateTime('x')",
    "SELECT toUInt8('x')",
    "SELECT toUUID('x')",
    "SELECT toIPv4('x')",
    "SELECT toIPv6('x')",
    "SELECT intDiv(1, 0)",
    "SELECT length(1)",
    "SELECT substring('a')",
    "SELECT 1 + 'a'",
    "SELECT [1, 'a']",
    "SELECT sum(sum(1))",
    "SELECT number, count() FROM numbers(3)",
    "SELECT (1, 2).3",
    "SELECT arrayElement([1], 'a')",
    "SELECT match('a', '(')",
    "SELECT 1 UNION ALL SELECT 1, 2",
    "SELECT number FROM numbers(1) LIMIT -1 BY number WITH TIES",
    "SELECT * FROM system.one JOIN system.one AS o ON 1 = 'a'",
    "SELECT (SELECT number FROM numbers(2))",
    "SELECT toDecimal32(1, 99)",
    "SELECT toTypeName(toDateTime(0, 'No/Zone'))",
    "SELECT joinGet('no_such', 'a', 1)",
    "SELECT dictGet('no_such', 'a', 1)",
    "CREATE TABLE system.one (a Int8) ENGINE = Memory",
    "CREATE TABLE e1 (a Int8) ENGINE = NoSuchEngine",
    "CREATE TABLE e2 (a Int8, a Int8) ENGINE = Memory",
    "CREATE TABLE e3 (a Int8) ENGINE = MergeTree(1, 2, 3) ORDER BY a",
    "CREATE TABLE e4 (a Int8) ENGINE = MergeTree ORDER BY b",
    "CREATE TABLE e5 (a LowCardinality(Int8)) ENGINE = Memory",
    "CREATE TABLE e6 (a Int8 CODEC(NoSuch)) ENGINE = Memory",
    "CREATE TABLE e7 (a Int8 DEFAULT 'x' + 1) ENGINE = Memory",
    "CREATE TABLE e8 (a FixedString(0)) ENGINE = Memory",
    "CREATE DATABASE default",
    "DROP TABLE no_such_table",
    "DROP DATABASE no_such_database",
    "ALTER TABLE no_such_table ADD COLUMN a Int8",
    "RENAME TABLE no_such_table TO other",
    "USE no_such_database",
    "SET no_such_setting = 1",
    "SET max_threads = 'many'",
    "OPTIMIZE TABLE system.one",
    "INSERT INTO no_such_table SELECT 1",
    "INSERT INTO system.one SELECT 1",
    "KILL MUTATION WHERE no_such_column = 1",
    "EXPLAIN SELECT no_such_column",
    "DESCRIBE TABLE no_such_table",
    "SHOW CREATE TABLE no_such_table",
    "SELECT sleep(99)",
    "SELECT * FROM numbers(1e18) SETTINGS max_rows_to_read = 10",
    "SELECT repeat('a', 1e9) SETTINGS max_memory_usage = 1e6",
    "SELECT count() FROM numbers(1e12) SETTINGS max_execution_time = 0.1, max_threads = 1",
    "CHECK TABLE no_such_table",
    "SELECT {missing:Int8}",
];

#[test]
fn every_mistake_has_the_engines_own_code() {
    let server = Program::start(&[]);
    let mut connection = connection();
    // The library's own default is that of a tool on the command line.
    connection.query("SET implicit_select = 0", "Null", &[]).expect("a setting");
    let (mut codes, mut wrong) = (std::collections::BTreeSet::new(), Vec::new());
    for statement in MISTAKES {
        let engine = match connection.query(statement, "TabSeparated", &[]) {
            Ok(_) => {
                wrong.push(format!("{statement}: the engine takes it"));
                continue;
            }
            Err(EngineError::Query(text)) => text,
            Err(error) => panic!("{statement}: {error}"),
        };
        let engine: u32 = engine
            .split_once("Code: ")
            .and_then(|(_, rest)| rest.split('.').next()?.split(',').next()?.parse().ok())
            .unwrap_or_else(|| panic!("{statement}: {engine}"));
        let answer = server.post("", statement);
        let text = answer.text();
        if answer.code() != engine {
            wrong
                .push(format!("{statement}: the engine says {engine}, the server {}: {text}", answer.code()));
        }
        if answer.status < 400 || !text.starts_with("Code: ") || !text.ends_with("(version 26.7.2.1)\n") {
            wrong.push(format!("{statement}: {} {text}", answer.status));
        }
        codes.insert(engine);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(codes.len() >= 30, "{codes:?}");
}

#[test]
fn a_cancelled_insert_leaves_nothing_of_its_block() {
    let mut connection = connection();
    let run = |connection: &mut Connection, sql: &str| {
        let output = connection.query(sql, "TSV", &[]).unwrap_or_else(|error| panic!("{sql}: {error}"));
        String::from_utf8(output.bytes().to_vec()).expect("text").trim().to_string()
    };
    run(&mut connection, "CREATE TABLE cancelled (a UInt64) ENGINE = MergeTree ORDER BY a");
    let rows: String = (0..200_000).map(|row| format!("{row}\n")).collect();
    for cut in [0, 1, 1000, rows.len() / 2, rows.len()] {
        let mut insert = connection.insert("INSERT INTO cancelled", "TSV", &[]).expect("an insert");
        for piece in rows.as_bytes()[..cut].chunks(10_000) {
            insert.append(piece).expect("it takes data");
        }
        // The engine has had time to parse what it was given.
        std::thread::sleep(std::time::Duration::from_millis(100));
        insert.cancel();
        assert_eq!(run(&mut connection, "SELECT count() FROM cancelled"), "0", "cut at {cut}");
    }
    let mut insert = connection.insert("INSERT INTO cancelled", "TSV", &[]).expect("an insert");
    insert.append(rows.as_bytes()).expect("it takes data");
    assert_eq!(insert.finish().expect("it ends").progress().written_rows, 200_000);
    assert_eq!(run(&mut connection, "SELECT count() FROM cancelled"), "200000");
    run(&mut connection, "DROP TABLE cancelled");
}

#[test]
fn a_second_engine_is_refused() {
    drop(connection());
    let folder = tempfile::tempdir().expect("a folder");
    let second = Engine::open(&library::ensure().expect("the library"), folder.path(), &[]);
    assert!(matches!(second, Err(EngineError::Second)));
}
