//! Clients that know nothing of this server: the crate `clickhouse`, curl, clickhouse-connect, @clickhouse/client.

mod common;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use common::Program;
use serde::{Deserialize, Serialize};

/// The versions of the clients.
const CONNECT: &str = "clickhouse-connect==1.12.0";
const NODE_CLIENT: &str = "@clickhouse/client@1.23.1";
const PASSWORD: &str = "it's a secret";

fn server() -> (tempfile::TempDir, Program) {
    let folder = tempfile::tempdir().expect("a folder");
    let server = Program::start_in(folder.path(), &["--password", PASSWORD]);
    (folder, server)
}

/// Without a tool its test shows nothing, which must not go unseen.
fn missing(what: &str) {
    assert!(std::env::var_os("CI").is_none(), "{what}: it has to be there in CI");
    eprintln!("NOT TESTED: {what}");
}

fn has(tool: &str) -> bool {
    Command::new(tool).arg("--version").output().is_ok_and(|output| output.status.success())
}

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("clients").join(name);
    std::fs::create_dir_all(&folder).expect("a folder");
    folder
}

fn right(output: &Output) {
    let (out, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && out.trim_end().ends_with("right"), "{out}\n{errors}");
}

#[derive(Debug, PartialEq, clickhouse::Row, Serialize, Deserialize)]
struct Row {
    id: u64,
    name: String,
    maybe: Option<f64>,
}

#[tokio::test]
async fn the_crate_clickhouse() {
    let (_folder, server) = server();
    for compression in [clickhouse::Compression::None, clickhouse::Compression::Lz4] {
        let client = clickhouse::Client::default()
            .with_url(server.url())
            .with_user("default")
            .with_password(PASSWORD)
            .with_compression(compression);
        client
            .query("CREATE OR REPLACE TABLE t (id UInt64, name String, maybe Nullable(Float64)) ENGINE = MergeTree ORDER BY id")
            .execute()
            .await
            .expect("a table");
        let mut insert = client.insert::<Row>("t").await.expect("an insert");
        for id in 0..50_000 {
            let row = Row { id, name: format!("name {}", id % 7), maybe: (id % 2 == 0).then_some(0.5) };
            insert.write(&row).await.expect("a row");
        }
        insert.end().await.expect("it ends");
        let rows = client
            .query("SELECT ?fields FROM t WHERE name = ? AND id < {most:UInt64} ORDER BY id")
            .bind("name 3")
            .param("most", 11)
            .fetch_all::<Row>()
            .await
            .expect("rows");
        assert_eq!(rows.iter().map(|row| row.id).collect::<Vec<_>>(), [3, 10]);
        assert_eq!((rows[0].maybe, rows[1].maybe), (None, Some(0.5)));
        let count: u64 = client.query("SELECT count() FROM t").fetch_one().await.expect("a number");
        assert_eq!(count, 50_000);
        let error = client.query("SELECT 1 FROM no_such_table").execute().await.expect_err("there is none");
        assert!(error.to_string().contains("Code: 60"), "{error}");
        let late = client
            .query("SELECT throwIf(number = 3000000) FROM numbers(4000000) SETTINGS max_threads = 1")
            .fetch_all::<u8>()
            .await
            .expect_err("it fails in the middle");
        assert!(late.to_string().contains("395"), "{late}");
    }
}

#[test]
fn curl() {
    if !has("curl") {
        return missing("curl is not installed");
    }
    let (_folder, server) = server();
    let curl = |arguments: &[&str]| {
        let output = Command::new("curl")
            .args(["--silent", "--show-error", "--max-time", "60", "--user", &format!("default:{PASSWORD}")])
            .args(arguments)
            .output()
            .expect("curl runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("text")
    };
    let url = server.url();
    assert_eq!(curl(&[&format!("{url}/ping")]), "Ok.\n");
    assert_eq!(
        curl(&[&url, "--data-binary", "CREATE TABLE t (a UInt64, b String) ENGINE = MergeTree ORDER BY a"]),
        ""
    );
    let insert = format!("{url}/?query=INSERT+INTO+t+FORMAT+CSV");
    assert_eq!(curl(&[&insert, "--data-binary", "1,one\n2,two\n"]), "");
    let chunked = [&insert, "--header", "Transfer-Encoding: chunked", "--data-binary", "3,three\n"];
    assert_eq!(curl(&chunked), "");
    let select = format!("{url}/?param_most=3&default_format=JSONEachRow");
    let answer = curl(&[
        &select,
        "--compressed",
        "--data-binary",
        "SELECT * FROM t WHERE a < {most:UInt64} ORDER BY a",
    ]);
    assert_eq!(answer, "{\"a\":1,\"b\":\"one\"}\n{\"a\":2,\"b\":\"two\"}\n");
    let error = curl(&["--include", &url, "--data-binary", "SELECT nope"]);
    assert!(
        error.starts_with("HTTP/1.1 404") && error.contains("x-clickhouse-exception-code: 47"),
        "{error}"
    );
    let long = [url.as_str(), "--compressed", "--data-binary", "SELECT number FROM numbers(1000000)"];
    assert_eq!(curl(&long).lines().count(), 1_000_000);
}

fn run(command: &mut Command, server: &Program) -> Output {
    command
        .env("HOST", server.address.ip().to_string())
        .env("PORT", server.address.port().to_string())
        .env("PASSWORD", PASSWORD)
        .output()
        .expect("it runs")
}

#[test]
fn clickhouse_connect() {
    if !has("python3") {
        return missing("python3 is not installed");
    }
    let home = folder("python");
    let python = home.join("bin/python");
    let installed = home.join(CONNECT);
    if !installed.exists() {
        let made = Command::new("python3").args(["-m", "venv"]).arg(&home).output().expect("python3 runs");
        let pip = Command::new(&python).args(["-m", "pip", "install", "--quiet", CONNECT]).output();
        match pip {
            Ok(output) if output.status.success() => std::fs::write(&installed, "").expect("a mark"),
            Ok(output) => {
                return missing(&format!("{CONNECT}: {}", String::from_utf8_lossy(&output.stderr)));
            }
            Err(error) => {
                return missing(&format!(
                    "python3 -m venv: {error}; {}",
                    String::from_utf8_lossy(&made.stderr)
                ));
            }
        }
    }
    let (_folder, server) = server();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients/connect.py");
    right(&run(Command::new(python).arg(script), &server));
}

#[test]
fn clickhouse_client_of_node() {
    if !has("node") || !has("npm") {
        return missing("node or npm is not installed");
    }
    let home = folder("node");
    // Modules are looked for from where the script stands.
    std::fs::write(home.join("package.json"), "{\"private\":true}").expect("a file");
    let script = home.join("client.mjs");
    std::fs::copy(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients/client.mjs"), &script)
        .expect("a copy");
    let npm = Command::new("npm")
        .args(["install", "--silent", "--no-audit", "--no-fund", "--prefer-offline", NODE_CLIENT])
        .current_dir(&home)
        .output()
        .expect("npm runs");
    if !npm.status.success() {
        return missing(&format!("{NODE_CLIENT}: {}", String::from_utf8_lossy(&npm.stderr)));
    }
    let (_folder, server) = server();
    right(&run(Command::new("node").arg(script).current_dir(&home), &server));
}
