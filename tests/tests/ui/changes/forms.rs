use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(name = "changes.forms", order_by = id, compatibility = backwards)]
struct Mode {
    id: u64,
}

#[derive(StreamSchema)]
#[stream(
    name = "changes.forms",
    order_by = id,
    breaks(),
    breaks(field_removd(note), version = 2, reason = "x"),
    breaks(field_removed, version = 2, reason = "x"),
    breaks(key_changed(id), version = 2, reason = "x"),
    breaks(key_changed, version = 0, reason = "x"),
    breaks(key_changed, version = 2),
    breaks(key_changed, reason = "x"),
    breaks(key_changed, version = 2, because = "x"),
    breaks = key_changed,
)]
struct Struct {
    #[stream(breaks(field_removed(note), version = 2, reason = "x"))]
    id: u64,
    #[stream(breaks)]
    note: u64,
}

fn main() {}
