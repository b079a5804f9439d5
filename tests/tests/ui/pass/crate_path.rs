//! The crate under another path.
#![deny(warnings)]

/// As a company's own crate would export it.
pub mod company {
    pub mod events {
        pub use streamhouse::*;
        #[doc(hidden)]
        pub use streamhouse::__private;
    }
}

#[derive(company::events::StreamSchema)]
#[stream(crate = crate::company::events, name = "crate.path", order_by = id)]
pub struct Event {
    pub id: u64,
}

fn main() {
    use company::events::StreamSchema;
    assert_eq!(Event::EVENT, "crate.path");
}
