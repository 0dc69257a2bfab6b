//! What a file is, by what stands at its start.
//!
//! Only that decides. Lossless formats keep the header of the WAV that they
//! were made from, and archives, programs and disk images hold sounds of their
//! own, so whoever looks for a known word further in takes packed data for PCM.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;

use symphonia::core::formats::FormatId;
use symphonia::core::formats::well_known as formats;

use crate::media::format::bytes::MOST_TAGS;
use crate::media::format::chunks;

/// Bytes looked at.
const LOOKED_AT: u64 = 600;

/// How a file is to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// By symphonia's reader of this.
    Reader(FormatId),
    /// By ffmpeg.
    Ffmpeg,
    /// By nothing here, though it is sound.
    Unread,
    /// Not at all.
    NotSound,
    /// Nothing known stands at the start: a bare stream of frames, perhaps
    /// with something else before it, or something that only ffmpeg knows.
    Search,
}

/// The start of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Start {
    /// The first byte that is no tag.
    pub at: u64,
    /// What it is, as people name it; empty where that is not known.
    pub name: &'static str,
    pub way: Way,
}

impl Start {
    /// Whether a reader that found `format` may have found the right one. PCM
    /// takes anything for sound, so it must stand at the start.
    pub(crate) fn allows(&self, format: FormatId) -> bool {
        let pcm = [
            formats::FORMAT_ID_WAVE,
            formats::FORMAT_ID_AIFF,
            formats::FORMAT_ID_CAF,
        ];
        match self.way {
            Way::Reader(known) => known == format,
            Way::Search => !pcm.contains(&format),
            Way::Ffmpeg | Way::Unread | Way::NotSound => false,
        }
    }
}

/// A name, how it is read, and bytes that stand at these offsets.
type Magic = (&'static str, Way, &'static [(usize, &'static [u8])]);

const OURS: [Magic; 16] = {
    use Way::Reader;
    [
        ("FLAC", Reader(formats::FORMAT_ID_FLAC), &[(0, b"fLaC")]),
        ("Ogg", Reader(formats::FORMAT_ID_OGG), &[(0, b"OggS")]),
        (
            "WAV",
            Reader(formats::FORMAT_ID_WAVE),
            &[(0, b"RIFF"), (8, b"WAVE")],
        ),
        (
            "AIFF",
            Reader(formats::FORMAT_ID_AIFF),
            &[(0, b"FORM"), (8, b"AIFF")],
        ),
        (
            "AIFF",
            Reader(formats::FORMAT_ID_AIFF),
            &[(0, b"FORM"), (8, b"AIFC")],
        ),
        ("CAF", Reader(formats::FORMAT_ID_CAF), &[(0, b"caff")]),
        ("MP4", Reader(formats::FORMAT_ID_ISOMP4), &[(4, b"ftyp")]),
        ("MP4", Reader(formats::FORMAT_ID_ISOMP4), &[(4, b"styp")]),
        (
            "QuickTime",
            Reader(formats::FORMAT_ID_ISOMP4),
            &[(4, b"moov")],
        ),
        (
            "QuickTime",
            Reader(formats::FORMAT_ID_ISOMP4),
            &[(4, b"mdat")],
        ),
        (
            "QuickTime",
            Reader(formats::FORMAT_ID_ISOMP4),
            &[(4, b"wide")],
        ),
        (
            "QuickTime",
            Reader(formats::FORMAT_ID_ISOMP4),
            &[(4, b"free")],
        ),
        (
            "QuickTime",
            Reader(formats::FORMAT_ID_ISOMP4),
            &[(4, b"skip")],
        ),
        (
            "QuickTime",
            Reader(formats::FORMAT_ID_ISOMP4),
            &[(4, b"pnot")],
        ),
        (
            "QuickTime",
            Reader(formats::FORMAT_ID_ISOMP4),
            &[(4, b"uuid")],
        ),
        (
            "Matroska",
            Reader(formats::FORMAT_ID_MKV),
            &[(0, b"\x1a\x45\xdf\xa3")],
        ),
    ]
};

const BY_FFMPEG: [Magic; 59] = {
    use Way::{Ffmpeg, Unread};
    [
        ("WavPack", Ffmpeg, &[(0, b"wvpk")]),
        ("Monkey's Audio", Ffmpeg, &[(0, b"MAC ")]),
        ("Monkey's Audio", Ffmpeg, &[(0, b"MACF")]),
        ("TAK", Ffmpeg, &[(0, b"tBaK")]),
        ("TTA", Ffmpeg, &[(0, b"TTA1")]),
        ("TTA", Ffmpeg, &[(0, b"TTA2")]),
        ("OptimFROG", Unread, &[(0, b"OFR ")]),
        ("OSQ", Ffmpeg, &[(0, b"OSQ ")]),
        ("Musepack", Ffmpeg, &[(0, b"MPCK")]),
        ("Musepack", Ffmpeg, &[(0, b"MP+")]),
        ("Lossless Audio", Unread, &[(0, b"LA02")]),
        ("Lossless Audio", Unread, &[(0, b"LA03")]),
        ("Lossless Audio", Unread, &[(0, b"LA04")]),
        ("Shorten", Ffmpeg, &[(0, b"ajkg")]),
        ("Bonk", Ffmpeg, &[(0, b"\0BONK")]),
        ("LPAC", Unread, &[(0, b"LPAC")]),
        ("RKAU", Ffmpeg, &[(0, b"RKA")]),
        ("QOA", Ffmpeg, &[(0, b"qoaf")]),
        ("DSD", Ffmpeg, &[(0, b"DSD ")]),
        ("DSD", Ffmpeg, &[(0, b"FRM8")]),
        ("a big-endian WAV", Ffmpeg, &[(0, b"RIFX")]),
        ("RF64, a long WAV", Ffmpeg, &[(0, b"RF64")]),
        ("BW64, a long WAV", Ffmpeg, &[(0, b"BW64")]),
        ("Wave64", Ffmpeg, &[(0, b"riff\x2e\x91\xcf\x11")]),
        ("AVI", Ffmpeg, &[(0, b"RIFF"), (8, b"AVI ")]),
        ("RIFF", Ffmpeg, &[(0, b"RIFF")]),
        ("IFF", Ffmpeg, &[(0, b"FORM")]),
        ("Sun audio", Ffmpeg, &[(0, b".snd")]),
        ("AVR", Ffmpeg, &[(0, b"2BIT")]),
        ("IRCAM", Ffmpeg, &[(0, b"\x64\xa3")]),
        ("IRCAM", Ffmpeg, &[(0, b"\0"), (2, b"\xa3\x64")]),
        ("PVF", Ffmpeg, &[(0, b"PVF1")]),
        ("Creative Voice", Ffmpeg, &[(0, b"Creative Voice File\x1a")]),
        ("NIST SPHERE", Ffmpeg, &[(0, b"NIST_1A")]),
        ("AMR", Ffmpeg, &[(0, b"#!AMR")]),
        (
            "Windows Media",
            Ffmpeg,
            &[(0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11")],
        ),
        ("Flash video", Ffmpeg, &[(0, b"FLV")]),
        ("RealMedia", Ffmpeg, &[(0, b".RMF")]),
        ("RealAudio", Ffmpeg, &[(0, b".ra\xfd")]),
        ("ATRAC", Ffmpeg, &[(0, b"EA3")]),
        ("ATRAC", Ffmpeg, &[(0, b"ea3")]),
        ("AAC with an ADIF header", Ffmpeg, &[(0, b"ADIF")]),
        ("AC-3", Ffmpeg, &[(0, b"\x0b\x77")]),
        ("AC-3", Ffmpeg, &[(0, b"\x77\x0b")]),
        ("DTS", Ffmpeg, &[(0, b"DTSHDHDR")]),
        ("DTS", Ffmpeg, &[(0, &DTS[0])]),
        ("DTS", Ffmpeg, &[(0, &DTS[1])]),
        ("DTS", Ffmpeg, &[(0, &DTS[2])]),
        ("DTS", Ffmpeg, &[(0, &DTS[3])]),
        ("TrueHD", Ffmpeg, &[(4, b"\xf8\x72\x6f\xba")]),
        ("MLP", Ffmpeg, &[(4, b"\xf8\x72\x6f\xbb")]),
        ("MPEG video", Ffmpeg, &[(0, b"\0\0\x01\xba")]),
        ("MPEG video", Ffmpeg, &[(0, b"\0\0\x01\xb3")]),
        ("MPEG-TS", Ffmpeg, &[(0, b"G"), (188, b"G"), (376, b"G")]),
        ("MPEG-TS", Ffmpeg, &[(4, b"G"), (196, b"G"), (388, b"G")]),
        ("tracker music", Ffmpeg, &[(0, b"IMPM")]),
        ("tracker music", Ffmpeg, &[(0, b"Extended Module:")]),
        ("tracker music", Ffmpeg, &[(44, b"SCRM")]),
        ("Sierra audio", Ffmpeg, &[(0, b"\x8d\x0c\x53\x4f\x4c")]),
    ]
};

const NO_SOUND: [Magic; 34] = {
    use Way::NotSound;
    [
        ("a MIDI file", NotSound, &[(0, b"MThd")]),
        ("a MIDI file", NotSound, &[(0, b"RIFF"), (8, b"RMID")]),
        ("a picture", NotSound, &[(0, b"RIFF"), (8, b"WEBP")]),
        ("a picture", NotSound, &[(0, b"\xff\xd8\xff")]),
        ("a picture", NotSound, &[(0, b"\x89PNG")]),
        ("a picture", NotSound, &[(0, b"GIF8")]),
        ("a picture", NotSound, &[(0, b"II*\0")]),
        ("a picture", NotSound, &[(0, b"MM\0*")]),
        ("an archive", NotSound, &[(0, b"PK\x03\x04")]),
        ("an archive", NotSound, &[(0, b"PK\x05\x06")]),
        ("an archive", NotSound, &[(0, b"\x1f\x8b")]),
        ("an archive", NotSound, &[(0, b"BZh")]),
        ("an archive", NotSound, &[(0, b"\xfd7zXZ")]),
        ("an archive", NotSound, &[(0, b"7z\xbc\xaf\x27\x1c")]),
        ("an archive", NotSound, &[(0, b"\x28\xb5\x2f\xfd")]),
        ("an archive", NotSound, &[(0, b"Rar!")]),
        ("an archive", NotSound, &[(257, b"ustar")]),
        ("a program", NotSound, &[(0, b"\x7fELF")]),
        ("a program", NotSound, &[(0, b"MZ")]),
        ("a program", NotSound, &[(0, b"\xcf\xfa\xed\xfe")]),
        ("a program", NotSound, &[(0, b"\xca\xfe\xba\xbe")]),
        ("a program", NotSound, &[(0, b"#!/")]),
        ("a document", NotSound, &[(0, b"%PDF")]),
        ("a document", NotSound, &[(0, b"{\\rtf")]),
        ("a document", NotSound, &[(0, b"\xd0\xcf\x11\xe0")]),
        ("a document", NotSound, &[(0, b"<?xml")]),
        ("a document", NotSound, &[(0, b"<!DOCTYPE")]),
        ("a document", NotSound, &[(0, b"<html")]),
        ("a list", NotSound, &[(0, b"#EXTM3U")]),
        ("a list", NotSound, &[(0, b"ffconcat")]),
        ("a list", NotSound, &[(0, b"[playlist]")]),
        ("a database", NotSound, &[(0, b"SQLite format 3")]),
        (
            "a disk image",
            NotSound,
            &[(0, b"\xeb"), (510, b"\x55\xaa")],
        ),
        ("a font", NotSound, &[(0, b"\0\x01\0\0\0")]),
    ]
};

/// How a frame of DTS begins, in words of 16 and 14 bits, either end first.
const DTS: [[u8; 4]; 4] = [
    [0x7f, 0xfe, 0x80, 0x01],
    [0xfe, 0x7f, 0x01, 0x80],
    [0x1f, 0xff, 0xe8, 0x00],
    [0xff, 0x1f, 0x00, 0xe8],
];

/// How a burst of IEC 61937 begins in little-endian PCM.
const BURST: [u8; 4] = [0x72, 0xf8, 0x1f, 0x4e];

/// Says what stands at the start of these bytes of `file`.
pub(crate) fn start(file: &File, bytes: &Range<u64>) -> io::Result<Start> {
    let at = after_tags(file, bytes)?;
    let head = read(file, at, LOOKED_AT.min(bytes.end.saturating_sub(at)))?;
    let stands = |(_, _, parts): &&Magic| {
        let mut parts = parts.iter();
        parts.all(|(at, word)| head.get(*at..at + word.len()) == Some(*word))
    };
    // What is no sound may begin as something does that ffmpeg reads.
    let known = [&OURS[..], &NO_SOUND, &BY_FFMPEG];
    let known = known.iter().find_map(|table| table.iter().find(stands));
    let (name, way) = match known {
        Some((_, Way::Reader(formats::FORMAT_ID_WAVE), _)) if is_coded(file, at) => {
            ("coded sound in a WAV", Way::Ffmpeg)
        }
        Some((name, way, _)) => (*name, *way),
        None if is_latm(&head) => ("AAC in LATM", Way::Ffmpeg),
        None => ("", Way::Search),
    };
    Ok(Start { at, name, way })
}

/// Where the tags at the start end: ID3v2, APE, and ID3v1 that was left there
/// as files were put one after the other.
fn after_tags(file: &File, bytes: &Range<u64>) -> io::Result<u64> {
    let mut at = bytes.start;
    for _ in 0..MOST_TAGS {
        let head = read(file, at, 32)?;
        let length = match head.as_slice() {
            [b'I', b'D', b'3', version, _, flags, size @ ..]
                if size.len() >= 4 && *version < 255 =>
            {
                let footer = if flags & 0x10 != 0 { 10 } else { 0 };
                10 + footer
                    + size[..4]
                        .iter()
                        .fold(0, |size, byte| size << 7 | u64::from(byte & 0x7f))
            }
            [b'A', b'P', b'E', b'T', b'A', b'G', b'E', b'X', ..] if head.len() == 32 => {
                32 + u64::from(u32::from_le_bytes([head[12], head[13], head[14], head[15]]))
            }
            [b'T', b'A', b'G', ..] => 128,
            _ => break,
        };
        // A tag that claims more than there is tells nothing of its end.
        if length > bytes.end.saturating_sub(at) {
            break;
        }
        at += length;
    }
    Ok(at)
}

/// Whether two frames of LATM follow each other (ISO/IEC 14496-3, 1.7.2).
fn is_latm(head: &[u8]) -> bool {
    let length = |at: usize| match head.get(at..at + 3) {
        Some([0x56, high, low]) if high & 0xe0 == 0xe0 => {
            Some(3 + (usize::from(high & 0x1f) << 8 | usize::from(*low)))
        }
        _ => None,
    };
    length(0).is_some_and(|next| length(next).is_some() || next + 3 > head.len())
}

/// Whether a WAV says PCM and holds something else, as discs of DTS do.
fn is_coded(file: &File, at: u64) -> bool {
    let Some(sound) = chunks::sound(file, at) else {
        return false;
    };
    let bytes = read(file, sound.start, 32 << 10).unwrap_or_default();
    let words = bytes.as_chunks::<2>().0.windows(2);
    words
        .map(|pair| [pair[0][0], pair[0][1], pair[1][0], pair[1][1]])
        .any(|word| word == BURST || DTS.contains(&word))
}

/// Up to `length` bytes at `at`.
fn read(mut file: &File, at: u64, length: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(at))?;
    file.take(length).read_to_end(&mut bytes)?;
    Ok(bytes)
}
