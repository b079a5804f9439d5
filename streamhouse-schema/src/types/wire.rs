//! The form in which values travel.

use super::{Element, Type};

impl Type {
    /// The form in which values of this type travel: what is left when everything that only concerns storage is
    /// taken off. The server converts it on insert (`input_format_native_allow_types_conversion`).
    pub fn wire(&self) -> Type {
        let boxed = |ty: &Type| Box::new(ty.wire());
        let tuple = |elements: &[Element]| {
            let one = |element: &Element| Element { name: element.name.clone(), ty: element.ty.wire() };
            Type::Tuple(elements.iter().map(one).collect())
        };
        match self {
            Type::LowCardinality(inner) => inner.wire(),
            Type::Nullable(inner) => Type::Nullable(boxed(inner)),
            Type::Array(inner) => Type::Array(boxed(inner)),
            Type::Map(key, value) => Type::Map(boxed(key), boxed(value)),
            Type::Tuple(elements) => tuple(elements),
            Type::Nested(elements) => Type::Array(Box::new(tuple(elements))),
            Type::Enum { wide: false, .. } => Type::Int8,
            Type::Enum { wide: true, .. } => Type::Int16,
            Type::Json(_) => Type::String,
            Type::QBit(vector) => vector.list(),
            Type::SimpleAggregateFunction(aggregate) => match &aggregate.arguments[..] {
                [value] => value.wire(),
                _ => self.clone(),
            },
            plain => plain.clone(),
        }
    }

    /// The innermost type that keeps this one from travelling: values of `Variant`, `Dynamic` and `AggregateFunction`
    /// cannot be made of plain ones, an empty Tuple has none, and no list is NULL, as which a `QBit` travels.
    pub fn obstacle(&self) -> Option<&Type> {
        let alone = match self {
            Type::Variant(_) | Type::Dynamic(_) | Type::AggregateFunction(_) => true,
            Type::Tuple(elements) => elements.is_empty(),
            Type::Geo(geo) => geo.structure().is_none(),
            Type::SimpleAggregateFunction(aggregate) => aggregate.arguments.len() != 1,
            // What is in it travels as text.
            Type::Json(_) => return None,
            // A list is never NULL.
            Type::Nullable(inner) => matches!(**inner, Type::QBit(_)),
            _ => false,
        };
        if alone { Some(self) } else { self.parts().into_iter().find_map(Type::obstacle) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_concerns_storage_is_taken_off() {
        for (stored, travels) in [
            ("LowCardinality(Nullable(String))", "Nullable(String)"),
            ("Enum8('a' = 1)", "Int8"),
            ("Array(Enum16('a' = 1000))", "Array(Int16)"),
            ("Tuple(a LowCardinality(String), b JSON)", "Tuple(a String, b String)"),
            ("Map(String, Nested(a UInt8))", "Map(String, Array(Tuple(a UInt8)))"),
            ("SimpleAggregateFunction(max, LowCardinality(String))", "String"),
            ("Ring", "Ring"),
            ("Array(QBit(Float32, 16, 8))", "Array(Array(Float32))"),
            ("IntervalDay", "IntervalDay"),
        ] {
            let ty: Type = stored.parse().expect(stored);
            assert_eq!(ty.wire().to_string(), travels);
            assert_eq!(ty.obstacle(), None, "{ty}");
        }
        for (ty, obstacle) in [
            ("Array(Variant(String, UInt8))", "Variant(String, UInt8)"),
            ("Tuple(a Array(Dynamic))", "Dynamic"),
            ("Map(String, AggregateFunction(sum, UInt64))", "AggregateFunction(sum, UInt64)"),
            ("Array(Tuple())", "Tuple()"),
            ("Geometry", "Geometry"),
            ("Array(Nullable(QBit(Int8, 3)))", "Nullable(QBit(Int8, 3))"),
        ] {
            let ty: Type = ty.parse().expect(ty);
            assert_eq!(ty.obstacle().map(ToString::to_string).as_deref(), Some(obstacle));
        }
    }
}
