//! `streamhouse migrate down`: migrations taken back.

use std::process::ExitCode;
use std::time::Duration;

use serde_json::{Value, json};
use streamhouse::migrate::{DownOptions, Migrator};

use super::shown::Shown;
use super::{Where, migrator};
use crate::common::{block_on, text};

/// How far.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Without --to the last migration that was applied is taken back. One whose down.sql has no statements \
                        cannot be, and the file says why."
)]
pub(crate) struct Arguments {
    /// Take back all migrations of numbers greater than this one; 0 takes back all
    #[arg(long, value_name = "NUMBER")]
    to: Option<u32>,
    #[command(flatten)]
    place: Where,
    /// Print the statements that would run, and run none
    #[arg(long)]
    dry_run: bool,
    /// Steps that take rows or values away are meant
    #[arg(long)]
    allow_destructive: bool,
    /// Seconds to wait for another runner to end
    #[arg(long, default_value_t = 60)]
    wait: u64,
}

pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, String> {
    let migrator = migrator(&arguments.place.folder.dir)?;
    let mut options = DownOptions::default();
    options.to = arguments.to;
    options.allow_destructive = arguments.allow_destructive;
    options.wait = Duration::from_secs(arguments.wait);
    let json = arguments.place.json;
    if arguments.dry_run {
        return dry_run(&migrator, &options, json);
    }
    let mut shown = Shown::new(json);
    let undone = block_on(migrator.down(&options, &mut |progress| shown.show(&progress)))?;
    shown.end();
    let undone = undone.map_err(text)?;
    if json {
        say!("{}", json!({"undone": undone, "copied": shown.copied()}));
    } else if undone.is_empty() {
        say!("nothing to take back");
    } else {
        say!("took back {}", undone.join(", "));
    }
    Ok(ExitCode::SUCCESS)
}

fn dry_run(migrator: &Migrator, options: &DownOptions, json: bool) -> Result<ExitCode, String> {
    let ways = block_on(migrator.ways(options))?.map_err(text)?;
    let destructive = |name: &str| {
        let migration = migrator.migrations().iter().find(|migration| migration.name() == name);
        migration.map(|migration| migration.back_destructive()).unwrap_or_default()
    };
    if json {
        let one = |(name, statements): &(String, Vec<String>)| json!({"migration": name, "statements": statements, "destructive": destructive(name)});
        let all: Vec<Value> = ways.iter().map(one).collect();
        say!("{}", json!({"migrations": all}));
        return Ok(ExitCode::SUCCESS);
    }
    for (name, statements) in ways {
        say!("-- {name}, back");
        for what in destructive(&name) {
            say!("-- destructive: {what}");
        }
        for statement in statements {
            say!("{statement};");
        }
        say!("");
    }
    Ok(ExitCode::SUCCESS)
}
