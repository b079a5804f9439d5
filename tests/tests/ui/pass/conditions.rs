//! What a `cfg` takes away is not there for the derive either.
#![deny(warnings)]

use streamhouse::StreamSchema;

/// One line,
///
/// and `another` with "quotes", \ and ?.
#[derive(StreamSchema)]
#[cfg_attr(all(), stream(name = "conditions.met", builder))]
#[cfg_attr(any(), stream(name = "conditions.not_met"))]
#[stream(order_by = id)]
pub struct Event {
    /** A block. */
    pub id: u64,
    #[cfg(any())]
    pub never: NoSuchType,
    #[cfg_attr(all(), stream(default = 7))]
    pub seven: u8,
}

fn main() {
    let event = Event::builder().id(1_u64).build().expect("an event");
    assert_eq!((event.seven, Event::EVENT), (7, "conditions.met"));
    assert!(!Event::CREATE[0].contains("never"));
    assert!(
        Event::CREATE[0].ends_with("COMMENT 'One line,\\n\\nand `another` with \"quotes\", \\\\ and ?.'"),
        "{}",
        Event::CREATE[0]
    );
}
