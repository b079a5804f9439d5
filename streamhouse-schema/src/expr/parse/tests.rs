use super::*;
use crate::sql;

fn check(text: &str, expected: &str) {
    let expr: Expr = text.parse().unwrap_or_else(|error| panic!("{text}: {error}"));
    assert_eq!(sql::expr(&expr), expected);
    assert_eq!(expected.parse::<Expr>().as_ref(), Ok(&expr), "{expected} reads back");
}

#[test]
fn operators_bind_as_in_clickhouse() {
    check("a + b * c - d", "a + b * c - d");
    check("(a + b) * c", "(a + b) * c");
    check("a - (b - c)", "a - (b - c)");
    check("not a = 1 and b or c", "NOT a = 1 AND b OR c");
    check("a is null and not b is not null", "a IS NULL AND NOT b IS NOT NULL");
    check("(a + 1) is null = b", "a + 1 IS NULL = b");
    check("(not a) is null", "(NOT a) IS NULL");
    check("interval is null or is = 1", "`interval` IS NULL OR `is` = 1");
    check("a ilike 'x' or a not ilike 'y'", "a ILIKE 'x' OR a NOT ILIKE 'y'");
    check("a between 1 and 2 + b and c", "a >= 1 AND a <= 2 + b AND c");
    check("a not between 1 and 2 and c", "(a < 1 OR a > 2) AND c");
    check("a or b and c", "a OR b AND c");
    check("(a or b) and c", "(a OR b) AND c");
    check("-a * -1", "-a * -1");
    check("- (a + b)", "-(a + b)");
    check("a == 'x' || b", "a = 'x' || b");
    check("a <> 1", "a != 1");
    check("a NOT IN (1, 2)", "a NOT IN (1, 2)");
}

#[test]
fn forms_of_clickhouse() {
    check("toYYYYMM(created_at)", "toYYYYMM(created_at)");
    check("quantile(0.5)(x)", "quantile(0.5)(x)");
    check("arrayMap(x -> x > 1, tags)", "arrayMap(x -> x > 1, tags)");
    check("arrayMap((x, y) -> x + y, a, b)", "arrayMap((x, y) -> x + y, a, b)");
    check("ts + INTERVAL 1 DAY", "ts + toIntervalDay(1)");
    check("ts + days(90)", "ts + toIntervalDay(90)");
    check("tags[1].2", "tags[1].2");
    check("nested.key", "nested.key");
    check("`nested.some key`", "`nested.some key`");
    check("if(a, 'it''s', \"b c\")", "if(a, 'it\\'s', `b c`)");
    check("[1, 1.5e-3, NULL, true]", "[1, 1.5e-3, NULL, true]");
    check("()", "tuple()");
    check("tuple(a)", "tuple(a)");
    check("tuple(a, b)", "(a, b)");
    check("0xFF", "255");
    // Two minus signs in a row would begin a comment.
    check("-(-1)", "- -1");
    check("-(-a)", "- -a");
    check("interval", "`interval`");
    check("interval - 1", "`interval` - 1");
    check("(interval, a)", "(`interval`, a)");
    check("`null` = 1", "`null` = 1");
}

/// As ClickHouse itself writes them down, which a test asks it.
#[test]
fn forms_that_are_functions() {
    check("case when a > 1 then 'x' else 'y' end", "multiIf(a > 1, 'x', 'y')");
    check("CASE WHEN a THEN 1 WHEN b THEN -2 END + 1", "multiIf(a, 1, b, -2, NULL) + 1");
    check(
        "case a when 1 then 'x' when 2 then 'y' else 'z' end",
        "caseWithExpression(a, 1, 'x', 2, 'y', 'z')",
    );
    check(
        "case when case a when 1 then b end then c end",
        "multiIf(caseWithExpression(a, 1, b, NULL), c, NULL)",
    );
    check("cast(a as Decimal(10,2))", "CAST(a, 'Decimal(10, 2)')");
    check(
        "cast(a + 1 as Enum8('x'=-1, 'it''s' = 2))",
        "CAST(a + 1, 'Enum8(\\'x\\' = -1, \\'it\\\\\\'s\\' = 2)')",
    );
    check("cast(a, 'UInt8')", "cast(a, 'UInt8')");
    check("-a::Int8 * 2", "-CAST(a, 'Int8') * 2");
    check("-1::Int8", "CAST('-1', 'Int8')");
    check("1.50::Decimal(9, 2)", "CAST('1.50', 'Decimal(9, 2)')");
    check("a.1::Tuple(x UInt8, `y z` String)", "CAST(a.1, 'Tuple(x UInt8, `y z` String)')");
    check(
        "a::String::Date::DateTime64(3, 'UTC')",
        "CAST(CAST(CAST(a, 'String'), 'Date'), 'DateTime64(3, \\'UTC\\')')",
    );
    check("(a::UInt8)[1]", "CAST(a, 'UInt8')[1]");
    check("a or b ? c : d ? 1 : 2", "if(a OR b, c, if(d, 1, 2))");
    check("a ? b ? 1 : 2 : 3", "if(a, if(b, 1, 2), 3)");
    check("arrayMap(x -> x > 1 ? 'a' : 'b', c)", "arrayMap(x -> if(x > 1, 'a', 'b'), c)");
    check("a div b * 2 mod 3", "intDiv(a, b) * 2 % 3");
    check("a + b div c", "a + intDiv(b, c)");
    check("a regexp '^x' and b", "match(a, '^x') AND b");
    check("extract(day from a) = 1", "toDayOfMonth(a) = 1");
    check("extract(a, 'x')", "extract(a, 'x')");
    check("a > date '2020-01-01'", "a > toDate('2020-01-01')");
    check("timestamp '2020-01-01 00:00:00'", "toDateTime('2020-01-01 00:00:00')");
    check("count(distinct a, b)", "uniqExact(a, b)");
    check("countDistinctIf(a, b)", "uniqExactIf(a, b)");
    check("sum(a) filter (where b > 1)", "sumIf(a, b > 1)");
    check("quantile(0.5)(distinct a)", "quantileDistinct(0.5)(a)");
}

#[test]
fn words_of_forms_may_name_columns() {
    check("case + b > 1", "`case` + b > 1");
    check("f(case, cast, extract, date, distinct)", "f(`case`, `cast`, extract, date, `distinct`)");
    check("date = 'x' and filter = 1 and timestamp", "date = 'x' AND filter = 1 AND timestamp");
    check("distinct(a)", "distinct(a)");
}

#[test]
fn columns_are_found_and_variables_are_not() {
    let expr: Expr = "arrayExists(x -> x = status, tags) and x > 1".parse().expect("an expression");
    let columns: Vec<_> = expr.columns().into_iter().map(|name| name.text.as_str()).collect();
    assert_eq!(columns, ["status", "tags", "x"]);
}

#[test]
fn mistakes_are_named() {
    for (text, message) in [
        ("a +", "expected an expression, found the end at the end"),
        ("f(a", "expected `)`, found the end at the end"),
        ("a b", "expected an operator or the end, found `b` at byte 2"),
        ("'a", "a ' without its end at byte 0"),
        ("a ? b", "expected `:`, found the end at the end"),
        ("a & b", "`&` has no meaning here at byte 2"),
        ("case when a then 1", "expected `WHEN`, `ELSE` or `END`, found the end at the end"),
        ("case when a, b", "expected `THEN`, found `,` at byte 11"),
        ("cast(a as 1)", "expected a type, found `1` at byte 10"),
        ("cast(a as Array(UInt8)", "expected `)`, found the end at the end"),
        ("[1]::Array(UInt8)", "`::` behind a list or a tuple is not read: write `CAST(… AS …)` at byte 5"),
        ("1abc", "`1abc` is not a number at byte 0"),
        ("1e400", "`1e400` is not a number at byte 0"),
        ("x -> x", "a lambda stands among the arguments of a function at byte 0"),
    ] {
        assert_eq!(text.parse::<Expr>().expect_err(text), message);
    }
    // What is read twice would double with each level.
    let deep = format!("{}a{}", "cast(".repeat(40), ", 'UInt8')".repeat(40));
    assert!(deep.parse::<Expr>().is_ok());
    assert!("case ".repeat(10_000).parse::<Expr>().is_err());
    assert!("case when ".repeat(10_000).parse::<Expr>().is_err());
    assert!("a ? ".repeat(10_000).parse::<Expr>().is_err());
    assert!("(".repeat(10_000).parse::<Expr>().is_err());
    assert!("-".repeat(10_000).parse::<Expr>().is_err());
}
