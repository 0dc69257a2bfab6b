//! What several formats are read and mended by.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

/// Bytes seen in place of those in the file, and where.
pub(crate) type Patch = (u64, Vec<u8>);

/// Where a file ends but for an ID3v1 and an APE tag.
pub(crate) fn before_tags(mut file: &File, size: u64) -> u64 {
    let mut end = size;
    let mut read = |from: u64, bytes: &mut [u8]| {
        file.seek(SeekFrom::Start(from))
            .and_then(|_| file.read_exact(bytes))
            .is_ok()
    };
    let mut tail = [0; 32];
    if end > 128 && read(end - 128, &mut tail[..3]) && &tail[..3] == b"TAG" {
        end -= 128;
    }
    if end > 32 && read(end - 32, &mut tail) && &tail[..8] == b"APETAGEX" {
        let size = u64::from(u32::from_le_bytes([tail[12], tail[13], tail[14], tail[15]]));
        let header = if tail[23] & 0x80 != 0 { 32 } else { 0 };
        end = end.saturating_sub(size + header);
    }
    end
}
