//! `streamhouse migrate apply`.

use std::process::ExitCode;
use std::time::Duration;

use serde_json::json;
use streamhouse::live::Live;
use streamhouse::migrate::{ApplyOptions, Migrator, Planned, Safety, Standing, statements};

use super::shown::Shown;
use super::{Where, migrator};
use crate::common::{block_on, config, text};

/// The server comes from `CLICKHOUSE_URL`.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    place: Where,
    /// Print the statements that would run, and run none
    #[arg(long)]
    dry_run: bool,
    /// Steps that take rows or values away are meant
    #[arg(long)]
    allow_destructive: bool,
    /// Apply migrations although ones of greater numbers were applied before
    #[arg(long)]
    out_of_order: bool,
    /// Bring the tables of drafts that were applied as others to what the drafts say now; for databases of developers
    #[arg(long)]
    amend_drafts: bool,
    /// Seconds to wait for another runner to end
    #[arg(long, default_value_t = 60)]
    wait: u64,
}

pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, String> {
    let folder = &arguments.place.folder.dir;
    let migrator = migrator(folder)?;
    if arguments.dry_run {
        return dry_run(&migrator, arguments.place.json);
    }
    let mut options = ApplyOptions::default();
    options.allow_destructive = arguments.allow_destructive;
    options.out_of_order = arguments.out_of_order;
    options.wait = Duration::from_secs(arguments.wait);
    let mut shown = Shown::new(arguments.place.json);
    let mut amended = Vec::new();
    if arguments.amend_drafts {
        let repository = streamhouse_build::Repository::read(folder).map_err(text)?;
        let versions: Vec<_> = repository.snapshots().cloned().collect();
        amended = block_on(migrator.amend(&versions, &options, &mut |progress| shown.show(&progress)))?
            .map_err(text)?;
        shown.end();
    }
    let applied = block_on(migrator.apply(&options, &mut |progress| shown.show(&progress)))?;
    shown.end();
    let applied = applied.map_err(|error| error.to_string())?;
    if arguments.place.json {
        say!("{}", json!({"applied": applied, "amended": amended, "copied": shown.copied()}));
        return Ok(ExitCode::SUCCESS);
    }
    if !amended.is_empty() {
        say!("amended {}", amended.join(", "));
    }
    if applied.is_empty() {
        say!("nothing to do: the database has all {} migrations", migrator.migrations().len());
    } else {
        say!("applied {}", applied.join(", "));
    }
    Ok(ExitCode::SUCCESS)
}

/// The statements that are left, as SQL with comments.
fn dry_run(migrator: &Migrator, json: bool) -> Result<ExitCode, String> {
    let standing = block_on(migrator.status())?.map_err(text)?;
    let sizes = block_on(async {
        let changes = migrator.migrations().iter().flat_map(|migration| &migration.plan.changes);
        let names: Vec<&str> = changes.map(|change| change.table.as_str()).collect();
        Live::new(&config()?).map_err(text)?.sizes(&names).await.map_err(text)
    })??;
    let cost = |change: &Planned| {
        let size = sizes.get(&change.table).filter(|_| change.safety > Safety::Safe)?;
        Some(size.cost(change.column.as_deref()))
    };
    let mut all = Vec::new();
    for migration in migrator.migrations() {
        let done = match standing.get(&migration.name()) {
            Some(Standing::Applied) => continue,
            Some(Standing::Begun { statements }) => *statements as usize,
            _ => 0,
        };
        let left: Vec<String> = statements(&migration.up).into_iter().skip(done).collect();
        if json {
            let changes: Vec<_> = migration
                .plan
                .changes
                .iter()
                .map(|change| json!({"table": change.table, "what": change.what, "safety": change.safety, "cost": cost(change)}))
                .collect();
            all.push(json!({
                "migration": migration.name(),
                "done": done,
                "statements": left,
                "changes": changes,
                "destructive": migration.destructive(),
            }));
            continue;
        }
        say!("-- {}", migration.name());
        for what in migration.destructive() {
            say!("-- destructive: {what}");
        }
        for change in &migration.plan.changes {
            if let Some(cost) = cost(change) {
                say!("-- cost: {cost} of {}: {}", change.table, change.what);
            }
        }
        for statement in left {
            say!("{statement};");
        }
        say!("");
    }
    if json {
        say!("{}", json!({"migrations": all}));
    }
    Ok(ExitCode::SUCCESS)
}
