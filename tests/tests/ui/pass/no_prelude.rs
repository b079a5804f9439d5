//! Nothing in the generated code comes from the prelude.
#![no_implicit_prelude]
#![deny(warnings)]

use ::streamhouse::{StreamSchema, StreamType};

#[derive(StreamType)]
pub enum Status {
    New = 1,
}

#[derive(StreamType)]
pub struct Item {
    #[stream(type = Enum8("New" = 1))]
    pub status: Status,
}

#[derive(StreamType)]
pub struct Id(pub u64);

#[derive(StreamSchema)]
#[stream(name = "prelude.none", order_by = id, ttl = days(9), validate = whole, builder)]
pub struct Event {
    #[stream(id)]
    pub id: ::std::string::String,
    #[stream(timestamp)]
    pub at: ::chrono::DateTime<::chrono::Utc>,
    #[stream(low_cardinality, default = "none", validate(length(max = 9), one_of("none", "one"), regex = "n", custom = text))]
    pub word: ::std::string::String,
    #[stream(validate(min = 1, one_of(1, 2)))]
    pub maybe: ::std::option::Option<u8>,
    pub list: ::std::vec::Vec<u8>,
    #[stream(validate(length(min = 1, max = 2), each(email, custom = text)))]
    pub mails: ::std::vec::Vec<::std::string::String>,
    #[stream(pii, validate(url, custom = text))]
    pub link: ::std::option::Option<::std::string::String>,
    #[stream(type = Nested(status Enum8("New" = 1)))]
    pub items: ::std::vec::Vec<Item>,
    #[stream(type = UInt64)]
    pub number: Id,
}

fn text(_: &str) -> ::std::result::Result<(), &'static str> {
    ::std::result::Result::Ok(())
}

fn whole(_: &Event) -> ::std::result::Result<(), &'static str> {
    ::std::result::Result::Ok(())
}

fn main() {
    let event = Event::builder()
        .list([1])
        .items([Item { status: Status::New }])
        .number(Id(1))
        .mails([::std::convert::From::from("a@b")])
        .build();
    ::std::assert!(event.is_ok_and(|event| event.word == "none"));
}
