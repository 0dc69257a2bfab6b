//! `afterdark man` and `afterdark completions`: made of the same definitions as
//! `--help`.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::{Args, Command};
use clap_complete::Shell;
use clap_mangen::Man;
use roff::{Roff, bold, roman};

use crate::files;
use crate::ui::keys;

/// Arguments of `man`.
#[derive(Args, Debug)]
pub struct ManArgs {
    /// The subcommand to read of; all of the program if omitted
    #[arg(value_name = "COMMAND")]
    pub command: Option<String>,
    /// Write every page into this folder instead, for the system's own `man`
    #[arg(long, value_name = "FOLDER", conflicts_with = "command")]
    pub folder: Option<PathBuf>,
}

/// Arguments of `completions`.
#[derive(Args, Debug)]
pub struct CompletionsArgs {
    /// The shell that completes what is typed
    pub shell: Shell,
}

/// Prints a page of the manual, or writes all of them.
///
/// # Errors
/// When there is no such subcommand or the pages cannot be written.
pub fn run(args: &ManArgs, mut program: Command) -> Result<ExitCode> {
    program.build();
    if let Some(folder) = &args.folder {
        write_all(folder, &program)?;
        return Ok(ExitCode::SUCCESS);
    }
    let page = match &args.command {
        None => main_page(&program)?,
        Some(name) => {
            let known = || program.get_subcommands().map(Command::get_name);
            let command = program.find_subcommand(name).with_context(|| {
                let known: Vec<_> = known().collect();
                format!(
                    "there is no subcommand `{name}`; there are {}",
                    known.join(", ")
                )
            })?;
            page(command)?
        }
    };
    io::stdout().write_all(&page)?;
    Ok(ExitCode::SUCCESS)
}

/// Prints a shell's script.
///
/// # Errors
/// When standard output goes away.
pub fn complete(args: &CompletionsArgs, mut program: Command) -> Result<ExitCode> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut program, "afterdark", &mut script);
    io::stdout().write_all(&script)?;
    Ok(ExitCode::SUCCESS)
}

fn write_all(folder: &Path, program: &Command) -> Result<()> {
    std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    files::save(&folder.join("afterdark.1"), &main_page(program)?, true)?;
    for command in program.get_subcommands() {
        let name = format!("afterdark-{}.1", command.get_name());
        files::save(&folder.join(name), &page(command)?, true)?;
    }
    Ok(())
}

/// The program's own page, with what the keys do.
fn main_page(program: &Command) -> Result<Vec<u8>> {
    let mut page = page(program)?;
    let mut keys_section = Roff::new();
    keys_section.control("SH", ["KEYS"]);
    for (group, rows) in keys::groups() {
        keys_section.control("SS", [group]);
        for (keys, does) in rows {
            keys_section.control("TP", []);
            keys_section.text([bold(keys)]);
            keys_section.text([roman(does)]);
        }
    }
    keys_section.to_writer(&mut page)?;
    Ok(page)
}

fn page(command: &Command) -> Result<Vec<u8>> {
    let mut page = Vec::new();
    let name = command.get_display_name().unwrap_or(command.get_name());
    let command = command.clone().name(name.to_owned());
    Man::new(command).render(&mut page)?;
    Ok(page)
}
