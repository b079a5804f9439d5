//! Since when a server takes a type.

use super::{Geo, Type};
use crate::version::{Need, Version};

/// Types that are younger than the oldest server that a declaration may name, each with the first release that creates
/// a column of it without a setting, which is later than the release that had it as an experiment. The names of settings are
/// those whose default changed then (`system.settings_changes`); `Geometry` was another name for String before
/// <https://clickhouse.com/docs/whats-new/changelog/2025#2511>; `QBit` of `Int8` is of
/// <https://github.com/ClickHouse/ClickHouse/pull/108105>, its stride of <https://github.com/ClickHouse/ClickHouse/pull/108103>.
const YOUNG: &[(&str, Version, Option<&str>)] = &[
    ("BFloat16", Version::new(25, 1), Some("allow_experimental_bfloat16_type")),
    ("Variant", Version::new(25, 3), Some("enable_variant_type")),
    ("Dynamic", Version::new(25, 3), Some("enable_dynamic_type")),
    ("JSON", Version::new(25, 3), Some("enable_json_type")),
    ("Geometry", Version::new(25, 11), None),
    ("Time", Version::new(25, 12), Some("enable_time_time64_type")),
    ("Time64", Version::new(25, 12), Some("enable_time_time64_type")),
    ("QBit", Version::new(26, 1), Some("enable_qbit_type")),
    ("QBit of Int8", Version::new(26, 7), None),
    ("QBit with a stride", Version::new(26, 7), None),
];

/// The settings that keep types as experiments, each with the release whose default allows them.
pub fn gates() -> impl Iterator<Item = (&'static str, Version)> {
    YOUNG.iter().filter_map(|(_, since, gate)| gate.map(|gate| (gate, *since)))
}

/// Since when a server has the type of a name, where that is younger than the oldest one that is supported.
pub fn type_since(name: &str) -> Option<Version> {
    YOUNG.iter().find(|(young, ..)| *young == name).map(|(_, since, _)| *since)
}

impl Type {
    /// The youngest of the type and those inside it, where one is younger than the oldest server that is supported.
    pub fn need(&self) -> Option<Need> {
        let own = self.young().and_then(|name| YOUNG.iter().find(|(young, ..)| *young == name));
        let own = own.map(|(name, since, _)| Need { what: (*name).to_string(), since: *since });
        // The first one among equals is the one that stands first in the text.
        let inner = self.parts().into_iter().filter_map(Type::need);
        own.into_iter()
            .chain(inner)
            .reduce(|first, other| if other.since > first.since { other } else { first })
    }

    fn young(&self) -> Option<&'static str> {
        Some(match self {
            Type::BFloat16 => "BFloat16",
            Type::Variant(_) => "Variant",
            Type::Dynamic(_) => "Dynamic",
            Type::Json(_) => "JSON",
            Type::Geo(Geo::Geometry) => "Geometry",
            Type::Time => "Time",
            Type::Time64(_) => "Time64",
            Type::QBit(vector) if vector.element == Type::Int8 => "QBit of Int8",
            Type::QBit(vector) if vector.stride < vector.dimension => "QBit with a stride",
            Type::QBit(_) => "QBit",
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_youngest_part_counts() {
        let need = |text: &str| {
            let ty: Type = text.parse().expect("a type");
            ty.need().map(|need| format!("{} {}", need.what, need.since))
        };
        assert_eq!(need("Map(String, Array(Nullable(Time64(3))))"), Some("Time64 25.12".into()));
        assert_eq!(need("Tuple(JSON, BFloat16)"), Some("JSON 25.3".into()));
        assert_eq!(need("Array(LowCardinality(String))"), None);
        assert_eq!(need("Point"), None);
        assert_eq!(need("Array(QBit(BFloat16, 8))"), Some("QBit 26.1".into()));
        assert_eq!(need("QBit(Float32, 16, 8)"), Some("QBit with a stride 26.7".into()));
    }
}
