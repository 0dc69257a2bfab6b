"""From masters to the shelf: one codec a piece, fully tagged, so the tape is also a decoder's exam."""
import base64
import subprocess
import tempfile
import warnings
from pathlib import Path

import numpy as np
from scipy.io import wavfile

from . import level
from .room import RATE

ALBUM, ARTIST, DATE, GENRE = "Songs After Dark", "Judy Bridgewater", "1956", "Torch Songs"
CODEC = {"A1": "mp3", "A2": "opus", "A3": "ogg", "A4": "m4a", "B1": "mp3", "B2": "opus", "B3": "flac", "B4": "ogg"}


def filename(song):
    return f"{song.slot} - {song.title}.{CODEC[song.slot]}"


def run(*cmd):
    subprocess.run([str(c) for c in cmd], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def one(x):
    """Both channels as one, as loud as they were together."""
    y = x.mean(1)
    return y * 10 ** ((level.integrated(x, RATE) - level.integrated(y, RATE)) / 20)


def write_wav(path, y, rate=RATE, bits=16):
    """16 bit, with triangular dither from a fixed seed; digital silence is left as it is."""
    rng = np.random.default_rng(16)
    d = (rng.random(y.shape) - rng.random(y.shape)) * (np.abs(y) > 1e-6)
    top = 2 ** (bits - 1)
    z = np.clip(np.round(y * (top - 1) + d), -top, top - 1).astype(np.int16)
    wavfile.write(path, rate, z << (16 - bits))


def encode(song, master, target):
    """One file, no tags yet."""
    kind = CODEC[song.slot]
    with tempfile.TemporaryDirectory() as d:
        wav = Path(d) / "m.wav"
        write_wav(wav, master)
        if kind == "mp3":
            if song.slot == "A1":                     # one stereo with a changing rate, one mono with a steady one
                how = ("-m", "j", "-V", "8.2")
            else:
                write_wav(wav, one(master))
                how = ("-m", "m", "--cbr", "-b", "56")
            run("lame", "--quiet", *how, "--scale", "1", "-q", "0", "--resample", "44.1", wav, target)
        elif kind == "opus":
            run("opusenc", "--quiet", "--bitrate", "46", "--vbr", "--serial", "1956", "--discard-comments", wav, target)
        elif kind == "ogg":
            run("oggenc", "-Q", "-q", "0.4", "-s", "1956", "-o", target, wav)
        elif kind == "m4a":
            run("ffmpeg", "-y", "-v", "error", "-i", wav, "-c:a", "aac", "-b:a", "64k", "-bitexact", "-map_metadata", "-1", target)
        elif kind == "flac":
            # mono, 32 kHz, and thirteen bits of the sixteen: quieter than any tape, and half the size
            from scipy import signal
            y = signal.resample_poly(one(master), 320, 441)
            low = Path(d) / "low.wav"
            write_wav(low, y, rate=32000, bits=13)
            run("flac", "--silent", "-f", "-8", "-e", "-p", "--no-padding", "-o", target, low)


def decode(path):
    """Samples as ffmpeg hears them: (frames × channels, rate)."""
    with tempfile.TemporaryDirectory() as d:
        wav = Path(d) / "d.wav"
        run("ffmpeg", "-y", "-v", "error", "-i", path, "-map", "0:a:0", "-c:a", "pcm_f32le", "-fflags", "+bitexact", wav)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            rate, x = wavfile.read(wav)
    x = np.asarray(x, dtype=np.float64)
    return (x[:, None] if x.ndim == 1 else x), rate


def tag(path, song, number, cover, gain, peak, album_gain, album_peak):
    kind = path.suffix[1:]
    side = song.slot[0]
    title = song.title
    disc = 1 if side == "A" else 2
    comment = f"Side {side}, {int(song.slot[1])}. {song.about} Music and words CC0; played by FluidR3 GM (MIT)."
    rg = {"replaygain_track_gain": f"{gain:.2f} dB", "replaygain_track_peak": f"{peak:.6f}",
          "replaygain_album_gain": f"{album_gain:.2f} dB", "replaygain_album_peak": f"{album_peak:.6f}"}
    jpeg = Path(cover).read_bytes()
    if kind == "mp3":
        from mutagen.id3 import APIC, COMM, ID3, TALB, TCON, TDRC, TIT2, TPE1, TPE2, TPOS, TRCK, TXXX, TCOP
        t = ID3()
        t.add(TIT2(encoding=3, text=title)), t.add(TPE1(encoding=3, text=ARTIST)), t.add(TPE2(encoding=3, text=ARTIST))
        t.add(TALB(encoding=3, text=ALBUM)), t.add(TDRC(encoding=3, text=DATE)), t.add(TCON(encoding=3, text=GENRE))
        t.add(TRCK(encoding=3, text=f"{number}/4")), t.add(TPOS(encoding=3, text=f"{disc}/2"))
        t.add(TCOP(encoding=3, text="CC0 1.0"))
        t.add(COMM(encoding=3, lang="eng", desc="", text=comment))
        for k, v in rg.items():
            t.add(TXXX(encoding=3, desc=k.upper(), text=v))
        t.add(TXXX(encoding=3, desc="SIDE", text=side))
        t.add(APIC(encoding=0, mime="image/jpeg", type=3, desc="", data=jpeg))
        t.save(path, v2_version=4, padding=lambda i: 0)
    elif kind == "m4a":
        from mutagen.mp4 import MP4, AtomDataType, MP4Cover, MP4FreeForm
        f = MP4(path)
        f["\xa9nam"], f["\xa9ART"], f["aART"], f["\xa9alb"] = title, ARTIST, ARTIST, ALBUM
        f["\xa9day"], f["\xa9gen"], f["\xa9cmt"], f["cprt"] = DATE, GENRE, comment, "CC0 1.0"
        f["trkn"], f["disk"] = [(number, 4)], [(disc, 2)]
        f["covr"] = [MP4Cover(jpeg, MP4Cover.FORMAT_JPEG)]
        for k, v in {**rg, "SIDE": side}.items():
            f[f"----:com.apple.iTunes:{k}"] = [MP4FreeForm(v.encode(), AtomDataType.UTF8)]
        f.save(padding=lambda i: 0)
    else:
        from mutagen.flac import FLAC, Picture
        from mutagen.oggopus import OggOpus
        from mutagen.oggvorbis import OggVorbis
        f = {"flac": FLAC, "opus": OggOpus, "ogg": OggVorbis}[kind](path)
        f["TITLE"], f["ARTIST"], f["ALBUMARTIST"], f["ALBUM"] = title, ARTIST, ARTIST, ALBUM
        f["DATE"], f["GENRE"], f["COMMENT"], f["LICENSE"] = DATE, GENRE, comment, "CC0-1.0"
        f["TRACKNUMBER"], f["TRACKTOTAL"], f["DISCNUMBER"], f["DISCTOTAL"] = str(number), "4", str(disc), "2"
        f["SIDE"] = side
        if kind == "opus":                        # RFC 7845: Q7.8, against -23 LUFS
            f["R128_TRACK_GAIN"] = str(round((gain - 5) * 256))
            f["R128_ALBUM_GAIN"] = str(round((album_gain - 5) * 256))
        else:
            for k, v in rg.items():
                f[k.upper()] = v
        pic = Picture()
        pic.data, pic.type, pic.mime, pic.width, pic.height, pic.depth = jpeg, 3, "image/jpeg", 400, 400, 24
        if kind == "flac":
            f.add_picture(pic)
            f.save(padding=lambda i: 0)
        else:
            f["METADATA_BLOCK_PICTURE"] = base64.b64encode(pic.write()).decode()
            f.save(padding=lambda i: 0)


def shelf(songs, masters, folder, cover, say=print):
    """Encode, listen back, tag with what was heard. Returns {slot: (path, seconds, LUFS, dBTP)}."""
    folder = Path(folder)
    measured, heard_all = {}, []
    for s in songs:
        path = folder / filename(s)
        if path.exists():
            path.unlink()
        m = masters[s.slot]
        encode(s, m, path)
        x, rate = decode(path)
        off = -16.0 - level.integrated(x, rate)
        if abs(off) > 0.08:                           # some encoders lose a little; give it back
            path.unlink()
            encode(s, m * 10 ** (off / 20), path)
            x, rate = decode(path)
        p = level.power(x, rate)
        heard_all.append(p)
        tp = level.true_peak(x, rate)
        measured[s.slot] = (path, len(x) / rate, level.integrated(x, rate), tp)
    p = np.concatenate(heard_all)
    p = p[level.db(p) > -70]
    album = float(level.db(p[level.db(p) > level.db(p.mean()) - 10].mean()))
    album_peak = max(m[3] for m in measured.values())
    for s in songs:
        path, secs, lufs, tp = measured[s.slot]
        tag(path, s, int(s.slot[1]), cover, -18 - lufs, 10 ** (tp / 20), -18 - album, 10 ** (album_peak / 20))
        say(f"{path.name:48s} {secs:7.2f} s  {lufs:6.2f} LUFS  {tp:6.2f} dBTP  {path.stat().st_size / 1024:7.0f} KB")
    say(f"whole tape {album:.2f} LUFS; {sum(m[0].stat().st_size for m in measured.values()) / 1e6:.2f} MB")
    return measured
