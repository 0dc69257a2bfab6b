//! Going from one setting to another without a click.

/// What can take over from another of its kind in the middle of the sound.
pub trait Successor {
    /// Takes over the memory of `from` and keeps its own settings.
    fn inherit(&mut self, from: &Self);
}

/// One that sounds, one that comes in, one that waits for its turn.
#[derive(Clone, Debug)]
pub struct Change<T> {
    slots: [T; 3],
    /// How far the second has come in.
    progress: Option<f32>,
    waiting: bool,
}

impl<T: Successor + Clone> Change<T> {
    pub fn new(first: T) -> Self {
        Self {
            slots: [first.clone(), first.clone(), first],
            progress: None,
            waiting: false,
        }
    }

    /// Sets up the one that shall sound, by `configure`.
    pub fn to(&mut self, configure: impl FnOnce(&mut T)) {
        configure(&mut self.slots[2]);
        self.waiting = true;
        self.advance();
    }

    /// Applies to all alike, to reset them.
    pub fn all(&mut self) -> &mut [T; 3] {
        &mut self.slots
    }

    /// Skips a change that is on its way: for where nothing sounds.
    pub fn settle(&mut self) {
        while self.progress.is_some() || self.waiting {
            self.advance();
            if self.progress.take().is_some() {
                self.slots.swap(0, 1);
            }
        }
    }

    /// The one that sounds, or will when the change is over.
    pub fn settled(&self) -> &T {
        &self.slots[usize::from(self.progress.is_some())]
    }

    /// The one that sounds; and while a change is on, the one that comes in,
    /// with its weight at the start and the end of the next `step` of the change.
    pub fn parts(&mut self, step: f32) -> (&mut T, Option<(&mut T, [f32; 2])>) {
        if self.progress.is_some_and(|p| p >= 1.0) {
            self.slots.swap(0, 1);
            self.progress = None;
        }
        self.advance();
        let [active, next, _] = &mut self.slots;
        let incoming = self.progress.as_mut().map(|p| {
            let from = *p;
            *p = (from + step).min(1.0);
            (next, [smooth(from), smooth(*p)])
        });
        (active, incoming)
    }

    fn advance(&mut self) {
        if self.waiting && self.progress.is_none() {
            self.slots.swap(1, 2);
            let [active, next, _] = &mut self.slots;
            next.inherit(active);
            self.progress = Some(0.0);
            self.waiting = false;
        }
    }
}

/// From 0 to 1 with level ends.
fn smooth(x: f32) -> f32 {
    x * x * (3.0 - 2.0 * x)
}

/// Seconds that a change of the sound takes.
pub const CHANGE_S: f32 = 0.03;
