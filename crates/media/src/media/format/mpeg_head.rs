//! The headers of MPEG audio frames, of ADTS frames, and of the Xing, Info and
//! VBRI frames that tell a file's length.

use symphonia::core::codecs::audio::{AudioCodecId, well_known as codecs};

/// Bytes that a header needs.
pub(crate) const HEADER: usize = 7;

/// Longest frame of free format that is decoded.
pub(crate) const LONGEST_FREE: usize = 2_304;

/// One frame's header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Head {
    pub codec: AudioCodecId,
    pub rate: u32,
    pub channels: u8,
    /// PCM frames that it holds.
    pub samples: u32,
    /// Its length in bytes, header included; in free format only that of its
    /// padding, as the distance to the next one tells the rest.
    pub bytes: usize,
    /// Bytes of the shortest and the longest frame of its kind.
    pub between: [usize; 2],
    /// Bits a second; 0 for ADTS and free format, which do not say.
    pub bitrate: u32,
    /// What must not change within a stream: version, layer, sample rate, and
    /// whether it is of free format; for ADTS the profile and channels too.
    kind: [u8; 2],
    /// Bytes between header and main data: checksum and side information.
    side: usize,
}

impl Head {
    /// Reads a header of ISO/IEC 11172-3 (2.4.1.3), 13818-3 or its extension
    /// to 8–12 kHz, or of ADTS (14496-3, 1.A.2.2).
    pub(crate) fn read(bytes: &[u8]) -> Option<Self> {
        let &[0xff, b, c, d, e, f, ..] = bytes else {
            return None;
        };
        if b & 0xf6 == 0xf0 {
            return Self::read_adts([b, c, d, e, f]);
        }
        let version = b >> 3 & 3;
        let layer = 4 - (b >> 1 & 3);
        let (rate, index) = (c >> 2 & 3, usize::from(c >> 4));
        if b & 0xe0 != 0xe0 || version == 1 || layer == 4 || rate == 3 || index == 15 {
            return None;
        }
        let one = version == 3;
        let rate =
            [44_100, 48_000, 32_000][usize::from(rate)] >> [2, 0, 1, 0][usize::from(version)];
        let kilobits: [u32; 14] = match (one, layer) {
            (true, 1) => [
                32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448,
            ],
            (true, 2) => [
                32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384,
            ],
            (true, _) => [
                32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320,
            ],
            (false, 1) => [
                32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256,
            ],
            (false, _) => [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
        };
        let samples = match layer {
            1 => 384,
            3 if !one => 576,
            _ => 1_152,
        };
        // Layer 1 counts in slots of four bytes.
        let slot = if layer == 1 { 4 } else { 1 };
        let padding = (u32::from(c >> 1 & 1) * slot) as usize;
        let length = |kilobits: u32| (samples / 8 * kilobits * 1_000 / rate / slot * slot) as usize;
        let kilobits = |index: usize| kilobits[index - 1];
        let (bitrate, bytes, between) = match index {
            0 => (0, padding, [HEADER, LONGEST_FREE]),
            _ => (
                kilobits(index) * 1_000,
                length(kilobits(index)) + padding,
                [length(kilobits(1)), length(kilobits(14)) + 4],
            ),
        };
        let mono = d >> 6 == 3;
        let checksum = if b & 1 == 0 { 2 } else { 0 };
        let side = match (one, mono) {
            (true, false) => 32,
            (true, true) | (false, false) => 17,
            (false, true) => 9,
        };
        let codec = [
            codecs::CODEC_ID_MP1,
            codecs::CODEC_ID_MP2,
            codecs::CODEC_ID_MP3,
        ];
        Some(Self {
            codec: codec[usize::from(layer - 1)],
            rate,
            channels: if mono { 1 } else { 2 },
            samples,
            bytes,
            between,
            bitrate,
            kind: [b & 0xfe, c & 0x0c | u8::from(index == 0)],
            side: side + checksum,
        })
    }

    fn read_adts([b, c, d, e, f]: [u8; 5]) -> Option<Self> {
        const RATES: [u32; 13] = [
            96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025,
            8_000, 7_350,
        ];
        let rate = *RATES.get(usize::from(c >> 2 & 15))?;
        let channels = (c & 1) << 2 | d >> 6;
        let bytes = usize::from(d & 3) << 11 | usize::from(e) << 3 | usize::from(f >> 5);
        // Channels of 0 are told inside the frames, 7 are eight of them.
        let counted = [2, 1, 2, 3, 4, 5, 6, 8][usize::from(channels)];
        (bytes > HEADER).then_some(Self {
            codec: codecs::CODEC_ID_AAC,
            rate,
            channels: counted,
            samples: 1_024,
            bytes,
            between: [HEADER, 0x1fff],
            bitrate: 0,
            kind: [b & 0xfe, c & 0xfd],
            side: 0,
        })
    }

    /// Whether only the next header tells how long it is.
    pub(crate) fn is_free(&self) -> bool {
        self.codec != codecs::CODEC_ID_AAC && self.bitrate == 0
    }

    /// Bytes of this frame of free format without its padding, by the distance
    /// to the next header of its kind and from there to one more; `stream`
    /// begins with it.
    pub(crate) fn measure(&self, stream: &[u8]) -> Option<usize> {
        let at = |at: usize| {
            let head = Self::read(stream.get(at..)?)?;
            self.goes_with(&head).then_some(head.bytes)
        };
        (HEADER..=LONGEST_FREE).find_map(|next| {
            let padding = at(next)?;
            let free = next.checked_sub(self.bytes)?;
            // At the end of a stream there is no third.
            let third = next + free + padding;
            (third + HEADER > stream.len() || at(third).is_some()).then_some(free)
        })
    }

    /// Whether two frames can belong to one stream.
    pub(crate) fn goes_with(&self, other: &Self) -> bool {
        self.kind == other.kind && self.codec == other.codec
    }
}

/// What a Xing, Info or VBRI frame says. It is no music itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Toc {
    /// MPEG frames that follow.
    pub frames: Option<u64>,
    /// Bytes of the stream, this frame included.
    pub bytes: Option<u64>,
    /// PCM frames to leave out at the start: the encoder's and decoder's delay.
    pub delay: u32,
    /// PCM frames to leave out at the end.
    pub padding: u32,
    /// All frames are of one bit rate.
    pub constant: bool,
}

/// Delay of a layer 3 decoder in frames, which LAME's delay leaves out and its
/// padding includes.
const DECODER_DELAY: u32 = 528 + 1;

impl Toc {
    /// Reads it from the first frame of a stream, or `None` where that is
    /// music already.
    pub(crate) fn read(frame: &[u8], head: &Head) -> Option<Self> {
        if head.codec != codecs::CODEC_ID_MP3 {
            return None;
        }
        if frame.get(36..40) == Some(b"VBRI") {
            let number =
                |at: usize| Some(u32::from_be_bytes(frame.get(at..at + 4)?.try_into().ok()?));
            let (bytes, frames) = (number(46)?, number(50)?);
            let bytes = Some(u64::from(bytes));
            return Some(Self {
                frames: Some(u64::from(frames)),
                bytes,
                ..Self::default()
            });
        }
        // Writers disagree whether a checksum moves the tag.
        let side = if head.side.is_multiple_of(2) {
            32
        } else {
            head.side
        };
        let at = [4 + head.side, 4 + side, 2 + head.side]
            .into_iter()
            .find(|at| matches!(frame.get(*at..at + 4), Some(b"Xing" | b"Info")))?;
        let mut rest = frame.get(at + 8..)?;
        let flags = frame[at + 7];
        let mut number = || {
            let (number, after) = rest.split_first_chunk::<4>()?;
            rest = after;
            Some(u64::from(u32::from_be_bytes(*number)))
        };
        let frames = if flags & 1 != 0 { number() } else { None };
        let bytes = if flags & 2 != 0 { number() } else { None };
        let table = if flags & 4 != 0 { 100 } else { 0 } + if flags & 8 != 0 { 4 } else { 0 };
        let lame = rest.get(table..).unwrap_or_default();
        let (delay, padding) = match lame.get(21..24) {
            // Nine characters name the encoder; without them there is no tag.
            // These write a delay of 0 where the encoder has none; the
            // decoder's own is there all the same.
            Some(&[a, b, c])
                if [&b"LAME"[..], b"Lavf", b"Lavc"]
                    .iter()
                    .any(|name| lame.starts_with(name))
                    || lame[0] != 0 && (a, b, c) != (0, 0, 0) =>
            {
                let delay = u32::from(a) << 4 | u32::from(b >> 4);
                let padding = u32::from(b & 15) << 8 | u32::from(c);
                (delay + DECODER_DELAY, padding.saturating_sub(DECODER_DELAY))
            }
            _ => (0, 0),
        };
        let constant = &frame[at..at + 4] == b"Info";
        Some(Self {
            frames: frames.filter(|frames| *frames > 0),
            bytes,
            delay,
            padding,
            constant,
        })
    }
}
