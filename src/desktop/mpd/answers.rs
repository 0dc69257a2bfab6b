//! What the machine answers to the protocol's commands.

use std::path::PathBuf;

use super::library::{Library, TAGS, path_of};
use super::words::{Refusal, tests, wrong};
use crate::deck::Motion;
use crate::desktop::status::artist;
use crate::player::Caller;
use crate::player::model::{Action, Change, Loop, Toggle, View};
use afterdark_media::media;

/// All that are answered.
const COMMANDS: [&str; 52] = [
    "add",
    "addid",
    "albumart",
    "binarylimit",
    "clear",
    "clearerror",
    "close",
    "commands",
    "consume",
    "count",
    "crossfade",
    "currentsong",
    "decoders",
    "find",
    "findadd",
    "getvol",
    "idle",
    "list",
    "listplaylists",
    "load",
    "lsinfo",
    "next",
    "noidle",
    "notcommands",
    "outputs",
    "password",
    "pause",
    "ping",
    "play",
    "playid",
    "playlistid",
    "playlistinfo",
    "plchanges",
    "plchangesposid",
    "previous",
    "random",
    "readpicture",
    "repeat",
    "replay_gain_status",
    "search",
    "searchadd",
    "seek",
    "seekcur",
    "seekid",
    "setvol",
    "single",
    "stats",
    "status",
    "stop",
    "tagtypes",
    "urlhandlers",
    "volume",
];

/// One who is connected, and what it has said.
pub(super) struct Answers<'a> {
    pub caller: &'a Caller,
    pub library: &'a Library,
    /// Songs of the tape that a client gathers: from `clear` on, till it is
    /// played.
    pub gathered: Option<Vec<PathBuf>>,
    /// Bytes of a picture that go at once.
    pub chunk: usize,
}

impl Answers<'_> {
    /// Answers one command.
    pub fn answer(
        &mut self,
        words: &[String],
        view: &View,
        out: &mut Vec<u8>,
    ) -> Result<(), Refusal> {
        let arguments: Vec<&str> = words[1..].iter().map(String::as_str).collect();
        let mut text = String::new();
        match (words[0].as_str(), &arguments[..]) {
            ("status", _) => status(view, &mut text),
            ("currentsong", _) => {
                if let Some(line) = view.current_song() {
                    song(view, line, &mut text);
                }
            }
            ("playlistinfo", [which]) => {
                for line in range(which, view)? {
                    song(view, line, &mut text);
                }
            }
            ("playlistid", [id]) => song(view, line_of_id(id, view)?, &mut text),
            ("playlistinfo" | "playlistid" | "plchanges", _) => {
                (0..view.card.songs.len()).for_each(|line| song(view, line, &mut text));
            }
            ("plchangesposid", _) => {
                for line in 0..view.card.songs.len() {
                    text += &format!("cpos: {line}\nId: {}\n", line + 1);
                }
            }
            ("find" | "search" | "count" | "list" | "lsinfo" | "findadd" | "searchadd", _) => {
                self.browse(words, &mut text)?;
            }
            ("albumart" | "readpicture", [uri, offset]) => {
                return self.picture(uri, number(offset)?, view, out);
            }
            ("binarylimit", [bytes]) => self.chunk = number::<usize>(bytes)?.clamp(64, 1 << 20),
            ("tagtypes", []) => TAGS
                .iter()
                .for_each(|tag| text += &format!("tagtype: {tag}\n")),
            ("commands", _) => COMMANDS
                .iter()
                .for_each(|name| text += &format!("command: {name}\n")),
            ("outputs", _) => {
                text += "outputid: 0\noutputname: afterdark\nplugin: tape\noutputenabled: 1\n";
            }
            ("stats", _) => {
                let songs = view.card.songs.len();
                text += &format!("songs: {songs}\nuptime: 0\nplaytime: 0\ndb_update: 0\n");
            }
            ("getvol", _) => text += &format!("volume: {}\n", volume(view)),
            ("replay_gain_status", _) => text += "replay_gain_mode: auto\n",
            (
                "ping" | "tagtypes" | "notcommands" | "urlhandlers" | "decoders" | "listplaylists"
                | "clearerror" | "consume" | "crossfade" | "random" | "noidle",
                _,
            ) => {}
            _ => self.act(words[0].as_str(), &arguments, view)?,
        }
        out.extend_from_slice(text.as_bytes());
        Ok(())
    }

    /// What changes something.
    fn act(&mut self, name: &str, arguments: &[&str], view: &View) -> Result<(), Refusal> {
        let action = match (name, arguments) {
            ("clear", []) => {
                self.gathered = Some(Vec::new());
                return Ok(());
            }
            ("add" | "addid" | "load", [uri, ..]) => return self.gather(path_of(uri)),
            ("play" | "playid", _) if self.play_gathered() => return Ok(()),
            ("play", [] | ["-1"]) => Action::Play,
            ("play", [at]) => Action::Song(line_at(at, view)?),
            ("playid", [id]) => Action::Song(line_of_id(id, view)?),
            ("pause", []) => Action::PlayPause,
            ("pause", ["1"]) if !view.deck.motion.is_playing() => return Ok(()),
            ("pause", ["1"]) => Action::Pause,
            ("pause", ["0"]) if view.deck.motion == Motion::Stopped => return Ok(()),
            ("pause", ["0"]) => Action::Play,
            ("stop", _) => Action::Stop,
            ("next", _) => Action::NextSong,
            ("previous", _) => Action::PreviousSong,
            ("setvol", [to]) => Action::Volume(Change::To(number::<f32>(to)? / 100.0)),
            ("volume", [by]) => Action::Volume(Change::By(number::<f32>(by)? / 100.0)),
            ("seekcur", [by]) if by.starts_with(['+', '-']) => {
                Action::Seek(Change::By(number(by)?))
            }
            ("seekcur", [to]) => Action::Seek(Change::To(number(to)?)),
            ("seek", [at, to]) => return self.seek(line_at(at, view)?, number(to)?, view),
            ("seekid", [id, to]) => return self.seek(line_of_id(id, view)?, number(to)?, view),
            ("repeat", ["0"]) => Action::Loop(Some(Loop::Off)),
            ("repeat", ["1"]) => Action::Loop(Some(Loop::Box)),
            ("single", ["0"]) if view.repeat != Loop::Song => return Ok(()),
            ("single", ["0"]) => Action::Loop(Some(Loop::Off)),
            ("single", [_]) => Action::Loop(Some(Loop::Song)),
            ("mute", _) => Action::Mute(Toggle::Other),
            _ if COMMANDS.contains(&name) => return Err(wrong("wrong arguments")),
            _ => return Err(Refusal(5, format!("unknown command \"{name}\""))),
        };
        self.caller.act(action);
        Ok(())
    }

    fn seek(&self, line: usize, to_s: f64, view: &View) -> Result<(), Refusal> {
        if view.current_song() != Some(line) {
            self.caller.act(Action::Song(line));
        }
        let song = &view.card.songs[line];
        if !(0.0..=song.length_s).contains(&to_s) {
            return Err(wrong("the song is shorter"));
        }
        if song.side == view.deck.side {
            self.caller.act(Action::SeekTo(song.start_s + to_s));
        }
        Ok(())
    }

    /// A tape cannot be added to; another one can be made.
    fn gather(&mut self, path: PathBuf) -> Result<(), Refusal> {
        if !path.exists() {
            return Err(Refusal(50, format!("there is no {}", path.display())));
        }
        match &mut self.gathered {
            Some(gathered) => {
                gathered.push(path);
                Ok(())
            }
            None => Err(Refusal(
                56,
                "a tape is no queue: clear, add and play another".to_owned(),
            )),
        }
    }

    fn play_gathered(&mut self) -> bool {
        let gathered = self.gathered.take().filter(|paths| !paths.is_empty());
        let there = gathered.is_some();
        if let Some(paths) = gathered {
            self.caller.act(Action::Insert(paths));
        }
        there
    }

    fn browse(&mut self, words: &[String], text: &mut String) -> Result<(), Refusal> {
        let library = self.library;
        match (words[0].as_str(), &words[1..]) {
            ("lsinfo", []) => library.browse("", text),
            ("lsinfo", [uri, ..]) => library.browse(uri, text),
            ("find", rest) => library.find(&tests(rest, true)?, text),
            ("search", rest) => library.find(&tests(rest, false)?, text),
            ("count", rest) => library.count(&tests(rest, true)?, text),
            // One value alone is an artist, as long ago.
            ("list", [tag, artist]) if !artist.starts_with('(') => {
                let words = ["artist".to_owned(), artist.clone()];
                library.list(tag, &tests(&words, true)?, text)
            }
            ("list", [tag, rest @ ..]) => library.list(tag, &tests(rest, true)?, text),
            (name @ ("findadd" | "searchadd"), rest) => {
                let mut found = String::new();
                library.find(&tests(rest, name == "findadd")?, &mut found)?;
                for line in found.lines().filter_map(|line| line.strip_prefix("file: ")) {
                    self.gather(path_of(line))?;
                }
                Ok(())
            }
            _ => Err(wrong("wrong arguments")),
        }
    }

    /// A part of a cover.
    fn picture(
        &self,
        uri: &str,
        from: usize,
        view: &View,
        out: &mut Vec<u8>,
    ) -> Result<(), Refusal> {
        let none = || Refusal(50, "there is no picture".to_owned());
        let picture = if uri.starts_with("tape/") {
            view.card.cover.as_deref().cloned()
        } else {
            media::cover(&path_of(uri))
        };
        let picture = picture.ok_or_else(none)?;
        let part = picture.get(from..).ok_or_else(|| wrong("behind the end"))?;
        let part = &part[..part.len().min(self.chunk)];
        out.extend(format!("size: {}\nbinary: {}\n", picture.len(), part.len()).bytes());
        out.extend_from_slice(part);
        out.push(b'\n');
        Ok(())
    }
}

fn status(view: &View, text: &mut String) {
    let deck = &view.deck;
    let state = match deck.motion {
        Motion::Stopped => "stop",
        Motion::Paused => "pause",
        _ => "play",
    };
    let looped = |yes| i32::from(yes);
    *text += &format!(
        "volume: {}\nrepeat: {}\nrandom: 0\nsingle: {}\nconsume: 0\nplaylist: {}\n\
         playlistlength: {}\nmixrampdb: 0\nstate: {state}\n",
        volume(view),
        looped(view.repeat != Loop::Off),
        looped(view.repeat == Loop::Song),
        view.card.revision,
        view.card.songs.len(),
    );
    let Some(line) = view.current_song() else {
        return;
    };
    let song = &view.card.songs[line];
    *text += &format!("song: {line}\nsongid: {}\n", line + 1);
    if line + 1 < view.card.songs.len() {
        *text += &format!("nextsong: {}\nnextsongid: {}\n", line + 1, line + 2);
    }
    let elapsed = (deck.side_s - song.start_s).clamp(0.0, song.length_s);
    let length = song.length_s;
    *text +=
        &format!("time: {elapsed:.0}:{length:.0}\nelapsed: {elapsed:.3}\nduration: {length:.3}\n");
    if let crate::player::model::OutputState::Open { sample_rate, .. } = view.output {
        *text += &format!("audio: {sample_rate}:f:2\n");
    }
}

fn volume(view: &View) -> i32 {
    if view.deck.muted {
        0
    } else {
        (view.deck.volume * 100.0).round() as i32
    }
}

/// A song of the tape; its name is its place.
fn song(view: &View, line: usize, text: &mut String) {
    let card = &view.card;
    let song = &card.songs[line];
    let place = format!("{}{}", song.side.name(), song.number);
    let (title, album, length) = (&song.title, &card.title, song.length_s);
    *text += &format!(
        "file: tape/{place}\nTitle: {title}\nAlbum: {album}\nTrack: {}\n",
        line + 1
    );
    for (name, value) in [
        ("Artist", artist(view, song)),
        ("AlbumArtist", card.artist.clone()),
    ] {
        if !value.is_empty() {
            *text += &format!("{name}: {value}\n");
        }
    }
    *text += &format!(
        "Time: {length:.0}\nduration: {length:.3}\nPos: {line}\nId: {}\n",
        line + 1
    );
}

fn number<T: std::str::FromStr>(word: &str) -> Result<T, Refusal> {
    word.parse().map_err(|_| wrong("a number is expected"))
}

fn line_at(word: &str, view: &View) -> Result<usize, Refusal> {
    let line = number(word)?;
    if line < view.card.songs.len() {
        Ok(line)
    } else {
        Err(wrong("there is no such song on the tape"))
    }
}

fn line_of_id(word: &str, view: &View) -> Result<usize, Refusal> {
    let id: usize = number(word)?;
    let line = id
        .checked_sub(1)
        .filter(|line| *line < view.card.songs.len());
    line.ok_or_else(|| Refusal(50, "there is no such song on the tape".to_owned()))
}

/// `3`, `3:7` or `3:`.
fn range(word: &str, view: &View) -> Result<std::ops::Range<usize>, Refusal> {
    let all = view.card.songs.len();
    match word.split_once(':') {
        None if word == "-1" => Ok(0..all),
        None => line_at(word, view).map(|line| line..line + 1),
        Some((from, to)) => {
            let from = number::<usize>(from)?.min(all);
            let to = if to.is_empty() { all } else { number(to)? };
            Ok(from..to.clamp(from, all))
        }
    }
}
