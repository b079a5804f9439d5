//! What the corpus of broken declarations says of the engine is true: it refuses their tables, or takes them and does harm.

#[allow(dead_code, reason = "the other test of the corpus asks what the compiler finds")]
#[path = "../../../streamhouse-schema/tests/corpus/mod.rs"]
mod corpus;

use corpus::{Case, Outcome, Step, cases};
use streamhouse_schema::sql;

use super::{database, run};

/// A statement with what `@create` stands for.
fn statements(case: &Case, statement: &str) -> Vec<String> {
    if statement != "@create" {
        return vec![statement.to_string()];
    }
    let schema = case.unchecked().unwrap_or_else(|| panic!("{}: there is nothing to create", case.title));
    sql::create(&schema)
}

async fn run_all(client: &clickhouse::Client, all: &[String]) -> Result<(), String> {
    for statement in all {
        run(client, statement).await?;
    }
    Ok(())
}

/// Why the engine does something else than the case says.
async fn untrue(
    place: &streamhouse_tests::Place,
    client: &clickhouse::Client,
    case: &Case,
) -> Option<String> {
    let steps = match &case.outcome {
        Outcome::Rust => return None,
        Outcome::Refused(code, statement) => {
            vec![Step::Fails(*code, statement.clone().unwrap_or_else(|| "@create".into()))]
        }
        Outcome::Steps(_) => Vec::new(),
    };
    let steps = if let Outcome::Steps(steps) = &case.outcome { steps } else { &steps };
    for step in steps {
        match step {
            Step::Works(statement) => {
                let all = statements(case, statement);
                if let Err(error) = run_all(client, &all).await {
                    return Some(format!("{}\n{error}", all.join(";\n")));
                }
            }
            Step::Fails(code, statement) => {
                let all = statements(case, statement);
                match run_all(client, &all).await {
                    Ok(()) => return Some(format!("it takes\n{}", all.join(";\n"))),
                    Err(error) if !error.contains(&format!("Code: {code}. ")) => {
                        return Some(format!("{}\n{error}", all.join(";\n")));
                    }
                    Err(_) => {}
                }
            }
            Step::Gives(query, expected) => {
                let found = place.text(query).await;
                if found.trim().replace('\t', "\\t") != *expected {
                    return Some(format!("{query}\n{found}"));
                }
            }
        }
    }
    None
}

#[tokio::test(flavor = "multi_thread")]
async fn the_engine_refuses_what_the_corpus_says_or_does_harm() {
    let (place, client) = database().await;
    let mut wrong = Vec::new();
    for case in cases() {
        if let Some(why) = untrue(&place, &client, &case).await {
            wrong.push(format!("{}\n{why}", case.title));
        }
        let mut left = place.text("SELECT name FROM system.tables WHERE database = currentDatabase() AND engine != 'MaterializedView' ORDER BY name").await;
        left.insert_str(0, &place.text("SELECT name FROM system.tables WHERE database = currentDatabase() AND engine = 'MaterializedView' ORDER BY name").await);
        for table in left.lines() {
            run(&client, &format!("DROP TABLE IF EXISTS {}", sql::name(table))).await.expect("dropped");
        }
    }
    assert!(wrong.is_empty(), "{} are untrue:\n\n{}", wrong.len(), wrong.join("\n\n"));
}
