//! What comparing tables asks of a server.

use std::collections::BTreeMap;

use clickhouse::RowOwned;
use streamhouse_schema::sql;

use super::{Sink, SinkError};
use crate::live::Size;

/// The columns of a dictionary.
#[derive(clickhouse::Row, serde::Deserialize)]
struct Dictionary {
    name: String,
    keys: Vec<String>,
    key_types: Vec<String>,
    attributes: Vec<String>,
    attribute_types: Vec<String>,
}

impl Sink {
    /// The CREATE statements of tables, and of everything in the database that reads or spreads others; each with the
    /// tables of the same database that its inserts feed.
    pub(crate) async fn statements(&self, names: &[&str]) -> Result<Vec<(String, Vec<String>)>, SinkError> {
        let query = format!(
            "SELECT create_table_query, arrayStringConcat(\
                arrayFilter((name, of) -> of = database, dependencies_table, dependencies_database), '\\n') \
             FROM system.tables WHERE database = {} AND create_table_query != '' \
             AND (name IN ({}) OR engine IN ('MaterializedView', 'Distributed')) ORDER BY name",
            sql::string(&self.database),
            list(names),
        );
        let rows: Vec<(String, String)> = self.system("reading tables", &query).await?;
        let feeds = |names: String| names.lines().map(String::from).collect();
        Ok(rows.into_iter().map(|(statement, names)| (statement, feeds(names))).collect())
    }

    /// The names of the tables of the database, without views and what belongs to them.
    pub(crate) async fn table_names(&self) -> Result<Vec<String>, SinkError> {
        let query = format!(
            "SELECT name FROM system.tables WHERE database = {} AND NOT is_temporary \
             AND (engine LIKE '%MergeTree' OR engine = 'Null') AND NOT startsWith(name, '.inner') ORDER BY name",
            sql::string(&self.database)
        );
        self.system("listing tables", &query).await
    }

    /// What parts of tables hold, by their names.
    pub(crate) async fn sizes(&self, names: &[&str]) -> Result<BTreeMap<String, Size>, SinkError> {
        let place = format!("database = {} AND table IN ({})", sql::string(&self.database), list(names));
        let query = format!(
            "SELECT table, sum(rows), sum(bytes_on_disk), count() FROM system.parts WHERE active AND {place} GROUP BY table"
        );
        let tables: Vec<(String, u64, u64, u64)> = self.system("asking how large tables are", &query).await?;
        let query = format!(
            "SELECT table, name, data_compressed_bytes FROM system.columns WHERE {place} ORDER BY position"
        );
        let columns: Vec<(String, String, u64)> = self.system("asking how large columns are", &query).await?;
        let mut sizes: BTreeMap<String, Size> = tables
            .into_iter()
            .map(|(table, rows, bytes, parts)| (table, Size { rows, bytes, parts, columns: BTreeMap::new() }))
            .collect();
        for (table, column, bytes) in columns {
            if let Some(size) = sizes.get_mut(&table) {
                size.columns.insert(column, bytes);
            }
        }
        Ok(sizes)
    }

    /// A selection as the server prints it, on one line.
    pub(crate) async fn formatted(&self, select: &str) -> Result<String, SinkError> {
        let query = format!("SELECT formatQuerySingleLine({})", sql::string(select));
        Ok(self.system("formatting a query", &query).await?.pop().unwrap_or_default())
    }

    /// A table with the columns that one of another database shows, so that views can be made that write into it.
    pub(crate) async fn stand_in(&self, table: &str, of: &str) -> Result<(), SinkError> {
        let table = sql::name(table);
        let statement =
            format!("CREATE TABLE {table} ENGINE = Null EMPTY AS SELECT * FROM {}.{table}", sql::name(of));
        self.create(&statement).await
    }

    /// Dictionaries that are called as those of another database, and have their columns: tables can be made that ask them. What
    /// they hold is not read.
    pub(crate) async fn stand_in_dictionaries(&self, of: &str) -> Result<(), SinkError> {
        let query = format!(
            "SELECT name, key.names AS keys, key.types AS key_types, attribute.names AS attributes, \
             attribute.types AS attribute_types FROM system.dictionaries WHERE database = {}",
            sql::string(of)
        );
        let dictionaries: Vec<Dictionary> = self.system("reading dictionaries", &query).await?;
        for Dictionary { name, keys, key_types, attributes, attribute_types } in dictionaries {
            let names: Vec<String> = keys.iter().chain(&attributes).map(|name| sql::name(name)).collect();
            let types = key_types.iter().chain(&attribute_types);
            let columns: Vec<String> =
                names.iter().zip(types).map(|(name, ty)| format!("{name} {ty}")).collect();
            let layout = if key_types == ["UInt64"] { "HASHED" } else { "COMPLEX_KEY_HASHED" };
            let statement = format!(
                "CREATE DICTIONARY {} ({}) PRIMARY KEY {} SOURCE(NULL()) LAYOUT({layout}()) LIFETIME(0)",
                sql::name(&name),
                columns.join(", "),
                names[..keys.len()].join(", "),
            );
            self.create(&statement).await?;
        }
        Ok(())
    }

    /// Drops a database with all that is in it.
    pub(crate) async fn drop_database(&self, database: &str) -> Result<(), SinkError> {
        let statement = format!("DROP DATABASE IF EXISTS {} SYNC", sql::name(database));
        let query = self.in_default().query(&statement);
        query
            .execute()
            .await
            .map_err(|error| SinkError::from_client(&self.endpoint, "dropping a database", &error))
    }

    /// A query that is asked from outside of the database, which need not exist.
    pub(super) async fn system<T>(&self, operation: &str, query: &str) -> Result<Vec<T>, SinkError>
    where
        T: RowOwned + clickhouse::RowRead,
    {
        // `?` would be taken for a parameter.
        let query = self.in_default().query(&query.replace('?', "??"));
        query.fetch_all().await.map_err(|error| SinkError::from_client(&self.endpoint, operation, &error))
    }
}

/// Strings with commas between them; one that is no name where there is none.
fn list(names: &[&str]) -> String {
    let names: Vec<String> = names.iter().map(|name| sql::string(name)).collect();
    if names.is_empty() { "''".into() } else { names.join(", ") }
}
