//! The HTTP interface, byte for byte.

mod common;

use std::io::{Read, Write};
use std::time::{Duration, Instant};

use common::{Answer, Program, encoded, until};
use flate2::Compression;
use flate2::read::{GzDecoder, GzEncoder};

const SLOW: &str = "SELECT count() FROM numbers(100000000000) WHERE NOT ignore(sipHash64(number))";

#[test]
fn statements_come_in_the_url_in_the_body_or_in_both() {
    let server = Program::start(&[]);
    assert_eq!(server.post("", "SELECT 1").text(), "1\n");
    assert_eq!(server.get(&format!("query={}", encoded("SELECT 2"))).text(), "2\n");
    assert_eq!(server.post(&format!("query={}", encoded("SELECT a FROM")), "(SELECT 3 AS a)").text(), "3\n");
    assert_eq!(server.post(&format!("query={}", encoded("SELECT 4 -- the rest")), "AS a").text(), "4\n");
    server.text("CREATE TABLE t (a UInt8, b String) ENGINE = Memory");
    for (url, body) in [
        ("", "INSERT INTO t FORMAT TSV\n1\tx"),
        ("INSERT INTO t FORMAT TSV", "2\tx"),
        ("INSERT INTO t", "FORMAT CSV\n3,x"),
        ("INSERT INTO t VALUES (4, 'x')", ""),
        ("INSERT INTO t VALUES", "(5, 'x')"),
        ("INSERT INTO t", "SELECT 6, 'x'"),
        ("", "INSERT INTO t (b, a) VALUES ('x', 7);"),
        ("WITH 8 AS n INSERT INTO t SELECT n, 'x'", ""),
    ] {
        let answer = server.post(&format!("query={}", encoded(url)), body);
        assert_eq!((answer.status, answer.text().as_str()), (200, ""), "{url} {body}");
    }
    assert_eq!(server.text("SELECT groupArray(a) FROM (SELECT a FROM t ORDER BY a)"), "[1,2,3,4,5,6,7,8]");
    assert_eq!(server.post("", "").code(), 62);
    assert_eq!(server.post("", "SELECT 1; SELECT 2").code(), 62);
    assert_eq!(server.post("", "exit").code(), 62);
    assert_eq!(server.text("SELECT 1;"), "1");
}

#[test]
fn databases_settings_and_parameters_hold_for_their_request() {
    let server = Program::start(&[]);
    server.text("CREATE DATABASE other");
    assert_eq!(server.post("database=other", "SELECT currentDatabase()").text(), "other\n");
    let headers = [("X-ClickHouse-Database", "other")];
    assert_eq!(server.send("POST", "", &headers, b"SELECT currentDatabase()").text(), "other\n");
    assert_eq!(server.post("max_threads=3", "SELECT getSetting('max_threads')").text(), "3\n");
    assert_eq!(server.post("database=none", "SELECT 1").code(), 81);
    assert_eq!(server.post("no_such=1", "SELECT 1").code(), 115);
    let answer = server.post("param_n=7&param_s=it%27s%20%5Ct", "SELECT {n:UInt8} + 1, {s:String}");
    assert_eq!(answer.text(), "8\tit\\'s \\t\n");
    server.text("CREATE TABLE t (a UInt8) ENGINE = Memory");
    server.post("param_t=t&param_v=9", "INSERT INTO {t:Identifier} VALUES ({v:UInt8}), (1)");
    assert_eq!(server.post("param_t=t", "SELECT sum(a) FROM {t:Identifier}").text(), "10\n");
    assert_eq!(server.post("", "SELECT {missing:UInt8}").code(), 456);
}

#[test]
fn get_changes_nothing() {
    let server = Program::start(&[]);
    server.text("CREATE TABLE t (a UInt8) ENGINE = Memory");
    for parameters in ["", "&session_id=s"] {
        for statement in ["DROP TABLE t", "INSERT INTO t VALUES (1)", "INSERT INTO t SELECT 1"] {
            let answer = server.get(&format!("query={}{parameters}", encoded(statement)));
            assert_eq!(answer.code(), 164, "{statement} {parameters}: {}", answer.text());
        }
        assert_eq!(server.get(&format!("query=SELECT+1{parameters}")).text(), "1\n");
    }
    assert_eq!(server.text("SELECT count() FROM t"), "0");
}

#[test]
fn formats_show_in_the_headers() {
    let server = Program::start(&[]);
    for (parameters, statement, format, content_type) in [
        ("", "SELECT 1", "TabSeparated", "text/tab-separated-values; charset=UTF-8"),
        ("default_format=JSON", "SELECT 1", "JSON", "application/json; charset=UTF-8"),
        (
            "default_format=JSON",
            "SELECT 1 FORMAT CSVWithNames",
            "CSVWithNames",
            "text/csv; charset=UTF-8; header=present",
        ),
        ("", "SELECT 1 FORMAT JSONEachRow", "JSONEachRow", "application/x-ndjson; charset=UTF-8"),
        ("", "SELECT 1 FORMAT XML", "XML", "application/xml; charset=UTF-8"),
        ("", "SELECT 1 FORMAT Native", "Native", "application/octet-stream"),
        ("", "SELECT 1 AS format FORMAT Pretty", "Pretty", "text/plain; charset=UTF-8"),
        ("", "SHOW DATABASES FORMAT JSONCompact", "JSONCompact", "application/json; charset=UTF-8"),
    ] {
        let answer = server.post(parameters, statement);
        assert_eq!(answer.status, 200, "{}", answer.text());
        assert_eq!(answer.header("x-clickhouse-format"), format, "{statement}");
        assert_eq!(answer.header("content-type"), content_type, "{statement}");
        assert!(answer.whole && !answer.body.is_empty());
    }
    let headers = [("X-ClickHouse-Format", "JSONCompactEachRow")];
    assert_eq!(server.send("POST", "", &headers, b"SELECT 1, 'x'").text(), "[1, \"x\"]\n");
    assert_eq!(server.post("default_format=Nope", "SELECT 1").code(), 73);
    assert_eq!(server.post("", "SELECT 1 WHERE 0").text(), "");
}

#[test]
fn the_summary_tells_what_was_read_and_written() {
    let server = Program::start(&[]);
    server.text("CREATE TABLE t (a UInt64) ENGINE = MergeTree ORDER BY a");
    for (statement, rows) in [
        ("INSERT INTO t FORMAT TSV\n1\n2\n3", r#""written_rows":"3""#),
        ("INSERT INTO t SELECT number FROM numbers(5)", r#""written_rows":"5""#),
        ("SELECT sum(a) FROM t", r#""read_rows":"8""#),
    ] {
        let answer = server.post("query_id=mine&wait_end_of_query=1", statement);
        assert!(answer.header("x-clickhouse-summary").contains(rows), "{statement}: {answer:?}");
        assert_eq!(answer.header("x-clickhouse-query-id"), "mine");
        assert_eq!(answer.header("x-clickhouse-server-display-name"), "streamhouse-embedded");
    }
    assert!(!server.post("", "SELECT 1").header("x-clickhouse-query-id").is_empty());
}

#[test]
fn ping_and_unknown_paths() {
    let server = Program::start(&[]);
    for (path, status, text) in
        [("/ping", 200, "Ok.\n"), ("/", 200, "Ok.\n"), ("/nope", 404, "There is no handle /nope")]
    {
        let mut stream = server.connect();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            .expect("a request");
        let answer = Answer::read(stream);
        assert_eq!(answer.status, status);
        assert!(answer.text().starts_with(text), "{}", answer.text());
    }
    assert_eq!(server.send("DELETE", "", &[], b"").status, 404);
}

#[test]
fn codings_of_http_both_ways() {
    let server = Program::start(&[]);
    server.text("CREATE TABLE t (a UInt64) ENGINE = Memory");
    let rows: String = (0..100_000).map(|row| format!("{row}\n")).collect();
    let mut gzip = Vec::new();
    GzEncoder::new(rows.as_bytes(), Compression::fast()).read_to_end(&mut gzip).expect("gzip");
    let zstd = zstd::bulk::compress(rows.as_bytes(), 1).expect("zstd");
    let url = format!("query={}", encoded("INSERT INTO t FORMAT TSV"));
    for (coding, body) in [("gzip", &gzip), ("zstd", &zstd)] {
        let answer = server.send("POST", &url, &[("Content-Encoding", coding)], body);
        assert_eq!(answer.status, 200, "{}", answer.text());
        // A body cut off within its coding.
        let answer = server.send("POST", &url, &[("Content-Encoding", coding)], &body[..body.len() - 5]);
        assert_eq!(answer.code(), 210, "{}", answer.text());
        assert!(answer.text().contains("nothing of it is inserted"), "{}", answer.text());
        let answer =
            server.send("POST", &url, &[("Content-Encoding", coding)], b"nonsense, and not a little of it");
        assert!([354, 561].contains(&answer.code()), "{}", answer.text());
    }
    assert_eq!(server.send("POST", &url, &[("Content-Encoding", "br")], b"x").code(), 48);
    assert_eq!(server.text("SELECT count(), sum(a) FROM t"), "200000\t9999900000");

    let select = b"SELECT a FROM t ORDER BY a LIMIT 50000";
    let plain = server.post("", select).body;
    let gzip = server.send("POST", "", &[("Accept-Encoding", "gzip")], select);
    let zstd = server.send("POST", "", &[("Accept-Encoding", "gzip, zstd")], select);
    assert_eq!((gzip.header("content-encoding"), zstd.header("content-encoding")), ("gzip", "zstd"));
    let mut text = Vec::new();
    GzDecoder::new(&gzip.body[..]).read_to_end(&mut text).expect("gzip");
    assert!(text == plain && zstd::stream::decode_all(&zstd.body[..]).expect("zstd") == plain);
    let off = server.send("POST", "enable_http_compression=0", &[("Accept-Encoding", "gzip")], select);
    assert!(off.header("content-encoding").is_empty() && off.body == plain);
}

#[test]
fn an_answer_may_wait_for_the_end_of_its_query() {
    let server = Program::start(&[]);
    let fails = "SELECT throwIf(number = 3000000) FROM numbers(4000000) SETTINGS max_threads = 1";
    let early = server.post("", fails);
    assert!(early.status == 200 && !early.whole, "{}", early.status);
    assert!(early.text().contains("Code: 395"));
    let tag = early.header("x-clickhouse-exception-tag");
    assert!(tag.len() == 16 && early.text().ends_with(&format!(" {tag}\r\n__exception__\r\n")), "{tag}");
    let late = server.post("wait_end_of_query=1", fails);
    assert_eq!((late.status, late.code()), (500, 395));
    // More than is held in memory.
    let long = "SELECT number, repeat('x', 90) FROM numbers(400000)";
    let answer = server.post("wait_end_of_query=1", long);
    assert!(answer.whole && answer.body == server.post("", long).body && answer.body.len() > 36_000_000);
}

#[test]
fn sessions_keep_what_is_theirs() {
    let server = Program::start(&[]);
    let ask =
        |parameters: &str, statement: &str| server.post(&format!("session_id=s{parameters}"), statement);
    assert_eq!(ask("&session_check=1", "SELECT 1").code(), 372);
    assert_eq!(ask("", "CREATE TEMPORARY TABLE mine (a UInt8)").status, 200);
    assert_eq!(ask("", "INSERT INTO mine VALUES (1), (2)").status, 200);
    assert_eq!(ask("", "SET max_threads = 2").status, 200);
    assert_eq!(
        ask("&session_check=1", "SELECT sum(a), getSetting('max_threads') FROM mine").text(),
        "3\t2\n"
    );
    assert_eq!(server.post("", "SELECT * FROM mine").code(), 60);
    assert_eq!(server.post("session_id=other", "SELECT * FROM mine").code(), 60);
    // What the URL sets is gone with its request.
    assert_eq!(
        ask("&max_threads=1&database=system", "SELECT getSetting('max_threads'), currentDatabase()").text(),
        "1\tsystem\n"
    );
    assert_eq!(ask("", "SELECT getSetting('max_threads'), currentDatabase()").text(), "2\tdefault\n");
    assert_eq!(ask("", "INSERT INTO mine SELECT a FROM input('a UInt8') FORMAT TSV\n4\n").status, 200);
    assert_eq!(ask("", "SELECT sum(a) FROM mine").text(), "7\n");
    assert_eq!(ask("", "SELECT nope").code(), 47);
    assert_eq!(ask("", "SELECT sum(a) FROM mine").text(), "7\n");

    std::thread::scope(|scope| {
        scope.spawn(|| assert_eq!(ask("&query_id=long", "SELECT sleep(1)").status, 200));
        server.until_it_runs("SELECT sleep(1)");
        assert_eq!(ask("", "SELECT 1").code(), 373);
    });
    assert_eq!(ask("&session_timeout=0", "SELECT sum(a) FROM mine").text(), "7\n");
    until("the session is over", || ask("&session_check=1&session_timeout=0", "SELECT 1").code() == 372);
    assert_eq!(ask("", "SELECT 1").text(), "1\n");
    assert_eq!(ask("&close_session=1", "SELECT 1").text(), "1\n");
    assert_eq!(ask("&session_check=1", "SELECT 1").code(), 372);
    assert_eq!(ask("&session_timeout=never", "SELECT 1").code(), 374);
}

#[test]
fn data_goes_through_input() {
    let server = Program::start(&[]);
    server.text(
        "CREATE TABLE t (day Date, name LowCardinality(String), n UInt64) ENGINE = MergeTree ORDER BY name",
    );
    let url = encoded(
        "INSERT INTO t (day, name, n) SELECT toDate(at), lower(name), n * 2 FROM input('at DateTime, name String, n UInt32') WHERE n > 1 FORMAT JSONEachRow",
    );
    let rows = r#"{"at":"2026-01-02 03:04:05","name":"A","n":1}
{"at":"2026-01-02 03:04:05","name":"B","n":2}
{"at":"2026-01-03 03:04:05","name":"C","n":3}"#;
    let answer = server.post(&format!("query={url}"), rows);
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert!(answer.header("x-clickhouse-summary").contains(r#""written_rows":"2""#), "{answer:?}");
    assert_eq!(server.text("SELECT * FROM t ORDER BY name"), "2026-01-02\tb\t4\n2026-01-03\tc\t6");
    // All of it is there before the statement reads it.
    let answer = server
        .post("", "INSERT INTO t SELECT today(), 'all', sum(n) FROM input('n UInt64') FORMAT TSV\n1\n2\n3\n");
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(server.text("SELECT n FROM t WHERE name = 'all'"), "6");
    assert_eq!(server.post("", "INSERT INTO t SELECT 1 FROM input('a Nope') FORMAT TSV\n1").code(), 50);
    assert_eq!(server.post("", "INSERT INTO nope SELECT 1 FROM input('a UInt8') FORMAT TSV\n1").code(), 60);
    assert_eq!(server.text("SELECT count() FROM t"), "3");
}

#[test]
fn an_id_in_use_is_refused_and_can_be_killed() {
    let server = Program::start(&[]);
    std::thread::scope(|scope| {
        let running = scope.spawn(|| server.post("query_id=mine", SLOW));
        server.until_it_runs(SLOW);
        assert_eq!(server.post("query_id=mine", "SELECT 1").code(), 216);
        assert_eq!(server.text("KILL QUERY WHERE query_id = 'other'"), "");
        assert_eq!(server.text("KILL QUERY WHERE query_id = 'mine' TEST").split('\t').nth(1), Some("mine"));
        let killed = server.text("KILL QUERY WHERE query_id = 'mine' SYNC");
        assert!(killed.starts_with("finished\tmine\tdefault\tSELECT count()"), "{killed}");
        assert_eq!(running.join().expect("it ended").code(), 394);
    });
    assert_eq!(server.post("query_id=mine", "SELECT 1").text(), "1\n");
    assert_eq!(server.post("", "KILL QUERY WHERE nope = 1").code(), 47);
}

#[test]
fn an_insert_that_waits_for_its_client_can_be_killed() {
    let server = Program::start(&[]);
    server.text("CREATE TABLE t (a UInt64) ENGINE = MergeTree ORDER BY a");
    let mut stream = server.connect();
    write!(
        stream,
        "POST /?query_id=slow&query={} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n1\n2\n",
        encoded("INSERT INTO t FORMAT TSV")
    )
    .expect("a request");
    until("the engine has it", || !server.text("KILL QUERY WHERE query_id = 'slow' TEST").is_empty());
    assert!(server.text("KILL QUERY WHERE query_id = 'slow' SYNC").contains("slow"));
    let mut answer = vec![0; 4096];
    let read = stream.read(&mut answer).expect("an answer");
    let answer = Answer::parse(&answer[..read]).expect("an answer");
    assert_eq!(answer.code(), 394, "{}", answer.text());
    assert_eq!(server.text("SELECT count() FROM t"), "0");
}

#[test]
fn a_client_that_leaves_ends_its_select_and_frees_its_id() {
    let server = Program::start(&[]);
    // Before the first row, and in the middle of a long answer.
    for statement in [SLOW, "SELECT number FROM numbers(100000000000)"] {
        let mut stream = server.connect();
        let head = format!(
            "POST /?query_id=left HTTP/1.1\r\nHost: localhost\r\nContent-Length: {}\r\n\r\n{statement}",
            statement.len()
        );
        stream.write_all(head.as_bytes()).expect("a request");
        server.until_it_runs(statement);
        assert_eq!(server.post("query_id=left", "SELECT 1").code(), 216);
        drop(stream);
        until("it is gone", || server.post("query_id=left", "SELECT 1").status == 200);
        let engine = "SELECT count() FROM system.processes WHERE query LIKE '%100000000000%' AND query NOT LIKE '%processes%'";
        until("the engine is done with it", || server.text(engine) == "0");
    }
}

#[test]
fn a_body_cut_off_inserts_nothing() {
    let server = Program::start(&[]);
    server.text("CREATE TABLE t (a UInt64) ENGINE = MergeTree ORDER BY a");
    let url = encoded("INSERT INTO t FORMAT TSV");
    for head in ["Content-Length: 100000", "Transfer-Encoding: chunked"] {
        let mut stream = server.connect();
        write!(stream, "POST /?query_id=cut&query={url} HTTP/1.1\r\nHost: localhost\r\n{head}\r\n\r\n")
            .expect("a head");
        let data = if head.starts_with('T') { "6\r\n1\n2\n3\n\r\n4\r\n4\n5\n" } else { "1\n2\n3\n" };
        stream.write_all(data.as_bytes()).expect("data");
        stream.shutdown(std::net::Shutdown::Write).expect("it is cut");
        until("it has ended", || server.post("query_id=cut", "SELECT 1").status == 200);
        assert_eq!(server.text("SELECT count() FROM t"), "0", "{head}");
    }
    // Where the client still listens, it is told.
    let answer = server.send("POST", &format!("query={url}&decompress=1"), &[], b"not a block");
    assert_eq!(answer.code(), 210);
    assert!(answer.text().contains("nothing of it is inserted"), "{}", answer.text());
}

/// A result of many blocks is one result: names come once, a document is one document.
#[test]
fn results_of_many_blocks_are_whole_in_every_format() {
    let server = Program::start(&[]);
    server.text("CREATE TABLE parts (a UInt32, b String) ENGINE = MergeTree ORDER BY a");
    for part in 0..5 {
        server.text(&format!("INSERT INTO parts SELECT number * 5 + {part}, 'x' FROM numbers(2)"));
    }
    let query = "SELECT a, b FROM parts ORDER BY a";
    for (format, begins, occurs, ends) in [
        ("CSVWithNames", "\"a\",\"b\"\n0,", "\"a\"", "9,\"x\"\n"),
        ("TSVWithNamesAndTypes", "a\tb\nUInt32\tString\n0\t", "UInt32", "9\tx\n"),
        ("JSON", "{", "\"meta\"", "}\n"),
        ("JSONCompactEachRowWithNames", "[\"a\", \"b\"]\n", "\"a\"", "]\n"),
        ("XML", "<?xml", "<meta>", "</result>\n"),
        ("Values", "(0,'x'),(1,'x')", "(0,'x')", "(9,'x')"),
        ("Markdown", "| a | b |", "| a | b |", "| 9 | x |\n"),
        ("CSV", "0,", "0,\"x\"", "9,\"x\"\n"),
    ] {
        let answer = server.post("", format!("{query} FORMAT {format}"));
        let text = answer.text();
        assert!(answer.whole && text.starts_with(begins) && text.ends_with(ends), "{format}: {text}");
        assert_eq!(text.matches(occurs).count(), 1, "{format}: {text}");
        // The format may also stand beside the statement.
        let beside =
            server.post(&format!("default_format={format}"), format!("{query} ; -- all of it")).text();
        assert_eq!(beside.lines().count(), text.lines().count(), "{format}: {beside}");
    }
    for (format, magic) in [("Parquet", "PAR1"), ("ORC", "ORC")] {
        let body = server.post("", format!("{query} FORMAT {format}")).body;
        let count = body.windows(magic.len()).filter(|window| *window == magic.as_bytes()).count();
        assert_eq!(count, 2, "{format}: at its beginning and its end");
    }
    let totals = server.text("SELECT b, count() FROM parts GROUP BY b WITH TOTALS ORDER BY b FORMAT CSV");
    assert_eq!(totals, "\"x\",10\n\n\"\",10");
    let array =
        server.post("output_format_json_array_of_rows=1", format!("{query} FORMAT JSONEachRow")).text();
    assert!(array.starts_with('[') && array.matches('[').count() == 1, "{array}");
}

#[test]
fn an_error_in_the_middle_of_a_document_is_said() {
    let server = Program::start(&[]);
    let statement =
        "SELECT throwIf(number = 900000, 'too far') AS a FROM numbers(1000000) FORMAT JSONCompact";
    let answer = server.post("", statement);
    assert!(
        !answer.whole && answer.text().contains("Code: 395. DB::Exception: too far"),
        "{}",
        answer.text().len()
    );
    let waited = server.post("wait_end_of_query=1&http_response_buffer_size=100000000", statement);
    assert_eq!((waited.status, waited.code()), (500, 395));
    assert_eq!(server.post("", "SELECT nonsense FORMAT JSON").code(), 47);
    assert_eq!(server.text("SELECT 1"), "1", "and the server goes on");
}

#[test]
fn rows_arrive_while_the_query_runs() {
    let server = Program::start(&[]);
    let mut stream = server.connect();
    let statement =
        "SELECT number, sleepEachRow(0.05) FROM numbers(40) SETTINGS max_block_size = 2, max_threads = 1";
    let start = Instant::now();
    write!(
        stream,
        "POST / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{statement}",
        statement.len()
    )
    .expect("a request");
    let mut first = [0; 400];
    stream.read_exact(&mut first[..300]).expect("a first piece");
    assert!(start.elapsed() < Duration::from_millis(1500), "{:?}", start.elapsed());
    let mut rest = Vec::new();
    stream.read_to_end(&mut rest).expect("the rest");
    assert!(start.elapsed() > Duration::from_millis(1500), "{:?}", start.elapsed());
}

#[test]
fn clusters_and_macros_come_from_a_file() {
    let far = Program::start(&[]);
    drop(far);
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("clusters.xml");
    std::fs::write(
        &file,
        "<clickhouse><remote_servers><two><shard><replica><host>127.0.0.1</host><port>9000</port></replica></shard></two></remote_servers><macros><shard>07</shard></macros></clickhouse>",
    )
    .expect("a file");
    let server = Program::start(&["--config-file", file.to_str().expect("a path")]);
    assert_eq!(server.text("SELECT getMacro('shard')"), "07");
    assert_eq!(
        server.text("SELECT host_address, port FROM system.clusters WHERE cluster = 'two'"),
        "127.0.0.1\t9000"
    );
    server.text("CREATE TABLE t (a UInt64) ENGINE = MergeTree ORDER BY a");
    server.text("CREATE TABLE all AS t ENGINE = Distributed(two, default, t)");
    server.text("INSERT INTO t VALUES (1), (2)");
    // The shard is this very server, so far as the engine can tell from its port.
    assert_eq!(server.text("SELECT sum(a) FROM all"), "3");
    server.text("INSERT INTO all VALUES (3)");
    assert_eq!(server.text("SELECT sum(a) FROM all"), "6");
    // The file cannot give more than it is meant to.
    assert_eq!(server.post("", "SELECT * FROM remote('127.0.0.1', system.one)").code(), 497);
}
