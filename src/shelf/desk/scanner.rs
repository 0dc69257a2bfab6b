//! The thread that keeps the index true.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};

use super::super::index::{Index, IndexError};
use super::super::scan::{Roots, Scan};
use super::{Ask, Setting};

/// The first sound has the disk to itself for so long.
const SOUND_FIRST: Duration = Duration::from_secs(3);

/// How often it tells how far it is.
const TELL_EVERY: Duration = Duration::from_millis(250);

/// All folders that are scanned: the tapes made here too.
fn all_roots(setting: &Setting) -> Roots {
    let mut roots = setting.roots.clone();
    if setting.own.is_dir() {
        roots.0.push(setting.own.clone());
    }
    roots
}

pub(super) struct Scanner {
    pub setting: Setting,
    pub tell: Sender<Ask>,
    pub stop: Arc<AtomicBool>,
}

impl Scanner {
    /// Scans when it is wanted, and once without being asked.
    pub fn run(self, wanted: &Receiver<()>) {
        let mut wait = SOUND_FIRST;
        loop {
            match wanted.recv_timeout(wait) {
                Err(RecvTimeoutError::Disconnected) => return,
                Ok(()) | Err(RecvTimeoutError::Timeout) => {}
            }
            while wanted.try_recv().is_ok() {}
            if self.stop.load(Ordering::Relaxed) {
                return;
            }
            let scanned = match self.scan() {
                Err(error) if error.is_damage() => {
                    Index::throw_away(&self.setting.index).and_then(|()| self.scan())
                }
                done => done,
            };
            if let Err(error) = scanned {
                tracing::warn!("{error}");
            }
            if self.tell.send(Ask::Scanned(None)).is_err() {
                return;
            }
            wait = Duration::from_secs(u64::from(u32::MAX));
        }
    }

    fn scan(&self) -> Result<(), IndexError> {
        let index = Index::open(&self.setting.index)?;
        let mut told = Instant::now();
        let scan = Scan::new(&index, Arc::clone(&self.stop));
        scan.run(&all_roots(&self.setting), &mut |so_far| {
            if told.elapsed() > TELL_EVERY {
                told = Instant::now();
                // Fails only when the program ends.
                let _ = self.tell.send(Ask::Scanned(Some(*so_far)));
            }
        })?;
        Ok(())
    }
}
