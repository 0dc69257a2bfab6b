//! Files that symphonia's readers open: everything with a container.

use std::cmp::Ordering;
use std::fs::File;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use symphonia::core::audio::Channels;
use symphonia::core::codecs::audio::well_known as codecs;
use symphonia::core::errors::Error;
use symphonia::core::formats::{FormatId, FormatReader, SeekMode, SeekTo, well_known as formats};
use symphonia::core::packet::Packet;
use symphonia::core::units::{Duration, Timestamp};

use crate::Frame;
use crate::media::codec::{self, Codec};
use crate::media::error::{MediaError, Unplayable};
use crate::media::format::{chunks, flac, magic, mkv};
use crate::media::read::clock::Clock;
use crate::media::read::length::{self, Told};
use crate::media::read::track::{is_core_only, name, probe, track_sound};
use crate::media::source::{Heading, Mark, PATIENCE, Source, Survey};

/// One audio track of a container.
pub(crate) struct Container {
    path: PathBuf,
    /// Where in the file it is.
    bytes: Range<u64>,
    reader: Box<dyn FormatReader>,
    codec: Codec,
    track: u32,
    format: FormatId,
    clock: Clock,
    /// A packet already read and not yet decoded.
    held: Option<Packet>,
    /// Place where the next block should start, if the one before is known.
    expected: Option<i64>,
    /// Frames in the last packet, where others are like it.
    usual: Option<u64>,
    /// Places that coarse or uneven time stamps do not tell.
    marks: Arc<[Mark]>,
    /// Streams side by side, among which symphonia's Ogg reader cannot seek.
    abreast: bool,
    /// The reader has told the end; some of them cannot seek any more then.
    ended: bool,
}

impl Container {
    /// Opens the first audio track in these bytes of the file at `path`.
    pub(crate) fn open(path: &Path, bytes: &Range<u64>) -> Result<(Self, Heading), Error> {
        let file = File::open(path).map_err(Error::IoError)?;
        let start = magic::start(&file, bytes).map_err(Error::IoError)?;
        let bytes = &(start.at..bytes.end);
        // The reader moves about in its file, so others read in one of their own.
        let again = File::open(path).map_err(Error::IoError)?;
        let size = bytes.end - bytes.start;
        let (reader, track) = probe(file, bytes)?;
        let format = reader.format_info().format;
        if !start.allows(format) {
            return Err(Error::Unsupported("core (probe): no sound at its start"));
        }
        let (mut params, head, mut rate) = track_sound(&track)?;
        let core_only = is_core_only(&mut params, path, bytes)?;
        if params.codec == codecs::CODEC_ID_AAC {
            rate = params.sample_rate.unwrap_or(rate);
        }
        let codec = Codec::new(&params)?;
        let skip = head.as_ref().map_or(0, |head| i64::from(head.pre_skip));
        let mut clock = Clock::of(&track, rate)?;
        let guess = length::guess(&track, reader.media_info(), clock);
        let mut told = Told {
            frames: track.num_frames,
            ..Told::default()
        };
        match format {
            formats::FORMAT_ID_ISOMP4 => {
                told.by_mp4((&again, bytes), (track.id, rate), skip, &codec, &mut clock)?;
            }
            formats::FORMAT_ID_OGG => {
                let lies = (skip, reader.tracks().len());
                told.by_ogg((&again, bytes), &track, lies, params.codec, &mut clock);
            }
            // The container has taken the codec's delay off its time stamps.
            formats::FORMAT_ID_MKV => {
                told.frames = None;
                told.claimed_frames = guess;
            }
            formats::FORMAT_ID_FLAC => {
                if let Some(head) = flac::head(&again, bytes) {
                    told.claimed_frames = Some(head.claimed_frames);
                    told.frames = head.present_frames.or(told.frames);
                }
            }
            // A bare stream after so much else that only symphonia found it;
            // its length is a guess by the first bit rate.
            formats::FORMAT_ID_MP1
            | formats::FORMAT_ID_MP2
            | formats::FORMAT_ID_MP3
            | formats::FORMAT_ID_ADTS => {
                clock.first = -i64::from(track.delay.unwrap_or(0));
                told.frames = None;
            }
            _ => {}
        }
        // A header's claim that the file's size cannot hold is no length: the
        // densest codec here packs 65 535 frames of silence in 11 bytes.
        let sane = |frames: &u64| *frames > 0 && frames / 6_000 <= size;
        told.frames = told.frames.filter(sane);
        if let Some(data) = chunks::sound(&again, bytes.start) {
            told.by_chunks(&data, bytes.end, &params, guess.filter(sane), &mut clock);
        }
        let frames = told.frames.filter(sane);
        let channels = params.channels.as_ref().map(Channels::count);
        let heading = Heading {
            format: if core_only {
                "HE-AAC"
            } else {
                codec::name(params.codec)
            }
            .to_owned(),
            core_only,
            container: name(format).to_owned(),
            sample_rate: rate,
            channels: head.map_or(channels.unwrap_or(2) as u16, |head| head.channels.into()),
            bits: params.bits_per_sample,
            frames,
            guess: frames.or(guess.filter(sane)),
            claimed_frames: told.claimed_frames.filter(sane),
            complaints: told.complaints,
        };
        let source = Self {
            path: path.to_owned(),
            bytes: bytes.clone(),
            reader,
            codec,
            track: track.id,
            format,
            clock,
            held: None,
            // A clock in milliseconds rounds the start too; it is at the
            // codec's delay exactly.
            expected: (format == formats::FORMAT_ID_MKV).then_some(-skip),
            usual: None,
            marks: told.marks,
            abreast: told.abreast,
            ended: false,
        };
        Ok((source, heading))
    }

    /// A packet's place by its time stamp, unless that is within what a coarse
    /// clock leaves open of the end of the packet before.
    fn settle(&self, packet: &Packet) -> i64 {
        let mut place = self.clock.place(packet.pts.get());
        if self.codec.id() == codecs::CODEC_ID_VORBIS {
            place += packet.trim_start.get() as i64;
        }
        let Some(expected) = self.expected else {
            return place;
        };
        match self.format {
            // Its durations may be anything; frames follow one another.
            formats::FORMAT_ID_ISOMP4 => expected,
            // Pages that do not tell where they end, though packets end there.
            formats::FORMAT_ID_OGG if place < expected => expected,
            _ if (expected - place).abs() <= self.clock.slack() => expected,
            _ => place,
        }
    }

    /// Where the packet after a damaged one should start.
    fn pass(&mut self, place: i64, packet: &Packet) {
        let length = self.codec.packet_frames(&packet.data).or(self.usual);
        self.expected = length.map(|length| place + length as i64);
    }

    /// The next packet of this track, or `None` at the end of what can be read.
    fn packet(&mut self) -> Result<Option<Packet>, MediaError> {
        if let Some(packet) = self.held.take() {
            return Ok(Some(packet));
        }
        for _ in 0..PATIENCE {
            if self.ended {
                return Ok(None);
            }
            match self.reader.next_packet() {
                Ok(Some(packet)) if packet.track_id == self.track => return Ok(Some(packet)),
                Ok(Some(_)) | Err(Error::DecodeError(_)) => {}
                Err(Error::IoError(error)) if error.raw_os_error().is_some() => {
                    self.ended = true;
                    return Err(Unplayable::from(&error).of(&self.path));
                }
                // The end, or where a file is cut.
                _ => self.ended = true,
            }
        }
        self.ended = true;
        Ok(None)
    }

    fn reopen(&mut self) -> Result<(), MediaError> {
        let failed = |error: Error| Unplayable::Changed(error.to_string()).of(&self.path);
        let marks = self.marks.clone();
        *self = Self::open(&self.path, &self.bytes).map_err(failed)?.0;
        self.marks = marks;
        Ok(())
    }

    /// Seeks where time stamps are too coarse to tell a place: to the packet
    /// of a mark. A reader that was just opened lands where it says.
    fn seek_by_marks(&mut self, wanted: i64) -> Result<(), MediaError> {
        if self.marks.is_empty() {
            self.reopen()?;
            self.marks = self.survey()?.marks;
        }
        self.reopen()?;
        let before = self.marks.partition_point(|mark| mark.place <= wanted);
        let Some(mark) = before.checked_sub(1).map(|n| self.marks[n]) else {
            return Ok(());
        };
        let stamp = i64::try_from(mark.key).unwrap_or(i64::MAX);
        let to = SeekTo::Timestamp {
            ts: Timestamp::new(stamp),
            track_id: self.track,
        };
        if self.reader.seek(SeekMode::Accurate, to).is_ok() {
            self.codec.reset();
            while let Some(packet) = self.packet()? {
                match packet.pts.get().cmp(&stamp) {
                    Ordering::Less => {}
                    Ordering::Equal => {
                        self.held = Some(packet);
                        self.expected = Some(mark.place);
                        return Ok(());
                    }
                    Ordering::Greater => break,
                }
            }
        }
        self.reopen()
    }
}

impl Source for Container {
    fn next(&mut self, out: &mut Vec<Frame>) -> Result<Option<i64>, MediaError> {
        for _ in 0..PATIENCE {
            let Some(packet) = self.packet()? else {
                return Ok(None);
            };
            let place = self.settle(&packet);
            let mut data = packet.as_packet_ref();
            if self.format == formats::FORMAT_ID_OGG {
                // A page that does not tell where it ends is no end of music,
                // and the end is found by place.
                data.trim_end = Duration::ZERO;
            }
            if !self.codec.decode(&data, out) {
                self.pass(place, &packet);
                continue;
            }
            self.expected = Some(place + out.len() as i64);
            // Vorbis' blocks are of two lengths, and its stamps are exact.
            let steady = !out.is_empty() && self.codec.id() != codecs::CODEC_ID_VORBIS;
            self.usual = steady.then_some(out.len() as u64);
            if !out.is_empty() {
                return Ok(Some(place));
            }
        }
        self.ended = true;
        Ok(None)
    }

    fn seek(&mut self, frame: u64) -> Result<(), MediaError> {
        let goal = i64::try_from(frame).unwrap_or(i64::MAX);
        let wanted = goal.saturating_sub(self.codec.lead());
        if self.clock.slack() > 0 || !self.marks.is_empty() {
            return self.seek_by_marks(wanted);
        }
        let stamp = self.clock.stamp(wanted);
        // Some readers cannot go back once they have told the end.
        if !self.ended && !self.abreast && stamp > self.clock.first {
            let to = SeekTo::Timestamp {
                ts: Timestamp::new(stamp),
                track_id: self.track,
            };
            self.held = None;
            self.expected = None;
            self.codec.reset();
            if self.reader.seek(SeekMode::Accurate, to).is_ok() {
                self.held = self.packet()?;
                let first = self
                    .held
                    .as_ref()
                    .map(|packet| self.clock.place(packet.pts.get()));
                // A page of Ogg that does not tell its place is before everything.
                if first.is_some_and(|first| (0..=wanted).contains(&first)) {
                    return Ok(());
                }
            }
        }
        self.reopen()
    }

    fn lead(&self) -> i64 {
        self.codec.lead()
    }

    fn survey(&mut self) -> Result<Survey, MediaError> {
        let coarse = self.clock.slack() > 0;
        let mp4 = self.format == formats::FORMAT_ID_ISOMP4;
        let vorbis = self.codec.id() == codecs::CODEC_ID_VORBIS;
        let mut marks: Vec<Mark> = Vec::new();
        let mut block = Vec::new();
        let mut end = 0;
        let mut before = None;
        let mut last = 0;
        let mut strays = false;
        while let Some(packet) = self.packet()? {
            let stamp = packet.pts.get();
            let place = self.settle(&packet);
            strays |= mp4 && (place - self.clock.place(stamp)).abs() > 1;
            let length = self.codec.packet_frames(&packet.data).or_else(|| {
                let decoded = self.codec.decode(&packet.as_packet_ref(), &mut block);
                decoded.then_some(block.len() as u64)
            });
            let after = length.map(|length| place + length as i64);
            self.expected = after;
            last = packet.dur.get();
            end = after.unwrap_or(end).max(end);
            let far = marks
                .last()
                .is_none_or(|mark| place - mark.place > i64::from(self.clock.rate));
            if let (true, Some(after), Ok(key)) =
                ((coarse || mp4) && far, after, u64::try_from(stamp))
                && before.is_some_and(|before| before < stamp)
            {
                // Vorbis entered here gives nothing for this packet.
                marks.push(Mark {
                    key,
                    place: if vorbis { after } else { place },
                });
            }
            before = Some(stamp);
        }
        if !coarse && !strays {
            marks.clear();
        }
        // Of a fragmented MP4 the last packet's duration tells the end.
        if self.codec.id() == codecs::CODEC_ID_AAC && !coarse && (1..1_024).contains(&last) {
            end -= 1_024 - last as i64;
        }
        let mut frames = u64::try_from(end).unwrap_or(0);
        if self.format == formats::FORMAT_ID_MKV {
            let file = File::open(&self.path).ok();
            let (base, track) = (self.bytes.start, u64::from(self.track));
            let padding = file.and_then(|file| mkv::padding_ns(&file, base, track));
            let rate = u128::from(self.clock.rate);
            let padding = (u128::from(padding.unwrap_or(0)) * rate + 500_000_000) / 1_000_000_000;
            frames = frames.saturating_sub(u64::try_from(padding).unwrap_or(0));
        }
        Ok(Survey {
            frames,
            marks: marks.into(),
            complaints: Vec::new(),
        })
    }

    fn apply(&mut self, survey: &Survey) {
        self.marks = survey.marks.clone();
    }
}
