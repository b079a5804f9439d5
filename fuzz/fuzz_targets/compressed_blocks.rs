#![no_main]

streamhouse_fuzz::reads!("compressed_blocks");
