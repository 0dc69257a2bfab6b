//! Random access to a file's frames.

use std::path::{Path, PathBuf};

use crate::Frame;
use crate::media::about::tags;
use crate::media::complaint::Complaint;
use crate::media::dropout::Dropout;
use crate::media::error::{MediaError, guard};
use crate::media::info::Info;
use crate::media::open::open;
use crate::media::source::{Heading, PATIENCE, Source, Survey};

/// A file open for reading at any frame.
pub struct Decoder {
    path: PathBuf,
    info: Info,
    source: Box<dyn Source>,
    /// The next frame to hand out.
    at: u64,
    /// Frames decoded last.
    block: Vec<Frame>,
    /// Place of the first of them.
    block_at: i64,
    /// They cannot be what was recorded.
    burst: bool,
    dropout: Dropout,
    /// Frames given as silence because they are damaged.
    silenced: u64,
    /// Nothing more will come from where the source is.
    ended: bool,
}

impl Decoder {
    /// Opens `path` and finds its exact length. Where only counting its
    /// packets tells the length (an MP3 without a header, a raw AAC stream,
    /// Matroska), that is done here.
    ///
    /// # Errors
    /// When the file cannot be read, or no decoder knows it.
    pub fn open(path: &Path) -> Result<Self, MediaError> {
        let mut decoder = Self::open_quick(path)?;
        if !decoder.info.exact {
            decoder.apply(&Self::survey(path)?);
        }
        Ok(decoder)
    }

    /// Opens `path` without ever reading through it. Where [`Info::exact`] is
    /// not set the length is the container's guess; a [`Decoder::survey`],
    /// made meanwhile and [applied](Decoder::apply), makes it exact.
    ///
    /// # Errors
    /// As [`Decoder::open`].
    pub fn open_quick(path: &Path) -> Result<Self, MediaError> {
        let (source, heading) = guard(path, || open(path))?;
        let Heading {
            format,
            container,
            claimed_frames,
            complaints,
            sample_rate,
            channels,
            bits,
            frames,
            guess,
            core_only: _,
        } = heading;
        let (tags, gain) = tags::read(path);
        let info = Info {
            format,
            container,
            claimed_frames: claimed_frames
                .filter(|claimed_frames| frames.is_none_or(|frames| frames < *claimed_frames)),
            sample_rate,
            channels,
            bits,
            frames: frames.or(guess).unwrap_or(0),
            exact: frames.is_some(),
            tags,
            gain,
            complaints,
        };
        Ok(Self {
            path: path.to_owned(),
            info,
            source,
            at: 0,
            block: Vec::new(),
            block_at: 0,
            burst: false,
            dropout: Dropout::default(),
            silenced: 0,
            ended: false,
        })
    }

    /// Reads through `path` to find its exact length and what makes seeking in
    /// it quick. It can run beside a decoder of the same file.
    ///
    /// # Errors
    /// As [`Decoder::open`].
    pub fn survey(path: &Path) -> Result<Survey, MediaError> {
        guard(path, || open(path)?.0.survey())
    }

    /// Takes over what a survey of the same file found.
    pub fn apply(&mut self, survey: &Survey) {
        self.info.frames = survey.frames;
        self.info.exact = true;
        // A header may round its length.
        let slack = u64::from(self.info.sample_rate / 20);
        self.info.claimed_frames = self
            .info
            .claimed_frames
            .filter(|claimed_frames| *claimed_frames > survey.frames + slack);
        self.info.complaints.extend_from_slice(&survey.complaints);
        self.source.apply(survey);
    }

    /// What was found on opening.
    pub fn info(&self) -> &Info {
        &self.info
    }

    /// Frames read so far that were damaged and came as silence.
    pub fn silenced(&self) -> u64 {
        self.silenced
    }

    /// What was found wrong on opening and in what was decoded. At the end of
    /// the music the file is read to its own end first.
    pub(crate) fn complaints(&mut self) -> Vec<Complaint> {
        if self.at >= self.info.frames && !self.ended {
            let path = &self.path;
            let padding = |_: &u32| {
                let next = guard(path, || self.source.next(&mut self.block));
                matches!(next, Ok(Some(_)))
            };
            (0..PATIENCE).take_while(padding).for_each(drop);
            self.block.clear();
            self.ended = true;
        }
        let mut found = self.info.complaints.clone();
        found.extend(self.source.complaints());
        found.dedup();
        found
    }

    /// Makes `frame` the next one read; past the end, nothing will be.
    ///
    /// The frames that follow equal those of a decode from the start: bit for
    /// bit for lossless codecs, MP3 and Vorbis; for Opus within 1e-5; for AAC
    /// too, except where the encoder replaced noise by its energy, which the
    /// decoder fills with other noise of the same energy.
    ///
    /// # Errors
    /// When the file cannot be read any more.
    pub fn seek(&mut self, frame: u64) -> Result<(), MediaError> {
        let decoded = self.block_at..self.block_at + self.block.len() as i64;
        let goal = i64::try_from(frame).unwrap_or(i64::MAX);
        let near = decoded.end..decoded.end.saturating_add(self.source.lead().max(8_192));
        self.at = frame;
        self.dropout = Dropout::default();
        if frame >= self.info.frames || decoded.contains(&goal) {
            return Ok(());
        }
        if near.contains(&goal) && !self.ended {
            return Ok(());
        }
        self.block.clear();
        self.block_at = 0;
        self.ended = false;
        let path = &self.path;
        guard(path, || self.source.seek(frame))
    }

    /// Fills `out` from the current frame on and returns how many frames came;
    /// fewer than asked for only at the end, which for a cut file comes before
    /// the length told on opening. Damaged packets are silence of their length,
    /// and so is what is 18 dB above full scale, infinite or no number.
    /// Mono is given to both channels, more than two are folded down by
    /// ITU-R BS.775.
    ///
    /// # Errors
    /// When nothing more can be decoded; what came before is not lost.
    pub fn read(&mut self, out: &mut [Frame]) -> Result<usize, MediaError> {
        let mut filled = 0;
        while filled < out.len() && (self.at < self.info.frames || !self.info.exact) {
            let room = (out.len() - filled) as u64;
            let left = if self.info.exact {
                self.info.frames - self.at
            } else {
                room
            };
            let room = room.min(left) as usize;
            let into = &mut out[filled..filled + room];
            let at = i64::try_from(self.at).unwrap_or(i64::MAX);
            let skip = at - self.block_at;
            let came = if skip < 0 {
                let silent = into.len().min(usize::try_from(-skip).unwrap_or(usize::MAX));
                self.dropout.fill(&mut into[..silent]);
                self.silenced += silent as u64;
                silent
            } else if let Some(rest) = self
                .block
                .get(skip as usize..)
                .filter(|rest| !rest.is_empty())
            {
                let came = into.len().min(rest.len());
                if self.burst {
                    self.dropout.fill(&mut into[..came]);
                    self.silenced += came as u64;
                } else {
                    into[..came].copy_from_slice(&rest[..came]);
                    self.dropout.pass(&mut into[..came]);
                }
                came
            } else if self.ended {
                break;
            } else {
                match guard(&self.path, || self.source.next(&mut self.block)) {
                    Ok(Some(at)) => {
                        self.block_at = at;
                        self.burst = Dropout::is_burst(&self.block);
                    }
                    Ok(None) => self.ended = true,
                    Err(error) => {
                        self.ended = true;
                        if filled == 0 {
                            return Err(error);
                        }
                    }
                }
                0
            };
            filled += came;
            self.at += came as u64;
        }
        Ok(filled)
    }
}
