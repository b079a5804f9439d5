//! `streamhouse publish`: events and their schemas, before producers that may not publish send any.

use std::path::PathBuf;
use std::process::ExitCode;

use serde_json::json;

use crate::common::{block_on, config, schemas, text};

/// Redis comes from `REDIS_URL`, the prefix of the keys from `STREAMHOUSE_PREFIX`.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The folder with the sources
    #[arg(default_value = "src")]
    source: PathBuf,
    /// Partitions of events that Redis does not know yet; 4 unless it is said
    #[arg(long)]
    partitions: Option<u16>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, String> {
    let schemas = schemas(&arguments.source)?;
    let mut config = config()?;
    config.producer.partitions = arguments.partitions.unwrap_or(config.producer.partitions);
    let mut published = Vec::new();
    block_on(async {
        for schema in &schemas {
            let schema = schema.frame_schema();
            let partitions = streamhouse::publish_schema(&config, &schema).await.map_err(text)?;
            if !arguments.json {
                say!("{} version {}, in {partitions} partitions", schema.event, schema.version);
            }
            let fingerprint = schema.fingerprint().to_string();
            published.push(json!({
                "event": schema.event,
                "version": schema.version,
                "fingerprint": fingerprint,
                "partitions": partitions,
            }));
        }
        Ok::<_, String>(())
    })??;
    if arguments.json {
        say!("{}", json!({"published": published}));
    }
    Ok(ExitCode::SUCCESS)
}
