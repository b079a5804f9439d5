//! ClickHouse with a configuration of one's own.

use std::fs;

use streamhouse_stack::{ClickHouse, ClickHouseOptions, Folder};

#[test]
fn a_configuration_brings_macros_and_clusters() {
    let folder = Folder::create("clickhouse").expect("a folder");
    let config = folder.path().join("cluster.xml");
    fs::write(
        &config,
        "<clickhouse>
            <macros><shard>7</shard></macros>
            <remote_servers><pair>
                <shard><replica><host>127.0.0.1</host><port>9000</port></replica></shard>
                <shard><replica><host>127.0.0.2</host><port>9000</port></replica></shard>
            </pair></remote_servers>
        </clickhouse>",
    )
    .expect("a file");
    let options = ClickHouseOptions { config: Some(config), ..ClickHouseOptions::default() };
    let clickhouse =
        ClickHouse::start(&folder, "clickhouse", &options).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(clickhouse.query("SELECT getMacro('shard')").expect("a macro"), "7\n");
    let shards =
        clickhouse.query("SELECT count() FROM system.clusters WHERE cluster = 'pair'").expect("a count");
    assert_eq!(shards, "2\n");
}

#[test]
fn only_whoever_knows_the_password_is_let_in() {
    let folder = Folder::create("clickhouse").expect("a folder");
    let options = ClickHouseOptions { password: Some("secret".into()), ..ClickHouseOptions::default() };
    let clickhouse =
        ClickHouse::start(&folder, "clickhouse", &options).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(clickhouse.url(), format!("http://default:secret@127.0.0.1:{}", clickhouse.port()));
    assert_eq!(clickhouse.query("SELECT 1").expect("an answer"), "1\n");
    let curl = |password: &str| {
        let url = format!("http://127.0.0.1:{}/?query=SELECT+1", clickhouse.port());
        let user = format!("default:{password}");
        std::process::Command::new("curl").args(["-s", "--user", &user, &url]).output().expect("curl").stdout
    };
    assert_eq!(curl("secret"), b"1\n");
    assert!(String::from_utf8_lossy(&curl("wrong")).starts_with("Code: 516. DB::Exception: "));
}

#[test]
fn a_query_that_fails_says_why() {
    let folder = Folder::create("clickhouse").expect("a folder");
    let clickhouse = ClickHouse::start(&folder, "clickhouse", &ClickHouseOptions::default())
        .unwrap_or_else(|error| panic!("{error}"));
    let error = clickhouse.query("SELECT * FROM nowhere").expect_err("no table").to_string();
    assert!(
        error.starts_with("clickhouse does not do `SELECT * FROM nowhere`: status 404: Code: 60. "),
        "{error}"
    );
}
