#!/usr/bin/env python3
"""Proof-read the tape: the writing, the performance, and the files that ship.

    check.py            everything; exit status 1 if anything is wrong
    check.py score      the writing and the MIDI only (no decoders needed)
"""
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
TRACKS = HERE.parent

from engine import midi                                     # noqa: E402
from engine.players import INSTRUMENTS, perform             # noqa: E402
from engine.theory import name                              # noqa: E402
from songs import all_songs                                 # noqa: E402

PARALLELS = 2           # parallel fifths or octaves, tune against bass on strong beats, forgiven in a piece
MEANT = 4               # dissonances marked `!` forgiven in a piece
LOUD, TOL, CEILING = -16.0, 0.5, -1.0
SILENCE = (0.2, 1.6)    # clean quiet at each end, in seconds
SIZE = 8_000_000
wrong = []


def fail(song, text):
    wrong.append(f"{song.slot if song else 'tape'}: {text}")
    print("  ✗", wrong[-1])


def strong(song, beat):
    m = beat % song.meter
    return abs(m) < 1e-6 or (song.meter == 4 and abs(m - 2) < 1e-6)


def harmony(song):
    """Tune notes that sound on a strong beat belong to the chord or to what the chord allows;
    so do long notes wherever they fall; a note held into a new chord answers to that one too."""
    meant = 0
    for n in song.melody:
        points = set()
        if strong(song, n.beat) or n.length >= 1.5:
            points.add(n.beat)
        b = n.beat
        k = int(n.beat) + 1
        while k < n.end - 0.26:
            if strong(song, k) or song.chord_at(k).beat == k:
                points.add(float(k))
            k += 1
        for b in sorted(points):
            c = song.chord_at(b + 0.5 if b % 1 else b)          # off the beat: it belongs to what it leans into
            if n.pitch % 12 in c.allowed:
                continue
            if n.meant:
                meant += 1
                continue
            fail(song, f"{name(n.pitch)} at bar {int(b // song.meter) + 1}, beat {b % song.meter + 1:g} against {c.symbol}")
    if meant > MEANT:
        fail(song, f"{meant} marked dissonances, {MEANT} allowed")
    for s in song.sections:
        for inst, notes in s.parts.items():
            for n in notes:
                if (strong(song, n.beat) and n.length >= 1) and n.pitch % 12 not in song.chord_at(n.beat).allowed and not n.meant:
                    fail(song, f"{inst} {name(n.pitch)} at bar {int(n.beat // song.meter) + 1}, beat {n.beat % song.meter + 1:g} against {song.chord_at(n.beat).symbol}")


def rubs(song):
    """No written second line holds a semitone or a minor ninth under or over the tune on a strong beat."""
    for s in song.sections:
        for inst, notes in s.parts.items():
            for n in notes:
                m = song.melody_at(n.beat)
                if m and n.length >= 1 and strong(song, n.beat) and (m.pitch - n.pitch) % 12 in (1, 11) and abs(m.pitch - n.pitch) < 14:
                    c = song.chord_at(n.beat)
                    if not (m.pitch % 12 in c.tones and n.pitch % 12 in c.tones):
                        fail(song, f"{inst} {name(n.pitch)} rubs {name(m.pitch)} at bar {int(n.beat // song.meter) + 1}")


def motion(song, tracks):
    bass = next((t for t in tracks if t.name == "bass"), None)
    if not bass:
        return 0
    at = {}
    for beat, ln, p, v in bass.notes:
        at.setdefault(round(beat), p)
    beats = [b for b in range(int(song.beats)) if strong(song, b)]
    found, prev = [], None
    for b in beats:
        m, low = song.melody_at(b), at.get(b)
        if not m or low is None:
            prev = None
            continue
        if prev and m.pitch != prev[0] and low != prev[1]:
            i, j = (prev[0] - prev[1]) % 12, (m.pitch - low) % 12
            if i == j and i in (0, 7):
                found.append(f"bar {int(b // song.meter) + 1} ({'octaves' if i == 0 else 'fifths'})")
        prev = (m.pitch, low)
    if len(found) > PARALLELS:
        fail(song, "parallels: " + ", ".join(found))
    return len(found)


def ranges(song, tracks):
    for t in tracks:
        if t.drum:
            continue
        lo, hi = INSTRUMENTS[t.name][2:4]
        for beat, ln, p, v in t.notes:
            if not lo <= p <= hi:
                fail(song, f"{t.name} cannot play {name(p)} (bar {int(beat // song.meter) + 1})")


def breath(song, tracks):
    """Winds play one note at a time and must breathe; nothing hangs past the end."""
    for t in tracks:
        if t.kind == "breath":
            ns = sorted(t.notes)
            start = ns[0][0]
            for a, b in zip(ns, ns[1:]):
                over = (a[0] + a[1] - b[0]) * 60 / song.tempo_at(b[0])
                if over > 0.05:
                    fail(song, f"{t.name} plays two notes at once in bar {int(b[0] // song.meter) + 1} ({over:.2f} s)")
                if b[0] - (a[0] + a[1]) > 0.04:
                    if song.seconds(start, a[0] + a[1]) > 12.5:
                        fail(song, f"{t.name} has not breathed for {song.seconds(start, a[0] + a[1]):.0f} s by bar {int(a[0] // song.meter) + 1}")
                    start = b[0]
        for beat, ln, p, v in t.notes:
            if beat + ln > song.beats + 1.5:
                fail(song, f"{t.name} {name(p)} hangs past the end")


def main(argv):
    songs = all_songs()
    seen = {}
    for s in songs:
        print(f"{s.slot} {s.title}")
        tracks = perform(s)
        harmony(s)
        rubs(s)
        n = motion(s, tracks)
        ranges(s, tracks)
        breath(s, tracks)
        for mark in ("key", "bpm"):
            k = (mark, getattr(s, mark))
            if k in seen:
                fail(s, f"shares its {mark} with {seen[k]}")
            seen[k] = s.slot
        with tempfile.TemporaryDirectory() as d:
            again = Path(d) / "again.mid"
            midi.write(s, perform(s), again)
            kept = HERE / "midi" / f"{s.slot}.mid"
            if not kept.exists() or kept.read_bytes() != again.read_bytes():
                fail(s, "the MIDI that is kept is not the MIDI that is written")
        secs = s.seconds(0, s.beats)
        mel = [x.pitch for x in s.melody]
        print(f"    {s.key}, {s.bpm}; {secs:.0f} s of music; tune {name(min(mel))} to {name(max(mel))}; {n} parallels")
    if argv[:1] != ["score"]:
        shipped(songs)
    print("all well" if not wrong else f"{len(wrong)} wrong")
    return 1 if wrong else 0


def shipped(songs):
    import numpy as np

    from engine import encode, level
    total = sum(f.stat().st_size for f in TRACKS.iterdir() if f.is_file())
    print(f"tracks/: {total / 1e6:.2f} MB")
    if total > SIZE:
        fail(None, f"{total} bytes is over {SIZE}")
    for s in songs:
        path = TRACKS / encode.filename(s)
        if not path.exists():
            fail(s, f"no file {path.name}")
            continue
        x, rate = encode.decode(path)
        lufs, tp = level.integrated(x, rate), level.true_peak(x, rate)
        loud = np.abs(x).max(1) > 10 ** (-60 / 20)
        head, tail = np.argmax(loud) / rate, np.argmax(loud[::-1]) / rate
        st = level.short_term(x, rate)
        print(f"    {path.name}: {len(x) / rate:.3f} s, {lufs:.2f} LUFS, {tp:.2f} dBTP, quiet {head:.2f}/{tail:.2f} s, short-term {st.max() - np.percentile(st, 10):.1f} LU wide")
        if abs(lufs - LOUD) > TOL:
            fail(s, f"{lufs:.2f} LUFS")
        if tp > CEILING:
            fail(s, f"true peak {tp:.2f} dBTP")
        for k, v in (("head", head), ("tail", tail)):
            if not SILENCE[0] <= v <= SILENCE[1]:
                fail(s, f"{v:.2f} s of quiet at the {k}")
        if not 80 <= len(x) / rate <= 150:
            fail(s, f"{len(x) / rate:.1f} s long")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
