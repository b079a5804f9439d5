//! `streamhouse migrate`: what lies in `migrations/`, applied to the database of `CLICKHOUSE_URL`.

mod apply;
mod down;
mod shown;
mod verify;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde_json::json;
use streamhouse::migrate::{Migrator, Standing, State};

use crate::common::{block_on, config};

#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Apply the migrations that the database does not have yet, in their order
    Apply(apply::Arguments),
    /// Take back the last migration, or all after a number
    Down(down::Arguments),
    /// Say which migrations the database has
    Status(Where),
    /// Try every migration on an engine of its own, with rows: forth, back and forth again
    Verify(Where),
    /// Make drafts final: from now on nobody changes them
    Seal(Seal),
    /// Begin a migration that is written by hand
    New(New),
    /// Say of a database whose tables exist that migrations up to a number made them
    Baseline(Baseline),
}

/// Where the migrations are.
#[derive(Debug, clap::Args)]
pub(crate) struct Folder {
    /// The folder that holds `schemas/` and `migrations/`
    #[arg(long, default_value = ".")]
    dir: PathBuf,
}

/// Where the migrations are, and for whom to print.
#[derive(Debug, clap::Args)]
pub(crate) struct Where {
    #[command(flatten)]
    folder: Folder,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// What to seal.
#[derive(Debug, clap::Args)]
pub(crate) struct Seal {
    #[command(flatten)]
    place: Where,
    /// Seal without trying the migrations on an engine first, as `migrate verify` does
    #[arg(long)]
    unverified: bool,
}

/// What it is about.
#[derive(Debug, clap::Args)]
pub(crate) struct New {
    /// A word or some, such as `backfill_totals`
    slug: String,
    #[command(flatten)]
    place: Where,
}

/// Up to which number.
#[derive(Debug, clap::Args)]
pub(crate) struct Baseline {
    /// The number of the last migration whose tables exist
    number: u32,
    #[command(flatten)]
    place: Where,
}

pub(crate) fn run(command: Command) -> Result<ExitCode, String> {
    match command {
        Command::Apply(arguments) => apply::run(&arguments),
        Command::Status(arguments) => status(&arguments),
        Command::Down(arguments) => down::run(&arguments),
        Command::Verify(place) => verify::run(&place),
        Command::Seal(arguments) => seal(&arguments),
        Command::New(arguments) => new(&arguments),
        Command::Baseline(arguments) => baseline(&arguments),
    }
}

fn migrator(folder: &Path) -> Result<Migrator, String> {
    let migrations = streamhouse_build::migrations(folder).map_err(|error| error.to_string())?;
    let config = config()?;
    let migrator = Migrator::new(&config, migrations).map_err(|error| error.to_string())?;
    // Not at its usual port: where nobody names a Redis, there may be none.
    Ok(if std::env::var_os("REDIS_URL").is_some() { migrator.locked_in(&config.redis) } else { migrator })
}

fn status(arguments: &Where) -> Result<ExitCode, String> {
    let migrator = migrator(&arguments.folder.dir)?;
    let standing = block_on(migrator.status())?.map_err(|error| error.to_string())?;
    let mut pending = false;
    let mut all = Vec::new();
    for migration in migrator.migrations() {
        let word = standing.get(&migration.name()).map_or("pending".into(), |one| self::standing(*one));
        pending |= word != "applied";
        let state = self::word(migration.plan.state);
        if arguments.json {
            all.push(json!({"migration": migration.name(), "state": state, "standing": word}));
        } else {
            say!("{:<40} {state:<7} {word}", migration.name());
        }
    }
    if arguments.json {
        say!("{}", json!({"migrations": all, "pending": pending}));
    }
    // For scripts: 2 says that there is something to do.
    Ok(if pending { ExitCode::from(2) } else { ExitCode::SUCCESS })
}

/// Where a migration stands.
pub(crate) fn standing(standing: Standing) -> String {
    match standing {
        Standing::Applied => "applied".into(),
        Standing::Begun { statements } => format!("begun, {statements} statements done"),
        Standing::HalfBack { statements } => format!("half taken back, {statements} statements done"),
        _ => "pending".into(),
    }
}

/// Whether something may still change.
pub(crate) fn word(state: State) -> &'static str {
    match state {
        State::Draft => "draft",
        State::Sealed => "sealed",
    }
}

fn seal(arguments: &Seal) -> Result<ExitCode, String> {
    let place = &arguments.place;
    let folder = &place.folder.dir;
    let files = streamhouse_build::sealed(folder).map_err(|error| error.to_string())?;
    if !arguments.unverified && !files.texts.is_empty() {
        let verified = verify::verified(folder).map_err(|message| {
            format!(
                "the drafts cannot be tried, and are not sealed: {message}\n`--unverified` seals them untried"
            )
        })?;
        if !verified.is_good() {
            let findings: Vec<String> = verified.findings.iter().map(ToString::to_string).collect();
            return Err(format!(
                "the drafts do not do what they say, and are not sealed:\n{}\n`--unverified` seals them all the same",
                findings.join("\n")
            ));
        }
    }
    let written = streamhouse_build::write(&files, folder).map_err(|error| error.to_string())?;
    if place.json {
        say!("{}", json!({"sealed": written}));
        return Ok(ExitCode::SUCCESS);
    }
    if written.is_empty() {
        say!("nothing to seal: there are no drafts");
    }
    for file in written {
        say!("sealed {}", file.display());
    }
    Ok(ExitCode::SUCCESS)
}

fn new(arguments: &New) -> Result<ExitCode, String> {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if arguments.slug.is_empty() || !arguments.slug.chars().all(fits) {
        return Err(format!(
            "`{}` is no name for a migration: use lower-case letters, digits and underscores, such as `backfill_totals`",
            arguments.slug
        ));
    }
    let folder = &arguments.place.folder.dir;
    let migrations = streamhouse_build::migrations(folder).map_err(|error| error.to_string())?;
    let number = migrations.last().map_or(1, |migration| migration.number + 1);
    let path = folder.join("migrations").join(format!("{number:04}_{}", arguments.slug));
    let failed = |error: std::io::Error| format!("{}: {error}", path.display());
    std::fs::create_dir_all(&path).map_err(failed)?;
    let files = [
        ("up.sql", "-- What this does, and why.\n"),
        ("down.sql", "-- What takes it back; remove this file where nothing does.\n"),
    ];
    for (file, text) in files {
        let mut new = std::fs::File::create_new(path.join(file)).map_err(failed)?;
        new.write_all(text.as_bytes()).map_err(failed)?;
    }
    if arguments.place.json {
        say!("{}", json!({"written": files.map(|(file, _)| path.join(file))}));
    } else {
        say!("wrote {}", path.join("up.sql").display());
    }
    Ok(ExitCode::SUCCESS)
}

fn baseline(arguments: &Baseline) -> Result<ExitCode, String> {
    let migrator = migrator(&arguments.place.folder.dir)?;
    let noted = block_on(migrator.baseline(arguments.number))?.map_err(|error| error.to_string())?;
    if arguments.place.json {
        say!("{}", json!({"noted": noted}));
    } else if noted.is_empty() {
        say!("nothing to note");
    } else {
        say!("noted as applied: {}", noted.join(", "));
    }
    Ok(ExitCode::SUCCESS)
}
