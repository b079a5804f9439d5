//! The command `streamhouse`, also as `cargo streamhouse`: thin commands over the build and the runtime.

#[macro_use]
mod common;

mod acl;
mod check;
mod dead;
mod dev;
mod diff;
mod explain;
mod generate;
mod import;
mod init;
mod migrate;
mod publish;
mod spool;
mod status;
mod worker;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Typed events from Rust structs through Redis Streams to ClickHouse.
#[derive(Debug, Parser)]
#[command(name = "streamhouse", version, about, after_help = HELP)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

const HELP: &str = "\
The way of an event:
  streamhouse init              once: what a project needs to begin with
  streamhouse dev               a Redis and a ClickHouse to try it on
  streamhouse check             what is wrong with the declarations
  streamhouse generate          writes schemas/ and migrations/, as drafts
  streamhouse migrate apply     makes the tables
  streamhouse worker            inserts what is sent
  streamhouse dead list         what could not be inserted, and why
  streamhouse spool drain       sends what a producer that is gone has left on its disk
  streamhouse acl               users for Redis, each with what it needs
And when it changes:
  streamhouse diff [--live]     what would change, and how safe that is
  streamhouse migrate verify    tries it on an engine of its own
  streamhouse migrate seal      from now on nobody changes it
  streamhouse status            whether code, snapshots, migrations and server agree

The servers come from REDIS_URL and CLICKHOUSE_URL. Nothing is ever asked; every command has --json.";

#[derive(Debug, Subcommand)]
enum Command {
    /// Write what a project needs to begin with
    Init(init::Arguments),
    /// Run a Redis and a ClickHouse for development, until Ctrl-C or SIGTERM
    Dev(dev::Arguments),
    /// Look at what workers have set aside, send it again or drop it
    #[command(subcommand)]
    Dead(dead::Command),
    /// Look at what a producer has left on its disk, and send it
    #[command(subcommand)]
    Spool(spool::Command),
    /// Print users for Redis, each with what it needs
    Acl(acl::Arguments),
    /// Publish events and their schemas, where producers may not
    Publish(publish::Arguments),
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
    /// Write declarations from tables that exist
    Import(import::Arguments),
    /// Print the table that each declaration in a source tree makes
    Ddl(generate::DdlArguments),
    /// Say what a rule is about, with an example wrong and right
    Explain(explain::Arguments),
}

/// Runs the command with these arguments, the first of which is the program's name.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    // Cargo names the command once more: `cargo-streamhouse streamhouse diff`.
    let mut arguments: Vec<OsString> = arguments.into_iter().collect();
    let is_cargo = arguments.first().is_some_and(|name| name.to_string_lossy().contains("cargo-streamhouse"));
    if is_cargo && arguments.get(1).is_some_and(|word| word == "streamhouse") {
        arguments.remove(1);
    }
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr()))
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_default_env()
                .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info")),
        )
        .init();
    let done = match Arguments::parse_from(arguments).command {
        Command::Init(arguments) => init::run(&arguments),
        Command::Import(arguments) => import::run(&arguments),
        Command::Dev(arguments) => dev::run(arguments),
        Command::Dead(command) => dead::run(command),
        Command::Spool(command) => spool::run(command),
        Command::Acl(arguments) => acl::run(&arguments),
        Command::Publish(arguments) => publish::run(&arguments),
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
