//! `streamhouse`.

use std::process::ExitCode;

fn main() -> ExitCode {
    streamhouse_cli::run(std::env::args_os())
}
