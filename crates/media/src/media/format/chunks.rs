//! Where the sound lies in files made of chunks, and how long it is by its
//! chunk's header: WAV, RF64, AIFF, CAF, Wave64 and DSF. A cut file still says
//! there how long it was.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};

/// Most chunks passed on the way.
const MOST: u32 = 10_000;

/// Lengths from here on are what writers put that could not go back: unknown.
const STREAMED: u64 = 0x7fff_0000;

/// The sound's bytes in a file.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Sound {
    /// Offset of the first.
    pub start: u64,
    /// Their number by the header, where it knows.
    pub length: Option<u64>,
    /// Frames to leave out at the start, and frames of music (CAF's `pakt`).
    pub valid: Option<(i64, u64)>,
}

impl Sound {
    /// Whether bytes of it are missing in a file of `size` bytes.
    pub(crate) fn is_cut(&self, size: u64) -> bool {
        let end = self
            .length
            .and_then(|length| self.start.checked_add(length));
        end.is_some_and(|end| end > size) && self.start < size
    }
}

/// Finds the sound in what begins at byte `base`; `None` in files of another
/// kind.
pub(crate) fn sound(file: &File, base: u64) -> Option<Sound> {
    find(&mut BufReader::with_capacity(256, file), base)
        .ok()
        .flatten()
}

fn find(reader: &mut BufReader<&File>, base: u64) -> io::Result<Option<Sound>> {
    let size = reader.seek(SeekFrom::End(0))?;
    reader.seek(SeekFrom::Start(base))?;
    let magic: [u8; 4] = array(reader)?;
    // Bytes of a chunk's name, bytes of its size, whether the size is little
    // end first and counts the header, and where chunks begin.
    let (name, wide, little, whole, mut at) = match &magic {
        b"RIFF" | b"RF64" | b"BW64" => (4, 4, true, false, 12),
        b"FORM" => (4, 4, false, false, 12),
        b"caff" => (4, 8, false, false, 8),
        b"riff" => (16, 8, true, true, 40),
        b"DSD " => (4, 8, true, true, 28),
        _ => return Ok(None),
    };
    at += base;
    let mut found: Option<Sound> = None;
    let (mut long, mut valid) = (None, None);
    for _ in 0..MOST {
        if at >= size {
            break;
        }
        reader.seek(SeekFrom::Start(at))?;
        let kind: [u8; 4] = array(reader)?;
        reader.seek_relative(name - 4)?;
        let length = match (wide, little) {
            (4, true) => u64::from(u32::from_le_bytes(array(reader)?)),
            (4, false) => u64::from(u32::from_be_bytes(array(reader)?)),
            (_, true) => u64::from_le_bytes(array(reader)?),
            (_, false) => u64::from_be_bytes(array(reader)?),
        };
        let header = name as u64 + wide;
        let length = if whole {
            length.saturating_sub(header)
        } else {
            length
        };
        let start = at + header;
        match &kind {
            b"data" | b"SSND" => {
                // AIFF's offset and block size, CAF's edit count.
                let extra = match &magic {
                    b"FORM" => 8,
                    b"caff" => 4,
                    _ => 0,
                };
                let known = match long {
                    Some(long) if length == u64::from(u32::MAX) => Some(long),
                    _ if wide == 4 && length >= STREAMED || length == u64::MAX => None,
                    _ => length.checked_sub(extra),
                };
                found = Some(Sound {
                    start: start + extra,
                    length: known.filter(|known| *known > 0),
                    valid: None,
                });
            }
            b"ds64" => {
                reader.seek_relative(8)?;
                long = Some(u64::from_le_bytes(array(reader)?));
            }
            b"pakt" => {
                reader.seek_relative(8)?;
                let frames = u64::from_be_bytes(array(reader)?);
                let priming = i32::from_be_bytes(array(reader)?);
                valid = (frames > 0 && priming >= 0).then_some((i64::from(priming), frames));
            }
            _ => {}
        }
        if found.is_some() && &magic != b"caff" {
            break;
        }
        let step = if name == 16 {
            length.checked_next_multiple_of(8)
        } else if wide == 4 {
            length.checked_next_multiple_of(2)
        } else {
            Some(length)
        };
        let Some(next) = step.and_then(|step| start.checked_add(step)) else {
            break;
        };
        at = next;
    }
    Ok(found.map(|found| Sound { valid, ..found }))
}

fn array<const N: usize>(reader: &mut impl Read) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    reader.read_exact(&mut bytes)?;
    Ok(bytes)
}
