//! What a deck's counter will stand at: by two readings of it, kept by name.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::str::FromStr;

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};

use crate::files;
use afterdark_tape::cassette::{CounterLaw, Geometry, LEADER_S, Length};

/// What a counter showed after some play: `5:00=112`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reading {
    seconds: f64,
    digits: f64,
}

impl FromStr for Reading {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let read = || {
            let (time, digits) = text.split_once('=')?;
            let mut seconds = 0.0;
            for part in time.split(':') {
                seconds = 60.0 * seconds + part.trim().parse::<f64>().ok()?;
            }
            let digits = digits.trim().parse().ok()?;
            Some(Self { seconds, digits })
        };
        let read = read().filter(|reading| reading.seconds > 0.0 && reading.digits > 0.0);
        read.ok_or_else(|| {
            "it takes a time and what the counter shows, such as 5:00=112".to_owned()
        })
    }
}

/// A deck's readings, as they are kept in `counters.toml`.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Kept {
    /// The cassette that they were read on.
    length: Length,
    readings: [Reading; 2],
}

/// A counter.
pub(super) struct Counter(Option<(CounterLaw, Length)>);

impl Counter {
    /// The counter kept by this name, or this program's own. Where there are
    /// readings they are kept; they were made on a cassette of this length.
    pub(super) fn open(
        name: Option<&str>,
        readings: &[Reading],
        length: Option<Length>,
    ) -> Result<Self> {
        let Some(name) = name else {
            return Ok(Self(None));
        };
        let mut all = read()?;
        if !readings.is_empty() {
            let [first, second] = readings else {
                bail!("two readings of the counter tell its law: give --reading twice");
            };
            let length = length.context("say by --length what cassette the counter was read on")?;
            let readings = [*first, *second];
            let kept = Kept { length, readings };
            law(&kept)?;
            all.insert(name.to_owned(), kept);
            let path = place()?;
            if let Some(folder) = path.parent() {
                let cannot = || format!("cannot make {}", folder.display());
                std::fs::create_dir_all(folder).with_context(cannot)?;
            }
            files::save(&path, toml::to_string(&all)?.as_bytes(), true)?;
        }
        let Some(kept) = all.get(name) else {
            bail!(
                "no counter is kept by the name `{name}`; give two readings of it, such as \
                 --length C60 --reading 5:00=112 --reading 25:00=430"
            );
        };
        Ok(Self(Some((law(kept)?, kept.length))))
    }

    /// Digits `t` seconds after 000 at the end of the leader.
    pub(super) fn at(&self, t: f64, length: Length) -> u32 {
        let digits = match self.0 {
            Some((law, read_on)) => law.with_length(read_on, length).at(t),
            None => {
                let geometry = Geometry::new(length);
                geometry.counter(LEADER_S + t) - geometry.counter(LEADER_S)
            }
        };
        digits.round().max(0.0) as u32
    }
}

fn law(kept: &Kept) -> Result<CounterLaw> {
    let [first, second] = kept
        .readings
        .map(|reading| (reading.seconds, reading.digits));
    CounterLaw::from_readings(first, second).context(
        "no counter can count like that: later it must show more, and its digits come slower and slower",
    )
}

fn place() -> Result<PathBuf> {
    let folder = files::config().context("there is no home folder to keep the counter in")?;
    Ok(folder.join("counters.toml"))
}

fn read() -> Result<BTreeMap<String, Kept>> {
    let path = place()?;
    match std::fs::read_to_string(&path) {
        Ok(text) => {
            toml::from_str(&text).with_context(|| format!("cannot read {}", path.display()))
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(BTreeMap::new()),
        Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
    }
}
