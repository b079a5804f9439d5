//! Expressions of many functions: what the compiler lets through the engine computes, and the type is the one that was foretold.

use streamhouse_schema::expr::{Expr, shape};
use streamhouse_schema::sql;
use streamhouse_schema::types::Type;
use streamhouse_tests::soundness::generate::expression;
use streamhouse_tests::soundness::random::Random;

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
        let expr: Expr = text.parse().unwrap_or_else(|error| panic!("{text}: {error}"));
        let mut misfits = Vec::new();
        let shape = shape(&expr, &column, &mut misfits);
        // Of constants the engine computes the value, and says what is wrong with that.
        let there = expr.functions().iter().all(|name| {
            streamhouse_schema::engine::function(&name.text).is_some() && name.text != "dictGetUInt64"
        });
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
