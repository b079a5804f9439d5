#![no_main]

streamhouse_fuzz::reads!("snapshot");
