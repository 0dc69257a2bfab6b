//! What Matroska and WebM say at the very end: how many of the last block's
//! frames are padding (`DiscardPadding`, RFC 9559, section 5.1.3.5.7).
//!
//! symphonia reads over it. Only element headers are read here, a few bytes a
//! cluster, so this is quick on the longest file.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};

const SEGMENT: u32 = 0x1853_8067;
const CLUSTER: u32 = 0x1f43_b675;
const BLOCK_GROUP: u32 = 0xa0;
const BLOCK: u32 = 0xa1;
const SIMPLE_BLOCK: u32 = 0xa3;
const DISCARD_PADDING: u32 = 0x75a2;

/// Nanoseconds to leave out at the end of track `track`.
pub(super) fn padding_ns(file: &File, track: u64) -> Option<u64> {
    let mut reader = BufReader::with_capacity(64, file);
    let end = reader.seek(SeekFrom::End(0)).ok()?;
    let segment = find(&mut reader, 0, end, |id| id == SEGMENT)?;
    // The last cluster with a block of this track tells; two are enough, as
    // clusters are seconds long.
    let mut clusters = Vec::new();
    let _ = each(&mut reader, segment.start, segment.end, |_, element| {
        if element.id == CLUSTER {
            clusters.push((element.start, element.end));
        }
        Ok(())
    });
    for (start, end) in clusters.into_iter().rev().take(2) {
        let mut last = None;
        let _ = each(&mut reader, start, end, |reader, element| {
            match element.id {
                SIMPLE_BLOCK if number(reader)?.0 == track => last = Some(0),
                BLOCK_GROUP => {
                    let (mut ours, mut padding) = (false, 0);
                    each(reader, element.start, element.end, |reader, element| {
                        match element.id {
                            BLOCK => ours = number(reader)?.0 == track,
                            DISCARD_PADDING => {
                                padding = signed(reader, element.end - element.start)?;
                            }
                            _ => {}
                        }
                        Ok(())
                    })?;
                    if ours {
                        last = Some(padding);
                    }
                }
                _ => {}
            }
            Ok(())
        });
        if let Some(padding) = last {
            return u64::try_from(padding).ok();
        }
    }
    None
}

/// An element's kind and where its content is.
struct Element {
    id: u32,
    start: u64,
    end: u64,
}

type Reader<'a> = BufReader<&'a File>;

fn find(
    reader: &mut Reader<'_>,
    start: u64,
    end: u64,
    wanted: impl Fn(u32) -> bool,
) -> Option<Element> {
    let mut found = None;
    let _ = each(reader, start, end, |_, element| {
        if found.is_none() && wanted(element.id) {
            found = Some(Element { ..element });
        }
        Ok(())
    });
    found
}

/// Calls `visit` for every element from `start` to `end`, standing on its content.
fn each(
    reader: &mut Reader<'_>,
    start: u64,
    end: u64,
    mut visit: impl FnMut(&mut Reader<'_>, Element) -> io::Result<()>,
) -> io::Result<()> {
    let mut at = start;
    while at < end {
        reader.seek(SeekFrom::Start(at))?;
        let id = id(reader)?;
        let (size, width) = number(reader)?;
        let start = reader.stream_position()?;
        // All ones is an unknown size: the rest of what is around it.
        let unknown = size == (1 << (7 * width)) - 1;
        let stop = start.saturating_add(size);
        let stop = if unknown || stop > end { end } else { stop };
        visit(
            reader,
            Element {
                id,
                start,
                end: stop,
            },
        )?;
        at = stop;
    }
    Ok(())
}

fn byte(reader: &mut Reader<'_>) -> io::Result<u8> {
    let mut byte = [0];
    reader.read_exact(&mut byte)?;
    Ok(byte[0])
}

/// An element's name, its length marker kept (RFC 8794, section 5).
fn id(reader: &mut Reader<'_>) -> io::Result<u32> {
    let first = byte(reader)?;
    let mut id = u32::from(first);
    for _ in 0..first.leading_zeros().min(3) {
        id = id << 8 | u32::from(byte(reader)?);
    }
    Ok(id)
}

/// A number of variable width and that width (RFC 8794, section 4).
fn number(reader: &mut Reader<'_>) -> io::Result<(u64, u32)> {
    let first = byte(reader)?;
    let more = first.leading_zeros().min(7);
    let mut number = u64::from(first) & (0x7f >> more);
    for _ in 0..more {
        number = number << 8 | u64::from(byte(reader)?);
    }
    Ok((number, more + 1))
}

fn signed(reader: &mut Reader<'_>, size: u64) -> io::Result<i64> {
    let mut number = 0i64;
    for n in 0..size.min(8) {
        let byte = byte(reader)?;
        number = if n == 0 {
            i64::from(byte as i8)
        } else {
            number << 8 | i64::from(byte)
        };
    }
    Ok(number)
}
