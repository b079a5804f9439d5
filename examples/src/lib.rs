//! Example events and programs.
