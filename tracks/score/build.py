#!/usr/bin/env python3
"""Make the tape: pages to MIDI, MIDI to stems, stems to masters, masters to the shelf.

    build.py                 everything
    build.py midi            the MIDI files only (no sound bank needed)
    build.py audio [A1 …]    only these pieces; the others keep their masters

Masters are kept in tracks/score/.masters (not part of the repository).
SOUNDFONT names the sound bank if it is not where Debian puts FluidR3.
"""
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
TRACKS, MIDI, MASTERS = HERE.parent, HERE / "midi", HERE / ".masters"


def main(argv):
    from engine import midi
    from engine.players import perform
    from songs import all_songs

    songs = all_songs()
    MIDI.mkdir(exist_ok=True)
    played = {s.slot: perform(s) for s in songs}
    for s in songs:
        midi.write(s, played[s.slot], MIDI / f"{s.slot}.mid")
    if argv[:1] == ["midi"]:
        return
    import numpy as np

    from engine import encode, level, playlists, room

    MASTERS.mkdir(exist_ok=True)
    picked = set(argv[1:]) if argv[:1] == ["audio"] and argv[1:] else None
    masters = {}
    for s in songs:
        kept = MASTERS / f"{s.slot}.npy"
        if picked is not None and s.slot not in picked and kept.exists():
            masters[s.slot] = np.load(kept).astype(np.float64)
            continue
        if argv[:1] == ["shelf"] and kept.exists():
            masters[s.slot] = np.load(kept).astype(np.float64)
            continue
        report = {}
        masters[s.slot] = room.master(room.mix(s, played[s.slot], report))
        np.save(kept, masters[s.slot].astype(np.float32))
        print(f"{s.slot} {s.title}: {len(masters[s.slot]) / room.RATE:.1f} s, "
              f"{level.true_peak(masters[s.slot], room.RATE):.2f} dBTP, "
              f"tune over the rest {' / '.join(f'{v:.0f}' for v in report['spread'])} LU (10, 50, 90 %), trim {report['trim']:+.1f} dB; under the tune: "
              + ", ".join(f"{k} {v:.0f}" for k, v in report["under"].items()), flush=True)

    subprocess.run([sys.executable, HERE / "cover.py"], check=True)
    png, jpg = TRACKS / "cover.png", MASTERS / "cover.jpg"
    subprocess.run(["rsvg-convert", "-w", "1000", TRACKS / "cover.svg", "-o", MASTERS / "cover.png"], check=True)
    subprocess.run(["rsvg-convert", "-w", "640", TRACKS / "cover.svg", "-o", png], check=True)
    from PIL import Image
    im = Image.open(MASTERS / "cover.png").convert("RGB")
    Image.open(png).convert("RGB").save(png, optimize=True)
    im.resize((400, 400), Image.Resampling.LANCZOS).save(jpg, quality=72, optimize=True, progressive=False)

    measured = encode.shelf(songs, masters, TRACKS, jpg)
    playlists.write(songs, measured, TRACKS.parent / "playlists")


if __name__ == "__main__":
    main(sys.argv[1:])
