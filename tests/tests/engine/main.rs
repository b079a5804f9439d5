//! If it compiles, ClickHouse accepts it: declarations against the real engine.

mod broken;
mod declared;
mod expressions;
mod functions;
mod known;
mod layout;
mod random;
mod settings;
mod shown;
mod tables;
mod types;
mod views;

use streamhouse_tests::Place;
use streamhouse_tests::soundness::engine::{create_and_fill, run, schema_of};

/// A database of its own, and how to ask it.
async fn database() -> (Place, clickhouse::Client) {
    let place = Place::new();
    let client = place.clickhouse();
    run(&client.clone().with_database("default"), &format!("CREATE DATABASE {}", place.name))
        .await
        .expect("a database");
    (place, client)
}
