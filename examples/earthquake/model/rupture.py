"""A possible rupture behind a catalogue entry, and how far every grid node is from it.

The feed gives a point and a magnitude. Strike, mechanism, where along the rupture the hypocentre lies and the
catalogue's own errors are drawn per member; the rest follows Kaklamanos, Baise & Boore (2011).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

KM_PER_DEGREE = 111.195  # sphere of radius 6371 km

# Standard deviations, ours: the summary feed carries no errors. Draws are cut at two of them.
MAGNITUDE_SIGMA = 0.1
EPICENTRE_SIGMA_KM = 4.0
SHALLOW_DEPTH_SIGMA_KM = 5.0  # down to 35 km: many such depths in the feed are fixed at 10 km
DEEP_DEPTH_SIGMA_KM = 10.0

# Vs30 is log-normal with the limits of NEHRP site class C, 360 and 760 m/s, one deviation from the median.
VS30_MEDIAN, VS30_LN_SIGMA = 523.0, 0.374
VS30_LIMITS = (180.0, 1000.0)  # the range of ASK14, inside that of the others

DIP = {"SS": 90.0, "NS": 50.0, "RS": 40.0}  # Kaklamanos et al. (2011)
HYPOCENTRE_DOWN_DIP = 0.6  # of the width, the same

# log10 km = a + b M: Wells & Coppersmith (1994), table 2A, subsurface length and width by mechanism.
LENGTH = {"SS": (-2.57, 0.62), "NS": (-1.88, 0.50), "RS": (-2.42, 0.58)}
WIDTH = {"SS": (-0.76, 0.27), "NS": (-1.14, 0.35), "RS": (-1.61, 0.41)}


@dataclass(frozen=True)
class Rupture:
    """One draw. Angles in degrees, lengths in km, Vs30 in m/s; mechanism is SS, NS or RS."""

    mag: float
    lon: float
    lat: float
    depth_km: float
    mechanism: str
    strike: float
    dip: float
    length_km: float
    width_km: float
    top_km: float
    along: float  # share of the length that lies behind the hypocentre
    vs30: float


@dataclass(frozen=True)
class Distance:
    """Kilometres from every node to the surface projection, the rupture plane and the hypocentre."""

    jb: Array
    rup: Array
    hyp: Array


def draw(event: dict[str, Any], interface: bool, rng: np.random.Generator) -> Rupture:
    """A rupture consistent with the catalogue entry; always the same number of draws from `rng`."""
    d_mag, d_depth, d_east, d_north, d_vs30 = np.clip(rng.standard_normal(5), -2, 2)
    strike, along = rng.uniform(0, 360), rng.uniform(0, 1)
    mechanism = ("SS", "NS", "RS")[rng.integers(3)]
    if interface:
        mechanism = "RS"
    mag = float(event["mag"] + MAGNITUDE_SIGMA * d_mag)
    sigma_km = SHALLOW_DEPTH_SIGMA_KM if event["depth_km"] <= 35 else DEEP_DEPTH_SIGMA_KM
    depth_km = float(max(event["depth_km"] + sigma_km * d_depth, 1.0))
    length_km, width_km = (10 ** (a + b * mag) for a, b in (LENGTH[mechanism], WIDTH[mechanism]))
    dip = DIP[mechanism]
    km_per_lon = KM_PER_DEGREE * np.cos(np.radians(event["lat"]))
    return Rupture(
        mag=mag,
        lon=float(event["lon"] + EPICENTRE_SIGMA_KM * d_east / km_per_lon),
        lat=float(event["lat"] + EPICENTRE_SIGMA_KM * d_north / KM_PER_DEGREE),
        depth_km=depth_km,
        mechanism=mechanism,
        strike=float(strike),
        dip=dip,
        length_km=length_km,
        width_km=width_km,
        top_km=max(depth_km - HYPOCENTRE_DOWN_DIP * width_km * float(np.sin(np.radians(dip))), 0.0),
        along=float(along),
        vs30=float(np.clip(VS30_MEDIAN * np.exp(VS30_LN_SIGMA * d_vs30), *VS30_LIMITS)),
    )


def distances(rupture: Rupture, lon: Array, lat: Array) -> Distance:
    """Distances to the rectangle on a locally flat Earth, good to about 1 % over the grids used here."""
    km_per_lon = KM_PER_DEGREE * np.cos(np.radians((lat + rupture.lat) / 2))
    east, north = (lon - rupture.lon) * km_per_lon, (lat - rupture.lat) * KM_PER_DEGREE
    strike, dip = np.radians(rupture.strike), np.radians(rupture.dip)
    along = east * np.sin(strike) + north * np.cos(strike)
    across = east * np.cos(strike) - north * np.sin(strike)  # positive down dip

    start = -rupture.along * rupture.length_km
    beyond_end = np.maximum(np.maximum(start - along, along - start - rupture.length_km), 0)
    from_top = across + HYPOCENTRE_DOWN_DIP * rupture.width_km * np.cos(dip)
    beyond_side = np.maximum(np.maximum(-from_top, from_top - rupture.width_km * np.cos(dip)), 0)
    # Foot of the perpendicular on the plane, as distance down dip from the top edge, kept on the rectangle.
    foot = np.clip(from_top * np.cos(dip) - rupture.top_km * np.sin(dip), 0, rupture.width_km)
    horizontal, vertical = from_top - foot * np.cos(dip), rupture.top_km + foot * np.sin(dip)
    return Distance(
        jb=np.hypot(beyond_end, beyond_side),
        rup=np.sqrt(beyond_end**2 + horizontal**2 + vertical**2),
        hyp=np.sqrt(east**2 + north**2 + rupture.depth_km**2),
    )
