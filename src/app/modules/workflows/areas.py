"""Where an incident is: a bounding box or a GeoJSON geometry (RFC 7946), checked before it is kept."""

import math
from collections.abc import Iterator
from typing import Any

from app.kernel.errors import ProblemItem
from app.modules.workflows.errors import AreaInvalid

MOST_POSITIONS = 10_000
_DEPTHS = {"Point": 0, "MultiPoint": 1, "LineString": 1, "MultiLineString": 2, "Polygon": 2, "MultiPolygon": 3}

BBox = tuple[float, float, float, float]


def area_of(*, bbox: list[float] | None = None, geometry: dict[str, Any] | None = None) -> dict[str, Any] | None:
    """Return the geometry to keep: a box becomes a polygon, two where it crosses the 180th meridian.

    Raises AreaInvalid (422) naming what is wrong.
    """
    if bbox is not None and geometry is not None:
        raise AreaInvalid("Give either bbox or area, not both")
    if bbox is not None:
        return _polygon(bbox)
    if geometry is not None:
        return _checked(geometry)
    return None


def bounds(geometry: dict[str, Any]) -> BBox:
    """Return west, south, east and north of a geometry that was checked."""
    positions = list(_positions(geometry))
    longitudes, latitudes = [p[0] for p in positions], [p[1] for p in positions]
    return min(longitudes), min(latitudes), max(longitudes), max(latitudes)


def rings(geometry: dict[str, Any]) -> list[list[list[float]]]:
    """Return the outer rings of a polygon or multipolygon; of anything else the ring around its bounds."""
    if geometry["type"] == "Polygon":
        return [geometry["coordinates"][0]]
    if geometry["type"] == "MultiPolygon":
        return [polygon[0] for polygon in geometry["coordinates"]]
    west, south, east, north = bounds(geometry)
    return [_ring(west, south, east, north)]


def _polygon(bbox: list[float]) -> dict[str, Any]:
    if len(bbox) != 4:
        raise AreaInvalid("bbox is west, south, east, north: four numbers in degrees")
    west, south, east, north = bbox
    for longitude, latitude in ((west, south), (east, north)):
        _check_position([longitude, latitude], "/body/bbox")
    if south >= north or west == east:
        raise AreaInvalid("bbox is west, south, east, north: north lies above south, and east is not west")
    if west < east:
        return {"type": "Polygon", "coordinates": [_ring(west, south, east, north)]}
    halves = [_ring(west, south, 180.0, north), _ring(-180.0, south, east, north)]
    return {"type": "MultiPolygon", "coordinates": [[half] for half in halves if half[0][0] != half[1][0]]}


def _ring(west: float, south: float, east: float, north: float) -> list[list[float]]:
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]  # counterclockwise: RFC 7946


def _checked(given: dict[str, Any]) -> dict[str, Any]:
    geometry = given.get("geometry") if given.get("type") == "Feature" else given
    if not isinstance(geometry, dict) or geometry.get("type") not in _DEPTHS:
        raise AreaInvalid(f"area is a GeoJSON geometry or Feature of one of: {', '.join(_DEPTHS)}")
    kind: str = geometry["type"]
    coordinates: Any = geometry.get("coordinates")
    _check_depth(coordinates, _DEPTHS[kind], "/body/area/coordinates")
    kept = {"type": kind, "coordinates": coordinates}
    count = 0
    for position in _positions(kept):
        count += 1
        _check_position(position, "/body/area/coordinates")
    if not 0 < count <= MOST_POSITIONS:
        raise AreaInvalid(f"area has {count} positions; 1 to {MOST_POSITIONS} are taken, simplify it")
    if kind in ("Polygon", "MultiPolygon"):
        polygons: list[Any] = [coordinates] if kind == "Polygon" else coordinates
        for ring in (ring for polygon in polygons for ring in polygon):
            if len(ring) < 4 or ring[0] != ring[-1]:
                raise _wrong("/body/area/coordinates", "a ring has 4 positions or more and ends where it began")
    return kept


def _check_depth(value: Any, depth: int, pointer: str) -> None:
    if not isinstance(value, list):
        raise _wrong(pointer, "is a list")
    if depth:
        for one in value:
            _check_depth(one, depth - 1, pointer)


def _check_position(position: Any, pointer: str) -> None:
    numbers = isinstance(position, list) and 2 <= len(position) <= 3
    if not numbers or not all(type(n) in (int, float) and math.isfinite(n) for n in position):
        raise _wrong(pointer, "a position is two or three numbers: longitude, latitude, height")
    if not (-180 <= position[0] <= 180 and -90 <= position[1] <= 90):
        raise _wrong(pointer, f"{position[:2]} is no longitude (-180 to 180) and latitude (-90 to 90)")


def _positions(geometry: dict[str, Any]) -> Iterator[list[float]]:
    def walk(value: Any, depth: int) -> Iterator[list[float]]:
        if depth == 0:
            yield value
        else:
            for one in value:
                yield from walk(one, depth - 1)

    return walk(geometry["coordinates"], _DEPTHS[geometry["type"]])


def _wrong(pointer: str, message: str) -> AreaInvalid:
    return AreaInvalid(f"The area is not valid: {message}", errors=[ProblemItem(pointer=pointer, message=message)])
