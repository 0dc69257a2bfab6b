//! Chooses the way into a file.

use std::fs::File;
use std::path::Path;

use symphonia::core::errors::Error;

use crate::media::codec;
use crate::media::error::{MediaError, Unplayable};
use crate::media::read::chain::{self, Chain};
use crate::media::read::container::Container;
use crate::media::read::mpeg::Elementary;
use crate::media::read::pipe::{self, Pipe, Refusal};
use crate::media::source::{Heading, Source};

/// Opens the first audio track of `path` that a decoder is known for.
///
/// # Errors
/// When the file cannot be read, or no decoder knows it.
pub(crate) fn open(path: &Path) -> Result<(Box<dyn Source>, Heading), MediaError> {
    let failed = |error: std::io::Error| Unplayable::from(&error).of(path);
    let file = File::open(path).map_err(failed)?;
    let meta = file.metadata().map_err(failed)?;
    if !meta.is_file() {
        return Err(Unplayable::NotAFile.of(path));
    }
    if meta.len() == 0 {
        return Err(Unplayable::Empty.of(path));
    }
    if let Some((source, heading)) = Elementary::open(path, &file) {
        return Ok((Box::new(source), heading));
    }
    if let Some(links) = chain::links(&file, meta.len())
        && let Ok((chain, heading)) = Chain::open(path, &links)
    {
        // Another rate in it is converted by ffmpeg, where that is installed.
        if chain.convertible
            && let Ok((pipe, heading)) = Pipe::open(path)
        {
            return Ok((Box::new(pipe), heading));
        }
        return Ok((Box::new(chain), heading));
    }
    let refused = match Container::open(path, &(0..meta.len())) {
        Ok((source, heading)) => return Ok((Box::new(source), heading)),
        Err(error) => error,
    };
    match Pipe::open(path) {
        Ok((source, heading)) => Ok((Box::new(source), heading)),
        Err(Refusal::Missing) => Err(match (&refused, pipe::kind(path)) {
            (Error::Unsupported(codec::SURROUND_VORBIS), _) => {
                Unplayable::NeedsFfmpeg(codec::SURROUND_VORBIS)
            }
            (_, Some(kind)) => Unplayable::NeedsFfmpeg(kind),
            _ => Unplayable::PerhapsWithFfmpeg(Box::new((&refused).into())),
        }
        .of(path)),
        Err(Refusal::Unknown) => Err(Unplayable::from(&refused).of(path)),
    }
}
