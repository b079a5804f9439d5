//! Keeps `schemas/` and `migrations/` as the declarations say.

fn main() {
    streamhouse_build::build();
}
