//! ClickHouse killed before every system call of one insert, and of its completion; and connections cut at every request and response of
//! one batch's life.

mod cut;
#[cfg(target_os = "linux")]
mod killed;
mod numbered;
