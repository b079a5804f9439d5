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
        ("a ? b", "`?` has no meaning here at byte 2"),
        ("1abc", "`1abc` is not a number at byte 0"),
        ("1e400", "`1e400` is not a number at byte 0"),
        ("x -> x", "a lambda stands among the arguments of a function at byte 0"),
    ] {
        assert_eq!(text.parse::<Expr>().expect_err(text), message);
    }
    assert!("(".repeat(10_000).parse::<Expr>().is_err());
    assert!("-".repeat(10_000).parse::<Expr>().is_err());
}
