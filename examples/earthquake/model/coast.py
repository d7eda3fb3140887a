"""Land from a TopoJSON file of Natural Earth (npm world-atlas: land-10m.json, land-50m.json)."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from model.rupture import Array
from numpy.typing import NDArray

Ring = Array  # (points, 2), longitude and latitude, closed


def load(path: Path) -> list[Ring]:
    """Every ring of every land polygon, outer and inner alike. Raises OSError or ValueError for another file."""
    topology = json.loads(path.read_text())
    if topology.get("type") != "Topology" or "land" not in topology.get("objects", {}):
        raise ValueError(f"{path} is no TopoJSON of land; use land-10m.json or land-50m.json of npm world-atlas")
    arcs = _decode(topology)
    return [_join(ring, arcs) for ring in _rings(topology["objects"]["land"])]


def load_if_any(path: str | None) -> list[Ring]:
    """The land, or none with a printed reason: in a hurry a map without a coast is better than no map."""
    try:
        return load(Path(path)) if path else []
    except (OSError, ValueError) as error:
        print(f"no coastline: {error}", flush=True)
        return []


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
    """Arc -1 is arc 0 backwards, -2 is arc 1 backwards; each begins where the one before ended.

    world-atlas stitches land across the antimeridian, so longitudes are unwrapped to run on past 180 degrees, and
    the ring around Antarctica is closed through the pole.
    """
    pieces = [arcs[index] if index >= 0 else arcs[~index][::-1] for index in ring]
    points = np.concatenate([pieces[0], *(piece[1:] for piece in pieces[1:])])
    points[:, 0] = np.unwrap(points[:, 0], period=360)
    first, last = points[0, 0], points[-1, 0]
    if abs(last - first) > 180:
        pole = np.copysign(90, points[0, 1])
        points = np.vstack([points, [last, pole], [first, pole], points[:1]])
    return points


def near(rings: list[Ring], west: float, east: float, south: float, north: float) -> list[Ring]:
    """The rings that touch a window, moved by whole turns so that they lie in it even past 180 degrees."""
    found: list[Ring] = []
    for ring in rings:
        (left, bottom), (right, top) = ring.min(axis=0), ring.max(axis=0)
        if bottom < north and top > south:
            turns = [turn for turn in (-360, 0, 360) if left + turn < east and right + turn > west]
            found.extend(ring + np.array((turn, 0)) for turn in turns)
    return found


def is_land(rings: list[Ring], lon: Array, lat: Array) -> NDArray[np.bool_]:
    """(lat, lon) mask of the nodes on land: a ray westwards crosses the coast an odd number of times."""
    mask = np.zeros((len(lat), len(lon)), dtype=bool)
    crossed = near(rings, -np.inf, np.inf, lat.min(), lat.max())
    if not crossed:
        return mask
    edges = np.concatenate([np.hstack([ring[:-1], ring[1:]]) for ring in crossed])
    low, high = np.minimum(edges[:, 1], edges[:, 3]), np.maximum(edges[:, 1], edges[:, 3])
    for row, parallel in enumerate(lat):
        x1, y1, x2, y2 = edges[(low <= parallel) & (parallel < high)].T
        crossings = np.sort(x1 + (parallel - y1) / (y2 - y1) * (x2 - x1))
        mask[row] = np.searchsorted(crossings, lon) % 2 == 1
    return mask
