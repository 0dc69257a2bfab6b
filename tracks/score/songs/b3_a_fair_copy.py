"""B3. As Far as the Door (A Fair Copy). D flat, slower still: the song again, from memory.

The same reach, copied out in another hand: piano alone, then the vibraphone over it,
the harmony not always remembered right. It is nobody's original and it will do.
"""
from engine.song import Song


def song():
    s = Song("B3", "As Far as the Door (A Fair Copy)", "Db major", 60, swing=0.6, seed=71,
             about="The same walk, by someone who was told of it.")
    s.section("pick-up", "Gb^9/Ab .", ("piano", "rh. Ab4q"), play={"piano": "hands"}, dyn=0.22, rubato=0)
    s.section("A1", "Db^9 . | Cm7b5 F7b9 | Bbm9 . | Abm9 Db13 | Gb^9 . | Gbm6 B9 | Fm7 Bb7b9 | Ebm9 Ab13sus",
              ("piano", "F5h. Eb5e Db5 | Eb5h. Bb4q | Ab5h. Gb5e F5 | Gb5h F5q Db5 | Db6h. C6e Bb5 | A5h Ab5q Gb5 | F5q. Eb5e D5h | Eb5h. Ab4q"),
              play={"piano": "hands"}, dyn=0.5, rubato=2.4)
    s.section("A2", "Db^9/Ab . | G7#5 Gb^7 | Fm7 . | E^9 Db13 | Ebm9 . | Gbm6 B9 | Ebm9 Ab13 | Db69 .",
              ("vibes", "F5h. Eb5e Db5 | Eb5h. Bb4q | Ab5h. Gb5e F5 | Gb5h F5q Db5 | Db6h. C6e Bb5 | A5h Ab5q Gb5 | F5q. Eb5e Bb4q C5 | Db5h. Ab4q"),
              play={"piano": "ballad", "bass": "one", "strings": "pad"}, dyn=0.56, rubato=2.2)
    s.rit(1, 0.9)
    s.section("coda", "Db^9 . | Gbm6 . | Db69 .", ("vibes", "F5h. Ab4q | Db5h. Ab4q | Bb4h Ab4"), {"trumpet": "rw | rh rq Ab3q | F4h. Eb4e Db4"},
              play={"piano": "sparse", "bass": "one", "strings": "pad"}, dyn=0.4, rubato=0)
    s.rit(3, 0.58)
    s.mix["in_front"] = 8.0     # what leads here rings and dies away; the others wait for it
    return s
