//! `cargo streamhouse`: the same command, found by cargo.

use std::process::ExitCode;

fn main() -> ExitCode {
    streamhouse_cli::run(std::env::args_os())
}
