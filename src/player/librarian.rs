//! Looks at every file of the programme in the background.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

use super::songs::Found;
use afterdark_media::playlist::Entry;

/// Songs looked at together are told together, at most this often.
const TELL_EVERY: Duration = Duration::from_millis(150);

/// The first sound has the machine to itself for so long.
const SOUND_FIRST: Duration = Duration::from_millis(150);

/// What was found of a song, by its place in the programme.
pub type Finding = (usize, Result<Box<Found>, String>);

/// The thread; it stops when this is dropped.
pub struct Librarian {
    findings: Receiver<Vec<Finding>>,
    stop: Arc<AtomicBool>,
    /// Everything has been told.
    pub done: bool,
}

impl Librarian {
    /// Looks at `entries`, those from `first` on before the others. Files that
    /// do not tell their length are counted in a second round.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(entries: Vec<Entry>, first: usize) -> std::io::Result<Self> {
        let (outbox, findings) = mpsc::channel();
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        thread::Builder::new()
            .name("librarian".into())
            .spawn(move || {
                thread::sleep(SOUND_FIRST);
                let mut batch: Vec<Finding> = Vec::new();
                let mut told = Instant::now();
                let mut uncounted = Vec::new();
                let order = (first..entries.len()).chain(0..first.min(entries.len()));
                for song in order {
                    let found = Found::look_up(&entries[song], false);
                    if found.as_ref().is_ok_and(|found| !found.exact) {
                        uncounted.push(song);
                    }
                    batch.push((song, found.map(Box::new)));
                    if stopped.load(Ordering::Relaxed) {
                        return;
                    }
                    if told.elapsed() > TELL_EVERY {
                        told = Instant::now();
                        if outbox.send(std::mem::take(&mut batch)).is_err() {
                            return;
                        }
                    }
                }
                let _ = outbox.send(batch);
                for song in uncounted {
                    if stopped.load(Ordering::Relaxed) {
                        return;
                    }
                    let found = Found::look_up(&entries[song], true).map(Box::new);
                    if outbox.send(vec![(song, found)]).is_err() {
                        return;
                    }
                }
            })?;
        Ok(Self {
            findings,
            stop,
            done: false,
        })
    }

    /// What was found since the last call.
    pub fn take(&mut self) -> Vec<Finding> {
        let mut all = Vec::new();
        loop {
            match self.findings.try_recv() {
                Ok(batch) => all.extend(batch),
                Err(mpsc::TryRecvError::Empty) => return all,
                Err(mpsc::TryRecvError::Disconnected) => {
                    self.done = true;
                    return all;
                }
            }
        }
    }
}

impl Drop for Librarian {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}
