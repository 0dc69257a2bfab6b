"""Pitches, chord symbols, and how a chord is laid under the hand.

Chord symbols are written the way a lead sheet writes them, with `^` for the
major seventh and `o` for diminished: `Eb^9  C7b9  Fm9  Bb13  Em7b5  F9#11  Gm9/C`.
"""
import re
from functools import lru_cache
from itertools import product

STEP = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
NAMES = ["C", "Db", "D", "Eb", "E", "F", "Gb", "G", "Ab", "A", "Bb", "B"]

# quality: (chord tones, what a comping hand plays, further notes a melody may lean on)
QUALITY = {
    "": ((0, 4, 7), (4, 7, 0), (2, 9, 11)),
    "6": ((0, 4, 7, 9), (4, 9, 7, 0), (2, 11, 6)),
    "69": ((0, 4, 7, 9), (4, 9, 2, 7), (2, 11, 6)),
    "^7": ((0, 4, 7, 11), (4, 11, 7, 2), (2, 9, 6)),
    "^9": ((0, 4, 7, 11, 2), (4, 11, 2, 7), (9, 6)),
    "^7#11": ((0, 4, 7, 11, 6), (4, 11, 2, 6), (2, 9)),
    "7": ((0, 4, 7, 10), (4, 10, 7, 2), (2, 9, 6)),
    "9": ((0, 4, 7, 10, 2), (4, 10, 2, 7), (9, 6)),
    "13": ((0, 4, 7, 10, 2, 9), (4, 10, 2, 9), (6,)),
    "9#11": ((0, 4, 10, 2, 6, 7), (4, 10, 2, 6), (9,)),
    "13#11": ((0, 4, 10, 2, 6, 9), (4, 10, 6, 9), (7,)),
    "7b9": ((0, 4, 7, 10, 1), (4, 10, 1, 7), (3, 6, 8)),
    "13b9": ((0, 4, 7, 10, 1, 9), (4, 10, 1, 9), (3, 6)),
    "7#5": ((0, 4, 8, 10), (4, 10, 8, 2), (2, 1, 3, 6)),
    "7alt": ((0, 4, 8, 10, 3), (4, 10, 8, 3), (1, 6)),
    "9sus": ((0, 5, 7, 10, 2), (5, 10, 2, 7), (9,)),
    "13sus": ((0, 5, 7, 10, 2, 9), (5, 10, 2, 9), ()),
    "7b9sus": ((0, 5, 7, 10, 1), (5, 10, 1, 7), (3, 8)),
    "m": ((0, 3, 7), (3, 7, 0), (2, 5, 9)),
    "m6": ((0, 3, 7, 9), (3, 9, 7, 0), (2, 5, 11)),
    "m69": ((0, 3, 7, 9, 2), (3, 9, 2, 7), (5, 11)),
    "m7": ((0, 3, 7, 10), (3, 10, 7, 0), (2, 5)),
    "m9": ((0, 3, 7, 10, 2), (3, 10, 2, 7), (5, 9)),
    "m11": ((0, 3, 7, 10, 2, 5), (3, 10, 2, 5), (9,)),
    "m^7": ((0, 3, 7, 11), (3, 11, 7, 2), (2, 5, 9)),
    "m7b5": ((0, 3, 6, 10), (3, 10, 6, 0), (5, 8, 2)),
    "o7": ((0, 3, 6, 9), (3, 9, 6, 0), (2, 5, 11)),
}


def pitch(name):
    """'Bb4' -> 70 (C4 is 60)."""
    m = re.fullmatch(r"([A-G])([b#]?)(-?\d)", name)
    if not m:
        raise ValueError(f"not a pitch: {name!r}")
    return STEP[m[1]] + {"": 0, "b": -1, "#": 1}[m[2]] + 12 * (int(m[3]) + 1)


def name(p):
    return f"{NAMES[p % 12]}{p // 12 - 1}"


class Chord:
    """One chord symbol, sounding from `beat` for `length` beats."""

    def __init__(self, symbol, beat=0.0, length=4.0):
        m = re.fullmatch(r"([A-G][b#]?)([^/]*)(?:/([A-G][b#]?))?", symbol)
        if not m or m[2] not in QUALITY:
            raise ValueError(f"not a chord: {symbol!r}")
        pc = lambda n: pitch(n + "4") % 12
        self.symbol, self.beat, self.length = symbol, beat, length
        self.root, self.quality = pc(m[1]), m[2]
        self.bass = pc(m[3]) if m[3] else self.root
        tones, hand, more = QUALITY[m[2]]
        self.tones = tuple((self.root + t) % 12 for t in tones)
        self.hand = tuple((self.root + t) % 12 for t in hand)
        self.allowed = frozenset(self.tones) | {(self.root + t) % 12 for t in more}
        self.third = (self.root + tones[1]) % 12
        self.fifth = (self.root + next((t for t in tones if t in (6, 7, 8)), 7)) % 12
        self.seventh = (self.root + next((t for t in tones if t in (9, 10, 11)), 0)) % 12

    @property
    def end(self):
        return self.beat + self.length

    def __repr__(self):
        return f"{self.symbol}@{self.beat:g}"


def parse_chords(text, meter, start=0.0):
    """'Eb^9 C7b9 | Fm9' -> chords; a bar is shared evenly, `.` holds the chord before."""
    out, bars = [], [b.split() for b in text.strip().strip("|").split("|")]
    for i, bar in enumerate(bars):
        if not bar:
            raise ValueError(f"empty bar in {text!r}")
        each = meter / len(bar)
        for j, sym in enumerate(bar):
            if sym in (".", "%"):
                out[-1].length += each
            else:
                out.append(Chord(sym, start + i * meter + j * each, each))
    return out, len(bars)


# ---- voicings ---------------------------------------------------------------

# Below these notes an interval of so many semitones turns to mud.
LOW_LIMIT = {1: 64, 2: 57, 3: 53, 4: 51, 5: 48, 6: 47}


@lru_cache(maxsize=None)
def _layouts(pcs, low, high):
    found = set()
    spots = [[p for p in range(low, high + 1) if p % 12 == pc] for pc in pcs]
    for combo in product(*spots):
        v = tuple(sorted(combo))
        gaps = [b - a for a, b in zip(v, v[1:])]
        if any(g == 0 or g > 9 for g in gaps):
            continue
        if gaps and gaps[-1] == 1:
            continue
        if sum(g == 1 for g in gaps) > 1 or sum(g <= 2 for g in gaps) > 2:
            continue
        if any(a < LOW_LIMIT.get(g, 0) for a, g in zip(v, gaps)):
            continue
        found.add(v)
    return sorted(found)


def parallels(a, b):
    """Count of fifths and octaves moving in parallel between two voicings of equal size."""
    n = 0
    for i in range(len(a)):
        for j in range(i + 1, len(a)):
            x, y = (a[j] - a[i]) % 12, (b[j] - b[i]) % 12
            if x == y and x in (0, 7) and a[i] != b[i] and a[j] != b[j]:
                n += 1
    return n


def voice_lead(chords, low, high, ceiling=None, voices=4, centre=None, wander=0.0):
    """One voicing a chord, as smooth as the hand can make it (Viterbi over all layouts).

    `ceiling(chord)` gives the lowest melody note over the chord, or None: the hand
    stays under it where it can, and never rubs a semitone against it.
    """
    centre = centre if centre is not None else (low + high) / 2
    rows = []
    for c in chords:
        pcs = c.hand[:voices]
        lay = (_layouts(pcs, low, high) or _layouts(pcs, low - 2, high + 2)
               or _layouts(pcs, low - 4, high + 4) or _layouts(pcs[:3], low - 3, high + 3))
        roof = ceiling(c) if ceiling else None
        row = []
        for v in lay:
            cost = 0.10 * abs(sum(v) / len(v) - centre) + 0.15 * max(0, v[-1] - v[0] - 16)
            if roof is not None:
                if v[-1] > roof:
                    cost += 1.5 + 0.3 * (v[-1] - roof)
                if any(abs(x - roof) == 1 for x in v):
                    cost += 4
            row.append((v, cost))
        rows.append(row)
    best = [[(c, None) for _, c in rows[0]]]
    for prev_row, row in zip(rows, rows[1:]):
        prev = best[-1]
        line = []
        for v, c in row:
            options = []
            for k, (u, _) in enumerate(prev_row):
                if len(u) == len(v):
                    move = sum(abs(x - y) for x, y in zip(u, v)) + 1.5 * parallels(u, v)
                    move += 0.5 * max(0, abs(u[-1] - v[-1]) - 3)
                    if u == v and wander:
                        move += wander
                else:
                    move = abs(u[-1] - v[-1]) + abs(u[0] - v[0]) + 2
                options.append((prev[k][0] + move * 0.5, k))
            cost, k = min(options)
            line.append((cost + c, k))
        best.append(line)
    k = min(range(len(best[-1])), key=lambda i: best[-1][i][0])
    path = []
    for row, b in zip(reversed(rows), reversed(best)):
        path.append(row[k][0])
        k = b[k][1]
    return list(reversed(path))
