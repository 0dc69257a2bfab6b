//! The cover as a file, for whoever is told where it is.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use crate::desktop::remote;

/// The picture of the tape in the machine; dropped, it is gone.
pub(super) struct Covers {
    folder: Option<PathBuf>,
    now: Option<(Arc<Vec<u8>>, PathBuf)>,
    last: Option<PathBuf>,
    count: u32,
}

/// What its files' names begin with.
const PREFIX: &str = "cover-";

impl Covers {
    /// Takes away what programs that are gone have left.
    pub fn new() -> Self {
        let folder = remote::ready_folder().ok();
        if let Some(folder) = &folder {
            let alive: Vec<u32> = remote::programs().into_iter().map(|(pid, _)| pid).collect();
            for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
                let name = entry.file_name();
                let number = name.to_str().and_then(|name| name.strip_prefix(PREFIX));
                let number = number.and_then(|name| name.split('-').next()?.parse().ok());
                if number.is_some_and(|number| !alive.contains(&number)) {
                    let _ = fs::remove_file(entry.path());
                }
            }
        }
        Self {
            folder,
            now: None,
            last: None,
            count: 0,
        }
    }

    /// The address of this picture's file, written where it is another one.
    pub fn show(&mut self, cover: Option<&Arc<Vec<u8>>>) -> Option<String> {
        let same = match (&self.now, cover) {
            (Some((now, _)), Some(cover)) => Arc::ptr_eq(now, cover) || now == cover,
            (None, None) => true,
            _ => false,
        };
        if !same {
            self.last = self.now.take().map(|(_, path)| path);
            if let (Some(folder), Some(cover)) = (&self.folder, cover) {
                self.count += 1;
                let (pid, count) = (std::process::id(), self.count);
                let name = format!("{PREFIX}{pid}-{count}.{}", ending(cover));
                let path = folder.join(name);
                if fs::write(&path, &**cover).is_ok() {
                    self.now = Some((Arc::clone(cover), path));
                }
            }
        }
        let (_, path) = self.now.as_ref()?;
        Some(super::facts::address(path))
    }

    /// The picture before this one is not shown any more.
    pub fn forget_last(&mut self) {
        if let Some(path) = self.last.take() {
            let _ = fs::remove_file(path);
        }
    }
}

impl Drop for Covers {
    fn drop(&mut self) {
        self.show(None);
        self.forget_last();
    }
}

fn ending(picture: &[u8]) -> &'static str {
    match picture {
        [0x89, b'P', b'N', b'G', ..] => "png",
        [b'G', b'I', b'F', ..] => "gif",
        [b'R', b'I', b'F', b'F', ..] => "webp",
        [b'B', b'M', ..] => "bmp",
        _ => "jpg",
    }
}
