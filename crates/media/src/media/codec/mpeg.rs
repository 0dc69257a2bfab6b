//! MPEG audio, layers I to III, by nanomp3.
//!
//! symphonia's decoder gets mixed blocks wrong and refuses free format, joint
//! stereo of unlike block types and layer II below 64 kbit/s of MPEG-2.

use nanomp3_core::{DecodeError, Decoder, MAX_SAMPLES_PER_FRAME};

/// One stream's decoder.
pub(crate) struct MpegDecoder {
    decoder: Box<Decoder>,
    samples: Box<[f32; MAX_SAMPLES_PER_FRAME]>,
    /// A frame of free format several times over: the decoder measures such a
    /// frame by the headers that follow.
    again: Vec<u8>,
}

impl MpegDecoder {
    pub(crate) fn new() -> Self {
        Self {
            decoder: Box::new(Decoder::new()),
            samples: Box::new([0.0; MAX_SAMPLES_PER_FRAME]),
            again: Vec::new(),
        }
    }

    /// Forgets what came before, as after a seek.
    pub(crate) fn reset(&mut self) {
        *self.decoder = Decoder::new();
    }

    /// One whole frame's number of channels and interleaved samples, or `None`
    /// where it is damaged. A frame whose bits began before what was decoded is
    /// silent.
    pub(crate) fn decode(&mut self, frame: &[u8]) -> Option<(usize, &[f32])> {
        let &[0xff, version, bitrate, mode, ..] = frame else {
            return None;
        };
        let data = if bitrate >> 4 == 0 {
            self.again.clear();
            for _ in 0..3 {
                self.again.extend_from_slice(frame);
            }
            // A header must stand behind the third.
            self.again.extend_from_slice(&frame[..frame.len().min(8)]);
            &self.again[..]
        } else {
            frame
        };
        let (used, result) = self.decoder.decode(data, &mut self.samples[..]);
        match result {
            Ok(info) if used == frame.len() && info.samples_produced > 0 => {
                let channels = usize::from(info.channels.num());
                Some((channels, &self.samples[..info.samples_produced * channels]))
            }
            Err(DecodeError::ReservoirUnavailable(_)) if used == frame.len() => {
                let frames = match (version >> 1 & 3, version >> 3 & 3) {
                    (1, 3) | (2, _) => 1_152,
                    (1, _) => 576,
                    _ => 384,
                };
                let channels = if mode >> 6 == 3 { 1 } else { 2 };
                let samples = &mut self.samples[..frames * channels];
                samples.fill(0.0);
                Some((channels, samples))
            }
            _ => None,
        }
    }
}
