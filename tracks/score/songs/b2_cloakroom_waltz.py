"""B2. Cloakroom Waltz. B flat, late: a waltz for people holding each other's coats.

AABA in sixteens. Every phrase is one short note and one long, as a coat goes on:
an arm, and then the weight of it.
"""
from engine.song import Song

A_CHORDS = ("Bb^9 | Bb69 | Dm7 | Dbo7 | Cm9 | Cm9 | F13sus | F13 | "
            "Fm9 | Bb13 | Eb^9 | Ebm6 | ")
A_TUNE = ("F4q D5h | C5q. A4e F4q, | F4q C5h | Bb4q. G4e E4q, | Eb4q Bb4h | G4q. A4e Bb4q, | C5h.~ | D5h. | "
          "Ab4q Eb5h | D5q. C5e Ab4q, | G4q D5h | C5q. Bb4e Gb4q, | ")
A_TUNE = A_TUNE.replace("C5h.~ | D5h.", "C5h F4q | D5h.,")
ROUND = ("Dm7 | G7b9 | Cm9 | F7b9", "F4q A4h | Ab4q B4h, | D5h C5q | A4q. Gb4e F4q")
HOME = ("Cm9 | F13 | Bb69 | Bb69", "Eb4q G4 Bb4 | D5h A4q | Bb4h.~ | Bb4q r r")
B_CHORDS = "Gm9 | C13 | Gm9 | C13 | Cm9 | F13 | Bb^9 | Bb69 | Am7b5 | D7b9 | Gm9 | C9#11 | Cm9 | Gb13 | F13sus | F7b9"
B_TUNE = ("D5h. | E5h D5q | Bb4h. | A4q. G4e A4q | G4h Bb4q | D5h C5q | A4h. | F4h. | "
          "Eb5h. | D5h C5q | Bb4h. | F#4q. G4e Bb4q | Eb5q D5 Bb4 | Eb5h Bb4q | G4h C5q | Gb4h r")
B_TUNE = B_TUNE.replace("Gb4h r", "Gb4h rq")


def song():
    s = Song("B2", "Cloakroom Waltz", "Bb major", 116, meter=3, swing=0.58, seed=61, style="waltz",
             about="Ticket forty-one, and no coat for it.")
    s.section("intro", "Bb^9 | Gb13 | F13sus | F7b9", parts={"vibes": "F5q D6h | Bb5q. Ab5e Eb5q | C5q G5h | Gb5h rq"},
              play={"bass": "waltz", "piano": "waltz"}, dyn=0.44, rubato=0.6)
    s.section("A1", A_CHORDS + ROUND[0], ("clarinet", A_TUNE + ROUND[1]),
              play={"bass": "waltz", "piano": "waltz", "brushes": "waltz"}, dyn=0.5, rubato=1.2)
    s.section("A2", A_CHORDS + HOME[0], ("clarinet", A_TUNE + HOME[1]),
              play={"bass": "waltz", "piano": "waltz", "brushes": "waltz", "strings": "pad", "vibes": "answer"}, dyn=0.58, rubato=1.2)
    s.section("B", B_CHORDS, ("vibes", B_TUNE),
              play={"bass": "waltz", "piano": "waltz", "brushes": "waltz", "strings": "high", "guitar": "strum"}, dyn=0.66, rubato=1.2)
    s.rit(1, 0.86)
    s.section("A3", A_CHORDS + HOME[0], ("clarinet", A_TUNE + HOME[1]),
              {"cello": ("D4h. | C4h.~ | C4h., | Bb3h.~ | Bb3h. | G3h., | Bb3h. | A3h., | "
                         "Ab3h.~ | Ab3h., | G3h. | Gb3h., | G3h. | A3h. | Bb3h.~ | Bb3h.")},
              play={"bass": "waltz", "piano": "waltz", "brushes": "waltz", "strings": "pad", "vibes": "answer"}, dyn=0.72, rubato=1.2)
    s.section("coda", "Ebm6 | Ebm6 | Bb69 | Bb69", ("clarinet", "Gb4q C5h | Bb4h. | rh. | rh."),
              parts={"vibes": "rh. | rh. | F5q D6h~ | D6h."},
              play={"bass": "waltz", "piano": "waltz", "strings": "pad"}, dyn=0.42, rubato=0)
    s.rit(7, 0.55)
    return s
