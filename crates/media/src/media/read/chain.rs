//! Several recordings one after the other in one file, played as one.

use std::fs::File;
use std::ops::Range;
use std::path::{Path, PathBuf};

use symphonia::core::errors::Error;

use crate::Frame;
use crate::media::complaint::Complaint;
use crate::media::error::{MediaError, Unplayable};
use crate::media::format::{flac, ogg};
use crate::media::read::container::Container;
use crate::media::source::{Heading, Source, Survey};

/// Most links played.
const MOST: usize = 5_000;

/// A file of several links.
pub(crate) struct Chain {
    path: PathBuf,
    links: Vec<Link>,
    /// The link that is open, and its sound.
    at: usize,
    source: Container,
    /// All that is left out is of the same codec, but of another rate.
    pub convertible: bool,
}

/// One of the recordings.
#[derive(Clone, Debug)]
struct Link {
    bytes: Range<u64>,
    /// Place of its first frame in the whole.
    start: u64,
    frames: u64,
}

/// The bytes of the recordings that `file` holds one after the other, an Ogg
/// chain or FLACs; `None` where it holds one.
pub(crate) fn links(file: &File, size: u64) -> Option<Vec<Range<u64>>> {
    ogg::links(file, size).or_else(|| flac::links(file, size))
}

impl Chain {
    /// Opens the links of a file. Those that are of another sample rate than
    /// the first are left out and complained of.
    pub(crate) fn open(path: &Path, bytes: &[Range<u64>]) -> Result<(Self, Heading), Error> {
        let mut links: Vec<Link> = Vec::new();
        let mut first: Option<(Container, Heading)> = None;
        let mut frames = 0;
        let mut other_rate = 0;
        let mut other_codec = false;
        let mut unknown = bytes.len().saturating_sub(MOST);
        let mut claimed_frames = 0;
        let mut refused = Error::Unsupported("no sound in it");
        for bytes in bytes.iter().take(MOST) {
            let (mut source, heading) = match Container::open(path, bytes) {
                Ok(opened) => opened,
                Err(error) => {
                    unknown += 1;
                    refused = error;
                    continue;
                }
            };
            if let Some((_, first)) = &first
                && first.sample_rate != heading.sample_rate
            {
                other_rate += 1;
                other_codec |= first.format != heading.format;
                continue;
            }
            let length = match heading.frames {
                Some(length) => length,
                None => source.survey().map_or(0, |survey| survey.frames),
            };
            links.push(Link {
                bytes: bytes.clone(),
                start: frames,
                frames: length,
            });
            frames += length;
            claimed_frames += heading.claimed_frames.unwrap_or(0).max(length);
            match &mut first {
                // What is wrong with the end of any is wrong with the whole.
                Some((_, first)) => {
                    first.complaints = heading.complaints;
                    first.channels = first.channels.max(heading.channels);
                }
                None => first = Some((source, heading)),
            }
        }
        let (source, mut heading) = first.ok_or(refused)?;
        for (count, why) in [
            (other_rate, "of another sample rate"),
            (unknown, "damaged or of a kind that is not known"),
        ] {
            if count > 0 {
                heading.complaints.push(Complaint {
                    kind: "left-out",
                    what: format!(
                        "{count} of the {} recordings in it are {why} and not played",
                        bytes.len()
                    ),
                    advice: "cut them apart, or encode the whole anew".to_owned(),
                });
            }
        }
        heading.frames = Some(frames).filter(|frames| *frames > 0);
        heading.guess = heading.frames;
        heading.claimed_frames = Some(claimed_frames);
        let chain = Self {
            path: path.to_owned(),
            links,
            at: 0,
            source,
            convertible: other_rate > 0 && unknown == 0 && !other_codec,
        };
        Ok((chain, heading))
    }

    /// Starts of the links in seconds, given that of the whole's rate.
    pub(crate) fn starts(&self, rate: u32) -> impl Iterator<Item = (f64, &Range<u64>)> {
        self.links
            .iter()
            .map(move |link| (link.start as f64 / f64::from(rate.max(1)), &link.bytes))
    }

    fn enter(&mut self, link: usize) -> Result<(), MediaError> {
        let opened = Container::open(&self.path, &self.links[link].bytes);
        let (source, _) =
            opened.map_err(|error| Unplayable::Changed(error.to_string()).of(&self.path))?;
        self.source = source;
        self.at = link;
        Ok(())
    }
}

impl Source for Chain {
    fn next(&mut self, out: &mut Vec<Frame>) -> Result<Option<i64>, MediaError> {
        loop {
            let link = &self.links[self.at];
            let (start, frames) = (link.start as i64, link.frames as i64);
            match self.source.next(out)? {
                Some(place) if place < frames => {
                    out.truncate((frames - place) as usize);
                    return Ok(Some(start + place));
                }
                // Padding.
                Some(_) => {}
                None if self.at + 1 < self.links.len() => self.enter(self.at + 1)?,
                None => return Ok(None),
            }
        }
    }

    fn seek(&mut self, frame: u64) -> Result<(), MediaError> {
        let after = self.links.partition_point(|link| link.start <= frame);
        let link = after.saturating_sub(1);
        if link != self.at {
            self.enter(link)?;
        }
        self.source.seek(frame - self.links[link].start)
    }

    fn lead(&self) -> i64 {
        self.source.lead()
    }

    fn survey(&mut self) -> Result<Survey, MediaError> {
        let frames = self.links.iter().map(|link| link.frames).sum();
        Ok(Survey {
            frames,
            marks: [].into(),
            complaints: Vec::new(),
        })
    }

    fn apply(&mut self, _: &Survey) {}
}
