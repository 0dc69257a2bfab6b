"""The tape's playlists, with the lengths as they were measured."""
from pathlib import Path
from xml.sax.saxutils import escape
from urllib.parse import quote

from .encode import ALBUM, ARTIST, DATE, GENRE


def write(songs, measured, folder):
    folder = Path(folder)
    folder.mkdir(exist_ok=True)
    by = {s.slot: s for s in songs}
    rel = lambda slot: f"../tracks/{measured[slot][0].name}"
    secs = lambda slot: measured[slot][1]

    out = ["#EXTM3U", "#EXTENC:UTF-8", f"#PLAYLIST:{ALBUM}", f"#EXTART:{ARTIST}", f"#EXTALB:{ALBUM} ({DATE})",
           f"#EXTGENRE:{GENRE}"]
    for s in songs:
        if s.slot in ("A1", "B1"):
            out += ["", f"#EXTGRP:Side {s.slot[0]}"]
        out += [f"#EXTINF:{secs(s.slot):.3f},{ARTIST} - {s.title}", rel(s.slot)]
    (folder / "songs-after-dark.m3u8").write_text("\n".join(out) + "\n", encoding="utf-8")

    drive = ["A4", "A1", "B1", "B2", "B4"]
    out = ["[playlist]", "PlaylistName=For the Drive", f"NumberOfEntries={len(drive)}", ""]
    for i, k in enumerate(drive, 1):
        out += [f"File{i}={rel(k)}", f"Title{i}={ARTIST} - {by[k].title}", f"Length{i}={round(secs(k))}", ""]
    out.append("Version=2")
    (folder / "for-the-drive.pls").write_text("\n".join(out) + "\n", encoding="utf-8")

    edit = ["A3", "B4", "B3", "A3"]
    x = ['<?xml version="1.0" encoding="UTF-8"?>', '<playlist version="1" xmlns="http://xspf.org/ns/0/">',
         "  <title>As Far as the Door, and Back</title>", f"  <creator>{ARTIST}</creator>",
         "  <annotation>The reprise edit: the song, the dark, the copy, and the song again.</annotation>",
         "  <license>https://creativecommons.org/publicdomain/zero/1.0/</license>",
         "  <image>../tracks/cover.png</image>", "  <trackList>"]
    for k in edit:
        x += ["    <track>", f"      <location>{escape(quote(rel(k), safe='/().'))}</location>", f"      <title>{escape(by[k].title)}</title>",
              f"      <creator>{ARTIST}</creator>", f"      <annotation>{escape(by[k].about)}</annotation>", f"      <album>{ALBUM}</album>",
              f"      <trackNum>{int(k[1])}</trackNum>", f"      <duration>{round(secs(k) * 1000)}</duration>", "    </track>"]
    x += ["  </trackList>", "</playlist>"]
    (folder / "the-reprise-edit.xspf").write_text("\n".join(x) + "\n", encoding="utf-8")

    out = [f'REM GENRE "{GENRE}"', f"REM DATE {DATE}", 'REM COMMENT "Side B only"', f'PERFORMER "{ARTIST}"', f'TITLE "{ALBUM}, Side B"']
    for i, k in enumerate(["B1", "B2", "B3", "B4"], 1):
        kind = "MP3" if measured[k][0].suffix == ".mp3" else "WAVE"
        out += [f'FILE "{rel(k)}" {kind}', f"  TRACK {i:02d} AUDIO", f'    TITLE "{by[k].title}"', f'    PERFORMER "{ARTIST}"', "    INDEX 01 00:00:00"]
    (folder / "side-b.cue").write_text("\n".join(out) + "\n", encoding="utf-8")
