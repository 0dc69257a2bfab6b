//! One audio track of one file: symphonia's reader and a decoder for what it
//! reads, as blocks of stereo frames, each with its place.
//!
//! Places count from the first frame of music: encoder delay stands before 0
//! and padding after the length, so trimming is only a matter of not looking
//! there, and cannot happen twice.

use std::fs::File;
use std::path::{Path, PathBuf};

use symphonia::core::codecs::audio::well_known as codecs;
use symphonia::core::codecs::audio::{AudioCodecId, AudioDecoder, AudioDecoderOptions};
use symphonia::core::codecs::{CodecParameters, audio::AudioCodecParameters};
use symphonia::core::errors::Error;
use symphonia::core::formats::probe::Hint;
use symphonia::core::formats::{
    FormatId, FormatOptions, FormatReader, SeekMode, SeekTo, Track, TrackType,
    well_known as formats,
};
use symphonia::core::io::{MediaSourceStream, MediaSourceStreamOptions};
use symphonia::core::meta::MetadataOptions;
use symphonia::core::packet::Packet;
use symphonia::core::units::{TimeBase, Timestamp};

use super::fold::{Fold, Place};
use super::opus::{OpusDecoder, OpusHead, packet_frames};
use super::{MediaError, mp4};
use crate::Frame;

/// Damaged packets in a row after which the rest of a file is given up.
const PATIENCE: u32 = 1_000;

/// A file's audio track.
pub(super) struct Source {
    path: PathBuf,
    reader: Box<dyn FormatReader>,
    codec: Codec,
    track: u32,
    codec_id: AudioCodecId,
    format: FormatId,
    clock: Clock,
    fold: Option<(usize, Fold)>,
    interleaved: Vec<f32>,
    /// A packet already read and not yet decoded.
    held: Option<Packet>,
    /// Place where the next block should start, if the one before is known.
    expected: Option<i64>,
    /// The reader has told the end; some of them cannot seek any more then.
    ended: bool,
}

enum Codec {
    Symphonia(Box<dyn AudioDecoder>),
    Opus(OpusDecoder),
}

/// What the container and the codec's header tell.
#[derive(Clone, Debug)]
pub(super) struct Heading {
    pub codec: AudioCodecId,
    pub sample_rate: u32,
    pub channels: u16,
    pub bits: Option<u32>,
    /// Frames of music where the container knows them.
    pub frames: Option<u64>,
    /// Frames of music by the container's guess.
    pub guess: Option<u64>,
}

/// From a container's time stamps to places.
#[derive(Clone, Copy, Debug)]
struct Clock {
    base: TimeBase,
    rate: u32,
    /// Frames between time stamp 0 and the first frame of music.
    origin: i64,
    /// Time stamp of the first packet.
    first: i64,
}

impl Clock {
    fn place(self, stamp: i64) -> i64 {
        let per = i128::from(self.base.denom.get());
        let frames = i128::from(stamp) * i128::from(self.base.numer.get()) * i128::from(self.rate);
        let frames = (frames + per / 2).div_euclid(per);
        i64::try_from(frames)
            .unwrap_or(i64::MAX)
            .saturating_sub(self.origin)
    }

    fn stamp(self, place: i64) -> i64 {
        let per = i128::from(self.base.numer.get()) * i128::from(self.rate);
        let place = i128::from(place) + i128::from(self.origin);
        let stamp = (place * i128::from(self.base.denom.get())).div_euclid(per);
        i64::try_from(stamp).unwrap_or(i64::MAX)
    }

    /// Frames that one tick of a clock coarser than the sample rate leaves open.
    fn slack(self) -> i64 {
        let tick = u64::from(self.base.numer.get()) * u64::from(self.rate);
        let denom = u64::from(self.base.denom.get());
        if tick <= denom && denom % tick == 0 {
            0
        } else {
            tick.div_ceil(denom) as i64 + 1
        }
    }
}

impl Source {
    /// Opens the first audio track of `path` that a decoder is known for.
    pub(super) fn open(path: &Path) -> Result<(Self, Heading), MediaError> {
        let failed = |what: &str| MediaError(format!("{}: {what}", path.display()));
        let file = File::open(path).map_err(|error| failed(&why(&error)))?;
        let size = file
            .metadata()
            .map(|meta| meta.len())
            .map_err(|error| failed(&why(&error)))?;
        let (reader, track) = probe(file).map_err(|error| failed(&words(&error)))?;
        let params = match &track.codec_params {
            Some(CodecParameters::Audio(params)) => params.clone(),
            _ => return Err(failed("no sound in it that can be decoded")),
        };
        let head = (params.codec == codecs::CODEC_ID_OPUS)
            .then(|| params.extra_data.as_deref().and_then(OpusHead::read))
            .flatten();
        let codec = make_codec(&params, head.clone()).map_err(|error| failed(&words(&error)))?;
        let format = reader.format_info().format;
        let rate = match params.codec {
            codecs::CODEC_ID_OPUS => Some(48_000),
            _ => params.sample_rate,
        };
        let rate = rate.filter(|rate| (1_000..=1_536_000).contains(rate));
        let rate = rate.ok_or_else(|| failed("it does not say its sample rate"))?;
        let base = track.time_base.or_else(|| TimeBase::try_from_recip(rate));
        let base = base.ok_or_else(|| failed("it does not say its time base"))?;
        let skip = head.as_ref().map_or(0, |head| i64::from(head.pre_skip));
        let mut clock = Clock {
            base,
            rate,
            origin: 0,
            first: 0,
        };
        let mut frames = track.num_frames;
        let mut guess = track.num_frames.or_else(|| {
            let length = track.duration.or(reader.media_info().duration)?;
            let base = track.time_base.or(reader.media_info().time_base)?;
            let clock = Clock { base, ..clock };
            u64::try_from(clock.place(i64::try_from(length.get()).ok()?)).ok()
        });
        match format {
            formats::FORMAT_ID_ISOMP4 => {
                let edit = File::open(path)
                    .ok()
                    .and_then(|file| mp4::edit(&file, track.id, rate));
                clock.origin = edit.map_or(skip, |edit| edit.start as i64);
                frames = match edit {
                    Some(edit) => Some(edit.frames),
                    None => frames.map(|frames| frames.saturating_sub(skip as u64)),
                };
            }
            formats::FORMAT_ID_MP1 | formats::FORMAT_ID_MP2 | formats::FORMAT_ID_MP3 => {
                clock.first = -i64::from(track.delay.unwrap_or(0));
                // Without a header the length is a guess by the first bit rate.
                if !mpeg_header(&*reader, &track) {
                    frames = None;
                }
            }
            formats::FORMAT_ID_ADTS => frames = None,
            formats::FORMAT_ID_OGG => {
                let start = track.start_ts.get();
                clock.first = start;
                // A stream cut out of a longer one starts late; its first
                // frame is the first of the music.
                let late = start.max(0);
                clock.origin = late + skip;
                frames = frames.map(|frames| frames.saturating_sub((late + skip) as u64));
            }
            // The container has taken the codec's delay off its time stamps.
            formats::FORMAT_ID_MKV => frames = None,
            _ => {}
        }
        // A header's claim that the file's size cannot hold is no length: the
        // densest codec here packs 65 535 frames of silence in 11 bytes.
        frames = frames.filter(|frames| *frames > 0 && frames / 6_000 <= size);
        guess = guess.filter(|frames| frames / 6_000 <= size);
        let heading = Heading {
            codec: params.codec,
            sample_rate: rate,
            channels: head
                .map(|head| u16::from(head.channels))
                .or_else(|| {
                    params
                        .channels
                        .as_ref()
                        .map(|channels| channels.count() as u16)
                })
                .unwrap_or(2),
            bits: params.bits_per_sample,
            frames: limit_pcm(frames, &params, size),
            guess: frames.or(guess),
        };
        let source = Self {
            path: path.to_owned(),
            reader,
            codec,
            track: track.id,
            codec_id: params.codec,
            format,
            clock,
            fold: None,
            interleaved: Vec::new(),
            held: None,
            expected: None,
            ended: false,
        };
        Ok((source, heading))
    }

    /// Decodes the next block into `out` and returns its place, or `None` at
    /// the end. Damaged packets are left out; the next place tells.
    pub(super) fn next(&mut self, out: &mut Vec<Frame>) -> Result<Option<i64>, MediaError> {
        for _ in 0..PATIENCE {
            let Some(packet) = self.packet()? else {
                return Ok(None);
            };
            let place = self.settle(self.clock.place(packet.pts.get()));
            let (decoded, trimmed) = match &mut self.codec {
                Codec::Opus(decoder) => (decode_opus(decoder, &packet, &mut self.fold, out), 0),
                Codec::Symphonia(decoder) => match decoder.decode(&packet) {
                    Ok(audio) => {
                        let channels = audio.spec().channels();
                        let fold =
                            fold_for(&mut self.fold, channels.count(), || Place::of(channels));
                        audio.copy_to_vec_interleaved(&mut self.interleaved);
                        fold.fold(&self.interleaved, out);
                        let trimmed = match self.codec_id {
                            codecs::CODEC_ID_VORBIS => packet.trim_start.get() as i64,
                            _ => 0,
                        };
                        (!out.is_empty(), trimmed)
                    }
                    Err(_) => (false, 0),
                },
            };
            if decoded {
                self.expected = Some(place + trimmed + out.len() as i64);
                return Ok(Some(place + trimmed));
            }
            // What it held is missing; a clock that is too coarse to say so
            // goes on from the time stamps.
            self.expected = None;
        }
        self.ended = true;
        Ok(None)
    }

    /// Reads on to the end and returns the place after the last frame. Only
    /// codecs whose packets do not tell their length are decoded for it.
    pub(super) fn count(&mut self) -> Result<i64, MediaError> {
        let mut end = 0;
        let mut block = Vec::new();
        let length: fn(&Packet) -> Option<u64> = match (self.codec_id, self.format) {
            (codecs::CODEC_ID_OPUS, _) => |packet| packet_frames(&packet.data),
            (codecs::CODEC_ID_AAC, _) => |_| Some(1_024),
            (_, formats::FORMAT_ID_MP1 | formats::FORMAT_ID_MP2 | formats::FORMAT_ID_MP3) => {
                |packet| Some(packet.dur.get())
            }
            _ => {
                while let Some(at) = self.next(&mut block)? {
                    end = end.max(at + block.len() as i64);
                }
                return Ok(end);
            }
        };
        while let Some(packet) = self.packet()? {
            let place = self.settle(self.clock.place(packet.pts.get()));
            end = place + length(&packet).unwrap_or(0) as i64;
            self.expected = Some(end);
        }
        Ok(end)
    }

    /// A packet's place by its time stamp, unless that is within what a coarse
    /// clock leaves open of the end of the packet before.
    fn settle(&self, place: i64) -> i64 {
        match self.expected {
            Some(expected) if (expected - place).abs() <= self.clock.slack() => expected,
            _ => place,
        }
    }

    /// Goes to a place from which decoding on gives the samples of a straight
    /// decode at `frame`.
    pub(super) fn seek(&mut self, frame: u64) -> Result<(), MediaError> {
        let goal = i64::try_from(frame).unwrap_or(i64::MAX);
        let mut lead = self.lead();
        while !self.ended {
            let stamp = self
                .clock
                .stamp(goal.saturating_sub(lead))
                .max(self.clock.first);
            if stamp == self.clock.first && self.format != formats::FORMAT_ID_OGG {
                break;
            }
            let to = SeekTo::Timestamp {
                ts: Timestamp::new(stamp),
                track_id: self.track,
            };
            self.restart();
            if self.reader.seek(SeekMode::Accurate, to).is_err() {
                break;
            }
            // Some readers land late; ask for an earlier place then.
            self.held = self.packet()?;
            match &self.held {
                Some(packet)
                    if self.clock.place(packet.pts.get()) <= goal - self.lead().min(goal) =>
                {
                    return Ok(());
                }
                Some(_) if lead < goal => lead = (lead + 1_000) * 4,
                _ => break,
            }
        }
        *self = Self::open(&self.path)?.0;
        Ok(())
    }

    fn restart(&mut self) {
        self.held = None;
        self.expected = None;
        match &mut self.codec {
            Codec::Symphonia(decoder) => decoder.reset(),
            Codec::Opus(decoder) => decoder.reset(),
        }
    }

    /// Frames decoded and thrown away before a seek's goal, until nothing is
    /// left of what the decoder did not hear.
    pub(super) fn lead(&self) -> i64 {
        match self.codec_id {
            // Two blocks of the longest size that lap.
            codecs::CODEC_ID_VORBIS => 16_384,
            // The bit reservoir reaches back up to nine frames at the lowest
            // rates, the filter banks two more.
            codecs::CODEC_ID_MP1 | codecs::CODEC_ID_MP2 | codecs::CODEC_ID_MP3 => 12 * 1_152,
            codecs::CODEC_ID_AAC => 4 * 1_024,
            // Predictors fade; after a second their rest is below −100 dB.
            codecs::CODEC_ID_OPUS => 48_000,
            _ => 0,
        }
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
                Err(Error::IoError(error))
                    if error.kind() != std::io::ErrorKind::UnexpectedEof
                        && error.raw_os_error().is_some() =>
                {
                    self.ended = true;
                    return Err(MediaError(format!(
                        "{}: {}",
                        self.path.display(),
                        why(&error)
                    )));
                }
                // The end, a cut file, a chained stream of another kind.
                _ => self.ended = true,
            }
        }
        self.ended = true;
        Ok(None)
    }
}

fn decode_opus(
    decoder: &mut OpusDecoder,
    packet: &Packet,
    fold: &mut Option<(usize, Fold)>,
    out: &mut Vec<Frame>,
) -> bool {
    let head = decoder.head();
    let fold = fold_for(fold, usize::from(head.channels), || head.places());
    decoder
        .decode(&packet.data)
        .map(|samples| fold.fold(samples, out))
        .is_some()
}

/// The fold for so many channels, made anew where the number changed.
fn fold_for(
    kept: &mut Option<(usize, Fold)>,
    channels: usize,
    places: impl FnOnce() -> Vec<Place>,
) -> &Fold {
    if kept.as_ref().is_none_or(|(of, _)| *of != channels) {
        *kept = None;
    }
    &kept
        .get_or_insert_with(|| (channels, Fold::new(&places())))
        .1
}

fn probe(file: File) -> Result<(Box<dyn FormatReader>, Track), Error> {
    let stream = MediaSourceStream::new(Box::new(file), MediaSourceStreamOptions::default());
    let reader = symphonia::default::get_probe().probe(
        &Hint::new(),
        stream,
        FormatOptions::default(),
        MetadataOptions::default(),
    )?;
    let track = reader.default_track(TrackType::Audio).cloned();
    let track = track.ok_or(Error::Unsupported("no sound in it that can be decoded"))?;
    Ok((reader, track))
}

fn make_codec(params: &AudioCodecParameters, head: Option<OpusHead>) -> Result<Codec, Error> {
    if params.codec == codecs::CODEC_ID_OPUS {
        let decoder = head.and_then(OpusDecoder::new);
        return decoder
            .map(Codec::Opus)
            .ok_or(Error::DecodeError("damaged Opus header"));
    }
    // Vorbis' decoder alone knows how much of its first block is real.
    let gapless = params.codec == codecs::CODEC_ID_VORBIS;
    let options = AudioDecoderOptions::default().gapless(gapless);
    symphonia::default::get_codecs()
        .make_audio_decoder(params, &options)
        .map(Codec::Symphonia)
}

/// Whether an MPEG stream told its length in a Xing, Info or VBRI header.
fn mpeg_header(_: &dyn FormatReader, track: &Track) -> bool {
    track.delay.is_some()
}

/// PCM cannot be longer than its bytes, whatever the header of a cut or
/// streamed file says.
fn limit_pcm(frames: Option<u64>, params: &AudioCodecParameters, size: u64) -> Option<u64> {
    let pcm =
        params.codec >= codecs::CODEC_ID_PCM_S32LE && params.codec <= codecs::CODEC_ID_PCM_MULAW;
    let bits = u64::from(
        params
            .bits_per_coded_sample
            .or(params.bits_per_sample)
            .unwrap_or(0),
    );
    let channels = params
        .channels
        .as_ref()
        .map_or(0, |channels| channels.count() as u64);
    match bits * channels / 8 {
        align if pcm && align > 0 => frames.map(|frames| frames.min(size / align)),
        _ => frames,
    }
}

/// An input error in words for the owner.
fn why(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "no such file".to_owned(),
        std::io::ErrorKind::PermissionDenied => "not allowed to read it".to_owned(),
        std::io::ErrorKind::IsADirectory => "a folder, not a file".to_owned(),
        _ => format!("cannot be read: {error}"),
    }
}

/// A decoder's error in words for the owner.
fn words(error: &Error) -> String {
    match error {
        Error::IoError(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
            "ends before any sound, so it is empty, cut or no sound file".to_owned()
        }
        Error::IoError(error) => why(error),
        Error::DecodeError(what) => format!("damaged ({what})"),
        Error::Unsupported(what) => format!("not a format that can be played ({what})"),
        other => format!("cannot be played: {other}"),
    }
}
