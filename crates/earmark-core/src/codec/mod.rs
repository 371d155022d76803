//! Stored bytes: event records and commit frames. `docs/format.md` draws them.
//!
//! Nothing here depends on serde or on how a type is laid out in memory. Decoding is strict: a size
//! limit, closed lists, every byte consumed, and re-encoding equal to the input.

mod content;
#[cfg(test)]
mod differential;
mod frame;
mod record;
#[cfg(test)]
mod schema;
mod wire;

pub use content::{Content, moment_of};
pub(crate) use frame::FrameWriter;
pub use frame::{
    FRAME_HEADER_BYTES, FRAME_VERSION, Frame, FrameError, MAX_COMMIT_EVENTS, MAX_FRAME_BYTES,
    frame_of,
};
pub use record::{MAX_RECORD_BYTES, RECORD_HEADER_BYTES, Record, RecordError};
