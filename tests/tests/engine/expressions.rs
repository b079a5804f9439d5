//! Expressions of many functions: what the compiler lets through the engine computes, and the type is the one that was foretold.

use streamhouse_schema::engine;
use streamhouse_schema::expr::{Expr, shape};
use streamhouse_schema::sql;
use streamhouse_schema::types::Type;
use streamhouse_tests::soundness::engine::ask;
use streamhouse_tests::soundness::generate::expression;
use streamhouse_tests::soundness::random::Random;

use super::database;
use super::functions::{COLUMNS, column, compare, every_type};

/// How many, unless `STREAMHOUSE_EXPRESSIONS` says more; `STREAMHOUSE_SEED` says which.
const EXPRESSIONS: u64 = 300;

#[tokio::test(flavor = "multi_thread")]
async fn expressions_yield_what_the_engine_says() {
    let said = |name: &str| std::env::var(name).ok().and_then(|count| count.parse().ok());
    let wanted = said("STREAMHOUSE_EXPRESSIONS").unwrap_or(EXPRESSIONS);
    let seed = said("STREAMHOUSE_SEED").unwrap_or(11);
    let (_place, client) = every_type().await;
    // A part of a Point has no name, and a JSON many: of these two only whole columns are asked about elsewhere.
    let columns: Vec<(String, Type)> = COLUMNS
        .iter()
        .enumerate()
        .filter(|(_, (ty, _))| !matches!(*ty, "JSON" | "Point"))
        .filter_map(|(at, (ty, _))| Some((format!("c{at}"), ty.parse().ok()?)))
        .collect();
    let (mut found, mut known) = (Vec::new(), 0);
    for number in 0..wanted {
        let mut random = Random::of(seed, number);
        let text = expression(&columns, &mut random);
        let Some(expr) = read(&text) else { continue };
        let mut misfits = Vec::new();
        let shape = shape(&expr, &column, &mut misfits);
        // Of constants the engine computes the value, and says what is wrong with that.
        let there = expr
            .functions()
            .iter()
            .all(|name| engine::function(&name.text).is_some() && name.text != "dictGetUInt64");
        if misfits.is_empty() && !expr.columns().is_empty() && there {
            known += u64::from(shape.ty.is_some());
            found.push((sql::expr(&expr), shape));
        }
    }
    assert!(found.len() as u64 > wanted / 3, "{} of {wanted}", found.len());
    assert!(known > wanted / 3, "{known} of {wanted}");
    let wrong = compare(&client, &found).await;
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), found.len(), wrong.join("\n"));
}

/// What is written by chance; nothing where it casts a list in a way that is not read.
fn read(text: &str) -> Option<Expr> {
    match text.parse() {
        Ok(expr) => Some(expr),
        Err(error) if error.contains("behind a list or a tuple") => None,
        Err(error) => panic!("{text}: {error}"),
    }
}

/// Expressions of constants: the engine computes them when a table is created, and what it cannot compute is no table.
#[tokio::test(flavor = "multi_thread")]
async fn constants_are_computed() {
    let said = |name: &str| std::env::var(name).ok().and_then(|count| count.parse().ok());
    let wanted = said("STREAMHOUSE_EXPRESSIONS").unwrap_or(EXPRESSIONS * 10);
    let seed = said("STREAMHOUSE_SEED").unwrap_or(12);
    let (_place, client) = database().await;
    let mut found = Vec::new();
    for number in 0..wanted {
        let text = expression(&[], &mut Random::of(seed, number));
        let Some(expr) = read(&text) else { continue };
        let mut misfits = Vec::new();
        shape(&expr, &|_| None, &mut misfits);
        let known = expr
            .functions()
            .iter()
            .all(|name| engine::function(&name.text).is_some() && name.text != "dictGetUInt64");
        if misfits.is_empty() && known && expr.columns().is_empty() {
            found.push(sql::expr(&expr));
        }
    }
    assert!(found.len() as u64 > wanted / 4, "{} of {wanted}", found.len());
    let mut open: Vec<&[String]> = found.chunks(50).collect();
    let mut wrong = Vec::new();
    while let Some(some) = open.pop() {
        let values: Vec<String> =
            some.iter().enumerate().map(|(at, call)| format!("{call} AS v{at}")).collect();
        match (ask(&client, &format!("SELECT {}", values.join(", ")), "Null").await, some) {
            (Ok(_), _) => {}
            (Err(error), [call]) => {
                wrong.push(format!("{call}: {}", error.chars().take(160).collect::<String>()))
            }
            (Err(_), some) => {
                let (one, other) = some.split_at(some.len() / 2);
                open.extend([one, other]);
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), found.len(), wrong.join("\n"));
}

/// Forms that ClickHouse keeps as something else.
const FORMS: &[&str] = &[
    "CASE WHEN a > 1 THEN 'x' ELSE 'y' END",
    "CASE WHEN a THEN 1 WHEN b THEN 2 END",
    "CASE a WHEN 1 THEN 'x' WHEN 2 THEN 'y' ELSE 'z' END || c",
    "CASE WHEN CASE a WHEN 1 THEN b END THEN c END",
    "CAST(a AS UInt8)",
    "CAST(a AS Nullable(Decimal(10,2)))",
    "CAST(a AS Enum8('x'=-1, 'it''s' = 2))",
    "CAST(a AS Tuple(x UInt8, `y z` Array(String)))",
    "CAST(a AS DateTime64(3,'UTC'))",
    "CAST(a, 'UInt8')",
    "a::UInt8",
    "-a::Int8",
    "-1::Int8",
    "1.50::Decimal(9, 2)",
    "'x'::FixedString(3)",
    "true::String",
    "NULL::Nullable(UInt8)",
    "a.1::UInt8",
    "a[1]::String::Date",
    "a + b::UInt8 * 2",
    "a ? b : c",
    "a OR b ? c + 1 : d AND 1",
    "arrayMap(x -> x > 1 ? 'a' : 'b', c)",
    "a DIV b * 2 MOD 3",
    "a + b DIV c",
    "a REGEXP '^x' AND b",
    "a = b REGEXP 'x'",
    "EXTRACT(SECOND FROM a) + EXTRACT(MINUTE FROM a) + EXTRACT(HOUR FROM a)",
    "EXTRACT(DAY FROM a) + EXTRACT(MONTH FROM a) + EXTRACT(QUARTER FROM a) + EXTRACT(YEAR FROM a)",
    "a > DATE '2020-01-01'",
    "TIMESTAMP '2020-01-01 00:00:00' + INTERVAL 1 DAY",
    "sum(DISTINCT c)",
    "quantile(0.5)(DISTINCT a)",
    "sum(a) FILTER (WHERE b > 1) + 1",
    "a BETWEEN 1 AND 2",
    "a NOT BETWEEN 1 AND b + 2 AND c",
    "a IS NOT NULL AND NOT b IS NULL",
];

/// What is written down here for such a form is what ClickHouse itself writes down.
#[tokio::test(flavor = "multi_thread")]
async fn forms_are_kept_as_the_engine_keeps_them() {
    let (place, _client) = database().await;
    let mut wrong = Vec::new();
    for form in FORMS {
        let expr: Expr = form.parse().unwrap_or_else(|error| panic!("{form}: {error}"));
        let (mut kept, own) = (Vec::new(), sql::expr(&expr));
        for text in [*form, &own] {
            let format =
                format!("SELECT formatQuery({}) FORMAT TSVRaw", sql::string(&format!("SELECT {text}")));
            kept.push(place.text_raw(&format).await);
        }
        if kept[1] != kept[0] {
            wrong.push(format!("{form}: {own}, and not {}", kept[0]));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
