//! The files of a recording: sides, tones, cue sheets, cards.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use indicatif::ProgressBar;

use super::counter::Counter;
use super::list::Told;
use super::{Job, RecordArgs};
use crate::cli::dub;
use crate::cli::encode::{Encoder, Format};
use crate::files::{self, NewFile};
use crate::jcard;
use crate::look::theme::Theme;
use crate::player::{Song, card};
use crate::shelf::notes_beside;
use afterdark_media::media;
use afterdark_tape::Frame;
use afterdark_tape::cassette::{Side, leader_frames};
use afterdark_tape::tape::REFERENCE_DBFS;
use afterdark_tape::transfer::{Outgoing, Signal, alignment};

/// The highest sample of the whole programme, full scale 1.0.
fn highest(job: &Job, args: &RecordArgs, bar: &ProgressBar) -> f32 {
    let mut dubbing = job.dubbing(args);
    let (mut frames, mut highest) = (Vec::new(), 0.0f32);
    while dubbing.next(&mut frames) {
        let peaks = frames.as_flattened().iter().map(|x| x.abs());
        highest = peaks.fold(highest, f32::max);
        for reason in dubbing.take_failures() {
            bar.suspend(|| eprintln!("afterdark: {reason}"));
        }
        bar.set_position(dubbing.done());
    }
    highest
}

/// Writes all files of a job into `folder`, and tells of them.
pub(super) fn write(
    folder: &Path,
    job: &Job,
    counter: &Counter,
    args: &RecordArgs,
    told: &mut Told,
) -> Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let ending = if args.flac { "flac" } else { "wav" };
    let tones = format!("tones.{ending}");
    let mut names = vec![tones.clone(), "list.txt".to_owned()];
    names.extend(
        told.sides
            .iter()
            .flat_map(|side| [side.file.clone(), side.cue.clone()]),
    );
    names.extend((1..=job.cards.len()).map(|n| card_name(n, job.cards.len())));
    for name in &names {
        let read = job.tapes.songs.iter().filter_map(Song::found);
        let read = read.map(|found| &found.path).chain(&args.paths);
        files::may_write(&folder.join(name), read, args.force)?;
    }
    let bar = dub::progress_bar(2 * job.dubbing(args).total(), args.rate);
    let peak = highest(job, args, &bar);
    if peak <= 0.0 {
        bail!("there is nothing to record: all of it is silence");
    }
    let gain_db = REFERENCE_DBFS + job.peak_db - 20.0 * f64::from(peak).log10();
    told.gain_db = Some(gain_db);
    write_tones(&folder.join(&tones), args)?;
    write_sides(folder, job, gain_db, args, (told, &bar))?;
    bar.finish_and_clear();
    for side in &told.sides {
        files::save(
            &folder.join(&side.cue),
            side.cue_sheet(told).as_bytes(),
            args.force,
        )?;
    }
    write_cards(folder, job, counter, args)?;
    told.files = names;
    files::save(&folder.join("list.txt"), told.text().as_bytes(), args.force)?;
    Ok(())
}

fn card_name(number: usize, count: usize) -> String {
    if count > 1 {
        format!("tape-{number}-card.svg")
    } else {
        "card.svg".to_owned()
    }
}

fn format(path: &Path, args: &RecordArgs) -> Result<Format> {
    Format::of(path, Some(args.bits))
}

fn write_tones(path: &Path, args: &RecordArgs) -> Result<()> {
    let mut file = Open::create(path, args, &[])?;
    for (seconds, _, signal) in alignment() {
        file.write(&signal.render(args.rate, seconds))?;
        file.write(&Signal::Silence.render(args.rate, 1.0))?;
    }
    file.keep()
}

/// A file being written, and its name for what goes wrong.
struct Open {
    path: PathBuf,
    file: NewFile,
    encoder: Encoder,
}

impl Open {
    fn create(path: &Path, args: &RecordArgs, tags: &[(&str, String)]) -> Result<Self> {
        let mut file = NewFile::create(path, args.force)?;
        let cannot = || format!("cannot write {}", path.display());
        let own = file.file().try_clone().with_context(cannot)?;
        let encoder = Encoder::tagged(own, format(path, args)?, args.rate, tags);
        Ok(Self {
            path: path.to_owned(),
            file,
            encoder: encoder.with_context(cannot)?,
        })
    }

    fn write(&mut self, frames: &[Frame]) -> Result<()> {
        let cannot = || format!("cannot write {}", self.path.display());
        self.encoder.write(frames).with_context(cannot)
    }

    fn keep(self) -> Result<()> {
        let cannot = || format!("cannot write {}", self.path.display());
        self.encoder.finish().with_context(cannot)?;
        Ok(self.file.keep()?)
    }
}

fn write_sides(
    folder: &Path,
    job: &Job,
    gain_db: f64,
    args: &RecordArgs,
    (told, bar): (&Told, &ProgressBar),
) -> Result<()> {
    let eq = args.deck_eq.zip(args.eq);
    let eq = eq.map(|(deck, wanted)| (deck.of_tape(), wanted.of_tape()));
    let lead = Signal::Silence.render(args.rate, args.lead);
    let mut dubbing = job.dubbing(args);
    let (mut frames, mut at) = (Vec::new(), 0);
    for side in &told.sides {
        let tags = [
            ("TITLE", format!("Side {}", side.side)),
            ("ALBUM", told.title.clone()),
            ("ARTIST", told.artist.clone()),
        ];
        let mut file = Open::create(&folder.join(&side.file), args, &tags)?;
        file.write(&lead)?;
        let mut outgoing = Outgoing::new(args.rate, gain_db, eq, job.nr);
        let tape = &job.tapes.layout.tapes[side.tape - 1];
        let which = Side::BOTH[usize::from(side.side == "B")];
        let mut left = tape.programme_end(which, args.rate) - leader_frames(args.rate);
        while left > 0 {
            if at == frames.len() {
                at = 0;
                if !dubbing.next(&mut frames) {
                    bail!("the programme ended before side {} did", side.side);
                }
                bar.set_position(dubbing.total() + dubbing.done());
            }
            let count = (frames.len() - at).min(usize::try_from(left).unwrap_or(usize::MAX));
            let part = &mut frames[at..at + count];
            outgoing.process(part);
            file.write(part)?;
            at += count;
            left -= count as u64;
        }
        let whole = (side.seconds * f64::from(args.rate)).round() as u64;
        let programme = tape.programme_end(which, args.rate) - leader_frames(args.rate);
        let after = whole.saturating_sub(programme + lead.len() as u64);
        for _ in 0..after / u64::from(args.rate) {
            file.write(&Signal::Silence.render(args.rate, 1.0))?;
        }
        file.write(&vec![[0.0; 2]; (after % u64::from(args.rate)) as usize])?;
        file.keep()?;
    }
    Ok(())
}

fn write_cards(folder: &Path, job: &Job, counter: &Counter, args: &RecordArgs) -> Result<()> {
    let theme = Theme::named("after-dark", None)?;
    let songs = &job.tapes.songs;
    let mut found = songs.iter().filter_map(Song::found);
    let cover = found.find_map(|found| media::cover(&found.path));
    let cover = cover.map(std::sync::Arc::new);
    let beside = notes_beside(&card::folders(songs));
    let notes = card::notes(beside, &job.tapes.programme, songs);
    for (n, card) in job.cards.iter().enumerate() {
        let mut card = card.clone();
        let length = job.tapes.layout.tapes[n].length;
        let start = card.leader_s - args.lead;
        for song in &mut card.songs {
            song.counter = Some(counter.at(song.start_s - start, length));
        }
        (card.cover, card.notes) = (cover.clone(), notes.clone());
        let path = folder.join(card_name(n + 1, job.cards.len()));
        let printed = jcard::write(&card, &Default::default(), &theme, jcard::Format::Svg)?;
        files::save(&path, &printed.bytes, args.force)?;
    }
    Ok(())
}
