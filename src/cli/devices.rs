//! `afterdark devices`: what there is to play to.

use std::process::ExitCode;

use crate::output::devices;

/// Prints one line a device: what `--device` takes, its name, the way to it.
pub fn run() -> ExitCode {
    let devices = devices();
    if devices.is_empty() {
        eprintln!(
            "afterdark: there is no sound device; a tape would play to nothing, in real time"
        );
        return ExitCode::FAILURE;
    }
    let widest = devices
        .iter()
        .map(|device| device.id.len())
        .max()
        .unwrap_or(0);
    for device in devices {
        let mark = if device.default { "*" } else { " " };
        println!(
            "{mark} {:widest$}  {} ({})",
            device.id, device.name, device.host
        );
    }
    ExitCode::SUCCESS
}
