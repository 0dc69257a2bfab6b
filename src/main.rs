//! The program `afterdark`: see the library's documentation.

use std::process::ExitCode;

fn main() -> ExitCode {
    songs_after_dark::cli::run()
}
