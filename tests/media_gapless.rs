//! Lengths, trims, joins and seeks against other people's decoders.

mod media_files;

use afterdark_media::media::Decoder;
use media_files::{Album, Codec, decode_with_ffmpeg, decode_with_opusdec, noise, read_all};

/// Largest difference between two decodes, and where it is.
fn worst(ours: &[[f32; 2]], theirs: &[[f32; 2]]) -> (f32, usize) {
    let pairs = ours.iter().zip(theirs).enumerate();
    let errors = pairs.map(|(at, (a, b))| ((a[0] - b[0]).abs().max((a[1] - b[1]).abs()), at));
    errors.fold(
        (0.0, 0),
        |worst, one| if one.0 > worst.0 { one } else { worst },
    )
}

/// An album cut in three files comes back end to end, exact to the sample.
fn album_joins(codec: Codec) {
    let album = Album::cut(codec, &noise(44_100 * 7 + 123, 44_100), &[100_003, 103_456]);
    let mut joined = Vec::new();
    let mut truth = Vec::new();
    for (part, path) in album.parts.iter().zip(&album.paths) {
        let mut decoder = Decoder::open(path).unwrap();
        let info = decoder.info().clone();
        assert!(info.exact);
        let ours = read_all(&mut decoder);
        if let Some(length) = codec.length(part.len()) {
            assert_eq!(info.frames, length, "{codec:?} told length");
        }
        assert_eq!(ours.len() as u64, info.frames, "{codec:?} decoded length");
        let mut theirs = if codec == Codec::Opus {
            decode_with_opusdec(path)
        } else {
            decode_with_ffmpeg(path, info.sample_rate)
        };
        if codec == Codec::AacMp4 || codec == Codec::OpusMp4 {
            // ffmpeg leaves the padding at the end; the original tells better.
            theirs.truncate(ours.len());
        }
        assert_eq!(ours.len(), theirs.len(), "{codec:?} ffmpeg's length");
        joined.extend_from_slice(&ours);
        truth.extend_from_slice(&theirs);
    }
    let (error, at) = worst(&joined, &truth);
    if codec.is_lossless() {
        assert_eq!(error, 0.0, "{codec:?} at {at}");
        assert_eq!(
            joined,
            album.parts.concat(),
            "{codec:?}: the original, with no step"
        );
    } else {
        assert!(
            error < 1e-4,
            "{codec:?} is off by {error} at {at} of {}",
            truth.len()
        );
    }
}

/// After a seek the samples are those of a straight decode.
fn seeks_are_exact(codec: Codec, bound: f32) {
    let album = Album::cut(codec, &noise(44_100 * 12, 44_100), &[]);
    let path = &album.paths[0];
    let whole = read_all(&mut Decoder::open(path).unwrap());
    let mut decoder = Decoder::open(path).unwrap();
    let last = whole.len() as u64;
    let mut goals = vec![0, 1, last - 1, 5, last / 2, 1_023, last - 3_000];
    let mut seed = 7u64;
    for _ in 0..30 {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        goals.push((seed >> 33) % last);
    }
    // To the end and back, where some readers lose themselves.
    decoder.seek(last).unwrap();
    assert_eq!(decoder.read(&mut [[0.0; 2]; 16]).unwrap(), 0);
    for goal in goals {
        decoder.seek(goal).unwrap();
        let mut out = vec![[0.0; 2]; 5_000.min((last - goal) as usize)];
        assert_eq!(
            decoder.read(&mut out).unwrap(),
            out.len(),
            "{codec:?} from {goal}"
        );
        let (error, at) = worst(&out, &whole[goal as usize..]);
        assert!(
            error <= bound,
            "{codec:?} from {goal} is off by {error} after {at}"
        );
    }
}

macro_rules! codecs {
    ($($name:ident: $codec:expr, $bound:expr;)*) => {
        mod joins { $(#[test] fn $name() { super::album_joins($codec); })* }
        mod seeks { $(#[test] fn $name() { super::seeks_are_exact($codec, $bound); })* }
        use Codec::*;
    };
}
codecs! {
    flac: super::Flac, 0.0;
    alac: super::Alac, 0.0;
    wav: super::Wav, 0.0;
    aiff: super::Aiff, 0.0;
    caf: super::Caf, 0.0;
    ogg_flac: super::OggFlac, 0.0;
    mp3: super::Mp3, 0.0;
    mp3_vbr: super::Mp3Vbr, 0.0;
    aac: super::AacMp4, 0.0;
    vorbis: super::Vorbis, 0.0;
    opus: super::Opus, 1e-5;
    opus_mp4: super::OpusMp4, 1e-5;
    opus_webm: super::OpusWebm, 1e-5;
    vorbis_mka: super::VorbisMka, 0.0;
    flac_mka: super::FlacMka, 0.0;
    mp3_bare: super::Mp3Bare, 0.0;
    mp3_in_wav: super::Mp3InWav, 0.0;
    mp2: super::Mp2, 0.0;
    adts: super::Adts, 0.0;
    adpcm_ms: super::AdpcmMs, 0.0;
    adpcm_ima: super::AdpcmIma, 0.0;
    wav_24: super::Wav24, 0.0;
    wavpack: super::WavPack, 0.0;
    tta: super::Tta, 0.0;
    ac3: super::Ac3, 0.0;
    wma: super::Wma, 0.0;
}
