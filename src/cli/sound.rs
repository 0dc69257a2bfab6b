//! The options that decide how a tape sounds, the same for playing and dubbing.

use anyhow::{Result, anyhow};
use clap::Args;

use crate::cassette::Length;
use crate::tape::{DeckProfile, Formulation, Setup};

/// Cassette, machine and tape.
#[derive(Args, Clone, Debug, Default)]
pub struct SoundArgs {
    /// Cassette length, such as C60; the smallest that holds everything otherwise
    #[arg(long, value_name = "CNN")]
    pub length: Option<Length>,
    /// The machine that plays: one of those that `--deck help` lists
    #[arg(long, value_name = "NAME")]
    pub deck: Option<String>,
    /// The tape it is recorded on: one of those that `--tape help` lists
    #[arg(long, value_name = "NAME")]
    pub tape: Option<String>,
}

impl SoundArgs {
    /// The setup chosen, all knobs as they measure.
    ///
    /// # Errors
    /// When a name is not known; the error lists those that are.
    pub fn setup(&self) -> Result<Setup> {
        let mut setup = Setup::default();
        if let Some(name) = &self.deck {
            let all = DeckProfile::all()
                .iter()
                .map(|d| (d.id.as_str(), d.name.as_str()));
            setup.deck = DeckProfile::by_id(name).ok_or_else(|| unknown("deck", name, all))?;
        }
        if let Some(name) = &self.tape {
            let all = Formulation::all()
                .iter()
                .map(|t| (t.id.as_str(), t.name.as_str()));
            setup.tape = Formulation::by_id(name).ok_or_else(|| unknown("tape", name, all))?;
        }
        Ok(setup)
    }
}

fn unknown<'a>(
    what: &str,
    name: &str,
    all: impl Iterator<Item = (&'a str, &'a str)>,
) -> anyhow::Error {
    let list: Vec<String> = all.map(|(id, name)| format!("  {id:12} {name}")).collect();
    anyhow!(
        "there is no {what} `{name}`; there are\n{}",
        list.join("\n")
    )
}
