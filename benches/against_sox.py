#!/usr/bin/env python3
"""The whole tape against a good resampler: processor time of both.

    benches/against_sox.py [OPTIONS OF DUB...]

Dubs 120 s of the bundled tape's music at 48 kHz (`afterdark dub`, recorder and
deck with everything on) and has `sox IN OUT rate -v 44100` convert the same, in
turns, five times each, and prints the least that each took and the ratio. Needs
sox and the release build; the machine should have nothing else to do.
"""

import os, resource, subprocess, sys, tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PROGRAM = os.path.join(os.environ.get("CARGO_TARGET_DIR", f"{ROOT}/target"), "release/afterdark")


def seconds(*command):
    """User and system time of a command, its threads included."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, env=dict(os.environ, XDG_STATE_HOME=folder))
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


with tempfile.TemporaryDirectory() as folder:
    tape, music, out = (os.path.join(folder, name) for name in ("tape.wav", "music.wav", "out.wav"))
    tracks = os.path.join(ROOT, "tracks")
    seconds(PROGRAM, "dub", "--source", "--rate", "48000", "--bits", "16", "-o", tape, tracks)
    seconds("sox", tape, music, "trim", "5", "120")
    dub = (PROGRAM, "dub", "--threads", "1", *sys.argv[1:], "--force", "-o", out, music)
    runs = [(seconds(*dub), seconds("sox", music, out, "rate", "-v", "44100")) for _ in range(5)]
    ours, theirs = (min(run[i] for run in runs) for i in (0, 1))
    print(f"afterdark dub        {ours:.2f} s, {120 / ours:.0f} times real time")
    print(f"sox rate -v 44100    {theirs:.2f} s, {120 / theirs:.0f} times real time")
    print(f"ratio                {ours / theirs:.2f}")
