//! What threads meet at, from one place: a scheduler takes the standard library's place in tests that try
//! every order of steps (`tests/schedule`).

#[cfg(not(earmark_schedule))]
pub(crate) use std::{
    sync::{Condvar, Mutex, mpsc},
    thread,
};

#[cfg(earmark_schedule)]
pub(crate) use shuttle::{
    sync::{Condvar, Mutex, mpsc},
    thread,
};
