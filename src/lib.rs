//! Bids as code: a folder of YAML and Markdown becomes checked documents and finished bid volumes.
//!
//! The modules stand in the order of their dependencies: each uses only those above it.

pub mod amount;
pub mod diagnostic;
pub mod source;
pub mod text;
pub mod yaml;
