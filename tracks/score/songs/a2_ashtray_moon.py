"""A2. Ashtray Moon. C minor, slow: a torch song with a verse, for the tenor.

The verse is spoken, near enough; the chorus leans on the note below the note
(G, F sharp, G) the way one goes back to a thing already said.
"""
from engine.song import Song

A_CHORDS = "Cm69 . | Ab13 G7#5 | Cm9 . | Gm7b5 C7b9 | Fm9 . | Bb13 . | "
A_TUNE = ("G4q. F#4e G4q Eb5q | C5q Eb5e D5 B4h, | G4q. F#4e G4q D5q | Db5h C5e Bb4 E4q, | "
          "F4q. Ab4e C5q Eb5q | D5h C5e Bb4 G4q, | ")
FIRST = ("Eb^9 Ab13 | Dm7b5 G7b9", "G4q. F4e~ F4h, | F4q. Ab4e G4q r")
A_LAST = ("G4q. F#4e G4q Eb5q | C5q Eb5e D5 B4h, | G4q. F#4e G4 Bb4 D5q | Db5h C5e Bb4 E4q, | "
          "F4q. Ab4e C5 D5 Eb5q | D5h C5e Bb4 G4q, | ")
LAST = ("Dm7b5 G7b9 | Cm69 .", "F4q. Ab4e G4q B3q | C4h. rq")
B_CHORDS = "Ab^9 . | Db9#11 . | Ab^9 . | Gm7 C7b9 | Fm9 . | D7b9 . | Dm7b5 . | G7b9 ."
B_TUNE = ("rq C5q. Bb4e C5q | Eb5q. Db5e B4q G4 | rq C5q. Bb4e C5q | D5q. C5e Bb4q E4, | "
          "F4q. Ab4e Eb5h | D5q. C5e A4q F#4, | F4q. G4e Ab4q D5q | B4h. rq")


def song():
    s = Song("A2", "Ashtray Moon", "C minor", 69, swing=0.58, seed=21,
             about="A saucer on a windowsill, and the moon in it.")
    s.section("verse", "Cm69 . | Ab^9 . | Dm7b5 . | G7b9sus G7b9",
              ("tenor", "rq G3e C4 Eb4 D4 C4q, | rq Ab3e C4 Eb4 D4 C4q, | F4q. Eb4e D4 C4 Ab3q, | G3h. rq"),
              {"piano": "rw | rw | rw | rh F5e D5 B4 Ab4"}, {"piano": "sparse"}, dyn=0.42, rubato=3.0)
    s.rit(1, 0.8)
    s.section("A1", A_CHORDS + FIRST[0], ("tenor", A_TUNE + FIRST[1]),
              play={"bass": "two", "brushes": "ballad", "piano": "ballad"}, dyn=0.5, rubato=1.3)
    s.section("B", B_CHORDS, ("tenor", B_TUNE),
              play={"bass": "two", "brushes": "ballad", "piano": "ballad", "strings": "pad", "guitar": "strum", "vibes": "answer"},
              dyn=0.68, rubato=1.3)
    s.rit(1, 0.86)
    s.section("A2", A_CHORDS + LAST[0], ("tenor", A_LAST + LAST[1]),
              {"clarinet": "Eb4w | Gb4h F4, | Eb4w, | Db4h E4, | Eb4w | D4w, | D4h F4 | Eb4h. rq"},
              play={"bass": "two", "brushes": "ballad", "piano": "ballad", "strings": "pad", "vibes": "answer"},
              dyn=0.6, rubato=1.3)
    s.section("coda", "Fm9 G7#5 | Cm69 .", ("tenor", "G4q. F#4e G4h, | C4w"),
              play={"bass": "one", "piano": "sparse", "strings": "pad"}, dyn=0.38, rubato=0)
    s.rit(3, 0.58)
    return s
