//! Bare streams of frames: MP1, MP2, MP3 and AAC as ADTS, also inside a WAV.
//!
//! symphonia decodes them; finding the frames is done here, since a place in
//! such a stream is the number of frames before it. Frames passed once are
//! remembered, about one a second, so that going back is quick, and where the
//! bit rate is constant a far place is reached at once.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::{Path, PathBuf};

use symphonia::core::codecs::audio::{AudioCodecParameters, well_known as codecs};
use symphonia::core::packet::PacketRef;
use symphonia::core::units::{Duration, Timestamp};

use crate::Frame;
use crate::media::codec::{self, Codec};
use crate::media::complaint::Complaint;
use crate::media::error::{MediaError, Unplayable};
use crate::media::format::aac;
use crate::media::format::bytes::before_tags;
use crate::media::format::magic::{Start, Way};
use crate::media::format::mpeg_head::{Head, Toc};
use crate::media::read::frames::Frames;
use crate::media::source::{Heading, Source, Survey};
use crate::regular;

/// A bare stream.
pub(crate) struct Elementary {
    path: PathBuf,
    frames: Frames,
    codec: Codec,
    /// A header tells the length.
    claimed_frames: bool,
    /// PCM frames of encoder delay.
    delay: i64,
    /// PCM frames of padding.
    padding: u64,
}

impl Elementary {
    /// Opens the stream in `file`, which starts so, or `None` where there is no
    /// bare stream of frames in it.
    pub(crate) fn open(path: &Path, file: &File, start: &Start) -> Option<(Self, Heading)> {
        let bounds = bounds(file, start).ok()?;
        let wrapped = start.way != Way::Search;
        let own = file.try_clone().ok()?;
        let size = bounds.end;
        let mut frames = Frames::start(own, bounds)?;
        let first = frames.first;
        let (offset, length) = frames.find().ok()??;
        let toc = Toc::read(frames.bytes(offset, length).ok()?, &first);
        let start = if toc.is_some() {
            offset + length as u64
        } else {
            offset
        };
        frames.bounds.start = start;
        frames.rewind();
        let toc_told = toc.is_some();
        let mut toc = toc.unwrap_or_default();
        let present_bytes = size - offset;
        // A header much shorter than the file is that of the first of several
        // files put one after the other.
        if toc
            .bytes
            .is_some_and(|bytes| bytes > 0 && present_bytes > bytes + bytes / 10 + 4_096)
        {
            toc = Toc {
                delay: toc.delay,
                ..Toc::default()
            };
        }
        let rate = u64::from(first.rate);
        let samples = u64::from(first.samples);
        let trims = u64::from(toc.delay + toc.padding);
        let claimed_frames = toc
            .frames
            .map(|frames| (frames * samples).saturating_sub(trims));
        let seen = frames.sample();
        let claimed_frames =
            claimed_frames.filter(|_| is_possible(&toc, &first, seen, present_bytes));
        // Of a cut one the padding is gone too, and counting tells the length.
        let cut = toc.bytes.is_some_and(|bytes| present_bytes < bytes);
        if let (true, Some(bytes), Some(count)) = (toc.constant, toc.bytes, toc.frames) {
            let mean = |frames: u64| frames * samples / 8 * u64::from(first.bitrate) / rate;
            let frame = mean(1) + 2;
            if mean(count + 1).abs_diff(bytes) <= 2 * frame
                && present_bytes.abs_diff(bytes) <= 2 * frame
            {
                frames.constant = Some(first.bitrate);
            }
        }
        let guess = match u64::from(first.bitrate) {
            0 => present_bytes * seen.0 * samples / seen.1.max(1),
            bitrate => (present_bytes - (start - offset)) * 8 * rate / bitrate,
        };
        let mut params = AudioCodecParameters::new();
        params.for_codec(first.codec).with_sample_rate(first.rate);
        if first.codec == codecs::CODEC_ID_AAC {
            use symphonia::core::audio::layouts::{CHANNEL_LAYOUT_MONO, CHANNEL_LAYOUT_STEREO};
            params.with_channels(match first.channels {
                1 => CHANNEL_LAYOUT_MONO,
                2 => CHANNEL_LAYOUT_STEREO,
                _ => return None,
            });
        }
        let core_only = first.codec == codecs::CODEC_ID_AAC
            && first.rate <= aac::FASTEST_CORE
            && has_sbr(&mut frames);
        let heading = Heading {
            format: if core_only {
                "HE-AAC".to_owned()
            } else {
                codec::name(first.codec).to_owned()
            },
            core_only,
            container: if wrapped {
                "wav"
            } else if first.codec == codecs::CODEC_ID_AAC {
                "aac"
            } else {
                "mp3"
            }
            .to_owned(),
            sample_rate: first.rate,
            channels: u16::from(first.channels),
            bits: None,
            frames: claimed_frames.filter(|_| toc_told && !cut),
            guess: claimed_frames.filter(|_| !cut).or(Some(guess)),
            claimed_frames,
            complaints: Vec::new(),
        };
        let source = Self {
            path: path.to_owned(),
            frames,
            claimed_frames: claimed_frames.is_some(),
            codec: Codec::new(&params).ok()?,
            delay: i64::from(toc.delay),
            padding: if cut { 0 } else { u64::from(toc.padding) },
        };
        Some((source, heading))
    }

    fn failed(&self, error: &io::Error) -> MediaError {
        Unplayable::from(error).of(&self.path)
    }
}

impl Source for Elementary {
    fn next(&mut self, out: &mut Vec<Frame>) -> Result<Option<i64>, MediaError> {
        loop {
            let next = self.frames.next().map_err(|error| self.failed(&error))?;
            let Some((offset, length)) = next else {
                return Ok(None);
            };
            if self.frames.lost {
                // Bits kept from before belong to another frame.
                self.codec.reset();
            }
            let number = self.frames.number - 1;
            let samples = u64::from(self.frames.first.samples);
            let adts = self.frames.first.codec == codecs::CODEC_ID_AAC;
            let data = match self.frames.bytes(offset, length) {
                Ok(data) => data,
                Err(error) => return Err(self.failed(&error)),
            };
            let data = if adts { raw(data) } else { data };
            let place = (number * samples) as i64;
            let packet = PacketRef::new(0, Timestamp::new(place), Duration::new(samples), data);
            if self.codec.decode(&packet, out) && !out.is_empty() {
                return Ok(Some(place - self.delay));
            }
        }
    }

    fn seek(&mut self, frame: u64) -> Result<(), MediaError> {
        let goal = i64::try_from(frame)
            .unwrap_or(i64::MAX)
            .saturating_add(self.delay);
        let wanted = u64::try_from(goal.saturating_sub(self.codec.lead())).unwrap_or(0);
        self.codec.reset();
        let number = wanted / u64::from(self.frames.first.samples);
        self.frames
            .seek(number)
            .map_err(|error| self.failed(&error))
    }

    fn lead(&self) -> i64 {
        self.codec.lead()
    }

    fn survey(&mut self) -> Result<Survey, MediaError> {
        while self
            .frames
            .next()
            .map_err(|error| self.failed(&error))?
            .is_some()
        {}
        let all = self.frames.number * u64::from(self.frames.first.samples);
        let marks = self.frames.known.as_slice().into();
        Ok(Survey {
            frames: all.saturating_sub(self.delay as u64 + self.padding),
            marks,
            complaints: self.complaints(),
        })
    }

    fn complaints(&self) -> Vec<Complaint> {
        let cut = self.frames.cut && !self.claimed_frames;
        let what = "it ends in the middle of a frame, so its end is missing";
        let cut = cut.then(|| Complaint::truncated(what));
        cut.into_iter().collect()
    }

    fn apply(&mut self, survey: &Survey) {
        if survey.marks.len() > self.frames.known.len() {
            self.frames.known = survey.marks.to_vec();
        }
    }
}

/// Whether so many frames as a header tells of can be in a stream of so many
/// bytes: it must be of a size that they can have, header included, and not too
/// far from what those at its start (their number and bytes) would have.
fn is_possible(toc: &Toc, first: &Head, seen: (u64, u64), present_bytes: u64) -> bool {
    let count = toc.frames.unwrap_or(0);
    let told = toc.bytes.unwrap_or(present_bytes);
    let (least, most) = (told.min(present_bytes), told.max(present_bytes));
    let [shortest, longest] = first.between.map(|bytes| bytes as u64);
    let usual = count.saturating_mul(seen.1) / seen.0.max(1);
    count.saturating_sub(2).saturating_mul(shortest) <= most
        && (count + 2).saturating_mul(longest) >= least
        && (seen.0 < 50 || usual / 4 <= most && usual >= least / 4)
}

/// A frame of ADTS without its header, which is no part of the AAC.
fn raw(frame: &[u8]) -> &[u8] {
    let header = if frame.get(1).is_some_and(|byte| byte & 1 == 1) {
        7
    } else {
        9
    };
    frame.get(header..).unwrap_or_default()
}

/// Whether the first frames of ADTS carry SBR.
fn has_sbr(frames: &mut Frames) -> bool {
    let mut blocks: Vec<Vec<u8>> = Vec::new();
    while blocks.len() < aac::ENOUGH
        && let Ok(Some((offset, length))) = frames.next()
        && let Ok(frame) = frames.bytes(offset, length)
    {
        blocks.push(raw(frame).to_vec());
    }
    frames.rewind();
    aac::has_sbr(blocks.iter().map(Vec::as_slice))
}

/// Most chunks of a WAV passed on the way to its sound.
const MOST_CHUNKS: u32 = 10_000;

/// Where frames can be in a file: from its start to ID3v1 and APE tags; in a WAV
/// that wraps MPEG audio, its data.
fn bounds(mut file: &File, start: &Start) -> io::Result<Range<u64>> {
    let end = regular::end(file)?;
    if start.way == Way::Search {
        let end = before_tags(file, end);
        return Ok(start.at.min(end)..end);
    }
    let mut read = |at: u64, bytes: &mut [u8]| {
        file.seek(SeekFrom::Start(at))
            .and_then(|_| file.read_exact(bytes))
            .is_ok()
    };
    let mut head = [0; 8];
    let mut at = start.at + 12;
    let mut wrapped = false;
    for _ in 0..MOST_CHUNKS {
        if at >= end || !read(at, &mut head) {
            break;
        }
        let size = u64::from(u32::from_le_bytes([head[4], head[5], head[6], head[7]]));
        let kind = [head[0], head[1], head[2], head[3]];
        at += 8;
        match &kind {
            // WAVE_FORMAT_MPEG, _MPEGLAYER3 and the two of AAC in ADTS.
            b"fmt " if read(at, &mut head[..2]) => {
                let format = u16::from_le_bytes([head[0], head[1]]);
                wrapped = matches!(format, 0x50 | 0x55 | 0x1600 | 0xff);
            }
            b"data" if wrapped => return Ok(at..end.min(at.saturating_add(size))),
            _ => {}
        }
        at += size + size % 2;
    }
    Ok(0..0)
}
