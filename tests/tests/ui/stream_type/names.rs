use streamhouse::StreamType;

#[derive(StreamType)]
enum Status {
    New = 1,
    #[stream(rename = "New")]
    Paid = 2,
}

#[derive(StreamType)]
struct Item {
    sku: String,
    #[stream(rename = "sku")]
    other: String,
    null: u8,
}

fn main() {}
