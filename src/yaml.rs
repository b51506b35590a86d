//! Owns YAML as people write it: a tree in which every node has its place and every scalar keeps its text.
//!
//! What a scalar *is* (text, number, amount) is decided by the schema, never here.
//! Anchors, aliases, merge keys and tags are refused: a bid must read the same to everyone.

mod read;
mod slip;
mod tree;

pub use read::{Limits, read};
pub use tree::{Data, Entry, Node, Style};
