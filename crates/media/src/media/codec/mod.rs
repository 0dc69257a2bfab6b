//! Packets to stereo frames, whatever the codec.

mod downmix;
mod mpeg;
pub(crate) mod opus;
mod opus_ffi;

use symphonia::core::audio::Channels;
use symphonia::core::codecs::audio::well_known as codecs;
use symphonia::core::codecs::audio::{
    AudioCodecId, AudioCodecParameters, AudioDecoder, AudioDecoderOptions,
};
use symphonia::core::errors::Error;
use symphonia::core::packet::PacketRef;

use crate::Frame;
use crate::media::codec::downmix::{Fold, Place};
use crate::media::codec::mpeg::MpegDecoder;
use crate::media::codec::opus::{OpusDecoder, OpusHead};

/// What symphonia decodes to something else than what is in it.
pub(crate) const SURROUND_VORBIS: &str = "Vorbis of more than two channels";

/// The layers of MPEG audio.
const MPEG: [AudioCodecId; 3] = [
    codecs::CODEC_ID_MP1,
    codecs::CODEC_ID_MP2,
    codecs::CODEC_ID_MP3,
];

/// A decoder and the fold to stereo behind it.
pub(crate) struct Codec {
    id: AudioCodecId,
    /// Frames in every packet, where that is fixed.
    packet_frames: Option<u64>,
    decoder: Kind,
    /// The fold in use and the number of channels that it is for.
    fold: Option<(usize, Fold)>,
    interleaved: Vec<f32>,
}

enum Kind {
    Symphonia(Box<dyn AudioDecoder>),
    Opus(OpusDecoder),
    Mpeg(MpegDecoder),
}

impl Codec {
    /// A decoder for a track with these parameters.
    ///
    /// # Errors
    /// When there is none, or the parameters are damaged.
    pub(crate) fn new(params: &AudioCodecParameters) -> Result<Self, Error> {
        let channels = params.channels.as_ref().map_or(0, Channels::count);
        // The identification header has the number at its twelfth byte.
        let written = params.extra_data.as_deref().and_then(|head| {
            let start = head.windows(7).position(|window| window == b"\x01vorbis")?;
            head.get(start + 11).map(|count| usize::from(*count))
        });
        if params.codec == codecs::CODEC_ID_VORBIS && written.unwrap_or(0).max(channels) > 2 {
            return Err(Error::Unsupported(SURROUND_VORBIS));
        }
        let decoder = if params.codec == codecs::CODEC_ID_OPUS {
            let head = params.extra_data.as_deref().and_then(OpusHead::read);
            let decoder = head.and_then(OpusDecoder::new);
            Kind::Opus(decoder.ok_or(Error::DecodeError("opus: damaged header"))?)
        } else if MPEG.contains(&params.codec) {
            Kind::Mpeg(MpegDecoder::new())
        } else {
            // Vorbis' decoder alone knows that its first block gives nothing;
            // all other trimming is done by place.
            let gapless = params.codec == codecs::CODEC_ID_VORBIS;
            let options = AudioDecoderOptions::default().gapless(gapless);
            let codecs = symphonia::default::get_codecs();
            Kind::Symphonia(codecs.make_audio_decoder(params, &options)?)
        };
        let packet_frames = match params.codec {
            codecs::CODEC_ID_AAC => Some(1_024),
            codecs::CODEC_ID_MP3 if params.sample_rate.is_some_and(|rate| rate < 32_000) => {
                Some(576)
            }
            codecs::CODEC_ID_MP3 => Some(1_152),
            _ => None,
        };
        Ok(Self {
            id: params.codec,
            packet_frames,
            decoder,
            fold: None,
            interleaved: Vec::new(),
        })
    }

    /// Which codec it is.
    pub(crate) fn id(&self) -> AudioCodecId {
        self.id
    }

    /// Frames in a packet, where that is known without decoding it.
    pub(crate) fn packet_frames(&self, packet: &[u8]) -> Option<u64> {
        match self.id {
            codecs::CODEC_ID_OPUS => opus::packet_frames(packet),
            _ => self.packet_frames,
        }
    }

    /// Decodes a packet into `out`; `false` where it is damaged. A lapped
    /// codec's first block gives no frames and is none the worse.
    pub(crate) fn decode(&mut self, packet: &PacketRef<'_>, out: &mut Vec<Frame>) -> bool {
        out.clear();
        match &mut self.decoder {
            Kind::Opus(decoder) => {
                let head = decoder.head();
                let fold = fold_for(&mut self.fold, usize::from(head.channels), || head.places());
                let samples = decoder.decode(packet.data);
                samples.map(|samples| fold.fold(samples, out)).is_some()
            }
            Kind::Mpeg(decoder) => {
                let Some((channels, samples)) = decoder.decode(packet.data) else {
                    return false;
                };
                let places = || Place::unknown(channels);
                fold_for(&mut self.fold, channels, places).fold(samples, out);
                true
            }
            Kind::Symphonia(decoder) => {
                let Ok(audio) = decoder.decode_ref(packet) else {
                    return false;
                };
                let channels = audio.spec().channels();
                let fold = fold_for(&mut self.fold, channels.count(), || Place::of(channels));
                audio.copy_to_vec_interleaved(&mut self.interleaved);
                fold.fold(&self.interleaved, out);
                true
            }
        }
    }

    /// Forgets what came before, as after a seek.
    pub(crate) fn reset(&mut self) {
        match &mut self.decoder {
            Kind::Symphonia(decoder) => decoder.reset(),
            Kind::Opus(decoder) => decoder.reset(),
            Kind::Mpeg(decoder) => decoder.reset(),
        }
    }

    /// Frames decoded and thrown away before a seek's goal, until nothing is
    /// left of what the decoder did not hear.
    pub(crate) fn lead(&self) -> i64 {
        match self.id {
            // Two blocks of the longest size that lap.
            codecs::CODEC_ID_VORBIS => 16_384,
            // The bit reservoir reaches back up to nine frames at the lowest
            // rates, the filter banks two more.
            id if MPEG.contains(&id) => 12 * 1_152,
            codecs::CODEC_ID_AAC => 4 * 1_024,
            // Predictors fade; after a second their rest is below −100 dB.
            codecs::CODEC_ID_OPUS => 48_000,
            _ => 0,
        }
    }
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

/// A codec as people name it.
pub(crate) fn name(codec: AudioCodecId) -> &'static str {
    match codec {
        codecs::CODEC_ID_FLAC => "FLAC",
        codecs::CODEC_ID_ALAC => "ALAC",
        codecs::CODEC_ID_MP1 => "MP1",
        codecs::CODEC_ID_MP2 => "MP2",
        codecs::CODEC_ID_MP3 => "MP3",
        codecs::CODEC_ID_AAC => "AAC",
        codecs::CODEC_ID_VORBIS => "Vorbis",
        codecs::CODEC_ID_OPUS => "Opus",
        codecs::CODEC_ID_ADPCM_G722
        | codecs::CODEC_ID_ADPCM_G726
        | codecs::CODEC_ID_ADPCM_G726LE
        | codecs::CODEC_ID_ADPCM_MS
        | codecs::CODEC_ID_ADPCM_IMA_WAV
        | codecs::CODEC_ID_ADPCM_IMA_QT => "ADPCM",
        _ => "PCM",
    }
}
