//! `afterdark do`, `status` and `events`: a running program from outside.

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::Args;
use serde_json::Value;

use super::json;
use super::play::{absolute, on_the_shelf};
use crate::desktop::remote::{Call, CallError};
use crate::desktop::status::clock;
use crate::player::action::ACTIONS;
use crate::player::model::{Action, Knob, Switch};
use afterdark_media::{playlist, text};

/// Arguments of `afterdark do`.
#[derive(Args, Debug)]
#[command(after_help = actions())]
pub struct DoArgs {
    /// What to do
    #[arg(required = true, value_name = "ACTION")]
    action: String,
    /// With what value
    #[arg(value_name = "VALUE", allow_hyphen_values = true)]
    value: Vec<String>,
    /// The program with this process number, not the one started last
    #[arg(long, value_name = "NUMBER")]
    pid: Option<u32>,
}

/// Arguments of `afterdark status`.
#[derive(Args, Debug)]
pub struct StatusArgs {
    /// Print JSON; docs/remote.md has the fields
    #[arg(long, conflicts_with = "format")]
    json: bool,
    /// Print this, names in braces replaced: '{artist} – {title} {position}/{length}';
    /// any field of --json goes, by its path: {tape.title}
    #[arg(long, value_name = "TEXT")]
    format: Option<String>,
    /// The program with this process number, not the one started last
    #[arg(long, value_name = "NUMBER")]
    pid: Option<u32>,
}

/// Arguments of `afterdark events`.
#[derive(Args, Debug)]
pub struct EventsArgs {
    /// The program with this process number, not the one started last
    #[arg(long, value_name = "NUMBER")]
    pid: Option<u32>,
}

/// The action table, knobs and switches with it.
fn actions() -> String {
    let line = |name: &str, value: &str, help: &str| {
        format!("  {:<34} {help}\n", format!("{name} {value}"))
    };
    let mut all = String::from("Actions:\n");
    for row in ACTIONS {
        all += &line(row.name, row.value, row.help);
    }
    for knob in Knob::ALL {
        all += &line(knob.row().id, "[+|-]VALUE", "a knob of the Deck page");
    }
    for switch in Switch::ALL {
        all += &line(
            switch.row().id,
            "[NAME]",
            "another, or the one of this name",
        );
    }
    all
}

/// Has it done.
///
/// # Errors
/// When no program runs, or it will not.
pub fn act(args: &DoArgs) -> Result<ExitCode> {
    let paths = matches!(args.action.as_str(), "insert" | "next-tape");
    let words = if paths && !args.value.is_empty() {
        insert(&args.action, &args.value)?
    } else {
        format!("{} {}", args.action, args.value.join(" "))
    };
    // A wrong word is told whether or not something runs.
    if let Err(error) = words.parse::<Action>() {
        eprintln!("afterdark: {error}; `afterdark do --help` lists the actions");
        return Ok(ExitCode::from(super::play::EXIT_USAGE));
    }
    Call::open(args.pid)?.act(&words)?;
    Ok(ExitCode::SUCCESS)
}

/// Paths that hold wherever the other program stands; a name that is no
/// file's is looked for on the shelf.
fn insert(action: &str, values: &[String]) -> Result<String> {
    let paths: Vec<PathBuf> = values.iter().map(PathBuf::from).collect();
    let paths = on_the_shelf(&paths)?;
    for path in &paths {
        if !playlist::is_there(path) {
            bail!("there is no {}", path.display());
        }
    }
    let paths: Vec<String> = paths
        .iter()
        .map(|path| absolute(path).to_string_lossy().into_owned())
        .collect();
    Ok(format!("{action} {}", paths.join("\n")))
}

/// Prints what it plays.
///
/// # Errors
/// When no program runs, or a name in the format is not known.
pub fn status(args: &StatusArgs) -> Result<ExitCode> {
    let line = Call::open(args.pid)?.look("status")?;
    let mut out = io::stdout();
    if args.json {
        writeln!(out, "{}", json::escape(&line))?;
        return Ok(ExitCode::SUCCESS);
    }
    let status: Value = serde_json::from_str(&line)?;
    let format = match &args.format {
        Some(format) => format,
        None if status["song"].is_null() => {
            "{motion}: {tape.title}, side {side}, counter {counter}"
        }
        None => {
            "{motion}: {artist} – {title} ({position}/{length})\n\
             {tape.title}, side {side}, counter {counter}, volume {volume} %"
        }
    };
    writeln!(out, "{}", text::clean_lines(&fill(format, &status)?))?;
    Ok(ExitCode::SUCCESS)
}

/// Replaces the names in braces.
fn fill(format: &str, status: &Value) -> Result<String> {
    let mut filled = String::new();
    let mut rest = format;
    while let Some((before, after)) = rest.split_once('{') {
        filled += before;
        let Some((name, behind)) = after.split_once('}') else {
            bail!("a brace in the format is not closed");
        };
        filled += &field(name, status)?;
        rest = behind;
    }
    Ok(filled + rest)
}

/// What stands for a name; nothing for what a machine without a song has not.
fn field(name: &str, status: &Value) -> Result<String> {
    const OF_SONG: [&str; 6] = ["title", "artist", "album", "place", "number", "path"];
    let path = match name {
        "position" | "length" => format!("song.{name}_s"),
        name if OF_SONG.contains(&name) => format!("song.{name}"),
        "song" | "tape" | "sound" | "output" => format!("{name}.?"),
        name => name.to_owned(),
    };
    let mut value = status;
    for part in path.split('.') {
        if value.is_null() {
            break;
        }
        let Some(inner) = value.get(part) else {
            bail!("there is no {{{name}}}: `afterdark status --json` shows the names there are");
        };
        value = inner;
    }
    Ok(match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Number(seconds) if path.ends_with("_s") => clock(seconds.as_f64().unwrap_or(0.0)),
        other => other.to_string(),
    })
}

/// Prints a line for every change until the program ends.
///
/// # Errors
/// When no program runs, or standard output goes away.
pub fn events(args: &EventsArgs) -> Result<ExitCode> {
    let mut call = Call::open(args.pid)?;
    let mut line = Some(call.look("events")?);
    let mut out = io::stdout();
    while let Some(event) = line {
        writeln!(out, "{}", json::escape(&event))?;
        out.flush()?;
        line = match call.next_event() {
            Ok(line) => line,
            // Killed, it says no farewell.
            Err(CallError::Silent(_)) => None,
            Err(error) => return Err(error.into()),
        };
    }
    Ok(ExitCode::SUCCESS)
}
