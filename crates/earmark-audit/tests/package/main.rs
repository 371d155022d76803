//! Packages and mirrors: written, read, replayed, and refused where something is not as it must be.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod dishonest;
mod given;
mod interrupted;
mod lines;
mod mirrored;
mod other_readers;
mod outside;
mod read_back;
mod rolls;
mod tampered;
