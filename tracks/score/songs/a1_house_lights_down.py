"""A1. House Lights Down. E flat, an easy two: the room settles and the trumpet clears its throat.

AABA. The tune is one small turn (up a step, back, down a third) that keeps finding
itself on a new floor; the bridge holds its breath and sinks by semitones.
"""
from engine.song import Song

A_CHORDS = ("Eb69 C7b9 | Fm9 Bb13 | Gm7 C9 | Fm9 Bb13 | Bbm9 Eb13 | Ab^9 Db9 | ")
A_TUNE = ("re Bb4 C5 Bb4q. G4q | Ab4q. G4e~ G4h, | re D5 Eb5 D5q. Bb4q | C5q. Ab4e~ Ab4h, | "
          "re F4 Bb4 Db5q. C5q | C5h Bb4e Ab4 F4q, | ")
TO_NEXT = ("Gm7 Gb13 | Fm9 E9#11", "G4q. Bb4e Eb5h, | C5q. Bb4e~ Bb4h,")
TO_BRIDGE = ("Fm9 Bb13 | Eb69 .", "C5q. Bb4e G4q D4q | Eb4h r")
A_LAST = ("re Bb4 C5 Bb4 G4 Bb4q. | Ab4q. G4e~ G4h, | re D5 Eb5 F5 D5q Bb4 | C5q. Ab4e~ Ab4h, | "
          "re F4 Bb4 Db5q. Eb5q | F5q Eb5e C5 Bb4 Ab4 F4q, | ")
B_CHORDS = "Bbm9 Eb7b9 | Ab^9 . | Abm9 Db13 | Gb^9 . | Gm7b5 C7b9 | Fm9 . | F13 . | Bb9sus Bb7b9"
B_TUNE = ("Db5h. C5e Bb4 | C5h, Eb4q G4 | B4h. Bb4e Ab4 | Bb4h, Db4q F4 | "
          "Db5h C5e Bb4 G4q | Ab4h. G4e Ab4, | D5h. C5e A4 | C5h B4")


def song():
    s = Song("A1", "House Lights Down", "Eb major", 92, swing=0.62, seed=11, style="swing",
             about="The lamps go down by a third and nobody stops talking, and then they do.")
    s.section("intro", "Eb69 Gb13 | Fm9 E9#11 | Eb69 Gb13 | Fm9 Bb13",
              parts={"vibes": "G5e Bb5 G5q Eb5h | C5e Eb5 C5q Bb4h | G5e Bb5 G5q Eb5h | C5q. Ab4e~ Ab4h"},
              play={"bass": "two", "guitar": "four", "brushes": "swing"}, dyn=0.46, rubato=0.4)
    s.section("A1", A_CHORDS + TO_NEXT[0], ("trumpet", A_TUNE + TO_NEXT[1]),
              play={"bass": "two", "guitar": "four", "brushes": "swing"}, dyn=0.5)
    s.section("A2", A_CHORDS + TO_BRIDGE[0], ("trumpet", A_TUNE + TO_BRIDGE[1]),
              play={"bass": "two", "guitar": "four", "brushes": "swing", "vibes": "answer", "piano": "swing"}, dyn=0.58)
    s.section("B", B_CHORDS, ("trumpet", B_TUNE),
              play={"bass": "walk", "guitar": "four", "brushes": "swing", "piano": "swing", "strings": "pad"}, dyn=0.66)
    s.section("A3", A_CHORDS + TO_NEXT[0], ("trumpet", A_LAST + TO_NEXT[1]),
              play={"bass": "walk", "guitar": "four", "brushes": "swing", "vibes": "answer", "piano": "swing",
                    "strings": "pad"}, dyn=0.72)
    s.section("tag", "Gm7 Gb13 | Fm9 Bb13 | Eb69 .", ("trumpet", "G4q. Bb4e Eb5h, | C5q. Bb4e G4q F4q | Eb4h. rq"),
              parts={"vibes": "rw | rw | rh G5e Bb5 G5q"},
              play={"bass": "two", "guitar": "four", "brushes": "stir"}, dyn=0.5, rubato=0)
    s.section("last", "Eb69 .", parts={"vibes": "Eb5e C5 G5h."},
              play={"bass": "one", "piano": "sparse"}, dyn=0.36, rubato=0)
    s.rit(2.5, 0.6)
    return s
