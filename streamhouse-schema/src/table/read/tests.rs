use super::*;
use crate::sql;

fn table(statement: &str) -> Table {
    match created(statement, "d").expect("a statement") {
        Created::Table(table) => *table,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_table_is_read_and_written() {
    let statement = "CREATE TABLE d.`a b` (`id` UInt64 COMMENT 'it\\'s, (a' CODEC(Delta(8), ZSTD(1)), `j` JSON(a UInt8, SKIP b) \
        DEFAULT '{}', `e` Enum8('a, ` (' = -1) EPHEMERAL COMMENT 'x', `c` UInt8 ALIAS if(id > 3, 1, 2) TTL at + toIntervalDay(1) \
        SETTINGS (max_compress_block_size = 65536), INDEX i id + 1 TYPE set(100) GRANULARITY 4, PROJECTION p (SELECT id, \
        count() GROUP BY id), CONSTRAINT c CHECK id > 0) ENGINE = ReplacingMergeTree(id) PARTITION BY (a, b) PRIMARY KEY id ORDER BY (id, f(c, j)) \
        SAMPLE BY id TTL at + toIntervalDay(3) GROUP BY a, b SET c = max(c), e = min(e), at + toIntervalDay(4) WHERE id = 3 \
        SETTINGS index_granularity = 8192, x = 'a, b' COMMENT 'Orders'";
    let table = table(statement);
    assert_eq!(table.name, "a b");
    assert_eq!(table.columns[0].comment, "it's, (a");
    assert_eq!(table.columns[0].codec.as_deref(), Some("Delta(8), ZSTD(1)"));
    assert_eq!(table.columns[1].ty, "JSON(a UInt8, SKIP b)");
    assert_eq!(table.columns[2].default.as_ref().expect("a default").expr, None);
    assert_eq!(table.columns[3].settings.len(), 1);
    assert_eq!(table.order_by.as_deref(), Some(&["id".to_string(), "f(c, j)".to_string()][..]));
    assert_eq!(
        table.ttl,
        [
            "at + toIntervalDay(3) GROUP BY a, b SET c = max(c), e = min(e)",
            "at + toIntervalDay(4) WHERE id = 3"
        ]
    );
    assert_eq!(table.settings[1], ("x".into(), "'a, b'".into()));
    assert_eq!(table.comment, "Orders");
    // What is written of it is read again.
    let again = sql::create_all(&table).remove(0).replace("IF NOT EXISTS ", "d.").replace('\n', " ");
    let again = again.replace("(     id UInt64", "(`id` UInt64").replace("     j JSON", "`j` JSON");
    let again = again.replace("     e Enum8", "`e` Enum8").replace("     c UInt8", "`c` UInt8");
    assert_eq!(self::table(&again), table);
}

#[test]
fn names_that_are_keywords_are_names() {
    let table =
        table("CREATE TABLE d.t (`TTL` UInt8) ENGINE = MergeTree ORDER BY TTL TTL TTL SETTINGS a = 1");
    assert_eq!(table.order_by, Some(vec!["TTL".into()]));
    assert_eq!(table.ttl, ["TTL"]);
    let table = self::table("CREATE TABLE d.t (`a` UInt8) ENGINE = `Null`");
    assert_eq!((table.engine.as_str(), table.order_by), ("Null", None));
}

#[test]
fn what_belongs_to_a_table_is_read() {
    let read = |statement| created(statement, "d").expect("a statement");
    let statement = "CREATE TABLE d.all (`a` UInt8) ENGINE = Distributed('main', 'd', 't', rand(a))";
    let Created::Distributed(spread, of) = read(statement) else { panic!("{statement}") };
    assert_eq!((spread.cluster.as_str(), of.as_str()), ("main", "t"));
    assert_eq!(spread.sharding_key.as_deref(), Some("rand(a)"));
    for (statement, to, engine, refresh) in [
        ("CREATE MATERIALIZED VIEW d.v TO d.t (`a` UInt8) AS SELECT a FROM d.s", Some("t"), None, None),
        (
            "CREATE MATERIALIZED VIEW d.v (`a` UInt8) ENGINE = MergeTree ORDER BY tuple() AS SELECT a FROM d.s",
            None,
            Some("MergeTree ORDER BY tuple()"),
            None,
        ),
        (
            "CREATE MATERIALIZED VIEW d.v REFRESH EVERY 1 HOUR TO d.t (`a` UInt8) DEFINER = x SQL SECURITY DEFINER AS SELECT a FROM d.s",
            Some("t"),
            None,
            Some("EVERY 1 HOUR"),
        ),
    ] {
        let Created::View(view) = read(statement) else { panic!("{statement}") };
        assert_eq!((view.name.as_str(), view.select.as_str()), ("v", "SELECT a FROM s"), "{statement}");
        assert_eq!(view.columns.as_deref(), Some("`a` UInt8"), "{statement}");
        assert_eq!(
            (view.to.as_deref(), view.engine.as_deref(), view.refresh.as_deref()),
            (to, engine, refresh),
            "{statement}"
        );
    }
    assert!(created("CREATE VIEW d.v AS SELECT 1", "d").is_err());
    assert!(created("CREATE TABLE d.t (`a` UInt8)", "d").is_err());
}
