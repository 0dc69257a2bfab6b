//! MPRIS 2.2: <https://specifications.freedesktop.org/mpris-spec/2.2/>.

// The standard says what a method takes.
#![allow(clippy::needless_pass_by_value, clippy::used_underscore_binding)]

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};
use std::time::Duration;

use zbus::fdo::{RequestNameFlags, RequestNameReply};
use zbus::names::BusName;
use zbus::{Connection, ObjectPath, Variant, connection, fdo, interface};

use super::PATIENCE;
use super::facts::{self, Facts, Metadata};
use crate::deck::{FASTEST_PLAY, SLOWEST};
use crate::desktop::watch::Look;
use crate::player::Caller;
use crate::player::model::{Action, Change, Loop, View};
use afterdark_media::playlist::from_file_address;

/// Where everything is.
const PATH: &str = "/org/mpris/MediaPlayer2";
const NAME: &str = "org.mpris.MediaPlayer2.afterdark";
const PLAYER: &str = "org.mpris.MediaPlayer2.Player";
const TRACK_LIST: &str = "org.mpris.MediaPlayer2.TrackList";

/// An engine that is busy with files answers later than this; then what was
/// seen last is told.
const SOON: Duration = Duration::from_millis(100);

/// What those who answer share.
pub(super) struct Shared {
    caller: Caller,
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    view: View,
    art: Option<String>,
    /// What was said of the motion last.
    playback: &'static str,
}

impl Shared {
    pub fn new(caller: Caller) -> Self {
        let seen = Mutex::new(Seen {
            playback: "Stopped",
            ..Seen::default()
        });
        Self { caller, seen }
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps what is new, and gives it in MPRIS's words.
    pub fn take(&self, look: &Arc<Look>, art: Option<String>) -> Facts {
        let mut seen = self.seen();
        let jumps = look.status.jumps;
        let facts = Facts::of(&look.view, jumps, art.as_deref(), seen.playback);
        *seen = Seen {
            view: look.view.clone(),
            art,
            playback: facts.playback,
        };
        facts
    }

    /// The machine at this moment.
    fn now(&self) -> View {
        let (send, receive) = mpsc::sync_channel(1);
        self.caller.look(move |view| {
            let _ = send.try_send(view);
        });
        let now = receive.recv_timeout(SOON);
        now.unwrap_or_else(|_| self.seen().view.clone())
    }

    fn act(&self, action: Action) {
        self.caller.act(action);
    }

    /// To µs of the song before the head; behind its end is the next song.
    fn go_to(&self, view: &View, position: i64) {
        let Some(index) = view.current_song() else {
            return;
        };
        let line = &view.card.songs[index];
        if position > facts::microseconds(line.length_s) {
            self.act(Action::NextSong);
        } else {
            let into_s = position.max(0) as f64 / 1e6;
            self.act(Action::SeekTo(line.start_s + into_s));
        }
    }
}

/// Comes to the session's bus, under a name of its own where another program
/// has the first.
pub(super) async fn serve(shared: &Arc<Shared>) -> zbus::Result<Connection> {
    let connection = connection::Builder::session()
        .method_timeout(PATIENCE)
        .serve_at(PATH, Root(Arc::clone(shared)))
        .serve_at(PATH, Player(Arc::clone(shared)))
        .serve_at(PATH, TrackList(Arc::clone(shared)))
        .build()
        .await?;
    let flags = RequestNameFlags::DO_NOT_QUEUE;
    let own = format!("{NAME}.instance{}", std::process::id());
    match connection.request_name_with_flags(NAME, flags).await {
        Ok(RequestNameReply::PrimaryOwner | RequestNameReply::AlreadyOwner) => {}
        Ok(_) | Err(zbus::Error::NameTaken) => {
            connection
                .request_name_with_flags(own.as_str(), flags)
                .await?;
        }
        Err(error) => return Err(error),
    }
    Ok(connection)
}

/// Tells all who listen what has changed.
pub(super) async fn tell(connection: &Connection, before: &Facts, now: &Facts) -> zbus::Result<()> {
    let mut changed: HashMap<&str, Variant<'_>> = HashMap::new();
    if now.playback != before.playback {
        changed.insert("PlaybackStatus", now.playback.into());
    }
    if now.repeat != before.repeat {
        changed.insert("LoopStatus", now.repeat.into());
    }
    if now.rate != before.rate {
        changed.insert("Rate", now.rate.into());
    }
    if now.volume != before.volume {
        changed.insert("Volume", now.volume.into());
    }
    if now.metadata != before.metadata {
        changed.insert("Metadata", now.metadata.clone().into());
    }
    let to = None::<BusName<'_>>;
    if !changed.is_empty() {
        let body = (PLAYER, changed, Vec::<&str>::new());
        let properties = "org.freedesktop.DBus.Properties";
        connection
            .emit_signal(to.clone(), PATH, properties, "PropertiesChanged", &body)
            .await?;
    }
    if now.tracks != before.tracks {
        let tracks: Vec<_> = now.tracks.iter().cloned().map(path).collect();
        let body = (tracks, path(now.track.clone()));
        connection
            .emit_signal(to.clone(), PATH, TRACK_LIST, "TrackListReplaced", &body)
            .await?;
    }
    if now.jumps != before.jumps {
        connection
            .emit_signal(to, PATH, PLAYER, "Seeked", &(now.position,))
            .await?;
    }
    Ok(())
}

fn path(path: String) -> ObjectPath<'static> {
    // Made of letters, digits, `_` and `/` alone.
    ObjectPath::from_string_unchecked(path)
}

struct Root(Arc<Shared>);

#[interface(name = "org.mpris.MediaPlayer2")]
impl Root {
    /// Refused: a program in a terminal cannot raise it.
    fn raise(&self) {}

    fn quit(&self) {
        self.0.act(Action::Quit);
    }

    #[zbus(property(emits_changed_signal = "const"))]
    fn can_quit(&self) -> bool {
        true
    }

    #[zbus(property(emits_changed_signal = "const"))]
    fn can_raise(&self) -> bool {
        false
    }

    #[zbus(property(emits_changed_signal = "const"))]
    fn has_track_list(&self) -> bool {
        true
    }

    #[zbus(property(emits_changed_signal = "const"))]
    fn identity(&self) -> String {
        "afterdark".to_owned()
    }

    #[zbus(property(emits_changed_signal = "const"))]
    fn desktop_entry(&self) -> String {
        "afterdark".to_owned()
    }

    #[zbus(property(emits_changed_signal = "const"))]
    fn supported_uri_schemes(&self) -> Vec<String> {
        vec!["file".to_owned()]
    }

    /// As the desktop entry has them.
    #[zbus(property(emits_changed_signal = "const"))]
    fn supported_mime_types(&self) -> Vec<String> {
        let entry = include_str!("../../../assets/afterdark.desktop");
        let types = entry
            .lines()
            .find_map(|line| line.strip_prefix("MimeType="));
        let types = types.unwrap_or_default().split(';');
        types
            .filter(|kind| !kind.is_empty())
            .map(str::to_owned)
            .collect()
    }
}

struct Player(Arc<Shared>);

// What changes is told by `tell` alone, once, when it is so.
#[interface(name = "org.mpris.MediaPlayer2.Player")]
impl Player {
    fn next(&self) {
        self.0.act(Action::NextSong);
    }

    fn previous(&self) {
        self.0.act(Action::PreviousSong);
    }

    fn pause(&self) {
        if facts::playback(&self.0.now(), "Playing") == "Playing" {
            self.0.act(Action::Pause);
        }
    }

    fn play_pause(&self) {
        self.0.act(Action::PlayPause);
    }

    fn stop(&self) {
        self.0.act(Action::Stop);
    }

    fn play(&self) {
        self.0.act(Action::Play);
    }

    fn seek(&self, offset: i64) {
        let view = self.0.now();
        self.0
            .go_to(&view, facts::position(&view).saturating_add(offset));
    }

    fn set_position(&self, track_id: ObjectPath<'_>, position: i64) {
        let view = self.0.now();
        let Some(index) = view.current_song() else {
            return;
        };
        let length = facts::microseconds(view.card.songs[index].length_s);
        let stale = track_id.as_str() != facts::track(&view.card, Some(index));
        if !stale && (0..=length).contains(&position) {
            self.0.go_to(&view, position);
        }
    }

    fn open_uri(&self, uri: &str) -> fdo::Result<()> {
        let path = match uri.split_once(':') {
            Some((scheme, _)) if scheme.eq_ignore_ascii_case("file") => from_file_address(uri),
            _ => PathBuf::from(uri),
        };
        if !path.is_absolute() {
            let error = "only files can be opened, by their file: address";
            return Err(fdo::Error::InvalidArgs(error.to_owned()));
        }
        self.0.act(Action::Insert(vec![path]));
        Ok(())
    }

    #[zbus(property(emits_changed_signal = "false"))]
    fn playback_status(&self) -> String {
        let before = self.0.seen().playback;
        facts::playback(&self.0.now(), before).to_owned()
    }

    #[zbus(property(emits_changed_signal = "false"))]
    fn loop_status(&self) -> String {
        facts::repeat(self.0.now().repeat).to_owned()
    }

    #[zbus(property)]
    fn set_loop_status(&self, status: &str) -> fdo::Result<()> {
        let which = match status {
            "None" => Loop::Off,
            "Track" => Loop::Song,
            "Playlist" => Loop::Box,
            _ => {
                return Err(fdo::Error::InvalidArgs(
                    "None, Track or Playlist".to_owned(),
                ));
            }
        };
        self.0.act(Action::Loop(Some(which)));
        Ok(())
    }

    #[zbus(property(emits_changed_signal = "false"))]
    fn rate(&self) -> f64 {
        self.0.now().deck.speed_setting
    }

    /// As the standard has it, nought is a pause.
    #[zbus(property)]
    fn set_rate(&self, rate: f64) {
        if rate == 0.0 {
            self.pause();
        } else if rate.is_finite() {
            let rate = rate.clamp(SLOWEST, FASTEST_PLAY);
            self.0.act(Action::Speed(Change::To(rate)));
        }
    }

    #[zbus(property(emits_changed_signal = "const"))]
    fn minimum_rate(&self) -> f64 {
        SLOWEST
    }

    #[zbus(property(emits_changed_signal = "const"))]
    fn maximum_rate(&self) -> f64 {
        FASTEST_PLAY
    }

    #[zbus(property(emits_changed_signal = "false"))]
    fn shuffle(&self) -> bool {
        false
    }

    /// A tape has one order.
    #[zbus(property)]
    fn set_shuffle(&self, _shuffle: bool) {}

    #[zbus(property(emits_changed_signal = "false"))]
    fn metadata(&self) -> Metadata {
        let view = self.0.now();
        let art = self.0.seen().art.clone();
        facts::metadata(&view, view.current_song(), art.as_deref())
    }

    #[zbus(property(emits_changed_signal = "false"))]
    fn volume(&self) -> f64 {
        facts::volume(&self.0.now())
    }

    #[zbus(property)]
    fn set_volume(&self, volume: f64) {
        if !volume.is_nan() {
            let volume = volume.clamp(0.0, 1.0) as f32;
            self.0.act(Action::Volume(Change::To(volume)));
        }
    }

    #[zbus(property(emits_changed_signal = "false"))]
    fn position(&self) -> i64 {
        facts::position(&self.0.now())
    }

    #[zbus(property(emits_changed_signal = "const"))]
    fn can_go_next(&self) -> bool {
        true
    }

    #[zbus(property(emits_changed_signal = "const"))]
    fn can_go_previous(&self) -> bool {
        true
    }

    #[zbus(property(emits_changed_signal = "const"))]
    fn can_play(&self) -> bool {
        true
    }

    #[zbus(property(emits_changed_signal = "const"))]
    fn can_pause(&self) -> bool {
        true
    }

    #[zbus(property(emits_changed_signal = "const"))]
    fn can_seek(&self) -> bool {
        true
    }

    #[zbus(property(emits_changed_signal = "const"))]
    fn can_control(&self) -> bool {
        true
    }
}

struct TrackList(Arc<Shared>);

#[interface(name = "org.mpris.MediaPlayer2.TrackList")]
impl TrackList {
    fn get_tracks_metadata(&self, track_ids: Vec<ObjectPath<'_>>) -> Vec<Metadata> {
        let view = self.0.now();
        let art = self.0.seen().art.clone();
        // More than there are can only be asked for twice.
        let ids = track_ids.iter().take(view.card.songs.len());
        ids.filter_map(|id| facts::line(&view.card, id.as_str()))
            .map(|line| facts::metadata(&view, Some(line), art.as_deref()))
            .collect()
    }

    /// Nothing is added: a tape is no queue.
    fn add_track(&self, _uri: &str, _after_track: ObjectPath<'_>, _set_as_current: bool) {}

    /// Nor taken away.
    fn remove_track(&self, _track_id: ObjectPath<'_>) {}

    fn go_to(&self, track_id: ObjectPath<'_>) {
        let card = self.0.now().card;
        if let Some(line) = facts::line(&card, track_id.as_str()) {
            self.0.act(Action::Song(line));
        }
    }

    #[zbus(property(emits_changed_signal = "false"))]
    fn tracks(&self) -> Vec<ObjectPath<'static>> {
        let tracks = facts::tracks(&self.0.now());
        tracks.into_iter().map(path).collect()
    }

    #[zbus(property(emits_changed_signal = "const"))]
    fn can_edit_tracks(&self) -> bool {
        false
    }
}
