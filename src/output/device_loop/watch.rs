//! What the output thread does when a stream dies, stands still or is moved.

use super::{DeviceLoop, SEARCH};
use crate::output::stream::Stream;
use crate::output::stream_clock::End;
use std::time::{Duration, Instant};

/// How often the server is asked whether the device is still in its place. The
/// feed's memory must reach further back.
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
        } else if stream.info.server && now >= self.next_ask && stream.clock.silence() < WELL {
            self.next_ask = now + ASK_SERVER;
            self.keep_place();
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

    /// Sees to it that the stream plays where it should: on the device that was
    /// named, or on that which is the server's default now. The servers move
    /// streams by themselves when a device goes away, and those that were opened
    /// on the default when that changes.
    fn keep_place(&mut self) {
        let (Some(default), Some(stream)) = (self.hosts.server_default(), &mut self.stream) else {
            return;
        };
        let here = stream.info.id == stream.opened;
        let in_place = if self.wanted.is_none() {
            stream.info.id == default.info.id
        } else {
            here && self.hosts.has(&stream.opened)
        };
        if in_place {
            self.sure = stream.heard_position(End::Alive);
        } else if default.is_placeholder() {
            // The server has nothing left and plays to nobody, since some
            // moment after the last look.
            let sure = self.sure;
            self.lose("is gone");
            if let Some(feed) = &mut self.feed {
                feed.rewind_to(sure);
            }
        } else if self.wanted.is_some() && self.hosts.has(&stream.opened) {
            // The named device is back.
            self.feed = self.close(End::Alive);
            self.next_search = Instant::now();
        } else if stream.info.id != default.info.id {
            // The server has taken the stream there, without a gap.
            stream.info = default.info;
            self.found();
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
