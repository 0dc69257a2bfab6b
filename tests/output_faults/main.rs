//! Faults of a real sound server, and what is heard on its devices.
//!
//! A private PulseAudio with devices made of nothing plays a programme in which
//! every frame tells its own number; `parec` records what the devices play.
//! Needs `pulseaudio`, `pactl` and `parec` (Debian: pulseaudio,
//! pulseaudio-utils). The player runs in a process of its own, since the server
//! is chosen by the environment: this file is its own harness.

mod rig;

use afterdark_tape::Frame;
use rig::{Player, Recorder, Server};
use songs_after_dark::output::Output;
use songs_after_dark::render::Render;
use std::io::Read;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

const RATE: i64 = 44_100;

/// The server moves sound in blocks of up to 10 ms while it is recorded, and
/// loses one or two that are under way when a stream moves.
const BLOCK: i64 = RATE / 100;

/// What may be heard twice after a death whose moment nobody tells: all that
/// was queued (two requests of 23 ms, and what the device had of a third), and a
/// block under way.
const TWICE: i64 = 3 * 1_035 + BLOCK;

fn main() {
    let mut arguments = std::env::args().skip(1);
    if arguments.next().as_deref() == Some("--play") {
        play(arguments.next());
        return;
    }
    let faults: [(&str, fn()); 10] = [
        ("samples arrive untouched", samples_arrive_untouched),
        ("a suspended card goes on where it stopped", suspended),
        ("all devices lost, one back", all_devices_lost),
        ("server killed and restarted", server_killed),
        ("the server's placeholder is no device", placeholder),
        ("the default changes", default_changes),
        ("the named device comes back", named_device),
        ("no device at the start, one later", no_device_at_start),
        ("a stream moved by hand stays", moved_by_hand),
        ("the environment's sink is taken", sink_of_the_environment),
    ];
    // As with other tests, an argument chooses those whose names contain it.
    let chosen = std::env::args().nth(1).unwrap_or_default();
    for (name, fault) in faults
        .into_iter()
        .filter(|(name, _)| name.contains(&chosen))
    {
        print!("{name} ... ");
        fault();
        println!("ok");
    }
}

fn samples_arrive_untouched() {
    let server = Server::start();
    let one = Recorder::start(&server, "one");
    let player = Player::start(&server, None);
    one.hear();
    assert_eq!(player.said()[0], format!("rate {RATE}"));
    assert_eq!(one.first(), 1);
    assert_eq!(one.joins(), []);
}

fn suspended() {
    let server = Server::start();
    let one = Recorder::start(&server, "one");
    let player = Player::start(&server, None);
    one.hear();
    server.pactl(&["suspend-sink", "one", "1"]);
    player.says("stands still");
    server.pactl(&["suspend-sink", "one", "0"]);
    one.hear();
    player.says("PulseAudio on");
    for (before, after) in one.joins() {
        assert_went_on(before, after);
    }
}

fn all_devices_lost() {
    let server = Server::start();
    let all = ["one", "two", "aside"].map(|sink| Recorder::start(&server, sink));
    let player = Player::start(&server, None);
    all[0].hear();
    // They go one after the other, and the server takes the stream along.
    server.pactl(&["unload-module", "module-null-sink"]);
    player.says("is gone");
    let before = all.iter().filter_map(Recorder::last).max().unwrap();
    player.stop();
    server.add("one");
    let again = Recorder::start(&server, "one");
    player.go_on();
    again.hear();
    player.says("2 PulseAudio on");
    let jump = again.first() - before - 1;
    assert!((-TWICE..=3 * BLOCK).contains(&jump), "{jump} frames");
}

fn server_killed() {
    let mut server = Server::start();
    let one = Recorder::start(&server, "one");
    let player = Player::start(&server, None);
    one.hear();
    server.kill();
    player.says("is gone");
    player.stop();
    server.restart();
    let again = Recorder::start(&server, "one");
    player.go_on();
    again.hear();
    player.says("2 PulseAudio on");
    // What the recorder had not fetched yet died with the server.
    let jump = again.first() - one.last().unwrap() - 1;
    assert!((-TWICE..=3 * BLOCK).contains(&jump), "{jump} frames");
}

fn placeholder() {
    let server = Server::start();
    server.pactl(&["load-module", "module-always-sink"]);
    let one = Recorder::start(&server, "one");
    let player = Player::start(&server, None);
    one.hear();
    server.pactl(&["unload-module", "module-null-sink"]);
    // From here on the server plays to nobody, and the recorder hears that too.
    let before = one.last().unwrap();
    player.says("is gone");
    player.stop();
    server.add("one");
    let again = Recorder::start(&server, "one");
    player.go_on();
    again.hear();
    // Nothing is skipped; how much comes twice depends on when the player last
    // looked, half a second and a bit before at most.
    let jump = again.first() - before - 1;
    assert!((-RATE..=3 * BLOCK).contains(&jump), "{jump} frames");
}

fn default_changes() {
    let server = Server::start();
    let one = Recorder::start(&server, "one");
    let two = Recorder::start(&server, "two");
    let player = Player::start(&server, None);
    one.hear();
    server.pactl(&["set-default-sink", "two"]);
    two.hear();
    player.says("2 PulseAudio on");
    assert_went_on(one.last().unwrap(), two.first());
    assert_eq!((one.joins(), two.joins()), (vec![], vec![]));
}

fn named_device() {
    let server = Server::start();
    let two = Recorder::start(&server, "two");
    let player = Player::start(&server, Some("pulseaudio:two"));
    two.hear();
    server.pactl(&["set-default-sink", "aside"]);
    server.pactl(&["set-default-sink", "one"]);
    server.remove("two");
    // The server sends the stream to its default.
    player.says("2 PulseAudio on");
    server.add("two");
    let again = Recorder::start(&server, "two");
    again.hear();
    player.says("3 PulseAudio on");
}

fn no_device_at_start() {
    let server = Server::start();
    server.pactl(&["unload-module", "module-null-sink"]);
    let player = Player::start(&server, None);
    player.says("There is no sound device; the tape runs unheard until there is one.");
    std::thread::sleep(Duration::from_millis(500));
    server.add("one");
    let one = Recorder::start(&server, "one");
    one.hear();
    player.says("1 PulseAudio on");
    let first = one.first();
    assert!(first > RATE / 4, "the tape had run unheard to {first} only");
}

fn moved_by_hand() {
    let server = Server::start();
    for device in [None, Some("pulseaudio:one")] {
        let two = Recorder::start(&server, "two");
        let player = Player::start(&server, device);
        player.says("1 PulseAudio on");
        server.move_stream("two");
        two.hear();
        player.says("2 PulseAudio on");
        // Long enough for whoever would take it back.
        two.hear();
        two.hear();
        assert_eq!(two.joins(), [], "named: {device:?}");
    }
}

fn sink_of_the_environment() {
    let server = Server::start();
    let two = Recorder::start(&server, "two");
    let _player = Player::start_with(&server, None, &[("PULSE_SINK", "two")]);
    two.hear();
    assert_eq!(two.first(), 1);
}

/// The music went on at the sample where it stopped, as well as can be known.
fn assert_went_on(before: i64, after: i64) {
    let jump = after - before - 1;
    assert!(
        (-TWICE..=2 * BLOCK).contains(&jump),
        "after frame {before} came {after}: {jump} frames left out"
    );
}

/// Renders frame `n`, counted from 1, as two digits that a float holds exactly.
struct Numbers(u32);

impl Render for Numbers {
    fn render(&mut self, out: &mut [Frame]) {
        for frame in out {
            self.0 += 1;
            let (low, high) = (self.0 % 4_096, self.0 / 4_096);
            *frame = [low as f32 / 8_192.0, high as f32 / 8_192.0];
        }
    }

    fn retune(&mut self, sample_rate: u32) {
        println!("retuned to {sample_rate}");
    }
}

fn number_of(frame: Frame) -> i64 {
    let [low, high] = frame.map(|sample| f64::from(sample) * 8_192.0);
    assert!(
        low.fract() == 0.0 && high.fract() == 0.0,
        "{frame:?} was not sent by the player"
    );
    low as i64 + 4_096 * high as i64
}

/// The player's process: plays until its standard input ends, and says so
/// whenever the status changes.
fn play(device: Option<String>) {
    let output = Output::open(device);
    println!("rate {}", output.sample_rate());
    output.attach(Box::new(Numbers(0)));
    let ended = Arc::new(AtomicBool::new(false));
    let end = ended.clone();
    std::thread::spawn(move || {
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
        end.store(true, Ordering::Relaxed);
    });
    let mut before = String::new();
    while !ended.load(Ordering::Relaxed) {
        let status = output.status();
        let line = status.lost.unwrap_or_else(|| {
            let (count, host, device) = (status.generation, status.host, status.device);
            format!("{count} {host} on {device}")
        });
        if before != line {
            println!("{line}");
            before = line;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}
