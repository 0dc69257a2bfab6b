//! Lists what is in music files: `look SONG…`.

use std::env;
use std::error::Error;
use std::path::Path;

use afterdark_media::media::{Decoder, MediaError, Tags, complaints, cover, lyrics, parts};
use afterdark_media::playlist::gather;
use afterdark_media::text::clock;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<_> = env::args_os().skip(1).map(Into::into).collect();
    for entry in gather(&arguments)?.entries {
        match entry.locate() {
            Ok(found) => look(&found.path)?,
            Err(reason) => println!("{}: {reason}", entry.name()),
        }
    }
    Ok(())
}

fn look(path: &Path) -> Result<(), MediaError> {
    let mut decoder = Decoder::open(path)?;
    let info = decoder.info().clone();
    println!("{}", path.display());
    println!(
        "  {}, {} Hz, {} channels, {} ({} frames)",
        info.format,
        info.sample_rate,
        info.channels,
        clock(info.seconds()),
        info.frames
    );
    let Tags {
        title,
        artist,
        album,
        album_artist,
        composer,
        genre,
        date,
        ..
    } = info.tags;
    let words = [
        ("title", title),
        ("artist", artist),
        ("album", album),
        ("album artist", album_artist),
        ("composer", composer),
        ("genre", genre),
        ("date", date),
    ];
    for (name, text) in words {
        if let Some(text) = text {
            println!("  {name}: {text}");
        }
    }
    let gain = info.gain;
    for (name, db, peak) in [
        ("track", gain.track_db, gain.track_peak),
        ("album", gain.album_db, gain.album_peak),
    ] {
        if let Some(db) = db {
            let peak = peak.map_or_else(String::new, |peak| format!(", peak {peak:.3}"));
            println!("  {name} gain {db:+.2} dB{peak}");
        }
    }
    if let Some(cover) = cover(path) {
        println!("  a cover of {} bytes", cover.len());
    }
    let lines = lyrics(path).len();
    if lines > 0 {
        println!("  {lines} lines of words");
    }
    let parts = parts(path);
    if parts.cue_sheet.is_some() {
        println!("  a cue sheet");
    }
    for chapter in parts.chapters {
        let title = chapter.title.unwrap_or_default();
        println!("  {} {title}", clock(chapter.start_s));
    }
    for complaint in complaints(path, &mut decoder, true) {
        println!(
            "  {}: {}; {}",
            complaint.kind, complaint.what, complaint.advice
        );
    }
    Ok(())
}
