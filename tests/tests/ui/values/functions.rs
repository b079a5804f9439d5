use streamhouse::StreamSchema;

fn text(_: &str) -> Result<(), String> {
    Ok(())
}

fn truth(_: &u8) -> bool {
    true
}

#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = ())]
struct Event {
    #[stream(validate(custom = text))]
    number: u8,
    #[stream(validate(custom = truth))]
    other: u8,
    #[stream(validate(custom = missing))]
    gone: u8,
}

fn main() {}
