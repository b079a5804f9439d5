//! Random expressions: templates with holes, filled by columns, literals and other templates.

use streamhouse_schema::types::Type;

use super::super::random::Random;

/// A column that expressions may name.
#[derive(Clone, Debug)]
pub(super) struct Column {
    pub(super) name: String,
    pub(super) ty: Type,
}

/// What expressions are made of.
#[derive(Clone, Debug, Default)]
pub(super) struct Columns {
    pub(super) list: Vec<Column>,
    /// Whether anything may stand anywhere: most of it is refused then, and near misses are where the rules are.
    pub(super) wild: bool,
}

/// Templates by the word that stands for them in holes. `"…"` is a string.
const TEMPLATES: &[(&str, &[&str])] = &[
    (
        "int",
        &[
            "{int} + {int}",
            "{int} - {int} * 2",
            "{int} % 7",
            "{number} % 10",
            "-{int}",
            "-(-{int})",
            "abs({number})",
            "intDiv({int}, 3)",
            "modulo({int}, 5)",
            "positiveModulo({int}, 5)",
            "bitAnd({int}, 7)",
            "bitShiftRight({int}, 3)",
            "length({text})",
            "lengthUTF8({text})",
            "length({list})",
            "length({map})",
            "cityHash64({any}) % 16",
            "cityHash64({any}, {any})",
            "sipHash64({text})",
            "xxHash64({text})",
            "xxHash32({text})",
            "murmurHash3_64({text}, {int})",
            "intHash32({int})",
            "halfMD5({text})",
            "CRC32({text})",
            "toYYYYMM({time})",
            "toYYYYMMDD({time})",
            "toYear({time})",
            "toYear({time}) * 100 + toMonth({time})",
            "toHour({moment})",
            "toDayOfWeek({time})",
            "toUnixTimestamp({moment})",
            "toUnixTimestamp64Milli({moment})",
            "toRelativeDayNum({time})",
            "toISOWeek({time})",
            "dateDiff(\"day\", {time}, {time})",
            "toUInt8({number})",
            "toUInt32({number})",
            "toUInt64({number})",
            "toInt16({number})",
            "toInt64({number})",
            "toInt32OrZero({text})",
            "toUInt64OrZero({text})",
            "toInt128({int})",
            "ifNull({int}, 0)",
            "coalesce({int}, {int})",
            "assumeNotNull({int})",
            "if({cond}, {int}, {int})",
            "multiIf({cond}, {int}, {cond}, {int}, {int})",
            "case when {cond} then {int} else {int} end",
            "case {int} when 1 then 2 when 3 then {int} else 4 end",
            "{cond} ? {int} : {int}",
            "cast({number} as UInt32)",
            "({text})::Int16",
            "7::UInt64",
            "{int} div 3 mod 5",
            "extract(day from {time})",
            "greatest({int}, {int})",
            "least({number}, {number})",
            "indexOf({list}, {text})",
            "position({text}, \"x\")",
            "arraySum({ints})",
            "arrayMax({ints})",
            "arrayCount(x -> x > 1, {ints})",
            "arrayUniq({list})",
            "countEqual({ints}, 1)",
            "countSubstrings({text}, \"a\")",
            "ascii({text})",
            "{ints}[1]",
            "tupleElement({tuple}, 1)",
            "{tuple}.1",
            "bitCount({int})",
            "JSONExtractInt({text}, \"a\")",
            "JSONExtractUInt({text}, \"a\")",
            "JSONLength({text})",
            "round({number})",
            "floor({number}, -1)",
            "sign({number})",
            "toStartOfDay({time}) - toStartOfDay({time})",
            "!dictGetUInt64(\"d\", \"a\", {int})",
            "!{any} + 1",
            "0",
            "1",
            "255",
            "-1",
            "1000",
            "!18446744073709551615",
        ],
    ),
    (
        "float",
        &[
            "{number} / 2",
            "{float} * {number}",
            "{number} / {number}",
            "sqrt({number})",
            "exp({number})",
            "log({number})",
            "round({float}, 2)",
            "toFloat64({number})",
            "toFloat32({number})",
            "toFloat64OrZero({text})",
            "pow({number}, 2)",
            "arrayAvg({ints})",
            "JSONExtractFloat({text}, \"a\")",
            "ifNull({float}, 0.5)",
            "if({cond}, {float}, {number})",
            "1.5",
            "greatest({float}, {number})",
        ],
    ),
    (
        "decimal",
        &[
            "{decimal} + {decimal}",
            "{decimal} * {int}",
            "{decimal} - 1",
            "-{decimal}",
            "abs({decimal})",
            "toDecimal64({number}, 4)",
            "toDecimal32(1, 2)",
            "if({cond}, {decimal}, {decimal})",
            "coalesce({decimal}, {decimal})",
            "ifNull({decimal}, {number})",
            "greatest({decimal}, {decimal})",
            "round({decimal}, 1)",
        ],
    ),
    ("number", &["{int}", "{int}", "{float}", "{decimal}"]),
    (
        "text",
        &[
            "lower({text})",
            "upper({text})",
            "lowerUTF8({text})",
            "reverse({text})",
            "trim({text})",
            "trimLeft({text})",
            "toString({any})",
            "toString({any})",
            "concat({text}, \"-\", {text})",
            "concat({any}, {text})",
            "{text} || \"x\"",
            "{text} || {text}",
            "substring({text}, 1, 2)",
            "substring({text}, 2)",
            "left({text}, 3)",
            "right({text}, 3)",
            "replaceAll({text}, \"a\", \"b\")",
            "replaceOne({text}, \"a\", \"b\")",
            "replaceRegexpAll({text}, \"[0-9]+\", \"#\")",
            "extract({text}, \"[a-z]+\")",
            "domain({text})",
            "domainWithoutWWW({text})",
            "topLevelDomain({text})",
            "path({text})",
            "protocol({text})",
            "cutQueryString({text})",
            "hex({any})",
            "unhex({text})",
            "base64Encode({text})",
            "hex(SHA1({text}))",
            "hex(SHA256({text}))",
            "hex(MD5({text}))",
            "formatDateTime({moment}, \"%Y-%m\")",
            "dateName(\"month\", {time})",
            "ifNull({text}, \"\")",
            "coalesce({text}, \"none\")",
            "if({cond}, {text}, \"x\")",
            "case when {cond} then {text} when {cond} then \"y\" end",
            "case {text} when \"a\" then \"b\" else {text} end",
            "cast({any} as String)",
            "({any})::String",
            "multiIf({cond}, \"a\", {cond}, \"b\", \"c\")",
            "if({cond}, \"a\", \"b\")",
            "arrayStringConcat({texts}, \",\")",
            "{texts}[1]",
            "{map}[\"k\"]",
            "leftPad({text}, 5, \"0\")",
            "repeat({text}, 2)",
            "JSONExtractString({text}, \"a\")",
            "JSONExtractRaw({text})",
            "toJSONString({any})",
            "toTypeName({any})",
            "IPv4NumToString({ip})",
            "char({int})",
            "greatest({text}, {text})",
            "firstSignificantSubdomain({text})",
            "splitByChar(\",\", {text})[1]",
            "\"x\"",
            "\"\"",
            "!{any}",
        ],
    ),
    (
        "date",
        &[
            "toDate({time})",
            "toDate32({time})",
            "toDate({int})",
            "cast({time} as Date)",
            "date \"2020-02-29\"",
            "toMonday({time})",
            "toStartOfMonth({time})",
            "toStartOfYear({time})",
            "toStartOfQuarter({time})",
            "toStartOfWeek({time})",
            "toStartOfWeek({time}, 1)",
            "toLastDayOfMonth({time})",
            "dateTrunc(\"month\", {time})",
            "{date} + 30",
            "{date} - toIntervalMonth(1)",
            "addDays({date}, 3)",
            "addMonths({date}, 1)",
            "today()",
            "toDateOrNull({text})",
            "if({cond}, {date}, {date})",
            "greatest({date}, {date})",
        ],
    ),
    (
        "moment",
        &[
            "toDateTime({time})",
            "toDateTime({int})",
            "toDateTime64({time}, 3)",
            "({time})::DateTime64(3)",
            "timestamp \"2020-02-29 12:00:00\"",
            "toStartOfHour({moment})",
            "toStartOfMinute({moment})",
            "toStartOfDay({time})",
            "toStartOfFiveMinutes({moment})",
            "toStartOfInterval({moment}, INTERVAL 15 MINUTE)",
            "toStartOfInterval({time}, toIntervalDay(1))",
            "dateTrunc(\"hour\", {moment})",
            "toTimeZone({moment}, \"Asia/Tokyo\")",
            "{moment} + {interval}",
            "{time} + {interval}",
            "{moment} - {interval}",
            "{moment} + 60",
            "{interval} + {moment}",
            "addHours({time}, 2)",
            "subtractMinutes({moment}, 5)",
            "addWeeks({time}, 1)",
            "now()",
            "now64(3)",
            "fromUnixTimestamp({int})",
            "fromUnixTimestamp64Milli({int})",
            "parseDateTimeBestEffortOrZero({text})",
            "parseDateTimeBestEffortOrNull({text})",
            "toDateTimeOrZero({text})",
            "if({cond}, {moment}, {time})",
            "ifNull({moment}, {time})",
            "coalesce({moment}, {moment})",
            "greatest({moment}, {time})",
            "UUIDv7ToDateTime({uuid})",
        ],
    ),
    ("time", &["{date}", "{moment}", "{moment}"]),
    (
        "cond",
        &[
            "{int} > 1",
            "{number} < {number}",
            "{text} = \"x\"",
            "{text} != {text}",
            "{time} < {time}",
            "{time} >= \"2024-01-01\"",
            "{uuid} = {uuid}",
            "!{any} = {any}",
            "!{any} <> {any}",
            "{cond} and {cond}",
            "{cond} or not {cond}",
            "not {cond}",
            "{text} like \"x%\"",
            "{text} regexp \"^[a-z]\"",
            "{text} not like \"%y\"",
            "{int} in (1, 2)",
            "{text} in (\"a\", \"b\")",
            "{int} not in (3, 4, 5)",
            "isNull({any})",
            "isNotNull({any})",
            "empty({text})",
            "notEmpty({list})",
            "has({texts}, \"a\")",
            "hasAny({texts}, [\"a\", \"b\"])",
            "mapContains({map}, \"k\")",
            "startsWith({text}, \"a\")",
            "endsWith({text}, \"z\")",
            "match({text}, \"^[a-z]+$\")",
            "isNaN({float})",
            "isFinite({number})",
            "arrayExists(x -> x > 1, {ints})",
            "arrayExists(x -> x = \"a\", {texts})",
            "arrayAll(x -> x != {text}, {texts})",
            "isIPv4String({text})",
            "isIPAddressInRange({ip}, \"10.0.0.0/8\")",
            "JSONHas({text}, \"a\")",
            "isValidJSON({text})",
            "{float} >= 0.5",
            "{ip} = {ip}",
            "true",
            "!{any}",
            "xor({cond}, {cond})",
            "and({cond}, {cond}, {cond})",
            "!equals({any}, {any})",
            "greater({number}, {number})",
            "{enum} = \"a\"",
            "{enum} in (\"a\", \"b\")",
        ],
    ),
    (
        "list",
        &[
            "{texts}",
            "{ints}",
            "mapKeys({map})",
            "mapValues({map})",
            "arrayMap(x -> toString(x), {list})",
            "!arrayFilter(x -> x != {any}, {list})",
            "arraySort({list})",
            "arrayDistinct({list})",
            "arrayReverse({list})",
            "arrayConcat({list}, {list})",
            "arraySlice({list}, 1, 2)",
            "arrayCompact({list})",
            "![{any}, {any}]",
            "emptyArrayString()",
        ],
    ),
    (
        "ints",
        &[
            "arrayMap(x -> x + 1, {ints})",
            "arrayMap((x, y) -> x * y, {ints}, {ints})",
            "arrayFilter(x -> x > 2, {ints})",
            "[{int}, {int}]",
            "[1, 2, 3]",
            "arrayMap(x -> length(x), {texts})",
            "range(5)",
            "arrayEnumerate({list})",
            "arrayCumSum({ints})",
            "arrayDifference({ints})",
        ],
    ),
    (
        "texts",
        &[
            "splitByChar(\",\", {text})",
            "splitByString(\"ab\", {text})",
            "arrayMap(x -> lower(x), {texts})",
            "[{text}, \"x\"]",
            "[\"a\"]",
            "mapKeys({map})",
            "extractAll({text}, \"[a-z]+\")",
            "tokens({text})",
            "arrayFilter(x -> notEmpty(x), {texts})",
            "alphaTokens({text})",
            "ngrams({text}, 3)",
            "JSONExtractKeys({text})",
            "arrayConcat({texts}, [\"a\"])",
        ],
    ),
    ("map", &["map(\"a\", {int})", "map(\"a\", {text})", "mapFilter((k, v) -> k != \"a\", {map})", "{map}"]),
    ("tuple", &["({int}, {text})", "tuple({any}, 1)", "({any}, {any})", "{tuple}"]),
    (
        "uuid",
        &[
            "generateUUIDv7()",
            "toUUID(\"01234567-89ab-cdef-0123-456789abcdef\")",
            "toUUIDOrZero({text})",
            "ifNull({uuid}, {uuid})",
            "{uuid}",
        ],
    ),
    ("ip", &["toIPv4OrDefault({text})", "toIPv6OrDefault({text})", "toIPv4(\"10.0.0.1\")", "{ip}", "{ip}"]),
    (
        "interval",
        &[
            "days(3)",
            "hours(1) + minutes(5)",
            "INTERVAL 1 MONTH",
            "toIntervalDay({int})",
            "seconds({int})",
            "toIntervalWeek({number})",
            "{interval}",
        ],
    ),
    ("enum", &["{enum}", "toString({enum})", "CAST({enum}, \"String\")"]),
    (
        "any",
        &[
            "{int}",
            "{float}",
            "{decimal}",
            "{text}",
            "{time}",
            "{uuid}",
            "{ip}",
            "{cond}",
            "{list}",
            "{map}",
            "{tuple}",
            "{enum}",
            "!noSuchFunction({any})",
            "!NULL",
            "!if({cond}, {any}, {any})",
            "!coalesce({any}, {any})",
            "!ifNull({any}, {any})",
            "!nullIf({any}, {any})",
            "nullIf({int}, 1)",
            "nullIf({text}, \"x\")",
            "toNullable({any})",
            "CAST({any}, \"String\")",
            "!tuple()",
        ],
    ),
    (
        "key",
        &[
            "{int}",
            "{text}",
            "{text}",
            "{time}",
            "{time}",
            "{uuid}",
            "{ip}",
            "{cond}",
            "{enum}",
            "{decimal}",
            "{float}",
            "!{any}",
        ],
    ),
    (
        "sum",
        &[
            "sum({number})",
            "count()",
            "max({any})",
            "min({any})",
            "any({any})",
            "anyLast({any})",
            "avg({number})",
            "uniq({any})",
            "countIf({cond})",
            "sumIf({number}, {cond})",
            "quantile(0.5)({number})",
            "uniqState({any})",
            "count(distinct {any})",
            "sum({number}) filter (where {cond})",
            "groupArray({any})",
            "argMax({any}, {time})",
            "max({int}) + min({int})",
            "sumState({number})",
            "groupUniqArray(5)({any})",
            "uniqExact({any}, {any})",
            "sum({number}) / count()",
        ],
    ),
];

/// The word for what a type is.
pub(super) fn word(ty: &Type) -> &'static str {
    match ty.inner() {
        Type::UInt8 | Type::UInt16 | Type::UInt32 | Type::UInt64 | Type::UInt128 | Type::UInt256 => "int",
        Type::Int8 | Type::Int16 | Type::Int32 | Type::Int64 | Type::Int128 | Type::Int256 => "int",
        Type::Bool => "cond",
        Type::Float32 | Type::Float64 | Type::BFloat16 => "float",
        Type::Decimal { .. } => "decimal",
        Type::String | Type::FixedString(_) => "text",
        Type::Date | Type::Date32 => "date",
        Type::DateTime(_) | Type::DateTime64 { .. } => "moment",
        Type::Uuid => "uuid",
        Type::Ipv4 | Type::Ipv6 => "ip",
        Type::Enum { .. } => "enum",
        Type::Array(item) => match word(item) {
            "int" => "ints",
            "text" => "texts",
            _ => "list",
        },
        Type::Map(..) => "map",
        Type::Tuple(_) => "tuple",
        Type::Interval(_) => "interval",
        _ => "other",
    }
}

/// Whether a column of one word goes into the hole of another.
fn goes(column: &str, hole: &str) -> bool {
    column == hole
        || match hole {
            "any" => true,
            "key" => !matches!(column, "other" | "map" | "interval"),
            "number" => matches!(column, "int" | "float" | "decimal"),
            "time" => matches!(column, "date" | "moment"),
            "list" => matches!(column, "ints" | "texts"),
            _ => false,
        }
}

/// An expression for a hole. A column stands between `\u{1}` and `\u{2}`; see [`tokens`] and [`sql`].
pub(super) fn expr(hole: &str, columns: &Columns, random: &mut Random, depth: usize) -> String {
    let list = &columns.list;
    let any = |random: &mut Random| match list.is_empty() {
        true => leaf_of(hole).to_string(),
        false => column_text(&list[random.below(list.len())], random),
    };
    if columns.wild && random.chance(5) {
        return any(random);
    }
    // Without columns nothing else ends it.
    if list.is_empty() && (depth > 3 || depth > 0 && random.chance(40)) {
        return leaf_of(hole).into();
    }
    let null = if columns.wild { 25 } else { 4 };
    let fitting: Vec<&Column> = list
        .iter()
        .filter(|column| goes(word(&column.ty), hole) && (!column.ty.is_nullable() || random.chance(null)))
        .collect();
    let leaf = depth >= 3 || random.chance(if depth == 0 { 35 } else { 60 });
    if leaf && !fitting.is_empty() {
        return column_text(fitting[random.below(fitting.len())], random);
    }
    let Some((_, templates)) = TEMPLATES.iter().find(|(word, _)| *word == hole) else {
        return any(random);
    };
    loop {
        let template = random.pick(templates);
        match template.strip_prefix('!') {
            Some(template) if columns.wild => return fill(template, columns, random, depth + 1),
            Some(_) => {}
            // Deep down, what has no holes any more.
            None if depth < 5 || !template.contains('{') => {
                return fill(template, columns, random, depth + 1);
            }
            None if random.chance(10) => return leaf_of(hole).into(),
            None => {}
        }
    }
}

/// A value for a hole, where nothing else fits.
fn leaf_of(hole: &str) -> &'static str {
    match hole {
        "text" | "any" | "enum" => "\"deep\"",
        "float" => "0.25",
        "decimal" => "toDecimal64(1, 4)",
        "date" => "toDate(\"2024-02-29\")",
        "time" | "moment" => "toDateTime(\"2024-02-29 00:00:00\")",
        "list" | "texts" => "[\"a\"]",
        "ints" => "[1]",
        "map" => "map(\"a\", 1)",
        "tuple" => "(1, \"a\")",
        "uuid" => "toUUID(\"01234567-89ab-cdef-0123-456789abcdef\")",
        "ip" => "toIPv4(\"10.0.0.1\")",
        "interval" => "days(3)",
        "sum" => "count()",
        _ => "1",
    }
}

/// A template with its holes filled.
pub(super) fn fill(template: &str, columns: &Columns, random: &mut Random, depth: usize) -> String {
    let mut out = String::new();
    let mut rest = template;
    while let Some(open) = rest.find('{') {
        let Some(close) = rest[open..].find('}') else { break };
        out.push_str(&rest[..open]);
        let hole = &rest[open + 1..open + close];
        if hole.chars().all(|c| c.is_ascii_lowercase()) && !hole.is_empty() {
            let part = expr(hole, columns, random, depth);
            let simple =
                part.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '\u{1}' || c == '\u{2}');
            // Whether an operand needs parentheses is asked of the parser and the printer, not here.
            if simple || !depth_operators(template) {
                out.push_str(&part)
            } else {
                out.push_str(&format!("({part})"))
            }
        } else {
            out.push_str(&rest[open..=open + close]);
        }
        rest = &rest[open + close + 1..];
    }
    out.push_str(rest);
    out
}

/// Whether a template is an operator with operands.
fn depth_operators(template: &str) -> bool {
    template.starts_with('{') || template.starts_with('-') || template.starts_with("not ")
}

fn column_text(column: &Column, random: &mut Random) -> String {
    let name = &column.name;
    let part = match &column.ty {
        Type::Tuple(elements) if random.chance(50) => {
            let at = random.below(elements.len().max(1));
            match elements.get(at).and_then(|element| element.name.as_deref()) {
                Some(part) if plain(part) => return format!("\u{1}{name}.{part}\u{2}"),
                // ClickHouse loses the quotes around these two before a number, and with them what they mean.
                _ if matches!(name.as_str(), "true" | "null") => {
                    return format!("tupleElement(\u{1}{name}\u{2}, {})", at + 1);
                }
                _ => return format!("\u{1}{name}\u{2}.{}", at + 1),
            }
        }
        Type::Nested(elements) => elements.first().and_then(|element| element.name.clone()),
        Type::Json(json) if random.chance(80) => match json.paths.first() {
            Some((path, _)) => Some(path.clone()),
            None => Some("free".into()),
        },
        _ => None,
    };
    match part {
        Some(part) => format!("\u{1}{name}.{part}\u{2}"),
        None => format!("\u{1}{name}\u{2}"),
    }
}

/// Whether a name needs no quotes in Rust.
fn plain(name: &str) -> bool {
    !name.is_empty()
        && name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && syn::parse_str::<syn::Ident>(name).is_ok()
        && !["null", "true", "false", "not", "and", "or", "in", "like", "interval"]
            .contains(&name.to_lowercase().as_str())
}

/// The expression as Rust tokens; `None` where a name in it cannot be one.
pub(super) fn tokens(text: &str) -> Option<String> {
    let mut out = String::new();
    let mut rest = text;
    while let Some(open) = rest.find('\u{1}') {
        let close = open + rest[open..].find('\u{2}')?;
        out.push_str(&rest[..open]);
        let name = &rest[open + 1..close];
        for (at, part) in name.split('.').enumerate() {
            if at > 0 {
                out.push('.');
            }
            match part {
                part if plain(part) => out.push_str(part),
                part if syn::parse_str::<syn::Ident>(&format!("r#{part}")).is_ok() => {
                    out.push_str("r#");
                    out.push_str(part);
                }
                _ => return None,
            }
        }
        rest = &rest[close + '\u{2}'.len_utf8()..];
    }
    out.push_str(rest);
    Some(out)
}

/// The expression as SQL text.
pub(super) fn sql(text: &str) -> String {
    let mut out = String::new();
    let mut column = false;
    for c in text.chars() {
        match c {
            '\u{1}' => {
                column = true;
                out.push('`');
            }
            '\u{2}' => {
                column = false;
                out.push('`');
            }
            '"' if !column => out.push('\''),
            '`' | '\\' if column => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
    out
}
