//! If it compiles, ClickHouse accepts it: random declarations on the real engine.
//!
//! A declaration is made as source text, compiled, created, compared with what the engine shows, filled through a frame,
//! read back and dropped. What the rules refuse is tried too, as if there were no rules: so it is seen where they are
//! stricter than the engine.

pub mod engine;
pub mod generate;
mod json;
pub mod random;
pub mod report;
pub mod run;
pub mod servers;
pub mod shown;
pub mod sketch;
pub mod trial;
pub mod value;
