//! What several formats are read and mended by.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

/// Bytes seen in place of those in the file, and where.
pub(crate) type Patch = (u64, Vec<u8>);

/// Tags passed at either end of a file.
pub(crate) const MOST_TAGS: u32 = 64;

/// Where a file ends but for tags: ID3v1, Lyrics3 and APE, in whatever order.
pub(crate) fn before_tags(mut file: &File, size: u64) -> u64 {
    let mut tail = |end: u64, length: u64| {
        let mut bytes = Vec::new();
        let start = end.checked_sub(length)?;
        file.seek(SeekFrom::Start(start)).ok()?;
        file.take(length).read_to_end(&mut bytes).ok()?;
        (bytes.len() as u64 == length).then_some(bytes)
    };
    let mut end = size;
    let mut passed = |end: u64| {
        if tail(end, 128).is_some_and(|tag| tag.starts_with(b"TAG")) {
            return Some(128);
        }
        // Six digits tell the length, themselves and the last word left out.
        if let Some(tag) = tail(end, 15)
            && tag.ends_with(b"LYRICS200")
        {
            let digits = std::str::from_utf8(&tag[..6]).ok()?;
            return digits.parse::<u64>().ok().map(|size| size + 15);
        }
        let tag = tail(end, 32).filter(|tag| tag.starts_with(b"APETAGEX"))?;
        let size = u64::from(u32::from_le_bytes([tag[12], tag[13], tag[14], tag[15]]));
        let header = if tag[23] & 0x80 != 0 { 32 } else { 0 };
        Some(size.max(32) + header)
    };
    for _ in 0..MOST_TAGS {
        let Some(length) = passed(end).filter(|length| *length < end) else {
            break;
        };
        end -= length;
    }
    end
}
