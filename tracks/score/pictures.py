#!/usr/bin/env python3
"""Look at the music: a piano roll with the chords, the tempo, the loudness and the spectrum of each piece.

    pictures.py FOLDER [A1 …]      (wants matplotlib; loudness and spectrum need the masters)
"""
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import matplotlib
matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np

COLOUR = {"trumpet": "#d98f35", "tenor": "#c2552d", "clarinet": "#3f9a6b", "vibes": "#3d8fc4", "piano": "#999999", "guitar": "#c9b458",
          "nylon": "#b0802a", "bass": "#5b3a8c", "strings": "#b58ad0", "cello": "#8c3a5b", "celesta": "#2fb4b4"}


def draw(song, tracks, folder):
    from engine import level
    master = HERE / ".masters" / f"{song.slot}.npy"
    fig, ax = plt.subplots(4 if master.exists() else 2, 1, figsize=(26, 17 if master.exists() else 11),
                           gridspec_kw={"height_ratios": [7, 1, 1.6, 2.4] if master.exists() else [7, 1]})
    a = ax[0]
    for t in tracks:
        if t.drum:
            continue
        for beat, ln, p, v in t.notes:
            a.barh(p, ln, left=beat, height=.8, color=COLOUR.get(t.name, "k"), alpha=.25 + .6 * v / 127, lw=0)
    for n in song.melody:
        a.barh(n.pitch, n.length, left=n.beat, height=.9, fill=False, edgecolor="k", lw=.9)
    for c in song.chords:
        a.text(c.beat + .05, 97, c.symbol, fontsize=7, rotation=60)
    for s in song.sections:
        a.axvline(s.start, color="k", lw=1)
        a.text(s.start, 104, f"{s.name}", fontsize=10, weight="bold")
        for b in range(s.bars):
            a.axvline(s.start + b * song.meter, color="k", lw=.25)
    a.set(xlim=(0, song.beats), ylim=(26, 106), title=f"{song.slot} {song.title}: {song.key}, {song.bpm}, {song.seconds(0, song.beats):.0f} s")
    a.legend(handles=[plt.Line2D([0], [0], color=COLOUR[t.name], lw=4, label=t.name) for t in tracks if not t.drum], loc="lower right", ncol=8, fontsize=8)
    bs = np.arange(0, song.beats, .25)
    ax[1].plot(bs, [song.tempo_at(b) for b in bs])
    ax[1].set(xlim=(0, song.beats), ylabel="bpm")
    ax[1].grid(alpha=.3)
    if master.exists():
        x = np.load(master).astype(float)
        st = level.db(level.power(x, 44100, 3.0, .5))
        mo = level.db(level.power(x, 44100))
        ax[2].plot(np.arange(len(mo)) * .1, mo, lw=.5, alpha=.5)
        ax[2].plot(np.arange(len(st)) * .5 + 1.5, st)
        ax[2].set(xlim=(0, len(x) / 44100), ylim=(-36, -8), ylabel="LUFS")
        ax[2].grid(alpha=.3)
        ax[3].specgram(x.mean(1), NFFT=4096, Fs=44100, noverlap=1024, vmin=-150, vmax=-50, cmap="magma")
        ax[3].set(ylim=(30, 16000), yscale="symlog", xlim=(0, len(x) / 44100))
    fig.tight_layout()
    fig.savefig(Path(folder) / f"{song.slot}.png", dpi=58)
    plt.close(fig)


if __name__ == "__main__":
    from engine.players import perform
    from songs import all_songs
    out = Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    for s in all_songs():
        if not sys.argv[2:] or s.slot in sys.argv[2:]:
            draw(s, perform(s), out)
