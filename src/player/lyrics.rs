//! The words of the song under the head, read beside everything else.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, TryRecvError, channel};
use std::thread;

use super::model::Lyrics;
use afterdark_media::media::{self, Line};

/// Looks for the words of one song at a time.
#[derive(Default)]
pub struct LyricsReader {
    /// File that `found` belongs to.
    path: Option<PathBuf>,
    coming: Option<Receiver<Vec<Line>>>,
    found: Arc<Vec<Line>>,
}

impl LyricsReader {
    /// The words of the recording at `path` whose file begins at `start_s` of
    /// the playing side; `None` while they are read and where there are none.
    pub fn of(&mut self, path: Option<&PathBuf>, start_s: f64) -> Option<Lyrics> {
        if self.path.as_ref() != path {
            self.path = path.cloned();
            self.found = Arc::default();
            self.coming = path.and_then(|path| {
                let (send, receive) = channel();
                let path = path.clone();
                let reader = thread::Builder::new().name("words".into());
                let started = reader.spawn(move || {
                    // Nobody waits for them once another song plays.
                    let _ = send.send(media::lyrics(&path));
                });
                started.is_ok().then_some(receive)
            });
        }
        match self.coming.as_ref().map(Receiver::try_recv) {
            Some(Ok(lines)) => {
                self.found = Arc::new(lines);
                self.coming = None;
            }
            Some(Err(TryRecvError::Disconnected)) => self.coming = None,
            Some(Err(TryRecvError::Empty)) | None => {}
        }
        let lines = Arc::clone(&self.found);
        (!lines.is_empty()).then_some(Lyrics { lines, start_s })
    }
}
