//! What operators between two operands yield.

use super::compare::{comparable, literal};
use super::moments::{is_step, moved};
use super::operators::{is_number, is_shown};
use super::{Kind, Misfit, Shape, common, is_folded, numbers, place};
use crate::compile::literal_fits;
use crate::expr::{Binary, Expr, Literal};
use crate::types::Type;

pub(super) fn binary<A: Copy>(
    operator: Binary,
    (left, from): (&Expr<A>, Shape),
    (right, to): (&Expr<A>, Shape),
    misfits: &mut Vec<Misfit<A>>,
) -> Shape {
    // Element by element.
    if let (Binary::Plus | Binary::Minus, Kind::Tuple(one), Kind::Tuple(other)) =
        (operator, &from.kind, &to.kind)
        && one.len() == other.len()
    {
        let pairs = one.iter().cloned().zip(other.iter().cloned());
        let items = pairs.map(|(one, other)| binary(operator, (left, one), (right, other), misfits));
        return Shape::together(items.collect());
    }
    let nullable = from.passes_null() || to.passes_null();
    let sides = Sides { operator, left, from: &from, right, to: &to, nullable };
    let yields = match operator {
        Binary::Plus | Binary::Minus | Binary::Multiply | Binary::Divide | Binary::Modulo => sides.computed(),
        Binary::Concat => sides.joined(),
        Binary::And | Binary::Or => sides.decided(),
        Binary::Like | Binary::NotLike | Binary::ILike | Binary::NotILike => sides.matched(),
        Binary::In | Binary::NotIn => sides.searched(),
        _ => sides.compared(),
    };
    yields.unwrap_or_else(|misfit| {
        misfits.push(misfit);
        Shape::unknown()
    })
}

/// An operator with its operands, and what these are.
struct Sides<'a, A> {
    operator: Binary,
    left: &'a Expr<A>,
    from: &'a Shape,
    right: &'a Expr<A>,
    to: &'a Shape,
    /// Whether one of them may be NULL, and with it the result.
    nullable: bool,
}

type Yields<A> = Result<Shape, Misfit<A>>;

impl<'a, A: Copy> Sides<'a, A> {
    /// Arithmetic, with days and moments too.
    fn computed(&self) -> Yields<A> {
        let Sides { operator, left, from, right, to, .. } = *self;
        // Only days and moments are moved by a tuple, of intervals.
        let tuple = |shape: &Shape| matches!(shape.kind, Kind::Tuple(_));
        let time = |shape: &Shape| matches!(shape.ty, Some(Type::Time | Type::Time64(_)));
        if matches!(operator, Binary::Plus | Binary::Minus)
            && ((tuple(from) && time(to)) || (time(from) && tuple(to)))
        {
            return Err(self.misfit());
        }
        if from.kind == Kind::Unknown || to.kind == Kind::Unknown {
            return Ok(Shape::unknown().or_null(self.nullable));
        }
        // ClickHouse puts two units side by side, and cannot where only one of them is the same for all rows.
        let half_constant = left.columns().is_empty() != right.columns().is_empty();
        let steps = matches!(from.kind, Kind::Interval | Kind::Tuple(_)) && to.kind == Kind::Interval;
        if steps && from.ty != to.ty && half_constant {
            return Err(self.misfit());
        }
        let result = match (&from.ty, &to.ty) {
            (None, _) if is_number(&from.kind) => return Ok(Shape::unknown().or_null(self.nullable)),
            (_, None) if is_number(&to.kind) => return Ok(Shape::unknown().or_null(self.nullable)),
            (Some(one), Some(other)) => {
                numbers::arithmetic(operator, one, other).or_else(|| moved(operator, one, other))
            }
            _ => None,
        };
        // Both have bounds that a computed number may lie beyond.
        let bounded = match result {
            Some(Type::DateTime64 { .. }) => !(is_step(left) || is_step(right)),
            Some(Type::Decimal { .. }) => true,
            _ => false,
        };
        if bounded && is_folded(left) && is_folded(right) {
            return Err(self.folded());
        }
        self.of(result)
    }

    fn joined(&self) -> Yields<A> {
        let plain =
            |ty: &Type| is_shown(ty) && !matches!(ty, Type::Array(_) | Type::Map(..) | Type::Tuple(_));
        let fits = |shape: &Shape| shape.kind == Kind::Unknown || shape.ty.as_ref().is_some_and(plain);
        self.of((fits(self.from) && fits(self.to)).then_some(Type::String))
    }

    fn decided(&self) -> Yields<A> {
        let truth = |shape: &Shape| matches!(shape.kind, Kind::Whole | Kind::Float | Kind::Unknown);
        let bool = |shape: &Shape| shape.ty == Some(Type::Bool);
        let ty = if bool(self.from) || bool(self.to) { Type::Bool } else { Type::UInt8 };
        self.of((truth(self.from) && truth(self.to)).then_some(ty))
    }

    fn matched(&self) -> Yields<A> {
        let text = |shape: &Shape| matches!(shape.kind, Kind::Text | Kind::Unknown);
        let fixed = matches!(self.to.ty, Some(Type::FixedString(_)));
        self.of((text(self.from) && text(self.to) && !fixed).then_some(Type::UInt8))
    }

    /// Whether a value is one of some.
    fn searched(&self) -> Yields<A> {
        let Sides { operator, left, from, right, to, .. } = *self;
        let values: Vec<(&Expr<A>, &Shape)> = match (right, &to.kind) {
            (Expr::Tuple(items), Kind::Tuple(kinds)) => items.iter().zip(kinds).collect(),
            _ => vec![(right, to)],
        };
        // ClickHouse makes decimals of the numbers, all of which have to be ones of this many digits.
        if let Some(ty @ Type::Decimal { .. }) = &from.ty
            && let Some((value, _)) = values.iter().find(
                |(value, _)| matches!(literal(value), Some(number @ Literal::Number(_)) if !literal_fits(number, ty)),
            )
        {
            let message = format!("`{}` looks for what is no {ty}", operator.text());
            return Err(Misfit { at: place(value), message });
        }
        let alike = |to: &Shape| match (&from.ty, &to.ty) {
            (Some(Type::Array(_)), _) => false,
            (Some(from), Some(to)) => common(from, to).is_some(),
            _ => true,
        };
        // Of other values than literals ClickHouse says that they may be NULL.
        let hidden = !values.iter().all(|(value, _)| matches!(value, Expr::Literal(_, _)));
        let one_by_one = values.iter().all(|(value, to)| literal(value).is_some() || alike(to));
        let many = matches!(from.kind, Kind::Array(_) | Kind::Map(..) | Kind::Tuple(_));
        let null = values.iter().any(|(value, _)| literal(value) == Some(&Literal::Null));
        let fits = !from.is_mixed()
            && (!hidden || one_by_one)
            && !(many && (hidden || null))
            && values.into_iter().all(|(value, to)| comparable((literal(left), from), (literal(value), to)));
        let found = self.of(fits.then_some(Type::UInt8))?;
        let nullable = found.nullable || hidden;
        Ok(found.or_null(nullable))
    }

    fn compared(&self) -> Yields<A> {
        let Sides { left, from, right, to, .. } = *self;
        let sides = [(left, to), (right, from)];
        let large =
            sides.into_iter().find(|(number, other)| numbers::overflows(literal(number), other.ty.as_ref()));
        if let Some((number, other)) = large {
            let ty = other.ty.as_ref().map_or_else(String::new, Type::to_string);
            let message =
                format!("this number is too large to be compared with {ty}, whose bytes have no room for it");
            return Err(Misfit { at: place(number), message });
        }
        let decimal = from.kind == Kind::Decimal || to.kind == Kind::Decimal;
        let computed = |side: &Expr<A>, shape: &Shape| {
            literal(side).is_none() && matches!(shape.kind, Kind::Whole | Kind::Wide)
        };
        if decimal && (computed(left, from) || computed(right, to)) && is_folded(left) && is_folded(right) {
            return Err(self.folded());
        }
        let fits = comparable((literal(left), from), (literal(right), to));
        self.of(fits.then_some(Type::UInt8))
    }

    /// What comes out, if anything does.
    fn of(&self, ty: Option<Type>) -> Yields<A> {
        let ty = ty.ok_or_else(|| self.misfit())?;
        Ok(Shape::from(&ty).or_null(self.nullable))
    }

    fn misfit(&self) -> Misfit<A> {
        let message =
            format!("`{}` does not take {} and {}", self.operator.text(), self.from.kind, self.to.kind);
        Misfit { at: self.place(), message }
    }

    /// The server computes it when the table is created, and refuses the table where it cannot.
    fn folded(&self) -> Misfit<A> {
        let message = format!(
            "`{}` computes what is the same for all rows: write what comes out",
            self.operator.text()
        );
        Misfit { at: self.place(), message }
    }

    fn place(&self) -> Option<A> {
        place(self.left).or(place(self.right))
    }
}
