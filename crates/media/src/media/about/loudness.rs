//! Loudness in fields that only one format has: RVA2 frames of ID3v2
//! (ID3v2.4, 4.11) and freeform atoms of MP4 under other names than iTunes'.

use lofty::id3::v2::{ChannelType, Frame, Id3v2Tag, RelativeVolumeAdjustmentFrame};
use lofty::mp4::{AtomData, AtomIdent, Ilst};
use lofty::tag::{Tag, TagType};

use crate::gain::{self, Gain};

/// What such fields of a tag say.
pub(crate) fn of(tag: &Tag) -> Gain {
    let mut gain = Gain::default();
    match tag.tag_type() {
        TagType::Id3v2 => {
            for frame in &Id3v2Tag::from(tag.clone()) {
                if let Frame::RelativeVolumeAdjustment(frame) = frame {
                    rva2(frame, &mut gain);
                }
            }
        }
        TagType::Mp4Ilst => {
            for atom in &Ilst::from(tag.clone()) {
                let AtomIdent::Freeform { name, .. } = atom.ident() else {
                    continue;
                };
                let Some(AtomData::UTF8(text)) = atom.data().next() else {
                    continue;
                };
                match &*name.to_ascii_lowercase() {
                    "replaygain_track_gain" => gain.track_db = gain::decibels(text),
                    "replaygain_track_peak" => gain.track_peak = gain::peak(text),
                    "replaygain_album_gain" => gain.album_db = gain::decibels(text),
                    "replaygain_album_peak" => gain.album_peak = gain::peak(text),
                    _ => {}
                }
            }
        }
        _ => {}
    }
    gain
}

/// The master volume in 1/512 dB, and a peak of so many bits, the highest of
/// which is 1.0.
fn rva2(frame: &RelativeVolumeAdjustmentFrame<'_>, gain: &mut Gain) {
    let Some(volume) = frame.channels.get(&ChannelType::MasterVolume) else {
        return;
    };
    let db = Some(f32::from(volume.volume_adjustment) / 512.0);
    let bits = i32::from(volume.bits_representing_peak);
    let peak = volume.peak_volume.as_deref().filter(|_| bits > 0);
    let peak = peak.map(|bytes| {
        let number = bytes
            .iter()
            .fold(0.0, |n, byte| n * 256.0 + f32::from(*byte));
        number / 2f32.powi(bits - 1)
    });
    let peak = peak.filter(|peak| (1e-6..=100.0).contains(peak));
    if frame.identification.eq_ignore_ascii_case("album") {
        (gain.album_db, gain.album_peak) = (db, peak);
    } else {
        (gain.track_db, gain.track_peak) = (db, peak);
    }
}
