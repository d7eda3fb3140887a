"""From members to a map: how likely each cell burns, as GeoJSON and as a picture, and what a perimeter says of them."""

import itertools
import math
import struct
import zlib
from typing import Any

from .hotspots import Grid

Hours = list[list[float | None]]
LEVELS = (0.1, 0.3, 0.5, 0.7, 0.9)
SHARPNESS = 6.0  # how strongly a member that fits the perimeter counts more than one that does not
_COLOURS = ((255, 255, 255), (254, 240, 217), (253, 204, 138), (252, 141, 89), (227, 74, 51), (179, 0, 0))


def probabilities(members: list[Hours], weights: list[float]) -> list[list[float]]:
    """Return for each cell the share of the weights whose member reaches it."""
    total = sum(weights)
    rows, columns = len(members[0]), len(members[0][0])
    return [
        [sum(w for m, w in zip(members, weights, strict=True) if m[y][x] is not None) / total for x in range(columns)]
        for y in range(rows)
    ]


def weights_of(members: list[Hours], burned: set[tuple[int, int]], after_hours: float) -> list[float]:
    """Return how much each member counts: by the overlap (intersection over union) with what was seen to burn."""
    overlaps = []
    for member in members:
        reached = {
            (x, y)
            for y, row in enumerate(member)
            for x, hour in enumerate(row)
            if hour is not None and hour <= after_hours
        }
        overlaps.append(len(reached & burned) / max(1, len(reached | burned)))
    best = max(overlaps)
    return [math.exp(SHARPNESS * (overlap - best)) for overlap in overlaps]


def inside(grid: Grid, geometry: dict[str, Any]) -> set[tuple[int, int]]:
    """Return the cells whose middle lies in a GeoJSON Polygon or MultiPolygon (even-odd rule). Raises ValueError."""
    geometry = geometry.get("geometry") or geometry
    shapes = {"Polygon": [geometry.get("coordinates")], "MultiPolygon": geometry.get("coordinates")}.get(
        str(geometry.get("type"))
    )
    if not shapes:
        raise ValueError(f"a perimeter is a GeoJSON Polygon or MultiPolygon, not {geometry.get('type')}")
    rings = [ring for shape in shapes for ring in shape]
    found = set()
    for y in range(grid.rows):
        for x in range(grid.columns):
            lon, lat = grid.west + (x + 0.5) * grid.step_lon, grid.south + (y + 0.5) * grid.step_lat
            if sum(_crosses(ring, lon, lat) for ring in rings) % 2:
                found.add((x, y))
    return found


def features(grid: Grid, chances: list[list[float]]) -> dict[str, Any]:
    """Return the cells that may burn as GeoJSON, by row from the south."""
    cells = [(x, y, p) for y, row in enumerate(chances) for x, p in enumerate(row) if p >= LEVELS[0]]
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": {"type": "Polygon", "coordinates": [grid.ring(x, y)]},
                "properties": {"probability": round(p, 3)},
            }
            for x, y, p in cells
        ],
    }


def picture(chances: list[list[float]], scale: int = 8) -> bytes:
    """Return a coloured PNG, north up (PNG 1.2, section 4.1)."""
    lines = []
    for row in reversed(chances):
        line = b"".join(bytes(_COLOURS[sum(p >= level for level in LEVELS)]) * scale for p in row)
        lines += [b"\0" + line] * scale

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack("!I", len(data)) + kind + data + struct.pack("!I", zlib.crc32(kind + data))

    header = struct.pack("!2I5B", len(chances[0]) * scale, len(lines), 8, 2, 0, 0, 0)
    data = zlib.compress(b"".join(lines))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def _crosses(ring: list[list[float]], lon: float, lat: float) -> int:
    count = 0
    for (x1, y1), (x2, y2) in itertools.pairwise(ring):
        if (y1 > lat) != (y2 > lat) and lon < x1 + (lat - y1) / (y2 - y1) * (x2 - x1):
            count += 1
    return count
