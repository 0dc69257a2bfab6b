//! Where the sound of a cut file ends, for formats whose header goes on telling
//! the whole length and whose frames are not read here: WavPack, TTA, AC-3.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};

use crate::media::format::bytes::before_tags;

/// Bytes at the end in which WavPack's last block is looked for.
const TAIL: u64 = 2 << 20;

/// Frames that are in `file`, where its blocks tell it: those of all that are
/// whole.
pub(crate) fn frames(file: &File) -> Option<u64> {
    let mut magic = [0; 4];
    let mut reader = file;
    reader.rewind().ok()?;
    reader.read_exact(&mut magic).ok()?;
    match &magic {
        b"wvpk" => wavpack(file).ok().flatten(),
        b"TTA1" => tta(file).ok(),
        _ => None,
    }
}

/// By the last block's header: its number of bytes at byte 4, its first
/// frame's number at 16, its frames at 20.
fn wavpack(mut file: &File) -> io::Result<Option<u64>> {
    let size = file.seek(SeekFrom::End(0))?;
    let end = before_tags(file, size);
    let start = end.saturating_sub(TAIL);
    let mut tail = Vec::new();
    file.seek(SeekFrom::Start(start))?;
    file.take(end - start).read_to_end(&mut tail)?;
    let block = |at: usize| {
        let head = tail.get(at..at + 32).filter(|head| &head[..4] == b"wvpk")?;
        let number = |at: usize| u64::from(u32::from_le_bytes([0, 1, 2, 3].map(|n| head[at + n])));
        let version = u16::from_le_bytes([head[8], head[9]]);
        let whole = at as u64 + 8 + number(4) <= tail.len() as u64;
        let frames = if whole { number(20) } else { 0 };
        // A block without frames holds words about the whole.
        let sound = number(20) > 0 && (0x402..=0x410).contains(&version);
        sound.then(|| number(16) + frames)
    };
    Ok((0..tail.len()).rev().find_map(block))
}

/// By the table of the frames' sizes behind the header. A frame is 256/245 s.
fn tta(file: &File) -> io::Result<u64> {
    let mut reader = BufReader::new(file);
    let size = reader.seek(SeekFrom::End(0))?;
    reader.seek(SeekFrom::Start(10))?;
    let mut number = || {
        let mut bytes = [0; 4];
        reader.read_exact(&mut bytes)?;
        Ok::<_, io::Error>(u64::from(u32::from_le_bytes(bytes)))
    };
    let (rate, all) = (number()?, number()?);
    number()?;
    let length = (rate * 256 / 245).max(1);
    let count = all.div_ceil(length);
    // Header, table and the table's checksum.
    let mut at = 22 + 4 * count + 4;
    for n in 0..count {
        at += number()?;
        if at > size {
            return Ok(n * length);
        }
    }
    Ok(all)
}

/// Frames of music by the header of a Musepack of stream version 8, and whether
/// its end is there: packets are two letters, a size, and content; the first
/// has a checksum, the version and the number; `SE` is the last.
pub(crate) fn musepack(mut file: &File) -> Option<(u64, bool)> {
    let mut head = [0; 32];
    file.rewind().ok()?;
    file.read_exact(&mut head).ok()?;
    let version = head.get(11).filter(|_| &head[..6] == b"MPCKSH");
    if version != Some(&8) {
        return None;
    }
    let mut frames = 0u64;
    for byte in &head[12..20] {
        frames = frames << 7 | u64::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            break;
        }
    }
    let size = file.seek(SeekFrom::End(0)).ok()?;
    let mut last = [0; 3];
    file.seek(SeekFrom::Start(before_tags(file, size).checked_sub(3)?))
        .ok()?;
    file.read_exact(&mut last).ok()?;
    Some((frames, &last == b"SE\x03"))
}

/// Whether an AC-3 or E-AC-3 stream ends in the middle of a frame (ETSI
/// TS 102 366, tables 5.18 and E.1.2).
pub(crate) fn ac3_is_cut(file: &File) -> bool {
    const KILOBITS: [u64; 19] = [
        32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 448, 512, 576, 640,
    ];
    let mut reader = BufReader::new(file);
    let Ok(size) = reader.seek(SeekFrom::End(0)) else {
        return false;
    };
    let mut at = 0;
    while at + 6 <= size {
        let mut head = [0; 6];
        let read = reader
            .seek(SeekFrom::Start(at))
            .and_then(|_| reader.read_exact(&mut head));
        if read.is_err() || head[..2] != [0x0b, 0x77] {
            return false;
        }
        let length = if head[5] >> 3 > 10 {
            2 * (u64::from(u16::from_be_bytes([head[2], head[3]]) & 0x7ff) + 1)
        } else {
            let Some(kilobits) = KILOBITS.get(usize::from(head[4] >> 1 & 0x1f)) else {
                return false;
            };
            match head[4] >> 6 {
                0 => kilobits * 4,
                1 => 2 * (kilobits * 320 / 147 + u64::from(head[4] & 1)),
                2 => kilobits * 6,
                _ => return false,
            }
        };
        at += length;
    }
    at != size
}
