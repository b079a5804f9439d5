//! What all fuzz targets have in common.

pub use libfuzzer_sys::fuzz_target;
pub use streamhouse_tests::hostile::target;

/// A fuzz target that gives its input to the reader of this name.
#[macro_export]
macro_rules! reads {
    ($name:literal) => {
        $crate::fuzz_target!(|input: &[u8]| {
            ($crate::target($name).expect("a reader").read)(input);
        });
    };
}
