//! The deck: pulls tape over its head and gives what is heard.

use std::sync::Arc;

use rtrb::{Consumer, Producer, RingBuffer};

use super::command::{Cassette, Command};
use super::meter::Meters;
use super::other_side::OtherSides;
use super::reader::Reader;
use super::store::{Layer, Store};
use super::transport::{Event, Stretch, Transport};
use super::wear::Wear;
use super::{Monitor, Motion, Snapshot};
use crate::Frame;
use crate::cassette::{Side, TAPE_SPEED_MM_S};
use crate::output::Render;
use crate::recorder::{BLOCK_FRAMES, Head, Supply};
use crate::tape::{
    Key, Mechanism, Noises, Passage, Pickup, PlaybackChain, QUANTUM, Setup, level_match,
};
use std::f64::consts::TAU;

/// Time over which the sound comes and goes, seconds.
const FADE_S: f32 = 0.004;
/// Time over which TAPE and SOURCE change places, seconds.
const CROSS_S: f32 = 0.02;
/// What of the way to another loudness is gone in a quantum: as fast as the
/// playback chain changes.
const MATCH_FOLLOW: f32 = 0.1;
/// Snapshots are sent up every this many quanta.
const SNAPSHOT_EVERY: u32 = 8;
/// Below this speed the head gives nothing worth hearing.
const FAINT: f64 = 0.02;
/// Cue and review are heard with the head barely on the tape.
const CUE_GAIN: f32 = 0.25;
/// After a jump the deck waits this long for its tape before it plays blank, seconds.
const PATIENCE_S: f64 = 2.0;
/// A jump is covered by this much spooling, seconds.
const SPOOL_S: f32 = 0.09;
/// With nothing moving this long, nothing is computed any more, seconds.
const QUIET_S: f32 = 1.5;
/// Ends of the speed knob.
const SLOWEST: f64 = 0.25;
const FASTEST_PLAY: f64 = 4.0;
/// The counter has three digits.
const COUNTER: f64 = 1000.0;

/// The line from whoever holds the keys to the deck, and back.
pub struct Controls {
    commands: Producer<Command>,
    snapshots: triple_buffer::Output<Snapshot>,
    setups: Producer<Switched>,
    used: Consumer<Box<Setup>>,
    wear: Arc<Wear>,
}

/// Another setting, and the place on the tape where it comes in.
type Switched = (Box<Setup>, Option<(Side, f64)>);

impl Controls {
    /// Presses a key. Taken up at the next quantum; `false` when the deck has
    /// a hundred commands waiting, which it has only when nothing pulls it.
    pub fn send(&mut self, command: Command) -> bool {
        self.commands.push(command).is_ok()
    }

    /// Another deck profile, tape or switch position, live: from frame `from`
    /// of a side on where the tape is playing towards it, else at once. Handed
    /// back when the deck has a dozen waiting already.
    ///
    /// # Errors
    /// With the setup that could not be sent.
    pub fn set(&mut self, setup: Box<Setup>, from: Option<(Side, f64)>) -> Result<(), Box<Setup>> {
        while self.used.pop().is_ok() {}
        let sent = self.setups.push((setup, from));
        sent.map_err(|rtrb::PushError::Full((setup, _))| setup)
    }

    /// How often the tape has been played, place by place.
    pub fn wear(&self) -> &Wear {
        &self.wear
    }

    /// The machine as it last was.
    pub fn snapshot(&mut self) -> Snapshot {
        *self.snapshots.read()
    }
}

/// The machine. [`Render::render`] is the only clock it knows.
pub struct Deck {
    sample_rate: u32,
    seed: u64,
    setup: Box<Setup>,
    transport: Transport,
    store: Store,
    other_sides: OtherSides,
    head: Arc<Head>,
    wear: Arc<Wear>,
    commands: Consumer<Command>,
    snapshots: triple_buffer::Input<Snapshot>,
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
    sound: Sound,
    counter_offset: f64,
    missed: u64,
    /// The block that was last found missing, so that each counts once.
    missing: Option<u64>,
    quanta: u32,
    tapes: u32,
    frames: u64,
    /// Rendered and not yet handed out.
    ready: [Frame; QUANTUM],
    handed: usize,
}

/// The amplifier's side of things.
struct Sound {
    monitor: Monitor,
    volume: f32,
    muted: bool,
    noises: bool,
    /// 1.0 all TAPE, 0.0 all SOURCE.
    tape: f32,
    /// How far the sound is open.
    gate: f32,
    /// What gate and speed make of the sound now.
    gain: f32,
    /// What the volume makes of it now.
    master: f32,
    /// Programme units for one tape unit.
    makeup: f32,
    /// What brings the tape to its source's loudness, on its way to the goal.
    matched: f32,
    match_goal: f32,
    /// A jump waiting for the sound to be closed, then for its tape.
    jump: Option<Jump>,
    spool_s: f32,
    still_s: f32,
}

#[derive(Clone, Copy)]
enum Jump {
    /// Closing the sound; then carry this out.
    Closing(Command),
    /// Carried out; the tape there is awaited, for so long already.
    Awaiting(f64),
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
        let wear = Arc::new(Wear::new());
        let window = Reader::longest_window(QUANTUM);
        let mut deck = Self {
            sample_rate,
            seed,
            transport: Transport::new(sample_rate, setup.deck.wind_c60_s, cassette),
            store: Store::new(supply.blocks, supply.returned),
            other_sides: OtherSides::new(supply.other_side, supply.other_side_returned),
            head: supply.head,
            wear: Arc::clone(&wear),
            commands,
            snapshots,
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
            sound: Sound {
                monitor: Monitor::Tape,
                volume: 1.0,
                muted: false,
                noises: true,
                tape: 1.0,
                gate: 0.0,
                gain: 0.0,
                master: 1.0,
                makeup: 1.0,
                matched: level_match(setup),
                match_goal: 1.0,
                jump: None,
                spool_s: 0.0,
                still_s: 0.0,
            },
            counter_offset: 0.0,
            missed: 0,
            missing: None,
            quanta: 0,
            tapes: 0,
            frames: 0,
            ready: [[0.0; 2]; QUANTUM],
            handed: QUANTUM,
        };
        let controls = Controls {
            commands: commands_in,
            snapshots: snapshots_out,
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

    /// One quantum of sound.
    fn quantum(&mut self, out: &mut [Frame; QUANTUM]) {
        self.listen();
        self.store.take_in(self.transport.cassette.generation);
        self.other_sides.take_in();
        let seconds = QUANTUM as f32 / self.sample_rate as f32;
        if let Some(Jump::Closing(command)) = self.sound.jump
            && self.sound.gate == 0.0
        {
            self.jump(command);
        }
        if let Some(Jump::Awaiting(waited_s)) = self.sound.jump {
            let here = self.transport.frame as u64;
            let ready = self.store.has(
                self.transport.cassette.generation,
                self.transport.side,
                here,
            );
            let over = waited_s > PATIENCE_S;
            self.sound.jump =
                (!ready && !over).then_some(Jump::Awaiting(waited_s + f64::from(seconds)));
            if self.sound.jump.is_none() && self.follows_silence() {
                self.open_at_once();
            }
        }
        let exact = self.sound.monitor == Monitor::Source;
        let awaiting = matches!(self.sound.jump, Some(Jump::Awaiting(_)));
        let at = self.passage();
        let stretch = if awaiting {
            Stretch {
                from: self.transport.frame,
                to: self.transport.frame,
            }
        } else {
            let (stretch, event) = self.transport.step(exact, self.mechanism.speed_error());
            self.hear(event);
            self.wear_off(stretch);
            stretch
        };
        self.report();
        out.fill([0.0; 2]);
        self.fade(seconds);
        if self.is_still(seconds) {
            self.meters.take(out, 1.0, seconds);
            return;
        }
        self.play(at, stretch, out);
        self.amplify(seconds, out);
    }

    /// What passes the head in play, cue and review is worn by it.
    fn wear_off(&self, stretch: Stretch) {
        if self.transport.is_playing() && self.wear.is_of(self.transport.cassette.seed) {
            let rate = f64::from(self.sample_rate);
            let seconds = (stretch.to - stretch.from).abs() / rate;
            let side_s = f64::midpoint(stretch.from, stretch.to) / rate;
            self.wear.count(self.transport.side, side_s, seconds);
        }
    }

    /// TAPE, SOURCE or, while they change places, both.
    fn play(&mut self, at: Passage, stretch: Stretch, out: &mut [Frame; QUANTUM]) {
        let side = self.transport.side;
        let generation = self.transport.cassette.generation;
        let towards: f32 = if self.sound.monitor == Monitor::Tape {
            1.0
        } else {
            0.0
        };
        let from = self.sound.tape;
        let step = QUANTUM as f32 / (CROSS_S * self.sample_rate as f32);
        self.sound.tape += (towards - from).clamp(-step, step);
        let to = self.sound.tape;
        let mut whole = true;
        let level = self.store.level(generation, side, stretch.from);
        if from < 1.0 || to < 1.0 {
            whole = self.source(stretch, out);
            if let Some(level) = level {
                self.meters
                    .take(out, level, QUANTUM as f32 / self.sample_rate as f32);
            }
        }
        if from > 0.0 || to > 0.0 {
            let mut tape = [[0.0; 2]; QUANTUM];
            whole &= self.tape(at, stretch, &mut tape);
            if from >= 1.0 {
                self.meters
                    .take(&tape, 1.0, QUANTUM as f32 / self.sample_rate as f32);
            }
            let makeup = self.sound.makeup;
            self.sound.matched += (self.sound.match_goal - self.sound.matched) * MATCH_FOLLOW;
            self.sound.makeup = level.map_or(makeup, |level| self.sound.matched / level.max(1e-4));
            for (i, (out, tape)) in out.iter_mut().zip(&tape).enumerate() {
                let t = i as f32 / QUANTUM as f32;
                let makeup = makeup + (self.sound.makeup - makeup) * t;
                let mix = from + (to - from) * t;
                for c in 0..2 {
                    out[c] += (tape[c] * makeup - out[c]) * mix;
                }
            }
        }
        let block = stretch.to.max(0.0) as u64 / BLOCK_FRAMES as u64;
        if !whole && self.sound.gate > 0.0 && self.missing.replace(block) != Some(block) {
            self.missed += 1;
        }
    }

    /// The programme as it is in the file: the very samples at normal speed.
    fn source(&mut self, stretch: Stretch, out: &mut [Frame; QUANTUM]) -> bool {
        let generation = self.transport.cassette.generation;
        let whole = stretch.from.fract() == 0.0 && stretch.to - stretch.from == QUANTUM as f64;
        if whole {
            return self.store.copy(
                generation,
                self.transport.side,
                stretch.from as u64,
                Layer::Source,
                out,
            );
        }
        self.read(Layer::Source, stretch, &[0.0; QUANTUM], out)
    }

    /// What comes off the tape, in units of 200 nWb/m.
    fn tape(&mut self, at: Passage, stretch: Stretch, out: &mut [Frame; QUANTUM]) -> bool {
        let mut away = [0.0; QUANTUM];
        self.mechanism.displacement(at, &mut away);
        // What the chain holds back is read that much earlier.
        let ahead = self.chain.delay_frames() * at.speed.clamp(-1.0, 1.0);
        let read = Stretch {
            from: stretch.from + ahead,
            to: stretch.to + ahead,
        };
        let whole = self.read(Layer::Tape, read, &away, out);
        // The layers of the pack that lay on this one have printed through; it
        // is faint, so the nearest frame will do.
        let cassette = &self.transport.cassette;
        let turn = TAU * at.right_radius_mm / TAPE_SPEED_MM_S * f64::from(self.sample_rate);
        let [mut earlier, mut later] = [[[0.0; 2]; QUANTUM]; 2];
        for (place, row) in [
            (read.from - turn, &mut earlier),
            (read.from + turn, &mut later),
        ] {
            if place >= 0.0 {
                let side = self.transport.side;
                self.store
                    .copy(cassette.generation, side, place as u64, Layer::Tape, row);
            }
        }
        let reverse = self
            .other_sides
            .row(cassette.generation, self.transport.side, read);
        let pickup = Pickup {
            reverse: reverse.as_ref().map(|row| &row[..]),
            earlier: Some(&earlier),
            later: Some(&later),
            tape_seed: Some(cassette.seed),
            passes: if self.wear.is_of(cassette.seed) {
                let side_s = self.transport.side_s();
                self.wear.passes(self.transport.side, side_s)
            } else {
                0.0
            },
        };
        self.chain.process_with(at, &pickup, out);
        whole
    }

    fn read(
        &mut self,
        layer: Layer,
        stretch: Stretch,
        away: &[f32; QUANTUM],
        out: &mut [Frame; QUANTUM],
    ) -> bool {
        let step = (stretch.to - stretch.from) / QUANTUM as f64;
        let speed = step
            .abs()
            .max(self.transport.speed.abs())
            .min(super::reader::FASTEST);
        let (low, high) = away
            .iter()
            .fold((0.0f32, 0.0f32), |(l, h), &x| (l.min(x), h.max(x)));
        let reach = Reader::reach(speed) as f64 + 2.0;
        let first = stretch.from.min(stretch.to) + f64::from(low) - reach;
        let last = stretch.from.max(stretch.to) + f64::from(high) + reach;
        let first = first.floor();
        let n = ((last - first).ceil() as usize + 1).min(self.rows[0].len());
        let [left, right] = &mut self.rows;
        let (left, right) = (&mut left[..n], &mut right[..n]);
        let whole = self.store.gather(
            self.transport.cassette.generation,
            self.transport.side,
            first as i64,
            layer,
            [&mut *left, &mut *right],
        );
        let from = stretch.from - first;
        self.reader
            .read([left, right], [from, step], away, speed, out);
        whole
    }

    /// Opens and closes the sound, so that nothing clicks.
    fn fade(&mut self, seconds: f32) {
        let motion = self.transport.motion;
        let contact = match self.sound.monitor {
            Monitor::Source => self.transport.is_playing(),
            Monitor::Tape => {
                self.transport.is_playing()
                    || matches!(motion, Motion::Paused | Motion::Stopped)
                        && (FAINT..2.0).contains(&self.transport.speed)
            }
        };
        let open = contact && self.sound.jump.is_none();
        let step = seconds / FADE_S;
        self.sound.gate = if open {
            (self.sound.gate + step).min(1.0)
        } else {
            (self.sound.gate - step).max(0.0)
        };
    }

    /// Whether the machine has stood still so long that nothing need be computed.
    fn is_still(&mut self, seconds: f32) -> bool {
        let moving = self.transport.speed != 0.0
            || self.sound.gate > 0.0
            || self.sound.spool_s > 0.0
            || matches!(self.transport.motion, Motion::Open | Motion::Playing);
        self.sound.still_s = if moving {
            0.0
        } else {
            self.sound.still_s + seconds
        };
        self.sound.still_s > QUIET_S
    }

    /// Gate, cue level, noises and volume.
    fn amplify(&mut self, seconds: f32, out: &mut [Frame; QUANTUM]) {
        let gate = self.sound.gate;
        let wanted = if self.sound.muted {
            0.0
        } else {
            self.sound.volume * self.sound.volume
        };
        let speed = self.transport.speed.abs() as f32;
        let heard = match self.sound.monitor {
            _ if speed > 4.0 => CUE_GAIN,
            // What the head gives falls with the speed of the tape.
            Monitor::Tape => speed.min(1.0),
            Monitor::Source => 1.0,
        };
        let from = self.sound.gain;
        let to = gate * heard;
        if from != 1.0 || to != 1.0 {
            for (i, frame) in out.iter_mut().enumerate() {
                let gain = from + (to - from) * ((i + 1) as f32 / QUANTUM as f32);
                *frame = [frame[0] * gain, frame[1] * gain];
            }
        }
        self.sound.gain = to;
        // SOURCE is the programme and nothing else.
        if self.sound.noises && self.sound.monitor == Monitor::Tape {
            let spooling = self.sound.spool_s > 0.0;
            let motor = speed.min(1.0);
            let wind = if spooling {
                0.6
            } else {
                (speed / 30.0 * f32::from(u8::from(speed > 4.0))).min(1.0)
            };
            self.noises.process(motor, wind, out);
        }
        self.sound.spool_s = (self.sound.spool_s - seconds).max(0.0);
        let from = self.sound.master;
        if from != 1.0 || wanted != 1.0 {
            for (i, frame) in out.iter_mut().enumerate() {
                let gain = from + (wanted - from) * ((i + 1) as f32 / QUANTUM as f32);
                *frame = [frame[0] * gain, frame[1] * gain];
            }
        }
        self.sound.master = wanted;
    }

    /// Takes up commands and settings.
    fn listen(&mut self) {
        while let Ok(next) = self.setups.pop() {
            if let Some((passed_over, _)) = self.coming.replace(next) {
                let _ = self.used.push(passed_over);
            }
        }
        if let Some((setup, _)) = self.coming.take_if(|(_, from)| {
            from.is_none_or(|(side, frame)| !self.transport.plays_towards(side, frame))
        }) {
            let old = std::mem::replace(&mut self.setup, setup);
            self.apply_setup();
            let _ = self.used.push(old);
        }
        // A jump on its way is carried out before the next command is looked at.
        while !matches!(self.sound.jump, Some(Jump::Closing(_))) {
            let Ok(command) = self.commands.pop() else {
                return;
            };
            self.command(command);
        }
    }

    fn command(&mut self, command: Command) {
        match command {
            Command::Seek(..) | Command::Insert { .. } if self.sound.gate > 0.0 => {
                self.sound.jump = Some(Jump::Closing(command));
            }
            Command::Seek(..) | Command::Insert { .. } => self.jump(command),
            Command::Extend(cassette) => self.transport.cassette = cassette,
            Command::Monitor(monitor) => {
                self.sound.monitor = monitor;
                if monitor == Monitor::Source {
                    // From here on the programme is read frame by frame.
                    self.transport.frame = self.transport.frame.round();
                }
                if self.sound.gate == 0.0 {
                    self.sound.tape = if monitor == Monitor::Tape { 1.0 } else { 0.0 };
                }
            }
            Command::Volume(volume) => self.sound.volume = volume.clamp(0.0, 1.0),
            Command::Mute(muted) => self.sound.muted = muted,
            Command::Speed(setting) => {
                self.transport.setting = setting.clamp(SLOWEST, FASTEST_PLAY);
            }
            Command::Knobs(knobs) => {
                self.setup.knobs = knobs;
                self.apply_setup();
            }
            Command::AutoReverse(on) => self.transport.auto_reverse = on,
            Command::Patient(on) => self.transport.patient = on,
            Command::Noises(on) => self.sound.noises = on,
            Command::CounterReset => self.counter_offset = self.counter(),
            Command::Roll => {
                self.transport.motion = Motion::Playing;
                let error = if self.sound.monitor == Monitor::Source {
                    0.0
                } else {
                    self.mechanism.speed_error()
                };
                self.transport.speed = self.transport.setting * (1.0 + error);
                self.sound.gate = 1.0;
                self.sound.gain = 1.0;
            }
            Command::Play => {
                let stood = self.transport.motion;
                let event = self.transport.key(command);
                self.hear(event);
                if stood == Motion::Stopped && self.follows_silence() {
                    self.open_at_once();
                }
            }
            key => {
                let event = self.transport.key(key);
                self.hear(event);
            }
        }
    }

    fn apply_setup(&mut self) {
        // The drive is in the recorder's level and taken back with it.
        let knobs = self.setup.knobs;
        self.setup.knobs.drive_db = 0.0;
        self.mechanism.set(&self.setup);
        self.chain.set(&self.setup);
        self.setup.knobs = knobs;
        self.transport.set_wind(self.setup.deck.wind_c60_s);
        self.sound.match_goal = level_match(&self.setup);
    }

    /// Carries out what needs the sound to be closed.
    fn jump(&mut self, command: Command) {
        match command {
            Command::Insert {
                cassette,
                side,
                frame,
                play,
            } => {
                self.store.clear();
                self.transport.insert(cassette, side, frame, play);
                self.mechanism.set_tape(&self.setup, cassette.seed);
                self.tapes += 1;
                self.counter_offset = 0.0;
                self.hear(Some(Event::Key(Key::Cassette)));
            }
            _ => {
                let event = self.transport.key(command);
                self.hear(event);
            }
        }
        self.sound.jump = Some(Jump::Awaiting(0.0));
    }

    /// Nothing precedes the place under the head, so nothing has to be faded in.
    fn follows_silence(&self) -> bool {
        self.transport.frame <= self.transport.cassette.start[self.transport.side.index()] as f64
    }

    /// The programme is heard from its first frame, as loud as it is. The tape
    /// has its motor to come up to speed and needs no help.
    fn open_at_once(&mut self) {
        if self.sound.monitor == Monitor::Source && self.transport.is_playing() {
            self.sound.gate = 1.0;
            self.sound.gain = 1.0;
        }
    }

    fn hear(&mut self, event: Option<Event>) {
        match event {
            Some(Event::Spool) => self.sound.spool_s = SPOOL_S,
            Some(Event::Key(key)) if self.sound.monitor == Monitor::Tape => self.noises.key(key),
            _ => {}
        }
        if event.is_some() {
            self.sound.still_s = 0.0;
        }
        if event == Some(Event::Key(Key::DoorShut)) {
            self.sound.jump = Some(Jump::Awaiting(0.0));
        }
    }

    fn passage(&self) -> Passage {
        let geometry = &self.transport.cassette.geometry;
        let side_s = self.transport.side_s();
        Passage {
            side: self.transport.side,
            frame: self.transport.frame,
            speed: self.transport.speed,
            length_frames: geometry.side_s() * f64::from(self.sample_rate),
            left_turns: geometry.supply_turns(side_s),
            right_turns: geometry.turns(side_s),
            left_radius_mm: geometry.radius_mm(geometry.side_s() - side_s),
            right_radius_mm: geometry.radius_mm(side_s),
        }
    }

    fn counter(&self) -> f64 {
        self.transport
            .cassette
            .geometry
            .counter(self.transport.side_s())
    }

    /// Tells the recorder where the head is and, now and then, the screen how
    /// everything is.
    fn report(&mut self) {
        let (side, frame) = self.transport.destination();
        self.head
            .set(side, frame.max(0.0) as u64, self.transport.speed);
        self.quanta = (self.quanta + 1) % SNAPSHOT_EVERY;
        if self.quanta == 0 {
            self.publish();
        }
    }

    fn publish(&mut self) {
        let at = self.passage();
        let transport = &self.transport;
        let snapshot = Snapshot {
            motion: transport.motion,
            side: transport.side,
            side_s: transport.side_s(),
            length_s: transport.cassette.geometry.side_s(),
            speed: transport.speed,
            speed_setting: transport.setting,
            left_radius_mm: at.left_radius_mm,
            right_radius_mm: at.right_radius_mm,
            left_turns: at.left_turns,
            right_turns: at.right_turns,
            counter: (self.counter() - self.counter_offset).rem_euclid(COUNTER),
            meters: self.meters.read(),
            monitor: self.sound.monitor,
            volume: self.sound.volume,
            muted: self.sound.muted,
            knobs: self.setup.knobs,
            auto_reverse: transport.auto_reverse,
            noises: self.sound.noises,
            missed_blocks: self.missed,
            ended: transport.ended,
            awaiting: self.sound.jump.is_some(),
            still: self.sound.still_s > QUIET_S,
            tape: self.tapes,
            frames: self.frames,
        };
        *self.snapshots.input_buffer_mut() = snapshot;
        self.snapshots.publish();
    }
}

impl Render for Deck {
    fn render(&mut self, out: &mut [Frame]) {
        let mut done = 0;
        while done < out.len() {
            if self.handed == QUANTUM {
                let mut ready = std::mem::replace(&mut self.ready, [[0.0; 2]; QUANTUM]);
                self.quantum(&mut ready);
                self.ready = ready;
                self.handed = 0;
                self.frames += QUANTUM as u64;
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
        self.store.clear();
        self.mechanism = Mechanism::new(sample_rate, &self.setup, self.seed);
        let tape = self.transport.cassette.seed;
        self.mechanism.set_tape(&self.setup, tape);
        self.chain = PlaybackChain::new(sample_rate, &self.setup, self.seed);
        self.apply_setup();
        self.noises = Noises::new(sample_rate, self.seed);
        // What was dubbed at the other rate is no use; the new dubbing comes
        // with a new tape.
        self.transport.cassette.generation = u32::MAX;
        self.sound.jump = Some(Jump::Awaiting(0.0));
        self.handed = QUANTUM;
        self.publish();
    }
}
