//! A selection, as far as a view needs it: what it yields, under which names, and which table it reads.

use super::Expr;
use super::lex::statement_tokens;
use super::parse::parse;
use super::token::{Token, TokenAt};

/// A selection. What is not understood in it is `None`, and nothing is said about it.
#[derive(Clone, Debug, PartialEq)]
pub struct Select {
    /// Names that `WITH` gives to expressions.
    pub with: Vec<(String, Option<Expr>)>,
    /// What it yields.
    pub items: Vec<Item>,
    /// The table that it reads, the first where it reads several; `None` where it reads something else.
    pub from: Option<Source>,
    /// The conditions of rows.
    pub conditions: Vec<Expr>,
    /// What rows are summed up by.
    pub group_by: GroupBy,
}

/// An element of a selection.
#[derive(Clone, Debug, PartialEq)]
pub enum Item {
    /// `*`: the columns of the table.
    All,
    /// Columns of which it is not known which ones they are.
    Several,
    /// One expression.
    One {
        /// What it is.
        expr: Option<Expr>,
        /// The name that it gets.
        name: Option<String>,
        /// As it is written, without the name.
        text: String,
    },
}

/// A table that is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Its name, without the database.
    pub table: String,
    /// What it is called in the selection.
    pub alias: Option<String>,
    /// What each of its rows is read with.
    pub with: With,
}

/// What rows of a table are read with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum With {
    /// Nothing else.
    Nothing,
    /// An item of each of these lists, `ARRAY JOIN`: columns, or names of expressions.
    Items(Vec<String>),
    /// Rows of other tables.
    Tables,
}

/// What rows are summed up by.
#[derive(Clone, Debug, PartialEq)]
pub enum GroupBy {
    /// There is no such clause.
    Nothing,
    /// These.
    Keys(Vec<Expr>),
    /// It is not understood.
    Unknown,
}

/// Words that begin a clause, in their order; `UNION` and its like join selections.
const CLAUSES: &[&str] = &[
    "WITH", "SELECT", "FROM", "PREWHERE", "WHERE", "GROUP", "HAVING", "WINDOW", "QUALIFY", "ORDER", "LIMIT",
    "OFFSET", "SETTINGS",
];
const SETS: &[&str] = &["UNION", "INTERSECT", "EXCEPT"];

/// Reads a selection, or those that `UNION` puts behind each other; nothing where one is not understood.
pub fn selects(text: &str) -> Vec<Select> {
    let Ok(tokens) = statement_tokens(text) else { return Vec::new() };
    united(&tokens).into_iter().map(select).collect::<Option<_>>().unwrap_or_default()
}

/// The word by which rows of one selection are kept or left out that another one has, `INTERSECT` or `EXCEPT`.
pub fn compared(text: &str) -> Option<&'static str> {
    let tokens = statement_tokens(text).ok()?;
    let mut depth = 0_usize;
    tokens.iter().enumerate().find_map(|(at, token)| {
        match token {
            Token::Symbol("(") => depth += 1,
            Token::Symbol(")") => depth = depth.saturating_sub(1),
            _ => {}
        }
        let is_word =
            |at: usize, keyword: &str| matches!(tokens.get(at), Some(Token::Word(word)) if is(word, keyword));
        let behind = at + 1 + usize::from(is_word(at + 1, "ALL") || is_word(at + 1, "DISTINCT"));
        let found = ["INTERSECT", "EXCEPT"].into_iter().find(|keyword| is_word(at, keyword));
        found.filter(|_| depth == 0 && is_word(behind, "SELECT"))
    })
}

/// The parts between `UNION ALL`, `UNION DISTINCT` and `UNION`.
fn united(tokens: &[Token]) -> Vec<&[Token]> {
    let (mut parts, mut start, mut depth) = (Vec::new(), 0, 0_usize);
    for (at, token) in tokens.iter().enumerate() {
        let next = |at: usize| match tokens.get(at) {
            Some(Token::Word(word)) => word.as_str(),
            _ => "",
        };
        match token {
            Token::Symbol("(" | "[" | "{") => depth += 1,
            Token::Symbol(")" | "]" | "}") => depth = depth.saturating_sub(1),
            Token::Word(word) if depth == 0 && is(word, "UNION") && at > start => {
                let behind =
                    at + 1 + usize::from(["ALL", "DISTINCT"].iter().any(|all| is(next(at + 1), all)));
                if ["SELECT", "WITH"].iter().any(|first| is(next(behind), first)) {
                    parts.push(&tokens[start..at]);
                    start = behind;
                }
            }
            _ => {}
        }
    }
    parts.push(&tokens[start..]);
    parts
}

fn select(tokens: &[Token]) -> Option<Select> {
    let clauses = clauses(tokens)?;
    let clause = |name: &str| clauses.iter().find(|(word, _)| *word == name).map(|(_, tokens)| *tokens);
    let (mut with, mut subqueries) = (Vec::new(), Vec::new());
    for part in split(clause("WITH").unwrap_or_default()) {
        match part {
            [Token::Word(name) | Token::Quoted(name), Token::Word(word), Token::Symbol("("), ..]
                if is(word, "AS") =>
            {
                subqueries.push(name.as_str());
            }
            part => {
                let (tokens, name) = named(part);
                with.push((name?, expression(tokens)));
            }
        }
    }
    with.extend(inner_names(tokens).into_iter().map(|name| (name, None)));
    let mut items = clause("SELECT")?;
    if let [Token::Word(word), rest @ ..] = items
        && is(word, "DISTINCT")
    {
        // `DISTINCT ON (…)` is a clause of its own.
        items = if matches!(rest, [Token::Word(on), Token::Symbol("("), ..] if is(on, "ON")) {
            return None;
        } else {
            rest
        };
    }
    let conditions = ["PREWHERE", "WHERE"].into_iter().filter_map(clause);
    Some(Select {
        with,
        items: split(items).into_iter().map(item).collect(),
        from: clause("FROM").and_then(source).filter(|from| !subqueries.contains(&from.table.as_str())),
        conditions: conditions.filter_map(expression).collect(),
        group_by: clause("GROUP").map_or(GroupBy::Nothing, group_by),
    })
}

/// Names that stand within other expressions: `f((arrayJoin(list) AS item))`. They are known everywhere.
fn inner_names(tokens: &[Token]) -> Vec<String> {
    let (mut names, mut depth) = (Vec::new(), 0_usize);
    for (at, token) in tokens.iter().enumerate() {
        match (token, tokens.get(at + 1), tokens.get(at + 2)) {
            (Token::Symbol("(" | "["), ..) => depth += 1,
            (Token::Symbol(")" | "]"), ..) => depth = depth.saturating_sub(1),
            (
                Token::Word(word),
                Some(Token::Word(name) | Token::Quoted(name)),
                Some(Token::Symbol(")" | "," | "]")),
            ) if depth > 0 && is(word, "AS") => names.push(name.clone()),
            _ => {}
        }
    }
    names
}

fn is(word: &str, keyword: &str) -> bool {
    word.eq_ignore_ascii_case(keyword)
}

/// The clauses, each without its keyword.
fn clauses(tokens: &[Token]) -> Option<Vec<(&'static str, &[Token])>> {
    let (mut found, mut depth): (Vec<(&'static str, usize)>, usize) = (Vec::new(), 0);
    for (at, token) in tokens.iter().enumerate() {
        match token {
            Token::Symbol("(" | "[" | "{") => depth += 1,
            Token::Symbol(")" | "]" | "}") => depth = depth.checked_sub(1)?,
            Token::Word(word) if depth == 0 => {
                let next = match tokens.get(at + 1) {
                    Some(Token::Word(next)) => next.as_str(),
                    _ => "",
                };
                let set = SETS.iter().any(|set| is(word, set));
                if set
                    && !found.is_empty()
                    && ["ALL", "DISTINCT", "SELECT"].iter().any(|after| is(next, after))
                {
                    return None;
                }
                let rank = |name: &str| CLAUSES.iter().position(|clause| is(name, clause));
                let last = found.last().and_then(|(clause, _)| rank(clause));
                let Some(this) = rank(word).filter(|this| last.is_none_or(|last| *this > last)) else {
                    continue;
                };
                // `WITH` stands at the beginning, and `GROUP` and `ORDER` before `BY`.
                let by = is(word, "GROUP") || is(word, "ORDER");
                if (this > 0 || at == 0) && (!by || is(next, "BY")) {
                    found.push((CLAUSES[this], at));
                }
            }
            _ => {}
        }
    }
    // What has an open bracket is no selection.
    if depth > 0 {
        return None;
    }
    let ends = found.iter().skip(1).map(|(_, at)| *at).chain([tokens.len()]);
    let part = |((clause, at), end): (&(&'static str, usize), usize)| (*clause, &tokens[at + 1..end]);
    Some(found.iter().zip(ends).map(part).collect())
}

/// The parts between commas that stand in no brackets.
fn split(tokens: &[Token]) -> Vec<&[Token]> {
    let (mut parts, mut start, mut depth) = (Vec::new(), 0, 0_usize);
    for (at, token) in tokens.iter().enumerate() {
        match token {
            Token::Symbol("(" | "[" | "{") => depth += 1,
            Token::Symbol(")" | "]" | "}") => depth = depth.saturating_sub(1),
            Token::Symbol(",") if depth == 0 => {
                parts.push(&tokens[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&tokens[start..]);
    parts.retain(|part| !part.is_empty());
    parts
}

/// An expression, and the name behind `AS`, or behind the expression alone.
fn named(tokens: &[Token]) -> (&[Token], Option<String>) {
    match tokens {
        [expr @ .., Token::Word(word), Token::Word(name) | Token::Quoted(name)] if is(word, "AS") => {
            (expr, Some(name.clone()))
        }
        [expr @ .., Token::Word(name) | Token::Quoted(name)]
            if expression(tokens).is_none() && expression(expr).is_some() =>
        {
            (expr, Some(name.clone()))
        }
        tokens => (tokens, None),
    }
}

fn expression(tokens: &[Token]) -> Option<Expr> {
    // `count(*)` is `count()`.
    let is_count =
        |before: &[Token]| matches!(before, [.., Token::Word(word), Token::Symbol("(")] if is(word, "count"));
    let tokens: Vec<TokenAt<()>> = tokens
        .iter()
        .enumerate()
        .filter(|(at, token)| {
            **token != Token::Symbol("*")
                || tokens.get(at + 1) != Some(&Token::Symbol(")"))
                || !is_count(&tokens[..*at])
        })
        .map(|(_, token)| TokenAt { token: token.clone(), at: () })
        .collect();
    parse(&tokens).ok()
}

fn item(tokens: &[Token]) -> Item {
    if let [Token::Symbol("*")] = tokens {
        return Item::All;
    }
    // `t.*`, `* EXCEPT (…)`, `COLUMNS('…')`.
    let stars = tokens.iter().enumerate().any(|(at, token)| {
        *token == Token::Symbol("*")
            && at.checked_sub(1).is_none_or(|before| tokens[before] == Token::Symbol("."))
    });
    if stars || matches!(tokens.first(), Some(Token::Word(word)) if is(word, "COLUMNS")) {
        return Item::Several;
    }
    let (tokens, name) = named(tokens);
    Item::One { expr: expression(tokens), name, text: written(tokens) }
}

/// Tokens as a text to show.
fn written(tokens: &[Token]) -> String {
    let mut text = String::new();
    for token in tokens {
        let word = match token {
            Token::Word(word) | Token::Number(word) => word.clone(),
            Token::Quoted(word) => crate::sql::name(word),
            Token::Text(word) => crate::sql::string(word),
            Token::Symbol(symbol) => (*symbol).to_string(),
        };
        let tight = |c: char| "([{.,)]}".contains(c);
        if !text.is_empty() && !text.ends_with(['(', '[', '{', '.']) && !word.starts_with(tight) {
            text.push(' ');
        }
        text.push_str(&word);
    }
    text
}

/// Words with which another source begins behind the first one.
const JOINS: &[&str] = &[
    "ARRAY", "JOIN", "INNER", "LEFT", "CROSS", "ANY", "ALL", "ASOF", "SEMI", "ANTI", "GLOBAL", "RIGHT",
    "FULL", "PASTE",
];

/// A table, and what is joined to it. Where all rows of the other table are there, those of the first may not be.
fn source(tokens: &[Token]) -> Option<Source> {
    let is_join = |token: &Token| match token {
        Token::Word(word) => JOINS.iter().any(|join| is(word, join)),
        token => *token == Token::Symbol(","),
    };
    let end = tokens.iter().position(is_join).unwrap_or(tokens.len());
    let (table, joined) = tokens.split_at(end);
    let has =
        |keyword: &str| joined.iter().any(|token| matches!(token, Token::Word(word) if is(word, keyword)));
    let with = match joined {
        [] => With::Nothing,
        [Token::Word(array), Token::Word(join), lists @ ..] if is(array, "ARRAY") && is(join, "JOIN") => {
            items(lists)?
        }
        [Token::Word(_), Token::Word(array), Token::Word(join), lists @ ..]
            if is(array, "ARRAY") && is(join, "JOIN") =>
        {
            items(lists)?
        }
        _ if ["ARRAY", "RIGHT", "FULL"].into_iter().any(has) => return None,
        _ => With::Tables,
    };
    Some(Source { with, ..table_alone(table)? })
}

/// The names of the items of lists; `None` where one has none, or something else is joined too.
fn items(lists: &[Token]) -> Option<With> {
    if lists.iter().any(|token| matches!(token, Token::Word(word) if is(word, "JOIN"))) {
        return None;
    }
    let name = |list| match named(list) {
        (_, Some(name)) => Some(name),
        (list, None) => match expression(list)? {
            Expr::Column(name) => Some(name.text),
            _ => None,
        },
    };
    split(lists).into_iter().map(name).collect::<Option<_>>().map(With::Items)
}

/// `[database.]table [FINAL] [[AS] alias] [FINAL]`.
fn table_alone(tokens: &[Token]) -> Option<Source> {
    let (table, rest) = match tokens {
        [
            Token::Word(_) | Token::Quoted(_),
            Token::Symbol("."),
            Token::Word(table) | Token::Quoted(table),
            rest @ ..,
        ]
        | [Token::Word(table) | Token::Quoted(table), rest @ ..] => (table, rest),
        _ => return None,
    };
    let words: Vec<&str> = rest
        .iter()
        .map(|token| match token {
            Token::Word(word) | Token::Quoted(word) => Some(word.as_str()),
            _ => None,
        })
        .collect::<Option<_>>()?;
    let words: Vec<&str> = words.into_iter().filter(|word| !is(word, "FINAL")).collect();
    let alias = match words[..] {
        [] => None,
        [alias] => Some(alias),
        [word, alias] if is(word, "AS") => Some(alias),
        _ => return None,
    };
    Some(Source { table: table.clone(), alias: alias.map(str::to_string), with: With::Nothing })
}

/// Behind `GROUP`: `BY a, b`.
fn group_by(tokens: &[Token]) -> GroupBy {
    let keys = tokens.get(1..).unwrap_or_default();
    let special = |token: &Token| {
        matches!(token, Token::Word(word)
            if ["ALL", "ROLLUP", "CUBE", "GROUPING", "WITH"].iter().any(|special| is(word, special)))
    };
    if keys.iter().any(special) {
        return GroupBy::Unknown;
    }
    let keys: Option<Vec<Expr>> = split(keys).into_iter().map(expression).collect();
    keys.map_or(GroupBy::Unknown, GroupBy::Keys)
}

#[cfg(test)]
mod tests {
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
        for text in [
            "SELECT * EXCEPT (a) FROM t",
            "SELECT a FROM (SELECT 1 EXCEPT SELECT 2)",
            "SELECT * EXCEPT a FROM t",
        ] {
            assert_eq!(compared(text), None, "{text}");
        }
        assert_eq!(select("INSERT INTO t SELECT 1").map(|select| select.items.len()), Some(1));
    }

    #[test]
    fn groups_are_known() {
        let group = |text: &str| select(text).map(|select| select.group_by);
        assert_eq!(group("SELECT 1 FROM t"), Some(GroupBy::Nothing));
        assert!(
            matches!(group("SELECT a FROM t GROUP BY a, 1"), Some(GroupBy::Keys(keys)) if keys.len() == 2)
        );
        assert_eq!(group("SELECT a FROM t GROUP BY ALL"), Some(GroupBy::Unknown));
        assert_eq!(group("SELECT a FROM t GROUP BY a WITH TOTALS"), Some(GroupBy::Unknown));
    }
}
