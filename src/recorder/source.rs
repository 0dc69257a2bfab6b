//! One tape's programme as frames at the tape's rate, from any place.

use std::sync::Arc;

use super::converter::Converter;
use super::sheet::DubSheet;
use super::song_file::{SongFile, SongFiles};
use afterdark_tape::Frame;
use afterdark_tape::cassette::{Piece, Side};

/// Files kept open: the song under the head and the one beside it.
const MOST_OPEN: usize = 2;

/// Reads the songs of a [`DubSheet`] from the files.
pub(super) struct Source {
    sheet: Arc<DubSheet>,
    files: SongFiles,
    open: Vec<Open>,
    converter: Option<Conversion>,
    /// Songs whose file gave out, and why; taken by the recorder.
    pub(super) failed: Vec<(usize, String)>,
}

/// A converter and the run that goes through it.
struct Conversion {
    from: u32,
    side: Side,
    run_start: u64,
    converter: Converter,
}

/// A song and its file, where that could be opened.
struct Open {
    song: usize,
    file: Option<SongFile>,
}

impl Source {
    pub(super) fn new(sheet: Arc<DubSheet>) -> Self {
        Self {
            sheet,
            files: SongFiles::new(),
            open: Vec::new(),
            converter: None,
            failed: Vec::new(),
        }
    }

    /// Goes over to another sheet of the same tape; open files stay open.
    pub(super) fn set_sheet(&mut self, sheet: Arc<DubSheet>) {
        let old = std::mem::replace(&mut self.sheet, sheet);
        self.open
            .retain(|open| old.songs.get(&open.song) == self.sheet.songs.get(&open.song));
        self.converter = None;
    }

    pub(super) fn sheet(&self) -> &Arc<DubSheet> {
        &self.sheet
    }

    /// Fills `out` with the programme from tape frame `at` of a side on;
    /// silence where nothing is recorded.
    pub(super) fn read(&mut self, side: Side, at: u64, out: &mut [Frame]) {
        out.fill([0.0; 2]);
        let sheet = Arc::clone(&self.sheet);
        let pieces = &sheet.layout.sides[side.index()];
        let end = at + out.len() as u64;
        let mut first = pieces.partition_point(|piece| piece.end() <= at);
        while let Some(piece) = pieces.get(first).filter(|piece| piece.start < end) {
            // A run is done in one go, over the seams between its pieces.
            let mut last = first;
            while pieces
                .get(last + 1)
                .is_some_and(|next| next.run_start == piece.run_start)
            {
                last += 1;
            }
            if !piece.blank {
                let whole = pieces.partition_point(|p| p.end() <= piece.run_start)..=last;
                let run = &pieces[whole];
                let from = at.max(piece.start);
                let to = end.min(pieces[last].end());
                let part = &mut out[(from - at) as usize..(to - at) as usize];
                self.read_run(side, run, from - piece.run_start, part);
            }
            first = last + 1;
        }
    }

    fn read_run(&mut self, side: Side, run: &[Piece], at: u64, out: &mut [Frame]) {
        let (from, to) = (run[0].sample_rate, self.sheet.sample_rate);
        if from == to {
            self.read_files(run, at as i64, out);
            return;
        }
        let kept = self.converter.take().filter(|c| c.from == from);
        let mut conversion = match kept {
            Some(conversion) => conversion,
            None => match Converter::new(from, to) {
                Ok(converter) => Conversion {
                    from,
                    side,
                    run_start: run[0].start,
                    converter,
                },
                Err(_) => return,
            },
        };
        if (conversion.side, conversion.run_start) != (side, run[0].start) {
            conversion.converter.reset();
            (conversion.side, conversion.run_start) = (side, run[0].start);
        }
        conversion
            .converter
            .read(at, out, |place, frames| self.read_files(run, place, frames));
        self.converter = Some(conversion);
    }

    /// Frames of a run at its own rate, the songs laid end to end.
    pub(super) fn read_files(&mut self, run: &[Piece], at: i64, out: &mut [Frame]) {
        out.fill([0.0; 2]);
        let end = at + out.len() as i64;
        for piece in run {
            let begin = piece.run_offset as i64;
            let from = at.max(begin);
            let to = end.min(begin + piece.source_frames as i64);
            if from < to {
                let part = &mut out[(from - at) as usize..(to - at) as usize];
                self.read_song(piece.song, piece.offset + (from - begin) as u64, part);
            }
        }
    }

    fn read_song(&mut self, song: usize, offset: u64, out: &mut [Frame]) {
        let Some(source) = self.sheet.songs.get(&song) else {
            return;
        };
        let frame = source.start + offset;
        if let Some(i) = self.open.iter().position(|open| open.song == song) {
            self.open[..=i].rotate_right(1);
        } else {
            let opened = self.files.open(&source.path);
            let file = opened.map_err(|why| self.failed.push((song, why))).ok();
            self.open.truncate(MOST_OPEN - 1);
            self.open.insert(0, Open { song, file });
        }
        if let Some(file) = &mut self.open[0].file
            && let Err(why) = self.files.read(file, frame, out)
        {
            self.failed.push((song, why));
        }
    }
}
