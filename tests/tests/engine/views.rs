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
    let mut created = false;
    let mut wrong = Vec::new();
    for expressions in [KNOWN, SUMS] {
        for expression in expressions {
            let select = format!("SELECT {expression} AS c FROM views");
            let input = syn::parse_str(&declaration(&select)).expect("a declaration");
            let compiled = match compile(&input) {
                Ok(compiled) => compiled,
                Err(rejected) => {
                    let messages: Vec<_> =
                        rejected.diagnostics.iter().map(|one| one.message.clone()).collect();
                    wrong.push(format!("{expression}: {messages:?}"));
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
            if ty.as_deref() != Some(shown.as_str()) {
                wrong.push(format!("{expression}: {ty:?}, and the engine says {shown}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
