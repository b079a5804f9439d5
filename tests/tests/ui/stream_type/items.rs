use streamhouse::StreamType;

#[derive(StreamType)]
enum Empty {}

#[derive(StreamType)]
struct Unit;

#[derive(StreamType)]
struct Pair(u8, u8);

#[derive(StreamType)]
union Union {
    a: u8,
}

#[derive(StreamType)]
struct Generic<T> {
    value: T,
}

fn main() {}
