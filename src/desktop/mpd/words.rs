//! The words of the protocol: <https://mpd.readthedocs.io/en/stable/protocol.html>.

/// Why a line is refused: MPD's number for it, and the reason.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Refusal(pub u8, pub String);

/// Wrong arguments.
pub(super) fn wrong(why: &str) -> Refusal {
    Refusal(2, why.to_owned())
}

/// A line in its words; those in quotes may have blanks and escapes in them.
pub(super) fn split(line: &str) -> Result<Vec<String>, Refusal> {
    let mut words = Vec::new();
    let mut chars = line.chars().peekable();
    loop {
        while chars.next_if(|c| c.is_whitespace()).is_some() {}
        let Some(&first) = chars.peek() else {
            return Ok(words);
        };
        let mut word = String::new();
        if first == '"' {
            chars.next();
            loop {
                match chars.next() {
                    Some('"') => break,
                    Some('\\') => word.extend(chars.next()),
                    Some(c) => word.push(c),
                    None => return Err(Refusal(5, "a quote is not closed".to_owned())),
                }
            }
        } else {
            while let Some(c) = chars.next_if(|c| !c.is_whitespace()) {
                word.push(c);
            }
        }
        words.push(word);
    }
}

/// What a song has to be like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Test {
    /// In small letters; `any` is any of them.
    pub tag: String,
    pub value: String,
    /// All of it, or a part.
    pub whole: bool,
    pub not: bool,
}

/// The tests in the words behind `find` and `search`: pairs, or an expression
/// such as `((artist == "Ana") AND (album contains "dark"))`. What stands behind
/// them (`sort`, `window`, `group`) is left out.
pub(super) fn tests(words: &[String], whole: bool) -> Result<Vec<Test>, Refusal> {
    let mut tests = Vec::new();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        if word.starts_with('(') {
            tests.extend(expression(word, whole)?);
            continue;
        }
        let Some(value) = words.next() else {
            return Err(wrong("a value is missing"));
        };
        let tag = word.to_lowercase();
        if !matches!(tag.as_str(), "sort" | "window" | "group") {
            tests.push(Test {
                tag,
                value: value.clone(),
                whole,
                not: false,
            });
        }
    }
    Ok(tests)
}

/// All of it must hold: `AND` is the only word between.
fn expression(text: &str, whole: bool) -> Result<Vec<Test>, Refusal> {
    let plain: String = text.chars().filter(|c| !matches!(c, '(' | ')')).collect();
    let mut words = split(&plain)?.into_iter().peekable();
    let mut tests = Vec::new();
    while let Some(word) = words.next() {
        if word == "AND" {
            continue;
        }
        let (Some(how), Some(value)) = (words.next(), words.next()) else {
            return Err(wrong("an expression is not whole"));
        };
        let (whole, not) = match how.as_str() {
            "==" => (whole, false),
            "!=" => (whole, true),
            "contains" | "starts_with" | "=~" => (false, false),
            _ => return Err(wrong("an expression is not known here")),
        };
        tests.push(Test {
            tag: word.trim_start_matches('!').to_lowercase(),
            value,
            whole,
            not,
        });
    }
    Ok(tests)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_as_clients_write_them() {
        let words = |line| split(line).unwrap();
        assert_eq!(
            words(r#"find artist "A \"B\" \\ c""#),
            ["find", "artist", r#"A "B" \ c"#]
        );
        assert_eq!(words("  play\t3 "), ["play", "3"]);
        assert_eq!(words(r#"add """#), ["add", ""]);
        assert!(split("add \"x").is_err());
        let test = |tag: &str, value: &str, whole, not| Test {
            tag: tag.to_owned(),
            value: value.to_owned(),
            whole,
            not,
        };
        let line = words(r#"find "((Artist == \"Ana\") AND (album != 'x'))" sort title"#);
        let found = tests(&line[1..], true).unwrap();
        assert_eq!(found[0], test("artist", "Ana", true, false));
        assert_eq!(found[1].tag, "album");
        assert_eq!(found.len(), 2);
        let line = words("search any dark");
        assert_eq!(
            tests(&line[1..], false),
            Ok(vec![test("any", "dark", false, false)])
        );
    }
}
