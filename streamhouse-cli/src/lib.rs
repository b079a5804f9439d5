//! The streamhouse command.
