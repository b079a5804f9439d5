//! Names that mean something to Rust, to SQL or to the generated code.
#![deny(warnings)]

use streamhouse::StreamSchema;

/// Keywords of Rust and of SQL, and words of the builder's own.
#[derive(StreamSchema)]
#[stream(name = "names.keywords", order_by = (r#type, select, interval, r#null, größe), builder)]
pub struct Keywords {
    pub r#type: u8,
    pub r#fn: u8,
    pub select: u8,
    pub interval: u8,
    pub null: u8,
    pub größe: u8,
    pub build: u8,
    pub builder: u8,
    pub segments: u8,
    pub value: u8,
    pub error: u8,
    #[stream(rename = "odd name's `ticks`?")]
    pub odd: u8,
}

fn main() {
    let event = Keywords::builder()
        .r#type(1)
        .r#fn(2)
        .select(3)
        .interval(4)
        .null(5)
        .größe(6)
        .set_build(7)
        .builder(8)
        .segments(9)
        .value(10)
        .error(11)
        .odd(12)
        .build()
        .expect("an event");
    assert_eq!((event.r#type, event.build, event.odd), (1, 7, 12));
    assert!(Keywords::CREATE[0].contains("`odd name's \\`ticks\\`?` UInt8"), "{}", Keywords::CREATE[0]);
    assert!(Keywords::CREATE[0].contains("ORDER BY (type, `select`, `interval`, `null`, `größe`)"), "{}", Keywords::CREATE[0]);
    assert_eq!(
        Keywords::builder().build().err().map(|error| error.field().to_string()),
        Some("r#type".to_string())
    );
}
