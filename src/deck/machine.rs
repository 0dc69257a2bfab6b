//! The deck: pulls tape over its head and gives what is heard.

mod commands;
mod output_stage;
mod past;
mod playback;
mod publish;

use std::sync::Arc;

use rtrb::{Consumer, Producer, RingBuffer};

use self::commands::Jump;
pub use self::commands::{FASTEST_PLAY, SLOWEST};
use self::output_stage::OutputStage;
use self::past::Past;
use super::block_cache::BlockCache;
use super::command::{Cassette, Command};
use super::controls::{Controls, Switched};
use super::crosstalk::CrosstalkCache;
use super::limiter::{Ceiling, Limiter};
use super::meter::Meters;
use super::reader::Reader;
use super::transport::{Stretch, Transport};
use super::wear::Wear;
use super::{Monitor, Snapshot};
use crate::recorder::{Head, Supply};
use crate::render::Render;
use afterdark_tape::Frame;
use afterdark_tape::cassette::Side;
use afterdark_tape::tape::{Mechanism, Noises, PlaybackChain, QUANTUM, Setup};

/// With nothing moving this long, nothing is computed any more, seconds.
const QUIET_S: f32 = 1.5;
/// So many snapshots wait to be taken: longer than anybody looks away.
const RENDERED: usize = 64;
/// After a jump the deck waits this long for its tape before it plays blank, seconds.
const PATIENCE_S: f64 = 2.0;

/// The machine. [`Render::render`] is the only clock it knows.
pub struct Deck {
    sample_rate: u32,
    seed: u64,
    setup: Box<Setup>,
    transport: Transport,
    blocks: BlockCache,
    crosstalk: CrosstalkCache,
    head: Arc<Head>,
    wear: Arc<Wear>,
    commands: Consumer<Command>,
    snapshots: triple_buffer::Input<Snapshot>,
    /// The same one by one, for as long as they are taken.
    rendered: Producer<Snapshot>,
    setups: Consumer<Switched>,
    /// A setting that comes in when the head gets there.
    coming: Option<Switched>,
    used: Producer<Box<Setup>>,
    reader: Reader,
    rows: [Vec<f32>; 2],
    mechanism: Mechanism,
    chain: PlaybackChain,
    noises: Noises,
    meters: Meters,
    stage: OutputStage,
    past: Past,
    counter_offset: f64,
    /// What is played over and over.
    repeat: Option<(Side, [f64; 2])>,
    missed: u64,
    /// The block that was last found missing, so that each counts once.
    missing: Option<u64>,
    quanta: u32,
    tapes: u32,
    frames: u64,
    limiter: Limiter,
    limits: bool,
    /// The quantum after `ready`, which the limiter has to know.
    next: Option<[Frame; QUANTUM]>,
    /// Rendered and not yet handed out.
    ready: [Frame; QUANTUM],
    handed: usize,
}

impl Deck {
    /// A machine with a tape in it, at the start of side A.
    pub fn new(
        sample_rate: u32,
        setup: &Setup,
        seed: u64,
        cassette: Cassette,
        supply: Supply,
    ) -> (Self, Controls) {
        let (commands_in, commands) = RingBuffer::new(100);
        let (setups_in, setups) = RingBuffer::new(12);
        // Longer than all that can be on the way, so that it is never full.
        let (used, used_out) = RingBuffer::new(32);
        let (snapshots, snapshots_out) = triple_buffer::triple_buffer(&Snapshot::default());
        let (rendered, rendered_out) = RingBuffer::new(RENDERED);
        let wear = Arc::new(Wear::new());
        let window = Reader::longest_window(QUANTUM);
        let mut deck = Self {
            sample_rate,
            seed,
            transport: Transport::new(sample_rate, setup.deck.wind_c60_s, cassette),
            blocks: BlockCache::new(supply.blocks, supply.returned),
            crosstalk: CrosstalkCache::new(supply.crosstalk, supply.crosstalk_returned),
            head: supply.head,
            wear: Arc::clone(&wear),
            commands,
            snapshots,
            rendered,
            setups,
            coming: None,
            used,
            reader: Reader::new(),
            rows: [vec![0.0; window], vec![0.0; window]],
            mechanism: Mechanism::new(sample_rate, setup, seed),
            chain: PlaybackChain::new(sample_rate, setup, seed),
            noises: Noises::new(sample_rate, seed),
            setup: Box::new(setup.clone()),
            meters: Meters::default(),
            stage: OutputStage::new(setup),
            past: Past::new(),
            counter_offset: 0.0,
            repeat: None,
            missed: 0,
            missing: None,
            quanta: 0,
            tapes: 0,
            frames: 0,
            limiter: Limiter::new(sample_rate),
            limits: true,
            next: None,
            ready: [[0.0; 2]; QUANTUM],
            handed: QUANTUM,
        };
        let controls = Controls {
            commands: commands_in,
            snapshots: snapshots_out,
            rendered: rendered_out,
            setups: setups_in,
            used: used_out,
            wear,
        };
        deck.apply_setup();
        deck.mechanism.set_tape(&deck.setup, cassette.seed);
        deck.report();
        deck.publish();
        (deck, controls)
    }

    /// The next quantum to be handed out, with what comes after it known.
    fn make_ready(&mut self) {
        if self.next.is_none() {
            let first = self.quantum();
            self.limiter.take_in(self.ceiling(), &first);
            self.next = Some(first);
        }
        let next = self.quantum();
        if let Some(now) = self.next.replace(next) {
            self.ready = now;
        }
        self.limiter.process(self.ceiling(), &next, &mut self.ready);
        self.handed = 0;
    }

    fn ceiling(&self) -> Ceiling {
        match self.stage.monitor {
            _ if !self.limits => Ceiling::None,
            Monitor::Tape => Ceiling::TruePeak,
            Monitor::Source => Ceiling::FullScale,
        }
    }

    fn quantum(&mut self) -> [Frame; QUANTUM] {
        let mut out = [[0.0; 2]; QUANTUM];
        self.play_quantum(&mut out);
        self.frames += QUANTUM as u64;
        out
    }

    /// One quantum of sound.
    fn play_quantum(&mut self, out: &mut [Frame; QUANTUM]) {
        self.listen();
        self.blocks.take_in(self.transport.cassette.generation);
        self.crosstalk.take_in();
        let seconds = QUANTUM as f32 / self.sample_rate as f32;
        if let Some(Jump::Closing(command)) = self.stage.jump
            && self.stage.is_shut()
        {
            self.jump(command);
        }
        self.remember();
        if let Some(Jump::Awaiting(waited_s)) = self.stage.jump {
            let here = self.transport.frame as u64;
            let ready = self.blocks.has(
                self.transport.cassette.generation,
                self.transport.side,
                here,
            );
            let over = waited_s > PATIENCE_S;
            self.stage.jump =
                (!ready && !over).then_some(Jump::Awaiting(waited_s + f64::from(seconds)));
            if self.stage.jump.is_none() && self.follows_silence() {
                self.open_at_once();
            }
        }
        let exact = self.stage.monitor == Monitor::Source;
        let awaiting = matches!(self.stage.jump, Some(Jump::Awaiting(_)));
        let at = self.passage();
        let stretch = if awaiting {
            Stretch {
                from: self.transport.frame,
                to: self.transport.frame,
                speeds: [0.0; 2],
            }
        } else {
            let heard = !self.stage.is_shut();
            let error = self.mechanism.speed_error();
            let (stretch, event) = self.transport.step(exact, heard, error);
            self.hear(event);
            self.wear_off(stretch);
            stretch
        };
        self.report();
        let gate = self.fade();
        if self.is_still(seconds) {
            self.meters.take(out, 1.0, seconds);
            return;
        }
        self.play(at, stretch, gate.as_ref(), out);
        self.amplify(seconds, gate.as_ref(), out);
    }
}

impl Render for Deck {
    fn render(&mut self, out: &mut [Frame]) {
        let mut done = 0;
        while done < out.len() {
            if self.handed == QUANTUM {
                self.make_ready();
            }
            let n = (QUANTUM - self.handed).min(out.len() - done);
            out[done..done + n].copy_from_slice(&self.ready[self.handed..self.handed + n]);
            self.handed += n;
            done += n;
        }
    }

    fn retune(&mut self, sample_rate: u32) {
        if sample_rate == self.sample_rate {
            return;
        }
        self.sample_rate = sample_rate;
        self.transport.retune(sample_rate);
        self.blocks.clear();
        self.mechanism = Mechanism::new(sample_rate, &self.setup, self.seed);
        let tape = self.transport.cassette.seed;
        self.mechanism.set_tape(&self.setup, tape);
        self.chain = PlaybackChain::new(sample_rate, &self.setup, self.seed);
        self.apply_setup();
        self.noises = Noises::new(sample_rate, self.seed);
        // What was dubbed at the other rate is no use; the new dubbing comes
        // with a new tape.
        self.transport.cassette.generation = u32::MAX;
        self.stage.jump = Some(Jump::Awaiting(0.0));
        self.handed = QUANTUM;
        self.next = None;
        self.limiter = Limiter::new(sample_rate);
        self.past.forget();
        self.publish();
    }

    fn take_back(&mut self, frames: usize) -> usize {
        self.go_back(frames)
    }

    fn is_waiting(&self) -> bool {
        matches!(self.stage.jump, Some(Jump::Awaiting(_)))
    }
}
