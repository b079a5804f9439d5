//! What the compiler knows of functions and operators is what the engine does: whatever it lets through the engine computes,
//! and the type is the one that was foretold.

use std::collections::BTreeMap;

use streamhouse_schema::expr::{Expr, Shape, known_functions, shape};
use streamhouse_schema::sql;
use streamhouse_schema::types::Type;
use streamhouse_tests::Place;
use streamhouse_tests::soundness::engine;
use streamhouse_tests::soundness::random::Random;

use super::{database, run};

/// Columns of every type that matters to functions, each with a value.
pub(super) const COLUMNS: &[(&str, &str)] = &[
    ("UInt8", "1"),
    ("UInt16", "2"),
    ("UInt32", "3"),
    ("UInt64", "4"),
    ("UInt128", "5"),
    ("UInt256", "6"),
    ("Int8", "1"),
    ("Int16", "2"),
    ("Int32", "3"),
    ("Int64", "4"),
    ("Int128", "5"),
    ("Int256", "6"),
    ("Float32", "1.5"),
    ("Float64", "2.5"),
    ("BFloat16", "0.5"),
    ("Bool", "true"),
    ("Decimal(9, 2)", "1"),
    ("Decimal(5, 5)", "0"),
    ("Decimal(18, 4)", "2"),
    ("Decimal(38, 10)", "3"),
    ("Decimal(76, 2)", "4"),
    ("Decimal(4, 2)", "5"),
    ("Decimal(12, 4)", "6"),
    ("String", "'text'"),
    ("FixedString(8)", "'fixed'"),
    ("LowCardinality(String)", "'few'"),
    ("UUID", "'0190a3b1-0000-7000-8000-000000000001'"),
    ("Date", "'2024-02-29'"),
    ("Date32", "'2024-02-29'"),
    ("DateTime", "'2024-02-29 01:02:03'"),
    ("DateTime64(3, 'UTC')", "'2024-02-29 01:02:03'"),
    ("DateTime64(6)", "'2024-02-29 01:02:03'"),
    ("DateTime64(9)", "'2024-02-29 01:02:03'"),
    ("Time", "'01:02:03'"),
    ("Time64(3)", "'01:02:03'"),
    ("IPv4", "'10.0.0.1'"),
    ("IPv6", "'::1'"),
    ("Enum8('a' = 1)", "'a'"),
    ("Enum16('b' = 1000)", "'b'"),
    ("IntervalDay", "toIntervalDay(1)"),
    ("IntervalMillisecond", "toIntervalMillisecond(1)"),
    ("JSON", "'{}'"),
    ("Point", "(1., 2.)"),
    ("QBit(Float32, 4)", "[1, 2, 3, 4]"),
    ("Nullable(UInt8)", "1"),
    ("Nullable(String)", "'maybe'"),
    ("LowCardinality(Nullable(String))", "NULL"),
    ("Nullable(DateTime64(3))", "'2024-02-29 01:02:03'"),
    ("Nullable(Decimal(9, 2))", "1"),
    ("Array(UInt8)", "[1, 2]"),
    ("Array(Int64)", "[1, 2]"),
    ("Array(Float64)", "[0.5]"),
    ("Array(Decimal(9, 2))", "[1]"),
    ("Array(String)", "['a']"),
    ("Array(LowCardinality(String))", "['a']"),
    ("Array(Nullable(UInt8))", "[1, NULL]"),
    ("Array(Nullable(String))", "['a', NULL]"),
    ("Array(Array(UInt8))", "[[1]]"),
    ("Array(UUID)", "[]"),
    ("Array(Date)", "['2024-02-29']"),
    ("Map(String, UInt8)", "map('a', 1)"),
    ("Map(LowCardinality(String), String)", "map('a', 'b')"),
    ("Map(UInt8, Nullable(String))", "map(1, 'b')"),
    ("Tuple(UInt8, String)", "(1, 'a')"),
    ("Tuple(a UInt8, b Date)", "(1, '2024-02-29')"),
    ("SimpleAggregateFunction(sum, UInt64)", "7"),
];
/// What else arguments are.
const LITERALS: &[&str] = &[
    "'a'",
    "'day'",
    "'hour'",
    "'month'",
    "'UTC'",
    "'2024-02-29'",
    "'String'",
    "'10.0.0.0/8'",
    "toIntervalDay(1)",
    "'Float64'",
    "1",
    "3",
    "NULL",
    "[1, 2]",
    "['a']",
];
const OPERATORS: &[&str] = &["+", "-", "*", "/", "%", "=", "!=", "<", ">=", "AND", "OR", "||", "LIKE", "IN"];

/// How many calls of a function with as many arguments are asked about.
const CALLS: usize = 16;

#[tokio::test(flavor = "multi_thread")]
async fn functions_take_and_yield_what_the_engine_says() {
    let (_place, client) = every_type().await;
    let said = |name: &str| std::env::var(name).ok().and_then(|count| count.parse().ok());
    let mut random = Random::of(said("STREAMHOUSE_SEED").unwrap_or(4), 0);
    let calls = said("STREAMHOUSE_CALLS").map_or(CALLS, |calls| calls as usize);
    let mut wrong = Vec::new();
    let mut asked = 0;
    let mut taken: BTreeMap<String, bool> = BTreeMap::new();
    for (name, write, arguments) in forms() {
        let all = applied(&write, arguments, calls, &mut random);
        let known = taken.entry(name).or_insert(false);
        *known |= !all.is_empty();
        asked += all.len();
        wrong.extend(compare(&client, &all).await);
    }
    assert!(asked > 4000, "{asked}");
    assert!(wrong.is_empty(), "{} of {asked}:\n{}", wrong.len(), wrong.join("\n"));
    // These take nothing but what stands there.
    let literal = ["range"];
    let silent: Vec<&String> = taken.iter().filter(|(_, taken)| !**taken).map(|(name, _)| name).collect();
    assert_eq!(silent, literal);
}

/// A table of all these columns, with a row.
pub(super) async fn every_type() -> (Place, clickhouse::Client) {
    let (place, client) = database().await;
    let columns: Vec<String> =
        COLUMNS.iter().enumerate().map(|(at, (ty, _))| format!("c{at} {ty}")).collect();
    let create = format!("CREATE TABLE every_type ({}) ENGINE = MergeTree ORDER BY ()", columns.join(", "));
    run(&client, &create).await.expect("a table");
    let values: Vec<&str> = COLUMNS.iter().map(|(_, value)| *value).collect();
    run(&client, &format!("INSERT INTO every_type SELECT {}", values.join(", "))).await.expect("a row");
    (place, client)
}

/// What a column holds, by its name.
pub(super) fn column(name: &str) -> Option<Shape> {
    let (whole, part) = name.split_once('.').map_or((name, None), |(whole, part)| (whole, Some(part)));
    let at: usize = whole.strip_prefix('c')?.parse().ok()?;
    let ty: Type = COLUMNS.get(at)?.0.parse().ok()?;
    match (&ty, part) {
        (_, None) => Some(Shape::from(&ty)),
        (Type::Tuple(elements), part) => {
            elements.iter().find(|one| one.name.as_deref() == part).map(|one| Shape::from(&one.ty))
        }
        _ => None,
    }
}

type Form = (String, Box<dyn Fn(&[String]) -> String>, usize);

/// Everything that takes arguments, with each number of them.
fn forms() -> Vec<Form> {
    let mut all: Vec<Form> = Vec::new();
    for (name, count) in known_functions() {
        // It is asked about with rows, for it sums them up.
        for arguments in count {
            let write = move |arguments: &[String]| format!("{name}({})", arguments.join(", "));
            all.push((name.into(), Box::new(write), arguments));
        }
    }
    for operator in OPERATORS {
        let write = move |arguments: &[String]| match arguments {
            [one, other] if *operator == "IN" => format!("{one} IN ({other}, {other})"),
            arguments => arguments.join(&format!(" {operator} ")),
        };
        all.push(((*operator).into(), Box::new(write), 2));
    }
    for (name, form) in [
        ("-", "-@"),
        ("NOT", "NOT @"),
        ("[1]", "@[1]"),
        (".1", "@.1"),
        ("arrayMap", "arrayMap(x -> x, @)"),
        ("arrayFilter", "arrayFilter(x -> x = 1, @)"),
        ("arrayExists", "arrayExists(x -> x = 'a', @)"),
    ] {
        let write = move |arguments: &[String]| form.replace('@', &arguments[0]);
        all.push((name.into(), Box::new(write), 1));
    }
    all
}

/// Calls that the compiler lets through, each with the type that it foretells.
fn applied(
    write: &dyn Fn(&[String]) -> String,
    arguments: usize,
    calls: usize,
    random: &mut Random,
) -> Vec<(String, Shape)> {
    let choose = |random: &mut Random| match random.chance(35) {
        true => random.pick(LITERALS).to_string(),
        false => format!("c{}", random.below(COLUMNS.len())),
    };
    let mut found: Vec<(String, Shape)> = Vec::new();
    let mut taken: Vec<Vec<String>> = Vec::new();
    let tries = [1, 200, 900, 4000][arguments.min(3)];
    for attempt in 0..8 * tries {
        // What few arguments fit takes longer to find.
        if attempt >= tries && !found.is_empty() {
            break;
        }
        // Beside what is taken lies more of it.
        let chosen: Vec<String> = if !taken.is_empty() && random.chance(70) {
            let mut near = taken[random.below(taken.len())].clone();
            let at = random.below(near.len().max(1));
            near.iter_mut().skip(at).take(1).for_each(|one| *one = choose(random));
            near
        } else {
            (0..arguments).map(|_| choose(random)).collect()
        };
        // Of literals alone the engine computes the value, and says what is wrong with that.
        if arguments > 0 && !chosen.iter().any(|one| one.starts_with('c')) {
            continue;
        }
        let text = write(&chosen);
        let Ok(expr) = text.parse::<Expr>() else { panic!("{text}") };
        let mut misfits = Vec::new();
        let shape = shape(&expr, &column, &mut misfits);
        let call = sql::expr(&expr);
        if misfits.is_empty() && !found.iter().any(|(known, _)| *known == call) {
            found.push((call, shape));
            taken.push(chosen);
        }
    }
    // Some of them, from everywhere.
    while found.len() > calls {
        let at = random.below(found.len());
        found.swap_remove(at);
    }
    found
}

/// What the engine refuses, or gives another type.
pub(super) async fn compare(client: &clickhouse::Client, calls: &[(String, Shape)]) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut open: Vec<&[(String, Shape)]> = calls.chunks(30).collect();
    while let Some(some) = open.pop() {
        let values: Vec<String> =
            some.iter().enumerate().map(|(at, (call, _))| format!("{call} AS v{at}")).collect();
        let types: Vec<String> = (0..some.len()).map(|at| format!("toTypeName(v{at}), '\u{1}'")).collect();
        // They are computed, and not only looked at.
        let query = format!(
            "SELECT concat({}), tuple({}) FROM (SELECT {} FROM every_type)",
            types.join(", "),
            (0..some.len()).map(|at| format!("v{at}")).collect::<Vec<_>>().join(", "),
            values.join(", "),
        );
        match (engine::ask(client, &query, "TSVRaw").await, some) {
            (Ok(answer), some) => {
                // Bytes that are no text are among the values.
                let answer = String::from_utf8_lossy(&answer);
                let row: Vec<String> = answer.split('\u{1}').map(str::to_string).collect();
                for (engine, (call, ours)) in row.iter().zip(some) {
                    let theirs = engine.parse::<Type>().ok().map(|ty| Shape::from(&ty));
                    let same = match (&theirs, &ours.ty) {
                        (Some(theirs), Some(_)) => theirs.ty == ours.ty && theirs.nullable == ours.nullable,
                        _ => true,
                    };
                    if !same {
                        wrong.push(format!(
                            "{call} is {engine}, and not {:?}, NULL {}",
                            ours.ty, ours.nullable
                        ));
                    }
                }
            }
            // That is for the values to say: an overflow, a division by zero, a text that is too long, or that says
            // something else.
            (Err(error), [_])
                if matches!(
                    engine::code(&error),
                    Some(6 | 27 | 32 | 38 | 41 | 69 | 72 | 131 | 153 | 190 | 376 | 407 | 441 | 675 | 676)
                ) => {}
            (Err(error), [(call, _)]) => {
                let types: Vec<&str> = call
                    .split(|c: char| !c.is_ascii_alphanumeric())
                    .filter_map(|word| word.strip_prefix('c')?.parse::<usize>().ok())
                    .filter_map(|at| COLUMNS.get(at).map(|(ty, _)| *ty))
                    .collect();
                let error: String = error.chars().take(200).collect();
                wrong.push(format!("{call} of {} is refused: {error}", types.join(", ")));
            }
            (Err(_), some) => {
                let (one, other) = some.split_at(some.len() / 2);
                open.extend([one, other]);
            }
        }
    }
    wrong
}
