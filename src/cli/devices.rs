//! `afterdark devices`: what there is to play to.

use std::io::Write;
use std::process::ExitCode;

use anyhow::Result;

use crate::output::{devices, realtime};

/// Prints one line a device: what `--device` takes, its name, the way to it.
///
/// # Errors
/// When standard output goes away.
pub fn run() -> Result<ExitCode> {
    let devices = devices();
    if devices.is_empty() {
        eprintln!(
            "afterdark: there is no sound device; a tape would play to nothing, in real time"
        );
        return Ok(ExitCode::FAILURE);
    }
    let widest = devices
        .iter()
        .map(|device| device.id.len())
        .max()
        .unwrap_or(0);
    let mut out = std::io::stdout().lock();
    for device in devices {
        let mark = if device.default { "*" } else { " " };
        writeln!(
            out,
            "{mark} {:widest$}  {} ({})",
            device.id, device.name, device.host
        )?;
    }
    writeln!(out, "Real-time priority: {}", realtime())?;
    Ok(ExitCode::SUCCESS)
}
