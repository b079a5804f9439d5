//! Migrations tried before anybody applies them, by the command.

use serde_json::Value;
use streamhouse_tests::Folder;

const FIRST: &str = r#"
/// An order.
#[derive(StreamSchema)]
#[stream(name = "shadow.order", order_by = id, partition_by = toYYYYMM(at), check(two: length(country) = 2), ttl = at + days(30))]
struct Order {
    id: u64,
    #[stream(timestamp)]
    at: DateTime<Utc>,
    country: String,
    amount: u32,
    note: String,
}
"#;

/// Everything that a change may be: a rename, a wider type, a new column, an index, another key, which is a rebuild.
const SECOND: &str = r#"
/// An order.
#[derive(StreamSchema)]
#[stream(
    name = "shadow.order",
    version = 2,
    order_by = (country, id),
    partition_by = toYYYYMM(at),
    check(two: length(country) = 2),
    ttl = at + days(30),
    index(by_text: bloom_filter on text),
)]
struct Order {
    id: u64,
    #[stream(timestamp)]
    at: DateTime<Utc>,
    country: String,
    amount: u64,
    #[stream(renamed_from = "note")]
    text: String,
    #[stream(low_cardinality, default = "EUR")]
    currency: String,
}
"#;

fn two_versions() -> Folder {
    let folder = Folder::new();
    folder.declare(FIRST);
    folder.done("generate");
    let sealed = folder.done("migrate seal");
    assert!(sealed.contains("sealed ./migrations/0001_create_shadow_order/plan.json"), "{sealed}");
    folder.declare(SECOND);
    folder.done("generate");
    folder
}

const UP: &str = "migrations/0002_alter_shadow_order_v2/up.sql";
const DOWN: &str = "migrations/0002_alter_shadow_order_v2/down.sql";

/// What `verify` finds wrong after a file was changed.
fn found(folder: &Folder, path: &str, change: impl Fn(&str) -> String) -> String {
    let text = folder.read(path);
    folder.write(path, &change(&text));
    let (code, out, error) = folder.run("migrate verify");
    assert_eq!(code, Some(1), "{out}{error}");
    folder.write(path, &text);
    out
}

#[tokio::test(flavor = "multi_thread")]
async fn migrations_are_tried_forth_and_back_with_rows() {
    let folder = two_versions();
    let out = folder.done("migrate verify");
    assert!(out.contains("0001_create_shadow_order                     0 rows  back and again"), "{out}");
    assert!(out.contains("0002_alter_shadow_order_v2                 100 rows  back and again"), "{out}");
    assert!(out.ends_with("all migrations do what they say\n"), "{out}");
    let told: Value = serde_json::from_str(&folder.done("migrate verify --json")).expect("JSON");
    assert_eq!(
        (&told["good"], &told["migrations"][1]["rows"]),
        (&Value::Bool(true), &Value::from(100)),
        "{told}"
    );

    // One that leads elsewhere.
    let out = found(&folder, UP, |up| {
        up.replace("MODIFY COLUMN amount UInt64", "MODIFY COLUMN amount UInt16")
            .replace("amount UInt64", "amount UInt16")
    });
    assert!(out.contains("wrong: shadow_order: it does not become what is declared\n    column `amount`, type is UInt16 and should be UInt64"), "{out}");
    // One that fails.
    let out = found(&folder, UP, |up| format!("{up}ALTER TABLE nowhere ADD COLUMN a UInt8;\n"));
    assert!(
        out.contains("0002_alter_shadow_order_v2, statement") && out.contains("ALTER TABLE nowhere"),
        "{out}"
    );
    // One that loses rows, though it says that it does not.
    let out = found(&folder, UP, |up| up.replace(" /* for each of its partitions */;", " AND amount > 50;"));
    assert!(out.contains("wrong: 0002_alter_shadow_order_v2, shadow_order: 100 rows became"), "{out}");
    let out = found(&folder, UP, |up| {
        up.replace("SELECT id, at, country, amount,", "SELECT id, at, country, amount + 1,")
    });
    assert!(
        out.contains("wrong: 0002_alter_shadow_order_v2, shadow_order: values of `amount` are others"),
        "{out}"
    );
    // A way back that leads elsewhere, and one that fails.
    let out =
        found(&folder, DOWN, |down| format!("{down}ALTER TABLE shadow_order COMMENT COLUMN note 'x';\n"));
    assert!(out.contains("wrong: 0002_alter_shadow_order_v2, shadow_order: back and again is not where it came from\n    column `note`, comment is there (\"x\") and should not be"), "{out}");
    let out = found(&folder, DOWN, |down| format!("{down}ALTER TABLE nowhere ADD COLUMN a UInt8;\n"));
    assert!(out.contains("ALTER TABLE nowhere"), "{out}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_do_what_it_says_is_not_sealed() {
    let folder = two_versions();
    let up = folder.read(UP);
    folder.write(UP, &format!("{up}ALTER TABLE nowhere ADD COLUMN a UInt8;\n"));
    let refused = folder.refused("migrate seal");
    assert!(
        refused.contains("the drafts do not do what they say, and are not sealed:")
            && refused.contains("`--unverified` seals them all the same"),
        "{refused}"
    );
    assert!(folder.read("schemas/shadow.order/2.json").contains("\"state\": \"draft\""));
    folder.write(UP, &up);
    assert!(folder.done("migrate seal").contains("sealed ./schemas/shadow.order/2.json"));
    assert_eq!(folder.done("migrate seal"), "nothing to seal: there are no drafts\n");
    // Both ways are sealed.
    let down = folder.read(DOWN);
    folder.write(DOWN, &format!("{down}SELECT 1;\n"));
    let refused = folder.refused("migrate status");
    assert!(
        refused.contains("0002_alter_shadow_order_v2/down.sql was changed after it was sealed"),
        "{refused}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn where_there_is_no_engine_nothing_is_sealed_unless_that_is_meant() {
    let folder = Folder::new();
    folder.declare(FIRST);
    folder.done("generate");
    let seal = |arguments: &[&str]| {
        let output = streamhouse_tests::command(&folder.place)
            .args(arguments)
            .env("STREAMHOUSE_CLICKHOUSE", "/nowhere/clickhouse")
            .current_dir(folder.path())
            .output()
            .expect("the program");
        (output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let (done, said) = seal(&["migrate", "seal"]);
    assert!(!done && said.contains("the drafts cannot be tried, and are not sealed"), "{said}");
    assert!(seal(&["migrate", "seal", "--unverified"]).0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_may_fail_on_values_is_told_and_tried_without_rows() {
    let folder = two_versions();
    folder.done("migrate seal");
    // A text that is no number makes it fail, as the plan says.
    folder.declare(
        &SECOND
            .replace("version = 2", "version = 3")
            .replace("#[stream(renamed_from = \"note\")]\n    text: String", "text: u32")
            .replace("    index(by_text: bloom_filter on text),\n", ""),
    );
    folder.done("generate");
    let out = folder.done("migrate verify");
    assert!(
        out.contains(
            "note: 0003_alter_shadow_order_v3: it fails on made rows, as what it takes away may make it"
        ),
        "{out}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn clusters_and_replicas_are_left_out_and_the_rest_is_tried() {
    let folder = Folder::new();
    folder.declare(
        r#"
#[derive(StreamSchema)]
#[stream(
    name = "shadow.stock",
    engine = ReplicatedReplacingMergeTree("/clickhouse/tables/{shard}/{table}", "{replica}", changed_at),
    on_cluster = "main",
    distributed(table = "shadow_stock_everywhere", cluster = "main", sharding_key = cityHash64(article)),
    order_by = article,
)]
struct Stock {
    article: String,
    changed_at: DateTime<Utc>,
}
"#,
    );
    folder.done("generate");
    let out = folder.done("migrate verify");
    assert!(out.contains("note: 0001_create_shadow_stock: tried without its cluster and replicas"), "{out}");
}
