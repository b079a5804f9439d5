use streamhouse::StreamType;

#[derive(StreamType)]
#[stream(name = "x")]
enum Status {
    #[stream(number)]
    New,
    #[stream(nummber = 2)]
    Paid = 2,
}

#[derive(StreamType)]
struct Item {
    #[stream(codec(ZSTD))]
    sku: String,
    #[stream(low_cardinality)]
    price: f64,
    own: std::time::Duration,
}

fn main() {}
