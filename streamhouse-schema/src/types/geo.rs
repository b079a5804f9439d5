//! Points, and what is made of them (<https://clickhouse.com/docs/sql-reference/data-types/geo>).

use super::{Element, Type};

/// A geometric type. Each is another name for lists of pairs of Float64, save `Geometry`, which is any of the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "the names are ClickHouse's own")]
pub enum Geo {
    Point,
    Ring,
    LineString,
    MultiLineString,
    Polygon,
    MultiPolygon,
    Geometry,
}

impl Geo {
    pub(super) const ALL: &'static [(&'static str, Geo)] = &[
        ("Point", Geo::Point),
        ("Ring", Geo::Ring),
        ("LineString", Geo::LineString),
        ("MultiLineString", Geo::MultiLineString),
        ("Polygon", Geo::Polygon),
        ("MultiPolygon", Geo::MultiPolygon),
        ("Geometry", Geo::Geometry),
    ];

    /// The type that it is another name for; none for `Geometry`.
    pub fn structure(self) -> Option<Type> {
        let list = |of: Geo| of.structure().map(|ty| Type::Array(Box::new(ty)));
        match self {
            Geo::Point => {
                let coordinate = || Element { name: None, ty: Type::Float64 };
                Some(Type::Tuple(vec![coordinate(), coordinate()]))
            }
            Geo::Ring | Geo::LineString => list(Geo::Point),
            Geo::MultiLineString => list(Geo::LineString),
            Geo::Polygon => list(Geo::Ring),
            Geo::MultiPolygon => list(Geo::Polygon),
            Geo::Geometry => None,
        }
    }
}
