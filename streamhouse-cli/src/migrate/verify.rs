//! `streamhouse migrate verify`: migrations tried on an engine of their own.

use std::io::IsTerminal;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use indicatif::ProgressBar;
use streamhouse::Config;
use streamhouse::migrate::{Shadow, Verified};
use streamhouse_build::Repository;
use streamhouse_stack::{ClickHouse, ClickHouseOptions, Folder};

use super::Where;
use crate::common::{block_on, text};

pub(super) fn run(place: &Where) -> Result<ExitCode, String> {
    let verified = verified(&place.folder.dir)?;
    if place.json {
        let mut value = serde_json::to_value(&verified).map_err(text)?;
        value["good"] = verified.is_good().into();
        say!("{value}");
    } else {
        print(&verified);
    }
    Ok(if verified.is_good() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// What there is to say, for people.
pub(super) fn print(verified: &Verified) {
    for tried in &verified.migrations {
        let back = match tried.back {
            Some(true) => "back and again",
            Some(false) => "not back",
            None => "no way back",
        };
        say!("{:<40} {:>5} rows  {back}", tried.migration, tried.rows);
    }
    for note in &verified.notes {
        say!("note: {note}");
    }
    for finding in &verified.findings {
        say!("wrong: {finding}");
    }
    if verified.is_good() {
        say!("all migrations do what they say");
    }
}

/// Tries the migrations of a folder on an engine that is started for it and ends with it.
pub(super) fn verified(folder: &Path) -> Result<Verified, String> {
    let repository = Repository::read(folder).map_err(text)?;
    let migrations = repository.migrations().to_vec();
    let versions = repository.snapshots().cloned().collect();
    let bar = ProgressBar::new_spinner();
    if !std::io::stderr().is_terminal() {
        bar.set_draw_target(indicatif::ProgressDrawTarget::hidden());
    }
    bar.enable_steady_tick(Duration::from_millis(120));
    bar.set_message("starting an engine");
    let home = Folder::create("verify").map_err(text)?;
    let mut options = ClickHouseOptions::default();
    let clusters = clusters(&repository);
    if !clusters.is_empty() {
        let path = home.path().join("clusters.xml");
        std::fs::write(&path, clusters).map_err(|error| format!("{}: {error}", path.display()))?;
        options.config = Some(path);
    }
    let mut clickhouse = ClickHouse::start(&home, "clickhouse", &options).map_err(text)?;
    // Redis is not asked.
    let config =
        Config::new("redis://127.0.0.1:6379", &format!("{}/shadow", clickhouse.url())).map_err(text)?;
    let verified = Shadow::new(&config, migrations, versions)
        .map(|shadow| block_on(shadow.verify(&mut |what| bar.set_message(format!("trying {what}")))));
    bar.finish_and_clear();
    clickhouse.terminate(Duration::from_secs(10));
    verified.map_err(text)??.map_err(text)
}

/// The clusters that tables are spread over, each of this one server, in ClickHouse's own form.
fn clusters(repository: &Repository) -> String {
    let spreads = repository.snapshots().filter_map(|snapshot| snapshot.table.distributed.as_ref());
    let names: std::collections::BTreeSet<&str> = spreads.map(|spread| spread.cluster.as_str()).collect();
    let is_name = |name: &&str| name.chars().all(|c| c.is_alphanumeric() || c == '_');
    let cluster = |name: &str| {
        format!("<{name}><shard><replica><host>127.0.0.1</host><port>9000</port></replica></shard></{name}>")
    };
    let all: String = names.into_iter().filter(is_name).map(cluster).collect();
    if all.is_empty() {
        return all;
    }
    format!("<clickhouse><remote_servers>{all}</remote_servers></clickhouse>")
}
