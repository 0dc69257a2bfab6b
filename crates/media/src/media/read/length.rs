//! How long a stream is, by what its container tells and what the file holds.

use std::fs::File;
use std::io;
use std::ops::Range;
use std::sync::Arc;

use symphonia::core::codecs::audio::{AudioCodecId, AudioCodecParameters, well_known as codecs};
use symphonia::core::errors::Error;
use symphonia::core::formats::{MediaInfo, Track};

use crate::media::codec::Codec;
use crate::media::complaint::Complaint;
use crate::media::format::bytes::before_tags;
use crate::media::format::{chunks, mp4, ogg};
use crate::media::read::clock::Clock;
use crate::media::read::track::limit_pcm;
use crate::media::source::Mark;

/// What a container tells of its length, and of how its stream lies.
#[derive(Default)]
pub(super) struct Told {
    /// Frames of music, where they are known.
    pub frames: Option<u64>,
    /// Frames that there would be were the file not cut.
    pub claimed_frames: Option<u64>,
    /// Where packets lie, where their time stamps do not tell.
    pub marks: Arc<[Mark]>,
    /// Other streams lie between this one's packets.
    pub abreast: bool,
    /// What is wrong with the file.
    pub complaints: Vec<Complaint>,
}

impl Told {
    /// `skip`: the codec's delay in frames.
    pub fn by_mp4(
        &mut self,
        (file, bytes): (&File, &Range<u64>),
        (track, rate): (u32, u32),
        skip: i64,
        codec: &Codec,
        clock: &mut Clock,
    ) -> Result<(), Error> {
        let timing = mp4::timing(file, bytes.start, track, rate);
        let claimed = mp4::claimed(&mut file.try_clone()?, bytes.start)?;
        let no_table = timing.is_none() && claimed > bytes.end - bytes.start;
        let timing = timing.unwrap_or_default();
        let edit = timing.edit;
        clock.origin = edit.map_or(skip, |edit| edit.start as i64);
        self.claimed_frames = edit.map(|edit| edit.claimed_frames);
        let no_sound = |edit: mp4::Edit| edit.frames == 0 && edit.claimed_frames > 0;
        if no_table || edit.is_some_and(no_sound) {
            // A header alone, the file cut before any sound.
            return Err(Error::IoError(io::ErrorKind::UnexpectedEof.into()));
        }
        self.frames = match edit {
            Some(edit) => Some(edit.frames).filter(|frames| *frames > 0),
            None => self
                .frames
                .filter(|_| !timing.fragmented)
                .map(|frames| frames.saturating_sub(skip as u64)),
        };
        if let Some(length) = codec.packet_frames(&[]) {
            let mark = |(stamp, number): (u64, u64)| Mark {
                key: stamp,
                place: (number * length) as i64 - clock.origin,
            };
            self.marks = timing.uneven.into_iter().map(mark).collect();
        }
        Ok(())
    }

    /// `skip`: the codec's delay in frames, `streams`: how many there are.
    pub fn by_ogg(
        &mut self,
        (file, bytes): (&File, &Range<u64>),
        track: &Track,
        (skip, streams): (i64, usize),
        codec: AudioCodecId,
        clock: &mut Clock,
    ) {
        clock.first = track.start_ts.get();
        // A stream cut out of a longer one starts late; its first frame is the
        // first of the music.
        clock.origin = clock.first.max(0) + skip;
        self.abreast = streams > 1;
        let frames = self.frames;
        self.frames = frames.map(|frames| frames.saturating_sub(clock.origin as u64));
        if codec == codecs::CODEC_ID_FLAC {
            // Its header goes on telling the whole of a cut one.
            self.claimed_frames = self.frames;
            let present_frames = ogg::last_granule(file, bytes, track.id);
            self.frames = present_frames.or(self.frames).map(|present_frames| {
                present_frames.min(self.claimed_frames.unwrap_or(present_frames))
            });
        }
        let end = before_tags(file, bytes.end);
        let damage = ogg::end(file, &(bytes.start..end));
        self.complaints.extend(damage.map(Complaint::from));
    }

    /// By the chunks of a WAVE, AIFF or CAF, of which only what ends before
    /// `end` is there; `guess`: frames by other means.
    pub fn by_chunks(
        &mut self,
        data: &chunks::Sound,
        end: u64,
        params: &AudioCodecParameters,
        guess: Option<u64>,
        clock: &mut Clock,
    ) {
        if let Some((start, length)) = data.valid {
            clock.origin = start;
            // Writers count the last packet of ALAC as a full one.
            let full = params.codec == codecs::CODEC_ID_ALAC && length.is_multiple_of(4_096);
            self.frames = Some(length).filter(|_| !full);
        }
        if data.is_cut(end) {
            self.claimed_frames = self.frames.or(guess);
            self.frames = limit_pcm(self.claimed_frames, params, end - data.start);
        }
    }
}

/// Frames by the track's length in whatever unit it is told.
pub(super) fn guess(track: &Track, media: &MediaInfo, clock: Clock) -> Option<u64> {
    track.num_frames.or_else(|| {
        let length = track.duration.or(media.duration)?;
        let base = track.time_base.or(media.time_base)?;
        let clock = Clock { base, ..clock };
        u64::try_from(clock.place(i64::try_from(length.get()).ok()?)).ok()
    })
}
