//! Conditions, and values that depend on them.

use super::Takes::{Anything, Hashed, Integer, Ordered, Truth};
use super::{Gives, Known};
use crate::expr::shape::{Given, compares};
use crate::types::Type;

pub(super) const FUNCTIONS: &[Known] = &[
    Known::new(&["isNull", "isNotNull"], &[Anything], Gives::Is(|| Type::UInt8)).never_null(),
    Known::new(&["ifNull"], &[Anything, Anything], Gives::FirstThatIs).own_nulls(),
    Known::new(&["coalesce"], &[Anything], Gives::FirstThatIs).many().own_nulls(),
    Known::new(&["assumeNotNull"], &[Anything], Gives::Assumed).own_nulls(),
    Known::new(&["nullIf"], &[Ordered, Ordered], Gives::By(null_if)).own_nulls(),
    Known::new(&["if"], &[Truth, Anything, Anything], Gives::OneFrom(1)).own_nulls(),
    Known::new(&["multiIf"], &[Truth, Anything, Anything], Gives::EverySecond).many().own_nulls(),
    Known::new(
        &["caseWithExpression", "caseWithExpr"],
        &[Ordered, Anything, Anything, Anything],
        Gives::Cased,
    )
    .many()
    .own_nulls(),
    Known::new(&["greatest", "least"], &[Ordered], Gives::Extreme).many().own_nulls(),
    Known::new(&["and", "or", "xor"], &[Integer, Integer], Gives::By(truth)).many(),
    Known::new(&["not"], &[Integer], Gives::By(truth)),
    Known::new(
        &["equals", "notEquals", "less", "lessOrEquals", "greater", "greaterOrEquals"],
        &[Hashed, Hashed],
        Gives::By(compared),
    ),
];

fn compared(given: &[Given<'_>]) -> Option<Type> {
    let [one, other] = given else { return None };
    compares(one, other).then_some(Type::UInt8)
}

fn null_if(given: &[Given<'_>]) -> Option<Type> {
    let [one, other] = given else { return None };
    let ty = one.shape.ty.clone()?;
    let plain = !matches!(ty, Type::Array(_) | Type::Map(..) | Type::Tuple(_));
    (plain && compares(one, other)).then(|| Type::Nullable(Box::new(ty)))
}

/// Truth is a number, unless it is a `Bool` already.
fn truth(given: &[Given<'_>]) -> Option<Type> {
    let all = given.iter().map(|one| one.shape.ty.as_ref()).collect::<Option<Vec<_>>>()?;
    Some(if all.contains(&&Type::Bool) { Type::Bool } else { Type::UInt8 })
}
