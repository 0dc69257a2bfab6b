"""Loudness (ITU-R BS.1770, gated as EBU R 128) and true peak."""
import numpy as np
from scipy import signal


def _k_weight(x, rate):
    # the two stages of BS.1770, re-derived for any rate from their analogue form
    f0, g, q = 1681.974450955533, 3.999843853973347, 0.7071752369554196
    k = np.tan(np.pi * f0 / rate)
    vh, vb = 10 ** (g / 20), (10 ** (g / 20)) ** 0.4996667741545416
    a0 = 1 + k / q + k * k
    b = np.array([(vh + vb * k / q + k * k), 2 * (k * k - vh), (vh - vb * k / q + k * k)]) / a0
    a = np.array([1, 2 * (k * k - 1) / a0, (1 - k / q + k * k) / a0])
    y = signal.lfilter(b, a, x, axis=0)
    f0, q = 38.13547087602444, 0.5003270373238773
    k = np.tan(np.pi * f0 / rate)
    a0 = 1 + k / q + k * k
    a = np.array([1, 2 * (k * k - 1) / a0, (1 - k / q + k * k) / a0])
    return signal.lfilter([1, -2, 1], a, y, axis=0)


def power(x, rate, window=0.4, hop=0.1):
    """K-weighted power of each window, channels summed (a mono file counts as two speakers' worth
    only if it is given as two channels, so mono is doubled here: it is heard from both)."""
    if x.ndim == 1:
        x = np.stack([x, x], 1)
    elif x.shape[1] == 1:
        x = np.repeat(x, 2, 1)
    y = (_k_weight(x, rate) ** 2).sum(1)
    c = np.concatenate([[0], np.cumsum(y)])
    n, h = int(window * rate), int(hop * rate)
    at = np.arange(0, max(1, len(y) - n + 1), h)
    return np.maximum(1e-15, (c[np.minimum(at + n, len(y))] - c[at]) / n)


def db(p):
    return -0.691 + 10 * np.log10(p)


def integrated(x, rate):
    p = power(x, rate)
    p = p[db(p) > -70]
    if not len(p):
        return -70.0
    p = p[db(p) > db(p.mean()) - 10]
    return float(db(p.mean()))


def short_term(x, rate):
    return db(power(x, rate, 3.0, 0.5))


def true_peak(x, rate):
    up = signal.resample_poly(x, 4, 1, axis=0)
    return float(20 * np.log10(np.abs(up).max() + 1e-12))
