//! The picture that belongs to a recording.

use std::fs::{self, File};
use std::io::Read;
use std::path::Path;

use crate::media::error::guard;
use lofty::config::ParseOptions;
use lofty::file::TaggedFileExt;
use lofty::picture::PictureType;
use lofty::probe::Probe;

/// Largest picture taken, in bytes.
const LARGEST: u64 = 16 << 20;

/// The cover of the recording at `path` as the bytes of a picture file: the
/// one embedded, front cover first, else a `cover.*`, `folder.*` or `front.*`
/// picture beside it. Nothing over 16 MiB.
pub fn cover(path: &Path) -> Option<Vec<u8>> {
    embedded(path).or_else(|| beside(path))
}

fn embedded(path: &Path) -> Option<Vec<u8>> {
    let found = guard(path, || {
        let options = ParseOptions::new().read_properties(false);
        let probe = Probe::open(path).and_then(|probe| Ok(probe.guess_file_type()?));
        Ok(probe.and_then(|probe| probe.options(options).read()).ok())
    });
    let file = found.ok().flatten()?;
    let pictures = || file.tags().iter().flat_map(lofty::tag::Tag::pictures);
    let front = pictures().find(|picture| picture.pic_type() == PictureType::CoverFront);
    let picture = front.or_else(|| pictures().next())?.data();
    Some(picture.to_vec()).filter(|data| data.len() as u64 <= LARGEST && !data.is_empty())
}

fn beside(path: &Path) -> Option<Vec<u8>> {
    let rank = |path: &Path| {
        let lower = |part: Option<&std::ffi::OsStr>| Some(part?.to_str()?.to_ascii_lowercase());
        let kind = lower(path.extension())?;
        let name = lower(path.file_stem())?;
        let kinds = ["jpg", "jpeg", "png", "webp", "gif", "bmp"];
        let kind = kinds.iter().position(|known| *known == kind)?;
        let name = ["cover", "folder", "front"]
            .iter()
            .position(|known| *known == name)?;
        Some((name, kind))
    };
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let entries = fs::read_dir(folder.unwrap_or(Path::new(".")))
        .ok()?
        .flatten();
    let found = entries
        .map(|entry| entry.path())
        .filter_map(|path| Some((rank(&path)?, path)));
    let (_, path) = found.min()?;
    let mut data = Vec::new();
    File::open(path)
        .ok()?
        .take(LARGEST + 1)
        .read_to_end(&mut data)
        .ok()?;
    Some(data).filter(|data| data.len() as u64 <= LARGEST && !data.is_empty())
}
