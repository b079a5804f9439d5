//! Reads declarations from source trees and writes their schemas and migrations.
