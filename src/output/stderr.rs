//! Keeps libraries from writing over the screen.

use std::fs::File;
use std::io;
use std::os::fd::OwnedFd;
use std::path::Path;

/// While this lives standard error goes to a file; dropped, it goes back to
/// where it went before.
pub struct HushedStderr {
    before: OwnedFd,
}

/// Has alsa-lib's complaints on this thread kept in memory until the next call,
/// instead of printed. It makes eight lines of every attempt to open a device
/// that is not there, which while one is missing would fill a log.
pub(super) fn hush_alsa() {
    #[cfg(target_os = "linux")]
    if let Err(error) = alsa::Output::local_error_handler() {
        tracing::debug!("alsa-lib cannot be hushed: {error}");
    }
}

/// Sends standard error to the end of the file `log` (made if missing): alsa-lib
/// prints there whatever one asks of it.
///
/// # Errors
/// Where the file cannot be opened or the descriptor not be doubled.
pub fn hush_stderr(log: &Path) -> io::Result<HushedStderr> {
    let file = File::options().append(true).create(true).open(log)?;
    let before = rustix::io::fcntl_dupfd_cloexec(rustix::stdio::stderr(), 3)?;
    rustix::stdio::dup2_stderr(&file)?;
    Ok(HushedStderr { before })
}

impl Drop for HushedStderr {
    fn drop(&mut self) {
        // There is nobody left to tell if this fails.
        let _ = rustix::stdio::dup2_stderr(&self.before);
    }
}
