//! Opus: its identification header, and packets to samples by libopus
//! (transpiled to Rust). Trimming and seeking are the door's.

use crate::media::codec::downmix::Place;
use crate::media::codec::opus_ffi::Streams;

/// Frames in the longest packet that RFC 6716 allows: 120 ms at 48 kHz.
const LONGEST_PACKET: usize = 5_760;

/// The identification header of RFC 7845, section 5.1.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct OpusHead {
    /// Channels after decoding.
    pub channels: u8,
    /// Frames at 48 kHz to throw away at the start.
    pub pre_skip: u16,
    /// What to multiply every sample by (the header's output gain).
    pub gain: f32,
    family: u8,
    streams: u8,
    coupled: u8,
    mapping: Vec<u8>,
}

impl OpusHead {
    /// Reads the header, `OpusHead` signature included.
    pub(crate) fn read(header: &[u8]) -> Option<Self> {
        if header.len() < 19 || &header[..8] != b"OpusHead" {
            return None;
        }
        let channels = header[9];
        let family = header[18];
        let (streams, coupled, mapping) = match family {
            0 if matches!(channels, 1 | 2) => (1, channels - 1, (0..channels).collect()),
            0 => return None,
            _ => {
                let mapping = header.get(21..21 + usize::from(channels))?;
                (header[19], header[20], mapping.to_vec())
            }
        };
        let gain_db = f32::from(i16::from_le_bytes([header[16], header[17]])) / 256.0;
        Some(Self {
            channels: Some(channels).filter(|channels| *channels > 0)?,
            pre_skip: u16::from_le_bytes([header[10], header[11]]),
            gain: 10f32.powf(gain_db / 20.0),
            family,
            streams,
            coupled,
            mapping,
        })
    }

    /// Where the channels stand: the Vorbis order of RFC 7845, section 5.1.1.2.
    pub(crate) fn places(&self) -> Vec<Place> {
        use Place::{Centre, Left, RearCentre, Right, Silent, SurroundLeft, SurroundRight};
        let places: &[Place] = match (self.family, self.channels) {
            (0 | 1, 1) => &[Centre],
            (0 | 1, 2) => &[Left, Right],
            (1, 3) => &[Left, Centre, Right],
            (1, 4) => &[Left, Right, SurroundLeft, SurroundRight],
            (1, 5) => &[Left, Centre, Right, SurroundLeft, SurroundRight],
            (1, 6) => &[Left, Centre, Right, SurroundLeft, SurroundRight, Silent],
            (1, 7) => &[
                Left,
                Centre,
                Right,
                SurroundLeft,
                SurroundRight,
                RearCentre,
                Silent,
            ],
            (1, 8) => &[
                Left,
                Centre,
                Right,
                SurroundLeft,
                SurroundRight,
                SurroundLeft,
                SurroundRight,
                Silent,
            ],
            _ => return Place::unknown(usize::from(self.channels)),
        };
        places.to_vec()
    }
}

/// An Opus decoder, at 48 kHz always.
pub(crate) struct OpusDecoder {
    head: OpusHead,
    streams: Streams,
    interleaved: Vec<f32>,
}

impl OpusDecoder {
    /// A decoder for the stream of `head`, or `None` where its channel mapping
    /// cannot be.
    pub(crate) fn new(head: OpusHead) -> Option<Self> {
        let interleaved = vec![0.0; LONGEST_PACKET * usize::from(head.channels)];
        let streams = Streams::new(head.channels, head.streams, head.coupled, &head.mapping)?;
        Some(Self {
            head,
            streams,
            interleaved,
        })
    }

    /// The header that it was made for.
    pub(crate) fn head(&self) -> &OpusHead {
        &self.head
    }

    /// Forgets what came before, as after a seek.
    pub(crate) fn reset(&mut self) {
        let head = &self.head;
        let fresh = Streams::new(head.channels, head.streams, head.coupled, &head.mapping);
        // The same mapping was taken before, so a fresh decoder always comes.
        if let Some(fresh) = fresh {
            self.streams = fresh;
        }
    }

    /// One packet's interleaved samples, or `None` where it is damaged.
    pub(crate) fn decode(&mut self, packet: &[u8]) -> Option<&[f32]> {
        let frames = self.streams.decode(packet, &mut self.interleaved)?;
        let samples = &mut self.interleaved[..frames * usize::from(self.head.channels)];
        if self.head.gain != 1.0 {
            for sample in samples.iter_mut() {
                *sample *= self.head.gain;
            }
        }
        Some(samples)
    }
}

/// Frames at 48 kHz in a packet, told by its first two bytes (RFC 6716,
/// section 3.1), or `None` where it is damaged.
pub(crate) fn packet_frames(packet: &[u8]) -> Option<u64> {
    let toc = *packet.first()?;
    let config = toc >> 3;
    let length = match config {
        0..12 => [480, 960, 1920, 2880][usize::from(config & 3)],
        12..16 => [480, 960][usize::from(config & 1)],
        _ => [120, 240, 480, 960][usize::from(config & 3)],
    };
    let count = match toc & 3 {
        0 => 1,
        1 | 2 => 2,
        _ => u64::from(packet.get(1)? & 63),
    };
    Some(length * count).filter(|frames| (1..=LONGEST_PACKET as u64).contains(frames))
}
