//! An event over its versions, by the command: declared, generated, applied, filled, changed, and applied again.

use std::fs;
use std::path::Path;
use std::process::Output;

use streamhouse_tests::{Place, command};

const FIRST: &str = r#"
#[derive(StreamSchema)]
#[stream(name = "evolve.order", order_by = id)]
struct Order {
    id: u64,
    note: String,
    amount: u32,
}
"#;

const SECOND: &str = r#"
#[derive(StreamSchema)]
#[stream(name = "evolve.order", version = 2, order_by = id, index(by_text: bloom_filter on text))]
struct Order {
    id: u64,
    /// What the customer wrote.
    #[stream(renamed_from = "note")]
    text: String,
    amount: u64,
    #[stream(default = "EUR", low_cardinality)]
    currency: String,
}
"#;

struct Project {
    place: Place,
    folder: tempfile::TempDir,
}

impl Project {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        fs::create_dir(folder.path().join("src")).expect("a folder");
        Self { place: Place::new(), folder }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn declare(&self, declaration: &str) {
        fs::write(self.path().join("src/lib.rs"), declaration).expect("a file");
    }

    fn run(&self, arguments: &str) -> Output {
        command(&self.place)
            .args(arguments.split(' '))
            .current_dir(self.path())
            .output()
            .expect("the program")
    }

    /// What it prints, where it succeeds.
    fn done(&self, arguments: &str) -> String {
        let output = self.run(arguments);
        let (out, error) = (text(&output.stdout), text(&output.stderr));
        assert!(output.status.success(), "{arguments}: {out}{error}");
        out
    }

    /// What it says, where it fails.
    fn refused(&self, arguments: &str) -> String {
        let output = self.run(arguments);
        assert!(!output.status.success(), "{arguments}: {}", text(&output.stdout));
        text(&output.stderr)
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_follows_its_declaration_and_keeps_its_rows() {
    let project = Project::new();
    project.declare(FIRST);
    project.done("generate src");
    assert_eq!(project.run("migrate status").status.code(), Some(2), "there is something to do");
    let applied = project.done("migrate apply");
    assert!(applied.ends_with("applied 0001_create_evolve_order\n"), "{applied}");
    assert_eq!(project.done("migrate apply"), "nothing to do: the database has all 1 migrations\n");
    let fill = "INSERT INTO evolve_order (id, note, amount) SELECT number, toString(number), number FROM numbers(100)";
    project.place.clickhouse().query(fill).execute().await.expect("rows");

    // Ten edits of a draft are one migration.
    project.declare(&SECOND.replace("version = 2, ", "").replace("amount: u64", "amount: u16"));
    assert!(project.done("generate src").contains("wrote"));
    assert!(!project.path().join("migrations/0002_alter_evolve_order_v1").exists(), "still the first draft");
    project.declare(FIRST);
    project.done("generate src");

    assert!(project.done("migrate seal").contains("sealed ./schemas/evolve.order/1.json"));
    project.declare(&SECOND.replace("version = 2, ", ""));
    let refused = project.refused("generate src");
    assert!(
        refused.contains("event `evolve.order`: version 1 is sealed, and its declaration has changed:")
            && refused.contains("Renames the column `note` to `text`.")
            && refused.contains("write `version = 2` to make a new one"),
        "{refused}"
    );

    project.declare(SECOND);
    project.done("generate src");
    project.done("generate src --check");
    let dry = project.done("migrate apply --dry-run");
    assert!(dry.starts_with("-- 0002_alter_evolve_order_v2\n-- cost: about 100 rows, "), "{dry}");
    assert!(dry.contains("\nALTER TABLE evolve_order RENAME COLUMN"), "{dry}");
    let applied = project.done("migrate apply --json");
    assert_eq!(applied, "{\"amended\":[],\"applied\":[\"0002_alter_evolve_order_v2\"],\"copied\":[]}\n");
    let rows = "SELECT count(), sum(id), countIf(text = toString(id) AND amount = id AND currency = 'EUR') FROM evolve_order";
    assert_eq!(project.place.text(rows).await, "100\t4950\t100\n");
    let types = "SELECT groupArray(concat(name, ' ', type)) FROM system.columns WHERE database = currentDatabase() AND table = 'evolve_order'";
    assert_eq!(
        project.place.text(types).await,
        "['id UInt64','text String','amount UInt64','currency LowCardinality(String)','_batch UInt64']\n"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_input_is_told_with_a_way_on() {
    let project = Project::new();
    project.declare(FIRST);
    project.done("generate src");
    project.done("migrate seal");
    project.done("migrate apply");

    // A column goes: it has to be meant.
    project.declare(
        &FIRST.replace("order_by = id", "version = 2, order_by = id").replace("    amount: u32,\n", ""),
    );
    project.done("generate src");
    let refused = project.refused("migrate apply");
    assert!(
        refused.contains("evolve_order: Drops the column `amount` with its values.")
            && refused.contains("--allow-destructive"),
        "{refused}"
    );
    let down = fs::read_to_string(project.path().join("migrations/0002_alter_evolve_order_v2/down.sql"));
    assert!(down.expect("a file").starts_with("-- There is no way back:\n-- Drops the column `amount`"));

    // A draft that is no longer wanted goes.
    project.declare(FIRST);
    project.done("generate src");
    assert!(!project.path().join("migrations/0002_alter_evolve_order_v2").exists());

    // Edited after it was sealed.
    let up = project.path().join("migrations/0001_create_evolve_order/up.sql");
    let sealed = fs::read_to_string(&up).expect("a file");
    fs::write(&up, format!("{sealed}SELECT 1;\n")).expect("a file");
    assert!(
        project
            .refused("migrate apply")
            .contains("0001_create_evolve_order/up.sql was changed after it was sealed")
    );
    fs::write(&up, sealed).expect("a file");

    // Two branches with the same number.
    project.done("migrate new backfill");
    let (second, twin) =
        (project.path().join("migrations/0002_backfill"), project.path().join("migrations/0002_other"));
    fs::create_dir(&twin).expect("a folder");
    fs::copy(second.join("up.sql"), twin.join("up.sql")).expect("copied");
    assert!(project.refused("migrate status").contains("0002_backfill and 0002_other have the same number"));
    fs::remove_dir_all(&twin).expect("removed");

    // By hand, beside the generated ones; and the server is then ahead of whoever does not have it.
    fs::write(second.join("up.sql"), "-- Fills.\nINSERT INTO evolve_order (id) VALUES (7);\n")
        .expect("a file");
    assert!(project.done("migrate apply").ends_with("applied 0002_backfill\n"));
    assert_eq!(project.place.value::<u64>("SELECT count() FROM evolve_order").await, 1);
    fs::remove_dir_all(&second).expect("removed");
    assert!(
        project
            .refused("migrate status")
            .contains("the database has the migration 0002_backfill, which is not here")
    );

    // A snapshot edited by hand.
    fs::write(project.path().join("schemas/evolve.order/1.json"), "{}").expect("a file");
    let refused = project.refused("generate src");
    assert!(refused.contains("schemas/evolve.order/1.json: this is no snapshot of an event"), "{refused}");
}
