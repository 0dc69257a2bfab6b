//! What symphonia does not tell of Matroska and WebM (RFC 9559): how many of
//! the last block's frames are padding (`DiscardPadding`, section 5.1.3.5.7),
//! and the chapters (5.1.7), for the sake of which it refuses files.
//!
//! Mostly element headers are read here, a few bytes a cluster, so this is
//! quick on the longest file.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};

use crate::media::format::bytes::Patch;
use crate::media::info::Chapter;

const SEGMENT: u32 = 0x1853_8067;
const CLUSTER: u32 = 0x1f43_b675;
const BLOCK_GROUP: u32 = 0xa0;
const BLOCK: u32 = 0xa1;
const SIMPLE_BLOCK: u32 = 0xa3;
const DISCARD_PADDING: u32 = 0x75a2;
const EBML: u32 = 0x1a45_dfa3;
const SEEK_HEAD: u32 = 0x114d_9b74;
const SEEK_ID: u32 = 0x53ab;
const SEEK_POSITION: u32 = 0x53ac;
const CHAPTERS: u32 = 0x1043_a770;
const EDITION: u32 = 0x45b9;
const ATOM: u32 = 0xb6;
const ATOM_START: u32 = 0x91;
const DISPLAY: u32 = 0x80;
const DISPLAY_TEXT: u32 = 0x85;

/// Longest title read.
const LONGEST_TITLE: u64 = 1_000;

/// Where the segment ends by its own word, 0 in other files. symphonia reads
/// nothing of one that reaches over the end of a cut file.
pub(crate) fn claimed(file: &File) -> u64 {
    let mut reader = BufReader::with_capacity(64, file);
    let rewound = reader.rewind().is_ok();
    if !rewound || !id(&mut reader).is_ok_and(|id| id == EBML) {
        return 0;
    }
    let unknown = u64::MAX >> 1;
    let segment = find(&mut reader, 0, unknown, |id| id == SEGMENT);
    segment.map_or(0, |segment| segment.end % unknown)
}

/// Hides what playing needs not: chapters, which symphonia may refuse, and in
/// a cut file the index to what is not there any more.
pub(crate) fn patches(file: &File, cut: bool) -> Vec<Patch> {
    let mut patches: Vec<Patch> = find_chapters(file).iter().map(Element::hidden).collect();
    if cut {
        let mut reader = BufReader::with_capacity(512, file);
        let head = (|| {
            let end = reader.seek(SeekFrom::End(0)).ok()?;
            let segment = find(&mut reader, 0, end, |id| id == SEGMENT)?;
            find(&mut reader, segment.start, segment.end, |id| {
                id == SEEK_HEAD
            })
        })();
        patches.extend(head.iter().map(Element::hidden));
    }
    patches
}

/// The chapters of the first edition.
pub(crate) fn chapters(file: &File) -> Vec<Chapter> {
    let mut found = Vec::new();
    if let Some(element) = find_chapters(file) {
        let mut reader = BufReader::new(file);
        let mut editions = 0;
        let _ = each(
            &mut reader,
            element.start,
            element.end,
            |reader, element| {
                // Others are other ways through the same recording.
                editions += u32::from(element.id == EDITION);
                if element.id != EDITION || editions > 1 {
                    return Ok(());
                }
                each(reader, element.start, element.end, |reader, element| {
                    if element.id == ATOM {
                        found.push(atom(reader, &element)?);
                    }
                    Ok(())
                })
            },
        );
    }
    found
}

fn atom(reader: &mut Reader<'_>, element: &Element) -> io::Result<Chapter> {
    let (mut start_ns, mut title) = (0u64, None);
    each(reader, element.start, element.end, |reader, element| {
        match element.id {
            ATOM_START => start_ns = unsigned(reader, element.end - element.start)?,
            DISPLAY => each(reader, element.start, element.end, |reader, element| {
                if element.id == DISPLAY_TEXT && title.is_none() {
                    title = crate::text::clean_some(&element.text(reader)?);
                }
                Ok(())
            })?,
            _ => {}
        }
        Ok(())
    })?;
    Ok(Chapter::new(start_ns as f64 / 1e9, title))
}

fn find_chapters(file: &File) -> Option<Element> {
    find_part(file, CHAPTERS)
}

/// Where a part of the segment is. It stands before the sound, or the index at
/// the start tells of it.
pub(super) fn find_part(file: &File, wanted: u32) -> Option<Element> {
    let mut reader = BufReader::with_capacity(512, file);
    let end = reader.seek(SeekFrom::End(0)).ok()?;
    reader.rewind().ok()?;
    if id(&mut reader).ok()? != EBML {
        return None;
    }
    let segment = find(&mut reader, 0, end, |id| id == SEGMENT)?;
    let mut places = Vec::new();
    let mut found = None;
    let _ = each(
        &mut reader,
        segment.start,
        segment.end,
        |reader, element| {
            match element.id {
                id if id == wanted => found = Some(Element { ..element }),
                SEEK_HEAD => each(reader, element.start, element.end, |reader, element| {
                    let (mut id, mut place) = (0u64, 0u64);
                    each(reader, element.start, element.end, |reader, element| {
                        let number = unsigned(reader, element.end - element.start)?;
                        match element.id {
                            SEEK_ID => id = number,
                            SEEK_POSITION => place = number,
                            _ => {}
                        }
                        Ok(())
                    })?;
                    if id == u64::from(wanted) {
                        places.push(place);
                    }
                    Ok(())
                })?,
                _ => {}
            }
            // Nothing more is looked for after the sound has begun.
            if element.id == CLUSTER || found.is_some() {
                return Err(io::ErrorKind::NotFound.into());
            }
            Ok(())
        },
    );
    if found.is_some() {
        return found;
    }
    let at = segment.start.checked_add(*places.first()?)?;
    reader.seek(SeekFrom::Start(at)).ok()?;
    let (kind, (size, _)) = (id(&mut reader).ok()?, number(&mut reader).ok()?);
    let start = reader.stream_position().ok()?;
    let stop = start.checked_add(size).filter(|stop| *stop <= end)?;
    (kind == wanted).then_some(Element {
        id: kind,
        at,
        start,
        end: stop,
    })
}

/// Nanoseconds to leave out at the end of track `track` in what begins at byte
/// `base`.
pub(crate) fn padding_ns(file: &File, base: u64, track: u64) -> Option<u64> {
    let mut reader = BufReader::with_capacity(64, file);
    let end = reader.seek(SeekFrom::End(0)).ok()?;
    let segment = find(&mut reader, base, end, |id| id == SEGMENT)?;
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

/// An element's kind, where it is and where its content is.
pub(super) struct Element {
    pub id: u32,
    at: u64,
    pub start: u64,
    pub end: u64,
}

impl Element {
    /// Its content as text, of at most 1 000 bytes, not cleaned.
    pub(super) fn text(&self, reader: &mut Reader<'_>) -> io::Result<String> {
        let mut text = Vec::new();
        let length = (self.end - self.start).min(LONGEST_TITLE);
        reader.by_ref().take(length).read_to_end(&mut text)?;
        Ok(String::from_utf8_lossy(&text)
            .trim_end_matches('\0')
            .to_owned())
    }

    /// It becomes an empty one (RFC 8794, section 11.3.2).
    fn hidden(&self) -> Patch {
        let size = self.end - self.start;
        // Name and size take two to twelve bytes; a size takes eight at most.
        let mut header = Vec::new();
        let mut width = (self.start - self.at) as u32 - 1;
        if width > 8 {
            header.extend([0xec, 0x82, 0, 0]);
            width -= 4;
        }
        header.push(0xec);
        let size = size | 1 << (7 * width);
        header.extend(&size.to_be_bytes()[8 - width as usize..]);
        (self.at, header)
    }
}

pub(super) type Reader<'a> = BufReader<&'a File>;

fn find(
    reader: &mut Reader<'_>,
    start: u64,
    end: u64,
    wanted: impl Fn(u32) -> bool,
) -> Option<Element> {
    let mut found = None;
    let _ = each(reader, start, end, |_, element| {
        if wanted(element.id) {
            found = Some(Element { ..element });
            return Err(io::ErrorKind::Other.into());
        }
        Ok(())
    });
    found
}

/// Calls `visit` for every element from `start` to `end`, standing on its content.
pub(super) fn each(
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
        if start > end {
            break;
        }
        let unknown = size == (1 << (7 * width)) - 1;
        let stop = start.saturating_add(size);
        let stop = if unknown || stop > end { end } else { stop };
        visit(
            reader,
            Element {
                id,
                at,
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

pub(super) fn unsigned(reader: &mut Reader<'_>, size: u64) -> io::Result<u64> {
    (0..size.min(8)).try_fold(0, |number, _| Ok(number << 8 | u64::from(byte(reader)?)))
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
