use streamhouse::StreamType;

#[derive(StreamType)]
enum Status {
    New = 1,
    #[stream(number = 1)]
    Paid,
    #[stream(number = 40_000)]
    Sent,
    #[stream(number = "4")]
    Text,
    Computed = 2 + 3,
}

fn main() {}
