//! What the terminal can do: said by the user, by its answers, or by its name.

use std::io::{self, Write};
use std::time::{Duration, Instant};

use rustix::termios::{OptionalActions, SpecialCodeIndex, tcgetattr, tcsetattr};

use super::{Characters, Depth};

/// How pictures are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Graphics {
    /// Block characters, in every terminal.
    #[default]
    Blocks,
    /// True pixels by kitty's protocol.
    Kitty,
    /// True pixels by iTerm2's inline images.
    Iterm,
    /// True pixels as sixels.
    Sixel,
}

/// What the terminal can do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ability {
    /// How many colours.
    pub depth: Depth,
    /// Which characters there are.
    pub characters: Characters,
    /// How pictures are shown.
    pub graphics: Graphics,
    /// Whether lines under text can have colours of their own.
    pub ruled: bool,
    /// Whether it draws the sextants of Unicode 13 itself, so that no font need
    /// have them.
    pub sextants: bool,
    /// Pixels of a cell, across and down, where it says so.
    pub cell: Option<(u16, u16)>,
}

/// What the user wishes instead of what is found out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// See [`Ability::depth`].
    pub depth: Option<Depth>,
    /// See [`Ability::characters`].
    pub characters: Option<Characters>,
    /// See [`Ability::graphics`].
    pub graphics: Option<Graphics>,
}

impl Ability {
    /// Asks a terminal in raw mode, and believes the user first.
    pub fn find(wanted: Wanted) -> Self {
        let variable = |name: &str| std::env::var(name).unwrap_or_default();
        let mut found = named(&variable);
        // Asking costs a moment: only where the answer can change anything.
        let settled = found.graphics == Graphics::Kitty
            || found.depth == Depth::Mono
            || found.characters == Characters::Console;
        let inside = Multiplexer::of(&variable);
        let told = wanted.graphics == Some(Graphics::Blocks) && wanted.depth.is_some();
        if !settled
            && !told
            && let Ok(answer) = ask(inside)
        {
            found = found.with(&answer, inside != Multiplexer::None);
        }
        Self {
            depth: wanted.depth.unwrap_or(found.depth),
            characters: wanted.characters.unwrap_or(found.characters),
            graphics: wanted.graphics.unwrap_or(found.graphics),
            ruled: found.ruled,
            sextants: found.sextants,
            cell: found.cell,
        }
    }

    /// Adds what a terminal answered.
    fn with(mut self, answer: &str, multiplexed: bool) -> Self {
        if self.depth != Depth::Mono
            && ["48:2:1:2:3", "48:2::1:2:3", "48;2;1;2;3"]
                .iter()
                .any(|s| answer.contains(s))
        {
            self.depth = Depth::True;
        }
        if answer.contains("_Gi=31;OK") && !multiplexed {
            self.graphics = Graphics::Kitty;
        }
        // CSI ? 62 ; 4 ; … c, where 4 says sixel
        let attributes = answer
            .rsplit("\x1b[?")
            .next()
            .and_then(|a| a.split_once('c'));
        let draws = attributes.is_some_and(|(list, _)| list.split(';').skip(1).any(|a| a == "4"));
        if draws && self.graphics == Graphics::Blocks && !multiplexed {
            self.graphics = Graphics::Sixel;
        }
        // CSI > 0 ; version ; 1 c: Alacritty, of 0.14 and later.
        let version = answer
            .split("\x1b[>0;")
            .nth(1)
            .and_then(|a| a.split_once(';'));
        if let Some((version, _)) = version
            && !multiplexed
            && version
                .parse::<u32>()
                .is_ok_and(|v| (1400..100_000).contains(&v))
        {
            self.sextants = true;
        }
        // CSI 6 ; height ; width t
        let size = answer
            .split("\x1b[6;")
            .nth(1)
            .and_then(|rest| rest.split_once('t'));
        if let Some((height, width)) = size.and_then(|(numbers, _)| numbers.split_once(';')) {
            self.cell = width.parse().ok().zip(height.parse().ok());
        }
        self
    }
}

/// What the environment says.
fn named(variable: &dyn Fn(&str) -> String) -> Ability {
    let term = variable("TERM");
    let says = |name: &str, values: &[&str]| values.iter().any(|v| variable(name).contains(v));
    let depth = if !variable("NO_COLOR").is_empty() || term == "dumb" {
        Depth::Mono
    } else if says("COLORTERM", &["truecolor", "24bit"])
        || ["direct", "kitty", "foot", "alacritty", "ghostty", "wezterm"]
            .iter()
            .any(|t| term.contains(t))
        || !variable("WT_SESSION").is_empty()
        || says("TERM_PROGRAM", &["iTerm", "WezTerm", "vscode", "ghostty"])
    {
        Depth::True
    } else if term.contains("256color") {
        Depth::Indexed
    } else {
        Depth::Sixteen
    };
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
        .into_iter()
        .map(variable)
        .find(|v| !v.is_empty());
    // No locale at all is more often a bare container than an old terminal.
    let ascii = locale.is_some_and(|l| {
        let l = l.to_lowercase();
        !l.contains("utf-8") && !l.contains("utf8") && l != "c" && l != "posix"
    });
    let characters = match (ascii, term.as_str()) {
        (true, _) => Characters::Ascii,
        (false, "linux") => Characters::Console,
        (false, _) => Characters::All,
    };
    let pixels = depth == Depth::True && ["kitty", "ghostty"].iter().any(|t| term.contains(t));
    // xterm takes the colour of a line for faint text; these know it.
    let ruled = [
        "kitty",
        "ghostty",
        "foot",
        "wezterm",
        "alacritty",
        "tmux",
        "screen",
    ]
    .iter()
    .any(|t| term.contains(t))
        || says(
            "TERM_PROGRAM",
            &["iTerm", "WezTerm", "vscode", "ghostty", "tmux"],
        )
        || ["VTE_VERSION", "WT_SESSION", "KONSOLE_VERSION"]
            .iter()
            .any(|name| !variable(name).is_empty());
    let multiplexed = Multiplexer::of(variable) != Multiplexer::None;
    let iterm = says("TERM_PROGRAM", &["iTerm", "WezTerm"]) || says("LC_TERMINAL", &["iTerm2"]);
    let graphics = if pixels {
        Graphics::Kitty
    } else if iterm && depth != Depth::Mono && !multiplexed {
        Graphics::Iterm
    } else {
        Graphics::Blocks
    };
    let sextants = !multiplexed
        && (["kitty", "ghostty", "foot", "wezterm"]
            .iter()
            .any(|t| term.contains(t))
            || says("TERM_PROGRAM", &["WezTerm", "ghostty"])
            || variable("VTE_VERSION")
                .parse()
                .is_ok_and(|v: u32| v >= 7000));
    Ability {
        depth,
        characters,
        graphics,
        ruled,
        sextants,
        cell: None,
    }
}

/// How long to wait for a terminal's answer.
const PATIENCE: Duration = Duration::from_millis(400);

/// What the program runs in, in the terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Multiplexer {
    None,
    Tmux,
    Screen,
}

impl Multiplexer {
    pub fn of(variable: &dyn Fn(&str) -> String) -> Self {
        let term = variable("TERM");
        if !variable("TMUX").is_empty() || term.starts_with("tmux") {
            Self::Tmux
        } else if !variable("STY").is_empty() || term.starts_with("screen") {
            Self::Screen
        } else {
            Self::None
        }
    }
}

/// What to ask: for pixels, for colours, for a cell's size, and last for what
/// every terminal answers. tmux and screen take kitty's question for a window's
/// title, and screen passes the one for colours on to what it runs in.
fn question(inside: Multiplexer) -> &'static [u8] {
    match inside {
        Multiplexer::None => {
            b"\x1b_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\\
              \x1b[48:2:1:2:3m\x1bP$qm\x1b\\\x1b[m\x1b[16t\x1b[>c\x1b[c"
        }
        Multiplexer::Tmux => b"\x1b[48:2:1:2:3m\x1bP$qm\x1b\\\x1b[m\x1b[16t\x1b[>c\x1b[c",
        Multiplexer::Screen => b"\x1b[16t\x1b[>c\x1b[c",
    }
}

/// Asks for pixels, colours, cell size, and last for what every terminal
/// answers, and gives what came until then.
fn ask(inside: Multiplexer) -> io::Result<String> {
    let input = io::stdin();
    let before = tcgetattr(&input)?;
    let mut timed = before.clone();
    // Reads return after a tenth of a second without a byte.
    timed.special_codes[SpecialCodeIndex::VMIN] = 0;
    timed.special_codes[SpecialCodeIndex::VTIME] = 1;
    tcsetattr(&input, OptionalActions::Now, &timed)?;
    let answer = exchange(inside);
    tcsetattr(&input, OptionalActions::Now, &before)?;
    answer
}

fn exchange(inside: Multiplexer) -> io::Result<String> {
    let mut out = io::stdout();
    out.write_all(question(inside))?;
    out.flush()?;
    let mut answer = Vec::new();
    let since = Instant::now();
    let mut byte = [0; 64];
    while since.elapsed() < PATIENCE {
        let n = rustix::io::read(rustix::stdio::stdin(), &mut byte)?;
        answer.extend_from_slice(&byte[..n]);
        // CSI ? … c
        let text = String::from_utf8_lossy(&answer);
        if text
            .rsplit("\x1b[?")
            .next()
            .is_some_and(|rest| text.contains("\x1b[?") && rest.contains('c'))
        {
            break;
        }
    }
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(pairs: &[(&str, &str)]) -> Ability {
        named(&|name| {
            pairs
                .iter()
                .find(|(n, _)| *n == name)
                .map_or("", |p| p.1)
                .to_owned()
        })
    }

    #[test]
    fn names_say_how_many_colours() {
        for (pairs, depth) in [
            (
                &[("TERM", "xterm-256color"), ("COLORTERM", "truecolor")][..],
                Depth::True,
            ),
            (&[("TERM", "xterm-kitty")], Depth::True),
            (&[("TERM", "xterm-256color")], Depth::Indexed),
            (&[("TERM", "linux")], Depth::Sixteen),
            (&[("TERM", "xterm-kitty"), ("NO_COLOR", "1")], Depth::Mono),
        ] {
            assert_eq!(of(pairs).depth, depth, "{pairs:?}");
        }
        for (pairs, characters) in [
            (
                [("TERM", "xterm"), ("LANG", "de_DE.ISO-8859-1")],
                Characters::Ascii,
            ),
            (
                [("TERM", "xterm"), ("LANG", "de_DE.UTF-8")],
                Characters::All,
            ),
            (
                [("TERM", "linux"), ("LANG", "de_DE.UTF-8")],
                Characters::Console,
            ),
        ] {
            assert_eq!(of(&pairs).characters, characters, "{pairs:?}");
        }
    }

    #[test]
    fn only_terminals_that_draw_sextants_themselves_get_them() {
        let vte = [("TERM", "xterm-256color"), ("VTE_VERSION", "7600")];
        assert!(of(&vte).sextants);
        assert!(of(&[("TERM", "foot")]).sextants);
        for (name, value) in [("TMUX", "/tmp/tmux-0/default,1,0"), ("TERM", "screen")] {
            assert!(!of(&[(name, value), vte[0], vte[1]]).sextants, "{name}");
        }
        assert!(!of(&[vte[0], ("VTE_VERSION", "5202")]).sextants);
        assert!(!of(&[("TERM", "xterm")]).sextants);
    }

    #[test]
    fn a_multiplexer_is_asked_nothing_that_it_takes_for_something_else() {
        let inside = |name: &str, value: &str| {
            let variable = |asked: &str| if asked == name { value } else { "" }.to_owned();
            question(Multiplexer::of(&variable)).to_vec()
        };
        let has = |question: &[u8], part: &[u8]| question.windows(part.len()).any(|w| w == part);
        assert!(has(&inside("TERM", "xterm"), b"\x1b_G"));
        for (name, value) in [
            ("TMUX", "/tmp/tmux-0/default,1,0"),
            ("TERM", "tmux-256color"),
            ("STY", "123.pts-0.host"),
            ("TERM", "screen"),
        ] {
            let question = inside(name, value);
            assert!(!has(&question, b"\x1b_"), "{name}={value}");
            assert!(question.ends_with(b"\x1b[c"), "{name}={value}");
        }
    }

    #[test]
    fn answers_are_understood() {
        let base = of(&[("TERM", "xterm-256color")]);
        // As kitty 0.40 and xterm 390 answer.
        let kitty = "\x1b_Gi=31;OK\x1b\\\x1bP1$r0;48:2:1:2:3m\x1b\\\x1b[6;18;9t\x1b[?62;c";
        let found = base.with(kitty, false);
        assert_eq!(found.graphics, Graphics::Kitty);
        assert_eq!(found.depth, Depth::True);
        assert_eq!(found.cell, Some((9, 18)));
        assert_eq!(base.with(kitty, true).graphics, Graphics::Blocks);
        let xterm = "\x1bP1$r0;48:2::1:2:3m\x1b\\\x1b[6;17;8t\x1b[?64;1;2;6c";
        assert_eq!(base.with(xterm, false).graphics, Graphics::Blocks);
        assert_eq!(base.with("\x1b[?1;2c", false), base);
        // xterm as a VT340, and as a VT420 without sixel.
        let sixel = "\x1b[6;17;8t\x1b[?63;1;2;4;6;9;15;22c";
        assert_eq!(base.with(sixel, false).graphics, Graphics::Sixel);
        assert_eq!(base.with(sixel, true).graphics, Graphics::Blocks);
        assert_eq!(
            base.with("\x1b[?64;1;2;6;9;15;22;28c", false).graphics,
            Graphics::Blocks
        );
        // Alacritty 0.15 and 0.11.
        assert!(base.with("\x1b[>0;1501;1c\x1b[?6c", false).sextants);
        assert!(!base.with("\x1b[>0;1501;1c\x1b[?6c", true).sextants);
        assert!(!base.with("\x1b[>0;1100;1c\x1b[?6c", false).sextants);
        let iterm = of(&[("TERM", "xterm-256color"), ("LC_TERMINAL", "iTerm2")]);
        assert_eq!(iterm.graphics, Graphics::Iterm);
    }
}
