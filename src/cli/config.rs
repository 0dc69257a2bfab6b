//! What the listener's own `config.toml` says of playing, below the options of
//! the command line.

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::{Result, anyhow};
use clap::ValueEnum;
use serde::{Deserialize, Deserializer};

use super::sound::LoudnessArg;
use crate::files;

/// What can be set for good; each as the option of the same name.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Config {
    pub theme: Option<String>,
    #[serde(deserialize_with = "named")]
    pub colors: Option<Colors>,
    #[serde(deserialize_with = "named")]
    pub pictures: Option<Pictures>,
    pub reduced_motion: bool,
    pub keep_title: bool,
    pub device: Option<String>,
    #[serde(deserialize_with = "named")]
    pub loudness: Option<LoudnessArg>,
    pub patient: bool,
    pub no_wear: bool,
    pub notifications: bool,
    pub let_sleep: bool,
    pub mpd: Option<String>,
    pub mpd_password: Option<String>,
    /// The listener's own keys, and what each does.
    pub keys: BTreeMap<String, String>,
    /// Folders of music.
    pub shelf: Vec<PathBuf>,
}

impl Config {
    /// Reads it; all as it comes where there is no such file.
    ///
    /// # Errors
    /// When the file cannot be read or says something that is not known, with
    /// the line.
    pub fn read() -> Result<Self> {
        let Some(path) = files::config().map(|folder| folder.join("config.toml")) else {
            return Ok(Self::default());
        };
        match std::fs::read_to_string(&path) {
            Ok(text) => toml::from_str(&text)
                .map_err(|error| anyhow!("{}: {}", path.display(), error.to_string().trim_end())),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(anyhow!("cannot read {}: {error}", path.display())),
        }
    }
}

/// How many colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Colors {
    /// All of them
    True,
    /// The 256 of xterm
    #[value(name = "256")]
    Indexed,
    /// The old 16
    #[value(name = "16")]
    Sixteen,
    /// None
    None,
}

/// How pictures are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Pictures {
    /// As block characters, the finest that the terminal is known to draw well
    #[value(alias = "off")]
    Blocks,
    /// As block characters of two pixels, which every font has
    Halves,
    /// As block characters of four pixels
    Quadrants,
    /// As block characters of six pixels (Unicode 13)
    Sextants,
    /// As pixels, by the protocol of kitty
    Kitty,
    /// As pixels, by the inline images of iTerm2
    Iterm,
    /// As pixels, as sixels
    Sixel,
    /// As plain ASCII
    Ascii,
}

/// By the name that the command line has for it.
fn named<'de, D: Deserializer<'de>, T: ValueEnum>(given: D) -> Result<Option<T>, D::Error> {
    let name = String::deserialize(given)?;
    T::from_str(&name, true).map(Some).map_err(|_| {
        let known = T::value_variants().iter().filter_map(T::to_possible_value);
        let known: Vec<_> = known.map(|value| value.get_name().to_owned()).collect();
        serde::de::Error::custom(format!("`{name}` is none of {}", known.join(", ")))
    })
}
