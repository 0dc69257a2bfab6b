//! A server for clients of MPD: the tape is their queue, the shelf their library.
//! Off unless asked for, and of this computer alone unless told otherwise.

mod answers;
mod library;
mod words;

use std::collections::BTreeSet;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream, ToSocketAddrs};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, poll};

use self::answers::Answers;
use self::library::Library;
use self::words::{Refusal, split};
use super::status::Status;
use super::watch::{Listener, Look};
use crate::player::Caller;
use crate::player::model::View;

/// The protocol that is spoken.
const GREETING: &str = "OK MPD 0.23.5\n";
/// Clients at once.
const MOST: usize = 16;
/// No line is longer, bytes; no list of commands holds more lines.
const LONGEST_LINE: u64 = 16 * 1024;
const LONGEST_LIST: usize = 4096;
/// Bytes of a picture that go at once, unless the client says so.
const CHUNK: usize = 8192;
/// A client that takes no more is let go after so long.
const PATIENCE: Duration = Duration::from_secs(10);
/// An engine that is busy with files is waited for so long.
const SOON: Duration = Duration::from_secs(1);

/// What is wanted of it.
#[derive(Clone, Debug)]
pub struct MpdWants {
    /// Address and port to listen at.
    pub address: String,
    /// What a client has to say first.
    pub password: Option<String>,
    /// The shelf's index.
    pub shelf: PathBuf,
}

/// What has changed since it was told, by the protocol's words.
type News = Arc<Mutex<BTreeSet<&'static str>>>;

/// What all clients share.
struct Shared {
    wants: MpdWants,
    library: Library,
    caller: Caller,
    /// Rung when something has changed, with what is said of it.
    bells: Mutex<Vec<(UnixStream, News)>>,
}

/// The server; its clients go with the program.
pub(super) struct Server(Arc<Shared>);

impl Server {
    /// Listens.
    ///
    /// # Errors
    /// When the address cannot be had.
    pub fn start(caller: Caller, wants: MpdWants) -> io::Result<Self> {
        let addresses: Vec<_> = wants.address.to_socket_addrs()?.collect();
        let listener = TcpListener::bind(&addresses[..])?;
        let shared = Arc::new(Shared {
            library: Library {
                index: wants.shelf.clone(),
            },
            wants,
            caller,
            bells: Mutex::default(),
        });
        let theirs = Arc::clone(&shared);
        let thread = thread::Builder::new().name("mpd".to_owned());
        thread.spawn(move || {
            let alive = Arc::new(());
            for socket in listener.incoming() {
                let Ok(socket) = socket else { continue };
                if Arc::strong_count(&alive) > MOST {
                    continue;
                }
                let (shared, here) = (Arc::clone(&theirs), Arc::clone(&alive));
                let thread = thread::Builder::new().name("mpd-client".to_owned());
                // Where no thread can be had the client finds the line cut.
                let _ = thread.spawn(move || {
                    let _ = talk(&shared, &socket);
                    drop(here);
                });
            }
        })?;
        Ok(Self(shared))
    }

    /// Hears of what is new.
    pub fn listener(&self) -> Listener {
        let shared = Arc::clone(&self.0);
        let mut last: Option<Arc<Look>> = None;
        Box::new(move |look| {
            let all = subsystems(last.as_deref(), look);
            last = Some(Arc::clone(look));
            let bells = shared.bells.lock();
            let mut bells = bells.unwrap_or_else(PoisonError::into_inner);
            bells.retain(|(bell, news)| {
                let mut news = news.lock().unwrap_or_else(PoisonError::into_inner);
                news.extend(&all);
                let rung = (&*bell).write(&[1]);
                !matches!(rung, Err(error) if error.kind() != io::ErrorKind::WouldBlock)
            });
        })
    }
}

/// What has changed, by the protocol's words.
fn subsystems(before: Option<&Look>, now: &Look) -> Vec<&'static str> {
    let Some(before) = before else {
        return Vec::new();
    };
    let changed = Status::changed(&now.status, &before.status);
    let any = |names: &[&str]| changed.iter().any(|name| names.contains(name));
    [
        (
            "player",
            any(&["motion", "side", "song", "position", "tape"]),
        ),
        ("mixer", any(&["volume", "muted"])),
        ("options", any(&["loop"])),
        ("output", any(&["output"])),
        (
            "playlist",
            before.view.card.revision != now.view.card.revision,
        ),
    ]
    .into_iter()
    .filter_map(|(name, is)| is.then_some(name))
    .collect()
}

/// One client, to its end.
fn talk(shared: &Shared, socket: &TcpStream) -> io::Result<()> {
    socket.set_nodelay(true)?;
    socket.set_write_timeout(Some(PATIENCE))?;
    let (bell, rung) = UnixStream::pair()?;
    bell.set_nonblocking(true)?;
    rung.set_nonblocking(true)?;
    let news = News::default();
    {
        let bells = shared.bells.lock();
        bells
            .unwrap_or_else(PoisonError::into_inner)
            .push((bell, Arc::clone(&news)));
    }
    let mut client = Client {
        shared,
        lines: BufReader::new(socket),
        rung,
        news,
        may: shared.wants.password.is_none(),
        answers: Answers {
            caller: &shared.caller,
            library: &shared.library,
            gathered: None,
            chunk: CHUNK,
        },
    };
    client.send(GREETING.as_bytes())?;
    while client.turn()? {}
    Ok(())
}

struct Client<'a> {
    shared: &'a Shared,
    lines: BufReader<&'a TcpStream>,
    rung: UnixStream,
    news: News,
    /// The password was right, or there is none.
    may: bool,
    answers: Answers<'a>,
}

impl Client<'_> {
    fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.lines.get_mut().write_all(bytes)
    }

    /// The next line; `None` at the end.
    fn line(&mut self) -> io::Result<Option<String>> {
        let mut line = Vec::new();
        (&mut self.lines)
            .take(LONGEST_LINE)
            .read_until(b'\n', &mut line)?;
        if line.pop() != Some(b'\n') {
            return Ok(None);
        }
        Ok(Some(String::from_utf8_lossy(&line).trim_end().to_owned()))
    }

    /// Answers a line, or a list of them; `false` when it goes.
    fn turn(&mut self) -> io::Result<bool> {
        let Some(line) = self.line()? else {
            return Ok(false);
        };
        let (mut lines, mut told) = (vec![line.clone()], false);
        if let "command_list_begin" | "command_list_ok_begin" = line.as_str() {
            told = line == "command_list_ok_begin";
            lines.clear();
            loop {
                match self.line()? {
                    Some(line) if line == "command_list_end" => break,
                    Some(line) if lines.len() < LONGEST_LIST => lines.push(line),
                    _ => return Ok(false),
                }
            }
        }
        let mut out = Vec::new();
        for (at, line) in lines.iter().enumerate() {
            let words = split(line);
            let name = words.iter().flatten().next().cloned().unwrap_or_default();
            if name == "close" {
                return Ok(false);
            }
            let done = words.and_then(|words| self.answer(&words, &mut out));
            if let Err(Refusal(number, why)) = done {
                out.extend(format!("ACK [{number}@{at}] {{{name}}} {why}\n").bytes());
                self.send(&out)?;
                return Ok(true);
            }
            if told {
                out.extend(b"list_OK\n");
            }
        }
        out.extend(b"OK\n");
        self.send(&out)?;
        Ok(true)
    }

    fn answer(&mut self, words: &[String], out: &mut Vec<u8>) -> Result<(), Refusal> {
        let Some(name) = words.first() else {
            return Err(Refusal(5, "no command given".to_owned()));
        };
        match (name.as_str(), words.get(1)) {
            ("password", Some(said)) => {
                let right = self.shared.wants.password.as_ref();
                self.may = right.is_none_or(|right| right == said);
                let refused = || Refusal(3, "incorrect password".to_owned());
                self.may.then_some(()).ok_or_else(refused)
            }
            ("ping" | "commands" | "notcommands", _) => {
                let view = View::default();
                self.answers.answer(words, &view, out)
            }
            _ if !self.may => Err(Refusal(
                4,
                format!("you don't have permission for \"{name}\""),
            )),
            ("idle", _) => self
                .idle(&words[1..], out)
                .map_err(|error| Refusal(52, error.to_string())),
            _ => {
                let (send, receive) = mpsc::sync_channel(1);
                self.shared.caller.look(move |view| {
                    let _ = send.try_send(view);
                });
                let busy = |_| Refusal(52, "busy".to_owned());
                let view = receive.recv_timeout(SOON).map_err(busy)?;
                self.answers.answer(words, &view, out)
            }
        }
    }

    /// Waits until something of what is asked for has changed, or the client
    /// says a word.
    fn idle(&mut self, wanted: &[String], out: &mut Vec<u8>) -> io::Result<()> {
        loop {
            let now: Vec<&str> = {
                let mut news = self.news.lock().unwrap_or_else(PoisonError::into_inner);
                let asked = |what: &&str| wanted.is_empty() || wanted.iter().any(|w| w == what);
                let now = news.iter().copied().filter(asked).collect();
                news.retain(|what| !asked(what));
                now
            };
            if !now.is_empty() {
                for what in now {
                    out.extend(format!("changed: {what}\n").bytes());
                }
                return Ok(());
            }
            if self.lines.buffer().is_empty() {
                let mut fds = [
                    PollFd::new(*self.lines.get_ref(), PollFlags::IN),
                    PollFd::new(&self.rung, PollFlags::IN),
                ];
                match poll(&mut fds, None) {
                    Ok(_) | Err(rustix::io::Errno::INTR) => {}
                    Err(error) => return Err(error.into()),
                }
                let mut rings = [0; 64];
                while (&self.rung)
                    .read(&mut rings)
                    .is_ok_and(|n| n == rings.len())
                {}
                if fds[0].revents().is_empty() {
                    continue;
                }
            }
            // `noidle`, or the end.
            return match self.line()? {
                Some(_) => Ok(()),
                None => Err(io::ErrorKind::UnexpectedEof.into()),
            };
        }
    }
}
