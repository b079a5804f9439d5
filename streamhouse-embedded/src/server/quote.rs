//! Quoting, and small questions to the engine.

use crate::ffi::{Connection, EngineError};

/// A string literal.
pub(super) fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
}

/// A name.
pub(super) fn quoted_name(name: &str) -> String {
    format!("`{}`", name.replace('\\', "\\\\").replace('`', "\\`"))
}

/// The one value that a query gives, as text.
pub(super) fn text_of(
    connection: &mut Connection,
    sql: &str,
    parameters: &[(String, String)],
) -> Result<String, EngineError> {
    let parameters: Vec<(String, String)> =
        parameters.iter().map(|(name, value)| (name.clone(), escaped(value))).collect();
    let output = connection.query(sql, "TSVRaw", &parameters)?;
    Ok(String::from_utf8_lossy(output.bytes()).trim_end_matches('\n').to_string())
}

/// The rows of a query that gives two columns of text.
pub(super) fn pairs_of(connection: &mut Connection, sql: &str) -> Result<Vec<(String, String)>, EngineError> {
    let output = connection.query(sql, "JSONCompactEachRow", &[])?;
    let text = String::from_utf8_lossy(output.bytes());
    Ok(text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect())
}

/// A parameter's value is read as a field of a tab-separated row.
fn escaped(value: &str) -> String {
    value.replace('\\', "\\\\").replace('\t', "\\t").replace('\n', "\\n").replace('\r', "\\r")
}
