//! What the compiler says that a view yields is what the engine says.

use streamhouse_schema::compile::compile;
use streamhouse_schema::sql;

use super::{database, run};

/// Expressions over the table below; the type of each is known.
const KNOWN: &[&str] = &[
    "number",
    "label",
    "toDate(at)",
    "toStartOfHour(at)",
    "number + 1",
    "number / 2",
    "-number",
    "price * 2",
    "lower(label)",
    "label = 'x'",
    "'x'",
    "1",
    "300",
    "tags",
    "length(tags)",
    "missing",
    "ifNull(missing, 0)",
    "if(number > 1, price, 0.5)",
    "items.sku",
    "(number, label)",
];

/// The same, with sums of them.
const SUMS: &[&str] = &[
    "count()",
    "count(*)",
    "count(missing)",
    "countIf(number > 1)",
    "sum(number)",
    "sum(price)",
    "sum(missing)",
    "sum(money)",
    "sumIf(number, price > 1)",
    "sumOrNull(number)",
    "avg(number)",
    "avg(missing)",
    "min(at)",
    "max(label)",
    "any(missing)",
    "anyLast(tags)",
    "argMax(label, at)",
    "argMin(missing, at)",
    "uniq(label)",
    "uniqExact(label, number)",
    "quantile(0.9)(price)",
    "median(number)",
    "quantile(0.5)(at)",
    "stddevPop(number)",
    "groupArray(label)",
    "groupUniqArray(10)(number)",
    "groupArray(missing)",
    "sumArray(numbers)",
    "sumForEach(numbers)",
    "sumMap(counts)",
    "sum(number) / count()",
    "sum(number) + 1",
    "toUInt32(count())",
    "uniqState(label)",
    "uniqIfState(label, number > 1)",
    "countState()",
    "sumState(missing)",
    "quantilesState(0.5, 0.90)(price)",
    "argMaxState(label, at)",
    "anySimpleState(label)",
    "sumSimpleState(number)",
    "uniqMerge(state)",
    "uniqMergeState(state)",
    "sumOrDefault(number)",
    "sumDistinct(number)",
    "max(number) > 10",
];

/// Selections of more than the table; whether the type of what they yield is known.
const TOGETHER: &[(&str, bool)] = &[
    ("SELECT v.price * 2 AS c FROM views AS v LEFT JOIN others AS o ON v.number = o.number", true),
    ("SELECT length(views.tags) AS c FROM views ANY LEFT JOIN others USING number", true),
    (
        "SELECT sum(v.number) AS c FROM views v GLOBAL ANY LEFT JOIN others o ON v.number = o.number GROUP BY o.name",
        true,
    ),
    ("SELECT o.name AS c FROM views AS v INNER JOIN others AS o ON v.number = o.number", false),
    ("SELECT name AS c FROM views, others WHERE views.number = others.number", false),
    ("SELECT name AS c FROM views AS v RIGHT JOIN others AS o ON v.number = o.number", false),
    ("SELECT label AS c FROM views ARRAY JOIN tags AS tag", true),
    ("SELECT tags AS c FROM views ARRAY JOIN tags AS tag", true),
    ("SELECT tags AS c FROM views ARRAY JOIN tags", false),
    ("SELECT views.tags AS c FROM views LEFT ARRAY JOIN tags", false),
    ("SELECT items.sku AS c FROM views ARRAY JOIN items", false),
    (
        "SELECT count() AS c FROM views ARRAY JOIN tags AS tag, arrayEnumerate(tags) AS i GROUP BY tag, i",
        true,
    ),
    ("SELECT pair.1 AS c FROM views ARRAY JOIN arrayZip(tags, tags) AS pair", false),
    ("SELECT number AS c FROM views UNION ALL SELECT number FROM views WHERE price > 1", true),
    ("SELECT number AS c FROM views UNION ALL SELECT length(name) FROM others", false),
    ("SELECT inside.m AS c FROM (SELECT max(number) AS m FROM views) AS inside", false),
];

fn declaration(select: &str) -> String {
    format!(
        "#[stream(name = \"shop.view\", table = \"views\", order_by = number, delivery = at_least_once, \
         column(state: AggregateFunction(uniq, String), filled), \
         view(v: to = elsewhere, select = {select:?}))] \
         struct View {{ number: u16, #[stream(low_cardinality)] label: String, at: DateTime<Utc>, price: f64, \
         #[stream(decimal(10, 2))] money: Decimal, missing: Option<u8>, tags: Vec<String>, numbers: Vec<u16>, \
         counts: BTreeMap<String, u16>, #[stream(type = Nested(sku String, price Float64))] items: Vec<Item> }}"
    )
}

/// Dictionaries and zones are the engine's own affair.
fn plain(ty: &str) -> String {
    let ty = ty.replace("LowCardinality(UInt8)", "UInt8");
    ty.replace("LowCardinality(String)", "String")
        .replace("DateTime('UTC')", "DateTime")
        .replace(", 'UTC')", ")")
}

#[tokio::test(flavor = "multi_thread")]
async fn selections_yield_what_the_compiler_says() {
    let (place, client) = database().await;
    run(&client, "CREATE TABLE others (number UInt16, name String) ENGINE = MergeTree ORDER BY number")
        .await
        .expect("another table");
    let alone = [KNOWN, SUMS].into_iter().flatten();
    let alone = alone.map(|expression| (format!("SELECT {expression} AS c FROM views"), true));
    let together = TOGETHER.iter().map(|(select, known)| (select.to_string(), *known));
    let mut created = false;
    let mut wrong = Vec::new();
    for (select, is_known) in alone.chain(together) {
        let input = syn::parse_str(&declaration(&select)).expect("a declaration");
        let compiled = match compile(&input) {
            Ok(compiled) => compiled,
            Err(rejected) => {
                let messages: Vec<_> = rejected.diagnostics.iter().map(|one| one.message.clone()).collect();
                wrong.push(format!("{select}: {messages:?}"));
                continue;
            }
        };
        if !created {
            run(&client, &sql::create_table(&compiled.schema)).await.expect("a table");
            created = true;
        }
        let known = &compiled.feeds[0].yields;
        let ty = known.columns[0].ty.as_ref().map(|ty| plain(&ty.to_string()));
        let shown = place.text_raw(&format!("DESCRIBE ({select}) FORMAT TSVRaw")).await;
        let shown = plain(shown.split('\t').nth(1).unwrap_or_default());
        if shown.is_empty() || ty.as_deref() != is_known.then_some(shown.as_str()) {
            wrong.push(format!("{select}: {ty:?}, and the engine says {shown}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
