//! The README and the manual say what the program does.

const README: &str = include_str!("../README.md");
const MANUAL: &str = include_str!("../docs/manual.md");

#[test]
fn the_keys_are_those_of_the_key_table() {
    let table = songs_after_dark::ui::keys::markdown();
    assert!(
        MANUAL.contains(&table),
        "put this into docs/manual.md:\n{table}"
    );
}

/// What the program once said less plainly, and what it says now.
const STRUCK: [(&str, &str); 24] = [
    (
        "a lone one: the door",
        "with only one tape, open and close the door",
    ),
    ("turn over by itself at the end", "auto-reverse"),
    ("Heard now: the source", "Monitor: source"),
    ("error of the head's angle", "azimuth error"),
    ("record softer, hotter", "record level down / up"),
    ("these keys", "this help"),
    ("close what lies on top", "close help or search"),
    (
        "Once more for a fresh tape",
        "Press F again for a fresh tape",
    ),
    ("Preset own", "Preset custom"),
    ("No words came with this song", "No lyrics for this song"),
    ("Missed blocks", "Late blocks"),
    ("of tape remain", "left"),
    ("Left over, no room", "Did not fit"),
    (
        "is there already; --force",
        "already exists; use --force to replace it",
    ),
    (
        "is no terminal; --no-ui",
        "not running in a terminal: use --no-ui",
    ),
    (
        "FLAC holds whole numbers only",
        "FLAC cannot hold 32-bit float",
    ),
    ("So many times the machine's", "Scale the deck's"),
    ("What shall always be so", "Defaults go in config.toml"),
    ("a wrong call", "bad arguments"),
    ("Neither hear nor count", "Switch wear off"),
    ("by the options' names", "under the options' names"),
    ("found out, if left out", "detected if omitted"),
    ("a tape switch stands at", "--eq takes"),
    (
        "It is kept by the second",
        "Wear is stored per second of tape",
    ),
];

#[test]
fn words_that_were_struck_out_stay_out() {
    let mut folders = vec![std::path::PathBuf::from(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/src"
    ))];
    let mut texts = vec![
        ("README.md".to_owned(), README.to_owned()),
        ("docs/manual.md".to_owned(), MANUAL.to_owned()),
    ];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if let Ok(text) = std::fs::read_to_string(&path) {
                // A text over several lines is one.
                let text: Vec<&str> = text.split("\\\n").map(str::trim_start).collect();
                texts.push((path.display().to_string(), text.concat()));
            }
        }
    }
    assert!(texts.len() > 100, "is this all?");
    for (file, text) in texts {
        for (struck, now) in STRUCK {
            assert!(!text.contains(struck), "{file}: “{struck}” is “{now}” now");
        }
    }
}
