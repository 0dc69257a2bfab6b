//! What the shelf takes of time and memory with a large library, beside MPD
//! with the same where that is installed:
//!
//! ```sh
//! cargo run --release --example library -- /tmp/library
//! cargo bench --bench shelf -- /tmp/library
//! ```

use std::error::Error;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use crossterm::event::{Event, KeyCode, KeyEvent};
use ratatui::layout::Rect;
use songs_after_dark::shelf::{Desk, Index, Roots, Scan, Setting, Summary};
use songs_after_dark::ui::model::View;
use songs_after_dark::ui::terminal::Input;
use songs_after_dark::ui::{Appearance, Screen};

/// What is typed, a letter at a time, each word taken back before the next.
const TYPED: [&str; 12] = [
    "amber",
    "blue har",
    "midnight st",
    "orchard",
    "jazz",
    "river 4",
    "velvet w",
    "quiet 19",
    "year:1979",
    "zzz",
    "tide rain",
    "piano silver",
];

/// As the screen's loop: it draws so soon after a key, and looks so often for
/// an answer.
const LOOK: Duration = Duration::from_millis(2);

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args_os().skip(1).filter(|a| a != "--bench");
    let Some(library) = arguments.next().map(PathBuf::from) else {
        println!("name a folder of music, such as `--example library` makes");
        return Ok(());
    };
    let library = library.canonicalize()?;
    let folder = tempfile::tempdir()?;
    let index = folder.path().join("shelf.sqlite");
    let before = resident();
    for (name, thorough) in [
        ("first scan", false),
        ("unchanged, folders", false),
        ("unchanged, every file", true),
    ] {
        let (took, summary) = scan(&index, &library, thorough)?;
        println!("{name:<24} {took:>9.2?}   {} files read", summary.read);
    }
    println!(
        "index                    {:>6.1} MB",
        size(&index)? as f64 / 1e6
    );
    let setting = Setting {
        index,
        roots: Roots(Vec::new()),
        own: folder.path().join("own"),
        ..Setting::default()
    };
    on_screen(setting, before)?;
    mpd(&library, folder.path())
}

/// A scan steps behind all others for good, so it has a thread of its own.
fn scan(index: &Path, library: &Path, thorough: bool) -> Result<(Duration, Summary), String> {
    std::thread::scope(|scope| {
        let scan = scope.spawn(|| {
            let since = Instant::now();
            let index = Index::open(index).map_err(|error| error.to_string())?;
            let mut scan = Scan::new(&index, Arc::new(AtomicBool::new(false)));
            scan.thorough = thorough;
            let roots = Roots(vec![library.to_owned()]);
            let summary = scan.run(&roots, &mut |_| {});
            let summary = summary.map_err(|error| error.to_string())?;
            Ok((since.elapsed(), summary))
        });
        scan.join().map_err(|_| "the scan panicked".to_owned())?
    })
}

/// Opening the shelf, and every key until the list that it asks for is drawn.
fn on_screen(setting: Setting, before: u64) -> Result<(), Box<dyn Error>> {
    let (area, view) = (Rect::new(0, 0, 120, 40), View::default());
    let mut screen = Screen::new(Appearance::default());
    screen.put_up_shelf(Desk::start(setting)?);
    screen.draw(area, &view);
    let until_drawn = |screen: &mut Screen, key: Option<KeyCode>| {
        let since = Instant::now();
        match key {
            Some(key) => {
                let event = Event::Key(KeyEvent::from(key));
                screen.handle(&Input::from(event), &view);
            }
            None => screen.open_shelf(None),
        }
        loop {
            std::thread::sleep(LOOK);
            screen.draw(area, &view);
            if !screen.waits() {
                return since.elapsed();
            }
        }
    };
    println!(
        "opened                   {:>9.2?}",
        until_drawn(&mut screen, None)
    );
    let mut keys = Vec::new();
    for words in TYPED {
        let letters = words.chars().map(KeyCode::Char);
        let back = std::iter::repeat_n(KeyCode::Backspace, words.len());
        for key in letters.chain(back) {
            keys.push(until_drawn(&mut screen, Some(key)));
        }
    }
    keys.sort();
    let at = |part: f64| keys[((keys.len() - 1) as f64 * part) as usize];
    let (p50, p99) = (at(0.5), at(0.99));
    println!(
        "key to drawn list        {p50:>9.2?}   p99 {p99:.2?} of {}",
        keys.len()
    );
    let more = resident().saturating_sub(before) as f64 / 1e6;
    println!("memory, shelf open       {more:>6.1} MB more");
    Ok(())
}

/// Bytes of this process in memory.
fn resident() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let number = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    number.unwrap_or(0) * 1024
}

fn size(index: &Path) -> std::io::Result<u64> {
    Ok(fs::metadata(index)?.len())
}

/// The same by MPD.
fn mpd(library: &Path, folder: &Path) -> Result<(), Box<dyn Error>> {
    let socket = folder.join("mpd.sock");
    let text = format!(
        "music_directory {library:?}\ndb_file {:?}\nbind_to_address {socket:?}\nlog_file {:?}\n\
         filesystem_charset \"UTF-8\"\naudio_output {{\n type \"null\"\n name \"none\"\n}}\n",
        folder.join("mpd.db"),
        folder.join("mpd.log"),
    );
    let conf = folder.join("mpd.conf");
    fs::write(&conf, text)?;
    let mut command = Command::new("mpd");
    command.arg("--no-daemon").arg(&conf);
    let Ok(mut server) = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn() else {
        println!("mpd is not installed");
        return Ok(());
    };
    let done = ask_mpd(&socket, folder);
    server.kill()?;
    server.wait()?;
    done
}

fn ask_mpd(socket: &Path, folder: &Path) -> Result<(), Box<dyn Error>> {
    let mut since = Instant::now();
    let stream = loop {
        match UnixStream::connect(socket) {
            Ok(stream) => break stream,
            Err(error) if since.elapsed() > Duration::from_secs(10) => return Err(error.into()),
            Err(_) => std::thread::sleep(Duration::from_millis(20)),
        }
    };
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    lines.next().ok_or("mpd has gone")??;
    let mut ask = |question: &str| -> Result<Vec<String>, Box<dyn Error>> {
        writeln!(&stream, "{question}")?;
        let mut answer = Vec::new();
        loop {
            let line = lines.next().ok_or("mpd has gone")??;
            if line == "OK" || line.starts_with("ACK") {
                return Ok(answer);
            }
            answer.push(line);
        }
    };
    // With no index yet it begins by itself.
    for name in ["mpd update, first", "mpd update, unchanged"] {
        while ask("status")?
            .iter()
            .any(|line| line.starts_with("updating_db"))
        {
            std::thread::sleep(Duration::from_millis(5));
        }
        println!("{name:<24} {:>9.2?}", since.elapsed());
        since = Instant::now();
        ask("update")?;
    }
    let mut searches: Vec<Duration> = Vec::new();
    for words in TYPED {
        for end in 1..=words.len() {
            let since = Instant::now();
            ask(&format!("search any \"{}\" window 0:200", &words[..end]))?;
            searches.push(since.elapsed());
        }
    }
    searches.sort();
    let p99 = searches[(searches.len() - 1) * 99 / 100];
    println!(
        "mpd search               {:>9.2?}   p99 {p99:.2?}",
        searches[searches.len() / 2]
    );
    println!(
        "mpd index                {:>6.1} MB",
        size(&folder.join("mpd.db"))? as f64 / 1e6
    );
    Ok(())
}
