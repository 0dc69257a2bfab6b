//! The output thread: keeps the renderer playing whatever becomes of the devices.

use super::device::{Found, Hosts};
use super::feed::Feed;
use super::null::{NULL_STEP, NullClock};
use super::stream::{CLOSING_PATIENCE, Grave, Stream};
use super::{NULL_RATE, Render, Shared};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

/// What the rest of the program wants of the thread.
pub(super) enum Order {
    Attach(Box<dyn Render>),
    Idle(bool),
    Quit,
}

/// Frames the device is to ask for at a time.
const PERIOD_FRAMES: u32 = 1_024;

/// How often a playing stream is looked after.
const WATCH: Duration = Duration::from_millis(100);

/// How often a device is looked for while there is none.
const SEARCH: Duration = Duration::from_millis(500);

/// How often the server is asked for its default device.
const ASK_DEFAULT: Duration = Duration::from_secs(1);

/// No frames for so long is death, whatever the driver says.
const SILENT_DEATH: Duration = Duration::from_secs(1);

/// A driver that complains and takes no frames for so long is dead too.
const COMPLAINING_DEATH: Duration = Duration::from_millis(150);

/// The device of a machine that stands still is closed after this.
const IDLE_CLOSE: Duration = Duration::from_secs(4);

pub(super) struct Keeper {
    wanted: Option<String>,
    shared: Arc<Shared>,
    hosts: Hosts,
    /// The feed, while no stream has it.
    feed: Option<Feed>,
    stream: Option<Stream>,
    /// A closed stream that has not given the feed back yet.
    grave: Option<Grave>,
    /// Runs while no device was ever found.
    null: Option<NullClock>,
    /// Was there ever a device?
    had_device: bool,
    /// Since when the machine stands still.
    still_since: Option<Instant>,
    next_search: Instant,
    next_ask: Instant,
    /// The server's default device when last asked.
    default_id: Option<String>,
    /// Underruns of the streams before this one.
    underruns: u32,
}

impl Keeper {
    pub(super) fn new(wanted: Option<String>, shared: Arc<Shared>) -> Self {
        let now = Instant::now();
        Self {
            wanted,
            shared,
            hosts: Hosts::default(),
            feed: None,
            stream: None,
            grave: None,
            null: None,
            had_device: false,
            still_since: None,
            next_search: now,
            next_ask: now,
            default_id: None,
            underruns: 0,
        }
    }

    pub(super) fn run(mut self, orders: &Receiver<Order>) {
        loop {
            self.tend(Instant::now());
            match orders.recv_timeout(self.rest(Instant::now())) {
                Ok(Order::Attach(render)) => {
                    let rate = self.shared.announce(NULL_RATE);
                    self.feed = Some(Feed::new(render, rate));
                    self.next_search = Instant::now();
                }
                Ok(Order::Idle(true)) => {
                    self.still_since.get_or_insert(Instant::now());
                }
                Ok(Order::Idle(false)) => {
                    self.still_since = None;
                    self.next_search = Instant::now();
                }
                Err(RecvTimeoutError::Timeout) => {}
                Ok(Order::Quit) | Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        if let Some(stream) = self.stream.take() {
            stream.bury().feed(CLOSING_PATIENCE);
        }
    }

    /// How long nothing needs to be done.
    fn rest(&self, now: Instant) -> Duration {
        if self.null.is_some() {
            NULL_STEP
        } else if self.stream.is_some() || self.grave.is_some() {
            WATCH
        } else if self.is_asleep(now) {
            Duration::from_secs(3_600)
        } else {
            self.next_search.saturating_duration_since(now)
        }
    }

    fn is_asleep(&self, now: Instant) -> bool {
        self.still_since
            .is_some_and(|since| now.saturating_duration_since(since) >= IDLE_CLOSE)
    }

    fn tend(&mut self, now: Instant) {
        if let Some(feed) = self.grave.as_ref().and_then(|g| g.feed(Duration::ZERO)) {
            (self.feed, self.grave) = (Some(feed), None);
        }
        if self.is_asleep(now) {
            self.close(None);
            self.null = None;
            return;
        }
        self.watch(now);
        if self.stream.is_none() && now >= self.next_search {
            self.search();
            self.next_search = Instant::now() + SEARCH;
        }
        if let Some(stream) = &mut self.stream
            && let Some(feed) = self.feed.take()
            && let Err(error) = stream.start(feed)
        {
            self.close(Some(format!("The sound device does not start: {error}")));
        }
        self.pull_null();
        self.report();
    }

    /// Looks after the stream: is it alive, is it still the right one?
    fn watch(&mut self, now: Instant) {
        let Some(stream) = &self.stream else { return };
        if !stream.is_started() {
            return;
        }
        let name = stream.info.name.clone();
        if stream.ledger.dead(COMPLAINING_DEATH) {
            self.close(Some(format!("The sound device \"{name}\" is gone")));
            self.next_search = now;
        } else if stream.ledger.silence() >= SILENT_DEATH {
            self.close(Some(format!("The sound device \"{name}\" stands still")));
            self.next_search = now;
        } else if self.wanted.is_none() && now >= self.next_ask {
            self.next_ask = now + ASK_DEFAULT;
            self.follow_default();
        }
    }

    /// Goes to another device when the user has made it the default.
    fn follow_default(&mut self) {
        let Some(info) = self.hosts.server_default() else {
            return;
        };
        let before = self.default_id.replace(info.id.clone());
        if before.is_some_and(|before| before != info.id) {
            self.close(None);
            self.next_search = Instant::now();
        }
    }

    /// Tries to open a device.
    fn search(&mut self) {
        if self.grave.is_some() {
            return;
        }
        let found = match &self.wanted {
            None => self.hosts.defaults(),
            Some(name) => match self.hosts.named(name) {
                Ok(found) => found,
                Err(error) => {
                    self.nothing_found(&format!("Nothing is heard: {error}"));
                    return;
                }
            },
        };
        let mut first_error = None;
        for found in found {
            match self.try_device(&found) {
                Ok(()) => return,
                Err(error) => {
                    first_error.get_or_insert(error);
                }
            }
        }
        let why = first_error.map_or_else(String::new, |error| format!(" ({error})"));
        self.nothing_found(&format!("There is no sound device{why}"));
    }

    fn try_device(&mut self, found: &Found) -> Result<(), cpal::Error> {
        if let Some(rate) = found.rate {
            self.shared.announce(rate);
            if self.feed.is_none() && !self.had_device {
                // A server's stream asks for frames as soon as it is open, and
                // it opens fast: it waits for the renderer.
                return Ok(());
            }
        }
        match Stream::open(found, PERIOD_FRAMES, self.feed.take()) {
            Ok(stream) => {
                self.shared.announce(stream.rate);
                if self.default_id.is_none() {
                    self.default_id = Some(stream.info.id.clone());
                }
                let mut status = self.shared.status();
                status.device.clone_from(&stream.info.name);
                status.host.clone_from(&stream.info.host);
                status.sample_rate = stream.rate;
                status.channels = stream.channels;
                status.lost = None;
                status.generation += 1;
                drop(status);
                self.had_device = true;
                self.null = None;
                self.stream = Some(stream);
                Ok(())
            }
            Err((error, feed)) => {
                self.feed = feed;
                Err(error)
            }
        }
    }

    fn nothing_found(&mut self, why: &str) {
        let rate = self.shared.announce(NULL_RATE);
        let mut status = self.shared.status();
        if status.host.is_empty() {
            status.sample_rate = rate;
            status.channels = 2;
        }
        status.host = "null".to_owned();
        status.device.clear();
        let consequence = if self.had_device {
            "the tape waits for one"
        } else {
            "the tape runs unheard until there is one"
        };
        status.lost = Some(format!("{why}; {consequence}."));
    }

    /// Pulls the feed where there never was a device.
    fn pull_null(&mut self) {
        if self.had_device || self.stream.is_some() {
            return;
        }
        let now = Instant::now();
        let rate = self.shared.status().sample_rate;
        if let (Some(feed), true) = (&mut self.feed, rate > 0) {
            self.null
                .get_or_insert_with(|| NullClock::start(rate, now))
                .pull(feed, now);
        }
    }

    /// Closes the stream, if there is one, and takes the feed home.
    fn close(&mut self, why: Option<String>) {
        let Some(stream) = self.stream.take() else {
            return;
        };
        self.underruns += stream.ledger.underruns();
        let asleep = why.is_none() && self.still_since.is_some();
        if let Some(why) = why {
            self.shared.status().lost = Some(format!("{why}; the tape waits for it or another."));
        }
        let started = stream.is_started();
        let grave = stream.bury();
        match grave.feed(CLOSING_PATIENCE) {
            Some(mut feed) => {
                if asleep {
                    // What is queued of a machine that stands still is silence.
                    feed.skip_replay();
                }
                self.feed = Some(feed);
            }
            None if started => self.grave = Some(grave),
            None => {}
        }
    }

    fn report(&self) {
        let mut status = self.shared.status();
        status.underruns = self.underruns;
        if let Some(stream) = &self.stream {
            status.underruns += stream.ledger.underruns();
            status.latency_frames = stream.ledger.latency_frames();
            status.buffer_frames = stream.ledger.period_frames();
        }
    }
}
