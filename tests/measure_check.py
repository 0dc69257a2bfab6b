#!/usr/bin/env python3
"""Measures the program's own recordings a second time, by other means.

    measure_check.py PATH/TO/afterdark

Writes the recordings of a deck and a tape by `afterdark measure --recordings`,
has each read by `afterdark measure FILE --json`, and reads it here with numpy
and scipy: the flutter by Hilbert transform and the weighting's published
poles, the noise by A- and 468-weighted Welch spectra, the tone by least
squares. Fails where the two differ by more than 3 per cent (0.26 dB).
"""
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from scipy import signal
from scipy.io import wavfile

PROGRAM = sys.argv[1]
worst = 0.0


def compare(what, ours, theirs, limit=0.03):
    """Both as plain ratios."""
    global worst
    off = abs(ours / theirs - 1)
    worst = max(worst, off * 0.03 / limit)
    print(f"{'ok ' if off <= limit else 'OFF'} {what:44} program {theirs:.5g}  here {ours:.5g}  ({100 * off:.2f} %)")


def ratio(db):
    return 10 ** (db / 20)


def weighted_deviation(x, rate):
    """Carrier in Hz, weighted and plain deviation of a 3150 Hz tone, and their rate."""
    # Band-pass, analytic signal, phase slope.
    band = signal.butter(4, [2400, 3900], "bandpass", fs=rate, output="sos")
    phase = np.unwrap(np.angle(signal.hilbert(signal.sosfiltfilt(band, x))))
    hz = np.diff(phase) * rate / (2 * np.pi)
    hz = signal.resample_poly(hz, 1, int(rate // 4000))[200:-200]
    fs = rate / int(rate // 4000)
    carrier = hz.mean()
    deviation = hz / carrier - 1
    # The weighting from its poles and zeros in hertz, 1 at 4 Hz.
    pair = 0.44033 * 2 * np.pi
    poles = [-2 * np.pi * f for f in (1.5126, 9.0909, 54.279)]
    poles += list(np.roots([1, pair / 0.66135, pair**2]))
    zeros = [0, 0, 0, -2 * np.pi * 40.19]
    _, h = signal.freqs_zpk(zeros, poles, 1, worN=[2 * np.pi * 4])
    z, p, k = signal.bilinear_zpk(zeros, poles, 1 / abs(h[0]), fs)
    weighted = signal.sosfilt(signal.zpk2sos(z, p, k), deviation)[int(2.5 * fs):]
    return carrier, weighted, deviation, fs


def flutter(x, rate, reading):
    sheet = reading["sheet"]
    carrier, weighted, deviation, fs = weighted_deviation(x, rate)
    compare("carrier, Hz", carrier, sheet["carrier_hz"])
    readings = sheet["readings"]
    compare("weighted rms, %", 100 * np.sqrt(np.mean(weighted**2)), readings["wrms"])
    compare("2 sigma, %", 100 * np.percentile(np.abs(weighted), 95), readings["two_sigma"])
    band = signal.butter(4, 200, fs=fs, output="sos")
    plain = signal.sosfilt(band, deviation)
    plain = signal.sosfilt(signal.butter(2, 0.2, "high", fs=fs, output="sos"), plain)[int(2.5 * fs):]
    compare("unweighted rms, %", 100 * np.sqrt(np.mean(plain**2)), readings["unweighted_rms"])


def noise_levels(x, rate):
    """Unweighted and A-weighted, as amplitudes of a sine."""
    f, power = signal.welch(x, rate, nperseg=1 << 15)
    inside = (f >= 22.4) & (f <= 22400)
    f, power = f[inside], power[inside]
    a = 12194.217**2 * f**4 / (
        (f**2 + 20.598997**2)
        * np.sqrt((f**2 + 107.65265**2) * (f**2 + 737.86223**2))
        * (f**2 + 12194.217**2)
    ) * 10 ** (2.0 / 20)
    step = f[1] - f[0]

    def level(weight):
        return np.sqrt(2 * np.sum(power * weight**2) * step)

    return level(1), level(a)


def noise(x, rate, reading):
    plain, weighted = noise_levels(x, rate)
    compare("noise, unweighted", plain, ratio(reading["left"]["unweighted_db"]))
    compare("noise, A", weighted, ratio(reading["left"]["a_db"]))


def tone(x, rate, reading):
    # 400 Hz and harmonics, amplitude of each by least squares.
    t = np.arange(len(x)) / rate
    columns = [f(2 * np.pi * 400 * k * t) for k in range(1, 8) for f in (np.cos, np.sin)]
    fit, *_ = np.linalg.lstsq(np.stack(columns, 1), x, rcond=None)
    amplitude = np.hypot(fit[0::2], fit[1::2])
    compare("tone, level", amplitude[0], ratio(reading["left"]["level_db"]))
    compare("third harmonic, %", 100 * amplitude[2] / amplitude[0], reading["left"]["percent"][1])


def sweep(x, rate, reading):
    # Level of the sweep where it passes each frequency, from its envelope.
    envelope = np.abs(signal.hilbert(x))
    hz = np.gradient(np.unwrap(np.angle(signal.hilbert(x)))) * rate / (2 * np.pi)
    hz = signal.medfilt(hz, 101)
    levels = {round(f, 1): db for f, db in reading["left"]}
    for want in (100, 1000, 5000, 10000):
        f = min(levels, key=lambda f: abs(f - want))
        near = np.abs(hz / f - 1) < 0.01
        compare(f"response at {f} Hz", np.sqrt(np.mean(envelope[near] ** 2)), ratio(levels[f]))


def copies(folder):
    rate, seconds = 48000, 40
    t = np.arange(rate * seconds) / rate
    still = np.zeros(len(t))
    still[100] = 0.1
    for name, x in (("still", still), ("tone", 0.05 * np.sin(2 * np.pi * 3150 * t))):
        wavfile.write(folder / f"{name}.wav", rate, np.stack([x, x], 1).astype(np.float32))

    def dubbed(name, generations, seed):
        out = folder / "out.wav"
        options = ["--level", "unity", "--bits", "32f", "--deck", "stroller", "--tape", "ferric"]
        options += ["--generations", str(generations), "--copied-on", "household,twin"]
        command = [PROGRAM, "dub", folder / f"{name}.wav", "-o", out, "--force", "--seed", str(seed)]
        subprocess.run(command + options, check=True)
        return wavfile.read(out)[1][2 * rate:, 0].astype(float)

    print("copies")
    # What the signal to noise published for `household` leaves to its electronics.
    tape, player, copier = (10 ** (db / 10) for db in (-52.5, -62, -52.9))
    # A copy's level may be a dB off, so the mean of three tapes.
    hiss = lambda n: np.mean([noise_levels(dubbed("still", n, seed), rate)[1] ** 2 for seed in (1, 2, 3)])
    expected = (tape + player + 2 * (tape + copier)) / (tape + player)
    compare("hiss of a copy of a copy, over the tape's", np.sqrt(hiss(3) / hiss(1)), np.sqrt(expected), 0.19)
    power = lambda n: np.mean([np.mean(weighted_deviation(dubbed("tone", n, seed), rate)[1] ** 2) for seed in (1, 2, 3, 4)])
    cited = 0.12**2 + 0.027**2
    expected = (cited + 2 * (0.1**2 + 0.08**2)) / cited
    compare("its flutter, over the tape's", np.sqrt(power(3) / power(1)), np.sqrt(expected), 0.25)


with tempfile.TemporaryDirectory() as folder:
    subprocess.run([PROGRAM, "measure", "--recordings", folder], stdout=subprocess.DEVNULL, check=True)
    for name, check in (("flutter", flutter), ("noise", noise), ("tone", tone), ("sweep", sweep)):
        path = Path(folder) / f"{name}.wav"
        out = subprocess.run([PROGRAM, "measure", path, "--json"], capture_output=True, check=True)
        rate, samples = wavfile.read(path)
        print(f"{name}.wav")
        check(samples[:, 0].astype(float), rate, json.loads(out.stdout))
    copies(Path(folder))
print(f"largest difference {worst / 0.03:.2f} of what is allowed")
sys.exit(int(worst > 0.03))
