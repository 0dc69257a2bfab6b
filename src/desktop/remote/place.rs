//! Where the sockets are: one a program, in a folder of the user's alone.

use std::fs::{self, DirBuilder};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

const NAME: &str = "afterdark";
const ENDING: &str = "sock";

/// The folder: in the session's runtime folder, or, without one, in the one for
/// temporary files.
pub fn folder() -> PathBuf {
    let user = rustix::process::getuid().as_raw();
    let session = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from);
    let usual = PathBuf::from(format!("/run/user/{user}"));
    match session.filter(|folder| folder.is_absolute()) {
        Some(folder) => folder.join(NAME),
        None if usual.is_dir() => usual.join(NAME),
        None => std::env::temp_dir().join(format!("{NAME}-{user}")),
    }
}

/// The folder, made where it is missing.
///
/// # Errors
/// When it cannot be made, or is somebody else's.
pub(in crate::desktop) fn ready() -> io::Result<PathBuf> {
    let folder = folder();
    match DirBuilder::new().mode(0o700).create(&folder) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    // Not what a link leads to: others may write where temporary files are.
    let there = fs::symlink_metadata(&folder)?;
    if !there.is_dir() || there.uid() != rustix::process::getuid().as_raw() {
        return Err(io::Error::other(format!(
            "{} is not this user's own",
            folder.display()
        )));
    }
    if there.mode() & 0o077 != 0 {
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o700))?;
    }
    Ok(folder)
}

/// A socket that is listened to; removed when dropped.
pub(super) struct Place {
    pub path: PathBuf,
    pub listener: UnixListener,
}

impl Place {
    /// This program's own. One that a program of the same number has left is
    /// replaced.
    pub fn take() -> io::Result<Self> {
        let path = ready()?.join(format!("{}.{ENDING}", std::process::id()));
        let listener = match UnixListener::bind(&path) {
            Err(error) if error.kind() == ErrorKind::AddrInUse && is_stale(&path) => {
                fs::remove_file(&path)?;
                UnixListener::bind(&path)?
            }
            bound => bound?,
        };
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600))?;
        listener.set_nonblocking(true)?;
        Ok(Self { path, listener })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}

/// Nobody listens to it any more.
fn is_stale(path: &Path) -> bool {
    matches!(UnixStream::connect(path), Err(error) if error.kind() == ErrorKind::ConnectionRefused)
}

/// The programs that run: their numbers and sockets, the one started last first.
/// What others have left behind is taken away.
pub fn programs() -> Vec<(u32, PathBuf)> {
    let entries = fs::read_dir(folder()).into_iter().flatten().flatten();
    let mut found: Vec<(SystemTime, u32, PathBuf)> = entries
        .filter_map(|entry| {
            let path = entry.path();
            let ends = path.extension().is_some_and(|ending| ending == ENDING);
            let number = path.file_stem()?.to_str()?.parse().ok().filter(|_| ends)?;
            let since = entry.metadata().ok()?.modified().ok()?;
            Some((since, number, path))
        })
        .filter(|(_, _, path)| {
            let stale = is_stale(path);
            if stale {
                let _ = fs::remove_file(path);
            }
            !stale
        })
        .collect();
    found.sort();
    let found = found.into_iter().rev();
    found.map(|(_, number, path)| (number, path)).collect()
}
