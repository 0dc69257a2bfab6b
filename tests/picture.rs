//! Pictures of the screen without a terminal: as other programs read them.

mod tone;

use std::io::Cursor;
use std::path::Path;
use std::process::Command;

use image_webp::WebPDecoder;
use songs_after_dark::look::film::Film;
use tiny_skia::{Color, Pixmap, PremultipliedColorU8};

fn afterdark(folder: &Path, arguments: &[&str]) -> std::process::Output {
    let mut program = Command::new(env!("CARGO_BIN_EXE_afterdark"));
    for name in ["STATE", "CONFIG", "DATA", "CACHE"] {
        program.env(format!("XDG_{name}_HOME"), folder);
    }
    program
        .current_dir(folder)
        .args(arguments)
        .output()
        .unwrap()
}

fn made(folder: &Path, arguments: &[&str]) {
    let out = afterdark(folder, arguments);
    assert!(
        out.status.success(),
        "{}",
        String::from_utf8_lossy(&out.stderr)
    );
}

/// What ffmpeg makes of a file: its pictures as RGB, one after another.
fn decoded(path: &Path) -> Vec<u8> {
    let out = Command::new("ffmpeg")
        .args(["-v", "error", "-i"])
        .arg(path)
        .args([
            "-fps_mode",
            "passthrough",
            "-f",
            "rawvideo",
            "-pix_fmt",
            "rgb24",
            "-",
        ])
        .output()
        .unwrap();
    assert!(
        out.status.success(),
        "{}",
        String::from_utf8_lossy(&out.stderr)
    );
    out.stdout
}

fn probe(path: &Path, what: &str) -> String {
    let out = Command::new("ffprobe")
        .args(["-v", "error", "-show_entries", what, "-of", "csv=p=0"])
        .arg(path)
        .output()
        .unwrap();
    String::from_utf8(out.stdout).unwrap().trim().to_owned()
}

#[test]
fn a_film_is_what_was_put_into_it() {
    let (width, height) = (37, 22);
    let mut film = Film::new((width, height));
    let mut gif = Film::new((width, height));
    let mut truth = Vec::new();
    let mut picture = Pixmap::new(width, height).unwrap();
    picture.fill(Color::from_rgba8(10, 20, 30, 255));
    for n in 0..5_u8 {
        // The fourth is the third again.
        if n != 3 {
            for i in 0..40 {
                let at = (usize::from(n) * 97 + i * 7) % picture.pixels().len();
                let (r, b) = (n * 40, i as u8 * 6);
                picture.pixels_mut()[at] = PremultipliedColorU8::from_rgba(r, 200, b, 255).unwrap();
            }
        }
        film.add(&picture, 50);
        gif.add(&picture, 50);
        let rgb = |p: &PremultipliedColorU8| [p.red(), p.green(), p.blue()];
        truth.push(picture.pixels().iter().flat_map(rgb).collect::<Vec<u8>>());
    }
    let shown = [&truth[0], &truth[1], &truth[2], &truth[4]];

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("film.gif");
    std::fs::write(&path, gif.gif().unwrap()).unwrap();
    assert_eq!(decoded(&path), shown.map(Vec::as_slice).concat());
    assert_eq!(probe(&path, "format=duration"), "0.250000");

    let bytes = film.webp().unwrap();
    let mut webp = WebPDecoder::new(Cursor::new(bytes)).unwrap();
    assert_eq!((webp.dimensions(), webp.num_frames()), ((width, height), 4));
    let mut frame = vec![0; webp.output_buffer_size().unwrap()];
    for (n, (truth, ms)) in shown.iter().zip([50, 50, 100, 50]).enumerate() {
        assert_eq!(webp.read_frame(&mut frame).unwrap(), ms, "{n}");
        let of = frame.len() / (width * height) as usize;
        let rgb: Vec<u8> = frame.chunks(of).flat_map(|p| [p[0], p[1], p[2]]).collect();
        // The decoder's own laying over rounds.
        let differs = rgb
            .iter()
            .zip(&**truth)
            .position(|(a, b)| a.abs_diff(*b) > 1);
        assert_eq!(differs, None, "picture {n}");
    }
}

#[test]
fn the_screen_is_painted_still_and_moving() {
    let folder = tempfile::tempdir().unwrap();
    let song = folder.path().join("Kerzenlicht.wav");
    tone::tone(&song, 200);
    let song = song.to_str().unwrap();
    let size = ["--size", "960x608"];
    for (name, more) in [
        ("a.png", &[][..]),
        ("b.png", &["--theme", "norfolk"][..]),
        ("c.svg", &[]),
        (
            "d.gif",
            &["--seconds", "1.5", "--rate", "10", "--keys", "0.5 tab"],
        ),
        ("e.webp", &["--seconds", "1.5", "--rate", "10"]),
    ] {
        made(
            folder.path(),
            &[&["picture", song, "-o", name], &size[..], more].concat(),
        );
        let path = folder.path().join(name);
        if !name.ends_with(".svg") && !name.ends_with(".webp") {
            assert_eq!(probe(&path, "stream=width,height"), "960,608", "{name}");
        }
    }
    let png = decoded(&folder.path().join("a.png"));
    // The well and the paper of the label, where they are on the screen.
    let at = |x: usize, y: usize| &png[(y * 960 + x) * 3..][..3];
    assert!(
        at(200, 80)[0] > 200 && at(200, 80)[1] > 180,
        "{:?}",
        at(200, 80)
    );
    assert!(png != decoded(&folder.path().join("b.png")));

    // Letters are outlines, of which the title alone has a dozen.
    let svg = std::fs::read_to_string(folder.path().join("c.svg")).unwrap();
    assert!(svg.matches("<path ").count() > 200 && svg.trim_end().ends_with("</svg>"));

    let length: f64 = probe(&folder.path().join("d.gif"), "format=duration")
        .parse()
        .unwrap();
    assert!((length - 1.5).abs() < 0.011, "{length}");
    let webp = std::fs::read(folder.path().join("e.webp")).unwrap();
    let webp = WebPDecoder::new(Cursor::new(webp)).unwrap();
    assert!(webp.is_animated() && webp.num_frames() > 5);
    assert_eq!(webp.dimensions(), (960, 608));

    let again = afterdark(folder.path(), &["picture", song, "-o", "a.png"]);
    assert!(!again.status.success());
    let wrong = afterdark(folder.path(), &["picture", song, "-o", "a.jpg"]);
    let told = String::from_utf8_lossy(&wrong.stderr).into_owned();
    assert!(told.contains("name the file .png"), "{told}");
}
