//! The one door to the clock. What is set and checked never asks for the day: two builds of a folder must agree.

/// Today where the user is, as documents write it: `2026-05-15`.
pub(super) fn today() -> String {
    chrono::Local::now().date_naive().format("%Y-%m-%d").to_string()
}
