//! Paths in what is pasted or dropped on the terminal: a file manager gives
//! lines or `file:` addresses, a terminal quotes for the shell.

use std::path::PathBuf;

use afterdark_media::playlist;

/// The paths, where the text is nothing but absolute paths. Whether they are
/// there is not asked: a disk may be slow to answer.
pub(super) fn paths(text: &str) -> Option<Vec<PathBuf>> {
    let mut paths = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let mut rest = line;
        while !rest.is_empty() {
            let (word, after) = word(rest);
            paths.push(path(&word)?);
            rest = after.trim_start();
        }
    }
    (!paths.is_empty()).then_some(paths)
}

/// What begins like this begins another path.
fn begins(text: &str) -> bool {
    let text = text.trim_start_matches(['\'', '"']);
    ["/", "~/", "file:"]
        .iter()
        .any(|start| text.starts_with(start))
}

/// The first path, without its quotes, and what is behind it. A space that
/// another path does not follow is part of it.
fn word(text: &str) -> (String, &str) {
    let mut word = String::new();
    let mut quote = None;
    let mut letters = text.char_indices();
    while let Some((at, letter)) = letters.next() {
        match (letter, quote) {
            ('\\', None | Some('"')) => word.extend(letters.next().map(|(_, letter)| letter)),
            (letter, Some(open)) if letter == open => quote = None,
            ('\'' | '"', None) => quote = Some(letter),
            (' ', None) if begins(&text[at + 1..]) => return (word, &text[at..]),
            _ => word.push(letter),
        }
    }
    (word, "")
}

fn path(word: &str) -> Option<PathBuf> {
    if let Some(rest) = word.strip_prefix("~/") {
        return std::env::home_dir().map(|home| home.join(rest));
    }
    if word.starts_with("file:") {
        return Some(playlist::from_file_address(word));
    }
    word.starts_with('/').then(|| PathBuf::from(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_read_however_terminals_and_file_managers_write_them() {
        for (text, wanted) in [
            ("/m/a.mp3", &["/m/a.mp3"][..]),
            (
                "/m/My Songs/a b.mp3\n/m/c.flac\r\n",
                &["/m/My Songs/a b.mp3", "/m/c.flac"],
            ),
            (
                "'/m/it'\\''s.mp3' /m/c.flac ",
                &["/m/it's.mp3", "/m/c.flac"],
            ),
            (
                "/m/My\\ Songs/a.mp3 \"/m/c d.flac\"",
                &["/m/My Songs/a.mp3", "/m/c d.flac"],
            ),
            ("file:///m/My%20Songs/%C3%A9.mp3", &["/m/My Songs/é.mp3"]),
        ] {
            let wanted: Vec<PathBuf> = wanted.iter().map(PathBuf::from).collect();
            assert_eq!(paths(text), Some(wanted), "{text}");
        }
        for text in [
            "",
            "q",
            "never let me go",
            "a.mp3",
            "https://example.org/a.mp3",
        ] {
            assert_eq!(paths(text), None, "{text}");
        }
    }
}
