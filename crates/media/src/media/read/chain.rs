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
use crate::media::read::pipe::Pipe;
use crate::media::source::{Heading, Source, Survey};

/// Most links played.
const MOST: usize = 5_000;

/// A file of several links.
pub(crate) struct Chain {
    path: PathBuf,
    rate: u32,
    links: Vec<Link>,
    /// The link that is open, and its sound.
    at: usize,
    source: Box<dyn Source>,
}

/// One of the recordings.
#[derive(Clone, Debug)]
struct Link {
    bytes: Range<u64>,
    /// Place of its first frame in the whole.
    start: u64,
    frames: u64,
    /// It is of another rate or codec than ours and comes from ffmpeg.
    converted: bool,
}

/// The bytes of the recordings that `file` holds one after the other, an Ogg
/// chain or FLACs; `None` where it holds one.
pub(crate) fn links(file: &File, size: u64) -> Option<Vec<Range<u64>>> {
    ogg::links(file, size).or_else(|| flac::links(file, size))
}

impl Chain {
    /// Opens the links of a file. The first one's sample rate is that of the
    /// whole; ffmpeg converts others where it is installed, and else they are
    /// left out and complained of.
    pub(crate) fn open(path: &Path, bytes: &[Range<u64>]) -> Result<(Self, Heading), Error> {
        let mut links: Vec<Link> = Vec::new();
        let mut first: Option<(Container, Heading)> = None;
        let mut frames = 0;
        let mut left_out = bytes.len().saturating_sub(MOST);
        let mut claimed_frames = 0;
        let mut refused = Error::Unsupported("no sound in it");
        for bytes in bytes.iter().take(MOST) {
            let opened = Container::open(path, bytes);
            let rate = first.as_ref().map(|(_, first)| first.sample_rate);
            let (length, claimed, converted) = match opened {
                Ok((mut source, heading))
                    if rate.is_none_or(|rate| rate == heading.sample_rate) =>
                {
                    let length = match heading.frames {
                        Some(length) => length,
                        None => source.survey().map_or(0, |survey| survey.frames),
                    };
                    let claimed = heading.claimed_frames;
                    match &mut first {
                        // What is wrong with the end of any is wrong with the whole.
                        Some((_, first)) => {
                            first.complaints = heading.complaints;
                            first.channels = first.channels.max(heading.channels);
                        }
                        None => first = Some((source, heading)),
                    }
                    (Some(length), claimed, false)
                }
                other => {
                    if let (Ok((_, heading)), Some((_, first))) = (&other, &mut first) {
                        first.channels = first.channels.max(heading.channels);
                    }
                    refused = other.err().unwrap_or(refused);
                    let pipe = rate.and_then(|rate| Pipe::convert(path, bytes, rate).ok());
                    let length = pipe.and_then(|mut pipe| pipe.survey().ok());
                    let length = length.map(|survey| survey.frames);
                    (length.filter(|frames| *frames > 0), None, true)
                }
            };
            let Some(length) = length else {
                left_out += 1;
                continue;
            };
            links.push(Link {
                bytes: bytes.clone(),
                start: frames,
                frames: length,
                converted,
            });
            frames += length;
            claimed_frames += claimed.unwrap_or(0).max(length);
        }
        let (source, mut heading) = first.ok_or(refused)?;
        if left_out > 0 {
            heading.complaints.push(Complaint {
                kind: "left-out",
                what: format!(
                    "{left_out} of the {} recordings in it are damaged, or of another sample rate \
                     or kind, and not played",
                    bytes.len()
                ),
                advice: "install the package “ffmpeg”, or cut them apart".to_owned(),
            });
        }
        heading.frames = Some(frames).filter(|frames| *frames > 0);
        heading.guess = heading.frames;
        heading.claimed_frames = Some(claimed_frames);
        let chain = Self {
            path: path.to_owned(),
            rate: heading.sample_rate,
            links,
            at: 0,
            source: Box::new(source),
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
        let Link {
            bytes, converted, ..
        } = &self.links[link];
        let changed = |why: String| Unplayable::Changed(why).of(&self.path);
        self.source = if *converted {
            let pipe = Pipe::convert(&self.path, bytes, self.rate);
            Box::new(pipe.map_err(|_| changed("ffmpeg refuses it".to_owned()))?)
        } else {
            let opened = Container::open(&self.path, bytes);
            Box::new(opened.map_err(|error| changed(error.to_string()))?.0)
        };
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
