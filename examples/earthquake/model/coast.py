"""Land from a TopoJSON file of Natural Earth (npm world-atlas: land-10m.json, land-50m.json)."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.rupture import Array

Ring = Array  # (points, 2), longitude and latitude, closed


def load(path: Path) -> list[Ring]:
    """Every ring of every land polygon, outer and inner alike: drawn and tested by the even-odd rule."""
    topology = json.loads(path.read_text())
    if topology.get("type") != "Topology" or "land" not in topology.get("objects", {}):
        raise SystemExit(f"{path} is no TopoJSON of land; use land-10m.json or land-50m.json of npm world-atlas")
    arcs = _decode(topology)
    return [_join(ring, arcs) for ring in _rings(topology["objects"]["land"])]


def _decode(topology: dict[str, Any]) -> list[Array]:
    """Arcs in degrees: TopoJSON stores each as integer steps from the point before."""
    arcs = [np.array(arc, dtype=float) for arc in topology["arcs"]]
    if "transform" not in topology:
        return arcs
    scale, translate = (np.array(topology["transform"][part]) for part in ("scale", "translate"))
    return [arc.cumsum(axis=0) * scale + translate for arc in arcs]


def _rings(geometry: dict[str, Any]) -> Iterator[list[int]]:
    for part in geometry.get("geometries", ()):
        yield from _rings(part)
    if geometry["type"] == "Polygon":
        yield from geometry["arcs"]
    elif geometry["type"] == "MultiPolygon":
        for polygon in geometry["arcs"]:
            yield from polygon


def _join(ring: list[int], arcs: list[Array]) -> Ring:
    """Arc -1 is arc 0 backwards, -2 is arc 1 backwards; each begins where the one before ended."""
    pieces = [arcs[index] if index >= 0 else arcs[~index][::-1] for index in ring]
    return np.concatenate([pieces[0], *(piece[1:] for piece in pieces[1:])])


def near(rings: list[Ring], west: float, east: float, south: float, north: float) -> list[Ring]:
    """The rings that touch a window, moved by whole turns so that they lie in it even past 180 degrees."""
    found = []
    for turn in (-360.0, 0.0, 360.0):
        for ring in rings:
            (left, bottom), (right, top) = ring.min(axis=0), ring.max(axis=0)
            if left + turn < east and right + turn > west and bottom < north and top > south:
                found.append(ring + (turn, 0.0))
    return found


def is_land(rings: list[Ring], lon: Array, lat: Array) -> NDArray[np.bool_]:
    """(lat, lon) mask of the nodes on land: a ray westwards crosses the coast an odd number of times."""
    edges = np.concatenate([np.hstack([ring[:-1], ring[1:]]) for ring in near(rings, -999, 999, lat[0], lat[-1])])
    low, high = np.minimum(edges[:, 1], edges[:, 3]), np.maximum(edges[:, 1], edges[:, 3])
    mask = np.zeros((len(lat), len(lon)), dtype=bool)
    for row, parallel in enumerate(lat):
        x1, y1, x2, y2 = edges[(low <= parallel) & (parallel < high)].T
        crossings = np.sort(x1 + (parallel - y1) / (y2 - y1) * (x2 - x1))
        mask[row] = np.searchsorted(crossings, lon) % 2 == 1
    return mask
