"""One member: a rupture drawn from the seed, its ground motion and its intensity on the grid."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from model import intensity, motion, netcdf, rupture
from model.rupture import Array, Rupture


@dataclass(frozen=True)
class Member:
    """Fields are (lat, lon); PGA in g, PGV in cm/s."""

    rupture: Rupture
    lon: Array
    lat: Array
    mmi: Array
    pga: Array
    pgv: Array


def simulate(params: dict[str, Any]) -> Member:
    """Run the member that `params`, one item of `spec.ensemble`, describes. The same params give the same fields."""
    gmm = params["gmm"]
    rng = np.random.default_rng(params["seed"])
    drawn = rupture.draw(params["event"], gmm == "AGA16-interface", rng)
    lon, lat = netcdf.axes(params["grid"])
    distance = rupture.distances(drawn, *np.meshgrid(lon, lat))
    pga, pgv = motion.shaking(gmm, drawn, distance, rng)
    return Member(drawn, lon, lat, intensity.from_pgv(pgv), pga, pgv)
