//! Numbers in settings: what the compiler lets through the engine takes, and then takes rows.

use streamhouse_schema::{engine, sql};

use super::{database, run, schema_of};

/// At the ends of what numbers can be.
const VALUES: &[&str] = &["0", "1", "4294967295", "18446744073709551615"];

#[tokio::test(flavor = "multi_thread")]
async fn tables_of_any_number_in_a_setting_take_rows() {
    let (_place, client) = database().await;
    let (mut tried, mut wrong) = (0, Vec::new());
    for (name, ty) in engine::settings() {
        for value in VALUES {
            let declaration = format!(
                "#[stream(name = \"a\", order_by = a, settings({name} = {value}))] struct E {{ a: u64 }}"
            );
            let Ok(schema) = schema_of(&declaration) else { continue };
            tried += 1;
            let create = sql::create_table(&schema);
            let insert = |row: u8| format!("INSERT INTO a VALUES ({row})");
            for statement in [create, insert(1), insert(2)] {
                if let Err(error) = run(&client, &statement).await {
                    wrong.push(format!("{name} = {value} ({ty}): {error}"));
                    break;
                }
            }
            run(&client, "DROP TABLE IF EXISTS a SYNC").await.expect("dropped");
        }
    }
    assert!(tried > 500, "{tried}");
    assert!(wrong.is_empty(), "{} of {tried}:\n{}", wrong.len(), wrong.join("\n"));
}
