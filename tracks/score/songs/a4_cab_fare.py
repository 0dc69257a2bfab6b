"""A4. Cab Fare. G minor, fast: the fast one, for getting out while there is still money.

AABA head for trumpet and tenor; half a chorus of vibraphone, the bridge and out.
"""
from engine.song import Song

A_CHORDS = "Gm69 . | Am7b5 D7b9 | Gm9 . | Dm7b5 G7b9 | Cm9 . | F13 . | "
A_TUNE = ("re G4 Bb4 D5 E5q D5 | C5e Bb4 A4 F#4q. rq | re G4 Bb4 D5 F5q D5 | Ab5e F5 D5 B4q. rq | "
          "re C5 Eb5 D5 Bb4q C5 | A4q. D5e~ D5q C5, | ")
TURN = ("Bb^9 Eb9 | Am7b5 D7b9", "D5q. Bb4e G4h | rq A4e C5 Eb5q D5")
STOP = ("Am7b5 D7b9 | Gm69 .", "C5q. Bb4e A4q F#4 | G4q r rh")
B_CHORDS = "Cm9 . | F13 . | Bb^9 . | Bb^9 . | Bbm9 . | Eb13 . | Ab^9 . | D7b9 ."
B_TUNE = ("Eb5h. D5e C5 | A4q. D5e~ D5h, | D5h. C5e Bb4 | F4q. A4e~ A4h, | "
          "Db5h. C5e Bb4 | G4q. C5e~ C5h, | C5q. Eb5e~ Eb5q G4 | F#4e A4 C5 Eb5 D5q r")
SOLO_1 = ("re D5 E5 G5 Bb5 A5 G5 E5 | Eb5 C5 A4 G4 F#4 A4 C5 Eb5 | D5q. Bb4e A4 Bb4 D5 F5 | Ab5 F5 D5 C5 B4 D5 F5 Ab5 | "
          "G5q. Eb5e D5 Eb5 G5 Bb5 | A5 G5 F5 Eb5 D5 C5 A4 F4 | re D5 F5 A5 G5 F5 Eb5 Db5 | C5 A4 G4 Eb5 D5 C5 A4 F#4")
SOLO_2 = ("G4q. D5e~ D5 Bb4 G4 E4 | rh C5e D5 Eb5 F#5 | G5q. F5e D5 Bb4 A4 G4 | F4 Ab4 B4 D5 F5 Ab5 G5 F5 | "
          "Eb5 D5 Eb5 G5 Bb5q G5 | A5e F5 D5 C5 A4q r | C5e Eb5 G5 F#5 Eb5 C5 A4 F#4 | G4q. Bb4e D5h")


def song():
    s = Song("A4", "Cab Fare", "G minor", 208, swing=0.6, seed=41, style="fast",
             about="Two in the back, one not speaking.")
    head = {"bass": "walk", "brushes": "fast", "piano": "fast", "guitar": "four"}
    s.section("intro", "Gm69 . | Eb9 D7b9 | Gm69 . | Eb9 D7b9",
              play={"bass": "walk", "brushes": "fast"}, parts={"piano": "rw | rw | re D4 G4 Bb4 D5q E5 | F5e Eb5 Db5 Bb4 A4q r"},
              dyn=0.5, rubato=0)
    s.section("A1", A_CHORDS + TURN[0], ("trumpet", A_TUNE + TURN[1]), play=head, dyn=0.62, rubato=0)
    s.section("A2", A_CHORDS + STOP[0], ("trumpet", A_TUNE + STOP[1]),
              play=head, dyn=0.68, rubato=0)
    s.section("B", B_CHORDS, ("tenor", B_TUNE), play={**head, "strings": "pad"}, dyn=0.7, rubato=0)
    s.section("A3", A_CHORDS + STOP[0], ("trumpet", A_TUNE + STOP[1]), {"tenor": "below"}, play=head, dyn=0.74, rubato=0)
    s.section("vibes 1", A_CHORDS + TURN[0], ("vibes", SOLO_1),
              play={"bass": "walk", "brushes": "fast", "piano": "fast"}, dyn=0.66, rubato=0)
    s.section("vibes 2", A_CHORDS + STOP[0], ("vibes", SOLO_2),
              {"tenor": "Bb3w | C4h. rq | Bb3w, | C4h B3, | Bb3w | A3w, | C4h. rq | Bb3h. rq"},
              play={"bass": "walk", "brushes": "fast", "piano": "fast", "guitar": "four"}, dyn=0.7, rubato=0)
    s.section("B2", B_CHORDS, ("tenor", B_TUNE), play={**head, "strings": "high"}, dyn=0.76, rubato=0)
    s.section("A4", A_CHORDS + STOP[0], ("trumpet", A_TUNE + STOP[1]), {"tenor": "below"}, play=head, dyn=0.82, rubato=0)
    s.section("tag", "Am7b5 D7b9 | Eb9 . | Am7b5 D7b9 | Gm69 .",
              ("trumpet", "C5q. Bb4e A4q F#4 | G4h r | C5q. Bb4e A4q F#4 | G4e r rq rh"),
              parts={"tenor": "below"}, play=head, dyn=0.8, rubato=0)
    s.section("last", "Gm69 .", parts={"vibes": "D5e E5 A5h."}, play={"bass": "one", "piano": "sparse"}, dyn=0.45, rubato=0)
    s.rit(1, 0.7)
    return s
