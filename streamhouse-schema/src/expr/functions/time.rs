//! Dates and moments.

use super::Takes::{
    Anything, Figure, Fine, FinePart, Integer, Moment, Part, Span, Step, Text, Time, Uuid, Word, Zone,
};
use super::{Gives, Known};
use crate::engine;
use crate::expr::Literal;
use crate::expr::shape::{Given, moved_by};
use crate::types::{Type, Unit};

const fn fine(precision: u8) -> Type {
    Type::DateTime64 { precision, zone: None }
}

pub(super) const FUNCTIONS: &[Known] = &[
    Known::new(&["toYear", "toDayOfYear", "toISOYear"], &[Time, Zone], Gives::Is(|| Type::UInt16))
        .optional(1),
    Known::new(
        &["toQuarter", "toMonth", "toDayOfMonth", "toISOWeek"],
        &[Time, Zone],
        Gives::Is(|| Type::UInt8),
    )
    .optional(1),
    Known::new(&["toHour", "toMinute", "toSecond"], &[Moment, Zone], Gives::Is(|| Type::UInt8)).optional(1),
    Known::new(&["toDayOfWeek", "toWeek"], &[Time, Figure, Zone], Gives::Is(|| Type::UInt8)).optional(2),
    Known::new(&["toYearWeek"], &[Time, Figure, Zone], Gives::Is(|| Type::UInt32)).optional(2),
    Known::new(&["toYYYYMM", "toYYYYMMDD"], &[Time, Zone], Gives::Is(|| Type::UInt32)).optional(1),
    Known::new(&["toYYYYMMDDhhmmss"], &[Time, Zone], Gives::Is(|| Type::UInt64)).optional(1),
    Known::new(&["toRelativeYearNum"], &[Time, Zone], Gives::Is(|| Type::UInt16)).optional(1),
    Known::new(
        &[
            "toRelativeQuarterNum",
            "toRelativeMonthNum",
            "toRelativeWeekNum",
            "toRelativeDayNum",
            "toRelativeHourNum",
        ],
        &[Time, Zone],
        Gives::Is(|| Type::UInt32),
    )
    .optional(1),
    Known::new(&["toUnixTimestamp"], &[Time], Gives::Is(|| Type::UInt32)),
    Known::new(
        &[
            "toUnixTimestamp64Milli",
            "toUnixTimestamp64Micro",
            "toUnixTimestamp64Nano",
            "toUnixTimestamp64Second",
        ],
        &[Fine],
        Gives::Is(|| Type::Int64),
    ),
    Known::new(
        &[
            "toStartOfYear",
            "toStartOfISOYear",
            "toStartOfQuarter",
            "toStartOfMonth",
            "toMonday",
            "toLastDayOfMonth",
        ],
        &[Time, Zone],
        Gives::Is(|| Type::Date),
    )
    .optional(1),
    Known::new(&["toStartOfWeek", "toLastDayOfWeek"], &[Time, Figure, Zone], Gives::Is(|| Type::Date))
        .optional(2),
    Known::new(
        &[
            "toStartOfHour",
            "toStartOfMinute",
            "toStartOfFiveMinutes",
            "toStartOfTenMinutes",
            "toStartOfFifteenMinutes",
        ],
        &[Moment, Zone],
        Gives::Is(|| Type::DateTime(None)),
    )
    .optional(1),
    Known::new(&["toStartOfDay"], &[Time, Zone], Gives::Is(|| Type::DateTime(None))).optional(1),
    Known::new(&["toStartOfInterval"], &[Time, Span], Gives::By(start_of_interval)),
    Known::new(&["dateTrunc"], &[Word, Time], Gives::By(truncated)),
    Known::new(&["toTimeZone"], &[Moment, Zone], Gives::Same),
    Known::new(&["addYears", "subtractYears"], &[Time, Step], Gives::By(|given| moved(given, Unit::Year))),
    Known::new(
        &["addQuarters", "subtractQuarters"],
        &[Time, Step],
        Gives::By(|given| moved(given, Unit::Quarter)),
    ),
    Known::new(&["addMonths", "subtractMonths"], &[Time, Step], Gives::By(|given| moved(given, Unit::Month))),
    Known::new(&["addWeeks", "subtractWeeks"], &[Time, Step], Gives::By(|given| moved(given, Unit::Week))),
    Known::new(&["addDays", "subtractDays"], &[Time, Step], Gives::By(|given| moved(given, Unit::Day))),
    Known::new(&["addHours", "subtractHours"], &[Time, Step], Gives::By(|given| moved(given, Unit::Hour))),
    Known::new(
        &["addMinutes", "subtractMinutes"],
        &[Time, Step],
        Gives::By(|given| moved(given, Unit::Minute)),
    ),
    Known::new(
        &["addSeconds", "subtractSeconds"],
        &[Time, Step],
        Gives::By(|given| moved(given, Unit::Second)),
    ),
    Known::new(&["dateDiff", "age"], &[FinePart, Time, Time], Gives::Is(|| Type::Int64)),
    Known::new(&["formatDateTime"], &[Time, Word, Zone], Gives::Is(|| Type::String)).optional(1),
    Known::new(&["dateName"], &[Part, Moment], Gives::Is(|| Type::String)),
    Known::new(&["now"], &[Zone], Gives::Is(|| Type::DateTime(None))).optional(1),
    Known::new(
        &["now64"],
        &[Figure, Zone],
        Gives::By(|given| match given.first().map(|one| one.literal) {
            None => Some(fine(3)),
            Some(literal) => digits(literal).map(fine),
        }),
    )
    .optional(2),
    Known::new(&["today", "yesterday"], &[], Gives::Is(|| Type::Date)),
    Known::new(&["fromUnixTimestamp"], &[Integer], Gives::Is(|| Type::DateTime(None))),
    Known::new(&["fromUnixTimestamp64Second"], &[Integer], Gives::Is(|| fine(0))),
    Known::new(&["fromUnixTimestamp64Milli"], &[Integer], Gives::Is(|| fine(3))),
    Known::new(&["fromUnixTimestamp64Micro"], &[Integer], Gives::Is(|| fine(6))),
    Known::new(&["fromUnixTimestamp64Nano"], &[Integer], Gives::Is(|| fine(9))),
    Known::new(&["parseDateTimeBestEffortOrZero"], &[Text, Anything], Gives::By(best_effort)).optional(1),
    Known::new(
        &["parseDateTimeBestEffortOrNull"],
        &[Text, Anything],
        Gives::By(|given| Some(Type::Nullable(Box::new(best_effort(given)?)))),
    )
    .optional(1),
    Known::new(&["UUIDv7ToDateTime"], &[Uuid], Gives::Is(|| fine(3))),
    Known::new(&["makeDate"], &[Integer, Integer, Integer], Gives::Is(|| Type::Date)),
    Known::new(
        &[
            "toIntervalNanosecond",
            "toIntervalMicrosecond",
            "toIntervalMillisecond",
            "toIntervalSecond",
            "toIntervalMinute",
            "toIntervalHour",
            "toIntervalDay",
            "toIntervalWeek",
            "toIntervalMonth",
            "toIntervalQuarter",
            "toIntervalYear",
        ],
        &[Integer],
        Gives::Unknown,
    ),
    Known::new(
        &["timezone", "serverTimezone", "hostName", "version", "currentDatabase", "currentUser"],
        &[],
        Gives::Is(|| Type::String),
    ),
    Known::new(&["uptime"], &[], Gives::Is(|| Type::UInt32)),
    Known::new(&["pi", "e"], &[], Gives::Is(|| Type::Float64)),
    Known::new(&["toTypeName"], &[Anything], Gives::Is(|| Type::String)).never_null(),
];

/// A moment of as many digits of a second as are named, or of whole seconds in a zone.
fn best_effort(given: &[Given<'_>]) -> Option<Type> {
    match given.get(1).map(|one| one.literal) {
        None => Some(Type::DateTime(None)),
        Some(Some(Literal::Text(zone))) => engine::knows_zone(zone).then_some(Type::DateTime(None)),
        Some(precision) => Some(fine(digits(precision)?)),
    }
}

/// The interval that a function of this name makes.
pub(in crate::expr) fn interval(name: &str) -> Option<Unit> {
    Some(match name.strip_prefix("toInterval")? {
        "Nanosecond" => Unit::Nanosecond,
        "Microsecond" => Unit::Microsecond,
        "Millisecond" => Unit::Millisecond,
        "Second" => Unit::Second,
        "Minute" => Unit::Minute,
        "Hour" => Unit::Hour,
        "Day" => Unit::Day,
        "Week" => Unit::Week,
        "Month" => Unit::Month,
        "Quarter" => Unit::Quarter,
        "Year" => Unit::Year,
        _ => return None,
    })
}

/// Digits after the point, as they stand there.
pub(super) fn digits(literal: Option<&Literal>) -> Option<u8> {
    match literal {
        Some(Literal::Number(digits)) => digits.parse().ok().filter(|digits| *digits <= 9),
        _ => None,
    }
}

fn moved(given: &[Given<'_>], unit: Unit) -> Option<Type> {
    moved_by(given.first()?.shape.ty.as_ref()?, &Type::Interval(unit))
}

/// The start of a span: a day where the span has whole weeks, else a moment.
fn start_of_interval(given: &[Given<'_>]) -> Option<Type> {
    let [at, span, ..] = given else { return None };
    let (Some(at), Some(Type::Interval(unit))) = (&at.shape.ty, &span.shape.ty) else { return None };
    started(at, *unit)
}

fn started(at: &Type, unit: Unit) -> Option<Type> {
    Some(match (unit, at) {
        (
            Unit::Year | Unit::Quarter | Unit::Month | Unit::Week,
            Type::Date | Type::DateTime(_) | Type::DateTime64 { .. } | Type::Date32,
        ) => Type::Date,
        (Unit::Day, Type::Date | Type::Date32 | Type::DateTime(_) | Type::DateTime64 { .. }) => {
            Type::DateTime(None)
        }
        (Unit::Hour | Unit::Minute | Unit::Second, Type::DateTime(_) | Type::DateTime64 { .. }) => {
            Type::DateTime(None)
        }
        (Unit::Millisecond, Type::DateTime64 { .. }) => fine(3),
        (Unit::Microsecond, Type::DateTime64 { .. }) => fine(6),
        (Unit::Nanosecond, Type::DateTime64 { .. }) => fine(9),
        _ => return None,
    })
}

fn truncated(given: &[Given<'_>]) -> Option<Type> {
    let [unit, at, ..] = given else { return None };
    let Some(Literal::Text(unit)) = unit.literal else { return None };
    let at = at.shape.ty.as_ref()?;
    let unit = match unit.as_str() {
        "year" => Unit::Year,
        "quarter" => Unit::Quarter,
        "month" => Unit::Month,
        "week" => Unit::Week,
        "day" => Unit::Day,
        "hour" => Unit::Hour,
        "minute" => Unit::Minute,
        "second" => Unit::Second,
        _ => return None,
    };
    // Where days before 1970 are, they are kept.
    Some(match (started(at, unit)?, at) {
        (Type::Date, Type::Date32 | Type::DateTime64 { .. }) => Type::Date32,
        (Type::DateTime(_), Type::Date32 | Type::DateTime64 { .. }) => fine(0),
        (ty, _) => ty,
    })
}
