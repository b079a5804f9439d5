//! The command `streamhouse`: thin commands over the build and the runtime.

mod check;
mod common;
mod dev;
mod diff;
mod explain;
mod generate;
mod migrate;
mod status;
mod worker;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Typed events from Rust structs through Redis Streams to ClickHouse.
#[derive(Debug, Parser)]
#[command(name = "streamhouse", version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run a Redis and a ClickHouse for development, until Ctrl-C or SIGTERM
    Dev(dev::Arguments),
    /// Insert what producers send, until Ctrl-C or SIGTERM
    Worker(worker::Arguments),
    /// Say what is wrong with the declarations in a source tree, and what might be better
    Check(check::Arguments),
    /// Write the schemas and migrations of the declarations in a source tree
    Generate(generate::Arguments),
    /// Say what would change, and how safe that is
    Diff(diff::Arguments),
    /// Say whether code, snapshots, migrations and server agree
    Status(status::Arguments),
    /// Bring the tables of a database to what is declared
    #[command(subcommand)]
    Migrate(migrate::Command),
    /// Print the table that each declaration in a source tree makes
    Ddl(generate::DdlArguments),
    /// Say what a rule is about, with an example wrong and right
    Explain(explain::Arguments),
}

fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr()))
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_default_env()
                .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info")),
        )
        .init();
    let done = match Arguments::parse().command {
        Command::Dev(arguments) => dev::run(arguments),
        Command::Worker(arguments) => worker::run(arguments),
        Command::Check(arguments) => check::run(&arguments),
        Command::Generate(arguments) => generate::generate(&arguments),
        Command::Diff(arguments) => diff::run(&arguments),
        Command::Status(arguments) => status::run(&arguments),
        Command::Migrate(command) => migrate::run(command),
        Command::Ddl(arguments) => generate::ddl(&arguments),
        Command::Explain(arguments) => explain::run(&arguments),
    };
    match done {
        Ok(code) => code,
        Err(message) => {
            eprintln!("streamhouse: {message}");
            ExitCode::FAILURE
        }
    }
}
