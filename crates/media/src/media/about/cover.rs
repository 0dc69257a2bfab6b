//! The picture that belongs to a recording.

use std::fs;
use std::io::Read;
use std::path::Path;

use lofty::file::TaggedFileExt;
use lofty::picture::PictureType;

use crate::media::about::tagged;
use crate::regular;

/// Largest picture taken, in bytes.
const LARGEST: u64 = 16 << 20;

/// The cover of the recording at `path` as the bytes of a picture file: the
/// one embedded, front cover first, else a `cover.*`, `folder.*` or `front.*`
/// picture beside it. Nothing over 16 MiB.
pub fn cover(path: &Path) -> Option<Vec<u8>> {
    embedded(path).or_else(|| beside(path))
}

fn embedded(path: &Path) -> Option<Vec<u8>> {
    let file = tagged::read(path, true)?;
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
    // A pipe of that name would never end.
    let found = entries
        .map(|entry| entry.path())
        .filter(|path| path.is_file())
        .filter_map(|path| Some((rank(&path)?, path)));
    let (_, path) = found.min()?;
    let mut data = Vec::new();
    regular::open(&path)
        .ok()?
        .take(LARGEST + 1)
        .read_to_end(&mut data)
        .ok()?;
    Some(data).filter(|data| data.len() as u64 <= LARGEST && !data.is_empty())
}
