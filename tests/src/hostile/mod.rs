//! Readers of what may come from anybody, tried with hostile bytes: valid inputs that are changed.
//!
//! `entries` calls a reader and asserts what must hold of whatever it accepts; `seeds` are valid inputs; `mutate` changes
//! them. `tests/tests/hostile.rs` runs a fixed number of changes on stable Rust, and `fuzz/` has cargo-fuzz look for more.

mod entries;
mod mutate;
mod seeds;

pub use mutate::Mutator;

/// A reader.
#[derive(Debug)]
pub struct Target {
    /// Its name: that of the fuzz target, and of the folder of inputs that once were too much for it.
    pub name: &'static str,
    /// Reads an input. Panics where something does not hold that must hold of any input.
    pub read: fn(&[u8]),
    /// Valid inputs.
    pub seeds: fn() -> Vec<Vec<u8>>,
    /// Pieces of inputs that lead far.
    pub words: &'static [&'static str],
    /// Bytes that reading may take beside its input, and for each byte of it.
    pub memory: (usize, usize),
}

impl Target {
    /// The most memory that reading an input of so many bytes may take, beside the input.
    pub fn limit(&self, input: usize) -> usize {
        self.memory.0 + self.memory.1 * input
    }
}

/// All readers.
pub const TARGETS: &[Target] = &[
    Target {
        name: "frame",
        read: entries::frame,
        seeds: seeds::frames,
        words: &["SHFR", "\u{1}\u{1}"],
        // LZ4 makes 255 bytes of one at most. The frame is read as it is and with a right checksum, and appended to a block twice.
        memory: (1 << 20, 4 * 256),
    },
    Target {
        name: "published_schema",
        read: entries::published_schema,
        seeds: seeds::published_schemas,
        words: seeds::TYPES,
        memory: (1 << 20, 512),
    },
    Target {
        name: "snapshot",
        read: entries::snapshot,
        seeds: seeds::snapshots,
        words: seeds::TYPES,
        memory: (4 << 20, 512),
    },
    Target {
        name: "column_type",
        read: entries::column_type,
        seeds: seeds::types,
        words: seeds::TYPES,
        memory: (1 << 16, 512),
    },
    Target {
        name: "expression",
        read: entries::expression,
        seeds: seeds::expressions,
        words: seeds::EXPRESSIONS,
        memory: (1 << 16, 2048),
    },
    Target {
        name: "compressed_blocks",
        read: entries::compressed_blocks,
        seeds: seeds::compressed_blocks,
        words: &["\u{2}"],
        // A block has 256 MiB at most, and its memory may be twice that while it grows. Short inputs stay far below, but for zstd.
        memory: (64 << 20, 256 * 16),
    },
];

/// The reader of a name.
pub fn target(name: &str) -> Option<&'static Target> {
    TARGETS.iter().find(|target| target.name == name)
}
