//! The session's bus: media keys and mixers of the desktop by MPRIS, sleep held
//! off, notifications.
//!
//! One thread of ours tells what has changed and otherwise waits; zbus answers
//! on one of its own. Where there is no bus, or it dies, nothing is said and
//! the next change tries again.

mod cover;
mod facts;
mod inhibit;
mod mpris;
mod notify;

use std::io;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use zbus::Connection;

use self::cover::Covers;
use self::facts::Facts;
use self::inhibit::Inhibitor;
use self::mpris::Shared;
use self::notify::Notifier;
use super::wants::Wants;
use super::watch::{Listener, Look};
use crate::player::Caller;

/// The first sound comes before all this.
const AFTER_START: Duration = Duration::from_millis(700);
/// A bus that does not answer is left alone for so long.
const RETRY: Duration = Duration::from_secs(5);
/// A call is waited for so long.
const PATIENCE: Duration = Duration::from_secs(2);
/// At the end what is open there is closed, unless that takes longer.
const END_PATIENCE: Duration = Duration::from_millis(200);

/// The thread that tells the bus; dropped, it ends.
pub(super) struct Bus {
    slot: Arc<Slot>,
    done: std::sync::mpsc::Receiver<()>,
}

/// What is to be told next: the newest alone.
#[derive(Default)]
struct Slot {
    post: Mutex<Post>,
    bell: Condvar,
}

#[derive(Default)]
struct Post {
    look: Option<Arc<Look>>,
    end: bool,
}

impl Bus {
    pub fn start(caller: Caller, wants: Wants) -> io::Result<Self> {
        let slot = Arc::new(Slot::default());
        let theirs = Arc::clone(&slot);
        let (finished, done) = std::sync::mpsc::channel::<()>();
        let thread = thread::Builder::new().name("bus".to_owned());
        thread.spawn(move || {
            theirs.wait_for_sound();
            let mut teller = Teller::new(caller, wants);
            while let Some(look) = theirs.next() {
                teller.tell(&look);
            }
            teller.end();
            drop(finished);
        })?;
        Ok(Self { slot, done })
    }

    pub fn listener(&self) -> Listener {
        let slot = Arc::clone(&self.slot);
        Box::new(move |look| slot.put(|post| post.look = Some(Arc::clone(look))))
    }
}

impl Drop for Bus {
    fn drop(&mut self) {
        self.slot.put(|post| post.end = true);
        // Comes as an error, since nothing is ever sent.
        let _ = self.done.recv_timeout(END_PATIENCE);
    }
}

impl Slot {
    fn put(&self, what: impl FnOnce(&mut Post)) {
        what(&mut self.post.lock().unwrap_or_else(PoisonError::into_inner));
        self.bell.notify_all();
    }

    /// Waits a little, unless the end comes.
    fn wait_for_sound(&self) {
        let post = self.post.lock().unwrap_or_else(PoisonError::into_inner);
        let waits = |post: &mut Post| !post.end;
        drop(self.bell.wait_timeout_while(post, AFTER_START, waits));
    }

    /// Waits for what is new; `None` at the end.
    fn next(&self) -> Option<Arc<Look>> {
        let post = self.post.lock().unwrap_or_else(PoisonError::into_inner);
        let waits = |post: &mut Post| post.look.is_none() && !post.end;
        let mut post = self
            .bell
            .wait_while(post, waits)
            .unwrap_or_else(PoisonError::into_inner);
        post.look.take().filter(|_| !post.end)
    }
}

/// What was told, and how.
struct Teller {
    wants: Wants,
    shared: Arc<Shared>,
    connection: Option<Connection>,
    tried: Option<Instant>,
    told: Option<Facts>,
    covers: Covers,
    inhibitor: Inhibitor,
    notifier: Notifier,
}

impl Teller {
    fn new(caller: Caller, wants: Wants) -> Self {
        Self {
            wants,
            shared: Arc::new(Shared::new(caller)),
            connection: None,
            tried: None,
            told: None,
            covers: Covers::new(),
            inhibitor: Inhibitor::default(),
            notifier: Notifier::default(),
        }
    }

    fn tell(&mut self, look: &Arc<Look>) {
        let art = self.covers.show(look.view.card.cover.as_ref());
        let facts = self.shared.take(look, art);
        if self.connection.as_ref().is_none_or(Connection::is_closed) {
            self.connect();
        }
        if let Some(connection) = &self.connection {
            let before = self.told.replace(facts);
            // Whoever came to the bus before us has nothing to be corrected.
            if let (Some(before), Some(now)) = (before, &self.told) {
                let told = zbus::block_on(mpris::tell(connection, &before, now));
                if let Err(error) = told {
                    tracing::info!(%error, "the session's bus does not listen");
                }
            }
            if self.wants.notifications
                && let Some(now) = &self.told
            {
                self.notifier.tell(connection, now);
            }
        }
        if !self.wants.let_sleep {
            let turns = facts::turns(&look.view);
            self.inhibitor.hold(turns, self.connection.as_ref());
        }
        // Nobody is told of the picture before this one any more.
        self.covers.forget_last();
    }

    fn connect(&mut self) {
        self.connection = None;
        self.told = None;
        self.inhibitor.forget();
        if self.tried.is_some_and(|tried| tried.elapsed() < RETRY) {
            return;
        }
        self.tried = Some(Instant::now());
        match zbus::block_on(mpris::serve(&self.shared)) {
            Ok(connection) => self.connection = Some(connection),
            Err(error) => tracing::info!(%error, "no session bus"),
        }
    }

    fn end(mut self) {
        self.inhibitor.hold(false, self.connection.as_ref());
        if let Some(connection) = self.connection.take() {
            self.notifier.close(&connection);
            let _ = zbus::block_on(connection.close());
        }
    }
}
