//! `streamhouse status`: what code, snapshots, migrations and server say of each other.

mod report;
mod server;

use std::process::ExitCode;

use streamhouse_build::Repository;

use crate::common::{Project, block_on, schemas, text};
use report::Report;

/// What is compared, and for whom to print.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Exit codes: 0 all agree; 1 it cannot be said; 2 there is something to do, such as a migration \
                        that is pending; 3 they contradict each other, such as a table that was changed by hand."
)]
pub(crate) struct Arguments {
    #[command(flatten)]
    project: Project,
    /// Ask no server
    #[arg(long)]
    offline: bool,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, String> {
    let schemas = schemas(&arguments.project.source)?;
    let repository = Repository::read(&arguments.project.dir).map_err(text)?;
    let mut report = Report::of(&schemas, &repository);
    if !arguments.offline {
        block_on(server::ask(&repository, &mut report))??;
    }
    if arguments.json {
        say!("{}", report.to_json());
    } else {
        say!("{}", report.to_string().trim_end());
    }
    Ok(ExitCode::from(report.code()))
}
