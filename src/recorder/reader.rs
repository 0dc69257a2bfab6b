//! Reads that may never answer (a folder of the net that hangs, a disk that
//! died), done on a thread of their own and given up after a while.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;

/// So many reads that do not answer may be left behind at a time. Each holds a
/// thread until the system lets go of it; with more, nothing is begun.
const MOST_STUCK: usize = 8;

type Task = Box<dyn FnOnce() + Send>;

/// A thread that reads, and another in its place where it does not come back.
pub struct Reader {
    patience: Duration,
    worker: Option<Sender<Task>>,
    stuck: Arc<AtomicUsize>,
}

impl Reader {
    /// One that gives a read up after `patience`.
    pub fn new(patience: Duration) -> Self {
        Self {
            patience,
            worker: None,
            stuck: Arc::default(),
        }
    }

    /// What `read` gives; `None` where it does not answer in time (it goes on
    /// by itself, and what it gives is thrown away) or panics.
    pub fn read<T: Send + 'static>(
        &mut self,
        read: impl FnOnce() -> T + Send + 'static,
    ) -> Option<T> {
        let worker = match &self.worker {
            Some(worker) => worker,
            None => self.worker.insert(self.hire()?),
        };
        let (answer, answered) = mpsc::channel();
        let task: Task = Box::new(move || {
            // Nobody waits for it where it was given up.
            let _ = answer.send(read());
        });
        worker.send(task).ok()?;
        let came = answered.recv_timeout(self.patience);
        if let Err(RecvTimeoutError::Timeout) = came {
            // Before it is left behind, so that it finds itself counted.
            self.stuck.fetch_add(1, Ordering::Relaxed);
        }
        if came.is_err() {
            self.worker = None;
        }
        came.ok()
    }

    fn hire(&self) -> Option<Sender<Task>> {
        if self.stuck.load(Ordering::Relaxed) >= MOST_STUCK {
            return None;
        }
        let (tasks, inbox) = mpsc::channel::<Task>();
        let stuck = Arc::clone(&self.stuck);
        let work = move || {
            for task in inbox {
                task();
            }
            // Left behind, it has come back after all.
            let less = |n: usize| n.checked_sub(1);
            let _ = stuck.fetch_update(Ordering::Relaxed, Ordering::Relaxed, less);
        };
        let thread = thread::Builder::new().name("reader".into()).spawn(work);
        thread.is_ok().then_some(tasks)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_read_that_hangs_is_given_up_and_the_next_one_answers() {
        let mut reader = Reader::new(Duration::from_millis(50));
        let (release, held) = mpsc::channel::<()>();
        assert_eq!(reader.read(move || held.recv().is_ok()), None);
        // However busy the machine is.
        reader.patience = Duration::from_secs(60);
        assert_eq!(reader.read(|| 7), Some(7));
        assert_eq!(reader.read(|| 8), Some(8));
        drop(release);
    }

    #[test]
    fn no_more_threads_hang_than_a_few() {
        let mut reader = Reader::new(Duration::from_millis(1));
        let (release, held) = mpsc::channel::<()>();
        let held = Arc::new(std::sync::Mutex::new(held));
        for _ in 0..MOST_STUCK + 5 {
            let held = Arc::clone(&held);
            let hung = reader.read(move || held.lock().map(|held| held.recv().is_ok()).is_ok());
            assert_eq!(hung, None);
        }
        assert_eq!(reader.stuck.load(Ordering::Relaxed), MOST_STUCK);
        assert_eq!(reader.read(|| 7), None);
        drop(release);
        // They come back, and reading goes on.
        while reader.stuck.load(Ordering::Relaxed) > 0 {
            thread::yield_now();
        }
        reader.patience = Duration::from_secs(60);
        assert_eq!(reader.read(|| 7), Some(7));
    }
}
