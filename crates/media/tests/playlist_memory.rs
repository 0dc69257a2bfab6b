//! What a long list takes; alone in its process, which tells its own peak.

#[cfg(target_os = "linux")]
#[test]
fn a_list_of_a_hundred_thousand_songs_takes_little() {
    use std::fmt::Write;
    use std::fs;

    use afterdark_media::playlist::gather;

    let peak_kb = || {
        let status = fs::read_to_string("/proc/self/status").unwrap();
        let line = status.lines().find(|line| line.starts_with("VmHWM"));
        line.unwrap()
            .split_whitespace()
            .nth(1)
            .unwrap()
            .parse::<usize>()
            .unwrap()
    };
    let mut list = String::new();
    for n in 0..100_000 {
        let (band, album) = (n / 100, n / 10);
        let _ = writeln!(
            list,
            "#EXTINF:200,Band {band} - Song number {n}\nBand {band}/Album {album}/{n} Song number {n}.mp3"
        );
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("list.m3u8");
    fs::write(&path, &list).unwrap();
    let size_kb = list.len() / 1_024;
    drop(list);
    let before = peak_kb();
    let programme = gather(&[path]).unwrap();
    let copy = programme.entries.clone();
    let took = peak_kb() - before;
    assert_eq!(copy.len(), 100_000);
    // The list itself, its words, and two sets of places for them.
    assert!(
        took < size_kb + 35_000,
        "{took} kB for a list of {size_kb} kB"
    );
}
