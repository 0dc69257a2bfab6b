//! Writes what is to be remembered on a thread of its own: the disk may make it
//! wait, and nobody else does.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use crate::files;

/// At the end the last writes are waited for so long.
const LAST_PATIENCE: Duration = Duration::from_secs(1);

/// The thread; what it was given is written before this is gone, unless the
/// disk does not answer.
pub(super) struct Writer {
    /// A file and all of its content, unless nothing is written at all.
    files: Option<Sender<(PathBuf, Vec<u8>)>>,
    done: Receiver<()>,
    failure: Arc<Mutex<Option<String>>>,
}

impl Writer {
    /// Starts it.
    pub fn start() -> Self {
        let (files, inbox) = mpsc::channel();
        let (finished, done) = mpsc::channel();
        let failure = Arc::new(Mutex::new(None));
        let failed = Arc::clone(&failure);
        let started = thread::Builder::new().name("writer".into()).spawn(move || {
            work(&inbox, &failed);
            drop(finished);
        });
        if let Err(error) = &started {
            *failure.lock().unwrap_or_else(PoisonError::into_inner) = Some(error.to_string());
        }
        Self {
            files: Some(files),
            done,
            failure,
        }
    }

    /// One that writes nothing.
    pub fn none() -> Self {
        Self {
            files: None,
            done: mpsc::channel().1,
            failure: Arc::default(),
        }
    }

    /// Has a file written; of several contents given soon after one another
    /// the last counts.
    pub fn write(&self, path: PathBuf, content: Vec<u8>) {
        if let Some(files) = &self.files {
            // The thread is gone only where it could not be started, and that is told.
            let _ = files.send((path, content));
        }
    }

    /// What has gone wrong since the last call.
    pub fn take_failure(&self) -> Option<String> {
        let mut failure = self.failure.try_lock().ok()?;
        failure.take()
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        if self.files.take().is_some() {
            // Comes as an error, since nothing is ever sent.
            let _ = self.done.recv_timeout(LAST_PATIENCE);
        }
    }
}

fn work(inbox: &Receiver<(PathBuf, Vec<u8>)>, failure: &Mutex<Option<String>>) {
    while let Ok(first) = inbox.recv() {
        let files: BTreeMap<PathBuf, Vec<u8>> =
            [first].into_iter().chain(inbox.try_iter()).collect();
        for (path, content) in files {
            // In one go, so that no reader and no kill ever sees half of it.
            if let Err(error) = files::save(&path, &content, true) {
                let mut failure = failure.lock().unwrap_or_else(PoisonError::into_inner);
                *failure = Some(error.to_string());
            }
        }
    }
}
