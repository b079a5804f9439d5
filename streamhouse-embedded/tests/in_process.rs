//! A server within the process of a test.

use std::net::TcpStream;

use streamhouse_embedded::{Options, Password, Server, StartError};

/// One test, because the engine is one a process.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_is_started_used_and_stopped() {
    let folder = tempfile::tempdir().expect("a folder");

    // What is wrong is said before the engine is opened.
    let mut beyond = Options::new(folder.path());
    beyond.http = "0.0.0.0:0".parse().expect("an address");
    assert!(matches!(Server::start(beyond), Err(StartError::Remote { .. })));
    let mut taken = Options::new(folder.path());
    let holder = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    taken.http = holder.local_addr().expect("an address");
    assert!(matches!(Server::start(taken), Err(StartError::Listen { .. })));

    let mut options = Options::new(folder.path());
    options.user = "tester".into();
    let server = Server::start(options).expect("a server");
    assert_eq!(server.user(), "tester");
    let password = server.password().expect("a password").to_string();
    let file = server.password_file().expect("a file");
    assert_eq!(std::fs::read_to_string(file).expect("it is read").trim(), password);
    assert!(server.version().starts_with("26."));
    assert!(matches!(Server::start(Options::new(folder.path())), Err(StartError::InUse { .. })));
    let other = tempfile::tempdir().expect("a folder");
    let mut second = Options::new(other.path());
    second.password = Password::None;
    let refused = Server::start(second).expect_err("there is one already");
    assert!(
        matches!(refused, StartError::Engine(_)) && refused.to_string().contains("one a process"),
        "{refused}"
    );

    let client =
        clickhouse::Client::default().with_url(server.url()).with_user("tester").with_password(&password);
    client.query("CREATE TABLE t (a UInt64) ENGINE = MergeTree ORDER BY a").execute().await.expect("a table");
    client.query("INSERT INTO t SELECT number FROM numbers(10)").execute().await.expect("rows");
    let sum: u64 = client.query("SELECT sum(a) FROM t").fetch_one().await.expect("a sum");
    assert_eq!(sum, 45);
    let stranger = client.clone().with_password("wrong");
    let error = stranger.query("SELECT 1").execute().await.expect_err("it is wrong");
    assert!(error.to_string().contains("Code: 516"), "{error}");
    // Within a process that stands somewhere, the function is found in the statement's tree.
    let error = client.query("SELECT file('/etc/hostname')").execute().await.expect_err("it is off");
    assert!(error.to_string().contains("Code: 497"), "{error}");

    let address = server.address();
    assert!(server.stop());
    assert!(TcpStream::connect(address).is_err());
}
