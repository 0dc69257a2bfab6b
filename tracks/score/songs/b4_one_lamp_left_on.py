"""B4. One Lamp Left On. E minor to E: an instrumental in the dark, after the room has gone.

The song's reach turned over: now it falls (a sixth, a seventh, an octave) and climbs
back by step. At the end the song itself goes by once, far off, in the right direction.
"""
from engine.song import Song

A_CHORDS = "Em9 . | C^7#11 . | Am9 . | F#m7b5 B7b9 | G^9 . | Cm6 . | Bm7 E7b9 | "
A_TUNE = ("F#4h. G4e A4 | B4h. E5q | G4h. A4e B4 | C5h A4q F#5 | F#4h. G4e A4 | C5q. D5e Eb5h | D5q. B4e G#4h | ")
B_CHORDS = "C^9 . | B7#5 . | Em9 . | A13 . | Am9 . | F9#11 . | Em9/B . | C13 B7b9"
B_TUNE = ("E5h. D5e B4 | G5h D#5 | F#5h. E5e D5 | C#5h. F#4q | C5h. B4e A4 | B4q. A4e G4h | F#4h G4q B4 | A4h D#5")


def song():
    s = Song("B4", "One Lamp Left On", "E minor", 56, swing=0.5, seed=81,
             about="Chairs up. The lamp by the till, which no one is there to turn off.")
    s.section("intro", "Em9 . | C^7#11 .", ("vibes", "rw | rh. D5q"),
              parts={"cello": "E3h. F#3e G3 | E3h. rq"}, play={"piano": "sparse", "bass": "one"}, dyn=0.4, rubato=0.6)
    s.section("A1", A_CHORDS + "Am9 B7b9", ("vibes", A_TUNE + "C5h A4q D#4"),
              play={"piano": "ballad", "bass": "two", "brushes": "stir"}, dyn=0.46, rubato=1.6)
    s.section("B", B_CHORDS, ("cello", "E4h. D4e B3 | G4h D#4, | F#4h. E4e D4 | C#4h., F#3q | C4h. B3e A3 | B3q. A3e G3h, | F#3h G3q B3 | A3h D#4q r"),
              play={"bass": "two", "brushes": "stir", "strings": "high", "vibes": "pad"}, dyn=0.66, rubato=1.6)
    s.rit(1, 0.82)
    s.section("A2", "Em9 . | C^7#11 . | Am9 . | F#m7b5 B7b9", ("vibes", "F#4h. G4e A4 | B4h. E5q | G4h. A4e B4 | C5h A4q D#4"),
              parts={"cello": "B3h. A3e G3 | F#3h. G3q | E3h. C4q | A3h B3"},
              play={"piano": "sparse", "bass": "one", "strings": "pad", "brushes": "stir"}, dyn=0.54, rubato=1.6)
    s.rit(1, 0.84)
    s.section("the song", "E^9 . | Am6 . | E69 .", ("celesta", "rq B4 G#5 F#5e E5 | F#5h. rq | rh B4q F#5"),
              play={"piano": "sparse", "bass": "one", "strings": "pad"}, dyn=0.36, rubato=0)
    s.rit(3, 0.62)
    s.mix["in_front"] = 6.0     # the vibraphone rings and dies away; the others wait for it, but not too far off
    s.levels["celesta"] = -8.0  # down the corridor
    return s
