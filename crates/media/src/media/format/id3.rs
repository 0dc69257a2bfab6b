//! Frames of an ID3v2 that would burst: what is compressed may grow a
//! thousandfold (ID3v2.3, 3.3.1; ID3v2.4, 4.1.2).

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};

use flate2::read::ZlibDecoder;

/// Most bytes that all compressed frames of a tag may come to.
const MOST: u64 = 4 << 20;

/// Where the flags stand, in bytes of the file, of compressed frames that come
/// to more than 4 MiB in all. With their flags cleared they are nonsense, and
/// no danger.
pub(crate) fn bombs(file: &File) -> Vec<u64> {
    let mut bombs = Vec::new();
    let mut reader = BufReader::new(file);
    let starts = chunks(&mut reader).unwrap_or_default();
    let mut left = MOST;
    for start in starts {
        // What is not read to its end may be well up to there.
        let _ = look(&mut reader, start, &mut left, &mut bombs);
    }
    let _ = reader.rewind();
    bombs
}

/// Where a tag may begin: at the start, or in a chunk of a RIFF or an AIFF.
fn chunks(reader: &mut BufReader<&File>) -> io::Result<Vec<u64>> {
    let mut starts = vec![0];
    reader.rewind()?;
    let mut magic = [0; 4];
    reader.read_exact(&mut magic)?;
    let size = match &magic {
        b"RIFF" => u32::from_le_bytes,
        b"FORM" => u32::from_be_bytes,
        _ => return Ok(starts),
    };
    let mut at = 12;
    for _ in 0..1_000 {
        let mut head = [0; 8];
        reader.seek(SeekFrom::Start(at))?;
        if reader.read_exact(&mut head).is_err() {
            break;
        }
        if head[..3].eq_ignore_ascii_case(b"id3") {
            starts.push(at + 8);
        }
        let length = u64::from(size([head[4], head[5], head[6], head[7]]));
        at += 8 + length + length % 2;
    }
    Ok(starts)
}

fn look(
    reader: &mut BufReader<&File>,
    start: u64,
    left: &mut u64,
    bombs: &mut Vec<u64>,
) -> io::Result<()> {
    let mut head = [0; 10];
    reader.seek(SeekFrom::Start(start))?;
    reader.read_exact(&mut head)?;
    let version = head[3];
    // Version 2.2 has no flags.
    if &head[..3] != b"ID3" || !matches!(version, 3 | 4) {
        return Ok(());
    }
    let all_unsynchronised = head[5] & 0x80 != 0;
    let end = start + 10 + sum(&head[6..], 7);
    let mut reader = Unsynchronised {
        reader,
        at: start + 10,
        active: all_unsynchronised && version == 3,
        after_ff: false,
    };
    if head[5] & 0x40 != 0 {
        let mut size = [0; 4];
        reader.read_exact(&mut size)?;
        let rest = match version {
            3 => sum(&size, 8),
            _ => sum(&size, 7).saturating_sub(4),
        };
        reader.skip(rest)?;
    }
    while reader.at + 10 < end {
        let mut frame = [0; 10];
        reader.read_exact(&mut frame[..8])?;
        let flags_at = reader.at;
        reader.read_exact(&mut frame[8..])?;
        if frame[0] == 0 {
            break;
        }
        let (size, compressed, extra) = if version == 3 {
            // Its length when it is not, and the bytes of the other flags.
            let extra = 4 + (frame[9] >> 6 & 1) + (frame[9] >> 5 & 1);
            (sum(&frame[4..8], 8), frame[9] & 0x80 != 0, extra)
        } else {
            let extra = 4 + (frame[9] >> 6 & 1) + (frame[9] >> 2 & 1);
            (sum(&frame[4..8], 7), frame[9] & 0x08 != 0, extra)
        };
        if !compressed {
            reader.skip(size)?;
            continue;
        }
        reader.skip(u64::from(extra))?;
        let mut content = reader.by_ref().take(size.saturating_sub(u64::from(extra)));
        let unsynchronised = version == 4 && (frame[9] & 0x02 != 0 || all_unsynchronised);
        let length = if unsynchronised {
            inflated(
                Unsynchronised {
                    reader: &mut content,
                    at: 0,
                    active: true,
                    after_ff: false,
                },
                *left,
            )
        } else {
            inflated(&mut content, *left)
        };
        io::copy(&mut content, &mut io::sink())?;
        if length > *left {
            bombs.push(flags_at);
        } else {
            *left -= length;
        }
    }
    Ok(())
}

/// Bytes that compressed ones come to, counted to just over `most`.
fn inflated(content: impl Read, most: u64) -> u64 {
    let mut plain = ZlibDecoder::new(content).take(most + 1);
    // What breaks off has given what it has.
    let mut length = 0;
    let mut block = [0; 8_192];
    while let Ok(came @ 1..) = plain.read(&mut block) {
        length += came as u64;
    }
    length
}

/// Big end first, of so many bits a byte.
fn sum(bytes: &[u8], bits: u32) -> u64 {
    let byte = |byte: &u8| u64::from(*byte) & ((1 << bits) - 1);
    bytes[..4]
        .iter()
        .fold(0, |sum, next| sum << bits | byte(next))
}

/// What was written so that no `FF` looks like the start of a frame of MPEG:
/// the zero after each is left out where this is active.
struct Unsynchronised<R> {
    reader: R,
    /// Bytes of the file so far.
    at: u64,
    active: bool,
    after_ff: bool,
}

impl Unsynchronised<&mut BufReader<&File>> {
    fn skip(&mut self, bytes: u64) -> io::Result<()> {
        if self.active {
            io::copy(&mut self.by_ref().take(bytes), &mut io::sink())?;
            return Ok(());
        }
        self.at += bytes;
        self.reader
            .seek_relative(i64::try_from(bytes).unwrap_or(i64::MAX))
    }
}

impl<R: Read> Read for Unsynchronised<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        loop {
            let came = self.reader.read(out)?;
            self.at += came as u64;
            if !self.active || came == 0 {
                return Ok(came);
            }
            let mut kept = 0;
            for n in 0..came {
                let byte = out[n];
                if !(self.after_ff && byte == 0) {
                    out[kept] = byte;
                    kept += 1;
                }
                self.after_ff = byte == 0xff;
            }
            if kept > 0 {
                return Ok(kept);
            }
        }
    }
}
