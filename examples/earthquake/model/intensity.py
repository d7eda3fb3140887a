"""Macroseismic intensity: from ground motion to the Modified Mercalli scale, and the scale's numerals and words.

Worden, Gerstenberger, Rhoades & Wald (2012), their relations without the terms in distance and magnitude. Below
intensity II the piece is the one of ShakeMap's WGRW12: the paper discusses that range but gives no coefficients.
"""

import numpy as np
from model.rupture import Array

GRAVITY_CM_S2 = 981.0

# (log10 of the motion where the piece begins, intercept, slope); PGA in cm/s^2, PGV in cm/s.
PGA_PIECES = ((-np.inf, 1.71, 2.08), (0.14, 1.78, 1.55), (1.57, -1.60, 3.70))
PGV_PIECES = ((-np.inf, 4.62, 2.17), (-1.21, 3.78, 1.47), (0.53, 2.89, 3.16))

NUMERALS = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")
SHAKING = ("not felt", "weak", "weak", "light", "moderate", "strong", "very strong", "severe", "violent", "extreme")

# ShakeMap's palette: red, green, blue at intensity 1 to 10.
PALETTE = (
    (255, 255, 255),
    (191, 204, 255),
    (160, 230, 255),
    (128, 255, 255),
    (122, 255, 147),
    (255, 255, 0),
    (255, 200, 0),
    (255, 145, 0),
    (255, 0, 0),
    (200, 0, 0),
)


def from_pga(pga_g: Array) -> Array:
    """Intensity 1 to 10 from PGA in g."""
    return _piecewise(np.log10(pga_g * GRAVITY_CM_S2), PGA_PIECES)


def from_pgv(pgv_cm_s: Array) -> Array:
    """Intensity 1 to 10 from PGV in cm/s, the motion ShakeMap prefers for its intensity map."""
    return _piecewise(np.log10(pgv_cm_s), PGV_PIECES)


def _piecewise(log_motion: Array, pieces: tuple[tuple[float, float, float], ...]) -> Array:
    index = np.searchsorted([start for start, _, _ in pieces], log_motion, side="right") - 1
    intercept, slope = (np.array([piece[part] for piece in pieces]) for part in (1, 2))
    return np.clip(intercept[index] + slope[index] * log_motion, 1, 10)


def numeral(mmi: float) -> str:
    """The Roman numeral of the nearest whole intensity: 6.5 and above is VII, as on ShakeMap's legend."""
    return NUMERALS[_nearest(mmi) - 1]


def words(mmi: float) -> str:
    """What ShakeMap calls the shaking: "not felt" to "extreme"."""
    return SHAKING[_nearest(mmi) - 1]


def level_numeral(mmi: float) -> str:
    """The numeral of a contour level: VI for 6.0, VI-VII for 6.5."""
    whole = int(mmi)
    return NUMERALS[whole - 1] if mmi == whole else f"{NUMERALS[whole - 1]}-{NUMERALS[whole]}"


def _nearest(mmi: float) -> int:
    return min(max(int(mmi + 0.5), 1), 10)


def colour(mmi: float) -> str:
    """ShakeMap's colour as #rrggbb, mixed between whole intensities."""
    channels = (np.interp(mmi, range(1, 11), [entry[channel] for entry in PALETTE]) for channel in range(3))
    return "#" + "".join(f"{round(float(value)):02x}" for value in channels)
