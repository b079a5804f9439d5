//! Selections, and what is understood of them.

use super::*;

fn select(text: &str) -> Option<Select> {
    selects(text).into_iter().next()
}

fn names(text: &str) -> Vec<String> {
    let select = select(text).unwrap_or_else(|| panic!("{text}"));
    let name = |item: Item| match item {
        Item::All => "*".into(),
        Item::Several => "…".into(),
        Item::One { expr, name, text } => {
            format!("{}:{}", name.unwrap_or(text), if expr.is_some() { "known" } else { "?" })
        }
    };
    select.items.into_iter().map(name).collect()
}

#[test]
fn columns_are_named() {
    let text =
        "WITH toDate(at) AS d SELECT d AS day, count() hits, sum(a) + 1, site FROM t GROUP BY day, site";
    assert_eq!(names(text), ["day:known", "hits:known", "sum(a) + 1:known", "site:known"]);
    assert_eq!(names("SELECT count(*) AS all, count(*) / 2 FROM t"), ["all:known", "count(*) / 2:known"]);
    assert_eq!(names("select *, a IN (SELECT 1) AS c, t.* from t"), ["*", "c:?", "…"]);
    assert_eq!(names("SELECT * EXCEPT (a), COLUMNS('x') FROM t"), ["…", "…"]);
    assert_eq!(names("SELECT DISTINCT a FROM t"), ["a:known"]);
}

#[test]
fn one_table_is_known_and_others_are_not() {
    let from = |text: &str| select(text).and_then(|select| select.from);
    let with = |table: &str, alias: Option<&str>, with: With| {
        Some(Source { table: table.into(), alias: alias.map(str::to_string), with })
    };
    let source = |table: &str, alias: Option<&str>| with(table, alias, With::Nothing);
    assert_eq!(from("SELECT a FROM db.t FINAL WHERE a = 1"), source("t", None));
    assert_eq!(from("SELECT a FROM `t` AS x ORDER BY a LIMIT 1"), source("t", Some("x")));
    assert_eq!(from("SELECT a FROM t JOIN u USING a"), with("t", None, With::Tables));
    assert_eq!(
        from("SELECT a FROM t AS x ANY LEFT JOIN u AS y ON x.a = y.a"),
        with("t", Some("x"), With::Tables)
    );
    assert_eq!(from("SELECT a FROM t, u"), with("t", None, With::Tables));
    let items = |names: &[&str]| With::Items(names.iter().map(ToString::to_string).collect());
    assert_eq!(from("SELECT a FROM t ARRAY JOIN b"), with("t", None, items(&["b"])));
    assert_eq!(
        from("SELECT a FROM t x LEFT ARRAY JOIN b, splitByChar(',', c) AS d"),
        with("t", Some("x"), items(&["b", "d"]))
    );
    for text in [
        "SELECT a FROM t ARRAY JOIN b JOIN u USING a",
        "SELECT a FROM t FULL JOIN u USING a",
        "SELECT a FROM t ARRAY JOIN splitByChar(',', c)",
        "SELECT a FROM (SELECT 1 AS a)",
        "WITH t AS (SELECT 1 AS a) SELECT a FROM t",
        "SELECT a FROM t SAMPLE 0.1",
    ] {
        assert_eq!(from(text), None, "{text}");
    }
    assert_eq!(selects("SELECT 1 UNION ALL SELECT 2 UNION WITH 3 AS x SELECT x").len(), 3);
    assert_eq!(selects("SELECT 1 INTERSECT SELECT 2"), []);
    assert_eq!(compared("SELECT a FROM t INTERSECT SELECT 2"), Some("INTERSECT"));
    assert_eq!(compared("SELECT a FROM t EXCEPT ALL SELECT 2"), Some("EXCEPT"));
    for text in
        ["SELECT * EXCEPT (a) FROM t", "SELECT a FROM (SELECT 1 EXCEPT SELECT 2)", "SELECT * EXCEPT a FROM t"]
    {
        assert_eq!(compared(text), None, "{text}");
    }
    assert_eq!(select("INSERT INTO t SELECT 1").map(|select| select.items.len()), Some(1));
}

#[test]
fn groups_are_known() {
    let group = |text: &str| select(text).map(|select| select.group_by);
    assert_eq!(group("SELECT 1 FROM t"), Some(GroupBy::Nothing));
    assert!(matches!(group("SELECT a FROM t GROUP BY a, 1"), Some(GroupBy::Keys(keys)) if keys.len() == 2));
    assert_eq!(group("SELECT a FROM t GROUP BY ALL"), Some(GroupBy::Unknown));
    assert_eq!(group("SELECT a FROM t GROUP BY a WITH TOTALS"), Some(GroupBy::Unknown));
}
