//! What stands on a struct and on its fields.

use streamhouse_schema::engine;
use streamhouse_schema::sql;
use streamhouse_schema::types::Type;

use super::super::random::Random;
use super::super::sketch::{Field, Sketch};
use super::exprs::{Column, Columns, fill, word};
use super::{COMMENTS, written};

/// What the engines take; the columns that they name are chosen, or made, to fit mostly.
const ENGINES: &[(usize, &str)] = &[
    (60, ""),
    (3, "MergeTree()"),
    (6, "ReplacingMergeTree"),
    (6, "ReplacingMergeTree(@version)"),
    (4, "ReplacingMergeTree(@version, @deleted)"),
    (5, "SummingMergeTree"),
    (4, "SummingMergeTree(@sum)"),
    (2, "SummingMergeTree((@sum, @any))"),
    (4, "AggregatingMergeTree"),
    (4, "CollapsingMergeTree(@sign)"),
    (4, "VersionedCollapsingMergeTree(@sign, @version)"),
    (3, "CoalescingMergeTree"),
    (3, "CoalescingMergeTree(@any)"),
    (4, "Null"),
];
const CODECS: &[&str] = &[
    "ZSTD",
    "ZSTD(3)",
    "ZSTD(22)",
    "LZ4",
    "LZ4HC(9)",
    "LZ4HC",
    "NONE",
    "Delta, ZSTD(1)",
    "Delta(4), LZ4",
    "Delta(1), ZSTD",
    "DoubleDelta, LZ4",
    "Gorilla, ZSTD(1)",
    "Gorilla(8), LZ4",
    "FPC, LZ4",
    "FPC(12), ZSTD(1)",
    "T64, ZSTD(1)",
    "T64(\"bit\"), ZSTD(1)",
    "GCD, LZ4",
    "GCD, Delta, ZSTD",
    "Delta, T64, LZ4",
    "Delta, Delta, LZ4",
    "Delta",
    "ZSTD, LZ4",
    "DoubleDelta, Gorilla, LZ4",
    "T64(\"byte\"), LZ4",
    "ZSTD(99)",
    "Delta, NONE",
    "GCD(4), LZ4",
];
const TTLS: &[&str] = &[
    "days(30)",
    "hours(1) + minutes(5)",
    "{time} + days(90)",
    "{time}",
    "{moment} + INTERVAL 1 MONTH",
    "{time} - days(1)",
    "{time} + toIntervalDay({int})",
    "{time} + {interval}",
    "{date}",
    "{moment}",
    "{any}",
];
const INDEXES: &[(&str, &str)] = &[
    ("minmax", "{key}"),
    ("minmax", "({key}, {key})"),
    ("set(0)", "{any}"),
    ("set(100)", "({any}, {int})"),
    ("bloom_filter", "{int}"),
    ("bloom_filter(0.01)", "{text}"),
    ("bloom_filter", "mapKeys({map})"),
    ("bloom_filter", "{list}"),
    ("tokenbf_v1(256, 2, 0)", "{text}"),
    ("tokenbf_v1(256, 2, 0)", "{texts}"),
    ("ngrambf_v1(3, 256, 2, 0)", "{text}"),
    ("sparse_grams(3, 100, 256, 2, 0)", "{text}"),
    ("text(tokenizer = splitByNonAlpha)", "{text}"),
    ("text(tokenizer = array)", "{texts}"),
    ("text(tokenizer = ngrams(3))", "{text}"),
    ("text(tokenizer = splitByString([\", \"]))", "lower({text})"),
    ("text(tokenizer = array)", "mapKeys({map})"),
    ("minmax", "{number}"),
    ("vector_similarity(\"hnsw\", \"L2Distance\", 3)", "{list}"),
    ("bloom_filter(2)", "{int}"),
    ("set(1.5)", "{int}"),
    ("hypothesis", "{cond}"),
];
const PROJECTIONS: &[&str] = &[
    "select * order by {key}",
    "select * order by ({key}, {int})",
    "select {any}, {any} order by {key}",
    "select {any} where {cond} order by {key}",
    "select {int} as k, {sum} group by k",
    "select {sum}",
    "select {sum}, {sum} where {cond}",
    "select toDate({time}), count(), {sum} group by toDate({time})",
    "select {key} as k, count() group by k",
    "select {sum} as s, {text} as t group by t",
];
/// How TTLs of the table end.
const ACTIONS: &[&str] = &[
    "",
    "delete where {cond}",
    "where {cond}",
    "delete",
    "to volume \"default\"",
    "to disk \"default\"",
    "to disk if exists \"cold\"",
    "recompress codec(ZSTD(17))",
    "recompress codec(LZ4HC(9))",
];
const DEFAULTS: &[&str] = &[
    "0",
    "-1",
    "1.5",
    "300",
    "\"x\"",
    "\"\"",
    "true",
    "NULL",
    "[]",
    "[1, 2]",
    "[\"a\"]",
    "map()",
    "map(\"a\", 1)",
    "\"2024-01-01\"",
    "\"2024-01-01 00:00:00\"",
    "\"::1\"",
    "\"1.2.3.4\"",
    "99999999999999999999999999",
    "-(-5)",
    "(1, \"x\")",
    "\"a\"",
    "\"{}\"",
    "\"12:00:00\"",
    "toIntervalDay(1)",
    "[(1, 2)]",
    "12.34",
    "\"01234567-89ab-cdef-0123-456789abcdef\"",
    "now()",
    "today()",
    "generateUUIDv7()",
    "generateUUIDv4()",
    "rand()",
    "hostName()",
];

/// What stands on the struct.
pub(super) fn attributes(sketch: &mut Sketch, columns: &Columns, random: &mut Random) {
    let engine = engine(sketch, columns, random);
    if engine != "Null" || random.chance(5) {
        keys(sketch, columns, random, !engine.is_empty() && !engine.starts_with("MergeTree"));
        time(sketch, columns, random);
        finding(sketch, columns, random);
        settings(sketch, columns.wild, random);
    }
    for (at, word) in ["check", "assume"].into_iter().enumerate() {
        if random.chance(10) {
            let hole = if random.chance(90) { "{cond}" } else { "{any}" };
            sketch.attributes.push(format!("{word}(c{at}: {})", one_fixed(hole, columns, random)));
        }
    }
    computed(sketch, columns, random);
    if random.chance(6) {
        let key = if random.chance(70) {
            format!(", sharding_key = {}", one("{int}", columns, random))
        } else {
            String::new()
        };
        sketch.attributes.push(format!("distributed(table = everywhere, cluster = two{key})"));
    }
    view(sketch, columns, random);
    if random.chance(5) {
        sketch.attributes.push(format!("version = {}", random.below(9)));
    }
    if random.chance(5) {
        sketch.attributes.push(format!(
            "table = {:?}",
            random.pick(&["odd näme", "order", "tab.le", "select", "$", "a\\b"])
        ));
    }
}

/// One expression, written.
fn one(template: &str, columns: &Columns, random: &mut Random) -> String {
    let text = fill(template, columns, random, 0);
    written(&text, random)
}

/// One that depends on a row, and on nothing else.
fn fixed(template: &str, columns: &Columns, random: &mut Random) -> String {
    let mut text = fill(template, columns, random, 0);
    for _ in 0..8 {
        if columns.wild || is_fixed(&text) {
            break;
        }
        text = fill(template, columns, random, 0);
    }
    text
}

fn is_fixed(text: &str) -> bool {
    text.contains('\u{1}')
        && !["now(", "now64(", "today(", "generateUUID"].iter().any(|changing| text.contains(changing))
}

/// The same, written.
fn one_fixed(template: &str, columns: &Columns, random: &mut Random) -> String {
    let text = fixed(template, columns, random);
    written(&text, random)
}

fn engine(sketch: &mut Sketch, columns: &Columns, random: &mut Random) -> String {
    let shares: Vec<(usize, usize)> =
        ENGINES.iter().enumerate().map(|(at, (share, _))| (*share, at)).collect();
    let mut text = ENGINES[random.weighted(&shares)].1.to_string();
    for (hole, rust) in [("@version", "u64"), ("@deleted", "bool"), ("@sign", "i8"), ("@sum", "u32")] {
        if !text.contains(hole) {
            continue;
        }
        let name = hole.trim_start_matches('@');
        if !columns.wild || random.chance(70) {
            sketch.fields.push(Field { name: name.into(), rust: rust.into(), ..Field::default() });
            text = text.replace(hole, name);
        } else {
            text = text.replace(hole, &ident(columns, random));
        }
    }
    text = text.replace("@any", &ident(columns, random));
    if !text.is_empty() {
        sketch.attributes.push(format!("engine = {text}"));
    }
    let appends = text.is_empty() || text.starts_with("MergeTree") || text.starts_with("Replacing");
    if !appends && (!columns.wild || random.chance(90)) || random.chance(15) {
        sketch.attributes.push("delivery = at_least_once".into());
    }
    text
}

/// A column whose name is a plain one.
fn ident(columns: &Columns, random: &mut Random) -> String {
    let name = &columns.list[random.below(columns.list.len())].name;
    if name.chars().all(|c| c.is_ascii_alphanumeric()) && name.starts_with('f') {
        name.clone()
    } else {
        "f0".into()
    }
}

fn keys(sketch: &mut Sketch, columns: &Columns, random: &mut Random, named: bool) {
    let hole = |random: &mut Random| {
        random.weighted(&[
            (8, "{key}"),
            (3, "{int}"),
            (3, "{text}"),
            (2, "{time}"),
            (1, "{cond}"),
            (1, "{tuple}"),
        ])
    };
    let count = if named { random.below(3) + 1 } else { random.weighted(&[(1, 0), (4, 1), (4, 2), (3, 3)]) };
    // A key expression stands here once; what primary key, sample and TTL say of it has to be the same text.
    let mut order: Vec<String> = (0..count)
        .map(|_| {
            let hole = hole(random);
            fixed(hole, columns, random)
        })
        .collect();
    if random.chance(8) {
        let sample = fixed(
            random.pick(&["cityHash64({key})", "intHash32({int})", "xxHash64({text})", "{int}"]),
            columns,
            random,
        );
        order.push(sample.clone());
        sketch.attributes.push(format!("sample_by = {}", written(&sample, random)));
    }
    let list = |items: &[String], random: &mut Random| match items {
        [one] if random.chance(50) => written(one, random),
        items => {
            written(&format!("({}{})", items.join(", "), if items.len() == 1 { "," } else { "" }), random)
        }
    };
    let text = list(&order, random);
    sketch.attributes.push(format!("order_by = {text}"));
    if random.chance(12) {
        let length = random.below(order.len() + 1);
        let primary = list(&order[..length], random);
        sketch.attributes.push(format!("primary_key = {primary}"));
    }
    if random.chance(25) {
        let template = random.pick(&[
            "toYYYYMM({time})",
            "toStartOfMonth({time})",
            "toDate({time})",
            "(toYYYYMM({time}), {int} % 4)",
            "{int} % 16",
            "cityHash64({any}) % 8",
            "{date}",
            "{text}",
            "toMonday({time})",
            "{enum}",
            "(toYear({time}), {cond})",
            "intDiv({int}, 100)",
        ]);
        sketch.attributes.push(format!("partition_by = {}", one_fixed(template, columns, random)));
    }
    if random.chance(5) && !order.is_empty() {
        let set = format!("{{{}}}", random.pick(&["time", "moment"]));
        let at = fixed(&set, columns, random);
        let length = random.below(order.len()) + 1;
        let keys = order[..length].join(", ");
        let column = ident(columns, random);
        let sum =
            fill(random.pick(&["max({any})", "sum({number})", "any({any})", "{sum}"]), columns, random, 1);
        let text = format!("{at} + days(1)\u{0}({keys})\u{0}{column}\u{0}{sum}");
        let parts: Vec<String> = text.split('\u{0}').map(|part| written(part, random)).collect();
        if let [at, keys, column, sum] = &parts[..] {
            sketch.attributes.push(format!("ttl = {at} group by {keys} set {column} = {sum}"));
        }
    }
}

fn time(sketch: &mut Sketch, columns: &Columns, random: &mut Random) {
    if !random.chance(25) || sketch.attributes.iter().any(|attribute| attribute.starts_with("ttl")) {
        return;
    }
    let count = random.weighted(&[(6, 1), (2, 2), (1, 3)]);
    let all: Vec<String> = (0..count)
        .map(|_| {
            let moment = ttl(sketch, columns, random);
            let action = random.pick(ACTIONS);
            let action = match action.split_once('{') {
                Some((before, _)) => format!("{before}{}", one_fixed("{cond}", columns, random)),
                None => action.to_string(),
            };
            format!("{moment} {action}").trim_end().to_string()
        })
        .collect();
    sketch.attributes.push(match &all[..] {
        [one] => format!("ttl = {one}"),
        all => format!("ttl({})", all.join(", ")),
    });
}

fn finding(sketch: &mut Sketch, columns: &Columns, random: &mut Random) {
    for at in 0..random.weighted(&[(7, 0), (3, 1), (1, 2)]) {
        let known = if columns.wild { INDEXES.len() } else { INDEXES.len() - 4 };
        let (kind, template) = INDEXES[random.below(known)];
        let granularity = if random.chance(20) {
            format!(", granularity = {}", random.between(1, 8))
        } else {
            String::new()
        };
        sketch
            .attributes
            .push(format!("index(i{at}: {kind} on {}{granularity})", one_fixed(template, columns, random)));
    }
    if random.chance(12) {
        let text = fixed(random.pick(PROJECTIONS), columns, random);
        match super::exprs::tokens(&text) {
            Some(tokens) => sketch.attributes.push(format!("projection(p: {tokens})")),
            None => return,
        }
        if random.chance(if columns.wild { 40 } else { 100 }) {
            sketch.attributes.push("settings(deduplicate_merge_projection_mode = \"rebuild\")".into());
        }
    }
}

fn settings(sketch: &mut Sketch, wild: bool, random: &mut Random) {
    if !random.chance(20) || sketch.attributes.iter().any(|attribute| attribute.starts_with("settings")) {
        return;
    }
    let known: Vec<(&str, &str)> = engine::settings().collect();
    let mut all = Vec::new();
    for _ in 0..random.below(3) + 1 {
        let (name, ty) = known[random.below(known.len())];
        let value = match ty {
            // What a server has besides is for whoever runs it to know.
            "String" if matches!(name, "disk" | "storage_policy") => "\"default\"".to_string(),
            "Bool" => random.pick(&["true", "false", "0", "1"]).to_string(),
            "Float" => random.pick(&["0.5", "1", "0"]).to_string(),
            "String" => random.pick(&["\"\"", "\"default\"", "\"a\""]).to_string(),
            "UInt64" | "UInt32" | "Seconds" | "Milliseconds" | "NonZeroUInt64" | "UInt64Auto"
            | "MaxThreads" | "Int64"
                if !wild || random.chance(50) =>
            {
                random.between(1, 100_000).to_string()
            }
            _ if !wild => continue,
            _ => random.pick(&["0", "\"64Mi\"", "1000", "-1", "\"x\"", "true"]).to_string(),
        };
        all.push(format!("{name} = {value}"));
    }
    if random.chance(30) {
        all.push(
            random
                .pick(&[
                    "index_granularity = 1024",
                    "ttl_only_drop_parts = 1",
                    "allow_nullable_key = 1",
                    "allow_nullable_key = 0",
                    "min_bytes_for_wide_part = \"1Mi\"",
                    "min_bytes_for_wide_part = 0",
                    "storage_policy = \"default\"",
                    "index_granularity_bytes = 10",
                    "non_replicated_deduplication_window = 7",
                    "no_such_setting = 1",
                    "ratio_of_defaults_for_sparse_serialization = 0.5",
                ])
                .to_string(),
        );
    }
    if !all.is_empty() {
        sketch.attributes.push(format!("settings({})", all.join(", ")));
    }
}

/// When something ends.
fn ttl(sketch: &Sketch, columns: &Columns, random: &mut Random) -> String {
    let timed = sketch.fields.iter().any(|field| field.attributes.contains(&"timestamp".to_string()));
    let choices = if columns.wild {
        TTLS
    } else if timed {
        &TTLS[..TTLS.len() - 1]
    } else {
        &TTLS[2..TTLS.len() - 1]
    };
    match random.pick(choices) {
        interval if !interval.contains('{') => interval.to_string(),
        template => one_fixed(template, columns, random),
    }
}

/// Columns that the server computes.
fn computed(sketch: &mut Sketch, columns: &Columns, random: &mut Random) {
    const FITTING: &[(&str, &str)] = &[
        ("Date", "{date}"),
        ("DateTime", "{moment}"),
        ("String", "{text}"),
        ("String", "toString({any})"),
        ("UInt64", "{int}"),
        ("Int64", "{int}"),
        ("UInt8", "{cond}"),
        ("Float64", "{number}"),
        ("\"Array(String)\"", "{texts}"),
        ("\"LowCardinality(String)\"", "{text}"),
        ("\"Nullable(String)\"", "{text}"),
        ("\"Nullable(Int64)\"", "{int}"),
        ("UUID", "{uuid}"),
        ("\"Array(UInt64)\"", "{ints}"),
        ("\"Decimal(38, 4)\"", "{decimal}"),
        ("\"Map(String, UInt64)\"", "{map}"),
        ("Bool", "{cond}"),
    ];
    for at in 0..random.weighted(&[(7, 0), (3, 1), (1, 2)]) {
        let (ty, template) = FITTING[random.below(FITTING.len())];
        let expression = one(template, columns, random);
        let kind = random.pick(&["materialized", "alias", "default"]);
        let mut more = String::new();
        if random.chance(15) {
            more.push_str(&format!(", codec({})", random.pick(CODECS)));
        }
        if random.chance(8) {
            more.push_str(&format!(", ttl = {}", ttl(sketch, columns, random)));
        }
        if random.chance(8) {
            more.push_str(&format!(", comment = {:?}", random.pick(COMMENTS)));
        }
        if random.chance(15) {
            more.push_str(&format!(", after = {}", ident(columns, random)));
        }
        sketch.attributes.push(format!("column(c{at}: {ty} = {expression}, {kind}{more})"));
    }
}

/// A view into a table of its own.
fn view(sketch: &mut Sketch, columns: &Columns, random: &mut Random) {
    if !random.chance(6) {
        return;
    }
    // The text of a view is not read by the compiler: it names what is a column, and a Nested is several.
    let whole = columns.list.iter().filter(|column| !matches!(column.ty, Type::Nested(_)));
    let whole: Vec<&Column> = whole.collect();
    let Some(column) = whole.get(random.below(whole.len())) else { return };
    let column = sql::name(&column.name);
    let select = random
        .pick(&[
            "SELECT count() AS n FROM random_case",
            "SELECT toString(@) AS k, count() AS n FROM random_case GROUP BY k",
            "SELECT @ AS v FROM random_case",
            "WITH toString(@) AS k SELECT k, k AS l FROM random_case WHERE k != 'x'",
        ])
        .replace('@', &column);
    let mut engine =
        random.pick(&["MergeTree ORDER BY tuple()", "SummingMergeTree ORDER BY tuple()", "Null"]);
    let mut told = "";
    if select.contains("AS k") && random.chance(30) {
        engine = random.pick(&["MergeTree ORDER BY k", "MergeTree ORDER BY (k, k = 'x')"]);
    }
    if engine != "Null" && random.chance(50) {
        told = ", partition_by = ()";
        if select.contains("AS k") && random.chance(50) {
            engine = random.pick(&[
                "MergeTree PARTITION BY k ORDER BY tuple()",
                "MergeTree PARTITION BY k ORDER BY tuple() SETTINGS allow_nullable_key = 1",
            ]);
            told = ", partition_by = k";
        }
    }
    let columns = if select.starts_with("SELECT count()") { ", columns = \"n UInt64\"" } else { "" };
    sketch.attributes.push(format!("view(fed: engine = {engine:?}, select = {select:?}{columns}{told})"));
}

/// A value of the column, or what gives one.
fn default(own: &Column, columns: &Columns, random: &mut Random) -> Option<String> {
    let literals: &[&str] = match own.ty.inner() {
        Type::Bool => &["true", "false"],
        Type::String => &["\"\"", "\"x\"", "\"it's \\\\ \\n\""],
        Type::FixedString(_) => &["\"a\"", "\"\""],
        Type::Uuid => &["\"01234567-89ab-cdef-0123-456789abcdef\"", "generateUUIDv4()"],
        Type::Date | Type::Date32 => &["\"2024-02-29\"", "today()"],
        Type::DateTime(_) | Type::DateTime64 { .. } => &["\"2024-02-29 12:00:00\"", "now()"],
        Type::Ipv4 => &["\"10.0.0.1\""],
        Type::Ipv6 => &["\"::1\"", "\"10.0.0.1\""],
        Type::Float32 | Type::Float64 | Type::BFloat16 => &["0.5", "-1e3", "7"],
        Type::Decimal { precision, scale } if precision > scale => &["0", "1", "-5"],
        Type::Decimal { .. } => &["0"],
        Type::Enum { .. } => return None,
        Type::Time | Type::Time64(_) => &["\"08:30:00\""],
        Type::Json(_) => &["\"{}\"", "\"{\\\"free\\\": 1}\""],
        Type::Array(_) => &["[]"],
        Type::Map(..) => &["map()"],
        Type::Interval(_) | Type::Tuple(_) | Type::Nested(_) | Type::Geo(_) => return None,
        _ => &["0", "1", "100", "0x1F", "1_0"],
    };
    let computed = match word(&own.ty) {
        hole @ ("int" | "text" | "float" | "date" | "moment" | "uuid" | "texts") if random.chance(30) => hole,
        _ => return Some(random.pick(literals).to_string()),
    };
    let text = fill(&format!("{{{computed}}}"), columns, random, 1);
    // A default of itself is none.
    (!text.contains(&format!("\u{1}{}\u{2}", own.name))).then(|| written(&text, random))
}

/// Codecs for a type.
fn codecs(ty: &Type) -> &'static [&'static str] {
    match ty.inner() {
        Type::Float32 | Type::Float64 => &[
            "Gorilla, ZSTD(1)",
            "FPC, LZ4",
            "FPC(12), ZSTD",
            "Delta, LZ4",
            "DoubleDelta, ZSTD(1)",
            "ZSTD(3)",
        ],
        Type::String | Type::FixedString(_) => &["ZSTD(3)", "LZ4HC(9)", "NONE", "LZ4", "ZSTD"],
        ty => match ty.fixed_width() {
            Some(1 | 2 | 4 | 8) => &[
                "Delta, ZSTD(1)",
                "DoubleDelta, LZ4",
                "T64, ZSTD(1)",
                "T64(\"bit\"), LZ4",
                "GCD, LZ4",
                "Delta, Delta, ZSTD",
                "Delta(4), LZ4",
                "GCD, Delta, LZ4",
            ],
            _ => &["ZSTD(3)", "LZ4HC(9)", "NONE", "LZ4", "ZSTD"],
        },
    }
}

/// What else stands on a field.
pub(super) fn field_attributes(
    field: &mut Field,
    own: Option<&Column>,
    columns: &Columns,
    random: &mut Random,
) {
    let known = own.filter(|_| !columns.wild);
    if random.chance(12) {
        let default = match known {
            Some(own) => default(own, columns, random),
            None if random.chance(60) => Some(random.pick(DEFAULTS).to_string()),
            None => Some(one("{any}", columns, random)),
        };
        field.attributes.extend(default.map(|default| format!("default = {default}")));
    }
    if random.chance(15) {
        let codecs = match known {
            Some(own) => codecs(&own.ty),
            None => CODECS,
        };
        field.attributes.push(format!("codec({})", random.pick(codecs)));
    }
    if random.chance(5) {
        let ttl = random.pick(if columns.wild { TTLS } else { &TTLS[2..] });
        field.attributes.push(format!("ttl = {}", one_fixed(ttl, columns, random)));
    }
    if random.chance(2) {
        field.attributes.push("ephemeral".into());
    }
    if random.chance(4) {
        let value = random.pick(&["65536", "\"1Mi\"", "0"]);
        let name = random.pick(&["min_compress_block_size", "max_compress_block_size"]);
        field.attributes.push(format!("settings({name} = {value})"));
    }
}
