//! `picture [PATH]… -o FILE`: the screen with a tape in it as a picture, still or
//! moving, without any terminal.

use std::fmt::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use clap::{Args, ValueEnum};
use crossterm::event::{Event, KeyEvent};
use tiny_skia::PathSegment;

use super::sound::SoundArgs;
use super::{bundled, shelf};
use crate::files;
use crate::look::embed::{base64, png};
use crate::look::film::Film;
use crate::look::theme::{Rgb, Theme};
use crate::output::Output;
use crate::player::action::Action;
use crate::player::model::{Machine, OutputState, View};
use crate::player::{Catalogue, Choice, Engine, Handle, Memory, cut};
use crate::ui::own_keys;
use crate::ui::picture::{Outline, Painter};
use afterdark_media::playlist;

/// Arguments of `picture`.
#[derive(Args, Clone, Debug, Default)]
pub struct PictureArgs {
    /// Files, folders and playlists, as for playing; with none, the tape that
    /// comes with the program
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// File to write: .png or .svg, or moving .webp or .gif
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    /// Width and height in pixels
    #[arg(long, value_name = "WIDTHxHEIGHT", default_value = "1200x760", value_parser = size)]
    pub size: (u32, u32),
    /// Colours: a theme's name, or its file
    #[arg(long, value_name = "NAME", default_value = "after-dark")]
    pub theme: String,
    /// Where on side A it plays, seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 60.0)]
    pub at: f64,
    /// How long a moving picture is, seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 6.0)]
    pub seconds: f64,
    /// Pictures a second of a moving one
    #[arg(long, value_name = "NUMBER", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=50))]
    pub rate: u32,
    /// Keys pressed meanwhile, each with its second: `2 t, 5.5 f, 9 shift-right`
    #[arg(long, value_name = "KEYS", default_value = "", value_parser = presses)]
    pub keys: Presses,
    /// Begin with the machine stopped
    #[arg(long)]
    pub stopped: bool,
    /// Replace an existing file, though never one that is read
    #[arg(long)]
    pub force: bool,
    /// Cassette and tape.
    #[command(flatten)]
    pub sound: SoundArgs,
}

/// Keys and when they are pressed, seconds from the start.
#[derive(Clone, Debug, Default)]
pub struct Presses(Vec<(f64, KeyEvent)>);

/// What can be written.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Png,
    Svg,
    Webp,
    Gif,
}

/// What a machine runs at that nobody hears, frames a second.
const RATE: u32 = 48_000;
/// Longest that songs, cover and sound are waited for.
const PATIENCE: Duration = Duration::from_secs(20);
/// Needles have risen by then.
const RISEN: Duration = Duration::from_millis(1200);
/// A still picture is taken so long after the last key, seconds.
const PRESSED_S: f64 = 1.0;
/// Longest moving picture, seconds.
const LONGEST_S: f64 = 120.0;

/// Writes the picture.
///
/// # Errors
/// When nothing can be read, or the file cannot be written.
pub fn run(args: &PictureArgs) -> Result<ExitCode> {
    let path = &args.output;
    let extension = path.extension().and_then(|e| e.to_str()).unwrap_or("");
    let Ok(format) = Format::from_str(extension, true) else {
        bail!(
            "{}: name the file .png, .svg, .webp or .gif",
            path.display()
        );
    };
    files::may_write(path, &args.paths, args.force)?;
    let theme = Theme::named(
        &args.theme,
        files::config().map(|c| c.join("themes")).as_deref(),
    )?;
    let mut painter = Painter::new(theme, args.size).with_context(|| {
        format!(
            "{}x{} pixels are too few or too many",
            args.size.0, args.size.1
        )
    })?;
    let state = tempfile::tempdir().context("no folder for what is remembered meanwhile")?;
    let mut stage = Stage::set(args, Memory::at(state.path().to_owned()))?;
    stage.wait(args, &mut painter);
    let still = matches!(format, Format::Png | Format::Svg);
    if let Some((last, _)) = args.keys.0.last().filter(|_| still) {
        // What the keys do is seen on a still picture too.
        stage.film(args, &mut painter, last + PRESSED_S);
    }
    let view = stage.view();
    let bytes = match format {
        Format::Png => png(&painter.paint(&view)),
        Format::Svg => {
            let (ground, outlines) = painter.outlines(&view);
            png(&ground).map(|ground| svg(args.size, &ground, &outlines).into_bytes())
        }
        Format::Webp => stage.film(args, &mut painter, args.seconds).webp(),
        Format::Gif => stage.film(args, &mut painter, args.seconds).gif(),
    };
    let bytes = bytes.with_context(|| format!("{}: too large a picture", path.display()))?;
    files::save(path, &bytes, args.force)?;
    Ok(ExitCode::SUCCESS)
}

/// A machine that nobody hears.
struct Stage {
    hand: Handle,
    // Dropped after the hand on it.
    _engine: Engine,
}

impl Stage {
    fn set(args: &PictureArgs, memory: Memory) -> Result<Self> {
        let catalogue = Catalogue::open();
        let paths = if args.paths.is_empty() {
            bundled::tape()?
        } else {
            args.paths.clone()
        };
        let programme = cut(playlist::gather(&paths)?);
        let (setup, length) = args.sound.for_tape(&catalogue, &programme.request)?;
        let choice = Choice {
            length,
            catalogue,
            asked: paths,
            stopped: args.stopped,
            ..Choice::default()
        };
        let engine = Engine::start(programme, choice, memory, setup, Output::unheard())?;
        Ok(Self {
            hand: engine.handle(None),
            _engine: engine,
        })
    }

    fn view(&mut self) -> View {
        View {
            output: OutputState::Open {
                device: "unheard".to_owned(),
                sample_rate: RATE,
            },
            ..self.hand.view()
        }
    }

    /// Until all is there that is to be seen.
    fn wait(&mut self, args: &PictureArgs, painter: &mut Painter) {
        if !args.keys.0.is_empty()
            && let Some(desk) = shelf::desk(&Catalogue::default())
        {
            painter.put_up_shelf(desk);
        }
        self.paint_until(painter, |view, _| view.card.filling.is_none());
        self.hand.act(Action::SeekTo(args.at));
        let there = Instant::now();
        self.paint_until(painter, |_, painter| {
            !painter.is_busy() && there.elapsed() > RISEN
        });
    }

    fn paint_until(&mut self, painter: &mut Painter, ready: impl Fn(&View, &Painter) -> bool) {
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            let view = self.view();
            painter.paint(&view);
            if ready(&view, painter) {
                return;
            }
            sleep(Duration::from_millis(50));
        }
    }

    /// Films what happens, in real time.
    fn film(&mut self, args: &PictureArgs, painter: &mut Painter, seconds: f64) -> Film {
        let mut film = Film::new(args.size);
        let begun = Instant::now();
        let mut presses = args.keys.0.iter().peekable();
        let whole = (seconds.clamp(0.0, LONGEST_S) * f64::from(args.rate)) as u32;
        let mut shown = 0;
        for n in 1..=whole.max(1) {
            let now_s = f64::from(n) / f64::from(args.rate);
            let view = self.view();
            while let Some((_, key)) = presses.next_if(|(at, _)| *at <= now_s) {
                if let Some(action) = painter.handle(&Event::Key(*key).into(), &view) {
                    self.hand.act(action);
                }
            }
            if let Some(action) = painter.take_action() {
                self.hand.act(action);
            }
            let until = (now_s * 1000.0) as u32;
            film.add(&painter.paint(&view), until - shown);
            shown = until;
            let due = begun + Duration::from_secs_f64(now_s);
            sleep(due.saturating_duration_since(Instant::now()));
        }
        film
    }
}

/// Pixels across and down.
fn size(words: &str) -> Result<(u32, u32), String> {
    let sides = words.split_once(['x', '×']);
    let number = |side: &str| {
        side.trim()
            .parse()
            .ok()
            .filter(|n| (1..=10_000).contains(n))
    };
    sides
        .and_then(|(across, down)| Some((number(across)?, number(down)?)))
        .ok_or_else(|| "two numbers up to 10000, as in 1200x760".to_owned())
}

fn presses(words: &str) -> Result<Presses, String> {
    let press = |words: &str| {
        let (at, key) = words.trim().split_once(' ')?;
        Some((at.parse().ok()?, own_keys::event(key.trim())?))
    };
    let each = words.split(',').filter(|words| !words.trim().is_empty());
    each.map(|words| press(words).ok_or_else(|| format!("`{words}` is no second and key")))
        .collect::<Result<_, _>>()
        .map(Presses)
}

/// A picture and outlines over it as SVG 1.1.
fn svg(size: (u32, u32), ground: &[u8], outlines: &[Outline]) -> String {
    let (w, h) = size;
    let ground = String::from_utf8(base64(ground)).unwrap_or_default();
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" \
         width=\"{w}\" height=\"{h}\" viewBox=\"0 0 {w} {h}\">\n\
         <image width=\"{w}\" height=\"{h}\" xlink:href=\"data:image/png;base64,{ground}\"/>\n"
    );
    for Outline { path, color } in outlines {
        let Rgb([r, g, b]) = color;
        // Writing to a string does not fail.
        let _ = write!(out, "<path fill=\"#{r:02x}{g:02x}{b:02x}\" d=\"");
        for segment in path.segments() {
            let _ = match segment {
                PathSegment::MoveTo(p) => write!(out, "M{:.2} {:.2}", p.x, p.y),
                PathSegment::LineTo(p) => write!(out, "L{:.2} {:.2}", p.x, p.y),
                PathSegment::QuadTo(a, p) => {
                    write!(out, "Q{:.2} {:.2} {:.2} {:.2}", a.x, a.y, p.x, p.y)
                }
                PathSegment::CubicTo(a, b, p) => write!(
                    out,
                    "C{:.2} {:.2} {:.2} {:.2} {:.2} {:.2}",
                    a.x, a.y, b.x, b.y, p.x, p.y
                ),
                PathSegment::Close => out.write_str("Z"),
            };
        }
        out.push_str("\"/>\n");
    }
    out.push_str("</svg>\n");
    out
}
