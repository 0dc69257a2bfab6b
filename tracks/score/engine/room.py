"""The room: stems from the sound bank, placed, mixed, and put on one tape.

A small hall with curtains, one echo chamber down the corridor, and an engineer who
believes in the singer. Levels are set by measured loudness against the tune, so a
change of notes does not change who is in front.
"""
import os
import subprocess
import tempfile
import warnings

import numpy as np
from scipy import signal
from scipy.io import wavfile
from scipy.ndimage import minimum_filter1d, uniform_filter1d

from . import level, midi
from .players import SWISH, secs

RATE = 44100
BANK = os.environ.get("SOUNDFONT", "/usr/share/sounds/sf2/FluidR3_GM.sf2")

# name: (dB against the tune, pan, send to room, send to chamber, highpass, lowpass, bells [(Hz, dB, Q)])
SEAT = {
    "trumpet": (-8.0, 0.00, 0.20, 0.16, 160, 9000, [(1100, 1.0, 0.8), (3200, -2.0, 1.0)]),
    "tenor": (-8.0, -0.05, 0.20, 0.15, 90, 6500, [(350, -1.0, 1.0), (2100, -4.5, 0.8)]),
    "clarinet": (-8.5, 0.08, 0.22, 0.18, 140, 5500, [(2600, -4.5, 0.7)]),
    "flute": (-9.0, 0.10, 0.24, 0.20, 200, 9000, []),
    "horn": (-11.0, -0.15, 0.30, 0.24, 90, 7000, []),
    "cello": (-8.5, -0.08, 0.24, 0.20, 70, 8000, [(250, -1.0, 1.0), (1600, 1.0, 0.8)]),
    "vibes": (-9.5, 0.22, 0.22, 0.20, 160, 9000, []),
    "celesta": (-10.0, 0.25, 0.24, 0.30, 250, 9000, []),
    "piano": (-9.5, -0.22, 0.22, 0.10, 80, 8500, [(260, -2.0, 0.9), (1800, 0.8, 0.9)]),
    "guitar": (-15.0, 0.30, 0.18, 0.06, 120, 6500, [(200, -2.0, 1.0)]),
    "nylon": (-12.0, 0.26, 0.20, 0.10, 100, 9000, [(200, -1.5, 1.0), (2500, 1.5, 0.9)]),
    "bass": (-10.0, -0.04, 0.10, 0.00, 38, 4500, [(95, -1.0, 1.0), (750, 2.0, 0.8)]),
    "strings": (-11.5, 0.05, 0.34, 0.34, 190, 7500, [(450, -1.5, 0.8)]),
    "brushes": (-16.0, 0.12, 0.16, 0.02, 60, 10000, [(350, -3.0, 0.8)]),
    "hands": (-15.5, -0.18, 0.22, 0.05, 120, 9500, []),
}
IN_FRONT = 5.0          # how far the tune stands over everyone else together, in LU


def bell(f, g, q):
    a, w = 10 ** (g / 40), 2 * np.pi * f / RATE
    al = np.sin(w) / (2 * q)
    d = 1 + al / a
    return [(1 + al * a) / d, -2 * np.cos(w) / d, (1 - al * a) / d, 1.0, -2 * np.cos(w) / d, (1 - al / a) / d]


def shelf(x, f, g):
    """High shelf."""
    a, w = 10 ** (g / 40), 2 * np.pi * f / RATE
    c, al = np.cos(w), np.sin(w) / 2 * np.sqrt(2)
    r = 2 * np.sqrt(a) * al
    b = np.array([a * ((a + 1) + (a - 1) * c + r), -2 * a * ((a - 1) + (a + 1) * c), a * ((a + 1) + (a - 1) * c - r)])
    d = np.array([(a + 1) - (a - 1) * c + r, 2 * ((a - 1) - (a + 1) * c), (a + 1) - (a - 1) * c - r])
    return signal.lfilter(b / d[0], d / d[0], x, axis=0)


def cut(x, f, kind, order=2):
    return signal.sosfilt(signal.butter(order, f, kind, fs=RATE, output="sos"), x, axis=0)


def tail(seed, seconds, low, high, early, delay):
    """An impulse response: a few first echoes, then a decaying wash, darker as it goes."""
    rng = np.random.default_rng(seed)
    n = int(seconds * 1.3 * RATE)
    t = np.arange(n) / RATE
    wash = rng.standard_normal((n, 2))
    wash[:, 1] = 0.55 * wash[:, 0] + 0.83 * wash[:, 1]
    bright = cut(cut(wash, high, "low", 1), low, "high", 2)
    dark = cut(bright, high * 0.35, "low", 1)
    mixk = np.clip(t / seconds, 0, 1)[:, None]
    body = (bright * (1 - mixk) + 1.6 * dark * mixk) * np.exp(-6.91 * t / seconds)[:, None]
    body *= np.clip(t / 0.012, 0, 1)[:, None]
    out = np.zeros((n + int(delay * RATE), 2))
    out[int(delay * RATE):] = body * 0.6 / np.sqrt((body ** 2).sum() / 2)
    for ms, g, p in early:
        i = int(ms / 1000 * RATE)
        out[i, 0] += g * (1 - p)
        out[i, 1] += g * (1 + p)
    return out / np.sqrt((out ** 2).sum() / 2)


ROOM = dict(seed=1956, seconds=0.55, low=120, high=6500, delay=0.006,
            early=[(7.1, .30, .2), (11.3, -.24, -.3), (17.9, .22, .35), (23.2, .16, -.2), (31.7, -.13, .1)])
CHAMBER = dict(seed=1957, seconds=1.35, low=260, high=4800, delay=0.028, early=[])


def bank(song, tracks, inst):
    with tempfile.TemporaryDirectory() as d:
        mid, wav = os.path.join(d, "a.mid"), os.path.join(d, "a.wav")
        midi.write(song, tracks, mid, only=inst)
        subprocess.run(["fluidsynth", "-ni", "-q", "-R", "0", "-C", "0", "-g", "0.5", "-r", str(RATE),
                        "-O", "float", "-T", "wav", "-F", wav, BANK, mid], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            _, x = wavfile.read(wav)
    return np.asarray(x, dtype=np.float64).mean(1)          # one microphone each


def stir(song, track, n):
    """The wire brush going round the head: noise, swelling and dying once a stroke."""
    rng = np.random.default_rng(song.seed)
    hiss = rng.standard_normal(n)
    hiss = cut(cut(hiss, 1100, "high", 1), 5200, "low", 1)
    out = np.zeros(n)
    for beat, _, p, v in track.notes:
        if p != SWISH:
            continue
        a = song.seconds(-midi.LEAD_IN, beat) - 0.05
        ln = min(0.95, 1.7 * 60 / song.tempo_at(max(0, beat)))
        i, m = int(max(0, a) * RATE), int(ln * RATE)
        m = min(m, n - i)
        if m <= 0:
            continue
        u = np.linspace(0, 1, m)
        out[i:i + m] += hiss[i:i + m] * np.sin(np.pi * u ** 0.75) ** 2 * 10 ** ((v - 100) / 40) * 0.16
    return out


def stems(song, tracks):
    out = {t.name: bank(song, tracks, t.name) for t in tracks}
    n = max(len(x) for x in out.values())
    for t in tracks:
        x = out[t.name]
        x = np.concatenate([x, np.zeros(n - len(x))])
        if t.name == "brushes":
            x = x + stir(song, t, n)
        out[t.name] = x
    return out


def windows(song, lead_only=None):
    """Seconds in which the tune sounds: [(from, to, instrument)]."""
    out = []
    for s in song.sections:
        for inst, notes in s.lead:
            for k in notes:
                out.append((song.seconds(-midi.LEAD_IN, k.beat), song.seconds(-midi.LEAD_IN, k.end), inst))
    return out


def mask(spans, n):
    m = np.zeros(n, bool)
    for a, b, *_ in spans:
        m[int(a * RATE):int(b * RATE)] = True
    return m


def faded(m):
    """A mask with soft edges of a tenth of a second."""
    f = uniform_filter1d(uniform_filter1d(m.astype(float), 4410), 4410)
    return f


HALF = RATE // 2


def energy(x):
    """K-weighted power, sample by sample, at half the rate: enough to balance by."""
    return 2 * level._k_weight(x[::2], HALF).astype(np.float32) ** 2


def heard(e, where):
    """Loudness of that over the marked samples only."""
    p = e[where[::2][:len(e)]]
    return float(level.db(max(1e-12, p.mean(dtype=np.float64)))) if len(p) else -70.0


def ride(e, own, n):
    """The hand on the singer's fader: half of what a phrase falls short or goes over, slowly."""
    k = HALF // 10
    m = len(e) // k
    p, w = e[:m * k].reshape(m, k).mean(1), own[::2][:m * k].reshape(m, k).mean(1)
    span = 21                                               # two seconds
    top, bottom = uniform_filter1d(p * w, span), uniform_filter1d(w, span)
    mean = (p * w).sum() / w.sum()
    db = 10 * np.log10((top / np.maximum(bottom, 0.05) + 1e-9 * mean) / mean)
    g = uniform_filter1d(np.where(bottom > 0.15, np.clip(-0.5 * db, -3.0, 5.0), 0.0), 9)
    return np.interp(np.arange(n), (np.arange(m) + 0.5) * 2 * k, g)


def place(x, inst):
    hp, lp, bells = SEAT[inst][4:]
    sos = np.vstack([signal.butter(2, hp, "high", fs=RATE, output="sos"), signal.butter(1, lp, "low", fs=RATE, output="sos")]
                    + [[bell(*b)] for b in bells])
    y = signal.sosfilt(sos, x)
    if inst == "vibes":                                   # the motor, on slow
        t = np.arange(len(y)) / RATE
        y = y * (1 - 0.11 * (1 + np.sin(2 * np.pi * 4.3 * t)))
    return y


def mix(song, tracks, report=None):
    raw = stems(song, tracks)
    n = len(next(iter(raw.values())))
    spans = windows(song)
    lead_all = mask(spans, n)
    owns = {t.name: mask([w for w in spans if w[2] == t.name], n) for t in tracks}
    dry, power = {}, {}
    for t in tracks:
        x = place(raw.pop(t.name), t.name)
        e, own = energy(x), owns[t.name]
        env = uniform_filter1d(x ** 2, 2048)
        back = (env > env.max() * 1e-3) & ~own
        level_back = heard(e, back) if back.sum() > 4 * RATE else None
        g = SEAT[t.name][0] - 20.0 - level_back if level_back is not None else -99.0
        if own.any():                                       # with the tune: up front; without it: back to its seat
            front = -20.0 - heard(e, own)
            g = min(front, g) if level_back is not None else front
            fade = faded(own)
            curve = 10 ** ((g + (front - g + ride(e, own, n)) * fade + song.levels.get(t.name, 0.0)) / 20)
        else:
            curve = np.full(n, 10 ** ((g + song.levels.get(t.name, 0.0)) / 20))
        dry[t.name], power[t.name] = x * curve, e * (curve[::2] ** 2)[:len(e)]
    # who has the tune, note by note, against everyone else
    tune = sum(e * owns[k][::2][:len(e)] for k, e in power.items())
    rest = sum(e * ~owns[k][::2][:len(e)] for k, e in power.items())
    over = heard(tune, lead_all) - heard(rest, lead_all)
    want = song.mix.get("in_front", IN_FRONT)
    trim = 10 ** (-(want - over) / 20)
    bus = np.zeros((n, 2))
    room_in, chamber_in = np.zeros((n, 2)), np.zeros((n, 2))
    leads = {w[2] for w in spans}
    for name, x in dry.items():
        if name in leads:
            own = faded(owns[name])
            y = x * (own + (1 - own) * trim)
        else:
            y = x * trim
        th = (SEAT[name][1] + 1) * np.pi / 4
        y = np.stack([y * np.cos(th), y * np.sin(th)], 1) * np.sqrt(2)
        bus += y
        room_in += y * SEAT[name][2]
        chamber_in += y * SEAT[name][3]
    room, chamber = tail(**ROOM), tail(**CHAMBER)
    wet = np.zeros((n, 2))
    for ch in range(2):
        wet[:, ch] += signal.fftconvolve(room_in[:, ch], room[:, ch])[:n] * 1.6
        wet[:, ch] += signal.fftconvolve(chamber_in[:, ch], chamber[:, ch])[:n] * 1.0
    out = bus + wet
    if report is not None:
        t2 = 20 * np.log10(trim)
        k = HALF                                            # the tune over the rest, second by second where it sounds
        m = len(tune) // k
        t1, r1 = tune[:m * k].reshape(m, k).mean(1), rest[:m * k].reshape(m, k).mean(1)
        on = lead_all[::2][:m * k].reshape(m, k).mean(1) > 0.6
        ratio = 10 * np.log10((t1[on] + 1e-12) / (r1[on] + 1e-12)) - t2
        report.update(over=over, spread=np.percentile(ratio, (10, 50, 90)), trim=t2, under={k: heard(e, lead_all & ~owns[k]) + t2 + 20 for k, e in power.items()})
    return out


def squeeze(x, ratio=1.7, threshold=-19.0):
    """The bus compressor: slow, and only leaning on it."""
    hop = 64
    e = (x ** 2).mean(1)
    m = len(e) // hop
    p = e[:m * hop].reshape(m, hop).mean(1)
    lv = 10 * np.log10(p + 1e-10)
    up, down = 1 - np.exp(-hop / RATE / 0.03), 1 - np.exp(-hop / RATE / 0.35)
    s, env = lv[0], np.empty(m)
    for i, v in enumerate(lv):
        s += (v - s) * (up if v > s else down)
        env[i] = s
    g = -np.maximum(0, env - threshold) * (1 - 1 / ratio)
    g = np.interp(np.arange(len(x)), np.arange(m) * hop + hop / 2, g)
    return x * (10 ** (g / 20))[:, None]


def limit(x, ceiling_db):
    c = 10 ** (ceiling_db / 20)
    if np.abs(x).max() < 0.85 * c:                          # nothing near it, even between samples
        return x
    up = signal.resample_poly(x, 4, 1, axis=0)
    pk = np.maximum(np.abs(up[:, 0]), np.abs(up[:, 1]))
    pk = pk[:len(x) * 4].reshape(-1, 4).max(1)
    need = np.minimum(1, c / np.maximum(pk, 1e-9))
    w = int(0.004 * RATE)
    low = minimum_filter1d(need, 2 * w + 1)
    return x * uniform_filter1d(uniform_filter1d(low, w), w)[:, None]


HEAD, TAIL = 0.30, 0.90        # seconds of clean silence at the ends


def master(x, target=-16.0, ceiling=-2.2):
    mid, side = x.mean(1), (x[:, 0] - x[:, 1]) / 2
    side = cut(side, 180, "high", 1) * 0.62                 # nearly mono, as the night was
    x = np.stack([mid + side, mid - side], 1)
    x = cut(x, 34, "high", 2)
    x = shelf(x, 6500, -2.5)
    x = signal.sosfilt([bell(170, 0.8, 0.6)], x, axis=0)
    x = cut(x, 12500, "low", 2)
    x *= 10 ** ((target - level.integrated(x, RATE)) / 20)
    x = squeeze(x)
    x *= 10 ** ((target - level.integrated(x, RATE)) / 20)
    x = np.tanh(1.15 * x + 0.035 * np.tanh(3 * x) ** 2) / 1.15         # a valve or two
    x = cut(x, 24, "high", 1)
    # ends: from just before the first sound to where the last has died
    loud = np.maximum(np.abs(x[:, 0]), np.abs(x[:, 1]))
    first = np.argmax(loud > 10 ** (-52 / 20))
    last = len(loud) - np.argmax(loud[::-1] > 10 ** (-62 / 20))
    a = max(0, first - int(0.02 * RATE))
    y = x[a:min(len(x), last + int(0.05 * RATE))].copy()
    fi, fo = int(0.015 * RATE), min(len(y) // 4, int(0.8 * RATE))
    y[:fi] *= (0.5 - 0.5 * np.cos(np.pi * np.arange(fi) / fi))[:, None]
    y[-fo:] *= (0.5 + 0.5 * np.cos(np.pi * np.arange(fo) / fo))[:, None] ** 1.2
    y = np.concatenate([np.zeros((int(HEAD * RATE), 2)), y, np.zeros((int(TAIL * RATE), 2))])
    for _ in range(2):
        y *= 10 ** ((target - level.integrated(y, RATE)) / 20)
        y = limit(y, ceiling)
    return y
