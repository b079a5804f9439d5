//! All interleavings and faults at small size.
