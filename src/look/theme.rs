//! Colours, each theme one small TOML file.

use std::path::{Path, PathBuf};

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
    pub screen: ScreenColors,
    /// The J-card.
    pub card: CardColors,
    /// The paper label of the cassette.
    pub label: LabelColors,
    /// The rest of the cassette.
    pub shell: ShellColors,
    /// The machine round it.
    pub machine: MachineColors,
}

/// Colours of the bare screen.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct ScreenColors {
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
pub struct CardColors {
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
pub struct LabelColors {
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
pub struct ShellColors {
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
pub struct MachineColors {
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

impl MachineColors {
    /// Colours of a piano key's face at its top and its foot, up or down.
    pub fn key_face(&self, down: bool) -> (Rgb, Rgb) {
        if down {
            (self.key.mix(BLACK, 0.22), self.key.mix(BLACK, 0.08))
        } else {
            (self.key.mix(self.key_light, 0.30), self.key)
        }
    }
}

const WHITE: Rgb = Rgb([255; 3]);
const BLACK: Rgb = Rgb([0; 3]);

/// Least contrast of text (WCAG 2.2, 1.4.3).
const READABLE: f64 = 4.5;

/// File names and texts of the themes that come with the program.
const BUILT_IN: [(&str, &str); 5] = [
    ("after-dark", include_str!("themes/after-dark.toml")),
    ("norfolk", include_str!("themes/norfolk.toml")),
    ("pavilion", include_str!("themes/pavilion.toml")),
    ("velvet", include_str!("themes/velvet.toml")),
    ("chalk", include_str!("themes/chalk.toml")),
];

/// Why there is no theme.
#[derive(Debug, thiserror::Error)]
pub enum ThemeError {
    /// There is none of this name.
    #[error("there is no theme `{name}`: choose one of {}", Theme::built_in().collect::<Vec<_>>().join(", "))]
    Unknown {
        /// What was asked for.
        name: String,
    },
    /// Its file cannot be read.
    #[error("the theme {} cannot be read: {why}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The disk's own reason.
        why: std::io::Error,
    },
    /// Its file is no theme.
    #[error("the theme {} is not right: {why}", path.display())]
    Wrong {
        /// The file.
        path: PathBuf,
        /// The line and what is wrong with it.
        why: toml::de::Error,
    },
}

impl Theme {
    /// Reads a theme's TOML.
    ///
    /// # Errors
    /// With the line and what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, toml::de::Error> {
        toml::from_str(text)
    }

    /// Names of the themes that come with the program.
    pub fn built_in() -> impl Iterator<Item = &'static str> {
        BUILT_IN.iter().map(|(name, _)| *name)
    }

    /// All that there are, by the names they are called by: the built-in ones,
    /// then those in the user's folder that can be read; one there with the
    /// name of a built-in one takes its place.
    pub fn all(folder: Option<&Path>) -> Vec<(String, Self)> {
        let mut names: Vec<String> = Self::built_in().map(str::to_owned).collect();
        let own = folder.and_then(|folder| std::fs::read_dir(folder).ok());
        let mut more: Vec<String> = own
            .into_iter()
            .flatten()
            .filter_map(|entry| {
                let path = entry.ok()?.path();
                let is_theme = path.extension().is_some_and(|e| e == "toml");
                let name = path.file_stem()?.to_str()?.to_owned();
                (is_theme && !names.contains(&name)).then_some(name)
            })
            .collect();
        more.sort();
        names.append(&mut more);
        let load = |name: String| Some((Self::named(&name, folder).ok()?, name));
        names
            .into_iter()
            .filter_map(load)
            .map(|(t, n)| (n, t))
            .collect()
    }

    /// The theme of that name: the user's own `name.toml` in `folder` first,
    /// then a built-in one, then a file of that path.
    ///
    /// # Errors
    /// When there is none, or it cannot be read.
    pub fn named(name: &str, folder: Option<&Path>) -> Result<Self, ThemeError> {
        let own = folder.map(|folder| folder.join(format!("{name}.toml")));
        if let Some(path) = own.filter(|path| path.is_file()) {
            return Self::load(&path);
        }
        if let Some((_, text)) = BUILT_IN.iter().find(|(known, _)| *known == name) {
            return Self::parse(text).map_err(|why| ThemeError::Wrong {
                path: name.into(),
                why,
            });
        }
        if Path::new(name).is_file() {
            return Self::load(Path::new(name));
        }
        Err(ThemeError::Unknown { name: name.into() })
    }

    /// Ink of a piano key's name, up or down: the first that can be read there.
    pub fn on_key(&self, down: bool) -> Rgb {
        let (top, foot) = self.machine.key_face(down);
        let contrast = |ink: &Rgb| ink.contrast(top).min(ink.contrast(foot));
        let lit = down.then_some(self.screen.second);
        lit.into_iter()
            .chain([self.machine.key_text, WHITE])
            .find(|ink| contrast(ink) >= READABLE)
            .unwrap_or(BLACK)
    }

    fn load(path: &Path) -> Result<Self, ThemeError> {
        let text = std::fs::read_to_string(path).map_err(|why| ThemeError::Unreadable {
            path: path.to_owned(),
            why,
        })?;
        Self::parse(&text).map_err(|why| ThemeError::Wrong {
            path: path.to_owned(),
            why,
        })
    }
}

impl Default for Theme {
    fn default() -> Self {
        // A test reads every built-in theme, so this one is known to be right.
        Self::parse(BUILT_IN[0].1).expect("the built-in theme is right")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_of_every_theme_can_be_read() {
        for name in Theme::built_in() {
            let theme = Theme::named(name, None).unwrap();
            let Theme {
                screen: s,
                card: c,
                label: l,
                machine: m,
                ..
            } = &theme;
            let mut pairs = vec![
                ("selection", s.select_text, s.select),
                ("chosen", s.select_text, c.paper.mix(s.select, 0.5)),
                ("label ink", l.ink, l.paper),
                ("label dim", l.dim, l.paper),
                ("wheel", m.wheel_text, m.wheel),
                ("blank song", s.bad, c.paper),
            ];
            for down in [false, true] {
                let ((top, foot), ink) = (m.key_face(down), theme.on_key(down));
                pairs.extend([("key", ink, top), ("key", ink, foot)]);
            }
            for (what, ground) in [
                ("screen", s.back),
                ("machine", m.top),
                ("machine", m.bottom),
            ] {
                pairs.extend([s.text, s.dim, s.accent, s.second, s.bad].map(|i| (what, i, ground)));
            }
            pairs.extend([c.text, c.dim, c.accent, c.second].map(|ink| ("card", ink, c.paper)));
            for (what, ink, ground) in pairs {
                let contrast = ink.contrast(ground);
                assert!(
                    contrast >= READABLE,
                    "{name}: {what} {ink:?} on {ground:?}: {contrast:.2}"
                );
            }
        }
    }

    #[test]
    fn keys_of_any_theme_of_the_user_can_be_read() {
        for (key, text, lit) in [(0x20, 0x30, 0x28), (0xf0, 0xff, 0xe8), (0x80, 0x80, 0x80)] {
            let mut theme = Theme::default();
            theme.machine.key = Rgb([key; 3]);
            theme.machine.key_light = Rgb([key; 3]);
            theme.machine.key_text = Rgb([text; 3]);
            theme.screen.second = Rgb([lit; 3]);
            for down in [false, true] {
                let (ink, (top, foot)) = (theme.on_key(down), theme.machine.key_face(down));
                let contrast = ink.contrast(top).min(ink.contrast(foot));
                // On a middle grey neither black nor white reaches more.
                let least = if key == 0x80 { 3.0 } else { 4.5 };
                assert!(contrast >= least, "{key:x} {down}: {contrast:.2}");
            }
        }
    }

    #[test]
    fn contrast_is_that_of_the_standard() {
        // WCAG 2.2: black on white is 21 to 1; #767676 on white is the
        // well-known lightest grey that passes, 4.54.
        assert!((Rgb([0; 3]).contrast(Rgb([255; 3])) - 21.0).abs() < 1e-9);
        assert!((Rgb([0x76; 3]).contrast(Rgb([255; 3])) - 4.54).abs() < 0.01);
    }

    #[test]
    fn a_theme_of_the_user_comes_first_and_a_wrong_one_says_what_is_wrong() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("velvet.toml");
        let text = BUILT_IN[3].1.replace("#0d0809", "#123456");
        std::fs::write(&path, text).unwrap();
        let theme = Theme::named("velvet", Some(folder.path())).unwrap();
        assert_eq!(theme.screen.back, Rgb([0x12, 0x34, 0x56]));
        std::fs::write(&path, BUILT_IN[3].1.replace("#0d0809", "red")).unwrap();
        let wrong = Theme::named("velvet", Some(folder.path())).unwrap_err();
        assert!(wrong.to_string().contains("`red` is no colour"), "{wrong}");
        let unknown = Theme::named("neon", None).unwrap_err();
        assert!(unknown.to_string().contains("norfolk"), "{unknown}");
    }
}
