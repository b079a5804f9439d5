//! One declaration on the engine.

use streamhouse::frame::{Block, Frame, FrameBuilder, Layout};
use streamhouse::value::SegmentBuffer;
use streamhouse::{EventInfo, FieldError, Fingerprint, StreamSchema};
use streamhouse_schema::compile::{compile_for, unchecked};
use streamhouse_schema::frame_schema::FrameSchema;
use streamhouse_schema::project::Project;
use streamhouse_schema::schema::{EngineKind, Schema};
use streamhouse_schema::segments::segments_of;
use streamhouse_schema::sql;
use streamhouse_schema::types::Type;

use super::random::Random;
use super::value::Value;
use super::{engine, shown};

/// Rows that a table is filled with.
const ROWS: usize = 3;
/// Errors of an insert that speak of its values, not of the table: a text that is no number, a number that is too large,
/// a division by zero, a constraint, a sign that is neither 1 nor -1, a vector of another length, a time that no calendar has,
/// or of the machine: a disk that is too full for what a setting asks.
const OF_VALUES: &[u32] =
    &[6, 32, 38, 41, 69, 70, 72, 117, 131, 153, 190, 243, 321, 349, 376, 407, 469, 675, 706];

/// What came of a declaration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The engine takes it, and gives back what was put in; or says that these values are not for this table.
    Accepted {
        /// The engine's error about the values that were made.
        kept_out: Option<String>,
    },
    /// It compiles, and the engine does not take it.
    Refused(String),
    /// It compiles, and the engine shows another table.
    Shown(String),
    /// It compiles, and other values come back.
    Changed(String),
    /// It does not compile; these rules refuse it.
    Rejected {
        /// Their codes.
        codes: Vec<&'static str>,
        /// What they say.
        messages: Vec<String>,
        /// Whether the engine takes the table and a row.
        valid: bool,
    },
    /// Its attributes cannot be read.
    Unreadable(Vec<String>),
}

impl Outcome {
    /// Whether two outcomes show the same bug, so that the smaller declaration stands for both.
    pub fn is_like(&self, other: &Outcome) -> bool {
        match (self, other) {
            (Outcome::Refused(one), Outcome::Refused(other)) => engine::kind(one) == engine::kind(other),
            (Outcome::Shown(_), Outcome::Shown(_)) | (Outcome::Changed(_), Outcome::Changed(_)) => true,
            (
                Outcome::Rejected { codes, valid: true, .. },
                Outcome::Rejected { codes: others, valid: true, .. },
            ) => codes == others,
            _ => false,
        }
    }
}

/// Where declarations are tried.
#[derive(Clone, Debug)]
pub struct Court {
    /// The engine, with the database.
    pub client: clickhouse::Client,
    /// The database's name.
    pub database: String,
    /// With the release of the engine as the oldest one.
    pub project: Project,
}

/// Tries a declaration; an error is one of the servers, not of the declaration.
pub async fn trial(court: &Court, declaration: &str, random: &mut Random) -> Result<Outcome, String> {
    let Court { client, database, project } = court;
    match judge(project, declaration)? {
        Judgement::Accepted(schema) => accepted(client, database, &schema, random).await,
        Judgement::Rejected { codes, messages, schema } => {
            let valid = engine::create_and_fill(client, &schema).await.is_ok();
            Ok(Outcome::Rejected { codes, messages, valid })
        }
        Judgement::Unreadable(messages) => Ok(Outcome::Unreadable(messages)),
    }
}

/// What the compiler says.
enum Judgement {
    Accepted(Box<Schema>),
    Rejected { codes: Vec<&'static str>, messages: Vec<String>, schema: Box<Schema> },
    Unreadable(Vec<String>),
}

fn judge(project: &Project, declaration: &str) -> Result<Judgement, String> {
    let input: syn::DeriveInput =
        syn::parse_str(declaration).map_err(|error| format!("{declaration}\nis no Rust: {error}"))?;
    let rejected = match compile_for(&input, project) {
        Ok(compiled) => return Ok(Judgement::Accepted(Box::new(compiled.schema))),
        Err(rejected) => rejected.diagnostics,
    };
    let mut codes: Vec<&'static str> = rejected.iter().map(|finding| finding.code).collect();
    codes.sort_unstable();
    codes.dedup();
    let messages = rejected.iter().map(|finding| format!("{} [{}]", finding.message, finding.code)).collect();
    Ok(match unchecked(&input).filter(|unchecked| unchecked.whole) {
        Some(unchecked) => Judgement::Rejected { codes, messages, schema: Box::new(unchecked.schema) },
        None => Judgement::Unreadable(messages),
    })
}

async fn accepted(
    client: &clickhouse::Client,
    database: &str,
    schema: &Schema,
    random: &mut Random,
) -> Result<Outcome, String> {
    let statements = || sql::create(schema).join(";\n");
    if let Err(error) = engine::create(client, schema).await {
        return Ok(Outcome::Refused(format!("{error}\n{}", statements())));
    }
    let outcome = match shown::both(client, database, schema).await {
        Err(error) => Ok(Outcome::Refused(format!("{error}\n{}", statements()))),
        Ok((ours, theirs)) if ours != theirs => {
            Ok(Outcome::Shown(format!("declared:\n{ours}\nshown:\n{theirs}")))
        }
        Ok(_) => fill(client, schema, random).await,
    };
    engine::drop_all(client, schema).await?;
    outcome.map(|outcome| match outcome {
        Outcome::Refused(error) => Outcome::Refused(format!("{error}\n{}", statements())),
        other => other,
    })
}

/// A row of defaults, then rows of values.
async fn fill(client: &clickhouse::Client, schema: &Schema, random: &mut Random) -> Result<Outcome, String> {
    let mut kept_out = None;
    if let Err(error) = engine::insert_defaults(client, schema).await {
        match engine::code(&error) {
            Some(code) if OF_VALUES.contains(&code) => kept_out = Some(error),
            _ => return Ok(Outcome::Refused(error)),
        }
    }
    let frame_schema = schema.frame_schema();
    let rows: Vec<Vec<Value>> = (0..ROWS).map(|_| row(schema, &frame_schema, random)).collect();
    let table = sql::name(&schema.table);
    if !matches!(schema.layout.engine.kind, EngineKind::Null) {
        // What ends with time ends when parts merge, and these rows are old.
        engine::run(client, &format!("SYSTEM STOP MERGES {table}")).await?;
        engine::run(client, &format!("TRUNCATE TABLE {table}")).await?;
    }
    if let Err(error) = insert(client, schema, &frame_schema, &rows).await {
        return match engine::code(&error) {
            Some(code) if OF_VALUES.contains(&code) => Ok(Outcome::Accepted { kept_out: Some(error) }),
            _ => Ok(Outcome::Changed(format!("the frame is refused: {error}"))),
        };
    }
    if matches!(schema.layout.engine.kind, EngineKind::Null) {
        return Ok(Outcome::Accepted { kept_out });
    }
    let stored: Vec<(usize, &str, &Type)> = schema
        .columns
        .iter()
        .enumerate()
        .filter(|(_, column)| !column.ephemeral)
        .map(|(at, column)| (at, column.name.as_str(), &column.ty))
        .collect();
    let names: Vec<String> = stored.iter().map(|(_, name, _)| sql::name(name)).collect();
    if names.is_empty() {
        return Ok(Outcome::Accepted { kept_out });
    }
    let query = format!(
        "SELECT {} FROM {table} SETTINGS output_format_binary_write_json_as_string = 1",
        names.join(", ")
    );
    let bytes = match engine::ask(client, &query, "RowBinary").await {
        Ok(bytes) => bytes,
        Err(error) => return Ok(Outcome::Changed(format!("it cannot be read: {error}"))),
    };
    Ok(match compare(&stored, &rows, &bytes) {
        Ok(()) => Outcome::Accepted { kept_out },
        Err(message) => Outcome::Changed(message),
    })
}

/// Each row that went in came out once, in any order.
fn compare(stored: &[(usize, &str, &Type)], rows: &[Vec<Value>], bytes: &[u8]) -> Result<(), String> {
    let mut rest = bytes;
    let mut back: Vec<Vec<Value>> = Vec::new();
    while !rest.is_empty() {
        let row = stored.iter().map(|(_, _, ty)| Value::read(ty, &mut rest)).collect::<Option<Vec<_>>>();
        back.push(row.ok_or("the answer ends within a row")?);
    }
    let same = |row: &Vec<Value>, other: &Vec<Value>| {
        stored.iter().zip(other).all(|((at, _, ty), other)| row[*at].came_back_as(ty, other))
    };
    if back.len() != rows.len() {
        return Err(format!("{} rows went in, and {} came out", rows.len(), back.len()));
    }
    if paired(rows, &mut (0..back.len()).collect(), &|row, at| same(row, &back[at])) {
        return Ok(());
    }
    let differs = |row: &Vec<Value>, other: &Vec<Value>| {
        let values =
            stored.iter().zip(other).filter(|((at, _, ty), other)| !row[*at].came_back_as(ty, other));
        values
            .map(|((at, name, ty), other)| format!("{name} {ty}: {:?} became {other:?}", row[*at]))
            .collect::<Vec<_>>()
            .join("\n")
    };
    let lost = rows.iter().find(|row| !back.iter().any(|other| same(row, other)));
    let Some(lost) = lost else { return Err("a row came out twice, and another did not".into()) };
    let all: Vec<String> = back.iter().map(|other| differs(lost, other)).collect();
    Err(all.join("\nor\n"))
}

/// Whether each row has one of its own among those that came back. More than one may look right: a JSON comes back with
/// more than went in.
fn paired(rows: &[Vec<Value>], left: &mut Vec<usize>, same: &dyn Fn(&Vec<Value>, usize) -> bool) -> bool {
    let Some((row, others)) = rows.split_first() else { return true };
    (0..left.len()).any(|at| {
        let chosen = left.swap_remove(at);
        let found = same(row, chosen) && paired(others, left, same);
        // As it was, for the next try.
        left.push(chosen);
        let last = left.len() - 1;
        left.swap(at, last);
        found
    })
}

/// A row. What has to be right for the engine to keep it is right: signs, and the lengths of lists that belong together.
fn row(schema: &Schema, frame: &FrameSchema, random: &mut Random) -> Vec<Value> {
    let (sign, deleted) = match &schema.layout.engine.kind {
        EngineKind::Collapsing { sign } | EngineKind::VersionedCollapsing { sign, .. } => {
            (Some(sign.text.as_str()), None)
        }
        EngineKind::Replacing { is_deleted: Some(deleted), .. } => (None, Some(deleted.text.as_str())),
        _ => (None, None),
    };
    let mut values: Vec<Value> = Vec::new();
    for (at, column) in frame.columns.iter().enumerate() {
        let mut value = Value::random(&column.ty, random);
        if sign == Some(&column.name) {
            value = Value::Fixed(vec![if random.chance(50) { 1 } else { 0xFF }]);
        }
        if deleted == Some(&column.name) {
            value = Value::Fixed(vec![random.below(2) as u8]);
        }
        // Lists whose names begin alike are columns of one Nested, as ClickHouse sees it.
        let before = frame.columns[..at].iter().position(|earlier| nested_alike(&earlier.name, &column.name));
        if let (Type::Array(item), Some(Value::List(first)), Value::List(items)) =
            (&column.ty, before.map(|before| values[before].clone()), &mut value)
        {
            items.truncate(first.len());
            while items.len() < first.len() {
                items.push(Value::random(item, random));
            }
        }
        values.push(value);
    }
    values
}

fn nested_alike(one: &str, other: &str) -> bool {
    matches!((one.split_once('.'), other.split_once('.')), (Some((one, _)), Some((other, _))) if one == other)
}

/// Through a frame, as a producer and a worker have it.
async fn insert(
    client: &clickhouse::Client,
    schema: &Schema,
    frame_schema: &FrameSchema,
    rows: &[Vec<Value>],
) -> Result<(), String> {
    let layout = Layout::of(frame_schema);
    let mut builder = FrameBuilder::new(frame_schema.fingerprint(), layout.clone());
    for row in rows {
        let row = Row {
            columns: frame_schema
                .columns
                .iter()
                .map(|column| column.ty.clone())
                .zip(row.iter().cloned())
                .collect(),
        };
        builder.push(&row).map_err(|error| error.to_string())?;
    }
    let bytes = builder.seal(&[7; 16], 1, true);
    let frame = Frame::parse(&bytes).map_err(|error| error.to_string())?;
    let segments = frame.check(&layout).map_err(|error| error.to_string())?;
    let mut block = Block::new(layout);
    block.append(frame.rows() as usize, &segments);

    let names: Vec<String> = schema.columns.iter().map(|column| sql::name(&column.name)).collect();
    let statement = format!("INSERT INTO {} ({}) FORMAT Native", sql::name(&schema.table), names.join(", "));
    let mut request = client
        .insert_formatted_with(statement)
        .with_setting("async_insert", "0")
        .with_setting("optimize_on_insert", "0")
        .with_setting("max_partitions_per_insert_block", "0")
        .with_setting("input_format_native_allow_types_conversion", "1");
    for piece in block.into_native(frame_schema, None) {
        request.send(piece).await.map_err(|error| error.to_string())?;
    }
    request.end().await.map_err(|error| error.to_string())
}

/// A row whose type is known at run time only.
struct Row {
    columns: Vec<(Type, Value)>,
}

/// What the frame asks of an event is its values; the rest is for producers, of which there is none here.
impl StreamSchema for Row {
    const INFO: EventInfo = EventInfo {
        event: "random.case",
        version: 1,
        table: "random_case",
        fingerprint: Fingerprint([0; 16]),
        frame_schema: "",
        create: &[],
        needs: None,
        segments: 0,
    };

    fn encode(&self, segments: &mut [SegmentBuffer]) -> Result<(), FieldError> {
        let mut at = 0;
        for (ty, value) in &self.columns {
            value.encode(ty, &mut segments[at..]);
            at += segments_of(ty).len();
        }
        Ok(())
    }

    fn event_time(&self) -> Option<i64> {
        None
    }
}
