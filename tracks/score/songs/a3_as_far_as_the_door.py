"""A3. As Far as the Door. F, slow: the song the tape is loved for.

The tune reaches and comes back. Each reach in a phrase is wider than the last (a
sixth, a seventh, an octave) and each time it falls home by step; in the coda the
reach narrows again (a sixth, a fourth, a second) until the hand is at its side.
"""
from engine.song import Song

A_CHORDS = "F^9 . | Em7b5 A7b9 | Dm9 . | Cm9 F13 | Bb^9 . | Bbm6 Eb9 | "
A_TUNE = ("A4h. G4e F4 | G4h., D4q | C5h. Bb4e A4 | Bb4h A4q, F4 | F5h. E5e D5 | Db5h C5q Bb4, | ")
AGAIN = ("Am7 D7b9 | Gm9 C13", "A4q. G4e F#4h | G4h., C4q")
REST = ("Gm9 C13 | F69 .", "A4q. G4e D4q E4 | F4h., rq")
A_LAST = ("A4h. G4e F4 | G4h., D4q | C5q. D5e C5q Bb4e A4 | Bb4h A4q, F4 | F5h G5e F5 E5 D5 | "
          "Db5q. Eb5e Db5 C5 Bb4q, | ")
B_CHORDS = "Bbm9 . | Eb13 . | Ab^9 . | Db^9 . | Am7b5 D7b9 | Gm9 . | Dm9 G13 | C13sus C7b9"
B_TUNE = ("rq F4q Ab4e Bb4 C5q | C5q. Bb4e Bb4h, | rq Eb4q G4e Ab4 Bb4q | Bb4q. Ab4e Ab4h, | "
          "G4q A4 C5 Eb5 | D5h. C5e Bb4, | A4h B4q D5 | D5h Db5q C4")


def song():
    s = Song("A3", "As Far as the Door", "F major", 66, swing=0.6, seed=31,
             about="What was walked, and what was not said on the way.")
    s.section("intro", "F^9 . | Gm9 Gb13#11",
              parts={"vibes": "rq C5 A5 G5e F5 | D5h Eb5q C5"},
              lead=("trumpet", "rw | rh rq C4"),
              play={"piano": "sparse", "bass": "one", "strings": "pad"}, dyn=0.42, rubato=0.6)
    s.rit(1, 0.86)
    s.section("A1", A_CHORDS + AGAIN[0], ("trumpet", A_TUNE + AGAIN[1]),
              play={"piano": "ballad", "bass": "two", "brushes": "ballad"}, dyn=0.48, rubato=1.4)
    s.section("A2", A_CHORDS + REST[0], ("trumpet", A_TUNE + REST[1]),
              parts={"clarinet": ("rq C4e D4 E4q G4 | E4h Bb3q C#4, | A4q. G4e F4q E4 | Eb4h. D4q, | "
                                   "rq D4e F4 A4q C5 | Bb4q G4 F4h, | Bb3h. rq | A3q C4 D4 rq")},
              play={"piano": "ballad", "bass": "two", "brushes": "ballad", "vibes": "answer", "strings": "pad"},
              dyn=0.58, rubato=1.4)
    s.section("B", B_CHORDS, ("tenor", B_TUNE.replace("Db5q C4", "Db5q r")),
              play={"piano": "ballad", "bass": "two", "brushes": "ballad", "guitar": "strum", "strings": "pad"},
              dyn=0.68, rubato=1.3)
    s.rit(1, 0.84)
    s.section("A3", A_CHORDS + REST[0],
              ("trumpet", A_LAST + REST[1]),
              parts={"tenor": "C4h. D4e C4 | Bb3h G3 | A3h. C4q | Eb4h D4 | D4h. E4e F4 | G4h Eb4 | D4h Bb3 | A3h. rq"},
              play={"piano": "ballad", "bass": "two", "brushes": "ballad", "vibes": "answer", "strings": "high"},
              dyn=0.78, rubato=1.5)
    s.section("coda", "F^9 . | Bbm6 . | F^9 .",
              ("trumpet", "A4h., C4q | F4h., C4q | D4h. rq"),
              play={"piano": "sparse", "bass": "one", "strings": "pad"}, dyn=0.44, rubato=0.5)
    s.section("last", "F69 .", parts={"vibes": "rh C5q G5", "trumpet": "C4w"},
              play={"piano": "sparse", "bass": "one", "strings": "pad"}, dyn=0.34, rubato=0)
    s.rit(4, 0.6)
    return s
