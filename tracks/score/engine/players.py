"""The players. Each takes the page and plays it, with the hands, habits and lungs it has.

Everything here is decided by the piece's own seed: the same page gives the same
performance, to the tick.
"""
import math

from .song import Note
from .theory import LOW_LIMIT, voice_lead

#  name: (General MIDI program, drum kit?, lowest, highest, kind)
INSTRUMENTS = {
    "trumpet": (59, False, 54, 82, "breath"),
    "tenor": (66, False, 44, 76, "breath"),
    "clarinet": (71, False, 50, 89, "breath"),
    "flute": (73, False, 60, 93, "breath"),
    "horn": (60, False, 41, 74, "breath"),
    "cello": (42, False, 36, 74, "breath"),
    "vibes": (11, False, 53, 89, "struck"),
    "celesta": (8, False, 60, 103, "struck"),
    "piano": (0, False, 26, 100, "struck"),
    "guitar": (26, False, 40, 79, "plucked"),
    "nylon": (24, False, 40, 83, "plucked"),
    "bass": (32, False, 28, 60, "plucked"),
    "strings": (49, False, 43, 88, "section"),
    "brushes": (40, True, 0, 127, "drums"),
    "hands": (0, True, 0, 127, "drums"),
}


class Track:
    def __init__(self, name):
        self.name = name
        self.program, self.drum, self.low, self.high, self.kind = INSTRUMENTS[name]
        self.notes, self.ccs, self.bends = [], [], []

    def note(self, beat, length, pitch, vel):
        self.notes.append((beat, max(0.02, length), int(pitch), int(max(1, min(127, round(vel))))))

    def cc(self, beat, number, value):
        self.ccs.append((beat, number, int(max(0, min(127, round(value))))))

    def bend(self, beat, cents):
        self.bends.append((beat, int(max(-8192, min(8191, round(cents / 200 * 8192))))))


def secs(song, beat, s):
    """So many seconds, in beats, at this point of the piece."""
    return s * song.tempo_at(max(0, beat)) / 60


def phrases(notes, rest=0.7):
    out = []
    for n in notes:
        if out and n.beat - out[-1][-1].end < rest and not out[-1][-1].breath:
            out[-1].append(n)
        else:
            out.append([n])
    return out


# ---- melody -----------------------------------------------------------------

def sing(song, track, notes, dyn, lay=0.018, depth=13, soft=0.0, swing=None, vibrato=5.1):
    """A line on a wind or a bowed string: phrased in breaths, swelled, bent into, released."""
    rng = song.rng(f"{track.name}/{notes[0].beat}")
    mean = sum(n.pitch for n in notes) / len(notes)
    floor = 0.0
    for ph in phrases(notes):
        a, b = ph[0].beat, ph[-1].end
        span = max(1e-6, b - a)
        hush = rng.uniform(-2, 2)
        previous = None
        for i, n in enumerate(ph):
            u = (n.beat - a) / span
            arch = math.sin(math.pi * min(1, 0.15 + 0.85 * u)) if len(ph) > 1 else 0.6
            last = i == len(ph) - 1
            nxt = None if last else ph[i + 1]
            slur = previous is not None and n.beat - previous.end < 0.05
            # placing: late coming in, catching up by the end of the thought
            late = lay * (1.35 - 1.1 * u) + rng.gauss(0, 0.006)
            on = song.swung(n.beat, n.triplet, swing) + secs(song, n.beat, late)
            on = max(on, floor + 0.02, 0)
            end_beat = song.swung(n.end, n.triplet, swing) if not nxt else song.swung(nxt.beat, nxt.triplet, swing)
            if nxt and nxt.beat - n.end < 0.05:
                off = end_beat + secs(song, n.beat, lay * (1.35 - 1.1 * (nxt.beat - a) / span) + 0.012)
            else:
                off = song.swung(n.end, n.triplet, swing) - min(0.12, 0.08 * n.length)
                if n.breath:                     # air: a quarter of a second, or what the note can spare
                    off -= min(secs(song, n.beat, 0.24), 0.3 * n.length)
            off = max(off, on + 0.08)
            floor = on
            strong = (n.beat % 1 == 0) + (n.beat % song.meter == 0)
            vel = 52 + 46 * dyn + 13 * (arch - 0.6) + 0.55 * (n.pitch - mean) + 2.5 * strong + hush + rng.gauss(0, 2.2)
            if slur:
                vel -= 7
            if n.accent:
                vel += 12
            track.note(on, off - on, n.pitch, vel)
            shape(song, track, rng, on, off, dyn, arch, n, previous, last, depth, soft, vibrato)
            previous = n
    return track


def shape(song, track, rng, on, off, dyn, arch, n, previous, last, depth, soft, vibrato):
    """Breath (CC11) and pitch (bend) along one note."""
    long_s = (off - on) * 60 / song.tempo_at(on)
    if previous is not None:                                   # what was left of the last note's breath is this one's now
        track.ccs = [e for e in track.ccs if e[1] != 11 or e[0] < on - 1e-6]
        track.bends = [e for e in track.bends if e[0] < on - 1e-6]
    top = 78 + 34 * dyn + 12 * (arch - 0.5)
    steps = max(2, int(long_s / 0.045))
    for k in range(steps):
        u = k / (steps - 1)
        if long_s < 0.42:
            f = 0.97 - 0.06 * u
        else:
            rise = min(1, u / 0.38)
            f = (0.80 - soft) + (0.20 + soft) * math.sin(rise * math.pi / 2)
            fall = max(0, (u - 0.55) / 0.45)
            f -= (0.34 if last else 0.14) * fall ** 1.6
        track.cc(on + (off - on) * u * 0.995, 11, top * f)
    leap = previous is None or abs(n.pitch - previous.pitch) >= 3
    scoop = -rng.uniform(25, 62) if leap and long_s > 0.35 and rng.random() < 0.6 else 0
    if n.accent:
        scoop = -80
    drop = -rng.uniform(25, 70) if last and long_s > 0.7 and rng.random() < 0.4 else 0
    rate, deep = vibrato + rng.uniform(-0.25, 0.25), depth * rng.uniform(0.8, 1.2)
    wait = min(0.5, 0.22 + 0.16 * long_s)
    steps = max(1, int(long_s / 0.014))
    for k in range(steps):
        t = k * 0.014
        cents = scoop * max(0, 1 - t / 0.085) ** 1.5 if scoop else 0.0
        if long_s > 0.48 and t > wait:
            grow = min(1, (t - wait) / 0.45)
            cents += deep * grow * math.sin(2 * math.pi * rate * (t - wait))
        left = long_s - t
        if drop and left < 0.16:
            cents += drop * (1 - left / 0.16) ** 2
        track.bend(on + secs(song, on, t), cents)
    track.bend(off, 0)


def ring(song, track, notes, dyn, lay=0.008, pedal=True, swing=None, gain=0, damp=None):
    """A line on something struck or plucked: touch is all there is."""
    rng = song.rng(f"{track.name}/{notes[0].beat}/{notes[0].pitch}")
    mean = sum(n.pitch for n in notes) / len(notes)
    for ph in phrases(notes):
        a, span = ph[0].beat, max(1e-6, ph[-1].end - ph[0].beat)
        for i, n in enumerate(ph):
            u = (n.beat - a) / span
            arch = math.sin(math.pi * min(1, 0.2 + 0.8 * u)) if len(ph) > 1 else 0.6
            on = song.swung(n.beat, n.triplet, swing) + secs(song, n.beat, lay * (1.3 - u) + rng.gauss(0, 0.006))
            off = song.swung(n.end, n.triplet, swing)
            if pedal and (i == len(ph) - 1 or n.length >= 1):
                off += 0.35
            if damp:
                off = on + (off - on) * damp
            strong = (n.beat % 1 == 0) + (n.beat % song.meter == 0)
            vel = 44 + 44 * dyn + 12 * (arch - 0.6) + 0.4 * (n.pitch - mean) + 2.5 * strong + rng.gauss(0, 2.6) + gain
            track.note(max(0, on), max(0.1, off - on), n.pitch, vel + (10 if n.accent else 0))
    return track


# ---- bass -------------------------------------------------------------------

def bass_line(song, track, sections):
    """The upright. Roots where the harmony turns, the shortest sensible road between them,
    and never in step with the tune in fifths or octaves if there is another way."""
    slots = []                                  # (beat, length, section, chord, kind)
    for s, manner in sections:
        for c in s.chords:
            m = song.meter
            if manner == "walk":
                beats = [c.beat + k for k in range(int(c.length))]
            elif manner == "two":
                beats = [c.beat + k for k in range(0, int(c.length), 2)]
            elif manner == "bolero":
                beats = [c.beat + k for k in ((0, 2, 3) if c.length == 4 else (0, 1))]
            elif manner == "waltz":
                beats = [c.beat + k for k in range(0, int(c.length), m)]
            else:                               # "one": a note a chord
                beats = [c.beat]
            for i, b in enumerate(beats):
                nxt = beats[i + 1] if i + 1 < len(beats) else c.end
                slots.append((b, nxt - b, s, c, manner, i, len(beats)))
    if not slots:
        return
    rng = song.rng("bass")
    rows = []
    for k, (b, ln, s, c, manner, i, count) in enumerate(slots):
        nxt = slots[k + 1] if k + 1 < len(slots) else None
        row = []
        for p in range(28, 53):
            pc = p % 12
            cost = 0.035 * abs(p - 38) + rng.random() * 0.5
            if p > 48:
                cost += 1.2
            if i == 0:
                cost += 0 if pc == c.bass else (16 if pc in (c.third, c.fifth) and b > s.start else 60)
            elif manner == "walk" and i == count - 1 and nxt:
                if pc in (c.fifth, c.third, c.seventh, c.root):
                    cost += 1.0
                elif pc in c.tones:
                    cost += 2.0
                elif min((pc - nxt[3].bass) % 12, (nxt[3].bass - pc) % 12) == 1:
                    cost += 0.2
                else:
                    cost += 9
            else:
                if pc == c.fifth:
                    cost += 0.3
                elif pc in (c.third, c.seventh):
                    cost += 1.0
                elif pc == c.root:
                    cost += 1.3
                elif pc in c.tones:
                    cost += 2.5
                elif manner != "waltz" and i == count - 1 and nxt and ln <= 1 and min((pc - nxt[3].bass) % 12, (nxt[3].bass - pc) % 12) == 1:
                    cost += 0.6
                else:
                    cost += 30
            row.append((p, cost))
        rows.append(row)
    tune = [song.melody_at(x[0]) for x in slots]
    strong = [b % song.meter == 0 or (song.meter == 4 and b % song.meter == 2) for b, *_ in slots]
    extra = {}                                  # what a first reading found to be in step with the tune
    for reading in range(6):
        path = _shortest(rows, extra, slots, tune)
        worst, prev = 0, None
        for k, p in enumerate(path):
            if not strong[k]:
                continue
            m = tune[k]
            if m and prev is not None and tune[prev] and tune[prev].pitch != m.pitch and path[prev] != p:
                x, y = (tune[prev].pitch - path[prev]) % 12, (m.pitch - p) % 12
                if x == y and x in (0, 7):
                    worst += 1
                    for kk, pc in ((k, p % 12), (prev, path[prev] % 12)):
                        for q in range(28, 53):
                            if q % 12 == pc:
                                extra[kk, q] = extra.get((kk, q), 0) + 9
            prev = k
        if not worst:
            break

    hand = song.rng("bass/hand")
    _play_bass(song, track, slots, path, hand)


def _shortest(rows, extra, slots, tune):
    best = [[(c, None) for _, c in rows[0]]]
    for k in range(1, len(rows)):
        line = []
        for p, c in rows[k]:
            c += extra.get((k, p), 0)
            opts = []
            for j, (q, _) in enumerate(rows[k - 1]):
                d = abs(p - q)
                move = 2.6 if d == 0 else 0.10 * d + (1.4 if d > 7 else 0) + (3 if d > 12 else 0) + (3 if d in (6, 10, 11) else 0)
                if d == 12:
                    move += 0.4
                a, b = tune[k - 1], tune[k]
                if a and b and a is not b and a.pitch != b.pitch and d:
                    x, y = (a.pitch - q) % 12, (b.pitch - p) % 12
                    if x == y and x in (0, 7):
                        move += 7
                opts.append((best[-1][j][0] + move, j))
            cost, j = min(opts)
            line.append((cost + c, j))
        best.append(line)
    k = min(range(len(best[-1])), key=lambda i: best[-1][i][0])
    path = []
    for row, b in zip(reversed(rows), reversed(best)):
        path.append(row[k][0])
        k = b[k][1]
    path.reverse()
    return path


def _play_bass(song, track, slots, path, hand):
    for n, ((b, ln, s, c, manner, i, count), p) in enumerate(zip(slots, path)):
        on = b + secs(song, b, hand.gauss(-0.004 if manner == "walk" else 0.002, 0.005))
        vel = 58 + 30 * s.dyn + (3 if b % song.meter == 0 else 0) + hand.gauss(0, 2.5)
        keep = {"walk": 0.93, "two": 0.9, "bolero": 0.86, "waltz": 0.88}.get(manner, 0.96)
        track.note(max(0, on), ln * keep, p, vel)
        # the pick-up: a dropped quaver into the next bar, when the band is moving
        nxt = path[n + 1] if n + 1 < len(path) else None
        if manner == "two" and nxt is not None and i == count - 1 and ln == 2 and s.dyn > 0.5 and hand.random() < 0.45:
            at = song.swung(b + 1.5)
            track.notes[-1] = (track.notes[-1][0], 1.35, p, track.notes[-1][3])
            ghost = nxt + (hand.choice((-1, 1)) if hand.random() < 0.5 else 0)
            track.note(at, 0.3, max(28, ghost), vel - 16)
        if manner == "waltz" and hand.random() < 0.3 and s.dyn > 0.45 and ln >= 3:
            track.notes[-1] = (track.notes[-1][0], 1.8, p, track.notes[-1][3])
            fifth = min((x for x in range(28, 50) if x % 12 == c.fifth), key=lambda x: abs(x - p - 3))
            track.note(b + 2 + secs(song, b, 0.004), 0.85, fifth, vel - 9)


# ---- piano ------------------------------------------------------------------

COMP = {   # (where, how long, how hard)
    "swing": [[(0, 0.7, 0), (1.5, 1.2, -4)], [(1.5, 0.6, 0), (3, 0.7, -3)], [(0.5, 0.4, -5), (2, 1.4, 0)],
              [(1, 0.5, -2), (2.5, 1.2, 1)], [(0, 2.6, -3)], [(2.5, 1.2, 0)]],
    "fast": [[(1.5, 0.4, 3)], [(0, 0.5, 0), (1.5, 0.4, 2)], [(2.5, 0.5, 2)], [(0.5, 0.4, 0), (3, 0.4, 0)], [],
             [(1, 0.4, 1), (2.5, 0.4, 2)]],
}


def roll(song, track, rng, beat, length, voicing, vel, spread=0.012):
    d = rng.gauss(0.006, 0.004)
    for i, p in enumerate(voicing):
        on = beat + secs(song, beat, d + i * spread + rng.gauss(0, 0.003))
        track.note(max(0, on), max(0.1, beat + length - on), p, vel + rng.gauss(0, 2.2) + (2 if i == len(voicing) - 1 else 0))


def piano(song, track, sections, centre=62, low=50, high=76):
    rng = song.rng("piano")
    chords = [c for s, _ in sections for c in s.chords]
    if not chords:
        return
    laid = voice_lead(chords, low, high, ceiling=song.lowest_melody, centre=centre)
    v = {id(c): x for c, x in zip(chords, laid)}
    for s, manner in sections:
        base = 33 + 36 * s.dyn
        if manner in ("swing", "fast"):
            for bar in range(s.bars):
                b0 = s.start + bar * song.meter
                cells = COMP[manner]
                # leave room: fewer strokes under a busy tune
                busy = sum(1 for n in song.melody if b0 <= n.beat < b0 + song.meter)
                cell = rng.choice(cells[3:] if busy > 5 and manner == "swing" else cells)
                for at, ln, h in cell:
                    t = b0 + at
                    ahead = t + (0.5 if at % 1 else 0)      # an off-beat belongs to what it leans into
                    c = song.chord_at(min(ahead, s.end - 0.01))
                    if id(c) in v:
                        roll(song, track, rng, song.swung(t), ln, v[id(c)], base + h, 0.004)
        elif manner == "waltz":
            for bar in range(s.bars):
                b0 = s.start + bar * song.meter
                vo = v[id(song.chord_at(b0))]
                roll(song, track, rng, b0 + 1, 0.75, vo[-3:], base - 5, 0.006)
                roll(song, track, rng, b0 + 2, 0.6, vo[-3:], base - 9, 0.006)
                if bar % 4 == 3:
                    track.notes[-3:] = []
        elif manner in ("ballad", "sparse"):
            for c in s.chords:
                vo = v[id(c)]
                roll(song, track, rng, c.beat, c.length * 0.97, vo, base, 0.022)
                track.cc(c.beat + 0.06, 64, 110)
                track.cc(c.end - 0.06, 64, 0)
                if manner == "ballad" and c.length >= 4:
                    kind = rng.random()
                    if kind < 0.4:                           # answer, softly, from the middle out
                        order = [vo[0], vo[2], vo[1], vo[-1]] if len(vo) > 3 else list(vo)
                        for i, p in enumerate(order):
                            track.note(c.beat + 2 + i * (1 / 3 if song.swing != 0.5 else 0.5) + rng.gauss(0, 0.008), 1.2, p, base - 10 + 2 * i)
                    elif kind < 0.75:
                        roll(song, track, rng, song.swung(c.beat + 2.5), 1.3, vo[1:], base - 9, 0.012)
                    else:
                        roll(song, track, rng, c.beat + 2, 1.8, vo[-2:], base - 8, 0.012)
                elif manner == "ballad" and c.length == 2 and rng.random() < 0.35:
                    roll(song, track, rng, song.swung(c.beat + 1.5), 0.45, vo[-2:], base - 10, 0.01)
        elif manner == "hands":                              # left hand alone under its own tune
            for c in s.chords:
                vo = v[id(c)]
                root = min((x for x in range(33, 48) if x % 12 == c.bass), key=lambda x: abs(x - 40))
                track.note(c.beat + rng.gauss(0.004, 0.004), c.length * 0.98, root, base + 2)
                track.cc(c.beat + 0.07, 64, 115)
                track.cc(c.end - 0.05, 64, 0)
                step = c.length / 4 if c.length >= 4 else 0.5
                for i, p in enumerate(vo[:3]):
                    track.note(c.beat + step * 0.5 * (i + 1) + rng.gauss(0.01, 0.012), c.length - step * 0.5 * (i + 1), p, base - 8 - i)
                if c.length >= 4:
                    track.note(c.beat + 2.5 + rng.gauss(0.012, 0.012), 1.3, vo[1], base - 13)
                    track.note(c.beat + 3 + rng.gauss(0.012, 0.012), 0.95, vo[-1], base - 12)


# ---- guitar -----------------------------------------------------------------

def guitar(song, track, sections):
    rng = song.rng(track.name)
    chords = [c for s, _ in sections for c in s.chords]
    if not chords:
        return
    laid = voice_lead(chords, 50, 67, voices=3, centre=57)
    v = {id(c): x for c, x in zip(chords, laid)}
    for s, manner in sections:
        base = 36 + 30 * s.dyn
        if manner == "four":
            for k in range(s.bars * song.meter):
                b = s.start + k
                vo = v[id(song.chord_at(b))]
                back = k % 2 == 1
                for i, p in enumerate(vo):
                    on = b + secs(song, b, 0.003 + 0.006 * i + rng.gauss(0, 0.003))
                    track.note(on, 0.42 if back else 0.6, p, base + (5 if back else 0) + rng.gauss(0, 2.5))
        elif manner == "bolero":
            order = (0, 1, 2, 1, 2, 1, 2, 1)
            for k in range(s.bars * song.meter * 2):
                b = s.start + k / 2
                vo = v[id(song.chord_at(b))]
                if k % 8 == 1:
                    continue
                p = vo[order[k % 8] % len(vo)]
                on = b + secs(song, b, rng.gauss(0.004, 0.005))
                track.note(on, 0.9, p, base + (6 if k % 8 in (0, 4) else 0) + rng.gauss(0, 3))
        elif manner == "strum":
            for c in s.chords:
                for i, p in enumerate(v[id(c)]):
                    track.note(c.beat + secs(song, c.beat, 0.028 * i + rng.gauss(0.01, 0.004)), c.length * 0.95, p, base + 2 * i + rng.gauss(0, 2))
                if c.length >= 4 and rng.random() < 0.6:
                    for i, p in enumerate(reversed(v[id(c)])):
                        track.note(song.swung(c.beat + 2.5) + secs(song, c.beat, 0.02 * i), 1.2, p, base - 9 + rng.gauss(0, 2))


# ---- vibraphone -------------------------------------------------------------

def vibes(song, track, sections):
    """Pads of two or three bars, and an answer where the tune takes a breath."""
    rng = song.rng("vibes")
    chords = [c for s, _ in sections for c in s.chords]
    if not chords:
        return
    laid = voice_lead(chords, 58, 80, voices=3, centre=68)
    v = {id(c): x for c, x in zip(chords, laid)}
    for s, manner in sections:
        base = 34 + 36 * s.dyn
        if manner in ("pad", "answer"):
            for c in s.chords:
                if manner == "pad" or c.length >= 4:
                    m = song.melody_at(c.beat)
                    if manner == "answer" and m and m.beat > c.beat - 0.1 and rng.random() < 0.5:
                        continue
                    for i, p in enumerate(v[id(c)][-2:]):
                        track.note(c.beat + secs(song, c.beat, 0.012 * i + abs(rng.gauss(0.01, 0.006))), c.length * 0.95, p, base - 4 + rng.gauss(0, 2))
        if manner == "answer":
            tune = [n for n in song.melody if n.end > s.start - 1e-6 and n.beat < s.end + song.meter]
            for a, b in zip(tune, tune[1:]):
                gap = b.beat - a.end
                start = a.end
                if a.length >= 2.5 and gap < 1:             # a long note is room too
                    start, gap = a.beat + 1.5, a.length - 1.5 + gap
                if gap < 1 or start >= s.end - 0.5:
                    continue
                start = math.ceil(start * 2) / 2
                figure(song, track, rng, start, min(gap, 2.0), v, a.pitch, base)


def figure(song, track, rng, start, room, v, near, base):
    """A little turn in triplets over the chord, falling or climbing, ending off the beat."""
    c = song.chord_at(start)
    pool = sorted(p for p in range(62, 85) if p % 12 in c.hand)
    at = min(range(len(pool)), key=lambda i: abs(pool[i] - near - 5))
    up = rng.random() < 0.5
    n = 4 if room >= 1.5 else 3
    step = 1 / 3
    at = max(0, min(len(pool) - 1, at - (n // 2 if up else -(n // 2))))
    for i in range(n):
        b = start + i * step
        c2 = song.chord_at(b)
        p = pool[max(0, min(len(pool) - 1, at + (i if up else -i)))]
        if p % 12 not in c2.allowed:
            p = min((x for x in range(p - 2, p + 3) if x % 12 in c2.hand), key=lambda x: abs(x - p), default=p)
        track.note(b + rng.gauss(0.01, 0.01), 1.0 if i == n - 1 else 0.5, p, base + 2 + 2 * i * (1 if up else -1) + rng.gauss(0, 3))


# ---- strings ----------------------------------------------------------------

def strings(song, track, sections, low=53, high=79, centre=65):
    rng = song.rng("strings")
    for s, manner in sections:
        laid = voice_lead(s.chords, low, high, ceiling=None if manner == "high" else song.lowest_melody,
                          centre=centre + (6 if manner == "high" else 0), wander=-0.2)
        held = {}
        spans = []
        for c, vo in zip(s.chords, laid):                     # common tones are tied over
            for p in list(held):
                if p not in vo:
                    spans.append((held.pop(p), c.beat, p))
            for p in vo:
                held.setdefault(p, c.beat)
        for p, b in held.items():
            spans.append((b, s.end, p))
        for a, b, p in sorted(spans):
            on = a + abs(rng.gauss(0.0, 0.02))
            track.note(on, b - on + 0.06, p, 40 + 34 * s.dyn + rng.gauss(0, 2))
        for k in range(s.bars * song.meter * 2):
            b = s.start + k / 2
            u = (b - s.start) / (s.end - s.start)
            wave = math.sin(math.pi * ((b - s.start) / (2 * song.meter) % 1))
            track.cc(b, 11, (56 + 26 * s.dyn) + 20 * wave + 10 * math.sin(math.pi * u))


# ---- drums ------------------------------------------------------------------

TAP, SLAP, SWISH, KICK, PEDAL, RIDE = 38, 39, 40, 36, 44, 51


def brushes(song, track, sections):
    rng = song.rng("brushes")
    for s, manner in sections:
        base = 26 + 34 * s.dyn
        m = song.meter

        def hit(beat, p, vel, ms=5):
            on = song.swung(beat) + secs(song, beat, rng.gauss(0.002, ms / 1000))
            track.note(max(0, on), 0.4, p, vel + rng.gauss(0, 3))

        for bar in range(s.bars):
            b = s.start + bar * m
            final = bar == s.bars - 1
            if manner == "ballad":
                for k in (0, 2):
                    hit(b + k, SWISH, base + 6)
                for k in (1, 3):
                    hit(b + k, TAP, base - 2)
                    hit(b + k, PEDAL, base - 4)
                if rng.random() < 0.5:
                    hit(b + 3.5, TAP, base - 12)
            elif manner == "swing":
                for k in range(4):
                    hit(b + k, TAP if k % 2 == 0 else SLAP, base + (2 if k % 2 else 0))
                    if k % 2:
                        hit(b + k + 0.5, TAP, base - 9)
                        hit(b + k, PEDAL, base + 2)
                hit(b, SWISH, base - 2)
                hit(b + 2, SWISH, base - 5)
                if rng.random() < 0.6:
                    hit(b, KICK, base - 10)
                if final and s.dyn > 0.45:
                    for k, v in ((3.0, 4), (3 + 1 / 3, 0), (3 + 2 / 3, 6)):
                        track.note(b + k + rng.gauss(0, 0.01), 0.3, SLAP, base + v)
            elif manner == "fast":
                for k in range(4):
                    hit(b + k, TAP, base + (6 if k % 2 else 0), 3)
                    if k % 2:
                        hit(b + k + 0.5, TAP, base - 6, 3)
                        hit(b + k, PEDAL, base + 6, 3)
                    hit(b + k, KICK, base - 14, 3)
                if rng.random() < 0.35:
                    hit(b + rng.choice((1.5, 2.5, 3.5)), SLAP, base + 9, 3)
                if final:
                    for k in (2, 2.5, 3, 3.5):
                        hit(b + k, SLAP, base + 4 + 4 * (k - 2), 3)
            elif manner == "waltz":
                hit(b, SWISH, base + 2)
                for k in (1, 2):
                    hit(b + k, TAP, base - 5 - k)
                hit(b + 1, PEDAL, base - 6)
                if bar % 2 and rng.random() < 0.5:
                    hit(b + 2.5, TAP, base - 12)
            elif manner == "stir":                             # nothing but the circle
                hit(b, SWISH, base + 2)
                hit(b + m / 2, SWISH, base - 4)


def latin(song, track, sections):
    """Bongos and maracas for the bolero."""
    rng = song.rng("hands")
    for s, manner in sections:
        base = 24 + 34 * s.dyn
        for bar in range(s.bars):
            b = s.start + bar * song.meter
            for k in range(8):
                on = b + k / 2
                j = lambda: secs(song, on, rng.gauss(0.003, 0.005))
                if k != 1 or bar % 4:
                    track.note(max(0, on + j()), 0.2, 70, base + (9 if k % 2 == 0 else -6) + rng.gauss(0, 3))
                if manner == "bolero":
                    p, v = ((60, 6), (60, -16), (60, -6), (60, -14), (60, 2), (60, -16), (61, 4), (61, -6))[k]
                    track.note(max(0, on + j()), 0.25, p, base + v + rng.gauss(0, 3))
            if manner == "bolero" and bar % 8 == 7:
                for i in range(3):
                    track.note(b + 3 + i / 3, 0.2, 60 if i < 2 else 61, base + 4 + 3 * i)


# ---- the band ---------------------------------------------------------------

def perform(song):
    """The whole piece, one Track an instrument, in beats."""
    tracks = {}

    def get(inst):
        base = inst.split(":")[0]
        if base not in tracks:
            tracks[base] = Track(base)
        return tracks[base]

    def line(inst, notes, dyn, lead):
        if not notes:
            return
        t = get(inst)
        if t.kind in ("breath", "section"):
            fast = song.bpm > 150
            sing(song, t, notes, dyn if lead else dyn - 0.08, lay=(0.006 if fast else 0.020) if lead else 0.012,
                 depth=7 if fast else (8 if inst.startswith("clarinet") else 13), soft=0.08 if t.kind == "section" else 0.0)
        else:
            ring(song, t, notes, dyn, lay=0.004 if song.bpm > 150 else 0.012, gain=6 if lead else 0,
                 pedal=song.bpm < 150)

    leads = {inst for s in song.sections for inst, _ in s.lead}
    for s in song.sections:
        for inst, notes in s.lead:
            line(inst, notes, s.dyn, True)
        for inst, notes in s.parts.items():
            # whoever has had the tune knows to stand back when it is someone else's
            back = 0.24 if inst in s.shadows or (inst in leads and INSTRUMENTS[inst][4] == "breath") else 0
            line(inst, notes, s.dyn - back, False)

    def manners(who):
        return [(s, s.play[who]) for s in song.sections if s.play.get(who)]

    for who, play in (("bass", bass_line), ("piano", piano), ("guitar", guitar), ("nylon", guitar), ("vibes", vibes),
                      ("strings", strings), ("brushes", brushes), ("hands", latin)):
        if manners(who):
            play(song, get(who), manners(who))
    order = list(INSTRUMENTS)
    return [tracks[k] for k in sorted(tracks, key=order.index)]
