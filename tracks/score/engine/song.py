"""The written page: notation, sections, and the tempo the whole band shares.

Notes are written `Bb4q.` = pitch, length, dots. Lengths: w h q e s (whole to
sixteenth), `t` after it for one of a triplet; a note without a length keeps the
last. `r` rests, `~` ties to the next note, `,` takes a breath after it, `!` marks a
dissonance that is meant, `>` an accent. `|` ends a bar and is checked.
"""
import random
import re

from .theory import parse_chords, pitch

LENGTH = {"w": 4.0, "h": 2.0, "q": 1.0, "e": 0.5, "s": 0.25}
TOKEN = re.compile(r"([A-G][b#]?\d|r)(?:([whqes])(\.?)(t?))?([!>~,]*)$")


class Note:
    __slots__ = ("beat", "length", "pitch", "meant", "accent", "triplet", "breath")

    def __init__(self, beat, length, pitch, meant=False, accent=False, triplet=False):
        self.beat, self.length, self.pitch = beat, length, pitch
        self.meant, self.accent, self.triplet, self.breath = meant, accent, triplet, False

    @property
    def end(self):
        return self.beat + self.length


def parse_notes(text, meter, start=0.0):
    notes, at, size, dot, trip = [], 0.0, 1.0, False, False
    tie = False
    for i, bar in enumerate(text.strip().strip("|").split("|")):
        for tok in bar.split():
            m = TOKEN.match(tok)
            if not m:
                raise ValueError(f"cannot read {tok!r} in bar {i + 1} of {text!r}")
            if m[2]:
                size = LENGTH[m[2]] * (1.5 if m[3] else 1) * (2 / 3 if m[4] else 1)
                trip = bool(m[4])
            if m[1] != "r":
                p = pitch(m[1])
                if tie and notes and notes[-1].pitch == p:
                    notes[-1].length += size
                else:
                    notes.append(Note(start + at, size, p, "!" in m[5], ">" in m[5], trip))
            if m[1] != "r":
                notes[-1].breath = "," in m[5]
            tie = "~" in m[5]
            at += size
        if abs(at - (i + 1) * meter) > 1e-6:
            raise ValueError(f"bar {i + 1} ends at {at - i * meter:g} of {meter}: {bar!r}")
    return notes, at


def below(chords, tune):
    """A second voice under the tune: the nearest chord note at least a third down,
    keeping clear of fifths and octaves in a row. Write it as parts={"tenor": "below"}."""
    out, prev = [], None
    for n in tune:
        b = n.beat + (0.5 if n.beat % 1 else 0)
        c = next((c for c in chords if c.beat - 1e-9 <= b < c.end - 1e-9), chords[-1])
        best = None
        for p in range(n.pitch - 12, n.pitch - 2):
            gap = n.pitch - p
            cost = abs(gap - 4) * 0.5 + (0 if p % 12 in c.tones else 1.5 if p % 12 in c.allowed else 6)
            if prev:
                cost += 0.25 * abs(p - prev[1]) + (3 if gap % 12 == 7 and (prev[0] - prev[1]) % 12 == 7 else 0)
                cost += 1.5 if p == prev[1] and n.pitch != prev[0] else 0
            cost += (1.5 if gap == 6 else 0) + 3 * max(0, p - 76)
            if best is None or cost < best[0]:
                best = (cost, p)
        m = Note(n.beat, n.length, best[1], n.meant, n.accent, n.triplet)
        m.breath = n.breath
        out.append(m)
        prev = (n.pitch, best[1])
    return out


class Section:
    def __init__(self, song, name, chords, lead, parts, play, dyn, rubato, bars, start):
        self.song, self.name, self.chords, self.play = song, name, chords, play
        self.lead, self.parts, self.dyn, self.rubato = lead, parts, dyn, rubato
        self.bars, self.start = bars, start
        self.shadows = ()

    @property
    def end(self):
        return self.start + self.bars * self.song.meter


class Song:
    """A piece: sections in order, and everything a player asks about them."""

    def __init__(self, slot, title, key, bpm, meter=4, swing=0.5, seed=1956, feel=None,
                 about="", style="ballad"):
        self.slot, self.title, self.key, self.bpm, self.meter = slot, title, key, bpm, meter
        self.swing, self.seed, self.about, self.style = swing, seed, about, style
        self.sections, self.beats = [], 0.0
        self.bends = []          # (beat from, beat to, factor at the end): ritardandi
        self.holds = []          # (beat, extra beats): fermatas
        self.levels = {}         # mix: instrument -> dB off the house balance
        self.mix = {}

    def section(self, name, chords, lead=None, parts=None, play=None, dyn=0.6, rubato=1.0):
        """lead: (instrument, notes); parts: {instrument: notes}; play: {player: manner}."""
        start = self.beats
        chs, bars = parse_chords(chords, self.meter, start)
        want = bars * self.meter

        def read(inst, text):
            notes, n = parse_notes(text, self.meter, start)
            if abs(n - want) > 1e-6:
                raise ValueError(f"{self.slot} {name}/{inst}: {n / self.meter:g} bars of notes, {bars} of chords")
            return notes

        ld = []
        if lead:
            ld = [(lead[0], read(*lead))] if isinstance(lead, tuple) else [(i, read(i, t)) for i, t in lead]
        second = {i: below(chs, ld[0][1]) if t == "below" else read(i, t) for i, t in (parts or {}).items()}
        sec = Section(self, name, chs, ld, second, play or {}, dyn, rubato, bars, start)
        sec.shadows = tuple(i for i, t in (parts or {}).items() if t == "below")
        self.sections.append(sec)
        self.beats += want
        return sec

    def rit(self, bars, factor):
        """Slow to `factor` of the tempo over the last `bars` of what is written so far."""
        self.bends.append((self.beats - bars * self.meter, self.beats, factor))

    def hold(self, beats):
        """A fermata: stretch the last bar by about so many beats."""
        self.holds.append((self.beats - self.meter, self.beats, beats))

    # ---- what players ask -----------------------------------------------------
    @property
    def chords(self):
        return [c for s in self.sections for c in s.chords]

    def chord_at(self, beat):
        for c in self.chords:
            if c.beat - 1e-9 <= beat < c.end - 1e-9:
                return c
        return self.chords[-1]

    def section_at(self, beat):
        for s in self.sections:
            if s.start - 1e-9 <= beat < s.end - 1e-9:
                return s
        return self.sections[-1]

    @property
    def melody(self):
        """The tune, whoever has it."""
        return sorted((n for s in self.sections for _, ns in s.lead for n in ns), key=lambda n: n.beat)

    def lowest_melody(self, chord):
        over = [n.pitch for n in self._melody_cache() if n.beat < chord.end - 1e-9 and n.end > chord.beat + 1e-9]
        return min(over) if over else None

    def melody_at(self, beat):
        for n in self._melody_cache():
            if n.beat - 1e-6 <= beat < n.end - 1e-6:
                return n
        return None

    def _melody_cache(self):
        if getattr(self, "_mc", None) is None:
            self._mc = self.melody
        return self._mc

    def rng(self, who):
        return random.Random(f"{self.slot}/{who}/{self.seed}")

    def swung(self, beat, triplet=False, swing=None):
        s = self.swing if swing is None else swing
        if triplet or s == 0.5:
            return beat
        whole = int(beat + 1e-9)
        f = beat - whole
        return whole + (f / 0.5 * s if f < 0.5 else s + (f - 0.5) / 0.5 * (1 - s))

    # ---- tempo ----------------------------------------------------------------
    def tempo_at(self, beat):
        """Beats a minute: leans forward inside a phrase, back at its end, and slows where told."""
        sec = self.section_at(beat)
        m = self.meter
        x = (beat - sec.start) / m           # bars into the section
        lean = 0.0
        for span, depth in ((4, 0.018), (8, 0.028)):
            if sec.bars < span and not (span == 4 and sec.bars >= 2):
                continue
            size = min(span, sec.bars)
            u = (x % size) / size
            lean += depth * (0.45 * (1 - (2 * u - 0.9) ** 2) - 1.6 * max(0.0, (u - 0.82) / 0.18) ** 2)
        f = 1 + lean * sec.rubato
        for a, b, k in self.bends:
            if a <= beat < b:
                u = (beat - a) / (b - a)
                f *= 1 + (k - 1) * u ** 1.4
        for a, b, extra in self.holds:
            if a <= beat < b:
                f *= 1 / (1 + extra / (b - a) * ((beat - a) / (b - a)) * 2)
        return self.bpm * f

    def seconds(self, beat_a, beat_b):
        step, t, b = 0.125, 0.0, beat_a
        while b < beat_b - 1e-9:
            d = min(step, beat_b - b)
            t += d * 60 / self.tempo_at(b)
            b += d
        return t
