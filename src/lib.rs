//! Bids as code: a folder of YAML and Markdown becomes checked documents and finished bid volumes.
//!
//! The modules stand in the order of their dependencies: each uses only those above it.

pub mod source;
pub mod shipped;
pub mod diagnostic;
pub mod text;
pub mod amount;
pub mod calendar;
pub mod workbook;
pub mod yaml;
pub mod value;
pub mod schema;
pub mod kind;
pub mod document;
pub mod digest;
pub mod folder;
pub mod asset;
pub mod prose;
pub mod render;
pub mod pdf;
pub mod register;
pub mod workspace;
pub mod select;
pub mod scaffold;
pub mod import;
pub mod tender;
pub mod rules;
pub mod package;
pub mod report;
pub mod diff;
pub mod git;
pub mod disk;
pub mod registrar;
pub mod cli;
