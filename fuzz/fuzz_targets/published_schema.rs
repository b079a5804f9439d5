#![no_main]

streamhouse_fuzz::reads!("published_schema");
