//! What the functions that keys, TTLs and defaults use most take and yield. Any other function of ClickHouse may be used
//! too; what it does with its arguments is then for the engine to say.

use std::fmt;
use std::ops::RangeInclusive;

use super::shape::{Kind, Shape};

pub(super) struct Known {
    pub(super) names: &'static [&'static str],
    pub(super) count: RangeInclusive<usize>,
    /// What the first argument may be.
    pub(super) takes: Takes,
    pub(super) answer: Answer,
}

#[derive(Clone, Copy)]
pub(super) enum Takes {
    Anything,
    /// What becomes a date or a moment whatever its value is.
    Date,
    Moment,
    Time,
    Text,
    Number,
    /// A whole number, for one that is not 0 is true.
    Truth,
    TextOrList,
    Map,
}

impl fmt::Display for Takes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Takes::Anything => "anything",
            Takes::Date => "a date, a moment or a number",
            Takes::Moment => "a moment",
            Takes::Time => "a date or a moment",
            Takes::Text => "text",
            Takes::Number => "a number",
            Takes::Truth => "a condition",
            Takes::TextOrList => "text, a list or a map",
            Takes::Map => "a map",
        })
    }
}

#[derive(Clone, Copy)]
pub(super) enum Answer {
    /// Always this; NULL where an argument is.
    Kind(fn() -> Kind),
    /// Always this, never NULL.
    NeverNull(fn() -> Kind),
    /// What the first argument is.
    Same,
    /// What the first argument is, without NULL.
    Assumed,
    /// The first argument that is not NULL.
    FirstThatIs,
    /// One of the last two.
    OneOfLastTwo,
    Keys,
    Values,
    Tuple,
    Map,
}

const fn known(
    names: &'static [&'static str],
    count: RangeInclusive<usize>,
    takes: Takes,
    answer: Answer,
) -> Known {
    Known { names, count, takes, answer }
}

const MANY: usize = usize::MAX;

pub(super) const FUNCTIONS: &[Known] = &[
    known(
        &[
            "toYear",
            "toQuarter",
            "toMonth",
            "toDayOfMonth",
            "toDayOfYear",
            "toHour",
            "toMinute",
            "toSecond",
            "toYYYYMM",
            "toYYYYMMDD",
            "toYYYYMMDDhhmmss",
            "toISOWeek",
            "toISOYear",
        ],
        1..=2,
        Takes::Time,
        Answer::Kind(|| Kind::Whole),
    ),
    known(
        &[
            "toStartOfYear",
            "toStartOfISOYear",
            "toStartOfQuarter",
            "toStartOfMonth",
            "toMonday",
            "toLastDayOfMonth",
        ],
        1..=2,
        Takes::Time,
        Answer::Kind(|| Kind::Date),
    ),
    known(&["toStartOfWeek"], 1..=3, Takes::Time, Answer::Kind(|| Kind::Date)),
    known(
        &[
            "toStartOfHour",
            "toStartOfMinute",
            "toStartOfFiveMinutes",
            "toStartOfTenMinutes",
            "toStartOfFifteenMinutes",
        ],
        1..=2,
        Takes::Moment,
        Answer::Kind(|| Kind::Time),
    ),
    known(&["toStartOfDay"], 1..=2, Takes::Time, Answer::Kind(|| Kind::Time)),
    known(&["toDate", "toDate32"], 1..=2, Takes::Date, Answer::Kind(|| Kind::Date)),
    known(&["toDateTime"], 1..=2, Takes::Date, Answer::Kind(|| Kind::Time)),
    known(&["toDateTime64"], 2..=3, Takes::Date, Answer::Kind(|| Kind::Time)),
    known(
        &[
            "toIntervalSecond",
            "toIntervalMinute",
            "toIntervalHour",
            "toIntervalDay",
            "toIntervalWeek",
            "toIntervalMonth",
            "toIntervalQuarter",
            "toIntervalYear",
        ],
        1..=1,
        Takes::Number,
        Answer::Kind(|| Kind::Interval),
    ),
    known(&["toString"], 1..=2, Takes::Anything, Answer::Kind(|| Kind::Text)),
    known(
        &["lower", "upper", "lowerUTF8", "upperUTF8", "domain", "reverseUTF8"],
        1..=1,
        Takes::Text,
        Answer::Kind(|| Kind::Text),
    ),
    known(&["length"], 1..=1, Takes::TextOrList, Answer::Kind(|| Kind::Whole)),
    known(&["lengthUTF8"], 1..=1, Takes::Text, Answer::Kind(|| Kind::Whole)),
    known(
        &["cityHash64", "xxHash64", "farmHash64", "metroHash64"],
        1..=MANY,
        Takes::Anything,
        Answer::Kind(|| Kind::Whole),
    ),
    known(&["abs"], 1..=1, Takes::Number, Answer::Same),
    known(&["sum"], 1..=1, Takes::Number, Answer::Same),
    known(&["avg"], 1..=1, Takes::Number, Answer::Kind(|| Kind::Unknown)),
    known(&["min", "max", "any", "anyLast"], 1..=1, Takes::Anything, Answer::Same),
    known(&["count"], 0..=1, Takes::Anything, Answer::NeverNull(|| Kind::Whole)),
    known(&["isNull", "isNotNull"], 1..=1, Takes::Anything, Answer::NeverNull(|| Kind::Whole)),
    known(&["ifNull"], 2..=2, Takes::Anything, Answer::FirstThatIs),
    known(&["coalesce"], 1..=MANY, Takes::Anything, Answer::FirstThatIs),
    known(&["assumeNotNull"], 1..=1, Takes::Anything, Answer::Assumed),
    known(&["if"], 3..=3, Takes::Truth, Answer::OneOfLastTwo),
    known(&["mapKeys"], 1..=1, Takes::Map, Answer::Keys),
    known(&["mapValues"], 1..=1, Takes::Map, Answer::Values),
    known(&["map"], 0..=MANY, Takes::Anything, Answer::Map),
    known(&["tuple"], 0..=MANY, Takes::Anything, Answer::Tuple),
    known(&["now"], 0..=1, Takes::Text, Answer::Kind(|| Kind::Time)),
    known(&["now64"], 0..=2, Takes::Anything, Answer::Kind(|| Kind::Time)),
    known(&["today", "yesterday"], 0..=0, Takes::Anything, Answer::Kind(|| Kind::Date)),
    known(&["generateUUIDv4", "generateUUIDv7"], 0..=1, Takes::Anything, Answer::Kind(|| Kind::Uuid)),
    known(&["concat"], 1..=MANY, Takes::Anything, Answer::Kind(|| Kind::Text)),
    known(
        &["array"],
        0..=MANY,
        Takes::Anything,
        Answer::NeverNull(|| Kind::Array(Box::new(Shape::of(Kind::Unknown)))),
    ),
];
