#[derive(StreamSchema)]
#[stream(name = "smallest", order_by = ())]
struct Smallest {
    value: u8,
}
