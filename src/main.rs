//! The program `afterdark`: see the library's documentation.

use std::process::ExitCode;

/// Told by the scripts that build it. Asked here and not in the library, so
/// that a commit alone builds only this file anew.
const COMMIT: Option<&str> = option_env!("AFTERDARK_COMMIT");

fn main() -> ExitCode {
    songs_after_dark::cli::run(COMMIT)
}
