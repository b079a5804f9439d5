//! What the column `_batch` costs: its bytes on the disk, and what a verification reads.

use serde_json::Value;
use streamhouse::StreamSchema;

use crate::event::PageViewed;
use crate::raw::Servers;
use crate::whole::DATABASE;

/// What was measured on the table of the whole way, after all rounds.
#[derive(Debug, Default)]
pub(crate) struct Cost {
    rows: u64,
    /// Parts and compressed bytes a row of the column and of all columns, as the parts were inserted and merged by chance.
    inserted: Size,
    /// The same of one part.
    merged: Size,
    /// Of a count of one insert's rows, in the merged table.
    verification: Verification,
}

#[derive(Debug, Default)]
struct Size {
    parts: u64,
    batch: f64,
    all: f64,
}

#[derive(Debug, Default, Clone, Copy)]
struct Verification {
    found: u64,
    rows: u64,
    bytes: u64,
    millis: f64,
}

pub(crate) async fn measure(servers: &Servers) -> Result<Cost, String> {
    let table = format!("{DATABASE}.{}", PageViewed::TABLE);
    let (rows, inserted) = size(servers).await?;
    servers.run(&format!("OPTIMIZE TABLE {table} FINAL")).await?;
    let (_, merged) = size(servers).await?;
    let newest = servers.json(&format!("SELECT max(_batch) FROM {table}")).await?;
    let id = number(&newest["data"][0]["max(_batch)"])?;
    // As `Sink::count` asks.
    let counted = servers
        .json(&format!(
            "SELECT _partition_id, count() AS rows FROM {table} WHERE _batch = {id} GROUP BY _partition_id ORDER BY _partition_id"
        ))
        .await?;
    let groups = counted["data"].as_array().cloned().unwrap_or_default();
    let found = groups.iter().map(|group| number(&group["rows"])).sum::<Result<u64, String>>()?;
    let statistics = &counted["statistics"];
    let verification = Verification {
        found,
        rows: number(&statistics["rows_read"])?,
        bytes: number(&statistics["bytes_read"])?,
        millis: statistics["elapsed"].as_f64().unwrap_or_default() * 1e3,
    };
    Ok(Cost { rows, inserted, merged, verification })
}

async fn size(servers: &Servers) -> Result<(u64, Size), String> {
    let found = servers
        .json(&format!(
            "SELECT sumIf(rows, column = '_batch') AS total, countIf(column = '_batch') AS parts, \
             sumIf(column_data_compressed_bytes, column = '_batch') AS batch, sum(column_data_compressed_bytes) AS whole \
             FROM system.parts_columns WHERE database = '{DATABASE}' AND table = '{}' AND active",
            PageViewed::TABLE
        ))
        .await?;
    let of = |name: &str| number(&found["data"][0][name]);
    let rows = of("total")?;
    let a_row = |bytes: u64| bytes as f64 / rows.max(1) as f64;
    Ok((rows, Size { parts: of("parts")?, batch: a_row(of("batch")?), all: a_row(of("whole")?) }))
}

/// A number, which JSON of ClickHouse may have in quotes.
fn number(value: &Value) -> Result<u64, String> {
    let text = value.as_str().and_then(|text| text.parse().ok());
    value.as_u64().or(text).ok_or_else(|| format!("{value} is not a number"))
}

impl Cost {
    pub(crate) fn print(&self) {
        println!("the column _batch, in {} rows", self.rows);
        for (what, Size { parts, batch, all }) in [("as inserted", &self.inserted), ("merged", &self.merged)]
        {
            println!("  {what:<30} {batch:>12.3} bytes a row of {all:.1}, in {parts} parts");
        }
        let Verification { found, rows, bytes, millis } = self.verification;
        println!("  a verification of {found} rows reads {rows} rows, {bytes} bytes, in {millis:.1} ms");
    }

    pub(crate) fn json(&self) -> Value {
        let size = |size: &Size| {
            serde_json::json!({
                "parts": size.parts, "batch_bytes_a_row": size.batch, "all_bytes_a_row": size.all
            })
        };
        let Verification { found, rows, bytes, millis } = self.verification;
        serde_json::json!({
            "rows": self.rows, "inserted": size(&self.inserted), "merged": size(&self.merged),
            "verification": {"found": found, "rows_read": rows, "bytes_read": bytes, "ms": millis},
        })
    }
}
