//! One change of a declaration, of those that are allowed: some of themselves, some because they are said to be meant.

use super::model::{AT, Column, ID, Kind, Model, Part};
use crate::soundness::random::Random;

const CODECS: &[&str] = &["ZSTD(1)", "LZ4", "ZSTD(3)", "LZ4HC(9)"];
const SETTINGS: &[&str] =
    &["merge_with_ttl_timeout", "min_rows_for_wide_part", "index_granularity", "max_parts_to_merge_at_once"];
const PARTITIONS: &[Option<&str>] =
    &[None, Some("toYYYYMM(at)"), Some("id % 4"), Some("(toYear(at), id % 2)")];

type Change = fn(&mut Model, &mut Random) -> Option<()>;

/// Each with how often it is taken, beside the others.
const CHANGES: &[(usize, Change)] = &[
    (16, add),
    (6, remove),
    (8, rename),
    (8, widen),
    (6, optional),
    (8, upcast),
    (6, upcast_new),
    (5, default),
    (4, codec),
    (3, comment),
    (5, order_of_fields),
    (8, part),
    (5, part_gone),
    (2, ttl),
    (3, setting),
    (4, extend_key),
    (3, change_key),
    (2, partition),
    (2, engine),
];

/// An event that begins a walk.
pub(super) fn first(random: &mut Random) -> Model {
    let mut model = Model::new();
    for _ in 0..4 + random.below(5) {
        // Some kinds of columns need a default that they do not have.
        let _ = add(&mut model, random);
    }
    model
}

/// The next version of an event, with one change or some.
pub(super) fn next(before: &Model, random: &mut Random) -> Model {
    let mut model = before.clone();
    model.version += 1;
    model.breaks.clear();
    for column in &mut model.columns {
        column.origin.clear();
        column.touched = false;
    }
    let mut left = 1 + random.below(3);
    for _ in 0..100 {
        if left == 0 {
            break;
        }
        let change = random.weighted(CHANGES);
        let mut changed = model.clone();
        if change(&mut changed, random).is_some() {
            model = changed;
            left -= 1;
        }
    }
    model
}

fn kind(random: &mut Random) -> Kind {
    match random.below(9) {
        0 => Kind::Unsigned([8, 16, 32, 64][random.below(4)]),
        1 => Kind::Signed([8, 16, 32, 64][random.below(4)]),
        2 => Kind::Single,
        3 => Kind::Double,
        4 | 5 => Kind::Text,
        6 => Kind::Flag,
        7 => Kind::List,
        _ => Kind::Choice(1 + random.below(3)),
    }
}

/// A column that was there before, is not the id or the time, and of whose past nothing is said yet.
fn old(model: &Model, random: &mut Random, fits: impl Fn(&Column) -> bool) -> Option<usize> {
    let columns: Vec<usize> = (0..model.columns.len())
        .filter(|at| model.columns[*at].key > AT && !model.columns[*at].touched && fits(&model.columns[*at]))
        .collect();
    (!columns.is_empty()).then(|| columns[random.below(columns.len())])
}

fn fresh(model: &mut Model, kind: Kind) -> Column {
    let key = model.next;
    model.next += 1;
    Column::new(key, format!("c{key}"), kind)
}

fn insert(model: &mut Model, column: Column, random: &mut Random) {
    let at = 1 + random.below(model.columns.len());
    model.columns.insert(at, column);
}

fn add(model: &mut Model, random: &mut Random) -> Option<()> {
    let mut column = fresh(model, kind(random));
    match random.below(3) {
        0 if column.kind != Kind::List => column.optional = true,
        _ => column.default = column.literal(random.below(1000)),
    }
    if column.default.is_none() && !column.optional && column.kind != Kind::List {
        return None;
    }
    column.dictionary = column.kind == Kind::Text && random.chance(30);
    column.touched = true;
    insert(model, column, random);
    Some(())
}

fn remove(model: &mut Model, random: &mut Random) -> Option<()> {
    let at = old(model, random, |column| !model.is_used(column.key))?;
    let column = model.columns.remove(at);
    // What is made of it in this version keeps it going.
    let mentioned = |other: &Column| other.origin.iter().any(|origin| origin.contains(&column.name));
    if model.columns.iter().any(mentioned) {
        return None;
    }
    let version = model.version;
    model
        .breaks
        .push(format!("breaks(field_removed({}), version = {version}, reason = \"a walk\")", column.name));
    Some(())
}

fn rename(model: &mut Model, random: &mut Random) -> Option<()> {
    let at = old(model, random, |_| true)?;
    let name = format!("r{}_{}", model.columns[at].key, model.version);
    let column = &mut model.columns[at];
    let from = std::mem::replace(&mut column.name, name);
    column.says(format!("renamed_from = \"{from}\""));
    Some(())
}

fn widen(model: &mut Model, random: &mut Random) -> Option<()> {
    let at = old(model, random, |_| true)?;
    let column = &mut model.columns[at];
    match &mut column.kind {
        Kind::Unsigned(bits) | Kind::Signed(bits) if *bits < 64 => *bits *= 2,
        Kind::Single => column.kind = Kind::Double,
        Kind::Text => column.dictionary = !column.dictionary,
        Kind::Choice(count) if *count < 20 => *count += 1,
        _ => return None,
    }
    column.touched = true;
    Some(())
}

fn optional(model: &mut Model, random: &mut Random) -> Option<()> {
    let is_free = |column: &Column| column.kind != Kind::List && !model.is_used(column.key);
    let at = old(model, random, is_free)?;
    let column = &mut model.columns[at];
    column.optional = !column.optional;
    if !column.optional {
        let number = random.below(1000);
        let value = column.literal(number)?.replace('"', "'");
        let value = match column.kind {
            Kind::Choice(_) => return None,
            Kind::Unsigned(bits) => format!("toUInt{bits}({value})"),
            Kind::Signed(bits) => format!("toInt{bits}({value})"),
            Kind::Single => format!("toFloat32({value})"),
            _ => value,
        };
        column.says(format!("upcast = \"ifNull({}, {value})\"", column.name));
    } else {
        column.touched = true;
    }
    Some(())
}

/// What a column is made of another one with.
fn made_of(source: &Column, random: &mut Random) -> Option<(Kind, String)> {
    let name = &source.name;
    if source.optional {
        return None;
    }
    Some(match &source.kind {
        Kind::Unsigned(_) | Kind::Signed(_) => match random.below(3) {
            0 => (Kind::Text, format!("toString({name})")),
            1 => (Kind::Signed(64), format!("toInt64({name}) * 3")),
            _ => (Kind::Unsigned(8), format!("toUInt8({name} % 7)")),
        },
        Kind::Text => match random.below(3) {
            0 => (Kind::Text, format!("upper({name})")),
            1 => (Kind::Unsigned(64), format!("length({name})")),
            _ => (Kind::List, format!("splitByChar('a', {name})")),
        },
        Kind::Flag => (Kind::Text, format!("if({name}, 'yes', 'no')")),
        Kind::List => (Kind::Text, format!("arrayStringConcat({name}, ',')")),
        Kind::Choice(_) => (Kind::Text, format!("toString({name})")),
        Kind::Single | Kind::Double | Kind::Moment => return None,
    })
}

fn upcast(model: &mut Model, random: &mut Random) -> Option<()> {
    let at = old(model, random, |column| !column.optional && !column.dictionary)?;
    let (kind, expr) = made_of(&model.columns[at], random)?;
    let key = model.columns[at].key;
    // What is made of it has to take the new type too.
    if model.is_used(key) && kind != model.columns[at].kind {
        return None;
    }
    let column = &mut model.columns[at];
    if column.made_of.replace(expr.clone()).is_some_and(|before| before == expr) {
        return None;
    }
    column.kind = kind;
    column.default = None;
    column.says(format!("upcast = \"{expr}\""));
    Some(())
}

fn upcast_new(model: &mut Model, random: &mut Random) -> Option<()> {
    let at = old(model, random, |column| !column.optional)?;
    let (kind, expr) = made_of(&model.columns[at], random)?;
    let mut column = fresh(model, kind);
    column.made_of = Some(expr.clone());
    column.says(format!("upcast = \"{expr}\""));
    if random.chance(30) {
        column.default = column.literal(random.below(1000));
    }
    insert(model, column, random);
    Some(())
}

fn default(model: &mut Model, random: &mut Random) -> Option<()> {
    let at = old(model, random, |column| !model.order.contains(&column.key))?;
    let number = random.below(1000);
    let column = &mut model.columns[at];
    column.default = match &column.default {
        Some(_) if random.chance(50) => None,
        _ => Some(column.literal(number)?),
    };
    Some(())
}

fn codec(model: &mut Model, random: &mut Random) -> Option<()> {
    let at = random.below(model.columns.len());
    let codec = random.chance(70).then(|| random.pick(CODECS));
    (model.columns[at].codec != codec).then(|| model.columns[at].codec = codec)
}

fn comment(model: &mut Model, random: &mut Random) -> Option<()> {
    let text = random.chance(70).then(|| format!("It's \\\\ {}", random.below(100)));
    match random.below(model.columns.len() + 1) {
        0 => model.comment = text,
        at => model.columns[at - 1].comment = text,
    }
    Some(())
}

fn order_of_fields(model: &mut Model, random: &mut Random) -> Option<()> {
    let count = model.columns.len();
    let (from, to) = (2 + random.below(count.checked_sub(2)?.max(1)), 2 + random.below(count));
    if from >= count {
        return None;
    }
    let column = model.columns.remove(from);
    model.columns.insert(to.min(model.columns.len()), column);
    Some(())
}

fn part(model: &mut Model, random: &mut Random) -> Option<()> {
    let at = old(model, random, |column| !column.optional)?;
    let (column, name) = (&model.columns[at], format!("p{}", model.next));
    let text = match (random.below(6), &column.kind) {
        (0, Kind::Unsigned(_) | Kind::Text) => format!("index({name}: set(100) on {{}}, granularity = 2)"),
        (1, Kind::Text) => format!("index({name}: bloom_filter(0.01) on {{}})"),
        (1, Kind::Unsigned(_)) => format!("index({name}: minmax on {{}})"),
        (2, Kind::Unsigned(_)) => format!("check({name}: {{}} >= 0)"),
        (2, Kind::Text) => format!("check({name}: length({{}}) < 100000)"),
        (3, Kind::Unsigned(_) | Kind::Text) if model.engine.is_none() => {
            format!("projection({name}: select * order by {{}})")
        }
        (4, _) => format!("column({name}: String = toString({{}}), materialized)"),
        (5, Kind::Unsigned(_) | Kind::Text | Kind::Flag) => {
            format!("column({name}: String = toString({{}}), alias)")
        }
        _ => return None,
    };
    let column = column.key;
    model.next += 1;
    model.parts.push(Part { column, text });
    Some(())
}

fn part_gone(model: &mut Model, random: &mut Random) -> Option<()> {
    let at = random.below(model.parts.len());
    (at < model.parts.len()).then(|| drop(model.parts.remove(at)))
}

fn ttl(model: &mut Model, random: &mut Random) -> Option<()> {
    let ttl = random.chance(70).then(|| 3650 + random.below(100) as u32);
    (model.ttl != ttl).then(|| model.ttl = ttl)
}

fn setting(model: &mut Model, random: &mut Random) -> Option<()> {
    let name = random.pick(SETTINGS);
    model.settings.retain(|(other, _)| *other != name);
    if random.chance(70) {
        model.settings.push((name, 1024 + random.below(4096) as u32));
    }
    Some(())
}

fn extend_key(model: &mut Model, random: &mut Random) -> Option<()> {
    let kind = if random.chance(50) { Kind::Text } else { Kind::Unsigned(32) };
    let mut column = fresh(model, kind);
    let version = model.version;
    column.says(format!("breaks(field_added, version = {version}, reason = \"a walk\")"));
    model.order.push(column.key);
    insert(model, column, random);
    Some(())
}

fn change_key(model: &mut Model, random: &mut Random) -> Option<()> {
    let is_new = |key: &usize| model.column(*key).touched;
    if model.order.iter().any(|key| *key != ID && is_new(key)) {
        return None;
    }
    let at = old(model, random, |column| {
        matches!(column.kind, Kind::Text | Kind::Unsigned(_)) && !column.optional && column.default.is_none()
    })?;
    let key = model.columns[at].key;
    model.order = if random.chance(50) { vec![ID] } else { vec![key, ID] };
    model.primary = model.order.len();
    let version = model.version;
    model.breaks.push(format!("breaks(key_changed, version = {version}, reason = \"a walk\")"));
    Some(())
}

fn partition(model: &mut Model, random: &mut Random) -> Option<()> {
    let partition = PARTITIONS[random.below(PARTITIONS.len())];
    if partition == model.partition {
        return None;
    }
    model.partition = partition;
    let version = model.version;
    model.breaks.push(format!("breaks(partition_changed, version = {version}, reason = \"a walk\")"));
    Some(())
}

fn engine(model: &mut Model, _: &mut Random) -> Option<()> {
    if model.parts.iter().any(|part| part.text.starts_with("projection")) {
        return None;
    }
    model.engine = match model.engine {
        None => Some("ReplacingMergeTree(at)"),
        Some(_) => None,
    };
    let version = model.version;
    model.breaks.push(format!("breaks(engine_changed, version = {version}, reason = \"a walk\")"));
    Some(())
}
