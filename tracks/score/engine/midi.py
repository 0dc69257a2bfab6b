"""From a performance to a standard MIDI file."""
import mido

PPQ = 960
LEAD_IN = 1.0      # a beat of quiet before the first note, so nothing is cut off


def tidy(notes):
    """A key cannot go down while it is down: end a note where its own repeat begins."""
    by = {}
    for n in sorted(notes):
        by.setdefault(n[2], []).append(n)
    out = []
    for ns in by.values():
        for a, b in zip(ns, ns[1:] + [None]):
            beat, ln, p, v = a
            if b is not None:
                if b[0] - beat < 0.03:
                    continue
                ln = min(ln, b[0] - beat - 0.004)
            out.append((beat, ln, p, v))
    return sorted(out)


def tempo_events(song):
    out, last = [], None
    k = 0
    while k * 0.25 < song.beats:
        us = round(60e6 / song.tempo_at(k * 0.25 + 0.125))
        if us != last:
            out.append((k * 0.25, us))
            last = us
        k += 1
    return out


def write(song, tracks, path, only=None):
    mid = mido.MidiFile(type=1, ticks_per_beat=PPQ)
    tick = lambda beat: max(0, round((beat + LEAD_IN) * PPQ))

    head = mido.MidiTrack()
    head.append(mido.MetaMessage("track_name", name=song.title, time=0))
    head.append(mido.MetaMessage("time_signature", numerator=song.meter, denominator=4, time=0))
    at = 0
    events = tempo_events(song)
    head.append(mido.MetaMessage("set_tempo", tempo=events[0][1], time=0))
    for beat, us in events[1:]:
        t = tick(beat)
        head.append(mido.MetaMessage("set_tempo", tempo=us, time=t - at))
        at = t
    end = tick(song.beats + 4)
    head.append(mido.MetaMessage("end_of_track", time=end - at))
    mid.tracks.append(head)

    channel = 0
    for tr in tracks:
        ch = 9 if tr.drum else channel
        if not tr.drum:
            channel += 1 + (channel == 8)
        if only and tr.name != only:
            continue
        evs = [(0, 0, mido.Message("program_change", channel=ch, program=tr.program)),
               (0, 1, mido.Message("control_change", channel=ch, control=7, value=110)),
               (0, 1, mido.Message("control_change", channel=ch, control=11, value=110 if not tr.ccs else 90))]
        for beat, ln, p, v in tidy(tr.notes):
            a, b = tick(beat), tick(beat + ln)
            evs.append((a, 5, mido.Message("note_on", channel=ch, note=p, velocity=v)))
            evs.append((max(b, a + 20), 2, mido.Message("note_off", channel=ch, note=p, velocity=0)))
        last = {}
        for beat, num, val in sorted(tr.ccs, key=lambda e: e[0]):
            if last.get(num) != val:
                evs.append((tick(beat), 3, mido.Message("control_change", channel=ch, control=num, value=val)))
                last[num] = val
        was = 0
        for beat, val in sorted(tr.bends, key=lambda e: e[0]):
            if val != was:
                evs.append((tick(beat), 4, mido.Message("pitchwheel", channel=ch, pitch=val)))
                was = val
        evs.sort(key=lambda e: (e[0], e[1]))
        out = mido.MidiTrack()
        out.append(mido.MetaMessage("track_name", name=tr.name, time=0))
        at = 0
        for t, _, msg in evs:
            out.append(msg.copy(time=t - at))
            at = t
        out.append(mido.MetaMessage("end_of_track", time=max(0, end - at)))
        mid.tracks.append(out)
    mid.save(path)
