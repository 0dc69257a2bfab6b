//! The README says what the program does.

const README: &str = include_str!("../README.md");

#[test]
fn the_keys_are_those_of_the_key_table() {
    let table = songs_after_dark::ui::keys::markdown();
    assert!(README.contains(&table), "put this into README.md:\n{table}");
}
