//! Bids as code: a folder of YAML and Markdown becomes checked documents and finished bid volumes.
//!
//! The modules stand in the order of their dependencies: each uses only those above it.

pub mod amount;
pub mod asset;
pub mod cli;
pub mod diagnostic;
pub mod digest;
pub mod disk;
pub mod document;
pub mod folder;
pub mod kind;
pub mod package;
pub mod prose;
pub mod render;
pub mod scaffold;
pub mod schema;
pub mod shipped;
pub mod source;
pub mod tender;
pub mod text;
pub mod value;
pub mod workspace;
pub mod yaml;
