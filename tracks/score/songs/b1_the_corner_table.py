"""B1. The Corner Table. D minor and D major: a bolero.

The guitar has the table, the trumpet remembers it in the major, and the two of them
share the last of it.
"""
from engine.song import Song

A_CHORDS = "Dm69 . | Bb13 A7b9 | Dm69 . | D7b9 . | Gm9 . | C13 . | "
A_TUNE = ("rq A4 D5 E5 | F5h E5e D5 C#5q, | E5h A4 | Eb5h D5e C5 A4q, | "
          "rq G4 Bb4 D5 | E5h D5e C5 A4q, | ")
ROUND = ("F^9 Bb^7#11 | Em7b5 A7b9", "G4q. A4e~ A4h | G4q. F4e E4q C#4")
MAJOR = ("Em7b5 A7b9 | D^9 .", "Bb4q. A4e G4q C#5 | D5h. rq")
HOME = ("Em7b5 A7b9 | Dm69 .", "Bb4q. A4e G4q C#5 | D5h. rq")
B_CHORDS = "D^9 . | B7b9 . | Em9 . | A13 . | F#m7 . | Fo7 . | Em9 . | A7b9 ."
B_TUNE = ("F#5h Eb5 | A4h., F#4q | G5h F#5qt E5 D5 | C#5h. F#4q, | "
          "A4q. C#5e E5h | D5q. B4e G#4h, | G4q. B4e D5q F#5 | E5q. C#5e Bb4q A4")
B_TUNE = B_TUNE.replace("F#5h Eb5 |", "F#5h E5qt D5 C#5 |")


def song():
    s = Song("B1", "The Corner Table", "D minor", 100, seed=51, style="bolero",
             about="It is still laid for two because no one has told it.")
    s.section("intro", "Dm69 . | Bb13 A7b9 | Dm69 . | Bb13 A7b9",
              play={"bass": "bolero", "hands": "bolero", "piano": "sparse", "nylon": "bolero"}, dyn=0.44, rubato=0.3)
    s.section("A1", A_CHORDS + ROUND[0], ("nylon", A_TUNE + ROUND[1]),
              play={"bass": "bolero", "hands": "bolero", "piano": "sparse"}, dyn=0.54, rubato=0.8)
    s.section("A2", A_CHORDS + MAJOR[0], ("nylon", A_TUNE + MAJOR[1]),
              parts={"nylon": "below", "clarinet": "rw | D4h C#4 | rw | C4h. rq | Bb3h. D4q | E4h. rq | rw | rw"},
              play={"bass": "bolero", "hands": "bolero", "piano": "sparse", "strings": "pad"}, dyn=0.6, rubato=0.8)
    s.section("B", B_CHORDS, ("trumpet", B_TUNE),
              play={"bass": "bolero", "hands": "bolero", "piano": "sparse", "nylon": "bolero", "strings": "pad"},
              dyn=0.7, rubato=0.8)
    s.section("A3", A_CHORDS + HOME[0],
              ("trumpet", A_TUNE + HOME[1]), {"nylon": "below"},
              play={"bass": "bolero", "hands": "bolero", "piano": "sparse", "strings": "high"},
              dyn=0.76, rubato=0.8)
    s.section("coda", "Bb13 A7b9 | Dm69 . | Bb13 A7b9", ("nylon", "F5h E5e D5 C#5q, | E5h A4 | F4h E4e D4 C#4q"),
              play={"bass": "bolero", "hands": "bolero", "piano": "sparse", "strings": "pad"}, dyn=0.5, rubato=0.4)
    s.section("last", "Dm69 .", ("nylon", "D4q A4 E5h"), play={"bass": "one", "piano": "sparse", "strings": "pad"}, dyn=0.4, rubato=0)
    s.rit(2.5, 0.58)
    return s
