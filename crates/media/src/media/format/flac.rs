//! What a FLAC file says of itself, and whether that is true (RFC 9639).
//!
//! The length in its header is written by the encoder at the end, or never, and
//! stays when the file is cut; the last frame tells its own place in the music
//! and is protected by two checksums. So the last frame is believed.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;

use crate::media::format::bytes::{Patch, before_tags};

/// Bytes at the end in which the last frame is looked for.
const TAIL: u64 = 128 << 10;

/// Most of them, where a file says that its frames are large.
const LONGEST_TAIL: u64 = 4 << 20;

/// Places that look like a frame, from the end on, before the search is given up.
const TRIES: usize = 16;

/// Longest metadata read into memory: a cue sheet of all that it can hold.
const LONGEST_BLOCK: u64 = 1 << 20;

/// A FLAC's metadata, as far as they matter here.
#[derive(Clone, Debug)]
pub(crate) struct Head {
    /// Where the frames are; tags behind them are left out.
    pub audio: Range<u64>,
    /// Frames that the header promises; 0 where it does not know.
    pub claimed_frames: u64,
    /// Frames that are there, where the last frame tells it beyond doubt.
    pub present_frames: Option<u64>,
    info_at: u64,
    info: [u8; 34],
    /// The cue sheet blocks: where their headers are, their first byte, their
    /// content.
    sheets: Vec<(u64, u8, Range<u64>)>,
}

/// Where a frame lies in the file and in the music.
#[derive(Clone, Copy)]
struct Found {
    at: usize,
    start: u64,
    frames: u64,
}

/// Reads the head of what is in these bytes of `file` and looks for its last
/// frame; `None` where it is no FLAC.
pub(crate) fn head(file: &File, bytes: &Range<u64>) -> Option<Head> {
    read(file, bytes).ok().flatten()
}

/// The bytes of the FLACs that are in the first `size` of `file`, where there
/// are several.
pub(crate) fn links(file: &File, size: u64) -> Option<Vec<Range<u64>>> {
    let first = head(file, &(0..size))?;
    if !first.may_be_followed() {
        return None;
    }
    let starts = starts(file, first.audio.clone()).ok()?;
    let starts = [&[0][..], &starts].concat();
    let ends = starts[1..].iter().chain([&size]);
    let links: Vec<_> = starts.iter().zip(ends).map(|(a, b)| *a..*b).collect();
    (links.len() > 1).then_some(links)
}

/// Where further FLACs start: at the mark and the header that is always first.
fn starts(mut file: &File, within: Range<u64>) -> io::Result<Vec<u64>> {
    const MARK: [&[u8]; 2] = [b"fLaC\0\0\0\x22", b"fLaC\x80\0\0\x22"];
    let mut starts = Vec::new();
    let mut window = Vec::new();
    let mut at = within.start;
    file.seek(SeekFrom::Start(at))?;
    loop {
        let came = file.take(1 << 20).read_to_end(&mut window)?;
        let found = window.windows(8).enumerate();
        let found = found.filter(|(_, bytes)| MARK.contains(bytes));
        starts.extend(found.map(|(n, _)| at + n as u64));
        if came == 0 || at >= within.end {
            return Ok(starts);
        }
        // A mark may lie across two windows.
        let rest = window.len().min(7);
        at += (window.len() - rest) as u64;
        window.drain(..window.len() - rest);
    }
}

fn read(mut file: &File, within: &Range<u64>) -> io::Result<Option<Head>> {
    let size = within.end;
    let mut at = within.start;
    let mut bytes = [0; 10];
    loop {
        file.seek(SeekFrom::Start(at))?;
        file.read_exact(&mut bytes)?;
        if &bytes[..3] != b"ID3" {
            break;
        }
        let length = bytes[6..]
            .iter()
            .fold(0, |length, byte| length << 7 | u64::from(byte & 0x7f));
        at += 10 + length + if bytes[5] & 0x10 != 0 { 10 } else { 0 };
    }
    if &bytes[..4] != b"fLaC" {
        return Ok(None);
    }
    at += 4;
    let mut info = None;
    let mut sheets = Vec::new();
    loop {
        let mut header = [0; 4];
        file.seek(SeekFrom::Start(at))?;
        file.read_exact(&mut header)?;
        let content = at + 4;
        let length = u64::from(u32::from_be_bytes([0, header[1], header[2], header[3]]));
        match header[0] & 0x7f {
            0 if length == 34 => {
                let mut bytes = [0; 34];
                file.read_exact(&mut bytes)?;
                info = Some((content, bytes));
            }
            5 => sheets.push((at, header[0], content..content + length)),
            _ => {}
        }
        at = content + length;
        if header[0] & 0x80 != 0 {
            break;
        }
    }
    let Some((info_at, info)) = info else {
        return Ok(None);
    };
    let end = before_tags(file, size).max(at);
    let packed = u64::from_be_bytes(info[10..18].try_into().unwrap_or_default());
    let mut head = Head {
        audio: at..end,
        claimed_frames: packed & 0xf_ffff_ffff,
        present_frames: None,
        info_at,
        info,
        sheets,
    };
    head.look_at_the_end(file)?;
    Ok(Some(head))
}

impl Head {
    /// What a reader must not see: cue sheets, which it may refuse, pass for
    /// padding; and the header's length is the true one.
    pub(crate) fn patches(&self) -> Vec<Patch> {
        let mut patches: Vec<Patch> = Vec::new();
        for (at, first, _) in &self.sheets {
            // The top bit marks the last block.
            patches.push((*at, vec![first & 0x80 | 1]));
        }
        if let Some(present_frames) = self
            .present_frames
            .filter(|present_frames| *present_frames != self.claimed_frames)
        {
            let packed = u64::from_be_bytes(self.info[10..18].try_into().unwrap_or_default());
            let packed = packed & !0xf_ffff_ffff | present_frames & 0xf_ffff_ffff;
            patches.push((self.info_at + 10, packed.to_be_bytes().to_vec()));
        }
        patches
    }

    /// Whether another FLAC may follow: the last frame is not where the header
    /// has the end, or there is more than its frames can take.
    fn may_be_followed(&self) -> bool {
        let block = u64::from(u16::from_be_bytes([self.info[0], self.info[1]])).max(16);
        let largest = u64::from(self.largest());
        let most = (self.claimed_frames / block + 1) * largest;
        self.claimed_frames > 0
            && (self
                .present_frames
                .is_some_and(|present_frames| present_frames != self.claimed_frames)
                || largest > 0 && self.audio.end - self.audio.start > most)
    }

    /// Bytes of the largest frame, 0 where the header does not know.
    fn largest(&self) -> u32 {
        u32::from_be_bytes([0, self.info[7], self.info[8], self.info[9]])
    }

    /// Where the tracks of the cue sheet start, in seconds: at their first
    /// index that is no pregap, as in a CUE file. The lead-out is no track.
    pub(crate) fn tracks(&self, mut file: &File) -> Vec<f64> {
        let mut starts = Vec::new();
        let rate =
            f64::from(u32::from_be_bytes([0, self.info[10], self.info[11], self.info[12]]) >> 4);
        for (_, _, content) in &self.sheets {
            let mut sheet = Vec::new();
            let read = file.seek(SeekFrom::Start(content.start)).and_then(|_| {
                file.take((content.end - content.start).min(LONGEST_BLOCK))
                    .read_to_end(&mut sheet)
            });
            // Catalogue number, lead-in, flags and reserved bytes stand first.
            let (Ok(_), Some(mut rest)) = (read, sheet.get(396..)) else {
                continue;
            };
            while let Some((track, indices)) = rest.split_first_chunk::<36>() {
                let number = |bytes: &[u8]| {
                    bytes
                        .iter()
                        .fold(0u64, |number, byte| number << 8 | u64::from(*byte))
                };
                let indices = indices.as_chunks::<12>().0;
                let indices = &indices[..indices.len().min(usize::from(track[35]))];
                let index = indices
                    .iter()
                    .find(|index| index[8] > 0)
                    .or(indices.first());
                if let (Some(index), 1..170) = (index, track[8]) {
                    let place = number(&track[..8]).saturating_add(number(&index[..8]));
                    starts.push(place as f64 / rate.max(1.0));
                }
                rest = &rest[36 + 12 * indices.len()..];
            }
        }
        starts
    }

    /// Finds the last whole frame, and with it the length and where the file's
    /// music ends.
    fn look_at_the_end(&mut self, mut file: &File) -> io::Result<()> {
        let largest = u64::from(self.largest());
        if largest > 0 && self.ends_well(file, largest)? {
            return Ok(());
        }
        let length =
            (self.audio.end - self.audio.start).min(TAIL.max(2 * largest + 64).min(LONGEST_TAIL));
        let mut tail = Vec::new();
        file.seek(SeekFrom::Start(self.audio.end - length))?;
        file.take(length).read_to_end(&mut tail)?;
        let found = (0..tail.len().saturating_sub(5))
            .rev()
            .filter_map(|at| self.frame(&tail, at));
        let found: Vec<Found> = found.take(TRIES).collect();
        for (n, last) in found.iter().enumerate() {
            let end = last.start + last.frames;
            if crc16(&tail[last.at..]) == 0 {
                self.present_frames = Some(end);
                return Ok(());
            }
            let follows = found[n + 1..].iter().any(|before| {
                before.start + before.frames == last.start && crc16(&tail[before.at..last.at]) == 0
            });
            if follows || last.start == 0 && n + 1 == found.len() {
                // A true frame, and something is behind it, or it is cut.
                let whole = whole_frame(&tail[last.at..]).filter(|_| end == self.claimed_frames);
                if let Some(bytes) = whole {
                    self.audio.end = self.audio.end - length + (last.at + bytes) as u64;
                    self.present_frames = Some(end);
                } else {
                    self.present_frames = Some(last.start);
                }
                return Ok(());
            }
        }
        Ok(())
    }

    /// Whether the last frame, of so many bytes at most, is whole and ends the
    /// file, as it nearly always does: then nothing else need be looked for.
    fn ends_well(&mut self, mut file: &File, largest: u64) -> io::Result<bool> {
        let length = (self.audio.end - self.audio.start).min(largest.min(LONGEST_TAIL));
        let mut tail = Vec::new();
        file.seek(SeekFrom::Start(self.audio.end - length))?;
        file.take(length).read_to_end(&mut tail)?;
        let places = (0..tail.len().saturating_sub(5)).rev();
        let mut found = places.filter_map(|at| self.frame(&tail, at)).take(TRIES);
        let last = found.find(|last| crc16(&tail[last.at..]) == 0);
        self.present_frames = last.map(|last| last.start + last.frames);
        Ok(last.is_some())
    }

    /// The frame whose header stands at `at`, with its checksum, if one does.
    fn frame(&self, tail: &[u8], at: usize) -> Option<Found> {
        let [0xff, sync @ (0xf8 | 0xf9), sizes, kind, number, ..] = *tail.get(at..)? else {
            return None;
        };
        if kind >> 4 > 10 || kind & 1 != 0 {
            return None;
        }
        // The number is coded like a character of UTF-8, up to seven bytes.
        let more = match number.leading_ones() {
            0 => 0,
            ones @ 2..=7 => ones as usize - 1,
            _ => return None,
        };
        let mut value = u64::from(number) & (0x7f >> number.leading_ones());
        let mut next = at + 5;
        for byte in tail.get(next..next + more)? {
            if byte & 0xc0 != 0x80 {
                return None;
            }
            value = value << 6 | u64::from(byte & 0x3f);
        }
        next += more;
        let frames = match sizes >> 4 {
            1 => 192,
            code @ 2..=5 => 576 << (code - 2),
            6 => {
                next += 1;
                u64::from(*tail.get(next - 1)?) + 1
            }
            7 => {
                next += 2;
                u64::from(u16::from_be_bytes([
                    *tail.get(next - 2)?,
                    *tail.get(next - 1)?,
                ])) + 1
            }
            code @ 8..=15 => 256 << (code - 8),
            _ => return None,
        };
        next += match sizes & 15 {
            12 => 1,
            13 | 14 => 2,
            15 => return None,
            _ => 0,
        };
        if crc8(tail.get(at..next)?) != *tail.get(next)? {
            return None;
        }
        // Frames are numbered where all are of one size, else their samples are.
        let start = if sync == 0xf9 {
            value
        } else {
            value.checked_mul(u64::from(u16::from_be_bytes([self.info[2], self.info[3]])))?
        };
        Some(Found { at, start, frames })
    }
}

/// Length of the frame at the start of `bytes`, where its checksum comes out.
fn whole_frame(bytes: &[u8]) -> Option<usize> {
    let mut crc = 0;
    bytes.iter().enumerate().find_map(|(n, byte)| {
        crc = crc16_step(crc, *byte);
        // A frame is eleven bytes at least.
        (crc == 0 && n >= 10).then_some(n + 1)
    })
}

fn crc8(bytes: &[u8]) -> u8 {
    bytes.iter().fold(0, |crc, byte| {
        (0..8).fold(crc ^ byte, |crc, _| {
            crc << 1 ^ if crc & 0x80 == 0 { 0 } else { 0x07 }
        })
    })
}

fn crc16(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0, |crc, byte| crc16_step(crc, *byte))
}

fn crc16_step(crc: u16, byte: u8) -> u16 {
    crc << 8 ^ CRC16[usize::from((crc >> 8) as u8 ^ byte)]
}

/// The polynomial x¹⁶ + x¹⁵ + x² + 1, a byte at a time.
static CRC16: [u16; 256] = {
    let mut table = [0; 256];
    let mut n = 0;
    while n < 256 {
        let mut crc = (n as u16) << 8;
        let mut bit = 0;
        while bit < 8 {
            crc = if crc & 0x8000 == 0 {
                crc << 1
            } else {
                crc << 1 ^ 0x8005
            };
            bit += 1;
        }
        table[n] = crc;
        n += 1;
    }
    table
};
