use streamhouse::StreamSchema;
use streamhouse::value::{Encode, SegmentBuffer, ValueError, column};

struct Cents(u64);

impl Encode<column::UInt64> for Cents {
    fn encode(&self, segments: &mut [SegmentBuffer]) -> Result<(), ValueError> {
        Encode::<column::UInt64>::encode(&self.0, segments)
    }
}

struct Name(String);

impl Encode<column::String> for Name {
    fn encode(&self, segments: &mut [SegmentBuffer]) -> Result<(), ValueError> {
        Encode::<column::String>::encode(&self.0, segments)
    }
}

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = ())]
struct Event {
    #[stream(type = UInt64, validate(min = 1))]
    amount: Cents,
    #[stream(type = String, validate(email))]
    name: Name,
    #[stream(type = String, validate(length = 1))]
    short: Name,
}

fn main() {}
