//! What goes wrong with people and machines: each is told clearly, leaves everything as it was, and has a way on.

use std::fs;

use streamhouse_tests::Folder;

const ORDER: &str = r#"
#[derive(StreamSchema)]
#[stream(name = "bad.order", order_by = id, partition_by = region)]
struct Order {
    id: u64,
    region: u8,
    note: String,
}
"#;

/// The second version, as one branch has it.
fn second(field: &str) -> String {
    ORDER
        .replace("order_by", "version = 2, order_by")
        .replace("    note: String,\n", &format!("    note: String,\n    {field}\n"))
}

/// A project whose first version is sealed and applied, with rows.
async fn sealed() -> Folder {
    let folder = Folder::new();
    folder.declare(ORDER);
    folder.done("generate");
    folder.done("migrate seal --unverified");
    folder.done("migrate apply");
    folder.place.run("INSERT INTO bad_order (id, region, note) SELECT number, number % 2, toString(number) FROM numbers(100)").await;
    folder
}

fn by_hand(folder: &Folder, name: &str, up: &str) {
    folder.write(&format!("migrations/{name}/up.sql"), up);
}

async fn rows(folder: &Folder) -> String {
    folder.place.text("SELECT count(), sum(id) FROM bad_order").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_migration_edited_after_it_was_sealed() {
    let folder = sealed().await;
    let path = "migrations/0001_create_bad_order/up.sql";
    let text = folder.read(path);
    folder.write(path, &format!("{text}SELECT 1;\n"));
    for command in ["migrate apply", "migrate status", "generate", "status", "migrate verify", "migrate down"]
    {
        let refused = folder.refused(command);
        assert!(
            refused.contains("0001_create_bad_order/up.sql was changed after it was sealed")
                && refused.contains("take the change back, and make it in a new migration"),
            "{command}: {refused}"
        );
    }
    folder.write(path, &text);
    by_hand(&folder, "0002_one", "SELECT 1;");
    folder.done("migrate apply");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_branches_with_the_same_number() {
    let folder = sealed().await;
    by_hand(&folder, "0002_one", "INSERT INTO bad_order (id) VALUES (1000);");
    folder.done("migrate apply");
    by_hand(&folder, "0002_other", "INSERT INTO bad_order (id) VALUES (2000);");
    let refused = folder.refused("migrate apply");
    assert!(
        refused.contains("0002_one and 0002_other have the same number: give the one that no server has yet the next free number"),
        "{refused}"
    );
    let migrations = folder.path().join("migrations");
    fs::rename(migrations.join("0002_other"), migrations.join("0003_other")).expect("renamed");
    assert!(folder.done("migrate apply").ends_with("applied 0003_other\n"));
    // The one that the server has cannot be the one that moves.
    fs::rename(migrations.join("0003_other"), migrations.join("0004_other")).expect("renamed");
    assert!(
        folder
            .refused("migrate apply")
            .contains("the database has the migration 0003_other, which is not here")
    );
    assert_eq!(rows(&folder).await, "102\t7950\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_ahead_of_the_code() {
    let folder = sealed().await;
    by_hand(&folder, "0002_later", "SELECT 1;");
    folder.done("migrate apply");
    fs::remove_dir_all(folder.path().join("migrations/0002_later")).expect("removed");
    by_hand(&folder, "0003_mine", "INSERT INTO bad_order (id) VALUES (1000);");
    let refused = folder.refused("migrate apply");
    assert!(
        refused.contains(
            "the database has the migration 0002_later, which is not here: update the code, or the checkout"
        ),
        "{refused}"
    );
    let (code, out, _) = folder.run("status");
    assert_eq!(code, Some(3));
    assert!(out.contains("get the migrations that the database has, from whoever applied them"), "{out}");
    assert_eq!(rows(&folder).await, "100\t4950\n", "nothing was begun");
    by_hand(&folder, "0002_later", "SELECT 1;");
    folder.done("migrate apply");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_half_applied_migration() {
    let folder = sealed().await;
    let up = "INSERT INTO bad_order (id) VALUES (1000); ALTER TABLE later ADD COLUMN b UInt8; INSERT INTO bad_order (id) VALUES (2000);";
    by_hand(&folder, "0002_half", up);
    let refused = folder.refused("migrate apply");
    assert!(
        refused.contains("0002_half, statement 2:") && refused.contains("the next attempt begins with it"),
        "{refused}"
    );
    let (code, out, _) = folder.run("migrate status");
    assert_eq!(code, Some(2));
    assert!(out.contains("begun, 1 statements done"), "{out}");
    // What is done stays, and it is not taken back before it is whole.
    by_hand(&folder, "0002_half", &up.replace("1000", "3000"));
    let refused = folder.refused("migrate apply");
    assert!(
        refused.contains("0002_half is not what was begun as 0002_half")
            && refused.contains("only the statement that failed and those behind it may be others"),
        "{refused}"
    );
    // What failed may become another statement.
    by_hand(&folder, "0002_half", &up.replace("later ADD COLUMN b", "bad_order ADD COLUMN note"));
    let refused = folder.refused("migrate apply");
    assert!(refused.contains("statement 2:") && refused.contains("already exists"), "{refused}");
    by_hand(&folder, "0002_half", up);
    folder.write("migrations/0002_half/down.sql", "SELECT 1;");
    assert!(
        folder
            .refused("migrate down")
            .contains("0002_half is half applied: finish it with `streamhouse migrate apply`")
    );
    folder.place.run("CREATE TABLE later (a UInt8) ENGINE = MergeTree ORDER BY a").await;
    folder.done("migrate apply");
    assert_eq!(rows(&folder).await, "102\t7950\n", "each statement once");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lock_left_by_a_dead_process() {
    let folder = sealed().await;
    by_hand(&folder, "0002_one", "SELECT 1;");
    let claim = |seconds: u32| {
        format!(
            "INSERT INTO streamhouse_migration_locks (claim, owner, until) SELECT 'dead', 'process 7', now64(3) + {seconds}"
        )
    };
    folder.place.run(&claim(600)).await;
    for command in ["migrate apply --wait 1", "migrate down --wait 1 --allow-destructive"] {
        let refused = folder.refused(command);
        assert!(
            refused.contains("another runner works on this database since")
                && refused.contains("(process 7)")
                && refused.contains("its lock ends by itself within a minute"),
            "{command}: {refused}"
        );
    }
    // It is not waited for in order to look.
    assert_eq!(folder.run("migrate status").0, Some(2));
    folder.place.run(&claim(1)).await;
    folder.done("migrate apply");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_renamed_column_that_is_in_the_key() {
    let folder = sealed().await;
    by_hand(&folder, "0002_rename", "ALTER TABLE bad_order RENAME COLUMN id TO order_id;");
    let refused = folder.refused("migrate apply");
    assert!(
        refused.contains("Code: 524")
            && refused
                .contains("ClickHouse changes no column that is in a key: declare it, with `renamed_from`"),
        "{refused}"
    );
    assert_eq!(rows(&folder).await, "100\t4950\n");
    // Nothing of it was done, so it may go.
    fs::remove_dir_all(folder.path().join("migrations/0002_rename")).expect("removed");
    folder.declare(
        &ORDER
            .replace("order_by = id", "version = 2, order_by = order_id")
            .replace("    id: u64", "    #[stream(renamed_from = \"id\")]\n    order_id: u64"),
    );
    folder.done("generate");
    folder.done("migrate verify");
    folder.done("migrate apply");
    assert_eq!(folder.place.text("SELECT count(), sum(order_id) FROM bad_order").await, "100\t4950\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mutation_stuck_on_one_part() {
    let folder = sealed().await;
    // One of the partitions has a text that is no number.
    folder.place.run("INSERT INTO bad_order (id, region, note) VALUES (1000, 7, 'no number')").await;
    by_hand(&folder, "0002_number", "ALTER TABLE bad_order MODIFY COLUMN note UInt32;");
    let refused = folder.refused("migrate apply");
    assert!(
        refused.contains("which is cancelled; a column has its old type again")
            && refused.contains("Cannot parse")
            && refused.contains("mend the values that it names, and apply again"),
        "{refused}"
    );
    let read = "SELECT count(), countIf(note = toString(id)), anyIf(note, region = 7) FROM bad_order";
    assert_eq!(folder.place.text(read).await, "101\t100\tno number\n", "all of it can be read");
    let left = "SELECT count() FROM system.mutations WHERE database = currentDatabase() AND NOT is_done";
    assert_eq!(folder.place.value::<u64>(left).await, 0);
    folder.place.run("ALTER TABLE bad_order UPDATE note = '1000' WHERE region = 7").await;
    folder.done("migrate apply");
    assert_eq!(folder.place.text("SELECT sum(note) FROM bad_order").await, "5950\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_snapshot_edited_by_hand_or_from_a_newer_version() {
    let folder = sealed().await;
    let path = "schemas/bad.order/1.json";
    let text = folder.read(path);
    for (edited, message) in [
        ("{}".to_string(), "this is no snapshot of an event"),
        (
            text.replace("\"UInt8\"", "\"UInt16\""),
            "this snapshot was changed after it was sealed with 0001_create_bad_order: take it back from version control",
        ),
        (
            text.replace("\"state\": \"sealed\"", "\"state\": \"draft\""),
            "this snapshot was changed after it was sealed",
        ),
        (
            text.replace("\"format\": 1", "\"format\": 2"),
            "this snapshot has format 2, and this version reads format 1: update it",
        ),
    ] {
        assert_ne!(edited, text, "{message}");
        folder.write(path, &edited);
        for command in ["generate", "status --offline", "diff", "migrate verify", "migrate seal --unverified"]
        {
            let refused = folder.refused(command);
            assert!(refused.contains(path) && refused.contains(message), "{command}: {refused}");
        }
        assert_eq!(folder.read(path), edited, "nothing is written over it");
    }
    folder.write(path, &text);
    folder.done("status");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_branches_that_both_sealed() {
    let folder = sealed().await;
    // The other branch, which has the next number already.
    folder.declare(&second("theirs: u16,"));
    folder.done("generate");
    folder.done("migrate seal --unverified");
    let theirs = "migrations/0002_alter_bad_order_v2";
    let [up, down, plan] =
        ["up.sql", "down.sql", "plan.json"].map(|file| folder.read(&format!("{theirs}/{file}")));
    fs::remove_dir_all(folder.path().join(theirs)).expect("removed");
    fs::remove_file(folder.path().join("schemas/bad.order/2.json")).expect("removed");
    // This one, which is applied.
    folder.declare(&second("mine: u8,"));
    folder.done("generate");
    folder.done("migrate seal --unverified");
    folder.done("migrate apply");
    for (file, text) in [("up.sql", &up), ("down.sql", &down), ("plan.json", &plan)] {
        folder.write(&format!("migrations/0003_alter_bad_order_v2/{file}"), text);
    }
    for command in ["migrate apply", "generate", "status", "migrate seal --unverified"] {
        let refused = folder.refused(command);
        assert!(
            refused.contains("0002_alter_bad_order_v2 and 0003_alter_bad_order_v2 are both sealed, and both lead the event `bad.order` on from version 1")
                && refused.contains("declare what it changed as version 3"),
            "{command}: {refused}"
        );
    }
    assert_eq!(rows(&folder).await, "100\t4950\n");
    fs::remove_dir_all(folder.path().join("migrations/0003_alter_bad_order_v2")).expect("removed");
    folder.declare(&second("mine: u8,\n    theirs: u16,").replace("version = 2", "version = 3"));
    folder.done("generate");
    folder.done("migrate apply");
    assert_eq!(folder.place.text("SELECT count(), sum(theirs) FROM bad_order").await, "100\t0\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_applied_to_a_colleagues_database() {
    let folder = sealed().await;
    folder.declare(&second("extra: u8,"));
    folder.done("generate");
    folder.done("migrate apply");
    folder.place.run("INSERT INTO bad_order (id, extra) VALUES (1000, 7)").await;
    // The draft goes on.
    folder.declare(&second("extra: u32,\n    #[stream(default = \"EUR\")]\n    currency: String,"));
    folder.done("generate");
    let refused = folder.refused("migrate apply");
    assert!(
        refused.contains("0002_alter_bad_order_v2 is not what was applied as 0002_alter_bad_order_v2: it was a draft then, and is one still")
            && refused.contains("`streamhouse migrate apply --amend-drafts`")
            && refused.contains("take back what was applied, seal that, and make the change in a new migration"),
        "{refused}"
    );
    assert_eq!(folder.place.text("SELECT sum(extra) FROM bad_order").await, "7\n");
    let out = folder.done("migrate apply --amend-drafts");
    assert!(out.contains("amended 0002_alter_bad_order_v2"), "{out}");
    assert_eq!(
        folder.place.text("SELECT count(), sum(extra), any(currency) FROM bad_order").await,
        "101\t7\tEUR\n"
    );
    folder.done("status");
    // What would go has to be meant.
    folder.declare(&second("#[stream(default = \"EUR\")]\n    currency: String,"));
    folder.done("generate");
    let refused = folder.refused("migrate apply --amend-drafts");
    assert!(
        refused.contains("Drops the column `extra`") && refused.contains("--allow-destructive"),
        "{refused}"
    );
    folder.done("migrate apply --amend-drafts --allow-destructive");
    folder.done("status");
    // A colleague who does not have the draft.
    folder.declare(ORDER);
    folder.done("generate");
    assert!(folder.refused("migrate apply").contains("which is not here: update the code, or the checkout"));
}
