//! What a container tells of its sound before any of it is decoded.

use std::fs::File;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{self, AtomicBool};

use symphonia::core::codecs::CodecParameters;
use symphonia::core::codecs::audio::{AudioCodecParameters, well_known as codecs};
use symphonia::core::errors::Error;
use symphonia::core::formats::probe::Hint;
use symphonia::core::formats::{
    FormatId, FormatOptions, FormatReader, Track, TrackType, well_known as formats,
};
use symphonia::core::io::{MediaSourceStream, MediaSourceStreamOptions};
use symphonia::core::meta::MetadataOptions;

use crate::media::codec::opus::OpusHead;
use crate::media::format::aac;
use crate::media::format::patched::PatchedFile;

/// The reader of these bytes of a file and its first sound.
pub(crate) fn probe(
    file: File,
    bytes: &Range<u64>,
) -> Result<(Box<dyn FormatReader>, Track), Error> {
    let padded = Arc::new(AtomicBool::new(true));
    let file = PatchedFile::new(file, bytes, padded.clone()).map_err(Error::IoError)?;
    let stream = MediaSourceStream::new(Box::new(file), MediaSourceStreamOptions::default());
    let reader = symphonia::default::get_probe().probe(
        &Hint::new(),
        stream,
        FormatOptions::default(),
        MetadataOptions::default(),
    )?;
    padded.store(false, atomic::Ordering::Relaxed);
    let track = reader.default_track(TrackType::Audio).cloned();
    let track = track.ok_or(Error::Unsupported("no sound in it"))?;
    Ok((reader, track))
}

/// Whether a track is AAC with more above its core than is decoded here. Its
/// rate becomes the core's, as the container may tell that of the whole.
pub(crate) fn is_core_only(
    params: &mut AudioCodecParameters,
    path: &Path,
    bytes: &Range<u64>,
) -> Result<bool, Error> {
    if params.codec != codecs::CODEC_ID_AAC {
        return Ok(false);
    }
    let config = params.extra_data.as_deref().and_then(aac::config);
    let above = config.unwrap_or_default();
    if above.other {
        return Err(Error::Unsupported("AAC of another kind than LC"));
    }
    if (1_000..=96_000).contains(&above.core_rate) {
        params.with_sample_rate(above.core_rate);
    }
    if let Some(core) = above.core {
        params.with_extra_data(Box::new(core));
    }
    let slow = params
        .sample_rate
        .is_some_and(|rate| rate <= aac::FASTEST_CORE);
    Ok(above.sbr || slow && has_sbr(path, bytes)?)
}

/// Whether the first packets of AAC carry SBR though nothing says so.
fn has_sbr(path: &Path, bytes: &Range<u64>) -> Result<bool, Error> {
    let file = File::open(path).map_err(Error::IoError)?;
    let (mut reader, track) = probe(file, bytes)?;
    let mut blocks = Vec::new();
    while blocks.len() < aac::ENOUGH
        && let Ok(Some(packet)) = reader.next_packet()
    {
        if packet.track_id == track.id {
            blocks.push(packet.data);
        }
    }
    Ok(aac::has_sbr(blocks.iter().map(AsRef::as_ref)))
}

/// What a track tells of its sound: parameters, Opus' own header, sample rate.
pub(crate) fn track_sound(
    track: &Track,
) -> Result<(AudioCodecParameters, Option<OpusHead>, u32), Error> {
    let Some(CodecParameters::Audio(params)) = &track.codec_params else {
        return Err(Error::Unsupported("no sound in it"));
    };
    if params.codec == codecs::CODEC_ID_OPUS {
        let head = params.extra_data.as_deref().and_then(OpusHead::read);
        return Ok((params.clone(), head, 48_000));
    }
    let rate = params
        .sample_rate
        .filter(|rate| (1_000..=1_536_000).contains(rate));
    Ok((
        params.clone(),
        None,
        rate.ok_or(Error::Unsupported("sample rate unknown"))?,
    ))
}

/// Frames of PCM in so many bytes; what else is cut must be decoded to tell.
pub(crate) fn limit_pcm(
    frames: Option<u64>,
    params: &AudioCodecParameters,
    size: u64,
) -> Option<u64> {
    let pcm = codecs::CODEC_ID_PCM_S32LE..=codecs::CODEC_ID_PCM_MULAW;
    let bits = params.bits_per_coded_sample.or(params.bits_per_sample);
    let channels = params.channels.as_ref().map_or(0, |set| set.count() as u64);
    match u64::from(bits.unwrap_or(0)) * channels / 8 {
        align if pcm.contains(&params.codec) && align > 0 => {
            Some(frames.unwrap_or(u64::MAX).min(size / align))
        }
        _ => None,
    }
}

/// A container by ffprobe's name of it.
pub(crate) fn name(format: FormatId) -> &'static str {
    match format {
        formats::FORMAT_ID_WAVE => "wav",
        formats::FORMAT_ID_AIFF => "aiff",
        formats::FORMAT_ID_CAF => "caf",
        formats::FORMAT_ID_FLAC => "flac",
        formats::FORMAT_ID_OGG => "ogg",
        formats::FORMAT_ID_ISOMP4 => "mp4",
        formats::FORMAT_ID_MKV => "matroska",
        formats::FORMAT_ID_ADTS => "aac",
        formats::FORMAT_ID_MP1 | formats::FORMAT_ID_MP2 | formats::FORMAT_ID_MP3 => "mp3",
        _ => "",
    }
}
