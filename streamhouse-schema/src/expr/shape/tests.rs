//! Kinds follow the engine.

use super::*;

fn check(text: &str, expected: &str, nullable: bool) {
    let expr: Expr = text.parse().expect("an expression");
    let column = |name: &str| {
        let ty = match name {
            "at" => "DateTime64(3, 'UTC')",
            "day" => "Nullable(Date)",
            "text" => "LowCardinality(String)",
            "count" => "UInt8",
            "tags" => "Map(String, Nullable(Int8))",
            _ => return None,
        };
        ty.parse().ok().map(|ty: Type| Shape::from(&ty))
    };
    let mut misfits = Vec::new();
    let shape = shape(&expr, &column, &mut misfits);
    let said = match misfits.first() {
        Some(misfit) => misfit.message.clone(),
        None => shape.kind.to_string(),
    };
    assert_eq!((said.as_str(), shape.holds_null()), (expected, nullable), "{text}");
}

#[test]
fn kinds_follow_the_engine() {
    check("toYYYYMM(at)", "a whole number", false);
    check("toYYYYMM(day)", "a whole number", true);
    check("ifNull(day, at)", "a moment", false);
    check(
        "ifNull(day, count)",
        "`ifNull` chooses between a date and a whole number, which have no type in common",
        false,
    );
    check("ifNull(day, today())", "a date", false);
    check("toDate(text)", "a date", false);
    check("toDate(tags)", "`toDate` takes a date, a moment, a number or text, and this is a map", false);
    check("toDate('2024-01-01')", "a date", false);
    check("at + days(1) + hours(2)", "a moment", false);
    check("if(text = 'x', at, at + days(1))", "a moment", false);
    check("tags['x']", "a whole number", true);
    check("mapKeys(tags)", "a list", false);
    check("arrayMap((k, x) -> k = 'a', mapKeys(tags), mapValues(tags))", "a list", false);
    check("arrayExists(k -> k > 1, mapKeys(tags))", "`>` does not take text and a whole number", false);
    check("arrayExists(k -> k > 1, text)", "`arrayExists` takes lists, and this is text", false);
    check("tags[1]", "a map has no element by a whole number", true);
    check("somethingElse(day)", "unknown", false);
    check("lower(at)", "`lower` takes text, and this is a moment", false);
    check("toYYYYMM()", "`toYYYYMM` takes 1 to 2 arguments, and here it has 0", false);
    check("text = 'x' AND count IN (1, 2)", "a whole number", false);
    check("text > 1", "`>` does not take text and a whole number", false);
    check("count in (1, 'x')", "`IN` does not take a whole number and a tuple", false);
    check("text * 2", "`*` does not take text and a whole number", false);
}
