//! What the output thread does when a stream dies, stands still or is moved.

use super::{DeviceLoop, SEARCH};
use crate::output::device::{self, SERVER_PREFIX};
use crate::output::stream::Stream;
use crate::output::stream_clock::End;
use std::time::{Duration, Instant};

/// How often the server is asked whether the device that was named is there again.
pub(super) const ASK_SERVER: Duration = Duration::from_millis(500);

/// No frames for so long is death, whatever the driver says. A device that has
/// only just been filled may take longer: a server's that has slept first plays
/// out up to two seconds of silence that it had prepared.
const SILENT_DEATH: Duration = Duration::from_secs(1);
const SILENT_START: Duration = Duration::from_millis(2_500);

/// A server whose device took frames within so long answers questions too; a
/// hung one would keep this thread waiting for its answer.
const WELL: Duration = Duration::from_millis(100);

/// A driver that complains and takes no frames for so long is dead too.
const COMPLAINING_DEATH: Duration = Duration::from_millis(150);

/// A trial stream beside one that stands still takes its place when it has
/// swallowed this many seconds of silence, and is given up after so long.
const TRIAL_PROOF_S: f64 = 0.25;
const TRIAL_PATIENCE: Duration = Duration::from_secs(5);

/// A second stream beside one that stands still.
pub(super) struct Trial {
    stream: Stream,
    since: Instant,
}

impl DeviceLoop {
    /// Looks after the stream: is it alive, is it still the right one?
    pub(super) fn watch(&mut self, now: Instant) {
        let Some(stream) = &self.stream else { return };
        if !stream.playing {
            return;
        }
        let patience = if stream.clock.is_fresh() {
            SILENT_START
        } else {
            SILENT_DEATH
        };
        if stream.clock.dead(COMPLAINING_DEATH) {
            self.lose("is gone");
        } else if stream.clock.silence() >= patience {
            self.stand_by(now);
        } else if self.stalled {
            self.stalled = false;
            self.trial = None;
            self.found();
        } else if let Some((sink, heard)) = stream.clock.take_moved() {
            self.follow(&sink, heard);
        } else if self.away && now >= self.next_ask && stream.clock.silence() < WELL {
            self.next_ask = now + ASK_SERVER;
            self.return_home();
        }
    }

    /// The device is lost: the feed comes home and waits for the next.
    pub(super) fn lose(&mut self, what: &str) {
        let Some(stream) = &self.stream else { return };
        let name = stream.info.name.clone();
        if stream.info.server {
            self.lost_server = Some(Instant::now());
        }
        self.feed = self.close(End::Dead);
        self.tell_lost(&format!("The sound device \"{name}\" {what}"));
        self.next_search = Instant::now();
    }

    /// The stream takes no frames and no error is known. A card that a server
    /// has suspended goes on by itself at the right sample, so its stream is
    /// kept; but a second one is tried beside it, and whichever plays first
    /// has won.
    fn stand_by(&mut self, now: Instant) {
        let Some(stream) = &self.stream else { return };
        if !std::mem::replace(&mut self.stalled, true) {
            let why = format!("The sound device \"{}\" stands still", stream.info.name);
            if !stream.info.server {
                self.lose("stands still");
                return;
            }
            self.tell_lost(&why);
        }
        match &self.trial {
            Some(trial) if trial.proven() => self.take_over(),
            Some(trial) if trial.failed(now) => self.trial = None,
            None if now >= self.next_search => {
                self.next_search = now + SEARCH;
                self.trial = self
                    .candidates()
                    .iter()
                    .find_map(|found| Stream::open(found, None).ok())
                    .and_then(|mut stream| stream.play().is_ok().then_some(stream))
                    .map(|stream| Trial { stream, since: now });
            }
            _ => {}
        }
    }

    /// The trial stream plays while the old one stands still.
    fn take_over(&mut self) {
        let Some(trial) = self.trial.take() else {
            return;
        };
        self.feed = self.close(End::Dead);
        self.stream = Some(trial.stream);
        self.start_feed();
        self.found();
    }

    /// Follows the stream where the server takes it: away from a device that is
    /// gone, to another default, or where a person put it, and there it stays.
    fn follow(&mut self, sink: &str, heard: u64) {
        let Some(stream) = &mut self.stream else {
            return;
        };
        // What was handed out since has perhaps gone nowhere.
        let sure = stream.begin + heard;
        match device::sink(sink) {
            Some(info) if !device::is_placeholder(&info) => {
                let opened = stream.opened.strip_prefix(SERVER_PREFIX);
                let rescued = opened.is_some_and(|opened| device::sink(opened).is_none());
                self.away = self.wanted.is_some() && rescued;
                stream.info = info;
                self.found();
            }
            _ => {
                self.lose("is gone");
                if let Some(feed) = &mut self.feed {
                    feed.rewind_to(sure);
                }
            }
        }
    }

    /// Goes back to the device that was named when it is there again.
    fn return_home(&mut self) {
        let Some(stream) = &self.stream else { return };
        let opened = stream.opened.strip_prefix(SERVER_PREFIX);
        if opened.is_some_and(|opened| device::sink(opened).is_some()) {
            self.away = false;
            self.feed = self.close(End::Alive);
            self.next_search = Instant::now();
        }
    }
}

impl Trial {
    fn proven(&self) -> bool {
        let swallowed = self.stream.clock.taken_frames() as f64;
        swallowed >= TRIAL_PROOF_S * f64::from(self.stream.rate)
    }

    fn failed(&self, now: Instant) -> bool {
        self.stream.clock.dead(COMPLAINING_DEATH)
            || now.saturating_duration_since(self.since) >= TRIAL_PATIENCE
    }
}
