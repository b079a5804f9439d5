//! What a new version of an event may change: `(sealed versions, declaration) → breaches`.
//!
//! | | |
//! | --- | --- |
//! | `mode` | who has to get along with whom: `backward`, `forward`, `full`, `none`, each also transitive |
//! | `rule` | the named rules |
//! | `judge` | applies them, and says how to mend each breach |
//! | `columns` | what fields ask of the values of older versions, and the other way round |
//! | `layout` | what stored rows ask of the table |
//! | `upcast` | expressions that make new values of old ones |

#[cfg(feature = "compile")]
mod columns;
#[cfg(feature = "compile")]
mod judge;
#[cfg(feature = "compile")]
mod layout;
mod mode;
mod rule;
#[cfg(feature = "compile")]
mod upcast;

#[cfg(feature = "compile")]
pub use judge::{History, judge};
pub use mode::Mode;
pub use rule::Rule;
