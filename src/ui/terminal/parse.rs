//! Bytes from the terminal to keys, mouse, focus and pasted text: ECMA-48,
//! xterm's mouse (mode 1006), bracketed paste, and kitty's keyboard protocol
//! (<https://sw.kovidgoyal.net/kitty/keyboard-protocol/>).

use crossterm::event::{Event, KeyCode, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};

use super::key_codes::{Input, arrow, held, key, kitty, numbered};

/// Longest sequence that is waited for, bytes; a paste may be as long as it is.
const LONGEST: usize = 1 << 16;
const PASTE: &[u8] = b"\x1b[200~";
const PASTE_END: &[u8] = b"\x1b[201~";

/// Makes input of bytes as they come.
#[derive(Debug, Default)]
pub(super) struct Parser {
    bytes: Vec<u8>,
}

/// What the first bytes are.
enum Step {
    /// So many of them are this, or nothing for us.
    Done(usize, Option<Input>),
    /// The end of it has still to come.
    Wait,
}

impl Parser {
    /// True where something has begun and not ended.
    pub fn waits(&self) -> bool {
        !self.bytes.is_empty()
    }

    /// Takes bytes; gives what is whole.
    pub fn feed(&mut self, bytes: &[u8]) -> Vec<Input> {
        self.bytes.extend_from_slice(bytes);
        let mut out = Vec::new();
        let mut from = 0;
        while from < self.bytes.len() {
            let Step::Done(n, input) = step(&self.bytes[from..]) else {
                break;
            };
            from += n;
            out.extend(input);
        }
        self.bytes.drain(..from);
        out
    }

    /// Nothing has come for a while: what was begun by a key is that key.
    pub fn settle(&mut self) -> Vec<Input> {
        match self.bytes[..] {
            [0x1b] => {
                self.bytes.clear();
                vec![key(KeyCode::Esc, KeyModifiers::NONE)]
            }
            // What begins a sequence is waited for all the same.
            [0x1b, c @ 0x20..=0x7e] if !matches!(c, b'[' | b'O') => {
                self.bytes.clear();
                vec![key(KeyCode::Char(c.into()), KeyModifiers::ALT)]
            }
            _ if self.bytes.starts_with(PASTE) => Vec::new(),
            _ => {
                if self.bytes.len() > LONGEST || self.bytes.first() != Some(&0x1b) {
                    self.bytes.clear();
                }
                Vec::new()
            }
        }
    }
}

fn step(bytes: &[u8]) -> Step {
    let done = |n, code, held| Step::Done(n, Some(key(code, held)));
    match bytes[0] {
        0x1b => escape(bytes),
        b'\r' | b'\n' => done(1, KeyCode::Enter, KeyModifiers::NONE),
        b'\t' => done(1, KeyCode::Tab, KeyModifiers::NONE),
        0x7f | 0x08 => done(1, KeyCode::Backspace, KeyModifiers::NONE),
        0 => done(1, KeyCode::Char(' '), KeyModifiers::CONTROL),
        c @ 1..=26 => done(
            1,
            KeyCode::Char((c + b'a' - 1).into()),
            KeyModifiers::CONTROL,
        ),
        0x1c..=0x1f => Step::Done(1, None),
        first => {
            let n = match first {
                0xf0..=0xf7 => 4,
                0xe0..=0xef => 3,
                0xc0..=0xdf => 2,
                _ => 1,
            };
            let Some(letter) = bytes.get(..n) else {
                return Step::Wait;
            };
            match std::str::from_utf8(letter)
                .ok()
                .and_then(|s| s.chars().next())
            {
                Some(c) => done(n, KeyCode::Char(c), KeyModifiers::NONE),
                None => Step::Done(1, None),
            }
        }
    }
}

fn escape(bytes: &[u8]) -> Step {
    match bytes.get(1) {
        None => Step::Wait,
        Some(b'[') => control_sequence(bytes),
        Some(b'O') => match bytes.get(2) {
            None => Step::Wait,
            Some(last) => Step::Done(3, arrow(*last).map(|code| key(code, KeyModifiers::NONE))),
        },
        // What a terminal answers: strings that end with ST or BEL.
        Some(b'P' | b']' | b'_' | b'^' | b'X') => {
            let end = bytes.windows(2).skip(2).position(|pair| pair == b"\x1b\\");
            let bell = bytes.iter().skip(2).position(|byte| *byte == 7);
            match (end, bell) {
                (Some(end), bell) if bell.is_none_or(|bell| end < bell) => {
                    Step::Done(end + 4, None)
                }
                (_, Some(bell)) => Step::Done(bell + 3, None),
                _ => Step::Wait,
            }
        }
        Some(0x1b) => Step::Done(1, Some(key(KeyCode::Esc, KeyModifiers::NONE))),
        Some(_) => match step(&bytes[1..]) {
            Step::Wait => Step::Wait,
            Step::Done(n, input) => Step::Done(
                n + 1,
                input.map(|mut input| {
                    if let Event::Key(key) = &mut input.event {
                        key.modifiers |= KeyModifiers::ALT;
                    }
                    input
                }),
            ),
        },
    }
}

/// A sequence `CSI … letter`.
fn control_sequence(bytes: &[u8]) -> Step {
    if bytes.starts_with(PASTE) {
        let body = &bytes[PASTE.len()..];
        let end = body.windows(PASTE_END.len()).position(|w| w == PASTE_END);
        return end.map_or(Step::Wait, |end| {
            let text = String::from_utf8_lossy(&body[..end]).into_owned();
            let all = PASTE.len() + end + PASTE_END.len();
            Step::Done(all, Some(Event::Paste(text).into()))
        });
    }
    let last = bytes
        .iter()
        .skip(2)
        .position(|b| !(0x20..=0x3f).contains(b));
    let Some(last) = last.map(|at| at + 2) else {
        return Step::Wait;
    };
    let Ok(parameters) = std::str::from_utf8(&bytes[2..last]) else {
        return Step::Done(last, None);
    };
    Step::Done(last + 1, sequence(parameters, bytes[last]))
}

fn sequence(parameters: &str, last: u8) -> Option<Input> {
    if let Some(mouse) = parameters.strip_prefix('<') {
        return self::mouse(mouse, last == b'm');
    }
    if parameters.starts_with(['?', '>', '=']) {
        return None;
    }
    let mut fields = parameters.split(';');
    let first = fields.next().unwrap_or_default();
    let held = held(fields.next().unwrap_or_default());
    match last {
        b'u' => kitty(first, held, fields.next().unwrap_or_default()),
        b'~' => Some(key(numbered(first.parse().ok()?)?, held)),
        b'Z' => Some(key(KeyCode::BackTab, held | KeyModifiers::SHIFT)),
        b'I' => Some(Event::FocusGained.into()),
        b'O' => Some(Event::FocusLost.into()),
        // With other numbers before it this is an answer.
        _ if matches!(first, "" | "1") => Some(key(arrow(last)?, held)),
        _ => None,
    }
}

/// `buttons;column;row`, by xterm's mode 1006.
fn mouse(parameters: &str, released: bool) -> Option<Input> {
    let mut numbers = parameters.split(';').map(|n| n.parse::<u16>().ok());
    let buttons = numbers.next()??;
    let column = numbers.next()??.checked_sub(1)?;
    let row = numbers.next()??.checked_sub(1)?;
    let button = match buttons & 3 {
        0 => Some(MouseButton::Left),
        1 => Some(MouseButton::Middle),
        2 => Some(MouseButton::Right),
        _ => None,
    };
    let kind = match (buttons >> 6 & 1, buttons >> 5 & 1, button) {
        (1, _, Some(MouseButton::Left)) => MouseEventKind::ScrollUp,
        (1, _, Some(MouseButton::Middle)) => MouseEventKind::ScrollDown,
        (1, ..) => return None,
        (_, 1, Some(button)) => MouseEventKind::Drag(button),
        (_, 1, None) => MouseEventKind::Moved,
        (_, _, Some(button)) if released => MouseEventKind::Up(button),
        (_, _, Some(button)) => MouseEventKind::Down(button),
        (_, _, None) => return None,
    };
    let mut modifiers = KeyModifiers::NONE;
    for (bit, modifier) in [
        (4, KeyModifiers::SHIFT),
        (8, KeyModifiers::ALT),
        (16, KeyModifiers::CONTROL),
    ] {
        if buttons & bit != 0 {
            modifiers |= modifier;
        }
    }
    let mouse = MouseEvent {
        kind,
        column,
        row,
        modifiers,
    };
    Some(Event::Mouse(mouse).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(bytes: &str) -> Vec<Input> {
        let mut parser = Parser::default();
        let mut out = parser.feed(bytes.as_bytes());
        out.extend(parser.settle());
        assert!(!parser.waits(), "{bytes:?}");
        out
    }

    #[test]
    fn keys_are_what_terminals_send_for_them() {
        use KeyCode::{BackTab, Char, Down, End, Enter, Esc, F, Home, Left, PageUp, Right, Up};
        let (none, shift) = (KeyModifiers::NONE, KeyModifiers::SHIFT);
        let (alt, control) = (KeyModifiers::ALT, KeyModifiers::CONTROL);
        // xterm's control sequences, and the examples of kitty's documentation.
        for (bytes, code, held) in [
            ("q", Char('q'), none),
            ("ж", Char('ж'), none),
            ("\x03", Char('c'), control),
            ("\r", Enter, none),
            ("\x1b", Esc, none),
            ("\x1bx", Char('x'), alt),
            ("\x1b_", Char('_'), alt),
            ("\x1b[A", Up, none),
            ("\x1bOB", Down, none),
            ("\x1b[1;2C", Right, shift),
            ("\x1b[1;2D", Left, shift),
            ("\x1b[Z", BackTab, shift),
            ("\x1b[5~", PageUp, none),
            ("\x1b[H", Home, none),
            ("\x1b[4~", End, none),
            ("\x1bOP", F(1), none),
            ("\x1b[97;5u", Char('a'), control),
            ("\x1b[97:65;2u", Char('A'), shift),
            ("\x1b[27u", Esc, none),
            ("\x1b[9;2u", BackTab, shift),
            ("\x1b[0;;229u", Char('å'), none),
            ("\x1b[57413u", Char('+'), none),
        ] {
            assert_eq!(typed(bytes), [key(code, held)], "{bytes:?}");
        }
    }

    #[test]
    fn a_key_of_another_script_says_where_it_is() {
        for (bytes, c, base) in [
            ("\x1b[1089::99;5u", 'с', 'c'),
            ("\x1b[1092::97;;1092u", 'ф', 'a'),
            ("\x1b[59::113;;59u", ';', 'q'),
            ("\x1b[1092:1060:97;2;1060u", 'Ф', 'A'),
        ] {
            let input = &typed(bytes)[0];
            let Event::Key(key) = &input.event else {
                panic!("{input:?}");
            };
            assert_eq!((key.code, input.base), (KeyCode::Char(c), Some(base)));
        }
    }

    #[test]
    fn answers_paste_and_mouse_press_no_keys() {
        let paste = Event::Paste("q\nё \u{1b}[31m".to_owned());
        assert_eq!(typed("\x1b[200~q\nё \x1b[31m\x1b[201~"), [paste.into()]);
        for answer in [
            "\x1bP1$r0;48:2:1:2:3m\x1b\\",
            "\x1b_Gi=31;OK\x1b\\",
            "\x1b]11;rgb:00/00/00\x07",
            "\x1b[?62;c",
            "\x1b[>0;1501;1c",
            "\x1b[6;18;9t",
            "\x1b[12;40R",
            "\x1b[57441;2u",
        ] {
            assert_eq!(typed(answer), [], "{answer:?}");
        }
        let mouse = |kind| {
            Input::from(Event::Mouse(MouseEvent {
                kind,
                column: 11,
                row: 4,
                modifiers: KeyModifiers::NONE,
            }))
        };
        let left = MouseButton::Left;
        for (bytes, kind) in [
            ("\x1b[<0;12;5M", MouseEventKind::Down(left)),
            ("\x1b[<0;12;5m", MouseEventKind::Up(left)),
            ("\x1b[<32;12;5M", MouseEventKind::Drag(left)),
            ("\x1b[<35;12;5M", MouseEventKind::Moved),
            ("\x1b[<64;12;5M", MouseEventKind::ScrollUp),
            ("\x1b[<65;12;5M", MouseEventKind::ScrollDown),
        ] {
            assert_eq!(typed(bytes), [mouse(kind)], "{bytes:?}");
        }
    }

    #[test]
    fn nothing_is_lost_or_made_up_where_reads_are_cut() {
        let bytes =
            "aж\x1b[1;2C\x1b[200~paste\x1b[201~\x1b[<0;12;5M\x1bOA\x1b_Gi=1;OK\x1b\\z".as_bytes();
        let mut whole = Parser::default();
        let wanted = whole.feed(bytes);
        assert_eq!(wanted.len(), 7);
        for cut in 1..bytes.len() {
            let mut parser = Parser::default();
            let mut out = parser.feed(&bytes[..cut]);
            out.extend(parser.feed(&bytes[cut..]));
            assert_eq!(out, wanted, "cut at {cut}");
        }
        // And by no bytes at all.
        for n in 0..2000_u32 {
            let noise: Vec<u8> = (0..n % 40)
                .map(|i| (n.wrapping_mul(2_654_435_761).rotate_left(i) >> 7) as u8)
                .collect();
            let mut parser = Parser::default();
            parser.feed(b"\x1b[");
            parser.feed(&noise);
            parser.settle();
        }
    }
}
