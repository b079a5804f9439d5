//! The engine's configuration: what it may do, its defaults, and what the user adds.
//!
//! The engine's own access control is the first wall around the data folder: it knows every table function and table
//! engine, and by which way a statement reaches them.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Engines of tables and databases that stay within the data folder. Distributed reaches the clusters of the
/// configuration file, and those alone.
const ENGINES: &[&str] = &[
    "Alias",
    "Atomic",
    "Buffer",
    "Dictionary",
    "Distributed",
    "FuzzJSON",
    "GenerateRandom",
    "Join",
    "KeeperMap",
    "Log",
    "Loop",
    "MaterializedView",
    "Memory",
    "Merge",
    "Null",
    "Ordinary",
    "Replicated",
    "Set",
    "StripeLog",
    "TimeSeries",
    "TinyLog",
    "View",
    "WindowView",
];

/// Each of these also as Replicated….
const MERGE_TREES: &[&str] = &[
    "MergeTree",
    "AggregatingMergeTree",
    "CoalescingMergeTree",
    "CollapsingMergeTree",
    "GraphiteMergeTree",
    "ReplacingMergeTree",
    "SummingMergeTree",
    "VersionedCollapsingMergeTree",
];

/// Settings that name files or hosts, have text taken for a statement in another way than the one that is checked, or let
/// functions ask servers of others.
const FIXED: &[&str] = &[
    "allow_experimental_ai_functions",
    "allow_experimental_eval_table_function",
    "dialect",
    "format_avro_schema_registry_url",
    "format_schema",
    "format_template_resultset",
    "format_template_row",
    "input_format_record_errors_file_path",
    "output_format_schema",
];

/// Whether an engine of tables or databases stays within the data folder.
pub(crate) fn allows_engine(name: &str) -> bool {
    let tree = name.strip_prefix("Replicated").unwrap_or(name);
    ENGINES.contains(&name) || MERGE_TREES.contains(&tree)
}

/// Writes the configuration into a folder; gives the file that the engine is to read.
pub(crate) fn write(
    folder: &Path,
    user_file: Option<&Path>,
    external: bool,
    execution: Duration,
) -> io::Result<PathBuf> {
    let users = folder.join("users.xml");
    fs::write(&users, self::users(external, execution))?;
    let main = folder.join("config.xml");
    fs::write(&main, self::server(std::thread::available_parallelism().map_or(1, usize::from)))?;
    // The engine lays the files of this folder over the main one, in the order of their names.
    let parts = folder.join("config.d");
    match fs::remove_dir_all(&parts) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => fs::create_dir(&parts)?,
    }
    if let Some(file) = user_file {
        let extension = file.extension().and_then(|extension| extension.to_str()).unwrap_or("xml");
        fs::copy(file, parts.join(format!("user.{extension}")))?;
    }
    let own = format!(
        "<clickhouse>\n    <users_config replace=\"replace\">{}</users_config>\n</clickhouse>\n",
        escaped(&users.display().to_string())
    );
    fs::write(parts.join("zz-own.xml"), own)?;
    Ok(main)
}

/// The engine's own pools are made for a machine of its own: 16 threads that merge and 128 that remove old parts leave two processors to
/// nobody else, and the latter hold the table's folder against whoever puts a new part into it.
fn server(processors: usize) -> String {
    let merging = processors.clamp(2, 16);
    // The limits of a table count free threads of the pool, which is twice as large as its threads; the engine refuses larger ones.
    let free = merging.min(8);
    // Nothing listens at the port; a cluster's replica on this machine at this port is the server itself.
    format!(
        "<clickhouse>
    <tcp_port>9000</tcp_port>
    <background_pool_size>{merging}</background_pool_size>
    <max_parts_cleaning_thread_pool_size>{merging}</max_parts_cleaning_thread_pool_size>
    <max_outdated_parts_loading_thread_pool_size>{merging}</max_outdated_parts_loading_thread_pool_size>
    <merge_tree>
        <number_of_free_entries_in_pool_to_execute_mutation>{free}</number_of_free_entries_in_pool_to_execute_mutation>
        <number_of_free_entries_in_pool_to_lower_max_size_of_merge>{free}</number_of_free_entries_in_pool_to_lower_max_size_of_merge>
        <number_of_free_entries_in_pool_to_execute_optimize_entire_partition>{free}</number_of_free_entries_in_pool_to_execute_optimize_entire_partition>
    </merge_tree>
</clickhouse>
"
    )
}

fn users(external: bool, execution: Duration) -> String {
    // A shutdown by statement would leave the server without its engine.
    let mut grants =
        vec!["GRANT ALL ON *.* WITH GRANT OPTION".to_string(), "REVOKE SYSTEM SHUTDOWN ON *.*".into()];
    let mut fixed = String::new();
    if !external {
        grants.push("REVOKE SOURCES, BACKUP ON *.*".into());
        grants.push("REVOKE TABLE ENGINE ON *".into());
        grants.extend(ENGINES.iter().map(|engine| format!("GRANT TABLE ENGINE ON {engine}")));
        for engine in MERGE_TREES {
            grants.push(format!("GRANT TABLE ENGINE ON {engine}"));
            grants.push(format!("GRANT TABLE ENGINE ON Replicated{engine}"));
        }
        fixed = FIXED.iter().map(|name| format!("<{name}><const/></{name}>")).collect();
    }
    let grants: String =
        grants.iter().map(|grant| format!("                <query>{grant}</query>\n")).collect();
    let execution = execution.as_secs();
    // As on a server: the engine's own defaults are those of a tool on the command line.
    format!(
        "<clickhouse>
    <profiles>
        <default>
            <implicit_select>0</implicit_select>
            <allow_introspection_functions>0</allow_introspection_functions>
            <max_execution_time>{execution}</max_execution_time>
            <constraints>{fixed}</constraints>
        </default>
    </profiles>
    <quotas><default/></quotas>
    <users>
        <default>
            <password/>
            <networks><ip>::/0</ip></networks>
            <profile>default</profile>
            <quota>default</quota>
            <grants>
{grants}            </grants>
        </default>
    </users>
</clickhouse>
"
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
