//! Colours, each theme one small TOML file.

use std::path::Path;

use ratatui::style::Color;
use serde::Deserialize;

/// A colour of a theme, written `#rrggbb`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Deserialize)]
#[serde(try_from = "String")]
pub struct Rgb(pub [u8; 3]);

impl Rgb {
    /// The mixture with `other`, of which it holds `part` (0.0 to 1.0).
    pub fn mix(self, other: Rgb, part: f32) -> Rgb {
        let mut out = [0; 3];
        for ((o, a), b) in out.iter_mut().zip(self.0).zip(other.0) {
            *o = (f32::from(a) + (f32::from(b) - f32::from(a)) * part)
                .round()
                .clamp(0.0, 255.0) as u8;
        }
        Rgb(out)
    }

    /// Relative luminance, 0.0 to 1.0 (WCAG 2.2, "relative luminance").
    pub fn luminance(self) -> f64 {
        let linear = |c: u8| {
            let c = f64::from(c) / 255.0;
            if c <= 0.04045 {
                c / 12.92
            } else {
                ((c + 0.055) / 1.055).powf(2.4)
            }
        };
        0.2126 * linear(self.0[0]) + 0.7152 * linear(self.0[1]) + 0.0722 * linear(self.0[2])
    }

    /// Contrast ratio with `other`, 1 to 21 (WCAG 2.2, "contrast ratio").
    pub fn contrast(self, other: Rgb) -> f64 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }
}

impl TryFrom<String> for Rgb {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let digits = text.strip_prefix('#').unwrap_or(&text);
        if digits.len() == 6
            && let Ok(n) = u32::from_str_radix(digits, 16)
        {
            return Ok(Rgb([(n >> 16) as u8, (n >> 8) as u8, n as u8]));
        }
        Err(format!("`{text}` is no colour: write it as #rrggbb"))
    }
}

impl From<Rgb> for Color {
    fn from(rgb: Rgb) -> Self {
        Color::Rgb(rgb.0[0], rgb.0[1], rgb.0[2])
    }
}

/// What a screen wears.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Theme {
    /// For the eye.
    pub name: String,
    /// One sentence.
    pub about: String,
    /// Everything that is not painted.
    pub screen: Screen,
    /// The J-card.
    pub card: Card,
    /// The paper label of the cassette.
    pub label: Label,
    /// The rest of the cassette.
    pub shell: Shell,
    /// The machine round it.
    pub machine: Machine,
}

/// Colours of the bare screen.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct Screen {
    pub back: Rgb,
    pub text: Rgb,
    pub dim: Rgb,
    pub rule: Rgb,
    pub accent: Rgb,
    pub second: Rgb,
    pub low: Rgb,
    pub mid: Rgb,
    pub high: Rgb,
    pub bad: Rgb,
    pub select: Rgb,
    pub select_text: Rgb,
}

/// Colours of the J-card.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct Card {
    pub paper: Rgb,
    pub text: Rgb,
    pub dim: Rgb,
    pub rule: Rgb,
    pub accent: Rgb,
    pub second: Rgb,
}

/// Colours of the cassette's label.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct Label {
    pub paper: Rgb,
    pub ink: Rgb,
    pub dim: Rgb,
    pub rule: Rgb,
    /// From the top down.
    pub stripes: Vec<Rgb>,
}

/// Colours of the cassette's plastic and tape.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct Shell {
    pub body: Rgb,
    pub light: Rgb,
    pub dark: Rgb,
    pub window: Rgb,
    pub tape: Rgb,
    pub sheen: Rgb,
    pub hub: Rgb,
    pub hub_shade: Rgb,
    pub spindle: Rgb,
    pub leader: Rgb,
}

/// Colours of the machine.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct Machine {
    pub top: Rgb,
    pub bottom: Rgb,
    pub edge: Rgb,
    pub well: Rgb,
    pub key: Rgb,
    pub key_light: Rgb,
    pub key_dark: Rgb,
    pub key_text: Rgb,
    pub lamp: Rgb,
    pub wheel: Rgb,
    pub wheel_text: Rgb,
}

/// File names and texts of the themes that come with the program.
const BUILT_IN: [(&str, &str); 1] = [("after-dark", include_str!("themes/after-dark.toml"))];

impl Theme {
    /// Reads a theme's TOML.
    ///
    /// # Errors
    /// With the line and what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        toml::from_str(text).map_err(|e| e.to_string())
    }

    /// Names of the themes that come with the program.
    pub fn built_in() -> impl Iterator<Item = &'static str> {
        BUILT_IN.iter().map(|(name, _)| *name)
    }

    /// The theme of that name: the user's own `name.toml` in `folder` first,
    /// then a built-in one, then a file of that path.
    ///
    /// # Errors
    /// When there is none, or it cannot be read; with a sentence for the user.
    pub fn named(name: &str, folder: Option<&Path>) -> Result<Self, String> {
        let own = folder.map(|folder| folder.join(format!("{name}.toml")));
        if let Some(path) = own.filter(|path| path.is_file()) {
            return Self::load(&path);
        }
        if let Some((_, text)) = BUILT_IN.iter().find(|(known, _)| *known == name) {
            return Self::parse(text);
        }
        if Path::new(name).is_file() {
            return Self::load(Path::new(name));
        }
        let known: Vec<_> = Self::built_in().collect();
        Err(format!(
            "there is no theme `{name}`: choose one of {}",
            known.join(", ")
        ))
    }

    fn load(path: &Path) -> Result<Self, String> {
        let text = std::fs::read_to_string(path)
            .map_err(|e| format!("the theme {} cannot be read: {e}", path.display()))?;
        Self::parse(&text).map_err(|e| format!("the theme {} is not right: {e}", path.display()))
    }
}

impl Default for Theme {
    fn default() -> Self {
        // A test reads every built-in theme, so this one is known to be right.
        Self::parse(BUILT_IN[0].1).expect("the built-in theme is right")
    }
}
