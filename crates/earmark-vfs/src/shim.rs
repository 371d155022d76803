//! The table of C functions that SQLite calls. All `unsafe` code of the workspace is in this file.
//!
//! What holds throughout: SQLite calls a function of a file only between a successful opening and the
//! closing of that file, with the pointer that it gave to [`open`]. That memory is `szOsFile` bytes long:
//! first a [`File`], then, from [`HEAD`] on, the file of the operating system's file system (the *real*
//! one). No function here panics: a panic must not pass through C.

use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::path::Path;
use std::ptr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use earmark_testkit::disk::FileId;
use rusqlite::ffi;

use crate::drive::{Fate, State, name};
use crate::trouble::Kind;

/// What stands behind a registered file system, for ever.
struct Shared {
    /// The operating system's, which does the work.
    real: *mut ffi::sqlite3_vfs,
    state: Arc<Mutex<State>>,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An open file. SQLite looks at the first field alone.
#[repr(C)]
struct File {
    base: ffi::sqlite3_file,
    shared: *const Shared,
    /// None: a temporary file, of which nothing is noted.
    file: Option<FileId>,
    /// The first sync of a log or a journal makes the folder's entry durable too, as the real one does.
    syncs_folder: bool,
}

/// Where the real file begins: after ours, aligned for any content.
const HEAD: usize = size_of::<File>().next_multiple_of(16);

/// The real file behind ours.
///
/// # Safety
/// `file` must be one that [`open`] was given.
unsafe fn real(file: *mut ffi::sqlite3_file) -> *mut ffi::sqlite3_file {
    // SAFETY: the memory that SQLite gave goes on behind our own head.
    unsafe { file.cast::<u8>().add(HEAD).cast() }
}

/// Calls a function of the real file; `SQLITE_IOERR` where it has none.
macro_rules! pass {
    ($file:expr, $function:ident $(, $argument:expr)*) => {{
        // SAFETY: the real file was opened by the real file system, so that its table of functions is
        // there; the arguments are those that SQLite gave.
        unsafe {
            let real = real($file);
            match (*(*real).pMethods).$function {
                Some(function) => function(real $(, $argument)*),
                None => ffi::SQLITE_IOERR,
            }
        }
    }};
}

/// Our head of an open file, and what stands behind its file system.
///
/// # Safety
/// `file` must be open, and not be closed while the answer is held.
unsafe fn parts<'f>(file: *mut ffi::sqlite3_file) -> (&'f mut File, &'f Shared) {
    // SAFETY: `open` wrote a `File` here, SQLite uses a file from one thread at a time, and what is
    // shared is never freed.
    unsafe {
        let file = &mut *file.cast::<File>();
        let shared = &*file.shared;
        (file, shared)
    }
}

static METHODS: ffi::sqlite3_io_methods = ffi::sqlite3_io_methods {
    // Version 2: with shared memory, without memory maps, which would read past us.
    iVersion: 2,
    xClose: Some(close),
    xRead: Some(read),
    xWrite: Some(write),
    xTruncate: Some(truncate),
    xSync: Some(sync),
    xFileSize: Some(file_size),
    xLock: Some(lock),
    xUnlock: Some(unlock),
    xCheckReservedLock: Some(check_reserved_lock),
    xFileControl: Some(file_control),
    xSectorSize: Some(sector_size),
    xDeviceCharacteristics: Some(device_characteristics),
    xShmMap: Some(shm_map),
    xShmLock: Some(shm_lock),
    xShmBarrier: Some(shm_barrier),
    xShmUnmap: Some(shm_unmap),
    xFetch: None,
    xUnfetch: None,
};

/// Makes a file system known to SQLite, and gives its name.
pub(crate) fn register(state: &Arc<Mutex<State>>) -> String {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let text = format!("earmark-drive-{}", NUMBER.fetch_add(1, Ordering::SeqCst));
    let c_name = CString::new(text.as_str()).unwrap_or_default();
    // SAFETY: initialising twice does nothing; a null name asks for the default file system, which is
    // never removed here.
    let real = unsafe {
        ffi::sqlite3_initialize();
        ffi::sqlite3_vfs_find(ptr::null())
    };
    assert!(!real.is_null(), "SQLite has no file system");
    let shared = Box::leak(Box::new(Shared { real, state: state.clone() }));
    // SAFETY: the default file system is there for as long as SQLite is. Its functions that are not
    // replaced are kept: they do not look at the table that they are called with but for the opening
    // functions, and those are called with their own below.
    let mut vfs = unsafe { *real };
    vfs.iVersion = vfs.iVersion.min(2);
    vfs.szOsFile = vfs.szOsFile.saturating_add(c_int::try_from(HEAD).unwrap_or(c_int::MAX));
    vfs.pNext = ptr::null_mut();
    vfs.zName = c_name.into_raw();
    vfs.pAppData = ptr::from_mut(shared).cast();
    vfs.xOpen = Some(open);
    vfs.xDelete = Some(delete);
    vfs.xAccess = Some(access);
    vfs.xFullPathname = Some(full_pathname);
    // SAFETY: the table and all that it points to are leaked, so that they outlive every connection.
    let outcome = unsafe { ffi::sqlite3_vfs_register(Box::leak(Box::new(vfs)), 0) };
    assert!(outcome == ffi::SQLITE_OK, "SQLite does not take a file system");
    text
}

/// Makes SQLite's own randomness (the salts of its logs) repeatable in this process, where one thread uses
/// it. Without it, crashes of the same seed differ in a few bytes.
pub fn seed_sqlite(seed: u32) {
    let seed = c_int::try_from(seed >> 1).unwrap_or(1).max(1);
    // SAFETY: this control takes a number and a connection, which may be null.
    unsafe {
        ffi::sqlite3_initialize();
        ffi::sqlite3_test_control(
            ffi::SQLITE_TESTCTRL_PRNG_SEED,
            seed,
            ptr::null_mut::<ffi::sqlite3>(),
        );
    }
}

/// What stands behind a file system.
///
/// # Safety
/// `vfs` must be one that [`register`] registered.
unsafe fn shared<'v>(vfs: *mut ffi::sqlite3_vfs) -> &'v Shared {
    // SAFETY: `register` put it there, and it is never freed.
    unsafe { &*(*vfs).pAppData.cast::<Shared>() }
}

/// # Safety
/// `path` must be null or a C string that outlives the answer.
unsafe fn path<'p>(path: *const c_char) -> Option<&'p Path> {
    if path.is_null() {
        return None;
    }
    // SAFETY: SQLite gives paths as C strings, in UTF-8.
    let path = unsafe { CStr::from_ptr(path) };
    path.to_str().ok().map(Path::new)
}

unsafe extern "C" fn open(
    vfs: *mut ffi::sqlite3_vfs,
    z_name: ffi::sqlite3_filename,
    file: *mut ffi::sqlite3_file,
    flags: c_int,
    out_flags: *mut c_int,
) -> c_int {
    // SAFETY: SQLite calls this with the table that was registered.
    let shared = unsafe { shared(vfs) };
    // SAFETY: the name is null or a C string of SQLite's that outlives the file.
    let path = unsafe { path(z_name) };
    let mut state = shared.state();
    let existed = path.is_some_and(Path::exists);
    // SAFETY: `file` has room for our head and, behind it, for a real file. It is told that it is not
    // open first, so that SQLite does not close it where opening fails.
    let outcome = unsafe {
        (*file).pMethods = ptr::null();
        let real_file = real(file);
        (*real_file).pMethods = ptr::null();
        match (*shared.real).xOpen {
            Some(open) => open(shared.real, z_name, real_file, flags, out_flags),
            None => ffi::SQLITE_CANTOPEN,
        }
    };
    if outcome != ffi::SQLITE_OK {
        return outcome;
    }
    let logs =
        ffi::SQLITE_OPEN_MAIN_JOURNAL | ffi::SQLITE_OPEN_SUPER_JOURNAL | ffi::SQLITE_OPEN_WAL;
    let noted = logs | ffi::SQLITE_OPEN_MAIN_DB;
    let id = match path {
        Some(path) if flags & noted != 0 && existed => state.file(path),
        Some(path) if flags & noted != 0 => Some(state.journal.create(&name(path))),
        _ => None,
    };
    let head = File {
        base: ffi::sqlite3_file { pMethods: &raw const METHODS },
        shared: ptr::from_ref(shared),
        file: id,
        syncs_folder: flags & ffi::SQLITE_OPEN_CREATE != 0 && flags & logs != 0,
    };
    // SAFETY: SQLite's memory for the file begins with room for our head, and is aligned for it.
    unsafe { file.cast::<File>().write(head) };
    outcome
}

unsafe extern "C" fn delete(
    vfs: *mut ffi::sqlite3_vfs,
    z_name: *const c_char,
    sync_folder: c_int,
) -> c_int {
    // SAFETY: as in `open`.
    let (shared, path) = unsafe { (shared(vfs), path(z_name)) };
    let mut state = shared.state();
    let fate = if sync_folder == 0 { Fate::Done } else { state.next_sync() };
    if let (Fate::Struck(Kind::SyncFails), Some(path)) = (fate, path) {
        // The entry goes; that it is gone is not made durable.
        // SAFETY: the real file system and a path of SQLite's.
        let outcome = unsafe { real_delete(shared.real, z_name, 0) };
        if outcome == ffi::SQLITE_OK {
            state.journal.delete(&name(path));
            return ffi::SQLITE_IOERR_DIR_FSYNC;
        }
        return outcome;
    }
    // SAFETY: the real file system and a path of SQLite's.
    let outcome = unsafe { real_delete(shared.real, z_name, sync_folder) };
    if let (ffi::SQLITE_OK, Some(path)) = (outcome, path) {
        state.journal.delete(&name(path));
        if sync_folder != 0 && fate == Fate::Done {
            state.journal.sync_folder();
        }
    }
    outcome
}

/// # Safety
/// `vfs` must be the real file system, `z_name` a C string.
unsafe fn real_delete(
    vfs: *mut ffi::sqlite3_vfs,
    z_name: *const c_char,
    sync_folder: c_int,
) -> c_int {
    // SAFETY: the table of the real file system is never freed.
    unsafe { (*vfs).xDelete.map_or(ffi::SQLITE_IOERR, |delete| delete(vfs, z_name, sync_folder)) }
}

unsafe extern "C" fn access(
    vfs: *mut ffi::sqlite3_vfs,
    z_name: *const c_char,
    flags: c_int,
    out: *mut c_int,
) -> c_int {
    // SAFETY: as in `open`; the arguments are handed on.
    unsafe {
        let real = shared(vfs).real;
        (*real).xAccess.map_or(ffi::SQLITE_IOERR, |access| access(real, z_name, flags, out))
    }
}

unsafe extern "C" fn full_pathname(
    vfs: *mut ffi::sqlite3_vfs,
    z_name: *const c_char,
    length: c_int,
    out: *mut c_char,
) -> c_int {
    // SAFETY: as in `open`; the arguments are handed on.
    unsafe {
        let real = shared(vfs).real;
        (*real).xFullPathname.map_or(ffi::SQLITE_IOERR, |full| full(real, z_name, length, out))
    }
}

unsafe extern "C" fn close(file: *mut ffi::sqlite3_file) -> c_int {
    pass!(file, xClose)
}

unsafe extern "C" fn read(
    file: *mut ffi::sqlite3_file,
    buffer: *mut c_void,
    length: c_int,
    at: ffi::sqlite3_int64,
) -> c_int {
    // SAFETY: SQLite reads an open file.
    let (head, shared) = unsafe { parts(file) };
    let fate = if head.file.is_some() { shared.state().next_read() } else { Fate::Done };
    if fate == Fate::Struck(Kind::ReadFails) {
        return ffi::SQLITE_IOERR_READ;
    }
    let outcome = pass!(file, xRead, buffer, length, at);
    if let (Fate::Struck(Kind::ReadFlips(seed)), ffi::SQLITE_OK) = (fate, outcome) {
        let bits = u64::try_from(length).unwrap_or(0).saturating_mul(8).max(1);
        let bit = (seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 16) % bits;
        let byte = usize::try_from(bit / 8).unwrap_or(0);
        // SAFETY: SQLite gave room for `length` bytes, the real file system filled them, and the byte is
        // one of them.
        unsafe { *buffer.cast::<u8>().add(byte) ^= 1 << (bit % 8) };
    }
    outcome
}

unsafe extern "C" fn write(
    file: *mut ffi::sqlite3_file,
    buffer: *const c_void,
    length: c_int,
    at: ffi::sqlite3_int64,
) -> c_int {
    // SAFETY: SQLite writes an open file.
    let (head, shared) = unsafe { parts(file) };
    let Some(id) = head.file else { return pass!(file, xWrite, buffer, length, at) };
    let mut state = shared.state();
    let (length, answer) = match state.next_write() {
        Fate::Struck(Kind::DiskFull) => (0, ffi::SQLITE_FULL),
        Fate::Struck(Kind::WriteShort) => (length / 2, ffi::SQLITE_IOERR_WRITE),
        Fate::Struck(_) => (0, ffi::SQLITE_IOERR_WRITE),
        Fate::Done => (length, ffi::SQLITE_OK),
    };
    if length > 0 {
        let outcome = pass!(file, xWrite, buffer, length, at);
        if outcome != ffi::SQLITE_OK {
            return outcome;
        }
        let count = usize::try_from(length).unwrap_or(0);
        // SAFETY: SQLite gave at least so many bytes.
        let bytes = unsafe { std::slice::from_raw_parts(buffer.cast::<u8>(), count) };
        state.journal.write(id, u64::try_from(at).unwrap_or(0), bytes);
    }
    answer
}

unsafe extern "C" fn truncate(file: *mut ffi::sqlite3_file, size: ffi::sqlite3_int64) -> c_int {
    // SAFETY: SQLite truncates an open file.
    let (head, shared) = unsafe { parts(file) };
    let mut state = shared.state();
    let outcome = pass!(file, xTruncate, size);
    if let (Some(id), ffi::SQLITE_OK) = (head.file, outcome) {
        state.journal.truncate(id, u64::try_from(size).unwrap_or(0));
    }
    outcome
}

unsafe extern "C" fn sync(file: *mut ffi::sqlite3_file, flags: c_int) -> c_int {
    // SAFETY: SQLite syncs an open file.
    let (head, shared) = unsafe { parts(file) };
    let Some(id) = head.file else { return pass!(file, xSync, flags) };
    let mut state = shared.state();
    match state.next_sync() {
        Fate::Struck(Kind::SyncLies) => return ffi::SQLITE_OK,
        Fate::Struck(_) => {
            state.journal.sync_failed(id);
            return ffi::SQLITE_IOERR_FSYNC;
        }
        Fate::Done => {}
    }
    let outcome = pass!(file, xSync, flags);
    if outcome == ffi::SQLITE_OK {
        state.journal.sync(id);
        if std::mem::take(&mut head.syncs_folder) {
            state.journal.sync_folder();
        }
    }
    outcome
}

unsafe extern "C" fn file_size(
    file: *mut ffi::sqlite3_file,
    out: *mut ffi::sqlite3_int64,
) -> c_int {
    pass!(file, xFileSize, out)
}

unsafe extern "C" fn lock(file: *mut ffi::sqlite3_file, level: c_int) -> c_int {
    pass!(file, xLock, level)
}

unsafe extern "C" fn unlock(file: *mut ffi::sqlite3_file, level: c_int) -> c_int {
    pass!(file, xUnlock, level)
}

unsafe extern "C" fn check_reserved_lock(file: *mut ffi::sqlite3_file, out: *mut c_int) -> c_int {
    pass!(file, xCheckReservedLock, out)
}

unsafe extern "C" fn file_control(
    file: *mut ffi::sqlite3_file,
    operation: c_int,
    argument: *mut c_void,
) -> c_int {
    pass!(file, xFileControl, operation, argument)
}

unsafe extern "C" fn sector_size(file: *mut ffi::sqlite3_file) -> c_int {
    pass!(file, xSectorSize)
}

unsafe extern "C" fn device_characteristics(file: *mut ffi::sqlite3_file) -> c_int {
    pass!(file, xDeviceCharacteristics)
}

unsafe extern "C" fn shm_map(
    file: *mut ffi::sqlite3_file,
    page: c_int,
    size: c_int,
    extend: c_int,
    out: *mut *mut c_void,
) -> c_int {
    pass!(file, xShmMap, page, size, extend, out)
}

unsafe extern "C" fn shm_lock(
    file: *mut ffi::sqlite3_file,
    offset: c_int,
    count: c_int,
    flags: c_int,
) -> c_int {
    pass!(file, xShmLock, offset, count, flags)
}

unsafe extern "C" fn shm_barrier(file: *mut ffi::sqlite3_file) {
    // SAFETY: as in `pass!`.
    unsafe {
        let real = real(file);
        if let Some(barrier) = (*(*real).pMethods).xShmBarrier {
            barrier(real);
        }
    }
}

unsafe extern "C" fn shm_unmap(file: *mut ffi::sqlite3_file, delete: c_int) -> c_int {
    pass!(file, xShmUnmap, delete)
}
