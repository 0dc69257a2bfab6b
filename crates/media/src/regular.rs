//! Files whose end can be known.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read, Seek};
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

/// Zeros at the start that are no sound in any format.
const HOLLOW: usize = 1 << 20;

/// Whether a file that ends at `end` holds zeros alone, as far as its first
/// MiB goes. Leaves it at its start.
///
/// # Errors
/// The system's.
pub(crate) fn is_hollow(mut file: &File, end: u64) -> io::Result<bool> {
    let mut block = [0; 4_096];
    let mut left = usize::try_from(end).map_or(HOLLOW, |end| end.min(HOLLOW));
    file.rewind()?;
    while left > 0 {
        let room = left.min(block.len());
        let came = file.read(&mut block[..room])?;
        if block[..came].iter().any(|byte| *byte != 0) {
            break;
        }
        left = if came == 0 { 0 } else { left - came };
    }
    file.rewind()?;
    Ok(left == 0)
}

/// Where the bytes of a file end that were ever written: a download or a disk
/// image may have room behind them for a thousand times as much. Leaves the
/// file at its start.
///
/// # Errors
/// The system's.
pub(crate) fn end(mut file: &File) -> io::Result<u64> {
    let length = file.metadata()?.len();
    let end = written(file, length);
    file.rewind()?;
    Ok(end)
}

/// Most stretches of a file that are looked at.
#[cfg(target_os = "linux")]
const MOST: u32 = 10_000;

#[cfg(target_os = "linux")]
fn written(file: &File, length: u64) -> u64 {
    use std::os::unix::fs::MetadataExt;

    use rustix::fs::{SeekFrom, seek};
    use rustix::io::Errno;

    let whole = file
        .metadata()
        .is_ok_and(|meta| meta.blocks() * 512 >= length);
    if whole {
        return length;
    }
    let mut end = 0;
    for _ in 0..MOST {
        let hole = match seek(file, SeekFrom::Data(end)) {
            Ok(data) => seek(file, SeekFrom::Hole(data)),
            // Nothing more was written.
            Err(Errno::NXIO) => return end,
            Err(error) => Err(error),
        };
        match hole {
            Ok(hole) if hole < length => end = hole,
            _ => break,
        }
    }
    length
}

#[cfg(not(target_os = "linux"))]
fn written(_: &File, length: u64) -> u64 {
    length
}
