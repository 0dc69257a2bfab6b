//! Answers all who are connected, on one thread that waits for them.

use std::collections::BTreeMap;
use std::io::{self, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;

use rustix::event::{PollFd, PollFlags, poll};
use serde::Deserialize;
use serde_json::json;

use super::place::Place;
use super::talk::{LONGEST_LINE, Line, Talk};
use crate::desktop::status::{self, Status};
use crate::desktop::watch::Listener;
use crate::player::Caller;
use crate::player::model::{Action, Said, View};

/// No more are connected at once; for one more the one goes that has asked
/// nothing for the longest time.
const MOST: usize = 128;

/// The remote control; dropped, it is closed and its socket gone.
pub(in crate::desktop) struct Server {
    post: Post,
    /// Where it listens.
    path: PathBuf,
}

/// How the others tell the thread something.
#[derive(Clone)]
struct Post {
    letters: Sender<Letter>,
    bell: Arc<UnixStream>,
}

enum Letter {
    Changed(Arc<Status>),
    /// For the talk of this number: what it wanted to see.
    Seen(u64, Subject, Box<View>),
    /// For the talk of this number: it has been done, and what went wrong.
    Done(u64, Option<Said>),
    End,
}

impl Post {
    fn send(&self, letter: Letter) {
        if self.letters.send(letter).is_ok() {
            // Never waits; one ring is as good as many.
            let _ = (&*self.bell).write(&[1]);
        }
    }
}

impl Server {
    /// Listens.
    ///
    /// # Errors
    /// When there is no place for the socket, or no thread.
    pub fn start(caller: Caller) -> io::Result<Self> {
        let place = Place::take()?;
        let path = place.path.clone();
        let (bell, rung) = UnixStream::pair()?;
        bell.set_nonblocking(true)?;
        rung.set_nonblocking(true)?;
        let (letters, inbox) = mpsc::channel();
        let bell = Arc::new(bell);
        let post = Post { letters, bell };
        let mut room = Room {
            place,
            rung,
            inbox,
            post: post.clone(),
            caller,
            talks: BTreeMap::new(),
            next: 0,
            now: None,
        };
        let thread = thread::Builder::new().name("remote".to_owned());
        thread.spawn(move || {
            if let Err(error) = room.run() {
                tracing::warn!(%error, "the remote control has ended");
            }
        })?;
        Ok(Self { post, path })
    }

    /// Hears of what is new.
    pub fn listener(&self) -> Listener {
        let post = self.post.clone();
        Box::new(move |look| post.send(Letter::Changed(Arc::clone(&look.status))))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Now, since the program may be gone before its thread.
        let _ = std::fs::remove_file(&self.path);
        self.post.send(Letter::End);
    }
}

/// What is asked.
#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Question {
    Do(String),
    Ask(Subject),
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Subject {
    Status,
    Tape,
    Events,
}

struct Room {
    place: Place,
    rung: UnixStream,
    inbox: Receiver<Letter>,
    post: Post,
    caller: Caller,
    /// By number; the one that came first has the lowest.
    talks: BTreeMap<u64, Talk>,
    next: u64,
    /// What was told last.
    now: Option<Arc<Status>>,
}

impl Room {
    fn run(&mut self) -> io::Result<()> {
        loop {
            for number in self.wait()? {
                let talk = self.talks.get_mut(&number);
                if talk.is_some_and(|talk| talk.may_read() && !talk.read()) {
                    self.talks.remove(&number);
                }
            }
            if !self.read_post() {
                return Ok(());
            }
            self.accept();
            let numbers: Vec<u64> = self.talks.keys().copied().collect();
            for number in numbers {
                self.answer(number);
            }
            self.talks.retain(|_, talk| talk.write() && !talk.is_over());
        }
    }

    /// Waits until there is something to do: who can be read from or written to.
    fn wait(&mut self) -> io::Result<Vec<u64>> {
        let mut polled = vec![
            PollFd::new(&self.place.listener, PollFlags::IN),
            PollFd::new(&self.rung, PollFlags::IN),
        ];
        let mut numbers = Vec::new();
        for (number, talk) in &self.talks {
            let mut flags = PollFlags::empty();
            flags.set(PollFlags::IN, talk.may_read());
            flags.set(PollFlags::OUT, talk.has_output());
            // Whoever waits for the engine is left alone till then: that it
            // has hung up would be told again and again.
            if !flags.is_empty() {
                polled.push(PollFd::new(&talk.socket, flags));
                numbers.push(*number);
            }
        }
        match poll(&mut polled, None) {
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
        let ready = polled[2..].iter().zip(numbers);
        let ready = ready.filter(|(polled, _)| !polled.revents().is_empty());
        Ok(ready.map(|(_, number)| number).collect())
    }

    /// Lets in who has come.
    fn accept(&mut self) {
        while let Ok((socket, _)) = self.place.listener.accept() {
            let Ok(talk) = Talk::new(socket) else {
                continue;
            };
            if self.talks.len() >= MOST {
                let idle = self.talks.iter().filter(|(_, talk)| talk.events.is_none());
                let idle = idle.min_by_key(|(_, talk)| talk.asked);
                let first = idle.map(|(number, _)| *number);
                if let Some(number) = first.or(self.talks.keys().next().copied()) {
                    self.talks.remove(&number);
                }
            }
            self.talks.insert(self.next, talk);
            self.next += 1;
        }
    }

    /// Takes what the others have told; `false` at the end.
    fn read_post(&mut self) -> bool {
        let mut rings = [0; 64];
        while matches!((&self.rung).read(&mut rings), Ok(n) if n == rings.len()) {}
        while let Ok(letter) = self.inbox.try_recv() {
            match letter {
                Letter::Changed(status) => self.now = Some(status),
                Letter::Seen(number, subject, view) => self.show(number, subject, &view),
                Letter::Done(number, wrong) => {
                    let Some(talk) = self.talks.get_mut(&number) else {
                        continue;
                    };
                    talk.waiting = false;
                    match wrong {
                        Some(Said::NoChoice(switch, name)) => {
                            let id = switch.row().id;
                            talk.refuse(&format!("`{id}` has no choice `{name}`"));
                        }
                        Some(Said::NotInserted(reason)) => talk.refuse(&reason),
                        _ => talk.say(&json!({ "ok": true })),
                    }
                }
                Letter::End => return false,
            }
        }
        if let Some(now) = &self.now {
            for talk in self.talks.values_mut() {
                talk.tell(now);
            }
        }
        true
    }

    fn show(&mut self, number: u64, subject: Subject, view: &View) {
        let jumps = self.now.as_ref().map_or(0, |now| now.jumps);
        let Some(talk) = self.talks.get_mut(&number) else {
            return;
        };
        talk.waiting = false;
        match subject {
            Subject::Status => talk.say(&Status::of(view, jumps)),
            Subject::Tape => talk.say(&json!({
                "version": status::VERSION,
                "title": view.card.title,
                "artist": view.card.artist,
                "songs": status::Line::all(view),
            })),
            Subject::Events => talk.begin(Arc::new(Status::of(view, jumps))),
        }
    }

    /// Answers what one has asked, one question after the other.
    fn answer(&mut self, number: u64) {
        let Some(talk) = self.talks.get_mut(&number) else {
            return;
        };
        while talk.may_ask() {
            let line = match talk.line() {
                Line::Asked(line) => line,
                Line::None => return,
                Line::TooLong => {
                    talk.refuse(&format!("a line is at most {LONGEST_LINE} bytes long"));
                    talk.closing = true;
                    return;
                }
            };
            let post = self.post.clone();
            match serde_json::from_slice(&line) {
                Ok(Question::Do(words)) => match words.parse::<Action>() {
                    Ok(Action::Insert(paths) | Action::Next(paths)) if paths.iter().any(|path| !path.is_absolute()) => {
                        talk.refuse("paths are whole here, from / on");
                    }
                    Ok(action) => {
                        talk.waiting = true;
                        self.caller.try_act(action, move |wrong| {
                            post.send(Letter::Done(number, wrong));
                        });
                    }
                    Err(error) => talk.refuse(&error.to_string()),
                },
                Ok(Question::Ask(subject)) => {
                    talk.waiting = true;
                    self.caller.look(move |view| {
                        post.send(Letter::Seen(number, subject, Box::new(view)));
                    });
                }
                Err(_) => talk.refuse(
                    "ask {\"do\": \"ACTION VALUE\"} or {\"ask\": \"status\"}, \"tape\" or \"events\"",
                ),
            }
        }
    }
}
