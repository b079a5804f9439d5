#![no_main]

streamhouse_fuzz::reads!("expression");
