//! The words in a Matroska or WebM: the segment's title (RFC 9559, 5.1.2.12)
//! and the tags (5.1.8).

use std::fs::File;
use std::io::BufReader;

use crate::media::format::mkv::{each, find_part, unsigned};

const INFO: u32 = 0x1549_a966;
const TITLE: u32 = 0x7ba9;
const TAGS: u32 = 0x1254_c367;
const TAG: u32 = 0x7373;
const TARGETS: u32 = 0x63c0;
const TARGET_LEVEL: u32 = 0x68ca;
/// Of an edition, a chapter, an attachment: no word about the whole.
const OTHER_TARGETS: [u32; 3] = [0x63c9, 0x63c4, 0x63c6];
const SIMPLE_TAG: u32 = 0x67c8;
const TAG_NAME: u32 = 0x45a3;
const TAG_STRING: u32 = 0x4487;

/// Level of an album, which is also what is meant where none is told.
pub(crate) const ALBUM: u64 = 50;

/// Most tags taken.
const MOST: usize = 1_000;

/// What a file says of itself.
#[derive(Debug, Default)]
pub(crate) struct Words {
    /// The segment's title.
    pub title: Option<String>,
    /// Level, name in capitals, and text, in order.
    pub tags: Vec<(u64, String, String)>,
}

/// Reads the words; `None` in other files.
pub(crate) fn read(file: &File) -> Option<Words> {
    let mut words = Words::default();
    let info = find_part(file, INFO)?;
    let mut reader = BufReader::new(file);
    let _ = each(&mut reader, info.start, info.end, |reader, element| {
        if element.id == TITLE {
            words.title = Some(element.text(reader)?);
        }
        Ok(())
    });
    let Some(tags) = find_part(file, TAGS) else {
        return Some(words);
    };
    let _ = each(&mut reader, tags.start, tags.end, |reader, tag| {
        if tag.id != TAG || words.tags.len() >= MOST {
            return Ok(());
        }
        let (mut level, mut of_part) = (ALBUM, false);
        each(reader, tag.start, tag.end, |reader, element| {
            let mut simple = (None, None);
            each(reader, element.start, element.end, |reader, part| {
                match (element.id, part.id) {
                    (TARGETS, TARGET_LEVEL) => level = unsigned(reader, part.end - part.start)?,
                    (TARGETS, id) if OTHER_TARGETS.contains(&id) => {
                        of_part |= unsigned(reader, part.end - part.start)? != 0;
                    }
                    (SIMPLE_TAG, TAG_NAME) => simple.0 = Some(part.text(reader)?.to_uppercase()),
                    (SIMPLE_TAG, TAG_STRING) => simple.1 = Some(part.text(reader)?),
                    _ => {}
                }
                Ok(())
            })?;
            if let (Some(name), Some(text), false) = (simple.0, simple.1, of_part) {
                words.tags.push((level, name, text));
            }
            Ok(())
        })
    });
    Some(words)
}
