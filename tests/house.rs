//! The order of the house: which room may know which, that no two files know
//! each other, and how long files and functions may be. CONTRIBUTING.md says why.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// Rooms of the program's package from the roof down; those of a row know
/// nothing of each other.
const ROOMS: [&[&str]; 10] = [
    &["main"],
    &["cli"],
    &["ui", "desktop"],
    &["jcard"],
    &["player"],
    &["shelf"],
    &["deck"],
    &["recorder"],
    &["output", "input"],
    &["look", "files", "render"],
];

const LONGEST_FILE: usize = 450;
const LONGEST_FUNCTION: usize = 100;

/// The packages' folders.
const PACKAGES: [&str; 3] = ["src", "crates/tape/src", "crates/media/src"];

/// Modules of a package by their paths, `["player", "card"]`, and their text
/// without tests and comments.
type Modules = BTreeMap<Vec<String>, String>;

/// Which modules a module knows, each in a file of its own.
type Arrows = BTreeMap<Vec<String>, BTreeSet<Vec<String>>>;

fn read(package: &str) -> (Modules, Vec<(String, String)>) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(package);
    let (mut modules, mut files) = (Modules::new(), Vec::new());
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                let place = path.strip_prefix(&root).unwrap().with_extension("");
                let mut place: Vec<String> = place
                    .iter()
                    .map(|part| part.to_str().unwrap().to_owned())
                    .collect();
                if matches!(place.last().map(String::as_str), Some("mod" | "lib")) {
                    place.pop();
                }
                modules.insert(place, code(&text));
                files.push((
                    format!("{package}/{}", path.strip_prefix(&root).unwrap().display()),
                    text,
                ));
            }
        }
    }
    (modules, files)
}

/// The text without comments and without items under `#[cfg(test)]`, as
/// rustfmt sets them: an item ends at a brace in its own column, or on its line.
fn code(text: &str) -> String {
    let mut out = String::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let indent = line.len() - line.trim_start().len();
        if line.trim() == "#[cfg(test)]" {
            let end = format!("{}}}", " ".repeat(indent));
            let first = lines.by_ref().find(|line| !line.trim().starts_with("#["));
            if first.is_some_and(|first| !first.ends_with([';', '}'])) {
                lines.by_ref().find(|line| *line == end);
            }
        } else if !line.trim_start().starts_with("//") {
            out.push_str(line);
            out.push('\n');
        }
    }
    out
}

/// Every path in a text, `use` trees opened: `["super", "card", "write"]`, and
/// whether it is one that is handed on (`pub use`), and under what name.
fn paths(text: &str) -> Vec<(Vec<String>, Option<String>)> {
    let mut found = Vec::new();
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let end = match c {
            c if c.is_alphanumeric() || c == '_' => rest
                .find(|c: char| !c.is_alphanumeric() && c != '_')
                .unwrap_or(rest.len()),
            ':' if rest.starts_with("::") => 2,
            // Text is not code, and a quote may be a lifetime's.
            '"' => 1 + string_end(&rest[1..]),
            c => c.len_utf8(),
        };
        if !c.is_whitespace() {
            tokens.push(&rest[..end]);
        }
        rest = &rest[end..];
    }
    let mut at = 0;
    while at < tokens.len() {
        let token = tokens[at];
        if token == "in" && at > 1 && tokens[at - 1] == "(" && tokens[at - 2] == "pub" {
            // Where a thing may be seen is nothing that it knows.
            while tokens[at] != ")" {
                at += 1;
            }
            continue;
        }
        let handed_on = token == "use" && at > 0 && matches!(tokens[at - 1], "pub" | ")");
        if token == "use" {
            at = tree(&tokens, at + 1, &[], handed_on, &mut found);
        } else if is_name(token) && tokens.get(at + 1) == Some(&"::") && !preceded(&tokens, at) {
            let mut path = vec![token.to_owned()];
            while tokens.get(at + 1) == Some(&"::")
                && tokens.get(at + 2).is_some_and(|t| is_name(t))
            {
                path.push(tokens[at + 2].to_owned());
                at += 2;
            }
            found.push((path, None));
        }
        at += 1;
    }
    found
}

fn is_name(token: &str) -> bool {
    token.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

fn preceded(tokens: &[&str], at: usize) -> bool {
    at > 0 && matches!(tokens[at - 1], "::" | ".")
}

fn string_end(rest: &str) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

/// Opens a tree of `use` from `at` on; gives where it ends.
fn tree(
    tokens: &[&str],
    mut at: usize,
    before: &[String],
    handed_on: bool,
    found: &mut Vec<(Vec<String>, Option<String>)>,
) -> usize {
    let mut path = before.to_vec();
    while at < tokens.len() {
        match tokens[at] {
            "{" => {
                at += 1;
                while tokens[at] != "}" {
                    at = tree(tokens, at, &path, handed_on, found);
                    at += usize::from(tokens[at] == ",");
                }
                return at + 1;
            }
            "," | "}" | ";" => break,
            "as" => {
                let name = tokens[at + 1].to_owned();
                found.push((path, handed_on.then_some(name)));
                return at + 2;
            }
            "::" => {}
            name => path.push(name.to_owned()),
        }
        at += 1;
    }
    if path.last().is_some_and(|last| last == "self") {
        path.pop();
    }
    let name = path.last().cloned();
    found.push((path, name.filter(|_| handed_on)));
    at
}

/// Which files of the package a file knows, by their modules.
fn arrows(modules: &Modules) -> Arrows {
    let all: BTreeMap<_, _> = modules
        .iter()
        .map(|(module, text)| (module.clone(), paths(text)))
        .collect();
    let mut arrows = BTreeMap::new();
    for (module, paths) in &all {
        let known = paths.iter().filter_map(|(path, _)| {
            let place = place_of(path, module, modules)?;
            Some(resolve(&place, modules, &all, 0))
        });
        // A file and the parts in the folder of its name are one thing.
        let itself = |known: &[String]| {
            known == module.as_slice() || module.len() > 2 && known == &module[..module.len() - 1]
        };
        let known: BTreeSet<_> = known.filter(|known| !itself(known)).collect();
        arrows.insert(module.clone(), known);
    }
    arrows
}

/// A path from the root of the package; none where it leads out of it.
fn place_of(path: &[String], module: &[String], modules: &Modules) -> Option<Vec<String>> {
    let mut place = module.to_vec();
    let mut rest = path;
    match path.first()?.as_str() {
        "crate" => {
            place.clear();
            rest = &rest[1..];
        }
        "self" => rest = &rest[1..],
        "super" => {
            while rest.first().is_some_and(|part| part == "super") {
                place.pop();
                rest = &rest[1..];
            }
        }
        child => {
            place.push(child.to_owned());
            modules.get(&place)?;
            rest = &rest[1..];
        }
    }
    place.extend_from_slice(rest);
    Some(place)
}

/// The file in which a thing stands: down the modules, and on where a name is
/// only handed on.
fn resolve(
    place: &[String],
    modules: &Modules,
    paths: &BTreeMap<Vec<String>, Vec<(Vec<String>, Option<String>)>>,
    depth: usize,
) -> Vec<String> {
    let mut module = place.to_vec();
    while !modules.contains_key(&module) {
        module.pop();
    }
    let Some(name) = place.get(module.len()).filter(|_| depth < 8) else {
        return module;
    };
    let handed = paths[&module]
        .iter()
        .find(|(_, as_name)| as_name.as_ref() == Some(name));
    let on = handed.and_then(|(path, _)| place_of(path, &module, modules));
    match on {
        Some(mut on) => {
            on.extend_from_slice(&place[module.len() + 1..]);
            resolve(&on, modules, paths, depth + 1)
        }
        None => module,
    }
}

/// Ways from a file back to itself, until no more would be left without their
/// last arrows.
fn circles(arrows: &Arrows) -> Vec<String> {
    fn walk<'a>(
        module: &'a Vec<String>,
        arrows: &'a Arrows,
        way: &mut Vec<&'a Vec<String>>,
        done: &mut BTreeSet<&'a Vec<String>>,
        found: &mut Vec<String>,
    ) {
        if let Some(first) = way.iter().position(|before| *before == module) {
            let names = way[first..].iter().chain([&module]);
            let names: Vec<_> = names.map(|module| module.join("::")).collect();
            found.push(names.join(" → "));
        } else if done.insert(module) {
            way.push(module);
            for next in &arrows[module] {
                walk(next, arrows, way, done, found);
            }
            way.pop();
        }
    }
    let (mut done, mut found) = (BTreeSet::new(), Vec::new());
    for module in arrows.keys() {
        walk(module, arrows, &mut Vec::new(), &mut done, &mut found);
    }
    found
}

/// Arrows that point up, or across, between the rooms of the program.
fn upward(arrows: &Arrows) -> Vec<String> {
    let floor = |module: &[String]| {
        let room = module.first()?;
        let floor = ROOMS
            .iter()
            .position(|rooms| rooms.contains(&room.as_str()));
        assert!(floor.is_some(), "the room {room} stands in no row of ROOMS");
        floor
    };
    let mut wrong = Vec::new();
    for (from, known) in arrows {
        for to in known {
            let (Some(above), Some(below)) = (floor(from), floor(to)) else {
                continue;
            };
            if from[0] != to[0] && above >= below {
                wrong.push(format!("{} knows {}", from.join("::"), to.join("::")));
            }
        }
    }
    wrong
}

#[test]
fn no_two_files_know_each_other() {
    let mut all = Vec::new();
    for package in PACKAGES {
        let arrows = arrows(&read(package).0);
        assert!(arrows.len() > 20, "{package}: is this all?");
        let circles = circles(&arrows);
        all.extend(circles.iter().map(|way| format!("{package}: {way}")));
    }
    assert!(all.is_empty(), "{}", all.join("\n"));
}

#[test]
fn no_room_knows_one_above_it() {
    let wrong = upward(&arrows(&read("src").0));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_circle_and_a_look_upwards_are_found() {
    let modules = read("src").0;
    for (file, line, way) in [
        // A pair, through names that are handed on, and with no `use`.
        (
            "files",
            "use crate::cli::log::VARIABLE;",
            "files knows cli::log",
        ),
        (
            "render",
            "use super::player::{self as p, Engine as E};",
            "render knows player::engine",
        ),
        (
            "deck::meter",
            "fn f() { crate::ui::run(); }",
            "deck::meter knows ui::run",
        ),
    ] {
        let place: Vec<String> = file.split("::").map(str::to_owned).collect();
        let mut changed = modules.clone();
        changed.get_mut(&place).unwrap().push_str(line);
        let arrows = arrows(&changed);
        assert!(
            upward(&arrows).iter().any(|wrong| wrong == way),
            "{line}: {:?}",
            upward(&arrows)
        );
    }
    let mut changed = modules;
    let files = vec!["files".to_owned()];
    changed
        .get_mut(&files)
        .unwrap()
        .push_str("pub use crate::player::Memory;");
    let ways = circles(&arrows(&changed));
    let names = |way: &String| way.contains("files → player::memory → files");
    assert!(ways.iter().any(names), "{ways:?}");
}

#[test]
fn files_and_functions_can_be_read_at_a_sitting() {
    let mut long = Vec::new();
    for package in PACKAGES {
        for (file, text) in read(package).1 {
            let lines: Vec<&str> = text.lines().collect();
            if lines.len() > LONGEST_FILE {
                long.push(format!("{file} has {} lines", lines.len()));
            }
            for (first, line) in lines.iter().enumerate() {
                let body = line.trim_start();
                let mut words = body.split_whitespace();
                let is_function = words.by_ref().take(5).any(|word| word == "fn");
                if !is_function || body.starts_with("//") || !body.contains('(') {
                    continue;
                }
                let end = format!("{}}}", &line[..line.len() - body.len()]);
                let last = lines[first..].iter().position(|line| *line == end);
                let one_line = line.ends_with([';', '}']);
                if let Some(length) = last.filter(|length| !one_line && *length >= LONGEST_FUNCTION)
                {
                    long.push(format!(
                        "{file}:{} is {} lines of a function",
                        first + 1,
                        length + 1
                    ));
                }
            }
        }
    }
    assert!(long.is_empty(), "{}", long.join("\n"));
}
