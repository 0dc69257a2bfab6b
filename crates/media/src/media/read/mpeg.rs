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
use crate::media::format::bytes::before_tags;
use crate::media::format::magic::{Start, Way};
use crate::media::format::mpeg_head::{HEADER, Head, Toc};
use crate::media::source::{Heading, Mark, Source, Survey};

/// Frames between two that are remembered.
const EVERY: u64 = 64;

/// Bytes read at a time.
const WINDOW: usize = 64 << 10;

/// Bytes of anything else that may stand before the first frame.
const JUNK: u64 = 64 << 10;

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

/// The frames of a stream, one after the other or from any on.
struct Frames {
    file: File,
    /// Where the stream is in the file.
    bounds: Range<u64>,
    first: Head,
    /// Bits a second, where every frame has them.
    constant: Option<u32>,
    /// The next frame's offset and number.
    at: u64,
    number: u64,
    window: Vec<u8>,
    window_at: u64,
    /// Length of the frame before it.
    last: usize,
    /// The file ends within a frame.
    cut: bool,
    /// It was reached by the bit rate, not by passing all frames before it.
    jumped: bool,
    /// Offset and number of about every 64th frame, as far as passed.
    known: Vec<Mark>,
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
        let present_frames = size - offset;
        // A header much shorter than the file is that of the first of several
        // files put one after the other.
        if toc
            .bytes
            .is_some_and(|bytes| bytes > 0 && present_frames > bytes + bytes / 10 + 4_096)
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
        // The stream must be of a size that so many frames can have, header
        // included; 24 bytes is the shortest, 2 881 the longest of layer 3.
        let claimed_frames = claimed_frames.filter(|_| {
            let count = toc.frames.unwrap_or(0);
            count <= present_frames.max(toc.bytes.unwrap_or(0)) / 24 + 1
                && (count + 2) * 2_881 >= toc.bytes.unwrap_or(0).min(present_frames)
        });
        // Of a cut one the padding is gone too, and counting tells the length.
        let cut = toc.bytes.is_some_and(|bytes| present_frames < bytes);
        if let (true, Some(bytes), Some(count)) = (toc.constant, toc.bytes, toc.frames) {
            let mean = |frames: u64| frames * samples / 8 * u64::from(first.bitrate) / rate;
            let frame = mean(1) + 2;
            if mean(count + 1).abs_diff(bytes) <= 2 * frame
                && present_frames.abs_diff(bytes) <= 2 * frame
            {
                frames.constant = Some(first.bitrate);
            }
        }
        let guess = match u64::from(first.bitrate) {
            0 => {
                let mut bytes = 0;
                for _ in 0..50 {
                    let Ok(Some((_, length))) = frames.next() else {
                        break;
                    };
                    bytes += length as u64;
                }
                let seen = frames.number.max(1);
                frames.rewind();
                present_frames * seen * samples / bytes.max(1)
            }
            bitrate => (present_frames - (start - offset)) * 8 * rate / bitrate,
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
        let heading = Heading {
            format: codec::name(first.codec).to_owned(),
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
            let number = self.frames.number;
            let next = self.frames.next().map_err(|error| self.failed(&error))?;
            let Some((offset, length)) = next else {
                return Ok(None);
            };
            let samples = u64::from(self.frames.first.samples);
            let adts = self.frames.first.codec == codecs::CODEC_ID_AAC;
            let data = match self.frames.bytes(offset, length) {
                Ok(data) => data,
                Err(error) => return Err(self.failed(&error)),
            };
            // An ADTS header is no part of the AAC frame.
            let header = if !adts {
                0
            } else if data[1] & 1 == 1 {
                7
            } else {
                9
            };
            let data = data.get(header..).unwrap_or_default();
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

impl Frames {
    /// Finds the first of at least three frames that follow each other.
    fn start(file: File, bounds: Range<u64>) -> Option<Self> {
        let mut frames = Self {
            file,
            first: Head::read(&[0xff, 0xfb, 0x90, 0, 0, 0])?,
            constant: None,
            at: bounds.start,
            number: 0,
            window: Vec::new(),
            window_at: 0,
            last: 0,
            cut: false,
            jumped: false,
            known: Vec::new(),
            bounds,
        };
        let stop = frames.bounds.start.saturating_add(JUNK);
        let mut at = frames.bounds.start;
        while at < stop {
            let mut next = at;
            let mut chain = 0;
            let mut first: Option<Head> = None;
            while let Ok(Some(head)) = frames.head(next) {
                if first.is_some_and(|first| !first.goes_with(&head)) {
                    break;
                }
                first.get_or_insert(head);
                chain += 1;
                next += head.bytes as u64;
                // One frame more than a chance match is likely to give; a
                // shorter file must end with a frame.
                let ends = next == frames.bounds.end || chain > 1 && next > frames.bounds.end;
                if chain == 4 || ends {
                    frames.first = first?;
                    frames.bounds.start = at;
                    frames.at = at;
                    return Some(frames);
                }
            }
            at += 1;
            if frames.head_bytes(at).ok()?.is_empty() {
                return None;
            }
        }
        None
    }

    fn rewind(&mut self) {
        self.at = self.bounds.start;
        self.number = 0;
        self.last = 0;
        self.jumped = false;
        self.known.clear();
    }

    /// The next frame's offset and length, or `None` at the end. Anything
    /// that is no frame of this stream is skipped; what was destroyed there
    /// counts as so many frames as the last one goes into it.
    fn next(&mut self) -> io::Result<Option<(u64, usize)>> {
        let Some((offset, length)) = self.find()? else {
            return Ok(None);
        };
        let skipped = offset - self.at;
        if skipped > 0 && self.number > 0 && !self.is_tag(self.at)? {
            let last = self.last.max(1) as u64;
            self.number += (skipped + last / 2) / last;
        }
        let next_known = self
            .known
            .last()
            .map_or(0, |mark| mark.place as u64 + EVERY);
        if self.number >= next_known && !self.jumped {
            self.known.push(Mark {
                key: offset,
                place: self.number as i64,
            });
        }
        self.at = offset + length as u64;
        self.last = length;
        self.number += 1;
        Ok(Some((offset, length)))
    }

    /// Whether a tag stands at `at`, as between files put one after the other.
    fn is_tag(&mut self, at: u64) -> io::Result<bool> {
        let head = self.head_bytes(at)?;
        Ok([&b"ID3"[..], b"TAG", b"APETAG"]
            .iter()
            .any(|tag| head.starts_with(tag)))
    }

    fn find(&mut self) -> io::Result<Option<(u64, usize)>> {
        let mut at = self.at;
        loop {
            if at >= self.bounds.end {
                return Ok(None);
            }
            let lost = at != self.at;
            if let Some(head) = self.head(at)?.filter(|head| head.goes_with(&self.first)) {
                let end = at + head.bytes as u64;
                // In step, a header is believed; else the next must agree.
                let believed = !lost
                    || end == self.bounds.end
                    || self.head(end)?.is_some_and(|next| next.goes_with(&head));
                if believed && end <= self.bounds.end {
                    return Ok(Some((at, head.bytes)));
                }
                self.cut |= !lost && end > self.bounds.end;
            }
            at += 1;
        }
    }

    /// Makes frame `number` the next one.
    fn seek(&mut self, number: u64) -> io::Result<()> {
        let before = self
            .known
            .partition_point(|mark| mark.place as u64 <= number);
        let near = before.checked_sub(1).map(|n| self.known[n]);
        let near = near.unwrap_or(Mark {
            key: self.bounds.start,
            place: 0,
        });
        if self.number > number || self.number < near.place as u64 || self.jumped {
            self.at = near.key;
            self.number = near.place as u64;
            self.jumped = false;
        }
        if let Some(bitrate) = self.constant.filter(|_| number > self.number + 4 * EVERY) {
            // Padding bytes keep every frame within a byte of its mean place.
            let per = u128::from(self.first.rate) * 8;
            let bits = u128::from(self.first.samples) * u128::from(bitrate);
            let offset = |number: u64| (u128::from(number) * bits / per) as u64;
            self.at = self.bounds.start + offset(number).saturating_sub(8);
            if let Some((found, _)) = self.find()? {
                let of = u128::from(found - self.bounds.start) * per;
                self.number = ((of + bits / 2) / bits) as u64;
                self.at = found;
                self.jumped = true;
            }
        }
        while self.number < number && self.next()?.is_some() {}
        Ok(())
    }

    fn head(&mut self, at: u64) -> io::Result<Option<Head>> {
        Ok(Head::read(self.head_bytes(at)?))
    }

    /// The bytes of a header at `at`, none past the end.
    fn head_bytes(&mut self, at: u64) -> io::Result<&[u8]> {
        let room = self.bounds.end.saturating_sub(at).min(HEADER as u64) as usize;
        if room < HEADER {
            return Ok(&[]);
        }
        self.bytes(at, room)
    }

    /// `length` bytes at `at`, which must be within the stream; fewer where
    /// the file has become shorter meanwhile.
    fn bytes(&mut self, at: u64, length: usize) -> io::Result<&[u8]> {
        let held = self.window_at..self.window_at + self.window.len() as u64;
        if !(held.contains(&at) && at + length as u64 <= held.end) {
            self.file.seek(SeekFrom::Start(at))?;
            self.window.clear();
            self.window_at = at;
            let room = (self.bounds.end - at).min(WINDOW.max(length) as u64);
            (&self.file).take(room).read_to_end(&mut self.window)?;
        }
        let from = (at - self.window_at) as usize;
        let to = (from + length).min(self.window.len());
        Ok(self.window.get(from..to).unwrap_or_default())
    }
}

/// Where frames can be in a file: from its start to ID3v1 and APE tags; in a WAV
/// that wraps MPEG audio, its data.
fn bounds(mut file: &File, start: &Start) -> io::Result<Range<u64>> {
    let end = file.seek(SeekFrom::End(0))?;
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
    while read(at, &mut head) {
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
