//! Random walks: an event is declared, changed, and changed again, and each change is made in a table with rows.
//!
//! | | |
//! | --- | --- |
//! | `model` | a declaration whose parts are known, so that a change of it is one that is allowed |
//! | `step` | one change |
//! | `values` | rows, as JSON |
//! | `chain` | a walk on the real servers |
//! | `run` | many of them |

mod chain;
mod model;
mod run;
mod step;
mod values;

pub use run::{Options, Report, run};
