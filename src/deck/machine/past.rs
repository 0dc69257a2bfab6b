//! The last quanta, so that what was rendered and is not heard can be rendered
//! again in another way.

use super::{Deck, QUANTUM};
use crate::deck::machine::output_stage::OutputStage;
use crate::deck::meter::Meters;
use crate::deck::transport::Transport;

/// Quanta remembered: a quarter of a second at 192 kHz and a bit more.
const QUANTA: usize = 1_024;

/// How the machine stood before a quantum. The filters' and generators' own
/// memory is not in it: whoever takes sound back fades over to the new.
#[derive(Clone, Copy)]
struct Moment {
    transport: Transport,
    stage: OutputStage,
    meters: Meters,
    missed: u64,
    missing: Option<u64>,
}

/// A ring of moments, the last on top.
pub(super) struct Past {
    moments: Box<[Option<Moment>]>,
    /// Where the next goes.
    top: usize,
    /// How many there are to go back to.
    depth: usize,
}

impl Past {
    pub(super) fn new() -> Self {
        Self {
            moments: vec![None; QUANTA].into_boxed_slice(),
            top: 0,
            depth: 0,
        }
    }

    /// What lies before this cannot be gone back to: a command was taken up.
    pub(super) fn forget(&mut self) {
        self.depth = 0;
    }

    fn push(&mut self, moment: &Moment) {
        self.moments[self.top] = Some(*moment);
        self.top = (self.top + 1) % QUANTA;
        self.depth = (self.depth + 1).min(QUANTA);
    }

    /// Takes off the last `count`, and gives the earliest of them.
    fn pop(&mut self, count: usize) -> Option<Moment> {
        self.top = (self.top + QUANTA - count) % QUANTA;
        self.depth -= count;
        self.moments[self.top]
    }
}

impl Deck {
    pub(super) fn remember(&mut self) {
        self.past.push(&Moment {
            transport: self.transport,
            stage: self.stage,
            meters: self.meters,
            missed: self.missed,
            missing: self.missing,
        });
    }

    /// Goes back to the start of a quantum, at most `frames` ago; returns how many.
    pub(super) fn go_back(&mut self, frames: usize) -> usize {
        let ahead = if self.next.is_some() { QUANTUM } else { 0 };
        let unheard = QUANTUM - self.handed + ahead;
        let quanta = ((frames + unheard) / QUANTUM).min(self.past.depth);
        if quanta == 0 || quanta * QUANTUM < unheard {
            return 0;
        }
        let Some(moment) = self.past.pop(quanta) else {
            return 0;
        };
        self.transport = moment.transport;
        self.stage = moment.stage;
        self.meters = moment.meters;
        self.missed = moment.missed;
        self.missing = moment.missing;
        self.handed = QUANTUM;
        self.next = None;
        self.frames -= (quanta * QUANTUM) as u64;
        quanta * QUANTUM - unheard
    }
}
