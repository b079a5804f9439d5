//! What keeps a server on a laptop from harm: passwords, pages of other sites, statements that would leave the folder.

mod common;

use std::os::unix::fs::PermissionsExt;

use common::Program;

#[test]
fn a_random_password_is_made_kept_and_asked_for() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut server = Program::start_in(folder.path(), &[]);
    let password = server.password.clone().expect("a password");
    assert!(password.len() >= 32);
    let file = folder.path().join("streamhouse/password");
    assert_eq!(file.metadata().expect("a file").permissions().mode() & 0o777, 0o600);
    assert_eq!(server.post("", "SELECT 1").code(), 516);
    assert_eq!(server.post("user=default&password=wrong", "SELECT 1").status, 403);
    assert_eq!(server.post(&format!("user=other&password={password}"), "SELECT 1").code(), 516);
    assert_eq!(server.post(&format!("password={password}"), "SELECT 1").text(), "1\n");
    let headers = [("X-ClickHouse-User", "default"), ("X-ClickHouse-Key", password.as_str())];
    assert_eq!(server.send("POST", "", &headers, b"SELECT 1").text(), "1\n");
    assert!(server.stop().success());
    let again = Program::start_in(folder.path(), &[]);
    assert_eq!(again.password.as_ref(), Some(&password));
    // A health check needs none.
    assert_eq!(again.send("GET", "", &[], b"").code(), 516);
}

#[test]
fn pages_of_other_sites_are_refused() {
    let server = Program::start(&["--allow-host", "house.example"]);
    for (name, value, status) in [
        ("Host", "evil.example", 403),
        ("Host", "house.example:80", 200),
        ("Host", "localhost:1", 200),
        ("Origin", "https://evil.example", 403),
        ("Origin", "null", 403),
        ("Origin", "http://localhost:3000", 200),
        ("Sec-Fetch-Site", "cross-site", 403),
    ] {
        let answer = server.send("POST", "", &[(name, value)], b"SELECT 1");
        assert_eq!(answer.status, status, "{name}: {value}: {}", answer.text());
        assert!(status == 200 || answer.code() == 497);
    }
}

#[test]
fn beyond_this_machine_only_when_asked() {
    let folder = tempfile::tempdir().expect("a folder");
    let refused = Program::try_start(folder.path(), &["--http", "0.0.0.0:0"]).err().expect("it is refused");
    assert!(refused.contains("--allow-remote"), "{refused}");
}

/// Each would read or write something outside of the data folder.
const OUTSIDE: &[&str] = &[
    "SELECT * FROM file('/etc/hostname', 'LineAsString')",
    "SELECT * FROM `/etc/hostname`",
    "SELECT file('/etc/hostname')",
    "SELECT `\\x66ile`('/etc/hostname')",
    "SELECT /* x */ file /* y */ ('/etc/hostname')",
    "WITH x AS (SELECT file('/etc/hostname')) SELECT * FROM x",
    "EXPLAIN SELECT file('/etc/hostname')",
    "CREATE FUNCTION f AS (x) -> file(x)",
    "CREATE TABLE f1 (a String DEFAULT file('/etc/hostname')) ENGINE = Memory",
    "CREATE VIEW f2 AS SELECT file('/etc/hostname') AS a",
    "SELECT * FROM format(Values, 'a String', '(file(\\'/etc/hostname\\'))')",
    "SELECT * FROM format(JSONEachRow, 'a String DEFAULT file(\\'/etc/hostname\\')', '{}')",
    "INSERT INTO t VALUES (file('/etc/hostname'))",
    "INSERT INTO t FORMAT Values (file('/etc/hostname'))",
    "INSERT INTO t SELECT a FROM input('a String') FORMAT Values (file('/etc/hostname'))",
    "INSERT INTO t SELECT a FROM input('a String DEFAULT file(\\'/etc/hostname\\')') FORMAT JSONEachRow\n{}",
    "SELECT * FROM url('http://127.0.0.1:1/', 'TSV', 'a String')",
    "SELECT * FROM remote('127.0.0.1:1', 'system', 'one')",
    "SELECT * FROM remoteSecure('127.0.0.1:1', 'system', 'one')",
    "SELECT * FROM cluster('none', 'system', 'one')",
    "SELECT * FROM mysql('127.0.0.1:1', 'd', 't', 'u', 'p')",
    "SELECT * FROM postgresql('127.0.0.1:1', 'd', 't', 'u', 'p')",
    "SELECT * FROM mongodb('127.0.0.1:1', 'd', 'c', 'u', 'p', 'a String')",
    "SELECT * FROM redis('127.0.0.1:1', 'k', 'k String')",
    "SELECT * FROM sqlite('/tmp/x.db', 't')",
    "SELECT * FROM jdbc('a', 'b', 'c')",
    "SELECT * FROM odbc('DSN=x', 'b', 'c')",
    "SELECT * FROM hdfs('hdfs://127.0.0.1:1/a', 'TSV', 'a String')",
    "SELECT * FROM s3('http://127.0.0.1:1/bucket/key', 'TSV', 'a String')",
    "SELECT * FROM azureBlobStorage('http://127.0.0.1:1/', 'c', 'b', 'n', 'a2V5', 'TSV', 'auto', 'a String')",
    "SELECT * FROM executable('x', 'TSV', 'a String')",
    "SELECT * FROM filesystem('/etc')",
    "SELECT * FROM deltaLakeLocal('/tmp')",
    "SELECT * FROM icebergLocal('/tmp')",
    "INSERT INTO FUNCTION file('/tmp/x.tsv', 'TSV', 'a Int8') VALUES (1)",
    "INSERT INTO FUNCTION url('http://127.0.0.1:1/', 'TSV', 'a Int8') VALUES (1)",
    "CREATE TABLE o1 (a String) ENGINE = File(TSV)",
    "CREATE TABLE o2 (a String) ENGINE = URL('http://127.0.0.1:1/', TSV)",
    "CREATE TABLE o3 (a String) ENGINE = S3('http://127.0.0.1:1/bucket/key', TSV)",
    "CREATE TABLE o4 (a String) ENGINE = MySQL('127.0.0.1:1', 'd', 't', 'u', 'p')",
    "CREATE TABLE o5 (a String) ENGINE = Kafka('127.0.0.1:1', 't', 'g', 'JSONEachRow')",
    "CREATE TABLE o6 (a String) ENGINE = Executable('x', TSV)",
    "CREATE TABLE o7 (a String) ENGINE = Remote('127.0.0.1:1', 'd', 't')",
    "CREATE TABLE o8 (a UInt64) ENGINE = EmbeddedRocksDB(0, '/tmp/rocks') PRIMARY KEY a",
    "CREATE TABLE o9 (a UInt64) ENGINE = MergeTree ORDER BY a SETTINGS disk = disk(type = web, endpoint = 'http://127.0.0.1:1/')",
    "CREATE TABLE oa AS file('/etc/hostname', 'TSV', 'a String')",
    "CREATE TEMPORARY TABLE ob (a String) ENGINE = File(TSV)",
    "CREATE DATABASE o1 ENGINE = Filesystem('/etc')",
    "CREATE DATABASE o2 ENGINE = SQLite('/tmp/x.db')",
    "CREATE DATABASE o3 ENGINE = MySQL('127.0.0.1:1', 'd', 'u', 'p')",
    "CREATE DATABASE o4 ENGINE = S3('http://127.0.0.1:1/bucket')",
    "CREATE DICTIONARY d1 (a UInt64) PRIMARY KEY a SOURCE(EXECUTABLE(COMMAND 'id' FORMAT 'TSV')) LIFETIME(0) LAYOUT(FLAT())",
    "CREATE DICTIONARY d2 (a UInt64) PRIMARY KEY a SOURCE(HTTP(URL 'http://127.0.0.1:1/' FORMAT 'TSV')) LIFETIME(0) LAYOUT(FLAT())",
    "CREATE DICTIONARY d3 (a UInt64) PRIMARY KEY a SOURCE(FILE(PATH '/etc/hostname' FORMAT 'TSV')) LIFETIME(0) LAYOUT(FLAT())",
    "CREATE DICTIONARY d4 (a UInt64) PRIMARY KEY a SOURCE(CLICKHOUSE(HOST '127.0.0.1' PORT 1 TABLE 't')) LIFETIME(0) LAYOUT(FLAT())",
    "SELECT 1 INTO OUTFILE '/tmp/streamhouse-out' TRUNCATE",
    "SELECT 1 INTO -- comment\n OUTFILE '/tmp/streamhouse-out' TRUNCATE FORMAT TSV",
    "INSERT INTO t FROM INFILE '/etc/hostname' FORMAT LineAsString",
    "BACKUP TABLE t TO S3('http://127.0.0.1:1/bucket/key', 'a', 'b')",
    "BACKUP TABLE t TO File('/tmp/streamhouse-backup')",
    "RESTORE TABLE t FROM S3('http://127.0.0.1:1/bucket/key', 'a', 'b')",
    "SELECT 1 FORMAT Template SETTINGS format_template_row = '/etc/hostname'",
    "SELECT 1 FORMAT Protobuf SETTINGS format_schema = '/etc/hostname:x'",
    "SELECT 1 FORMAT Avro SETTINGS format_avro_schema_registry_url = 'http://127.0.0.1:1/'",
    "SELECT 1 SETTINGS output_format_schema = '/tmp/x'",
    "SELECT 1 SETTINGS input_format_record_errors_file_path = '/tmp/x'",
    "SELECT aiGenerate('x', 'y') SETTINGS allow_experimental_ai_functions = 1",
    "SELECT * FROM eval('SELECT 1') SETTINGS allow_experimental_eval_table_function = 1",
    "SELECT 1 SETTINGS dialect = 'prql'",
    "ATTACH TABLE at FROM '/tmp/x' (a Int8) ENGINE = MergeTree ORDER BY a",
    "SYSTEM SHUTDOWN",
    "SYSTEM KILL",
];

#[test]
fn statements_stay_in_the_data_folder() {
    let server = Program::start(&[]);
    server.text("CREATE TABLE t (a String) ENGINE = Memory");
    let host = std::fs::read_to_string("/etc/hostname").unwrap_or_default();
    let mut wrong = Vec::new();
    for statement in OUTSIDE {
        let answer = server.post("", statement);
        // Besides a missing grant: a fixed setting, no folder to look in, no such cluster, no such script.
        let refused = [497, 452, 1001, 701, 1].contains(&answer.code());
        if !refused || (host.trim().len() > 3 && answer.text().contains(host.trim())) {
            wrong.push(format!("{statement}: {} {}", answer.status, answer.text()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(server.text("SELECT count() FROM t"), "0");
    assert!(!std::path::Path::new("/tmp/streamhouse-out").exists());
}

#[test]
fn names_like_those_are_no_harm() {
    let server = Program::start(&[]);
    for statement in [
        "CREATE TABLE file (file String, outfile String) ENGINE = MergeTree ORDER BY file",
        "INSERT INTO file (file, outfile) VALUES ('INTO OUTFILE \\'x\\'', 'url(')",
        "SELECT file, outfile AS disk FROM file WHERE file != 'file(\\'x\\')'",
        "CREATE TABLE outfile AS file ENGINE = ReplacingMergeTree ORDER BY file",
        "INSERT INTO outfile SELECT 'backup', 'restore'",
        "CREATE TABLE source (id UInt64, name String) ENGINE = MergeTree ORDER BY id",
        "INSERT INTO source VALUES (1, 'one')",
        "CREATE DICTIONARY names (id UInt64, name String) PRIMARY KEY id SOURCE(CLICKHOUSE(TABLE 'source')) LIFETIME(0) LAYOUT(FLAT())",
        "CREATE MATERIALIZED VIEW mv ENGINE = SummingMergeTree ORDER BY id AS SELECT id, count() AS n FROM source GROUP BY id",
        "CREATE TABLE late (a UInt8) ENGINE = Buffer(default, source, 1, 1, 1, 1, 1, 1, 1)",
        "SELECT formatReadableSize(1), filesystemAvailable() > 0, '\\\\'",
        "DETACH TABLE outfile",
        "ATTACH TABLE outfile",
        "/* first */ CREATE TABLE /* file( */ commented (a UInt8) -- disk(\n ENGINE = Log COMMENT 'file(''x'')';",
        "SYSTEM STOP MERGES source",
        "SYSTEM FLUSH LOGS",
    ] {
        let answer = server.post("", statement);
        assert_eq!(answer.status, 200, "{statement}: {}", answer.text());
    }
    let answer = server.post("param_t=named", "CREATE TABLE {t:Identifier} (a UInt8) ENGINE = Memory");
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(server.text("SELECT dictGet('names', 'name', toUInt64(1))"), "one");
}

#[test]
fn what_is_asked_for_is_allowed() {
    let server = Program::start(&["--allow-external"]);
    let file = server.folder.join("rows.tsv");
    std::fs::write(&file, "1\n2\n").expect("a file");
    assert_eq!(server.text(&format!("SELECT sum(a) FROM file('{}', 'TSV', 'a Int8')", file.display())), "3");
    assert_eq!(server.text(&format!("SELECT file('{}')", file.display())), "1\\n2\\n");
    // It would leave the server without its engine.
    assert_eq!(server.post("", "SYSTEM SHUTDOWN").code(), 497);
}
