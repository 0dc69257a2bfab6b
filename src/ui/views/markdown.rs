//! Simple Markdown set as lines of a given width: headings, lists, quotes,
//! rules, strong and emphasised words. Anything else stays as it is written.

use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};

use crate::look::theme::CardColors;
use afterdark_media::text;

/// Sets `source` in lines of at most `columns`.
pub fn set(source: &str, columns: usize, look: &CardColors) -> Vec<Line<'static>> {
    let columns = columns.max(8);
    let plain = Style::new().fg(look.text.into());
    let mut lines: Vec<Line<'static>> = Vec::new();
    let mut paragraph = String::new();
    let flush = |paragraph: &mut String, lines: &mut Vec<Line<'static>>| {
        if !paragraph.is_empty() {
            lines.extend(flow(paragraph, columns, "", "", plain, look));
            paragraph.clear();
        }
    };
    for raw in source.lines() {
        let raw = raw.trim_end();
        let line = raw.trim_start();
        let list = line.strip_prefix("- ").or_else(|| line.strip_prefix("* "));
        if line.is_empty() {
            flush(&mut paragraph, &mut lines);
            if lines.last().is_some_and(|l| l.width() > 0) {
                lines.push(Line::default());
            }
        } else if let Some(head) = heading(line) {
            flush(&mut paragraph, &mut lines);
            let style = Style::new()
                .fg(look.accent.into())
                .add_modifier(Modifier::BOLD);
            lines.extend(flow(head, columns, "", "", style, look));
        } else if line.chars().all(|c| matches!(c, '-' | '*' | '_')) && line.len() >= 3 {
            flush(&mut paragraph, &mut lines);
            lines.push(Line::styled(
                "─".repeat(columns),
                Style::new().fg(look.rule.into()),
            ));
        } else if let Some(item) = list {
            flush(&mut paragraph, &mut lines);
            lines.extend(flow(item, columns, "• ", "  ", plain, look));
        } else if let Some(quote) = line.strip_prefix('>') {
            flush(&mut paragraph, &mut lines);
            let style = Style::new()
                .fg(look.dim.into())
                .add_modifier(Modifier::ITALIC);
            lines.extend(flow(quote.trim_start(), columns, "│ ", "│ ", style, look));
        } else {
            if !paragraph.is_empty() {
                paragraph.push(' ');
            }
            paragraph.push_str(line);
            // Two spaces or a backslash at the end keep the line's end.
            if raw.ends_with('\\') {
                paragraph.pop();
                flush(&mut paragraph, &mut lines);
            }
        }
    }
    flush(&mut paragraph, &mut lines);
    while lines.last().is_some_and(|l| l.width() == 0) {
        lines.pop();
    }
    lines
}

fn heading(line: &str) -> Option<&str> {
    let text = line.trim_start_matches('#');
    let level = line.len() - text.len();
    ((1..=6).contains(&level))
        .then(|| text.strip_prefix(' '))
        .flatten()
}

/// Flows text into lines, `first` before the first and `rest` before the others.
fn flow(
    source: &str,
    columns: usize,
    first: &'static str,
    rest: &'static str,
    style: Style,
    look: &CardColors,
) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    let mut line: Vec<Span<'static>> = vec![Span::styled(first, style)];
    let mut used = text::width(first);
    let (mut fresh, mut glued) = (true, true);
    for (words, style) in inline(source, style, look) {
        for (i, part) in words.split(' ').enumerate() {
            glued &= i == 0;
            for (k, piece) in text::wrap(part, columns - text::width(rest))
                .iter()
                .enumerate()
            {
                let w = text::width(piece);
                let space = usize::from(!fresh && !glued && k == 0);
                if !fresh && used + space + w > columns {
                    lines.push(Line::from(std::mem::take(&mut line)));
                    line.push(Span::styled(rest, style));
                    used = text::width(rest);
                } else if space > 0 {
                    line.push(Span::styled(" ", style));
                    used += 1;
                }
                line.push(Span::styled(piece.clone(), style));
                used += w;
                (fresh, glued) = (false, true);
            }
            glued = false;
        }
        glued = !words.ends_with(' ');
    }
    lines.push(Line::from(line));
    lines
}

/// Splits into runs of one style at `**`, `*`, `_` and backquotes.
fn inline(source: &str, base: Style, look: &CardColors) -> Vec<(String, Style)> {
    let source = text::printable(source);
    let chars: Vec<char> = source.chars().collect();
    let mut out: Vec<(String, Style)> = Vec::new();
    let mut run = String::new();
    let (mut strong, mut soft, mut code) = (false, false, false);
    let style = |strong: bool, soft: bool, code: bool| {
        let mut s = base;
        if strong {
            s = s.add_modifier(Modifier::BOLD);
        }
        if soft {
            s = s.add_modifier(Modifier::ITALIC);
        }
        if code {
            s = s.fg(look.second.into());
        }
        s
    };
    let mut i = 0;
    while i < chars.len() {
        let c = chars[i];
        let double = chars.get(i + 1) == Some(&c);
        let before = i.checked_sub(1).map(|k| chars[k]);
        let after = chars.get(i + if double { 2 } else { 1 }).copied();
        // A mark opens before a letter and closes after one; one between two
        // letters, as in snake_case, or alone among spaces is no mark.
        let opens = after.is_some_and(|c| !c.is_whitespace());
        let closes = before.is_some_and(|c| !c.is_whitespace());
        let inside = c == '_'
            && before.is_some_and(char::is_alphanumeric)
            && after.is_some_and(char::is_alphanumeric);
        let toggles = match c {
            '*' | '_' if !code && !inside => {
                if if double { strong } else { soft } {
                    closes
                } else {
                    opens
                }
            }
            '`' => true,
            _ => false,
        };
        if !toggles {
            run.push(c);
            i += 1;
            continue;
        }
        out.push((std::mem::take(&mut run), style(strong, soft, code)));
        match (c, double) {
            ('`', _) => code = !code,
            (_, true) => {
                strong = !strong;
                i += 1;
            }
            _ => soft = !soft,
        }
        i += 1;
    }
    out.push((run, style(strong, soft, code)));
    out.retain(|(words, _)| !words.is_empty());
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::look::theme::Theme;

    fn plain(source: &str, columns: usize) -> Vec<String> {
        let look = Theme::default().card;
        set(source, columns, &look)
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn notes_are_set_as_a_person_would_expect() {
        let text = "# Side A\nIs for the *drive out*;\nside **B** is for `4th St`.\n\n- one two three\n- a_b\n> hush";
        assert_eq!(
            plain(text, 14),
            [
                "Side A",
                "Is for the",
                "drive out;",
                "side B is for",
                "4th St.",
                "",
                "• one two",
                "  three",
                "• a_b",
                "│ hush"
            ]
        );
    }

    #[test]
    fn marks_do_their_work_and_vanish() {
        let look = Theme::default().card;
        let lines = set("a **b** _c_ 2 * 3", 40, &look);
        assert_eq!(lines[0].to_string(), "a b c 2 * 3");
        let find = |w: &str| {
            lines[0]
                .spans
                .iter()
                .find(|s| s.content == w)
                .unwrap()
                .style
        };
        assert!(find("b").add_modifier.contains(Modifier::BOLD));
        assert!(find("c").add_modifier.contains(Modifier::ITALIC));
        assert!(find("a").add_modifier.is_empty());
    }
}
