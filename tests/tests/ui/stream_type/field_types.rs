use streamhouse::StreamType;

#[derive(StreamType)]
struct Inner {
    a: u8,
}

#[derive(StreamType)]
struct Outer {
    #[stream(type = UInt16)]
    narrow: u32,
    #[stream(type = Tuple(b UInt8))]
    inner: Inner,
}

struct Own;

#[derive(StreamType)]
struct Newtype(#[stream(type = UInt8)] Own);

fn main() {}
