//! The engine: the session on a thread of its own. Actions go in by a channel,
//! views come out by triple buffer; nobody who asks or looks is made to wait.

use std::io;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;

use super::action::Action;
use super::choice::Choice;
use super::memory::Memory;
use super::model::{Machine, View};
use super::said::Said;
use super::session::{Event, Session};
use crate::output::Output;
use afterdark_media::playlist::Programme;
use afterdark_tape::tape::Setup;

/// The start is waited for so long; where a disk does not answer, it goes on
/// while the screen is there already.
const START_PATIENCE: Duration = Duration::from_millis(1500);
/// So is the end: the sound is faded, and the last state written.
const END_PATIENCE: Duration = Duration::from_millis(1500);

/// What the engine is asked.
enum Request {
    Act(Action),
    Theme(String, String),
    Say(Said),
    List,
    /// Another hand wants views, and to be told of each that is new.
    Watch(Viewer),
    /// A helper has something to tell.
    Event(Event),
    Quit,
    /// What there is to show, once all that was asked before has been done.
    Look(Box<dyn FnOnce(View) + Send>),
}

/// Where views go.
struct Viewer {
    views: triple_buffer::Input<View>,
    tell: Option<Box<dyn Fn() + Send>>,
}

/// The engine's owner; dropped, it falls silent and keeps everything.
pub struct Engine {
    requests: Sender<Request>,
    done: Receiver<()>,
}

/// A hand on the engine: looks, and asks for what is to be done. Never waits.
pub struct Handle {
    requests: Sender<Request>,
    views: triple_buffer::Output<View>,
}

/// Asks for what is to be done; to be copied to as many as have something to ask.
#[derive(Clone)]
pub struct Caller(Sender<Request>);

impl Engine {
    /// Puts the programme on tape, the first tape (or the one left last) into
    /// the machine, and starts.
    ///
    /// # Errors
    /// When the system gives no threads.
    pub fn start(
        programme: Programme,
        choice: Choice,
        memory: Memory,
        setup: Setup,
        output: Output,
    ) -> io::Result<Self> {
        let (requests, inbox) = mpsc::channel();
        let (started, begun) = mpsc::channel();
        let (finished, done) = mpsc::channel::<()>();
        let events = requests.clone();
        thread::Builder::new()
            .name("engine".into())
            .spawn(move || {
                let tell = Arc::new(move |event| {
                    // Fails only when the session is gone.
                    let _ = events.send(Request::Event(event));
                });
                match Session::start(programme, choice, memory, setup, output, tell) {
                    Ok(session) => {
                        let _ = started.send(Ok(()));
                        run(session, &inbox);
                    }
                    Err(error) => {
                        let _ = started.send(Err(error));
                    }
                }
                drop(finished);
            })?;
        begun.recv_timeout(START_PATIENCE).unwrap_or(Ok(()))?;
        Ok(Self { requests, done })
    }

    /// A hand on it. `tell` is called, on the engine's thread, whenever there
    /// is another view; it must not wait.
    pub fn handle(&self, tell: Option<Box<dyn Fn() + Send>>) -> Handle {
        Handle::new(self.requests.clone(), tell)
    }

    /// Another way in for actions.
    pub fn caller(&self) -> Caller {
        Caller(self.requests.clone())
    }
}

impl Caller {
    /// Has an action carried out, and goes on.
    pub fn act(&self, action: Action) {
        // Fails only when the engine has ended, and then nothing is to be done.
        let _ = self.0.send(Request::Act(action));
    }

    /// Has an action carried out, and tells what bad news came of it; `told` is
    /// called on the engine's thread and must not wait.
    pub fn try_act(&self, action: Action, told: impl FnOnce(Option<Said>) + Send + 'static) {
        let (before, was) = mpsc::channel();
        self.look(move |view| {
            // Its receiver waits in the next request.
            let _ = before.send(view.said);
        });
        self.act(action);
        self.look(move |view| {
            let was = was.try_recv().ok().flatten();
            told(
                view.said
                    .filter(|said| said.is_bad() && Some(said) != was.as_ref()),
            );
        });
    }

    /// A hand on the engine; `tell` as in [`Engine::handle`].
    pub fn handle(&self, tell: Option<Box<dyn Fn() + Send>>) -> Handle {
        Handle::new(self.0.clone(), tell)
    }

    /// Calls `look`, on the engine's thread, when all that was asked before has
    /// been done. It must not wait.
    pub fn look(&self, look: impl FnOnce(View) + Send + 'static) {
        let _ = self.0.send(Request::Look(Box::new(look)));
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        let _ = self.requests.send(Request::Quit);
        // Comes as an error, since nothing is ever sent.
        let _ = self.done.recv_timeout(END_PATIENCE);
    }
}

impl Handle {
    fn new(requests: Sender<Request>, tell: Option<Box<dyn Fn() + Send>>) -> Self {
        let (input, views) = triple_buffer::triple_buffer(&View::default());
        let viewer = Viewer { views: input, tell };
        let handle = Self { requests, views };
        handle.ask(Request::Watch(viewer));
        handle
    }

    /// Another hand.
    pub fn another(&self, tell: Option<Box<dyn Fn() + Send>>) -> Self {
        Self::new(self.requests.clone(), tell)
    }

    fn ask(&self, request: Request) {
        // Fails only when the engine has ended, and then nothing is to be done.
        let _ = self.requests.send(request);
    }
}

impl Machine for Handle {
    fn view(&mut self) -> View {
        self.views.read().clone()
    }

    fn keep_theme(&mut self, name: &str, about: &str) {
        self.ask(Request::Theme(name.to_owned(), about.to_owned()));
    }

    fn say(&mut self, said: Said) {
        self.ask(Request::Say(said));
    }

    fn list(&mut self) {
        self.ask(Request::List);
    }

    fn act(&mut self, action: Action) {
        self.ask(Request::Act(action));
    }
}

fn run(mut session: Session, inbox: &Receiver<Request>) {
    let mut viewers: Vec<Viewer> = Vec::new();
    loop {
        session.tend();
        show(&mut session, &mut viewers);
        let request = match session.rest() {
            Some(rest) => inbox.recv_timeout(rest),
            None => inbox.recv().map_err(RecvTimeoutError::from),
        };
        let first = match request {
            Ok(first) => Some(first),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => return,
        };
        for request in first.into_iter().chain(inbox.try_iter()) {
            match request {
                Request::Act(action) => session.act(action),
                Request::Theme(name, about) => session.keep_theme(&name, &about),
                Request::Say(said) => session.say(said),
                Request::List => session.list(),
                Request::Watch(viewer) => viewers.push(viewer),
                Request::Event(event) => session.take(event),
                Request::Look(look) => look(session.view()),
                Request::Quit => return,
            }
        }
    }
}

/// Tells all who look.
fn show(session: &mut Session, viewers: &mut [Viewer]) {
    let view = session.view();
    for viewer in viewers {
        viewer.views.write(view.clone());
        if let Some(tell) = &viewer.tell {
            tell();
        }
    }
}
