#![no_main]

streamhouse_fuzz::reads!("column_type");
