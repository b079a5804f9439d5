use streamhouse::StreamType;

#[derive(StreamType)]
enum Status {
    New,
    Paid(u8),
    Sent { at: u8 },
}

fn main() {}
