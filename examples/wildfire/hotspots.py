"""Hot spots as NASA FIRMS writes them (MODIS Collection 6.1 and VIIRS 375 m, CSV), and the grid around them."""

import csv
import io
import math
from datetime import UTC, datetime

from pydantic import BaseModel, Field

CELL_M = 300.0
MARGIN_CELLS = 24
MOST_CELLS = 120
LEAST_CONFIDENCE = 30  # percent; VIIRS says low, nominal, high
_WORDS = {"l": 10, "low": 10, "n": 60, "nominal": 60, "h": 95, "high": 95}


class HotSpot(BaseModel):
    """A pixel that burned when the satellite passed."""

    lat: float = Field(ge=-90, le=90)
    lon: float = Field(ge=-180, le=180)
    frp_mw: float
    confidence: float
    seen_at: datetime


class Grid(BaseModel):
    """Square cells; the south-west corner of cell (0, 0) is at ``west``, ``south``."""

    west: float
    south: float
    columns: int
    rows: int
    cell_m: float = CELL_M
    lat: float = Field(description="Where degrees are turned into metres")

    @property
    def step_lat(self) -> float:
        """Return the degrees of latitude of a cell."""
        return self.cell_m / 111_200

    @property
    def step_lon(self) -> float:
        """Return the degrees of longitude of a cell."""
        return self.step_lat / math.cos(math.radians(self.lat))

    def cell(self, lon: float, lat: float) -> tuple[int, int]:
        """Return the column and row a place is in, which may be outside."""
        return math.floor((lon - self.west) / self.step_lon), math.floor((lat - self.south) / self.step_lat)

    def ring(self, x: int, y: int) -> list[list[float]]:
        """Return the outline of a cell."""
        west, south = self.west + x * self.step_lon, self.south + y * self.step_lat
        east, north = west + self.step_lon, south + self.step_lat
        corners = [(west, south), (east, south), (east, north), (west, north), (west, south)]
        return [[round(lon, 6), round(lat, 6)] for lon, lat in corners]


def read(text: str) -> list[HotSpot]:
    """Return the hot spots one may believe. Raises ValueError naming the column or line that is wrong."""
    rows = csv.DictReader(io.StringIO(text))
    missing = {"latitude", "longitude", "acq_date", "acq_time", "confidence", "frp"} - set(rows.fieldnames or ())
    if missing:
        raise ValueError(
            f"the file has no column {', '.join(sorted(missing))}; it has {', '.join(rows.fieldnames or ())}"
        )
    found = []
    for row in rows:
        try:
            spot = HotSpot(
                lat=float(row["latitude"]),
                lon=float(row["longitude"]),
                frp_mw=float(row["frp"]),
                confidence=_confidence(row["confidence"]),
                seen_at=_time(row["acq_date"], row["acq_time"]),
            )
        except (ValueError, TypeError) as error:
            raise ValueError(f"line {rows.line_num} of the file: {error}") from error
        if spot.confidence >= LEAST_CONFIDENCE:
            found.append(spot)
    return found


def grid_around(spots: list[HotSpot]) -> Grid:
    """Return a grid with room around hot spots."""
    lat = sum(s.lat for s in spots) / len(spots)
    grid = Grid(west=min(s.lon for s in spots), south=min(s.lat for s in spots), columns=1, rows=1, lat=lat)
    far = [grid.cell(s.lon, s.lat) for s in spots]
    return grid.model_copy(
        update={
            "west": grid.west - MARGIN_CELLS * grid.step_lon,
            "south": grid.south - MARGIN_CELLS * grid.step_lat,
            "columns": min(MOST_CELLS, max(x for x, _ in far) + 1 + 2 * MARGIN_CELLS),
            "rows": min(MOST_CELLS, max(y for _, y in far) + 1 + 2 * MARGIN_CELLS),
        }
    )


def _confidence(text: str) -> float:
    word = text.strip().lower()
    return float(_WORDS[word]) if word in _WORDS else float(word)


def _time(day: str, time: str) -> datetime:
    return datetime.strptime(f"{day} {time.zfill(4)}", "%Y-%m-%d %H%M").replace(tzinfo=UTC)
