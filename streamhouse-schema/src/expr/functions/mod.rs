//! What the functions that keys, TTLs, defaults, constraints and projections use take and yield. Any other function of
//! ClickHouse may be used too; what it does with its arguments is then for the engine to say.
//!
//! A test asks the engine about every function here, with every type that it is said to take.

mod choice;
mod convert;
mod lists;
mod numbers;
mod sums;
mod text;
mod time;

use std::collections::BTreeMap;
use std::fmt;
use std::ops::RangeInclusive;
use std::sync::LazyLock;

pub(super) use time::interval;

use super::shape::Given;
use crate::types::Type;

/// A function, or several that take and yield the same.
pub(super) struct Known {
    pub(super) names: &'static [&'static str],
    takes: &'static [Takes],
    /// How many arguments may be left out at the end.
    optional: usize,
    /// Whether the last argument may stand again and again.
    many: bool,
    pub(super) gives: Gives,
    pub(super) nulls: Nulls,
}

/// What an argument may be.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Takes {
    Anything,
    /// What ClickHouse writes as text.
    Shown,
    /// The same, and no list, map or tuple.
    Plain,
    /// What ClickHouse computes a hash of.
    Hashed,
    /// What can be told greater and less.
    Ordered,
    /// What becomes a date or a moment.
    Date,
    /// The same, or a number with a point.
    Read,
    /// The same, or a UUID.
    ReadOrUuid,
    Moment,
    /// A moment of parts of seconds.
    Fine,
    Time,
    Text,
    /// Text of any length.
    String,
    /// An integer of at most 64 bits.
    Integer,
    /// Any integer.
    Whole,
    /// An integer of at most 64 bits, or a float.
    Step,
    Number,
    /// What is true or false: a `UInt8` or a `Bool`.
    Truth,
    TextOrList,
    /// What may be empty.
    Filled,
    List,
    Numbers,
    Texts,
    Map,
    Tuple,
    Uuid,
    Ipv4,
    Address,
    /// An interval that is the same for all rows.
    Span,
    /// A time zone that stands there, of a moment before it.
    Zone,
    /// A unit of time that stands there.
    Part,
    /// The same, or one below a second.
    FinePart,
    /// A string of one byte that stands there.
    Byte,
    /// A range of IP addresses that stands there.
    Range,
    /// A string that stands there.
    Word,
    /// A number that stands there.
    Figure,
}

impl fmt::Display for Takes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Takes::Anything | Takes::Shown | Takes::Plain | Takes::Hashed | Takes::Ordered => "a plain value",
            Takes::Date => "a date, a moment, a number or text",
            Takes::Read => "a date, a moment, a number or text",
            Takes::ReadOrUuid => "a date, a moment, a number, text or a UUID",
            Takes::Moment => "a moment",
            Takes::Fine => "a DateTime64",
            Takes::Time => "a date or a moment",
            Takes::Text => "text",
            Takes::String => "a String",
            Takes::Integer => "an integer of at most 64 bits",
            Takes::Whole => "an integer",
            Takes::Step => "an integer of at most 64 bits or a float",
            Takes::Number => "a number",
            Takes::Truth => "a condition",
            Takes::TextOrList => "text, a list or a map",
            Takes::Filled => "text, a list or a map",
            Takes::List => "a list",
            Takes::Numbers => "a list of numbers",
            Takes::Texts => "a list of text",
            Takes::Map => "a map",
            Takes::Tuple => "a tuple",
            Takes::Uuid => "a UUID",
            Takes::Ipv4 => "an IPv4 address",
            Takes::Address => "an IP address",
            Takes::Span => "an interval that is the same for all rows",
            Takes::Zone => "a time zone of a moment",
            Takes::Part | Takes::FinePart => "a unit of time, such as \"day\"",
            Takes::Byte => "a string of one byte",
            Takes::Range => "a range such as \"10.0.0.0/8\"",
            Takes::Word => "a string",
            Takes::Figure => "a number",
        })
    }
}

/// What comes out.
#[derive(Clone, Copy)]
pub(super) enum Gives {
    /// Always this.
    Is(fn() -> Type),
    /// What the arguments make it; `None` where they do not go together.
    By(fn(&[Given<'_>]) -> Option<Type>),
    /// What the first argument is.
    Same,
    /// What the first argument is, never NULL.
    Assumed,
    /// What the first argument is, or NULL.
    OrNull,
    /// The first argument that is not NULL.
    FirstThatIs,
    /// One of the arguments from this one on.
    OneFrom(usize),
    /// One of those that stand behind conditions, or the last.
    EverySecond,
    /// One of those that stand behind values of the first, or the last.
    Cased,
    /// The greatest or the least of all.
    Extreme,
    /// All of them.
    List,
    /// The keys of a map.
    Keys,
    /// The values of a map.
    Values,
    /// An element of a list.
    Item,
    /// An element of a tuple.
    Element,
    Tuple,
    Map,
    Unknown,
}

/// What becomes of NULL.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Nulls {
    /// Where an argument is NULL, so is the result.
    Pass,
    /// The result is never NULL.
    Never,
    /// What is given says it.
    Own,
    /// No argument may be NULL.
    Refused,
}

impl Known {
    const fn new(names: &'static [&'static str], takes: &'static [Takes], gives: Gives) -> Self {
        Known { names, takes, optional: 0, many: false, gives, nulls: Nulls::Pass }
    }

    const fn optional(self, optional: usize) -> Self {
        Known { optional, ..self }
    }

    const fn many(self) -> Self {
        Known { many: true, ..self }
    }

    const fn never_null(self) -> Self {
        Known { nulls: Nulls::Never, ..self }
    }

    const fn no_null(self) -> Self {
        Known { nulls: Nulls::Refused, ..self }
    }

    const fn own_nulls(self) -> Self {
        Known { nulls: Nulls::Own, ..self }
    }

    /// How many arguments it takes.
    pub(super) fn count(&self) -> RangeInclusive<usize> {
        let most = if self.many { usize::MAX } else { self.takes.len() };
        self.takes.len() - self.optional..=most
    }

    /// What the argument of a position may be.
    pub(super) fn takes(&self, position: usize) -> Option<Takes> {
        self.takes.get(position).or(self.takes.last().filter(|_| self.many)).copied()
    }
}

/// All of them, family by family.
const FAMILIES: &[&[Known]] = &[
    time::FUNCTIONS,
    text::FUNCTIONS,
    numbers::FUNCTIONS,
    convert::FUNCTIONS,
    choice::FUNCTIONS,
    lists::FUNCTIONS,
    sums::FUNCTIONS,
];

/// The function of a name, if it is known what it takes and yields.
pub(super) fn find(name: &str) -> Option<&'static Known> {
    static BY_NAME: LazyLock<BTreeMap<&str, &Known>> = LazyLock::new(|| {
        let all = FAMILIES.iter().flat_map(|family| family.iter());
        all.flat_map(|known| known.names.iter().map(move |name| (*name, known))).collect()
    });
    BY_NAME.get(name).copied()
}

/// Whether ClickHouse knows the result of a function by the types of its arguments.
pub(crate) fn is_of_types(name: &str) -> bool {
    ["toTypeName", "toColumnTypeName", "isNullable", "getSizeOfEnumType"].contains(&name)
}

/// Whether a function makes one value of many rows.
pub(super) fn is_sum(name: &str) -> bool {
    sums::FUNCTIONS.iter().any(|known| known.names.contains(&name))
}

/// The names of all of them, each with how many arguments it takes at least and at most, up to a few.
pub fn known_functions() -> impl Iterator<Item = (&'static str, RangeInclusive<usize>)> {
    FAMILIES.iter().flat_map(|family| family.iter()).flat_map(|known| {
        let most = (*known.count().end()).min(known.takes.len() + 2);
        known.names.iter().map(move |name| (*name, *known.count().start()..=most))
    })
}
