//! What a rewrite costs.

use std::collections::BTreeMap;
use std::fmt;

/// What a table holds, as `system.parts` and `system.columns` say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Size {
    /// Rows.
    pub rows: u64,
    /// Bytes on the disk.
    pub bytes: u64,
    /// Parts.
    pub parts: u64,
    /// Compressed bytes of each column; none for one that is in compact parts only.
    pub columns: BTreeMap<String, u64>,
}

/// How much a step reads and writes again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Cost {
    /// Rows.
    pub rows: u64,
    /// Bytes on the disk; those of one column where the step rewrites no other.
    pub bytes: u64,
}

impl Size {
    /// What it costs to rewrite a column, or all of them.
    pub fn cost(&self, column: Option<&str>) -> Cost {
        let bytes = column.and_then(|column| self.columns.get(column)).copied();
        // Parts that are compact are written anew whole, and say nothing of their columns.
        Cost { rows: self.rows, bytes: bytes.filter(|bytes| *bytes > 0).unwrap_or(self.bytes) }
    }
}

impl fmt::Display for Cost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "about {} rows, {}", grouped(self.rows), bytes(self.bytes))
    }
}

/// Digits in groups of three.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

fn bytes(number: u64) -> String {
    const UNITS: [&str; 5] = ["kB", "MB", "GB", "TB", "PB"];
    let (mut value, mut unit) = (number as f64 / 1000.0, 0);
    if number < 1000 {
        return format!("{number} B");
    }
    while value >= 999.5 && unit + 1 < UNITS.len() {
        value /= 1000.0;
        unit += 1;
    }
    if value < 10.0 { format!("{value:.1} {}", UNITS[unit]) } else { format!("{value:.0} {}", UNITS[unit]) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn costs_are_said_for_people() {
        for (rows, bytes, expected) in [
            (0, 0, "about 0 rows, 0 B"),
            (999, 1234, "about 999 rows, 1.2 kB"),
            (1_234_567, 34_000_000, "about 1,234,567 rows, 34 MB"),
            (1, 999_900, "about 1 rows, 1.0 MB"),
        ] {
            assert_eq!(Cost { rows, bytes }.to_string(), expected);
        }
    }
}
