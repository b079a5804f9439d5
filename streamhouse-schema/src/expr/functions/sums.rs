//! Functions that make one value of many rows.

use super::Takes::{Number, Ordered, Shown, Step};
use super::{Gives, Known};
use crate::expr::shape::{Given, Number as Parts};
use crate::types::Type;

pub(super) const FUNCTIONS: &[Known] = &[
    Known::new(&["count"], &[Shown], Gives::Is(|| Type::UInt64)).optional(1).never_null(),
    Known::new(&["uniq", "uniqExact", "uniqHLL12"], &[super::Takes::Hashed], Gives::Is(|| Type::UInt64))
        .many()
        .never_null(),
    Known::new(&["uniqCombined"], &[super::Takes::Hashed], Gives::Is(|| Type::UInt64)),
    Known::new(&["sum"], &[Number], Gives::By(sum)),
    Known::new(&["avg"], &[Number], Gives::Is(|| Type::Float64)),
    Known::new(&["min", "max"], &[Ordered], Gives::Same),
    Known::new(&["any", "anyLast"], &[Shown], Gives::Same),
    Known::new(&["argMin", "argMax"], &[Shown, Ordered], Gives::Unknown),
    Known::new(&["groupArray", "groupUniqArray"], &[Shown], Gives::Unknown),
    Known::new(&["quantile", "median"], &[Step], Gives::Is(|| Type::Float64)),
];

fn sum(given: &[Given<'_>]) -> Option<Type> {
    Some(match Parts::of(given.first()?.shape.ty.as_ref()?)? {
        Parts::Integer { signed, bits: ..=64 } => Parts::Integer { signed, bits: 64 }.ty(),
        Parts::Integer { signed, bits } => Parts::Integer { signed, bits }.ty(),
        Parts::Float { .. } => Type::Float64,
        Parts::Decimal { precision, scale } => Type::Decimal { precision: precision.max(38), scale },
    })
}
