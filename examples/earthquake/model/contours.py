"""Lines of equal intensity as GeoJSON (RFC 7946), cut where they cross the antimeridian."""

from typing import Any

import numpy as np
from contourpy import contour_generator
from model import intensity
from model.rupture import Array

STEP = 0.5
LOWEST = 2.0  # weaker shaking is not felt


def levels(mmi: Array, step: float = STEP) -> list[float]:
    """The multiples of `step` from II up that the field crosses."""
    first, last = np.ceil(max(float(mmi.min()), LOWEST) / step), np.floor(float(mmi.max()) / step)
    return [float(step * index) for index in np.arange(first, last + 1)]


def as_geojson(lon: Array, lat: Array, mmi: Array) -> dict[str, Any]:
    """A FeatureCollection with one MultiLineString a level, and `mmi`, `roman` and `color` as its properties."""
    generator = contour_generator(lon, lat, mmi)
    features = []
    for level in levels(mmi):
        lines = [piece for line in generator.lines(level) for piece in cut(np.asarray(line))]
        if lines:
            features.append(
                {
                    "type": "Feature",
                    "properties": {
                        "mmi": level,
                        "roman": intensity.level_numeral(level),
                        "shaking": intensity.words(level),
                        "color": intensity.colour(level),
                    },
                    "geometry": {"type": "MultiLineString", "coordinates": lines},
                }
            )
    return {"type": "FeatureCollection", "features": features}


def cut(line: Array) -> list[list[list[float]]]:
    """The line between -180 and 180 degrees, as one piece or, across the antimeridian, several."""
    pieces: list[list[list[float]]] = []
    piece: list[tuple[float, float]] = [(float(line[0, 0]), float(line[0, 1]))]
    for (x1, y1), (x2, y2) in zip(line[:-1].tolist(), line[1:].tolist(), strict=True):
        first, last = sorted((_turn(x1), _turn(x2)))
        if first != last:
            edge = 360.0 * last - 180
            crossing = (edge, y1 + (edge - x1) / (x2 - x1) * (y2 - y1))
            _close([*piece, crossing], pieces)
            piece = [crossing]
        piece.append((x2, y2))
    _close(piece, pieces)
    return pieces


def _turn(lon: float) -> int:
    return int(np.floor((lon + 180) / 360))


def _close(piece: list[tuple[float, float]], pieces: list[list[list[float]]]) -> None:
    """Add a piece of one turn, moved to -180..180; a point on the edge stays on the side of its piece."""
    middle = (min(x for x, _ in piece) + max(x for x, _ in piece)) / 2
    shift = 360.0 * _turn(middle)
    rounded = [[round(x - shift, 5), round(y, 5)] for x, y in piece]
    if len(rounded) > 1 and any(point != rounded[0] for point in rounded):
        pieces.append(rounded)
