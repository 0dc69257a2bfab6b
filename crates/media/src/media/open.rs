//! Chooses the way into a file.

use std::fs::File;
use std::path::Path;

use symphonia::core::errors::Error;
use symphonia::core::formats::well_known::FORMAT_ID_WAVE;

use crate::media::codec;
use crate::media::complaint::Complaint;
use crate::media::error::{MediaError, Unplayable};
use crate::media::format::magic::{self, Start, Way};
use crate::media::read::chain::{self, Chain};
use crate::media::read::container::Container;
use crate::media::read::ffmpeg::Refusal;
use crate::media::read::mpeg::Elementary;
use crate::media::read::pipe::Pipe;
use crate::media::source::{Heading, Source};
use crate::regular;

/// A way into a file and what it tells.
type Opened = (Box<dyn Source>, Heading);

/// Opens the first audio track of `path` that a decoder is known for.
///
/// # Errors
/// When the file cannot be read, or no decoder knows it.
pub(crate) fn open(path: &Path) -> Result<Opened, MediaError> {
    let failed = |error: std::io::Error| Unplayable::from(&error).of(path);
    let file = File::open(path).map_err(failed)?;
    let meta = file.metadata().map_err(failed)?;
    if !meta.is_file() {
        return Err(Unplayable::NotAFile.of(path));
    }
    if meta.len() == 0 {
        return Err(Unplayable::Empty.of(path));
    }
    let end = regular::end(&file).map_err(failed)?;
    if regular::is_hollow(&file, end).map_err(failed)? {
        return Err(Unplayable::Hollow.of(path));
    }
    let start = magic::start(&file, &(0..end)).map_err(failed)?;
    match start.way {
        Way::NotSound => Err(Unplayable::NotSound(start.name).of(path)),
        Way::Unread => Err(Unplayable::UnknownCodec(start.name).of(path)),
        Way::Ffmpeg => by_ffmpeg(path, start.name, &Error::Unsupported("")),
        Way::Reader(_) | Way::Search => match by_reader(path, &file, &start) {
            Ok(opened) if opened.1.core_only => Ok(whole(path, opened)),
            Ok(opened) => Ok(opened),
            Err(error) => by_ffmpeg(path, "", &error),
        },
    }
}

/// By what is built in.
fn by_reader(path: &Path, file: &File, start: &Start) -> Result<Opened, Error> {
    let size = regular::end(file).map_err(Error::IoError)?;
    if matches!(start.way, Way::Search | Way::Reader(FORMAT_ID_WAVE))
        && let Some((source, heading)) = Elementary::open(path, file, start)
    {
        return Ok((Box::new(source), heading));
    }
    if let Some(links) = chain::links(file, size)
        && let Ok((chain, heading)) = Chain::open(path, &links)
    {
        return Ok((Box::new(chain), heading));
    }
    let (source, heading) = Container::open(path, &(0..size))?;
    Ok((Box::new(source), heading))
}

/// HE-AAC by ffmpeg where that is installed, else its core.
fn whole(path: &Path, core: Opened) -> Opened {
    if let Ok((source, heading)) = Pipe::open(path) {
        return (Box::new(source), heading);
    }
    let (source, mut heading) = core;
    heading.complaints.push(Complaint {
        kind: "core-only",
        what: "HE-AAC plays without its upper half".to_owned(),
        advice: "install ffmpeg".to_owned(),
    });
    (source, heading)
}

/// By ffmpeg; `name` is the format's where nothing else reads it, `refused` why
/// what is built in does not.
fn by_ffmpeg(path: &Path, name: &'static str, refused: &Error) -> Result<Opened, MediaError> {
    let why = match (Pipe::open(path), name, refused) {
        // What is damaged for others may be a header that promises hours and
        // nothing behind it.
        (Ok((mut source, heading)), "", _) => {
            if matches!(source.next(&mut Vec::new()), Ok(Some(_))) {
                source.seek(0)?;
                return Ok((Box::new(source), heading));
            }
            refused.into()
        }
        (Ok((source, heading)), ..) => return Ok((Box::new(source), heading)),
        (Err(Refusal::Missing), "", Error::Unsupported(codec::SURROUND_VORBIS)) => {
            Unplayable::NeedsFfmpeg(codec::SURROUND_VORBIS)
        }
        (Err(Refusal::Missing), "", _) => Unplayable::PerhapsWithFfmpeg(Box::new(refused.into())),
        (Err(Refusal::Missing), ..) => Unplayable::NeedsFfmpeg(name),
        (Err(Refusal::Unknown), "", _) => refused.into(),
        (Err(Refusal::Unknown), ..) => Unplayable::UnknownCodec(name),
    };
    Err(why.of(path))
}
