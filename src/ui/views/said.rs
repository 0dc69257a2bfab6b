//! What has happened, in words: a sentence for each fact.

use crate::deck::Monitor;
use crate::ui::model::{Knob, Loop, OutputState, Said, Sleep, Sound, Switch};
use afterdark_media::text;

/// A fact as a sentence for the eye, clean.
pub fn sentence(said: &Said) -> String {
    let on = |on: bool| if on { "on" } else { "off" };
    match said {
        Said::Volume(volume) => format!("Volume {:.0} %", volume * 100.0),
        Said::Muted(true) => "Muted".to_owned(),
        Said::Muted(false) => "Unmuted".to_owned(),
        Said::Speed(speed) if (speed - 1.0).abs() < 1e-6 => "Normal speed".to_owned(),
        Said::Speed(speed) => format!("Speed {speed:.3}×"),
        Said::Monitor(Monitor::Tape) => "Monitor: tape".to_owned(),
        Said::Monitor(Monitor::Source) => "Monitor: source".to_owned(),
        Said::Knob(which, value) => knob(*which, *value),
        Said::KnobsReset => "All knobs back to the deck's own values".to_owned(),
        Said::Switched(which, sound) => switch(*which, sound),
        Said::NoChoice(which, name) => {
            format!("There is no {} “{}”", which.row().id, text::clean(name))
        }
        Said::AutoReverse(is) => format!("Auto-reverse {}", on(*is)),
        Said::Noises(is) => format!("Mechanical noises {}", on(*is)),
        Said::CounterReset => "Counter at 000".to_owned(),
        Said::Marked(counter) => format!("Mark at {counter:03}"),
        Said::Unmarked => "The mark is rubbed out".to_owned(),
        Said::NoMarks => "There is no mark on this side: ' makes one".to_owned(),
        Said::Flipped { side, blank: false } => format!("Side {}", side.name()),
        Said::Flipped { side, blank: true } => format!("Side {} is blank tape", side.name()),
        Said::LastSong => "This is the last song".to_owned(),
        Said::OneTape => "There is one tape in the box".to_owned(),
        Said::LastTape => "This is the last tape in the box".to_owned(),
        Said::FirstTape => "This is the first tape in the box".to_owned(),
        Said::FreshAsked => "Press F again for a fresh tape (its wear is forgotten)".to_owned(),
        Said::Fresh => "A fresh tape is in, as it came from the recorder".to_owned(),
        Said::WearOff => "Wear is off: the tape is as new".to_owned(),
        Said::Inserting => "Reading the tape".to_owned(),
        Said::Inserted(title) => title.clone(),
        Said::Waiting(Some(name)) => format!("Next tape: {}", text::clean(name)),
        Said::Waiting(None) => "No next tape".to_owned(),
        Said::NotInserted(reason) => {
            format!("That tape cannot be played: {}", text::clean(reason))
        }
        Said::Picture(Ok(path)) => {
            text::clean(&format!("A picture of this lies in {}", path.display()))
        }
        Said::Picture(Err(reason)) => text::clean(&format!("No picture: {reason}")),
        Said::Undone(true) => "The last change of the sound is undone".to_owned(),
        Said::Undone(false) => "Nothing to undo".to_owned(),
        Said::NotCopied(reason) => {
            format!("This tape cannot be copied: {}", text::clean(reason))
        }
        Said::Sleep(Sleep::Off) => "Sleep off".to_owned(),
        Said::Sleep(Sleep::Song) => "Stops at the end of the song".to_owned(),
        Said::Sleep(Sleep::Side) => "Stops at the end of the side".to_owned(),
        Said::Sleep(Sleep::Tape) => "Stops at the end of the tape".to_owned(),
        Said::Sleep(Sleep::After(time)) => {
            format!("Stops with a song in {} min", time.as_secs().div_ceil(60))
        }
        Said::Loop(Loop::Off) => "Repeat off".to_owned(),
        Said::Loop(Loop::Song) => "Repeats the song".to_owned(),
        Said::Loop(Loop::Side) => "Repeats the side".to_owned(),
        Said::Loop(Loop::Marks) => "Repeats what is between two marks".to_owned(),
        Said::Loop(Loop::Box) => "Repeats the whole box".to_owned(),
        Said::Theme(about) => text::clean(about),
        Said::DeviceLost(reason) | Said::SongFailed(reason) | Said::Remark(reason) => {
            text::clean(reason)
        }
        Said::DeviceBack(device) => format!("Playing to {device} again"),
        Said::NotKept { folder, reason } => text::clean(&format!(
            "Cannot remember the tape's place in {}: {reason}",
            folder.display()
        )),
    }
}

/// How a knob stands.
fn knob(knob: Knob, value: f32) -> String {
    format!("{} {}", knob.row().name, knob.shown(value))
}

/// How a switch stands.
fn switch(switch: Switch, sound: &Sound) -> String {
    let right = |i: usize| {
        let fits = if sound.eq_right[i] { "right" } else { "wrong" };
        format!("{}, {fits} for the tape", sound.eq[i])
    };
    match switch {
        Switch::Preset => format!("Preset {}", sound.preset),
        Switch::Deck => format!("{}: {}", sound.deck, sound.deck_about),
        Switch::Tape => format!("{}: {}", sound.tape, sound.tape_about),
        Switch::NrRecord => format!("Recorded with noise reduction {}", sound.nr[0]),
        Switch::NrPlay => format!("Played with noise reduction {}", sound.nr[1]),
        Switch::RecordEq => format!("Recorder's tape selector at {}", right(0)),
        Switch::PlayEq => format!("Deck's tape selector at {}", right(1)),
    }
}

/// Where the sound goes.
pub fn output(output: &OutputState) -> String {
    match output {
        OutputState::Opening => "opening the sound device".to_owned(),
        OutputState::Lost => "no sound device".to_owned(),
        OutputState::Open {
            device,
            sample_rate,
        } => format!("{device} · {} kHz", f64::from(*sample_rate) / 1000.0),
    }
}

/// What the machine does by itself, if anything.
pub fn timer(sleep: Sleep, repeat: Loop) -> Option<String> {
    let sleep = match sleep {
        Sleep::Off => None,
        Sleep::Song => Some("stops with the song".to_owned()),
        Sleep::Side => Some("stops with the side".to_owned()),
        Sleep::Tape => Some("stops with the tape".to_owned()),
        Sleep::After(left) => Some(format!("stops in {} min", left.as_secs().div_ceil(60))),
    };
    let repeat = match repeat {
        Loop::Off => None,
        Loop::Marks => Some("repeats between marks".to_owned()),
        repeat => Some(format!("repeats the {}", repeat.name())),
    };
    match (sleep, repeat) {
        (Some(sleep), Some(repeat)) => Some(format!("{repeat}, {sleep}")),
        (sleep, repeat) => sleep.or(repeat),
    }
}
