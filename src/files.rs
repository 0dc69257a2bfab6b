//! The program's folders, and the one way to save a file.
//!
//! A file is written beside the place it is meant for and put there when it is
//! whole, as readable as the user's umask lets any new file be. What is not
//! finished goes away: on an error, and, after [`clean_up_on_signals`], where a
//! signal ends the program.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use etcetera::BaseStrategy;
use tempfile::NamedTempFile;

/// Name of the program's folder in those of the user.
const NAME: &str = "afterdark";

/// What the listener writes: `~/.config/afterdark`. `None` where there is no
/// home folder, as for the others.
pub fn config() -> Option<PathBuf> {
    Some(base()?.config_dir().join(NAME))
}

/// What is remembered between runs: `~/.local/state/afterdark`.
pub fn state() -> Option<PathBuf> {
    let base = base()?;
    Some(base.state_dir().unwrap_or(base.data_dir()).join(NAME))
}

/// What the program unpacks: `~/.local/share/afterdark`.
pub fn data() -> Option<PathBuf> {
    Some(base()?.data_dir().join(NAME))
}

/// The folder of tapes made here.
pub fn own_tapes() -> Option<PathBuf> {
    Some(data()?.join("tapes"))
}

/// What can be made anew: `~/.cache/afterdark`.
pub fn cache() -> Option<PathBuf> {
    Some(base()?.cache_dir().join(NAME))
}

fn base() -> Option<impl BaseStrategy> {
    etcetera::choose_base_strategy().ok()
}

/// Why a file was not saved.
#[derive(Debug, thiserror::Error)]
pub enum SaveError {
    /// It was read in this run.
    #[error("{} is what is read and is never written to; name another file", .0.display())]
    Read(PathBuf),
    /// It exists, and nobody said that it may be replaced.
    #[error("{} already exists; use --force to replace it", .0.display())]
    Exists(PathBuf),
    /// The system refused.
    #[error("cannot write {}: {cause}", .path.display())]
    Io {
        /// The file that was meant.
        path: PathBuf,
        /// The system's word.
        cause: io::Error,
    },
}

/// A folder of the desktop by its name in `user-dirs.dirs`, else the `usual` one
/// of the home folder.
pub fn of_desktop(name: &str, usual: &str) -> Option<PathBuf> {
    let home = etcetera::home_dir().ok()?;
    let told = std::fs::read_to_string(config()?.parent()?.join("user-dirs.dirs"));
    let told = told.unwrap_or_default();
    let path = told.lines().find_map(|line| {
        let path = line.trim().strip_prefix(name)?.strip_prefix('=')?;
        Some(path.trim_matches('\u{22}'))
    });
    Some(match path {
        Some(path) => (path.strip_prefix("$HOME/"))
            .map_or_else(|| PathBuf::from(path), |rest| home.join(rest)),
        None => home.join(usual),
    })
}

/// Whether a file may be written here: never over one of those that are
/// `read`, over another only by `force`. To be asked before the work begins.
///
/// # Errors
/// Where it may not.
pub fn may_write<P: AsRef<Path>>(
    path: &Path,
    read: impl IntoIterator<Item = P>,
    force: bool,
) -> Result<(), SaveError> {
    let Ok(real) = path.canonicalize() else {
        return Ok(());
    };
    let is_this = |read: P| read.as_ref().canonicalize().is_ok_and(|read| read == real);
    if read.into_iter().any(is_this) {
        return Err(SaveError::Read(path.to_owned()));
    }
    if !force {
        return Err(SaveError::Exists(path.to_owned()));
    }
    Ok(())
}

/// Saves a whole file or none; `replace`: over one that exists.
///
/// # Errors
/// When it exists and is not to be replaced, or cannot be written.
pub fn save(path: &Path, contents: &[u8], replace: bool) -> Result<(), SaveError> {
    let mut file = NewFile::create(path, replace)?;
    match file.file().write_all(contents) {
        Ok(()) => file.keep(),
        Err(cause) => Err(file.failed(cause)),
    }
}

/// A file that is being written. Dropped before [`NewFile::keep`], it is gone.
#[derive(Debug)]
pub struct NewFile {
    path: PathBuf,
    replace: bool,
    beside: NamedTempFile,
    _listed: Listed,
}

impl NewFile {
    /// Begins one, under a hidden name beside `path`; `replace`: over a file
    /// that exists.
    ///
    /// # Errors
    /// When no file can be made there.
    pub fn create(path: &Path, replace: bool) -> Result<Self, SaveError> {
        let folder = path.parent().filter(|path| !path.as_os_str().is_empty());
        let mut builder = tempfile::Builder::new();
        builder.prefix(".afterdark-");
        // As readable as any other new file: as far as the user's mask lets it.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        // Held, so that no signal comes between the file and its entry.
        let mut unfinished = unfinished();
        let beside = builder.tempfile_in(folder.unwrap_or(Path::new(".")));
        let beside = beside.map_err(|cause| failed(path, cause))?;
        unfinished.push(beside.path().to_owned());
        Ok(Self {
            path: path.to_owned(),
            replace,
            _listed: Listed(beside.path().to_owned()),
            beside,
        })
    }

    /// What is written to.
    pub fn file(&mut self) -> &mut File {
        self.beside.as_file_mut()
    }

    /// Why it cannot be saved, when writing to it fails.
    pub fn failed(&self, cause: io::Error) -> SaveError {
        failed(&self.path, cause)
    }

    /// Puts it in its place. One that it replaces leaves it its permissions.
    ///
    /// # Errors
    /// When it exists and is not to be replaced, or the system refuses.
    pub fn keep(self) -> Result<(), SaveError> {
        let Self {
            path,
            replace,
            beside,
            _listed,
        } = self;
        let kept = if replace {
            // At worst it is as any new file.
            if let Ok(there) = fs::metadata(&path) {
                let _ = beside.as_file().set_permissions(there.permissions());
            }
            beside.persist(&path)
        } else {
            beside.persist_noclobber(&path)
        };
        kept.map(drop).map_err(|error| match error.error.kind() {
            io::ErrorKind::AlreadyExists => SaveError::Exists(path),
            _ => failed(&path, error.error),
        })
    }
}

fn failed(path: &Path, cause: io::Error) -> SaveError {
    // The hidden name that stands in tempfile's errors says nothing to anyone.
    let cause = match cause.kind() {
        _ if cause.raw_os_error().is_some() => cause,
        io::ErrorKind::NotFound => io::Error::other("there is no such folder"),
        kind => kind.into(),
    };
    SaveError::Io {
        path: path.to_owned(),
        cause,
    }
}

/// Files begun and not yet in their places.
static UNFINISHED: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

fn unfinished() -> MutexGuard<'static, Vec<PathBuf>> {
    UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// An entry of [`UNFINISHED`].
#[derive(Debug)]
struct Listed(PathBuf);

impl Drop for Listed {
    fn drop(&mut self) {
        unfinished().retain(|path| *path != self.0);
    }
}

/// From now on a signal that ends the program first removes what is unfinished.
/// Signals that whoever started the program wants ignored stay so.
///
/// # Errors
/// When the system gives no thread or no handler.
#[cfg(unix)]
pub fn clean_up_on_signals() -> io::Result<()> {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

    let ignored = ignored_signals();
    let wanted = [SIGHUP, SIGINT, SIGTERM].into_iter();
    let wanted = wanted.filter(|signal| ignored & (1 << (signal - 1)) == 0);
    let mut signals = signal_hook::iterator::Signals::new(wanted)?;
    let wait = move || {
        for signal in signals.forever() {
            // Held to the end: nothing more is begun.
            for path in &*unfinished() {
                let _ = fs::remove_file(path);
            }
            // It does not come back from a signal that ends the program.
            let _ = signal_hook::low_level::emulate_default_handler(signal);
        }
    };
    let thread = std::thread::Builder::new().name("signals".to_owned());
    thread.spawn(wait).map(drop)
}

/// One bit a signal, the lowest for signal 1: what `nohup` and shells' `&` set.
/// None where the system has no such file.
#[cfg(unix)]
fn ignored_signals() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok())
        .unwrap_or(0)
}

/// Nothing is removed there.
///
/// # Errors
/// None.
#[cfg(not(unix))]
pub fn clean_up_on_signals() -> io::Result<()> {
    Ok(())
}
