//! The two applications.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::Path;

/// What the structs derive.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Derive {
    StreamSchema,
    Serialize,
}

impl Derive {
    /// The name of the application.
    pub(crate) fn package(self) -> &'static str {
        match self {
            Derive::StreamSchema => "events-of-streamhouse",
            Derive::Serialize => "events-of-serde",
        }
    }

    fn dependency(self, root: &Path) -> String {
        match self {
            Derive::StreamSchema => format!("streamhouse = {{ path = {:?} }}", root.join("streamhouse")),
            Derive::Serialize => "serde = { version = \"1\", features = [\"derive\"] }".into(),
        }
    }
}

/// Writes an application, with the versions of dependencies that this repository has.
pub(crate) fn write(folder: &Path, derive: Derive, events: usize) -> io::Result<()> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = here.parent().unwrap_or(here);
    let folder = folder.join(derive.package());
    fs::create_dir_all(folder.join("src"))?;
    fs::copy(root.join("Cargo.lock"), folder.join("Cargo.lock"))?;
    let manifest = format!(
        "[package]\nname = {:?}\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[dependencies]\n\
         chrono = {{ version = \"0.4\", default-features = false, features = [\"std\", \"clock\", \"serde\"] }}\n\
         uuid = {{ version = \"1\", features = [\"v4\", \"v7\", \"serde\"] }}\n{}\n\n[workspace]\n",
        derive.package(),
        derive.dependency(root),
    );
    fs::write(folder.join("Cargo.toml"), manifest)?;
    let mut source = String::from(
        "#![allow(dead_code, reason = \"it is built, and not run\")]\n\nuse chrono::{DateTime, Utc};\nuse uuid::Uuid;\n\n",
    );
    for number in 0..events {
        structure(&mut source, derive, number);
    }
    source.push_str("fn main() {}\n");
    fs::write(folder.join("src/main.rs"), source)
}

/// Each field, and what an event says of it.
const FIELDS: &[(&str, &str)] = &[
    ("order_id: Uuid", "id"),
    ("customer_id: String", ""),
    ("currency: String", "low_cardinality, default = \"USD\""),
    ("amount: f64", "codec(Gorilla, ZSTD(3))"),
    ("quantity: u32", ""),
    ("coupon: Option<String>", ""),
    ("tags: Vec<String>", ""),
    ("paid: bool", ""),
    ("note: Option<String>", ""),
    ("created_at: DateTime<Utc>", "timestamp"),
];

/// Writes the struct of a number.
pub(crate) fn structure(source: &mut String, derive: Derive, number: usize) {
    let is_event = matches!(derive, Derive::StreamSchema);
    // Writing to a String cannot fail.
    let _ = match derive {
        Derive::StreamSchema => write!(
            source,
            "/// A customer placed an order.\n#[derive(streamhouse::StreamSchema)]\n#[stream(name = \"shop.order.n{number}\", \
             partition_by = toYYYYMM(created_at), order_by = (customer_id, created_at, order_id), ttl = days(365), \
             index(by_coupon: bloom_filter on coupon, granularity = 4))]\n"
        ),
        Derive::Serialize => {
            source.write_str("/// A customer placed an order.\n#[derive(serde::Serialize)]\n")
        }
    };
    let _ = writeln!(source, "pub struct Event{number} {{");
    for (field, said) in FIELDS {
        if is_event && !said.is_empty() {
            let _ = writeln!(source, "    #[stream({said})]");
        }
        let _ = writeln!(source, "    pub {field},");
    }
    source.push_str("}\n\n");
}
