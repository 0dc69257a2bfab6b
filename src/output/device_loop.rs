//! The output thread: keeps the renderer playing whatever becomes of the devices.

mod watch;

use super::device::{Found, Hosts};
use super::feed::Feed;
use super::null::{NULL_STEP, NullClock};
use super::priority;
use super::status::{NULL_RATE, Shared};
use super::stream::Stream;
use super::stream_clock::End;
use crate::render::Render;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};
use watch::{ASK_SERVER, Trial};

/// What the rest of the program wants of the thread.
pub(super) enum Order {
    Attach(Box<dyn Render>),
    Idle(bool),
    Quit,
}

/// How often a playing stream is looked after.
const WATCH: Duration = Duration::from_millis(200);

/// How often a device is looked for while there is none, and how many times as
/// long as a search took to rest after it: each one that a hung server lets run
/// into its time limit leaves a thread behind.
const SEARCH: Duration = Duration::from_millis(500);
const SEARCH_REST: u32 = 4;

/// The device of a machine that stands still is closed after this.
const IDLE_CLOSE: Duration = Duration::from_secs(4);

/// After the loss of a sound server nothing but a server is taken for so long:
/// it may be starting again, and wants the card that it had.
const SERVER_GRACE: Duration = Duration::from_secs(3);

pub(super) struct DeviceLoop {
    wanted: Option<String>,
    /// No device is looked for: the tape runs unheard.
    unheard: bool,
    shared: Arc<Shared>,
    hosts: Hosts,
    /// The feed, while no stream has it.
    feed: Option<Feed>,
    stream: Option<Stream>,
    /// Set while the stream takes no frames: a second stream that may do better.
    trial: Option<Trial>,
    stalled: bool,
    /// A closed stream whose callback has not let go of the feed yet.
    leaving: Option<Stream>,
    /// Runs while no device was ever found.
    null: Option<NullClock>,
    /// Was there ever a device?
    had_device: bool,
    /// When a server's device was lost.
    lost_server: Option<Instant>,
    /// Since when the machine stands still.
    still_since: Option<Instant>,
    next_search: Instant,
    next_ask: Instant,
    /// The server has taken the stream elsewhere, the named device being gone.
    away: bool,
    /// Underruns of the streams before this one.
    underruns: u32,
}

impl DeviceLoop {
    pub(super) fn new(wanted: Option<String>, unheard: bool, shared: Arc<Shared>) -> Self {
        let now = Instant::now();
        Self {
            wanted,
            unheard,
            shared,
            hosts: Hosts::default(),
            feed: None,
            stream: None,
            trial: None,
            stalled: false,
            leaving: None,
            null: None,
            had_device: false,
            lost_server: None,
            still_since: None,
            next_search: now,
            next_ask: now,
            away: false,
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
                    self.still_since.get_or_insert_with(Instant::now);
                }
                Ok(Order::Idle(false)) => {
                    if self.still_since.take().is_some() && self.stream.is_none() {
                        self.next_search = Instant::now();
                    }
                }
                Err(RecvTimeoutError::Timeout) => {}
                Ok(Order::Quit) | Err(RecvTimeoutError::Disconnected) => break,
            }
        }
    }

    /// How long nothing needs to be done.
    fn rest(&self, now: Instant) -> Duration {
        if self.is_asleep(now) {
            Duration::from_secs(3_600)
        } else if self.null.is_some() {
            NULL_STEP
        } else if self.stream.is_some() || self.leaving.is_some() || self.unheard {
            WATCH
        } else {
            self.next_search.saturating_duration_since(now)
        }
    }

    fn is_asleep(&self, now: Instant) -> bool {
        self.still_since
            .is_some_and(|since| now.saturating_duration_since(since) >= IDLE_CLOSE)
    }

    /// A device is looked for now.
    fn is_searching(&self, now: Instant) -> bool {
        self.stream.is_none() && !self.unheard && now >= self.next_search
    }

    fn tend(&mut self, now: Instant) {
        if let Some(feed) = self.leaving.as_mut().and_then(|s| s.recall(End::Dead)) {
            self.feed = Some(feed);
            self.leaving = None;
        }
        if self.is_asleep(now) {
            self.null = None;
            if let Some(mut feed) = self.close(End::Alive) {
                // What is queued of a machine that stands still is silence.
                feed.rewind_to(u64::MAX);
                self.feed = Some(feed);
            }
            return;
        }
        self.watch(now);
        if self.is_searching(now) {
            self.search(now);
            self.next_search = Instant::now() + SEARCH.max(SEARCH_REST * now.elapsed());
        }
        self.start_feed();
        self.pull_null();
        self.report();
    }

    /// The devices to try, best first; empty, with the reason told, where
    /// there are none.
    fn candidates(&mut self) -> Vec<Found> {
        let grace = self
            .lost_server
            .is_some_and(|lost| lost.elapsed() < SERVER_GRACE);
        let found = match &self.wanted {
            None => self.hosts.defaults(grace),
            Some(name) => match self.hosts.named(name) {
                Ok(found) => found,
                Err(error) => {
                    self.tell_never_found(&format!("Nothing is heard: {error}"));
                    return Vec::new();
                }
            },
        };
        if found.is_empty() {
            self.tell_never_found("There is no sound device");
        }
        found
    }

    /// Tries to open a device.
    fn search(&mut self, now: Instant) {
        let mut first_error = None;
        for found in self.candidates() {
            if let Some(rate) = found.rate {
                self.shared.announce(rate);
                if self.feed.is_none() && found.info.server {
                    // A server's stream asks for frames as soon as it is open,
                    // and it opens fast: it waits for the renderer.
                    return;
                }
            }
            match self.open(&found) {
                Ok(()) => {
                    self.next_ask = now + ASK_SERVER;
                    self.found();
                    return;
                }
                Err(error) => {
                    first_error.get_or_insert(error);
                }
            }
        }
        if let Some(error) = first_error {
            self.tell_never_found(&format!("No sound device opens ({error})"));
        }
    }

    fn open(&mut self, found: &Found) -> Result<(), cpal::Error> {
        // Other than a server a device may take a while to open, or not open.
        let feed = self.feed.take_if(|_| found.info.server);
        match Stream::open(found, feed) {
            Ok(mut stream) => {
                self.shared.announce(stream.rate);
                self.away = false;
                if self.feed.is_none() && found.info.server {
                    stream.play().inspect_err(|_| {
                        self.feed = stream.recall(End::Dead);
                    })?;
                }
                self.stream = Some(stream);
                Ok(())
            }
            Err((error, feed)) => {
                self.feed = self.feed.take().or(feed);
                Err(error)
            }
        }
    }

    /// Gives the feed to a stream that waits for it, and sets it going.
    fn start_feed(&mut self) {
        let Some(stream) = &mut self.stream else {
            return;
        };
        let Some(feed) = self.feed.take() else { return };
        match stream.feed(feed) {
            Ok(()) => {
                if stream.play().is_err() {
                    self.lose("does not start");
                }
            }
            Err(feed) => self.feed = Some(feed),
        }
    }

    /// Closes the stream, if there is one, and takes the feed home.
    fn close(&mut self, end: End) -> Option<Feed> {
        self.trial = None;
        self.stalled = false;
        let Some(mut stream) = self.stream.take() else {
            return self.feed.take();
        };
        self.underruns += stream.clock.underruns();
        let feed = stream.recall(end).or_else(|| self.feed.take());
        if stream.fed {
            self.leaving = Some(stream);
        }
        feed
    }

    /// Pulls the feed where there never was a device.
    fn pull_null(&mut self) {
        if self.had_device {
            self.null = None;
            return;
        }
        let now = Instant::now();
        if let Some(feed) = &mut self.feed {
            let rate = self.shared.announce(NULL_RATE);
            self.null
                .get_or_insert_with(|| NullClock::start(rate, now))
                .pull(feed, now);
        }
    }

    /// Tells that a device plays.
    fn found(&mut self) {
        let Some(stream) = &self.stream else { return };
        self.had_device = true;
        self.lost_server = None;
        let mut status = self.shared.status();
        status.device.clone_from(&stream.info.name);
        status.host.clone_from(&stream.info.host);
        status.sample_rate = stream.rate;
        status.channels = stream.channels;
        status.lost = None;
        status.generation += 1;
        let (device, host) = (&stream.info.name, &stream.info.host);
        tracing::info!(device, host, rate = stream.rate, "a device plays");
        if let Some(bell) = stream.bell() {
            let playing = self.shared.playing.lock();
            let playing = playing.unwrap_or_else(PoisonError::into_inner);
            if !playing.is_empty() {
                bell.name(&playing);
            }
        }
    }

    /// Tells why there is no device, unless there was one: then that is told.
    fn tell_never_found(&self, why: &str) {
        if !self.had_device {
            self.tell_lost(why);
        }
    }

    /// Tells that nothing is heard, and what becomes of the tape.
    fn tell_lost(&self, why: &str) {
        let mut status = self.shared.status();
        let consequence = if self.had_device && self.wanted.is_some() {
            "the tape waits for it"
        } else if self.had_device {
            "the tape waits for it or another"
        } else {
            status.sample_rate = self.shared.announce(NULL_RATE);
            status.channels = 2;
            "the tape runs unheard until there is one"
        };
        "null".clone_into(&mut status.host);
        status.device.clear();
        let lost = Some(format!("{why}; {consequence}."));
        if status.lost != lost {
            tracing::warn!(why, "no device plays");
            status.lost = lost;
        }
    }

    fn report(&self) {
        let bell = self.stream.as_ref().and_then(Stream::bell);
        *self
            .shared
            .bell
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = bell;
        let mut status = self.shared.status();
        let before = std::mem::replace(&mut status.underruns, self.underruns);
        if let Some(stream) = &self.stream {
            status.underruns += stream.clock.underruns();
            let realtime = stream.clock.realtime();
            if std::mem::replace(&mut status.realtime, realtime) != realtime {
                tracing::info!(%realtime, "real-time priority for the thread that feeds the device");
            }
            if let Some(thread) = stream.clock.take_thread() {
                let clock = stream.clock.clone();
                priority::ask(thread, move |realtime| clock.set_realtime(realtime));
            }
            status.latency_frames = stream.clock.latency_frames();
            status.buffer_frames = stream.clock.period_frames();
        }
        if status.underruns > before {
            tracing::warn!(all = status.underruns, "the device ran dry");
        }
    }
}
