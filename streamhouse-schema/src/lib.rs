//! The compiler of event declarations: types, expressions, rules and DDL, without any I/O.
