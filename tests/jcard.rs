//! The card for the case, as other programs read it.

mod tone;

use std::process::Command;

/// Titles that the fonts of every reader have not, from left to right and back.
const TITLES: [&str; 4] = ["Ночной поезд", "Τραγούδι της νύχτας", "Świt", "Plain"];

#[test]
fn the_card_has_every_script_as_picture_and_as_text() {
    let folder = tempfile::tempdir().unwrap();
    tone::tone(&folder.path().join("song.wav"), 3);
    let mut list = "#EXTM3U\n".to_owned();
    for title in TITLES {
        list += &format!("#EXTINF:3,Somebody - {title}\nsong.wav\n");
    }
    std::fs::write(folder.path().join("list.m3u8"), list).unwrap();
    let afterdark = |arguments: &[&str]| {
        let mut program = Command::new(env!("CARGO_BIN_EXE_afterdark"));
        for name in ["STATE", "CONFIG", "DATA", "CACHE"] {
            program.env(format!("XDG_{name}_HOME"), folder.path());
        }
        program.current_dir(folder.path()).args(arguments);
        let out = program.output().unwrap();
        assert!(out.status.success());
        String::from_utf8(out.stderr).unwrap()
    };
    assert_eq!(afterdark(&["jcard", "list.m3u8", "-o", "card.pdf"]), "");
    let pdf = folder.path().join("card.pdf");
    let read = Command::new("pdftotext").arg(&pdf).arg("-").output();
    let Ok(read) = read else {
        eprintln!("skipped: pdftotext is not installed (script/needs test)");
        return;
    };
    let words = String::from_utf8(read.stdout).unwrap();
    for title in TITLES {
        assert!(words.contains(title), "`{title}` is not in:\n{words}");
    }
    // Nothing is on that side.
    assert!(
        words.contains("SIDE A") && !words.contains("SIDE B"),
        "{words}"
    );
    // And a reader that draws it finds nothing wrong.
    let picture = Command::new("pdftoppm")
        .args(["-r", "60", "-gray"])
        .arg(&pdf)
        .output()
        .unwrap();
    assert!(picture.status.success() && picture.stderr.is_empty());
}
