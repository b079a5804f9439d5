//! Example events. Their tables and schemas lie in `schemas/` and `migrations/` at the top of the repository.

pub mod flight;
pub mod tables;
