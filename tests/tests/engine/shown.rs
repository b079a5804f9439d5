//! What the engine says of a table is what was declared.

use streamhouse_schema::sql;
use streamhouse_tests::soundness::{engine, shown};

use super::{database, declared, layout, run, schema_of};

#[tokio::test(flavor = "multi_thread")]
async fn tables_are_shown_as_they_were_declared() {
    let (place, client) = database().await;
    let mut compared = 0;
    for declaration in layout::GOOD.iter().chain(declared::GOOD) {
        let schema = schema_of(declaration).unwrap_or_else(|errors| panic!("{declaration}\n{errors:#?}"));
        // The table alone: what its views write into is not there.
        let table = sql::create_table(&schema);
        run(&client, &table).await.unwrap_or_else(|error| panic!("{declaration}\n{error}"));
        let (ours, theirs) = shown::both(&client, &place.name, &schema).await.expect("shown");
        engine::drop_all(&client, &schema).await.expect("dropped");
        assert_eq!(ours, theirs, "{declaration}");
        compared += 1;
    }
    assert!(compared > 60, "{compared}");
}
