use streamhouse::StreamType;

#[derive(StreamType)]
enum Status {
    New = 1,
    #[stream(number = 1)]
    Paid,
}

fn main() {}
