//! Media keys and mixers of a desktop: what players get wrong in MPRIS 2.2, by
//! raw calls on a private bus, and by `playerctl` where it is installed.
#![cfg(all(target_os = "linux", feature = "dbus"))]

mod tone;

use std::collections::HashMap;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use serde::Serialize;
use tone::tone;
use zbus::message::Type;
use zbus::{Connection, DynamicType, Message, OwnedObjectPath, OwnedVariant, Variant, block_on};

/// Longest that anything may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);
const NAME: &str = "org.mpris.MediaPlayer2.afterdark";
const ROOT: &str = "org.mpris.MediaPlayer2";
const PLAYER: &str = "org.mpris.MediaPlayer2.Player";
const TRACKS: &str = "org.mpris.MediaPlayer2.TrackList";
const PROPERTIES: &str = "org.freedesktop.DBus.Properties";
const NO_TRACK: &str = "/org/mpris/MediaPlayer2/TrackList/NoTrack";

/// Ended when dropped.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A bus of our own; `None`, said, where there is none to be had.
fn bus(folder: &Path) -> Option<(Running, String)> {
    let address = format!("unix:path={}", folder.join("bus").display());
    let _ = fs::remove_file(folder.join("bus"));
    let daemon = Command::new("dbus-daemon")
        .args([
            "--session",
            "--nofork",
            "--print-address",
            "--address",
            &address,
        ])
        .stdout(Stdio::piped())
        .spawn();
    let Ok(mut daemon) = daemon else {
        eprintln!("skipped: dbus-daemon is not installed (script/needs test)");
        return None;
    };
    let mut line = String::new();
    BufReader::new(daemon.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    Some((Running(daemon), address))
}

fn start(folder: &Path, address: &str, tape: &str) -> Running {
    let mut program = Command::new(env!("CARGO_BIN_EXE_afterdark"));
    for name in ["STATE", "CONFIG", "DATA", "CACHE"] {
        program.env(format!("XDG_{name}_HOME"), folder.join(format!(".{name}")));
    }
    program
        .args(["--no-ui", "--from-start", "--let-sleep", tape])
        .env("XDG_RUNTIME_DIR", folder)
        .env("PULSE_SERVER", "/nowhere")
        .env("DBUS_SESSION_BUS_ADDRESS", address)
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::null());
    Running(program.spawn().unwrap())
}

/// A client of the bus, and all signals that it hears.
struct Client {
    connection: Connection,
    signals: Receiver<Message>,
    name: String,
    heard: Vec<Message>,
}

impl Client {
    fn connect(address: &str, name: &str) -> Self {
        let (send, signals) = channel();
        let connection = block_on(async {
            let connection = zbus::connection::Builder::address(address).build().await;
            let connection = connection.unwrap();
            let rule = "type='signal',path='/org/mpris/MediaPlayer2'";
            let dbus = "org.freedesktop.DBus";
            connection
                .call_method(
                    Some(dbus),
                    "/org/freedesktop/DBus",
                    Some(dbus),
                    "AddMatch",
                    &rule,
                )
                .await
                .unwrap();
            connection
        });
        let stream = zbus::MessageStream::from(&connection);
        std::thread::spawn(move || {
            let mut stream = std::pin::pin!(stream);
            block_on(async move {
                while let Some(message) = std::future::poll_fn(|context| {
                    zbus::export::futures_core::Stream::poll_next(stream.as_mut(), context)
                })
                .await
                {
                    let Ok(message) = message else { break };
                    if message.message_type() == Type::Signal && send.send(message).is_err() {
                        break;
                    }
                }
            });
        });
        let client = Self {
            connection,
            signals,
            name: name.to_owned(),
            heard: Vec::new(),
        };
        client.until("it comes to the bus", || {
            let call = client.ask("org.freedesktop.DBus.Peer", "Ping", &());
            call.is_ok()
        });
        client
    }

    fn until(&self, what: &str, is: impl Fn() -> bool) {
        let since = Instant::now();
        while !is() {
            assert!(since.elapsed() < PATIENCE, "{what}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    fn ask(
        &self,
        interface: &str,
        method: &str,
        body: &(impl Serialize + DynamicType),
    ) -> zbus::Result<Message> {
        block_on(self.connection.call_method(
            Some(self.name.as_str()),
            "/org/mpris/MediaPlayer2",
            Some(interface),
            method,
            body,
        ))
    }

    fn call(&self, interface: &str, method: &str, body: &(impl Serialize + DynamicType)) {
        self.ask(interface, method, body).unwrap();
    }

    fn get(&self, interface: &str, name: &str) -> OwnedVariant {
        let reply = self.ask(PROPERTIES, "Get", &(interface, name)).unwrap();
        reply.body().deserialize().unwrap()
    }

    fn number(&self, name: &str) -> f64 {
        f64::try_from(self.get(PLAYER, name)).unwrap()
    }

    fn word(&self, name: &str) -> String {
        String::try_from(self.get(PLAYER, name)).unwrap()
    }

    fn position_s(&self) -> f64 {
        i64::try_from(self.get(PLAYER, "Position")).unwrap() as f64 / 1e6
    }

    fn metadata(&self) -> HashMap<String, OwnedVariant> {
        self.get(PLAYER, "Metadata").try_into().unwrap()
    }

    fn title(&self) -> String {
        let title = self.metadata().remove("xesam:title");
        title.map_or_else(String::new, |title| title.try_into().unwrap())
    }

    fn track(&self) -> OwnedObjectPath {
        let track = self.metadata().remove("mpris:trackid").unwrap();
        assert_eq!(
            track.value_signature().to_string(),
            "o",
            "a trackid is a path"
        );
        track.try_into().unwrap()
    }

    fn set(&self, name: &str, value: Variant<'_>) {
        self.ask(PROPERTIES, "Set", &(PLAYER, name, value)).unwrap();
    }

    /// Waits for a signal of this name of which `is` is so.
    fn hears(&mut self, member: &str, is: impl Fn(&Message) -> bool) {
        let since = Instant::now();
        loop {
            let left = PATIENCE.saturating_sub(since.elapsed());
            let message = self.signals.recv_timeout(left);
            let message = message.unwrap_or_else(|_| panic!("no {member} came"));
            let named = message.header().member().is_some_and(|name| name == member);
            let found = named && is(&message);
            self.heard.push(message);
            if found {
                return;
            }
        }
    }

    /// Waits until a property is told to have such a value.
    fn hears_of<T: TryFrom<OwnedVariant>>(&mut self, name: &str, is: impl Fn(T) -> bool) {
        self.hears("PropertiesChanged", |message| {
            let told = changed(message).remove(name);
            told.and_then(|told| T::try_from(told).ok())
                .is_some_and(&is)
        });
    }

    fn hears_word(&mut self, name: &str, word: &str) {
        self.hears_of::<String>(name, |told| told == word);
    }
}

/// Interface, what has changed of it, and what of it is to be asked for.
type Told = (String, HashMap<String, OwnedVariant>, Vec<String>);

/// What a change tells.
fn changed(message: &Message) -> HashMap<String, OwnedVariant> {
    let body = message.body();
    let told: Told = body.deserialize().unwrap();
    told.1
}

/// A tape with the same song twice and another between, a cover beside them,
/// and a second tape whose name has to be escaped.
fn tapes() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    tone(&path.join("one.wav"), 90);
    tone(&path.join("two.wav"), 120);
    fs::create_dir(path.join("50 % #1")).unwrap();
    tone(&path.join("50 % #1/three é.wav"), 40);
    let picture = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/small.png");
    fs::copy(picture, path.join("cover.png")).unwrap();
    fs::write(
        path.join("tape.m3u8"),
        "#EXTM3U\n#EXTINF:90,Ana - One\none.wav\ntwo.wav\n#EXTINF:90,Ana - One\none.wav\n",
    )
    .unwrap();
    folder
}

#[test]
fn a_desktop_sees_and_steers_it() {
    let folder = tapes();
    let folder = folder.path();
    let Some((daemon, address)) = bus(folder) else {
        return;
    };
    let mut player = start(folder, &address, "tape.m3u8");
    let mut client = Client::connect(&address, NAME);
    client.until("it plays", || {
        client.word("PlaybackStatus") == "Playing" && client.title() == "One"
    });

    properties_are_as_the_standard_has_them(&client);
    let cover = metadata_is_typed_and_the_cover_a_file(&client);
    the_player_is_steered(&mut client);
    tracks_are_places_on_the_tape(&mut client);
    if let Ok(told) = Command::new("playerctl")
        .args([
            "--player=afterdark",
            "metadata",
            "--format",
            "{{title}} {{mpris:length}}",
        ])
        .env("DBUS_SESSION_BUS_ADDRESS", &address)
        .output()
    {
        assert_eq!(
            String::from_utf8_lossy(&told.stdout),
            "One 90000000\n",
            "{told:?}"
        );
    } else {
        eprintln!("playerctl is not installed");
    }

    // Another program is there beside it, under a name of its own.
    let other = start(folder, &address, "two.wav");
    let name = format!("{NAME}.instance{}", other.0.id());
    assert_eq!(Client::connect(&address, &name).title(), "two");
    drop(other);

    // A name with everything that an address escapes.
    let file = folder.join("50 % #1/three é.wav");
    let escaped = file
        .to_str()
        .unwrap()
        .replace('%', "%25")
        .replace(' ', "%20");
    let escaped = escaped.replace('#', "%23").replace('é', "%C3%A9");
    client.call(PLAYER, "OpenUri", &format!("file://{escaped}"));
    client.until("the other tape", || client.title() == "three é");
    let url = client.metadata().remove("xesam:url").unwrap();
    assert_eq!(String::try_from(url).unwrap(), format!("file://{escaped}"));
    let refused = client.ask(PLAYER, "OpenUri", &"https://example.com/a.mp3");
    assert!(refused.is_err());

    for message in &client.heard {
        if message
            .header()
            .member()
            .is_some_and(|name| name == "PropertiesChanged")
        {
            let told = changed(message);
            assert!(!told.contains_key("Position"), "told unasked");
            assert!(!told.is_empty(), "a change of nothing");
        }
    }

    // The bus goes, and comes back: it plays on, and is there again.
    drop(daemon);
    std::thread::sleep(Duration::from_millis(300));
    let (_daemon, address) = bus(folder).unwrap();
    assert!(player.0.try_wait().unwrap().is_none(), "it has ended");
    let since = Instant::now();
    let mut told = 0;
    let client = loop {
        // It looks for the bus when it has something to tell.
        told += 1;
        let volume = format!("{}", 50 + told % 40);
        let done = Command::new(env!("CARGO_BIN_EXE_afterdark"))
            .args(["do", "volume", &volume])
            .env("XDG_RUNTIME_DIR", folder)
            .output()
            .unwrap();
        assert!(done.status.success(), "{done:?}");
        let owned = block_on(async {
            let connection = zbus::connection::Builder::address(address.as_str());
            let connection = connection.build().await.unwrap();
            let dbus = "org.freedesktop.DBus";
            let path = "/org/freedesktop/DBus";
            let owned = connection.call_method(Some(dbus), path, Some(dbus), "NameHasOwner", &NAME);
            owned.await.unwrap().body().deserialize::<bool>().unwrap()
        });
        if owned {
            break Client::connect(&address, NAME);
        }
        assert!(since.elapsed() < PATIENCE, "it does not come back");
        std::thread::sleep(Duration::from_millis(500));
    };
    client.call(ROOT, "Raise", &());
    client.call(ROOT, "Quit", &());
    assert!(player.0.wait().unwrap().success());
    assert!(!cover.exists(), "the cover is left behind");
}

fn properties_are_as_the_standard_has_them(client: &Client) {
    let reply = client.ask(PROPERTIES, "GetAll", &PLAYER).unwrap();
    let all: HashMap<String, OwnedVariant> = reply.body().deserialize().unwrap();
    for (name, signature) in [
        ("PlaybackStatus", "s"),
        ("LoopStatus", "s"),
        ("Rate", "d"),
        ("MinimumRate", "d"),
        ("MaximumRate", "d"),
        ("Shuffle", "b"),
        ("Metadata", "a{sv}"),
        ("Volume", "d"),
        ("Position", "x"),
        ("CanGoNext", "b"),
        ("CanGoPrevious", "b"),
        ("CanPlay", "b"),
        ("CanPause", "b"),
        ("CanSeek", "b"),
        ("CanControl", "b"),
    ] {
        let value = all.get(name).unwrap_or_else(|| panic!("{name} is missing"));
        assert_eq!(value.value_signature().to_string(), signature, "{name}");
    }
    let root = |name| client.get(ROOT, name);
    assert_eq!(bool::try_from(root("CanRaise")), Ok(false));
    assert_eq!(bool::try_from(root("CanQuit")), Ok(true));
    assert_eq!(bool::try_from(root("HasTrackList")), Ok(true));
    assert_eq!(String::try_from(root("DesktopEntry")).unwrap(), "afterdark");
    let kinds = Vec::<String>::try_from(root("SupportedMimeTypes")).unwrap();
    assert!(kinds.iter().any(|kind| kind == "audio/flac"));
}

fn metadata_is_typed_and_the_cover_a_file(client: &Client) -> PathBuf {
    client.until("the cover", || {
        client.metadata().contains_key("mpris:artUrl")
    });
    let mut told = client.metadata();
    let length = told.remove("mpris:length").unwrap();
    assert_eq!(i64::try_from(length), Ok(90_000_000), "µs");
    let artist = told.remove("xesam:artist").unwrap();
    assert_eq!(Vec::<String>::try_from(artist).unwrap(), ["Ana"]);
    let art = String::try_from(told.remove("mpris:artUrl").unwrap()).unwrap();
    let cover = PathBuf::from(art.strip_prefix("file://").unwrap());
    let picture = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/small.png");
    assert!(fs::read(&cover).unwrap() == fs::read(picture).unwrap());
    cover
}

fn the_player_is_steered(client: &mut Client) {
    for (set, told) in [(0.4, 0.4), (7.0, 1.0), (-3.0, 0.0), (0.5, 0.5)] {
        client.set("Volume", set.into());
        client.hears_of::<f64>("Volume", |now| now == told);
        assert_eq!(client.number("Volume"), told);
    }
    client.set("Rate", 1.25.into());
    client.hears_of::<f64>("Rate", |now| now == 1.25);
    client.set("Rate", 1.0.into());
    client.hears_of::<f64>("Rate", |now| now == 1.0);
    for status in ["Track", "Playlist", "None"] {
        client.set("LoopStatus", status.into());
        client.hears_word("LoopStatus", status);
    }
    assert!(
        client
            .ask(
                PROPERTIES,
                "Set",
                &(PLAYER, "LoopStatus", Variant::from("All"))
            )
            .is_err()
    );
    client.set("Shuffle", true.into());
    assert_eq!(bool::try_from(client.get(PLAYER, "Shuffle")), Ok(false));

    client.call(PLAYER, "Pause", &());
    client.hears_word("PlaybackStatus", "Paused");
    client.call(PLAYER, "Pause", &());
    client.call(PLAYER, "Stop", &());
    client.hears_word("PlaybackStatus", "Stopped");
    client.call(PLAYER, "PlayPause", &());
    client.hears_word("PlaybackStatus", "Playing");

    // A place in the song; one behind its end, or of another song, is none.
    let seeked = |message: &Message, from: f64| {
        let (position,): (i64,) = message.body().deserialize().unwrap();
        let position = position as f64 / 1e6;
        position >= from && position < from + 20.0
    };
    let track = client.track();
    client.call(PLAYER, "SetPosition", &(&track, 60_000_000_i64));
    client.hears("Seeked", |message| seeked(message, 60.0));
    assert!((60.0..80.0).contains(&client.position_s()));
    let stale = OwnedObjectPath::try_from("/local/afterdark/tape_0_1/line_0").unwrap();
    client.call(PLAYER, "SetPosition", &(&stale, 5_000_000_i64));
    client.call(PLAYER, "SetPosition", &(&track, 95_000_000_i64));
    client.call(PLAYER, "SetPosition", &(&track, -1_i64));
    assert!(client.position_s() >= 60.0);
    client.call(PLAYER, "Seek", &-50_000_000_i64);
    client.hears("Seeked", |message| seeked(message, 5.0));
    client.call(PLAYER, "Seek", &600_000_000_i64);
    client.hears_of::<HashMap<String, OwnedVariant>>("Metadata", |told| {
        let title = told.get("xesam:title").cloned().map(String::try_from);
        title.is_some_and(|title| title.is_ok_and(|title| title == "two"))
    });
    client.call(PLAYER, "Previous", &());
    client.until("back", || client.title() == "One");
}

fn tracks_are_places_on_the_tape(client: &mut Client) {
    let tracks: Vec<OwnedObjectPath> = client.get(TRACKS, "Tracks").try_into().unwrap();
    assert_eq!(tracks.len(), 3);
    assert!(tracks.contains(&client.track()));
    let mut different: Vec<&str> = tracks.iter().map(|track| track.as_str()).collect();
    different.sort_unstable();
    different.dedup();
    assert_eq!(different.len(), 3, "the same song twice is two places");
    for track in &tracks {
        assert!(!track.as_str().starts_with("/org/mpris"), "{track}");
    }
    let reply = client.ask(TRACKS, "GetTracksMetadata", &tracks).unwrap();
    let told: Vec<HashMap<String, OwnedVariant>> = reply.body().deserialize().unwrap();
    let titles = told
        .into_iter()
        .map(|mut told| told.remove("xesam:title").unwrap());
    let titles: Vec<String> = titles.map(|title| title.try_into().unwrap()).collect();
    assert_eq!(titles, ["One", "two", "One"]);
    assert_eq!(
        bool::try_from(client.get(TRACKS, "CanEditTracks")),
        Ok(false)
    );
    let none = OwnedObjectPath::try_from(NO_TRACK).unwrap();
    client.call(TRACKS, "AddTrack", &("file:///etc/passwd", &none, true));
    client.call(TRACKS, "RemoveTrack", &&tracks[1]);
    client.call(TRACKS, "GoTo", &none);
    assert_eq!(client.title(), "One");
    client.call(TRACKS, "GoTo", &&tracks[2]);
    client.until("the third place", || client.track() == tracks[2]);
}
