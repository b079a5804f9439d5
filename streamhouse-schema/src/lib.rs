//! The compiler of event declarations: types, expressions, rules and DDL.
//!
//! Pure: no file, no network, no clock, no environment. The plain data (a [`types::Type`], a
//! [`frame_schema::FrameSchema`]) serves the runtime too; the front end that reads Rust tokens is behind the feature
//! `compile`, so an application carries no parser.

pub mod base64;
pub mod change;
pub mod compat;
#[cfg(feature = "compile")]
pub mod compile;
#[cfg(feature = "compile")]
pub mod diagnostic;
pub mod document;
#[cfg(feature = "compile")]
pub mod engine;
pub mod expr;
pub mod fingerprint;
pub mod frame_schema;
pub mod migration;
pub mod near;
pub mod plan;
#[cfg(feature = "compile")]
pub mod project;
#[cfg(feature = "compile")]
pub mod rules;
pub mod schema;
pub mod segments;
pub mod snapshot;
pub mod sql;
pub mod table;
pub mod types;
pub mod upcast;
pub mod value;
pub mod version;
