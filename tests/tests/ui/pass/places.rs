//! Declarations in all places, and with all visibilities.
#![deny(warnings, missing_docs)]

/// Public, with fields that are not.
pub mod public {
    use streamhouse::StreamSchema;

    struct Private(u8);

    impl streamhouse::value::Encode<streamhouse::value::column::UInt8> for Private {
        fn encode(
            &self,
            segments: &mut [streamhouse::value::SegmentBuffer],
        ) -> Result<(), streamhouse::value::ValueError> {
            self.0.encode(segments)
        }
    }

    /// An event.
    #[derive(Debug, Clone, PartialEq, StreamSchema)]
    #[stream(name = "places.public", order_by = id, builder)]
    pub struct Public {
        id: u64,
        pub(crate) near: u8,
        /// For everybody.
        pub far: u8,
    }

    /// An event with a field of a private type.
    #[derive(StreamSchema)]
    #[stream(name = "places.private", order_by = id, builder)]
    pub struct Holder {
        #[stream(type = UInt8)]
        id: Private,
        /// No longer used.
        #[deprecated]
        pub old: u8,
    }

    /// Uses what is private.
    pub fn holder() -> Holder {
        Holder::builder().id(Private(1)).old(1).build().expect("an event")
    }
}

/// What the prelude offers is something else here.
mod shadowed {
    #![allow(dead_code, non_camel_case_types, reason = "names to stumble over")]

    pub struct Option;
    pub struct Result;
    pub struct Vec;
    pub struct Some;
    pub struct None;
    pub struct Ok;
    pub struct Err;
    pub trait Into {}
    pub trait From {}
    pub trait TryFrom {}
    pub mod core {}
    pub mod std {}
    pub mod streamhouse {}

    #[derive(::streamhouse::StreamSchema)]
    #[stream(name = "places.shadowed", order_by = id, builder)]
    pub struct Shadowed {
        #[stream(id)]
        pub id: ::std::string::String,
        #[stream(default = 5)]
        pub maybe: ::std::option::Option<u8>,
        pub list: ::std::vec::Vec<u16>,
    }
}

macro_rules! event {
    ($(#[$doc:meta])* $name:ident, $event:literal, $ty:ty, $key:expr, $default:expr) => {
        $(#[$doc])*
        #[derive(streamhouse::StreamSchema)]
        #[stream(name = $event, order_by = $key, table = "made_by_a_macro", builder)]
        struct $name {
            id: u64,
            #[stream(default = $default)]
            value: $ty,
            list: Vec<$ty>,
        }
    };
}

event!(
    /// From a macro.
    Made, "places.macro", i16, id % (1 + 2), -5
);

fn main() {
    #[derive(streamhouse::StreamSchema)]
    #[stream(name = "places.body", order_by = id, builder)]
    struct Inside {
        id: u64,
    }

    use streamhouse::StreamSchema;
    let inside = Inside::builder().id(5_u64).build().expect("an event");
    assert_eq!(inside.id, 5);
    assert_eq!(public::Public::builder().id(1_u64).near(2).far(3).build().expect("an event").far, 3);
    let _ = public::holder();
    let shadowed = shadowed::Shadowed::builder().list([1]).build().expect("an event");
    assert_eq!((shadowed.id.len(), shadowed.maybe), (36, Some(5)));
    let made = Made::builder().id(1_u64).list([2]).build().expect("an event");
    assert_eq!((made.id, made.value, made.list[0]), (1, -5, 2));
    assert_eq!(Made::TABLE, "made_by_a_macro");
    assert!(Made::CREATE[0].contains("ORDER BY id % (1 + 2)"), "{}", Made::CREATE[0]);
    assert!(Made::CREATE[0].contains("list Array(Int16)"), "{}", Made::CREATE[0]);
}
