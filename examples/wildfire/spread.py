"""One possible course of a fire: python3 spread.py params.json -> member.json. Only the standard library.

The fire reaches each cell along the fastest way from a hot spot (Dijkstra over eight neighbours, as in minimum travel
time models: Finney, Can. J. For. Res. 32, 1420-1424, 2002). The rate of spread grows exponentially with the wind along
the way; fuel differs from cell to cell, and nobody knows it well: each member draws its own. A toy; not for decisions.
"""

import heapq
import json
import math
import random
import sys
from pathlib import Path

NEIGHBOURS = [(dx, dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1) if (dx, dy) != (0, 0)]


def course(params: dict) -> list[list[float | None]]:
    """Return the hours after which the fire reaches each cell, rows from the south; None: not within the horizon."""
    grid, draw = params["grid"], random.Random(params["seed"])  # noqa: S311 - science
    columns, rows, cell_m = grid["columns"], grid["rows"], grid["cell_m"]
    turn, strength = draw.gauss(0, params["wind_turn"]), draw.lognormvariate(0, params["wind_spread"])
    u = strength * (params["u"] * math.cos(turn) - params["v"] * math.sin(turn))
    v = strength * (params["u"] * math.sin(turn) + params["v"] * math.cos(turn))
    base_m_s = 0.02 * draw.lognormvariate(0, 0.4)
    fuel = [[draw.lognormvariate(0, 0.5) for _ in range(columns)] for _ in range(rows)]
    hours: list[list[float | None]] = [[None] * columns for _ in range(rows)]
    front = [(0.0, x, y) for x, y in params["burning"]]
    heapq.heapify(front)
    while front:
        hour, x, y = heapq.heappop(front)
        if hours[y][x] is not None or hour > params["hours"]:
            continue
        hours[y][x] = round(hour, 3)
        for dx, dy in NEIGHBOURS:
            if 0 <= x + dx < columns and 0 <= y + dy < rows and hours[y + dy][x + dx] is None:
                length = math.hypot(dx, dy)
                along = (u * dx + v * dy) / length
                speed = base_m_s * fuel[y + dy][x + dx] * math.exp(0.18 * min(along, 15))
                heapq.heappush(front, (hour + length * cell_m / speed / 3600, x + dx, y + dy))
    return hours


if __name__ == "__main__":
    given = json.loads(Path(sys.argv[1]).read_text())
    Path("member.json").write_text(json.dumps({"member": given["member"], "hours": course(given)}))
