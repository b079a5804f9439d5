//! Changes on the engine, with rows in the table: the cases are those of `streamhouse-schema/tests/evolution`.

use std::fs;
use std::path::{Path, PathBuf};

use streamhouse_schema::change::{Conversion, Origins, conversion};
use streamhouse_schema::compile::compile;
use streamhouse_schema::plan::{Plan, Step};
use streamhouse_schema::schema::Schema;
use streamhouse_schema::sql;
use streamhouse_schema::table::{Column, DefaultKind, Table};
use streamhouse_tests::{Place, each_partition};

const ROWS: u64 = 500;

/// A change: two versions of an event.
struct Case {
    name: String,
    before: Table,
    after: Table,
    origins: Origins,
}

fn cases() -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../streamhouse-schema/tests/evolution");
    let mut sources: Vec<PathBuf> = fs::read_dir(&folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .collect();
    sources.sort();
    let case = |path: &PathBuf| {
        let text = fs::read_to_string(path).expect("text");
        let (before, after) = text.split_once("\n\n").expect("two versions");
        let after = schema(after);
        Case {
            name: path.file_stem().expect("a name").to_string_lossy().into_owned(),
            before: Table::of(&schema(before)),
            origins: after.origins(),
            after: Table::of(&after),
        }
    };
    sources.iter().map(case).collect()
}

fn schema(declaration: &str) -> Schema {
    let input = syn::parse_str(declaration).unwrap_or_else(|error| panic!("{declaration}\n{error}"));
    compile(&input).map(|compiled| compiled.schema).unwrap_or_else(|rejected| {
        let messages: Vec<_> = rejected.diagnostics.iter().map(|finding| finding.message.clone()).collect();
        panic!("{declaration}\n{messages:?}")
    })
}

/// A database of one case.
struct Database {
    place: Place,
    client: clickhouse::Client,
}

impl Database {
    async fn new() -> Self {
        let place = Place::new();
        let client = place.clickhouse();
        let create = format!("CREATE DATABASE {}", place.name);
        client.clone().with_database("default").query(&create).execute().await.expect("a database");
        let database = Self { place, client };
        for statement in sql::create_frames() {
            database.run(&statement).await;
        }
        database
    }

    async fn run(&self, statement: &str) {
        self.client
            .query(&statement.replace('?', "??"))
            .with_setting("mutations_sync", "2")
            .with_setting("alter_sync", "2")
            .execute()
            .await
            .unwrap_or_else(|error| panic!("{statement}\n{error}"));
    }

    async fn apply(&self, steps: &[Step]) {
        for statement in steps.iter().flat_map(|step| &step.statements) {
            for statement in each_partition(&self.client, statement).await {
                self.run(&statement).await;
            }
            // A runner that was killed may not know that it ran this.
            let repeatable = statement.starts_with("ALTER") && !statement.contains(" REMOVE ");
            if repeatable {
                self.run(statement).await;
            }
        }
    }

    async fn create(&self, table: &Table) {
        for statement in sql::create_all(table) {
            self.run(&statement).await;
        }
    }

    /// The first half of the rows is older than some columns: its parts hold nothing of them. Gives how many columns those are.
    async fn fill(&self, table: &Table) -> usize {
        let half = ROWS / 2;
        self.insert(table, 0, half).await;
        let mut younger = 0;
        for column in ["text", "amount"] {
            let clear = format!("ALTER TABLE {} CLEAR COLUMN {column}", sql::name(&table.name));
            // Refused for what keys and other parts are made of.
            let cleared = self.client.query(&clear).with_setting("alter_sync", "2");
            younger += usize::from(cleared.with_setting("mutations_sync", "2").execute().await.is_ok());
        }
        self.insert(table, half, ROWS - half).await;
        younger
    }

    async fn insert(&self, table: &Table, first: u64, rows: u64) {
        self.run(&format!(
            "INSERT INTO {} (id, at, text, amount) SELECT number + 1, toDateTime64('2026-01-01 00:00:00', 3) + number, \
             ['a', 'b'][number % 2 + 1], number % 900 FROM numbers({first}, {rows})",
            sql::name(&table.name)
        ))
        .await;
    }

    /// What the engine says of a table, with its settings in the order of their names.
    async fn shown(&self, table: &Table) -> String {
        let text =
            self.place.text_raw(&format!("SHOW CREATE TABLE {} FORMAT TSVRaw", sql::name(&table.name))).await;
        let lines: Vec<String> = text
            .trim()
            .lines()
            .map(|line| match line.strip_prefix("SETTINGS ") {
                Some(settings) => {
                    let mut settings: Vec<&str> = settings.split(", ").collect();
                    settings.sort_unstable();
                    format!("SETTINGS {}", settings.join(", "))
                }
                None => line.to_string(),
            })
            .collect();
        lines.join("\n")
    }

    /// A hash over the values of a column as text, whatever their order.
    async fn hash(&self, table: &Table, column: &str) -> String {
        self.hash_of(table, &sql::name(column)).await
    }

    /// The same of an expression.
    async fn hash_of(&self, table: &Table, column: &str) -> String {
        let query = format!(
            "SELECT count(), sum(cityHash64(ifNull(toString({column}), 'NULL'), toString(id))) FROM {} FORMAT TSV",
            sql::name(&table.name)
        );
        self.place.text_raw(&query).await
    }

    /// Drops what a rebuild has kept.
    async fn drop_old(&self, table: &Table) {
        self.run(&format!("DROP TABLE IF EXISTS {}", sql::name(&sql::old_name(&table.name)))).await;
    }

    async fn drop(&self, table: &Table) {
        for statement in sql::drop_all(table) {
            self.run(&statement).await;
        }
    }
}

/// What a column is computed of when a row is stored, but for the batch.
fn materialized(column: &Column) -> Option<&str> {
    let default = column.default.as_ref().filter(|_| column.name != "_batch")?;
    (default.kind == DefaultKind::Materialized).then_some(default.expr.as_deref()?)
}

fn is_stored(column: &Column) -> bool {
    column.default.as_ref().is_none_or(|default| default.kind.is_stored())
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_lead_to_the_table_that_is_declared_and_keep_its_rows() {
    let database = Database::new().await;
    let mut younger = 0;
    for Case { name, before, after, origins } in cases() {
        let plan = Plan::between(&before, &after, &origins);
        assert!(!plan.is_empty(), "{name}");
        database.create(&before).await;
        let shown_before = database.shown(&before).await;
        younger += database.fill(&before).await;
        let mut kept = Vec::new();
        for column in before.columns.iter().filter(|column| is_stored(column)) {
            let new = origins.renames.iter().find(|(from, _)| *from == column.name).map(|(_, to)| to);
            let Some(new) = after.column(new.unwrap_or(&column.name)) else { continue };
            let computed = materialized(new).is_some() && !origins.upcasts.is_empty();
            if origins.upcasts.contains_key(&new.name) || computed {
                continue;
            }
            if conversion(&column.ty, &new.ty) < Conversion::Lossy && is_stored(new) {
                kept.push((new.name.clone(), database.hash(&before, &column.name).await));
            }
        }
        assert!(kept.len() > 2, "{name}");
        for (column, expr) in &origins.upcasts {
            kept.push((column.clone(), database.hash_of(&before, expr).await));
        }

        database.apply(&plan.steps).await;
        let shown_after = database.shown(&after).await;
        for (column, hash) in &kept {
            assert_eq!(&database.hash(&after, column).await, hash, "{name}: the values of {column}");
        }
        // What was there stays, whatever it was computed of; what is new or made anew is computed of what is there.
        let is_new = |column: &&Column| kept.iter().all(|(kept, _)| *kept != column.name);
        let new = after.columns.iter().filter(is_new);
        for (column, expr) in new.filter_map(|column| Some((column, materialized(column)?))) {
            let (is, would_be) =
                (database.hash(&after, &column.name).await, database.hash_of(&after, expr).await);
            assert_eq!(is, would_be, "{name}: {} is computed of what is there now", column.name);
        }
        if let Ok(back) = &plan.back {
            database.drop_old(&after).await;
            database.apply(back).await;
            assert_eq!(database.shown(&before).await, shown_before, "{name}: there and back");
            let rows: u64 =
                database.place.value(&format!("SELECT count() FROM {}", sql::name(&before.name))).await;
            assert_eq!(rows, ROWS, "{name}: there and back");
        }
        database.drop(&after).await;
        database.drop_old(&after).await;
        database.create(&after).await;
        assert_eq!(shown_after, database.shown(&after).await, "{name}: made by changes, and made afresh");
        database.drop(&after).await;
    }
    assert!(younger > 50, "{younger} columns were younger than rows");
}

/// What rows were given stays, however often it is declared otherwise what rows are given.
#[tokio::test(flavor = "multi_thread")]
async fn values_that_were_computed_of_something_else_stay() {
    let database = Database::new().await;
    let table = |(factor, default): (u32, u32)| {
        Table::of(&schema(&format!(
            "#[stream(name = \"shop.order\", order_by = id, column(made: UInt64 = amount * {factor}, materialized), \
             column(more: UInt64 = made + amount, materialized))] \
             struct Order {{ id: u64, at: DateTime<Utc>, text: String, #[stream(default = {default})] amount: u32 }}"
        )))
    };
    let versions = [(2, 1), (3, 1), (3, 7), (4, 8)].map(table);
    database.create(&versions[0]).await;
    for (number, pair) in (0..).zip(versions.windows(2)) {
        database.insert(&pair[0], number * 10, 10).await;
        let before = (database.hash(&pair[0], "made").await, database.hash(&pair[0], "more").await);
        database.apply(&Plan::between(&pair[0], &pair[1], &Origins::default()).steps).await;
        let after = (database.hash(&pair[1], "made").await, database.hash(&pair[1], "more").await);
        assert_eq!(after, before, "version {}", number + 2);
    }
    let factors = "SELECT arraySort(groupUniqArray(made / amount)) FROM shop_order WHERE amount > 0";
    assert_eq!(database.place.text(factors).await, "[2,3]\n");
}
