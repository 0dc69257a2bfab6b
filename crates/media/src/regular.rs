//! Files whose end can be known.

use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::path::Path;

/// Opens a regular file. A pipe, which may never answer, and a device, which
/// may never end, are refused without being opened.
///
/// # Errors
/// The system's, and [`ErrorKind::IsADirectory`] for whatever is no regular file.
pub(crate) fn open(path: &Path) -> io::Result<File> {
    if !fs::metadata(path)?.is_file() {
        return Err(ErrorKind::IsADirectory.into());
    }
    File::open(path)
}
