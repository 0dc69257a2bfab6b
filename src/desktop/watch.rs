//! Looks at the machine when it has something new, and tells what has changed.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use super::status::Status;
use crate::deck::{Motion, Snapshot};
use crate::player::model::{Machine, OutputState, View};
use crate::player::{Engine, Handle};

/// Between two looks.
const REST: Duration = Duration::from_millis(100);

/// A head that is this far from where its speed would have brought it has
/// jumped, seconds. A server's queue is written again over less.
const JUMP_S: f64 = 0.35;
/// So much of a smaller difference is taken for the clock's, each look.
const DRIFT: f64 = 0.02;

/// What is new.
pub(super) struct Look {
    /// In words and figures.
    pub status: Arc<Status>,
    /// As the screen has it.
    pub view: View,
}

/// Who is told of it, on the watch's thread; must not wait.
pub(super) type Listener = Box<dyn FnMut(&Arc<Look>) + Send>;

/// The thread that looks; ends when dropped.
pub(super) struct Watch {
    bell: Arc<Bell>,
    thread: Thread,
}

/// Rung by the engine.
#[derive(Default)]
struct Bell {
    rung: AtomicBool,
    end: AtomicBool,
}

impl Watch {
    pub fn start(engine: &Engine, mut listeners: Vec<Listener>) -> io::Result<Self> {
        let bell = Arc::new(Bell::default());
        let heard = Arc::clone(&bell);
        let caller = engine.caller();
        let thread = thread::Builder::new()
            .name("desktop".to_owned())
            .spawn(move || {
                let here = thread::current();
                let ring = Arc::clone(&heard);
                let tell = move || {
                    ring.rung.store(true, Ordering::Release);
                    here.unpark();
                };
                run(caller.handle(Some(Box::new(tell))), &heard, &mut listeners);
            })?;
        let thread = thread.thread().clone();
        Ok(Self { bell, thread })
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.bell.end.store(true, Ordering::Release);
        self.thread.unpark();
    }
}

fn run(mut handle: Handle, bell: &Bell, listeners: &mut [Listener]) {
    let mut last: Option<Arc<Look>> = None;
    let mut revision = None;
    let mut head = Head::default();
    while !bell.end.load(Ordering::Acquire) {
        if !bell.rung.swap(false, Ordering::Acquire) {
            thread::park();
            continue;
        }
        let view = handle.view();
        head.look(&view, Instant::now());
        let status = Status::of(&view, head.jumps);
        let card = Some(view.card.revision);
        let news = last
            .as_ref()
            .is_none_or(|last| revision != card || !status.changed(&last.status).is_empty());
        if news {
            revision = card;
            let look = Arc::new(Look {
                status: Arc::new(status),
                view,
            });
            for listener in &mut *listeners {
                listener(&look);
            }
            last = Some(look);
        }
        thread::sleep(REST);
    }
}

/// Where the head should be by its speed, to tell its jumps.
#[derive(Default)]
struct Head {
    last: Option<(Snapshot, Instant)>,
    lost: bool,
    expected_s: f64,
    jumps: u64,
}

impl Head {
    fn look(&mut self, view: &View, now: Instant) {
        let deck = view.deck;
        let lost = view.output == OutputState::Lost;
        let was_lost = std::mem::replace(&mut self.lost, lost);
        if let Some((before, at)) = self.last.replace((deck, now)) {
            let passed_s = (now - at).as_secs_f64();
            self.expected_s += (before.speed + deck.speed) / 2.0 * passed_s;
            let off_s = deck.side_s - self.expected_s;
            let winds = is_winding(deck.motion);
            let jumped = (before.side, before.tape) != (deck.side, deck.tape)
                || is_winding(before.motion) && !winds
                || was_lost && !lost
                || off_s.abs() > JUMP_S && !winds;
            if !jumped && !winds {
                self.expected_s += off_s * DRIFT;
                return;
            }
            self.jumps += u64::from(jumped);
        }
        self.expected_s = deck.side_s;
    }
}

/// Its place is told when it is let go.
pub(super) fn is_winding(motion: Motion) -> bool {
    use Motion::{Cue, FastForward, Review, Rewind};
    matches!(motion, FastForward | Rewind | Cue | Review)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Looks ten times a second at a machine of which `deck` makes each second.
    fn jumps(seconds: f64, deck: impl Fn(f64) -> (Motion, f64, f64)) -> u64 {
        let (mut head, start) = (Head::default(), Instant::now());
        for tick in 0..(seconds * 10.0) as u32 {
            let now_s = f64::from(tick) / 10.0;
            let (motion, side_s, speed) = deck(now_s);
            let mut view = View::default();
            view.deck.motion = motion;
            view.deck.side_s = side_s;
            view.deck.speed = speed;
            head.look(&view, start + Duration::from_secs_f64(now_s));
        }
        head.jumps
    }

    #[test]
    fn only_what_the_speed_does_not_explain_is_a_jump() {
        use Motion::{FastForward, Playing};
        // In bursts of an eighth of a second, by a clock that is a little fast.
        let played = |t: f64| (Playing, (t * 1.0005 * 8.0).floor() / 8.0, 1.0);
        assert_eq!(jumps(3600.0, played), 0);
        let sought = |t: f64| (Playing, if t < 5.0 { t } else { t + 30.0 }, 1.0);
        assert_eq!(jumps(10.0, sought), 1);
        let wound = |t: f64| match t {
            t if t < 2.0 => (Playing, t, 1.0),
            t if t < 6.0 => (FastForward, 2.0 + (t - 2.0) * 21.0, 18.0),
            t => (Playing, 86.0 + t - 6.0, 1.0),
        };
        assert_eq!(jumps(10.0, wound), 1);
        // A device that takes nothing for a while.
        let stalled = |t: f64| (Playing, if t < 5.0 { t } else { 5.0 }, 1.0);
        assert!(jumps(6.0, stalled) > 0);
    }
}
