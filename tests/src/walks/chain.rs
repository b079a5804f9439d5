//! A walk on the real servers.

use streamhouse::StreamHouse;
use streamhouse::dynamic::DynamicSchema;
use streamhouse_schema::change::Change;
use streamhouse_schema::compat::{History, Mode, judge};
use streamhouse_schema::compile::{Compiled, compile};
use streamhouse_schema::migration::State;
use streamhouse_schema::plan::Plan;
use streamhouse_schema::schema::Schema;
use streamhouse_schema::snapshot::{self, Snapshot};
use streamhouse_schema::sql;
use streamhouse_schema::table::Table;
use streamhouse_schema::upcast::Upcast;

use super::model::Model;
use super::{step, values};
use crate::soundness::engine;
use crate::soundness::random::Random;
use crate::{Place, each_partition};

/// Rows of each version that are stored while it is the newest, and as many that come as frames at the end.
const ROWS: u64 = 3;
/// Ids of a version lie between this times the version and the next.
const IDS: u64 = 1000;

/// What came of a walk.
#[derive(Debug, Default)]
pub(super) struct Walk {
    /// Changes that were made.
    pub(super) steps: u64,
    /// Tables that are not what is declared, and values that are not what the changes say.
    pub(super) mismatches: Vec<String>,
    /// Rows that a change has taken.
    pub(super) lost_rows: u64,
    /// Frames of older versions that are no rows of the table at the end.
    pub(super) refused_frames: u64,
    /// The declarations, for messages.
    pub(super) texts: Vec<String>,
}

/// A version on its way.
struct Version {
    model: Model,
    schema: Schema,
    document: String,
}

/// Walks. An error is one of the servers, or of the walk: a change that should be allowed and is not.
pub(super) async fn walk(place: &Place, seed: u64, number: u64, steps: u32) -> Result<Walk, String> {
    let client = place.clickhouse();
    let fresh = format!("{}_fresh", place.name);
    let outside = client.clone().with_database("default");
    for database in [&place.name, &fresh] {
        engine::run(&outside, &format!("CREATE DATABASE IF NOT EXISTS {database}")).await?;
    }
    for statement in sql::create_frames() {
        engine::run(&client, &statement).await?;
    }
    let mut random = Random::of(seed, number);
    let mut walk = Walk::default();
    let mut history = History::default();
    let mut versions: Vec<Version> = Vec::new();
    for at in 0..=steps {
        let model = match versions.last() {
            None => step::first(&mut random),
            Some(before) => step::next(&before.model, &mut random),
        };
        let text = model.text();
        walk.texts.push(text.clone());
        let schema = declared(&text, &history)?;
        let document = snapshot::text(&schema, State::Sealed);
        history.add(format!("{at}.json"), document.clone());
        match versions.last() {
            None => engine::create(&client, &schema).await?,
            Some(before) => {
                let change = change(&client, place, &fresh, &before.document, &schema, &mut walk).await;
                change.map_err(|error| format!("{error}\n{}", walk.texts.join("\n")))?;
            }
        }
        let version = Version { model, schema, document };
        store(&client, &version, &mut values_of(seed, number, &version)).await?;
        versions.push(version);
    }
    frames(place, seed, number, &versions, &mut walk).await?;
    for database in [&place.name, &fresh] {
        engine::run(&outside, &format!("DROP DATABASE {database}")).await?;
    }
    Ok(walk)
}

/// The schema of a version, which is allowed beside the ones before.
fn declared(text: &str, history: &History) -> Result<Schema, String> {
    let input = syn::parse_str(text).map_err(|error| format!("{text}\nis no Rust: {error}"))?;
    let compiled: Compiled =
        compile(&input).map_err(|rejected| format!("{text}\nis refused: {:?}", rejected.diagnostics))?;
    let found = judge(&compiled, history, Mode::default());
    match found.iter().next() {
        None => Ok(compiled.schema),
        Some(finding) => Err(format!("{text}\nis refused: {}", finding.text())),
    }
}

/// Makes a change, and compares the table with one that is made afresh.
async fn change(
    client: &clickhouse::Client,
    place: &Place,
    fresh: &str,
    before: &str,
    schema: &Schema,
    walk: &mut Walk,
) -> Result<(), String> {
    let before = Snapshot::read(before).map_err(|error| error.to_string())?;
    let after = Table::of(schema);
    let upcast = Upcast::between(&before, schema);
    let plan = Plan::between(&before.table, &after, &schema.origins())
        .with_frames(sql::upcast(&upcast), sql::forget_upcast(&upcast));
    let table = sql::name(&schema.table);
    for statement in plan.steps.iter().flat_map(|step| &step.statements) {
        for statement in each_partition(client, statement).await {
            let query = client
                .query(&statement.replace('?', "??"))
                .with_setting("mutations_sync", "2")
                .with_setting("alter_sync", "2");
            query.execute().await.map_err(|error| format!("{statement}\n{error}"))?;
        }
    }
    if plan.steps.iter().any(|step| matches!(step.change, Change::Rebuild { .. })) {
        let kept = sql::name(&sql::old_name(&schema.table));
        engine::run(client, &format!("DROP TABLE {kept}")).await?;
    }
    walk.steps += 1;
    let rows = engine::text(client, &format!("SELECT count() FROM {table}")).await?;
    let rows: u64 = rows.trim().parse().map_err(|_| format!("{rows} is no number of rows"))?;
    walk.lost_rows += (walk.steps * ROWS).saturating_sub(rows);

    let other = client.clone().with_database(fresh);
    engine::create(&other, schema).await?;
    let (changed, made) = (shown(client, &place.name, &table).await?, shown(&other, fresh, &table).await?);
    if changed != made {
        walk.mismatches
            .push(format!("version {}: changed:\n{changed}\nmade afresh:\n{made}", schema.version));
    }
    engine::drop_all(&other, schema).await
}

/// What the engine says of a table, without its database and with its settings in the order of their names.
async fn shown(client: &clickhouse::Client, database: &str, table: &str) -> Result<String, String> {
    let text = engine::text(client, &format!("SHOW CREATE TABLE {table}")).await?;
    let text = text.replacen(&format!("{database}."), "", 1);
    let sorted = |line: &str| match line.strip_prefix("SETTINGS ") {
        Some(settings) => {
            let mut settings: Vec<&str> = settings.split(", ").collect();
            settings.sort_unstable();
            format!("SETTINGS {}", settings.join(", "))
        }
        None => line.to_string(),
    };
    Ok(text.trim().lines().map(sorted).collect::<Vec<_>>().join("\n"))
}

/// The values of a version: the same for those that are stored and those that come as frames.
fn values_of(seed: u64, number: u64, version: &Version) -> Random {
    Random::of(seed ^ 0x0BAD_CAFE, number * 64 + u64::from(version.schema.version))
}

fn first_id(version: &Version) -> u64 {
    u64::from(version.schema.version) * IDS
}

async fn store(client: &clickhouse::Client, version: &Version, random: &mut Random) -> Result<(), String> {
    let rows = values::rows(&version.model, first_id(version), ROWS, random);
    let rows: Vec<String> = rows.iter().map(ToString::to_string).collect();
    let statement = format!("INSERT INTO {} FORMAT JSONEachRow", sql::name(&version.schema.table));
    let mut insert =
        client.insert_formatted_with(statement).with_setting("date_time_input_format", "best_effort");
    insert.send(rows.join("\n").into()).await.map_err(|error| error.to_string())?;
    insert.end().await.map_err(|error| format!("{}\n{error}", rows.join("\n")))
}

/// Sends frames of all versions, and compares what becomes of them with the rows that have gone through the changes.
async fn frames(
    place: &Place,
    seed: u64,
    number: u64,
    versions: &[Version],
    walk: &mut Walk,
) -> Result<(), String> {
    let house: StreamHouse = place.house().await;
    for version in versions {
        let schema = DynamicSchema::from_json(&version.document).map_err(|error| error.to_string())?;
        let mut random = values_of(seed, number, version);
        for row in values::rows(&version.model, first_id(version) + IDS / 2, ROWS, &mut random) {
            let event = schema.event(&row).map_err(|error| format!("{row}: {error}"))?;
            house.enqueue(&event).map_err(|error| error.to_string())?;
        }
        house.flush().await.map_err(|error| error.to_string())?;
    }
    let Some(last) = versions.last() else { return Ok(()) };
    let client = place.clickhouse();
    let table = sql::name(&last.schema.table);
    let drained = tokio::time::timeout(std::time::Duration::from_secs(20), place.worker().drain()).await;
    let came = format!("SELECT count() FROM {table} WHERE id % {IDS} >= {}", IDS / 2);
    let came: u64 = engine::text(&client, &came).await?.trim().parse().map_err(|_| "no number")?;
    let sent = versions.len() as u64 * ROWS;
    if came < sent {
        walk.refused_frames += sent - came;
        walk.mismatches.push(format!("{came} of {sent} frames came through: {drained:?}"));
    }
    if came == sent {
        let differs = engine::text(&client, &differing(&last.schema, &table)).await?;
        if !differs.trim().is_empty() {
            walk.mismatches.push(format!("stored rows and frames differ, by column and version:\n{differs}"));
        }
    }
    Ok(())
}

/// Asks for the columns in which stored rows of a version are not what its frames became.
fn differing(schema: &Schema, table: &str) -> String {
    let columns = Table::of(schema).columns;
    let columns: Vec<String> = columns
        .iter()
        .filter(|column| column.name != "id" && column.name != "_batch")
        .map(|column| {
            let name = sql::name(&column.name);
            format!("({}, ifNull(toString({name}), 'NULL'))", sql::string(&column.name))
        })
        .collect();
    format!(
        "SELECT column.1 AS name, intDiv(id, {IDS}) AS version, \
         groupArrayIf(column.2, id % {IDS} < {half}) AS stored, \
         groupArrayIf(column.2, id % {IDS} >= {half}) AS sent \
         FROM (SELECT id, arrayJoin([{}]) AS column FROM {table} ORDER BY id) \
         GROUP BY name, version HAVING stored != sent ORDER BY name, version",
        columns.join(", "),
        half = IDS / 2
    )
}
