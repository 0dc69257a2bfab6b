//! The log that a report of a fault can be written from. Off unless a file is
//! named for it; the thread that feeds the device never writes to it.

use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use anyhow::{Context, Result, bail};
use tracing::Level;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::prelude::*;

/// Names a file for the log where `--log` does not.
pub const VARIABLE: &str = "AFTERDARK_LOG";

/// Every run begins with this word and the version.
const HEAD: &str = "afterdark ";

/// From now on what happens is added to the end of `chosen`, else of the file
/// that [`VARIABLE`] names, if any.
///
/// # Errors
/// When the file cannot be written, or is not a log.
pub fn start(chosen: Option<&Path>, version: &str) -> Result<()> {
    let named = || std::env::var_os(VARIABLE).filter(|name| !name.is_empty());
    let Some(path) = chosen
        .map(Path::to_owned)
        .or_else(|| named().map(PathBuf::from))
    else {
        return Ok(());
    };
    let mut file =
        open(&path).with_context(|| format!("cannot write the log {}", path.display()))?;
    let (os, arch) = (std::env::consts::OS, std::env::consts::ARCH);
    writeln!(file, "{HEAD}{version}, {os} {arch}")?;
    let lines = tracing_subscriber::fmt::layer()
        .with_ansi(false)
        .with_thread_names(true)
        .with_writer(Mutex::new(file));
    // Of the libraries what they warn of.
    let wanted = Targets::new()
        .with_default(Level::WARN)
        .with_target("songs_after_dark", Level::DEBUG)
        .with_target("afterdark_media", Level::DEBUG);
    tracing_subscriber::registry()
        .with(lines.with_filter(wanted))
        .try_init()
        .context("the log cannot be started")
}

/// Opens it for adding to; a file that is something else is left alone.
fn open(path: &Path) -> Result<File> {
    let mut options = File::options();
    let file = options.read(true).append(true).create(true).open(path)?;
    let mut head = Vec::new();
    (&file).take(HEAD.len() as u64).read_to_end(&mut head)?;
    if !head.is_empty() && head != HEAD.as_bytes() {
        bail!("it exists and is not a log; name another file");
    }
    Ok(file)
}
