//! What is wrong with a recording that plays.

use std::path::Path;

use crate::Frame;
use crate::media::complaint::Complaint;
use crate::media::decoder::Decoder;

/// Samples in a row at full scale that are taken for clipping.
const FLAT: usize = 3;

/// Examines an open file. Its end is always looked at; `thorough` decodes the
/// whole, which finds damage in the middle and clipping.
pub fn complaints(path: &Path, decoder: &mut Decoder, thorough: bool) -> Vec<Complaint> {
    let info = decoder.info().clone();
    let mut found = Vec::new();
    if let Some(extension) = wrong_extension(path, &info.container) {
        found.push(Complaint {
            kind: "extension",
            what: format!("it is {}, not what .{extension} says", info.format),
            advice: "it plays all the same; rename it for the sake of other players".to_owned(),
        });
    }
    let rate = f64::from(info.sample_rate.max(1));
    let mut clipping = Clipping::default();
    let heard = if thorough {
        whole(decoder, &mut clipping)
    } else {
        end(decoder)
    };
    let mut known = decoder.complaints();
    let claimed_frames = info.claimed_frames.unwrap_or(0).max(info.frames);
    if heard < claimed_frames {
        found.push(Complaint {
            kind: "truncated",
            what: format!(
                "it ends early: {:.1} s of {:.1} s are missing at the end",
                (claimed_frames - heard) as f64 / rate,
                claimed_frames as f64 / rate
            ),
            advice: "it is cut, or its header is wrong; copy or download it again".to_owned(),
        });
        known.retain(|complaint| complaint.kind != "truncated");
    }
    found.extend(known);
    let silenced = decoder.silenced().min(heard);
    if silenced > 0 {
        found.push(Complaint {
            kind: "damaged",
            what: format!(
                "{:.2} s of it are damaged and silent",
                silenced as f64 / rate
            ),
            advice: "copy or download it again".to_owned(),
        });
    }
    if clipping.places > 0 {
        found.push(Complaint {
            kind: "clipped",
            what: format!(
                "it is clipped in {} places, {:.1} a minute",
                clipping.places,
                clipping.places as f64 * 60.0 / info.seconds().max(1.0)
            ),
            advice: "that is in the recording; record it at a lower level".to_owned(),
        });
    }
    found
}

/// Plays the last second and returns where the file really ends.
fn end(decoder: &mut Decoder) -> u64 {
    let frames = decoder.info().frames;
    let mut heard = frames.saturating_sub(u64::from(decoder.info().sample_rate));
    if decoder.seek(heard).is_err() {
        return frames;
    }
    let mut out = vec![[0.0; 2]; 4_096];
    while let Ok(came @ 1..) = decoder.read(&mut out) {
        heard += came as u64;
    }
    if heard > frames.saturating_sub(u64::from(decoder.info().sample_rate)) {
        return heard;
    }
    // Nothing there: the end is earlier, and only playing tells where.
    whole(decoder, &mut Clipping::default())
}

/// Plays all and returns where the file really ends.
fn whole(decoder: &mut Decoder, clipping: &mut Clipping) -> u64 {
    let mut heard = 0;
    if decoder.seek(0).is_err() {
        return decoder.info().frames;
    }
    let mut out = vec![[0.0; 2]; 16_384];
    while let Ok(came @ 1..) = decoder.read(&mut out) {
        clipping.hear(&out[..came]);
        heard += came as u64;
    }
    heard
}

/// Counts places where either channel stays at full scale.
#[derive(Default)]
struct Clipping {
    flat: [usize; 2],
    places: u64,
}

impl Clipping {
    fn hear(&mut self, frames: &[Frame]) {
        for frame in frames {
            for (sample, flat) in frame.iter().zip(&mut self.flat) {
                // The top step of 16 bits is 1 − 1/32 768.
                if sample.abs() >= 1.0 - 1.0 / 32_768.0 {
                    *flat += 1;
                    self.places += u64::from(*flat == FLAT);
                } else {
                    *flat = 0;
                }
            }
        }
    }
}

/// The extension of `path` where it promises another container. What may be
/// in a container is for the container to say.
fn wrong_extension(path: &Path, container: &str) -> Option<String> {
    let extension = path.extension()?.to_str()?.to_ascii_lowercase();
    let promised: &[&str] = match extension.as_str() {
        "flac" => &["flac"],
        "mp3" | "mp2" | "mp1" | "mpa" => &["mp3"],
        "opus" | "ogg" | "oga" | "spx" => &["ogg"],
        "aac" | "adts" => &["aac", "loas"],
        "wv" => &["wv"],
        "ape" => &["ape"],
        "mpc" => &["mpc", "mpc8"],
        "wma" => &["asf"],
        "tta" => &["tta"],
        "m4a" | "m4b" | "mp4" => &["mp4", "mov"],
        "mka" | "mkv" | "webm" => &["matroska"],
        "wav" => &["wav"],
        "aiff" | "aif" | "aifc" => &["aiff"],
        "caf" => &["caf"],
        _ => return None,
    };
    // ffprobe names all that a reader of its reads.
    let other = !container.is_empty() && !container.split(',').any(|name| promised.contains(&name));
    other.then(|| crate::text::clean(&extension))
}
