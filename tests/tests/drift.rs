//! Code, snapshots, migrations and server: what the command says where they do not agree.

use std::fs;

use serde_json::Value;
use streamhouse_tests::Folder;

const FIRST: &str = r#"
#[derive(StreamSchema)]
#[stream(name = "drift.order", order_by = id)]
struct Order {
    id: u64,
    amount: u32,
}
"#;

const SECOND: &str = r#"
#[derive(StreamSchema)]
#[stream(name = "drift.order", version = 2, order_by = id)]
struct Order {
    id: u64,
    amount: u64,
}
"#;

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn what_would_change_is_said_with_its_safety_and_its_cost() {
    let folder = Folder::new();
    folder.declare(FIRST);
    let (code, out, _) = folder.run("diff");
    assert_eq!(code, Some(2));
    assert!(
        out.contains("-- drift.order: from nothing to version 1, safe\n\n-- Creates the table."),
        "{out}"
    );
    folder.done("generate");
    folder.done("migrate seal --unverified");
    folder.done("migrate apply");
    assert_eq!(folder.run("diff").1, "nothing would change: schemas/ has sealed what is declared\n");
    assert_eq!(folder.run("diff --live").1, "nothing would change: the database has what is declared\n");

    folder.place.run("INSERT INTO drift_order (id, amount) SELECT number, number FROM numbers(12345)").await;
    folder.declare(SECOND);
    let (code, out, _) = folder.run("diff");
    assert_eq!(code, Some(2));
    assert!(out.starts_with("-- drift.order: from version 1 to version 2, rewrite\n"), "{out}");
    let (code, out, _) = folder.run("diff --live");
    assert_eq!(code, Some(2));
    assert!(out.contains("--   column `amount`, type is UInt32 and should be UInt64\n"), "{out}");
    assert!(out.contains("(rewrite)\n-- It rewrites about 12,345 rows, "), "{out}");
    assert!(out.contains("\nALTER TABLE drift_order MODIFY COLUMN amount UInt64;\n"), "{out}");
    let told = json(&folder.run("diff --live --json").1);
    assert_eq!(told["differs"], true);
    let step = &told["events"][0]["steps"][0];
    assert_eq!(step["cost"]["rows"], 12345, "{told}");
    assert_eq!(step["safety"], "rewrite");
    assert_eq!(told["events"][0]["differences"][0]["found"], "UInt32");

    folder.done("generate");
    let dry = folder.done("migrate apply --dry-run");
    assert!(dry.contains("-- cost: about 12,345 rows, "), "{dry}");
    let dry = json(&folder.done("migrate apply --dry-run --json"));
    assert_eq!(dry["migrations"][0]["changes"][0]["cost"]["rows"], 12345, "{dry}");
}

#[tokio::test(flavor = "multi_thread")]
async fn scripts_are_told_by_the_exit_code() {
    let folder = Folder::new();
    folder.declare(FIRST);
    let status = |expected: i32| {
        let (code, out, error) = folder.run("status");
        assert_eq!(code, Some(expected), "{out}{error}");
        out
    };
    assert!(status(2).contains("drift.order: version 1 is declared, and schemas/ has no snapshot of it\n    run `streamhouse generate`\n"));
    folder.done("generate");
    assert!(status(2).contains("migrations wait\n    run `streamhouse migrate apply`"));
    folder.done("migrate apply");
    assert!(status(0).ends_with("code, snapshots, migrations and server agree\n"));
    assert!(folder.run("status --offline").1.ends_with("code, snapshots and migrations agree\n"));

    // The code goes on before the draft does.
    folder.declare(&FIRST.replace("u32", "u16"));
    let out = status(2);
    assert!(out.contains("the draft of version 1 is not what is declared\n    column `amount`, type is UInt32 and should be UInt16\n"), "{out}");
    assert!(out.contains("0001_create_drift_order: it does not lead to what is declared"), "{out}");
    folder.declare(FIRST);
    folder.done("migrate seal --unverified");
    folder.declare(&FIRST.replace("u32", "u16"));
    assert!(status(2).contains(
        "version 1 is sealed, and its declaration has changed\n    column `amount`, type is UInt32"
    ));
    folder.declare(FIRST);
    status(0);

    // By hand on the server.
    folder
        .place
        .run("ALTER TABLE drift_order ADD COLUMN by_hand String, MODIFY COLUMN amount COMMENT 'Cents'")
        .await;
    let out = status(3);
    assert!(
        out.contains("drift.order: the table `drift_order` is not what the migrations up to version 1 made\n    column `amount`, comment is there (\"Cents\") and should not be\n    column `by_hand` is there (String) and should not be\n"),
        "{out}"
    );
    let (_, out, _) = folder.run("status --json");
    let told = json(&out);
    assert_eq!((&told["drift"], &told["pending"]), (&Value::Bool(true), &Value::Bool(false)), "{told}");
    assert_eq!(told["server"][0]["differences"][1]["part"], "column `by_hand`");
    assert_eq!(told["events"][0]["server"], 1);

    // A migration that waits does not hide it.
    folder.declare(SECOND);
    folder.done("generate");
    let out = status(3);
    assert!(
        out.contains("is not what the migrations up to version 1 made") && out.contains("pending"),
        "{out}"
    );
    folder.place.run("ALTER TABLE drift_order DROP COLUMN by_hand, MODIFY COLUMN amount COMMENT ''").await;
    status(2);
    folder.done("migrate apply");
    status(0);

    folder.place.run("DROP TABLE drift_order").await;
    assert!(status(3).contains("the table `drift_order` is missing, though its migrations are applied"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_that_no_migration_made_is_said() {
    let folder = Folder::new();
    folder.declare(FIRST);
    folder.done("generate");
    folder.place.create_database().await;
    folder.place.run("CREATE TABLE drift_order (id UInt64) ENGINE = MergeTree ORDER BY id").await;
    let (code, out, _) = folder.run("status");
    assert_eq!(code, Some(3), "{out}");
    assert!(out.contains("the table `drift_order` is there, and no migration has made it"), "{out}");
    // The server is ahead.
    folder.place.run("DROP TABLE drift_order").await;
    folder.done("migrate apply");
    fs::remove_dir_all(folder.path().join("migrations")).expect("removed");
    fs::remove_dir_all(folder.path().join("schemas")).expect("removed");
    let (code, out, _) = folder.run("status");
    assert_eq!(code, Some(3), "{out}");
    assert!(out.contains("0001_create_drift_order: the database has the migration 0001_create_drift_order, which is not here"), "{out}");
}
