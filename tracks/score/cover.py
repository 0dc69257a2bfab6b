#!/usr/bin/env python3
"""Draw the sleeve: a lamp, a microphone, a chair with a satin wrap left on it, and no one.

Writes tracks/cover.svg. Everything is a path; the lettering is drawn, not set in a font.
"""
import math
import random
from pathlib import Path

R = random.Random(1956)
out = []
defs = []


def add(s):
    out.append(s)


def pts(ps):
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in ps)


def smooth(ps, close=False):
    """A Catmull-Rom spline through the points, as cubic Béziers."""
    d = [f"M{ps[0][0]:.1f} {ps[0][1]:.1f}"]
    n = len(ps)
    for i in range(n - 1):
        p0, p1, p2, p3 = ps[max(0, i - 1)], ps[i], ps[i + 1], ps[min(n - 1, i + 2)]
        c1 = (p1[0] + (p2[0] - p0[0]) / 6, p1[1] + (p2[1] - p0[1]) / 6)
        c2 = (p2[0] - (p3[0] - p1[0]) / 6, p2[1] - (p3[1] - p1[1]) / 6)
        d.append(f"C{c1[0]:.1f} {c1[1]:.1f} {c2[0]:.1f} {c2[1]:.1f} {p2[0]:.1f} {p2[1]:.1f}")
    return "".join(d) + ("Z" if close else "")


def gradient(gid, stops, kind="linear", **kw):
    attrs = " ".join(f'{k}="{v}"' for k, v in kw.items())
    body = "".join(f'<stop offset="{o}" stop-color="{c}"' + (f' stop-opacity="{a}"' if a != 1 else "") + "/>" for o, c, a in stops)
    defs.append(f'<{kind}Gradient id="{gid}" {attrs}>{body}</{kind}Gradient>')


def ease(t):
    t = max(0, min(1, t))
    return t * t * (3 - 2 * t)


# ---- colours ----------------------------------------------------------------
gradient("wall", [(0, "#3b1650", 1), (0.55, "#24103a", 1), (1, "#12081f", 1)], "radial", cx=0.56, cy=0.45, r=0.75)
gradient("fold", [(0, "#150824", 1), (0.3, "#2f1446", 1), (0.52, "#4a2166", 1), (0.75, "#2a113f", 1), (1, "#150824", 1)], x1=0, x2=1, y1=0, y2=0)
for i, (a, b, c, e) in enumerate([("#2a0c45", "#5c2388", "#a65fd0", "#e9c4f2"), ("#230a3b", "#4f1d78", "#8d48bb", "#cf9be4"),
                                  ("#2e0f4a", "#662993", "#b26bd6", "#f3d6f6")]):
    gradient(f"satin{i}", [(0, a, 1), (0.22, b, 1), (0.44, c, 1), (0.53, e, 1), (0.63, c, 1), (0.82, b, 1), (1, a, 1)], x1=0, x2=1, y1=0, y2=0)
gradient("cone", [(0, "#fff1c4", 0.95), (0.18, "#ffd27a", 0.62), (0.6, "#f2a53f", 0.26), (1, "#f09a3a", 0.16)],
         gradientUnits="userSpaceOnUse", x1=0, x2=0, y1=300, y2=850)
gradient("pool", [(0, "#fff0c0", 1), (0.45, "#f6bd5c", 0.95), (0.8, "#c9752c", 0.55), (1, "#7a3a3a", 0)], "radial", cx=0.5, cy=0.5, r=0.5)
gradient("floor", [(0, "#1b0b2b", 1), (1, "#0b0413", 1)], x1=0, x2=0, y1=0, y2=1)
gradient("shade", [(0, "#3a1d0c", 1), (0.3, "#a96320", 1), (0.5, "#e9a94a", 1), (0.62, "#b36c25", 1), (1, "#31170a", 1)], x1=0, x2=1, y1=0, y2=0)
gradient("glow", [(0, "#fff3cf", 0.9), (0.25, "#ffc864", 0.42), (1, "#ff9d3c", 0)], "radial", cx=0.5, cy=0.5, r=0.5)
gradient("wrap", [(0, "#f0c7f2", 1), (0.25, "#b064d2", 1), (0.6, "#6d2b9b", 1), (1, "#351152", 1)], x1=0.2, x2=0.8, y1=0, y2=1)
gradient("shadow", [(0, "#05020a", 0), (0.75, "#05020a", 0.25), (1, "#05020a", 0.75)], "radial", cx=0.55, cy=0.55, r=0.75)
defs.append('<filter id="soft" x="-30%" y="-30%" width="160%" height="160%"><feGaussianBlur stdDeviation="7"/></filter>')
defs.append('<filter id="haze" x="-30%" y="-30%" width="160%" height="160%"><feGaussianBlur stdDeviation="3"/></filter>')
defs.append('<filter id="edge" x="-10%" y="-10%" width="120%" height="120%"><feGaussianBlur stdDeviation="10"/></filter>')

LX, RIM = 652, 318                    # the lamp's axis and the height of its rim
POOL = (622, 842, 296, 74)

# ---- the back of the stage ----------------------------------------------------
add('<rect width="1000" height="1000" fill="url(#wall)"/>')
x = -20
while x < 1020:
    w = R.uniform(34, 62)
    add(f'<path d="M{x:.0f} 0 Q{x + R.uniform(-6, 6):.0f} 400 {x + R.uniform(-4, 4):.0f} 790 L{x + w:.0f} 790 Q{x + w + R.uniform(-6, 6):.0f} 380 {x + w:.0f} 0Z" '
        f'fill="url(#fold)" opacity="{R.uniform(.55, .9):.2f}"/>')
    x += w * R.uniform(.86, 1)
add('<rect y="772" width="1000" height="228" fill="url(#floor)"/>')
for i in range(-14, 26):               # boards, running to a point behind the curtain
    add(f'<path d="M{610 + (i - 6) * 34} 772 L{610 + (i - 6) * 96} 1000" stroke="#3a1a4a" stroke-width="1.6" opacity=".55"/>')
add('<rect y="768" width="1000" height="7" fill="#0b0413" opacity=".7"/>')

# ---- light ----------------------------------------------------------------------
px, py, prx, pry = POOL
add(f'<ellipse cx="{px}" cy="{py}" rx="{prx}" ry="{pry}" fill="url(#pool)"/>')
for i in range(-8, 9):
    add(f'<path d="M{610 + i * 34 * 1.05:.0f} {py - pry * .8:.0f} L{610 + i * 62:.0f} {py + pry * .9:.0f}" stroke="#8a4a1e" stroke-width="1.4" opacity=".22"/>')
add(f'<path d="M{LX - 84} {RIM} L{px - prx * .97:.0f} {py - 4} Q{px} {py + pry * 1.9:.0f} {px + prx * .97:.0f} {py - 4} L{LX + 84} {RIM}Z" fill="url(#cone)" filter="url(#soft)"/>')

# ---- smoke, behind the microphone -------------------------------------------------
def ribbon(x0, y0, height, sway, seed, width, alpha, turns):
    r = random.Random(seed)
    ph = r.uniform(0, 6)
    left, right = [], []
    n = 26
    for i in range(n + 1):
        u = i / n
        y = y0 - height * u
        c = x0 + sway * (u ** 1.15) * math.sin(ph + turns * 2 * math.pi * u ** .85) + 46 * u * u
        w = width * (0.10 + 1.25 * u ** 1.1) * (0.55 + 0.45 * math.sin(ph * 2 + 7 * u)) * (1 - 0.55 * u)
        left.append((c - w, y))
        right.append((c + w, y))
    add(f'<path d="{smooth(left)}L{right[-1][0]:.1f} {right[-1][1]:.1f}{smooth(right[::-1])[1:].replace(f"{right[-1][0]:.1f} {right[-1][1]:.1f}", "", 1)}Z" fill="#fff0d6" opacity="{alpha}" filter="url(#haze)"/>')
    add(f'<path d="{smooth([(a[0] * .7 + b[0] * .3, a[1]) for a, b in zip(left, right)])}" fill="none" stroke="#fff6e4" stroke-width="2" opacity="{alpha * 1.5:.2f}" stroke-linecap="round"/>')


ribbon(371, 758, 470, 44, 3, 20, .20, 1.25)
ribbon(373, 758, 400, 34, 8, 13, .22, 1.7)

# ---- the lamp ---------------------------------------------------------------------
add(f'<ellipse cx="{LX}" cy="{RIM}" rx="250" ry="190" fill="url(#glow)" opacity=".75"/>')
add(f'<path d="M{LX} 0 V196" stroke="#0a0410" stroke-width="7"/><path d="M{LX + 1.5} 0 V196" stroke="#b36c25" stroke-width="1.6" opacity=".7"/>')
add(f'<path d="M{LX - 15} 190 h30 l6 26 h-42z" fill="url(#shade)"/>')
add(f'<path d="M{LX - 21} 214 C{LX - 52} 224 {LX - 92} 262 {LX - 104} {RIM} Q{LX} {RIM + 34} {LX + 104} {RIM} C{LX + 92} 262 {LX + 52} 224 {LX + 21} 214Z" fill="url(#shade)"/>')
add(f'<path d="M{LX - 10} 222 C{LX - 30} 236 {LX - 58} 268 {LX - 66} 300" fill="none" stroke="#ffe0a0" stroke-width="5" opacity=".55" stroke-linecap="round"/>')
add(f'<ellipse cx="{LX}" cy="{RIM + 2}" rx="104" ry="19" fill="#5b2f10"/><ellipse cx="{LX}" cy="{RIM + 4}" rx="96" ry="15" fill="#ffe9b0"/>'
    f'<ellipse cx="{LX}" cy="{RIM + 6}" rx="46" ry="9" fill="#fffdf2"/>')

# ---- the chair, and what was left on it -------------------------------------------
def chair(cx, base):
    dark, rim = "#1a0a14", "#e6a14a"
    def leg(a, b, w=9):
        add(f'<path d="M{a[0]} {a[1]} Q{(a[0] + b[0]) / 2 + 2} {(a[1] + b[1]) / 2} {b[0]} {b[1]}" stroke="{dark}" stroke-width="{w}" fill="none" stroke-linecap="round"/>')
        add(f'<path d="M{a[0] + 3} {a[1]} Q{(a[0] + b[0]) / 2 + 5} {(a[1] + b[1]) / 2} {b[0] + 3} {b[1]}" stroke="{rim}" stroke-width="1.8" fill="none" opacity=".65" stroke-linecap="round"/>')
    add(f'<ellipse cx="{cx - 6}" cy="{base + 2}" rx="92" ry="15" fill="#2a0e10" opacity=".55" filter="url(#haze)"/>')
    leg((cx - 46, base - 116), (cx - 62, base - 14))
    leg((cx + 44, base - 122), (cx + 62, base - 20))
    leg((cx - 30, base - 100), (cx - 40, base + 8))
    leg((cx + 52, base - 104), (cx + 74, base + 2))
    # bentwood back: two hoops
    for dx, top, w in ((0, 262, 10), (0, 226, 7)):
        k = 58 if w == 10 else 34
        add(f'<path d="M{cx - k} {base - 114} C{cx - k - 12} {base - top} {cx + k + 12} {base - top} {cx + k - 4} {base - 118}" fill="none" stroke="{dark}" stroke-width="{w}"/>')
        add(f'<path d="M{cx - k + 3} {base - 114} C{cx - k - 8} {base - top + 4} {cx + k + 10} {base - top + 4} {cx + k - 2} {base - 118}" fill="none" stroke="{rim}" stroke-width="1.8" opacity=".7"/>')
    add(f'<ellipse cx="{cx}" cy="{base - 112}" rx="72" ry="20" fill="{dark}"/><path d="M{cx - 66} {base - 117} A72 20 0 0 1 {cx + 68} {base - 117}" fill="none" stroke="{rim}" stroke-width="2.4" opacity=".8"/>')
    # the wrap: hung on one shoulder of the chair, across the seat's edge, and spilt on the boards
    body = [(cx - 50, base - 190), (cx - 30, base - 222), (cx - 2, base - 230), (cx + 14, base - 214), (cx + 12, base - 180), (cx + 4, base - 140),
            (cx + 2, base - 108), (cx - 4, base - 70), (cx - 22, base - 30), (cx - 40, base + 2), (cx - 52, base + 20), (cx - 96, base + 30),
            (cx - 148, base + 28), (cx - 172, base + 18), (cx - 150, base + 8), (cx - 116, base - 4), (cx - 92, base - 34), (cx - 76, base - 78),
            (cx - 66, base - 120), (cx - 60, base - 160)]
    add(f'<path d="{smooth(body + [body[0]], True)}" fill="url(#wrap)"/>')
    folds = (([(-38, -206), (-50, -160), (-56, -110), (-72, -50), (-100, 0), (-146, 20)], "#fbe9fb", 3.4, .8),
             ([(-26, -216), (-36, -160), (-40, -110), (-54, -56), (-78, -6), (-112, 22)], "#2c0d47", 8, .5),
             ([(-12, -222), (-22, -160), (-24, -108), (-36, -60), (-58, -10), (-86, 22)], "#e7bdf0", 4, .75),
             ([(0, -220), (-10, -160), (-12, -110), (-22, -62), (-42, -16), (-66, 20)], "#2c0d47", 6, .5),
             ([(8, -208), (2, -160), (-4, -110), (-12, -70), (-32, -24)], "#d59be8", 2.6, .8))
    for ps, col, wd, op in folds:
        add(f'<path d="{smooth([(cx + x, base + y) for x, y in ps])}" fill="none" stroke="{col}" stroke-width="{wd}" opacity="{op}" stroke-linecap="round"/>')
    add(f'<path d="{smooth([(cx - 50, base - 190), (cx - 30, base - 222), (cx - 2, base - 230), (cx + 14, base - 214)])}" fill="none" stroke="#fff2fb" stroke-width="3" opacity=".85"/>')


chair(548, 840)

# ---- the microphone ----------------------------------------------------------------
def microphone(mx, base):
    add(f'<ellipse cx="{mx}" cy="{base}" rx="58" ry="13" fill="#120712"/><path d="M{mx - 52} {base - 4} A58 13 0 0 1 {mx + 52} {base - 4}" fill="none" stroke="#f2b35a" stroke-width="2.4" opacity=".9"/>')
    add(f'<path d="M{mx} {base - 4} V{base - 330}" stroke="#160812" stroke-width="8"/><path d="M{mx - 2} {base - 6} V{base - 330}" stroke="#ffd68a" stroke-width="2" opacity=".85"/>')
    add(f'<rect x="{mx - 8}" y="{base - 200}" width="16" height="26" rx="4" fill="#2a1420"/>')
    t = base - 430
    add(f'<g transform="rotate(-9 {mx} {t + 60})"><path d="M{mx - 40} {t + 74} C{mx - 40} {t + 118} {mx + 40} {t + 118} {mx + 40} {t + 74}" fill="none" stroke="#1a0a14" stroke-width="7"/>'
        f'<rect x="{mx - 33}" y="{t}" width="66" height="104" rx="31" fill="#1c0c18"/><rect x="{mx - 33}" y="{t}" width="66" height="104" rx="31" fill="none" stroke="#ffdc97" stroke-width="3.2"/>')
    for i in range(7):
        y = t + 16 + i * 12
        k = 27 if 0 < i < 6 else 22
        add(f'<path d="M{mx - k} {y} h{2 * k}" stroke="#e9b566" stroke-width="3.4" opacity="{.95 - .07 * i:.2f}"/>')
    add(f'<path d="M{mx} {t + 4} V{t + 100}" stroke="#ffe6b4" stroke-width="4"/></g>')


microphone(716, 856)

# ---- the little table, at the edge of the light --------------------------------------
add('<ellipse cx="352" cy="890" rx="54" ry="10" fill="#0b0413"/><path d="M352 772 V888" stroke="#12060f" stroke-width="9"/><path d="M355 776 V886" stroke="#d0873a" stroke-width="2" opacity=".7"/>')
add('<ellipse cx="352" cy="772" rx="86" ry="17" fill="#170814"/><path d="M270 769 A86 17 0 0 1 436 769" fill="none" stroke="#e8a850" stroke-width="2.6" opacity=".85"/>')
add('<path d="M348 762 l6 10 h34 l6 -10z" fill="#3b1f2a"/><path d="M346 762 h50" stroke="#f0c070" stroke-width="2.4"/><path d="M374 760 l-14 -4" stroke="#fff0d6" stroke-width="4" stroke-linecap="round"/><circle cx="372" cy="759" r="3" fill="#ff8b3c"/>')
add('<path d="M296 716 h34 l-14 26 v20 h10 v4 h-26 v-4 h10 v-20z" fill="#ffe2a6" opacity=".5"/><path d="M302 726 h22 l-11 18z" fill="#f3a63e" opacity=".9"/>')

# ---- front curtains: satin, tied back -------------------------------------------------
def curtain(side, folds=9):
    def edge(y):                                   # how far in from the side it hangs
        if y < 600:
            return 206 - 104 * ease((y - 40) / 560) + 6 * math.sin(y / 90)
        return 102 + 46 * ease((y - 612) / 300)
    inner = [(-30, 0)]
    ys = [i * 40 - 20 for i in range(28)]
    wob = [0] + sorted(min(.985, max(.015, (k + R.uniform(-.22, .22)) / folds)) for k in range(1, folds)) + [1]
    def bx(k, y):
        f = wob[k]
        return -26 + (edge(y) + 26) * (f ** (1 + .25 * math.sin(y / 260 + k)))
    for k in range(folds):
        a = [(bx(k, y), y) for y in ys]
        b = [(bx(k + 1, y) + 1.2, y) for y in ys]
        if side == "right":
            a, b = [(1000 - q, y) for q, y in a], [(1000 - q, y) for q, y in b]
        back = smooth(b[::-1]).replace("M", "L", 1)
        add(f'<path d="{smooth(a)}{back}Z" fill="url(#satin{k % 3})"/>')
    tie = [(-26, 586), (40, 604), (104, 590), (108, 616), (42, 634), (-26, 616)]
    if side == "right":
        tie = [(1000 - q, y) for q, y in tie]
    add(f'<path d="{smooth(tie, True)}" fill="#d98f35"/><path d="{smooth(tie[:3])}" fill="none" stroke="#ffe1a0" stroke-width="4" opacity=".8"/>')


add('<path d="M214 0 C190 240 110 420 112 600 C120 760 150 900 168 1000 L0 1000 L0 0Z" fill="#05020a" opacity=".55" filter="url(#edge)"/>')
add('<path d="M786 0 C810 240 890 420 888 600 C880 760 850 900 832 1000 L1000 1000 L1000 0Z" fill="#05020a" opacity=".55" filter="url(#edge)"/>')
curtain("left")
curtain("right")
add('<rect width="1000" height="1000" fill="url(#shadow)"/>')

# ---- palms ------------------------------------------------------------------------------
def frond(x0, y0, x1, y1, bend, size, n, col, rim, alpha=1.0):
    mx, my = (x0 + x1) / 2 + bend * (y1 - y0) / 400, (y0 + y1) / 2 - bend * abs(x1 - x0) / 400 - abs(bend) * .3
    def at(t):
        return ((1 - t) ** 2 * x0 + 2 * t * (1 - t) * mx + t * t * x1, (1 - t) ** 2 * y0 + 2 * t * (1 - t) * my + t * t * y1)
    for i in range(n):
        t = .10 + .9 * i / (n - 1)
        x, y = at(t)
        u, v = at(min(1, t + .02))[0] - at(t - .02)[0], at(min(1, t + .02))[1] - at(t - .02)[1]
        ang = math.atan2(v, u)
        ln = size * (math.sin(math.pi * (.12 + .83 * t)) ** .7) * R.uniform(.9, 1.06)
        for s in (-1, 1):
            a = ang + s * (1.02 - .55 * t)
            tip = (x + ln * math.cos(a), y + ln * math.sin(a) + ln * .14)
            w = ln * .075
            nx, ny = -math.sin(a) * w, math.cos(a) * w
            cx, cy = x + ln * .45 * math.cos(a), y + ln * .45 * math.sin(a) - ln * .03
            add(f'<path d="M{x:.1f} {y:.1f}Q{cx + nx:.1f} {cy + ny:.1f} {tip[0]:.1f} {tip[1]:.1f}Q{cx - nx:.1f} {cy - ny:.1f} {x:.1f} {y:.1f}Z" fill="{col}" opacity="{alpha}"/>')
            if s == rim[1]:
                add(f'<path d="M{x:.1f} {y:.1f}Q{cx + nx * s * -1:.1f} {cy + ny * s * -1:.1f} {tip[0]:.1f} {tip[1]:.1f}" fill="none" stroke="{rim[0]}" stroke-width="1.5" opacity=".55"/>')
    add(f'<path d="M{x0:.0f} {y0:.0f} Q{mx:.0f} {my:.0f} {x1:.0f} {y1:.0f}" fill="none" stroke="{col}" stroke-width="5" stroke-linecap="round"/>')


D1, D2, D3 = "#0c1f22", "#081518", "#123033"
frond(10, 1030, 262, 742, 120, 104, 19, D3, ("#e0a04a", -1))
frond(-10, 1020, 60, 610, -70, 120, 18, D1, ("#c98a3e", 1))
frond(-20, 1050, 330, 908, 130, 100, 18, D2, ("#e0a04a", -1))
frond(980, 1030, 760, 720, -140, 112, 18, D3, ("#e0a04a", 1))
frond(1010, 1020, 950, 600, 60, 120, 18, D1, ("#c98a3e", -1))
frond(1020, 1050, 700, 930, -120, 96, 17, D2, ("#e0a04a", 1))

# ---- lettering: drawn with one pen, a little off the line ----------------------------------
PEN = {   # strokes in a box 0..1 wide (times `w`), 0 (top) .. 1 (base)
    "A": (.80, ["M0 1 L.5 0 L1 1", "M.19 .64 H.81"]), "B": (.62, ["M0 0 V1", "M0 0 H.5 C1.05 0 1.05 .47 .5 .47 H0", "M.5 .47 C1.2 .47 1.2 1 .5 1 H0"]),
    "D": (.74, ["M0 0 V1", "M0 0 H.35 C1.22 0 1.22 1 .35 1 H0"]), "E": (.52, ["M1 0 H0 V1 H1", "M0 .48 H.8"]), "F": (.52, ["M1 0 H0 V1", "M0 .48 H.8"]),
    "G": (.84, ["M.96 .2 C.8 -.06 .0 -.14 .0 .5 C.0 1.14 .98 1.1 .98 .6 H.58"]), "I": (.0, ["M0 0 V1"]), "J": (.42, ["M1 0 V.72 C1 1.1 .1 1.1 0 .78"]),
    "K": (.66, ["M0 0 V1", "M.95 0 L.02 .58", "M.3 .42 L1 1"]), "N": (.72, ["M0 1 V0 L1 1 V0"]),
    "O": (.88, ["M.5 0 C1.16 0 1.16 1 .5 1 C-.16 1 -.16 0 .5 0Z"]), "R": (.64, ["M0 1 V0 H.5 C1.1 0 1.1 .52 .5 .52 H0", "M.48 .52 L1 1"]),
    "S": (.58, ["M.92 .16 C.8 -.06 .06 -.08 .06 .26 C.06 .54 .98 .42 .98 .74 C.98 1.1 .12 1.06 0 .8"]), "T": (.66, ["M0 0 H1", "M.5 0 V1"]),
    "U": (.68, ["M0 0 V.62 C0 1.13 1 1.13 1 .62 V0"]), "W": (1.08, ["M0 0 L.27 1 L.5 .2 L.73 1 L1 0"]), "Y": (.72, ["M0 0 L.5 .52 L1 0", "M.5 .52 V1"]),
}


def letter(text, x, y, h, gap, col, wd, bounce=0.0, tilt=0.0, measure=False):
    import re
    x0 = x
    for i, ch in enumerate(text):
        if ch == " ":
            x += h * .42
            continue
        w, strokes = PEN[ch]
        dy = bounce * h * math.sin(i * 2.4 + 1)
        if not measure:
            for s in strokes:
                def num(m, it=[0]):
                    return m
                toks = re.findall(r"[MLHVCQZ]|-?\d*\.?\d+", s)
                res, cmd, k = [], "", 0
                for t in toks:
                    if t.isalpha():
                        cmd, k = t, 0
                        res.append(t)
                        continue
                    v = float(t)
                    if cmd == "V" or (cmd != "H" and k % 2):
                        res.append(f"{y + dy + v * h:.1f}")
                    else:
                        res.append(f"{x + v * w * h:.1f}")
                    k += 1
                add(f'<path d="{" ".join(res)}" fill="none" stroke="{col}" stroke-width="{wd}" stroke-linecap="round" stroke-linejoin="round"/>')
        x += w * h + gap * h
    return x - x0 - gap * h


add('<g transform="rotate(-3.5 330 190)">')
letter("SONGS", 232, 84, 72, .19, "#fbeed0", 8, .05)
letter("AFTER", 232, 184, 72, .19, "#f6b95a", 8, .05)
letter("DARK", 232, 284, 72, .19, "#f6b95a", 8, .05)
add('</g>')
w = letter("JUDY BRIDGEWATER", 0, 0, 25, .36, "", 0, measure=True)
letter("JUDY BRIDGEWATER", 500 - w / 2, 938, 25, .36, "#fbeed0", 3.4)

svg = ('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1000 1000" width="1000" height="1000">\n'
       '<title>Songs After Dark</title>\n<defs>' + "\n".join(defs) + "</defs>\n" + "\n".join(out) + "\n</svg>\n")
(Path(__file__).resolve().parent.parent / "cover.svg").write_text(svg)
