"""Mosquitoes in one tile over a season: python3 tile.py params.json -> tile.json. Only the standard library.

A toy with the shape of the stage-structured models (eggs and larvae, adults; Erguler et al. 2016): what is laid hatches
with the warmth, larvae compete, adults die. Do not build on its numbers.
"""

import json
import math
import sys
from pathlib import Path


def season(temperatures: list[float], water: float) -> list[float]:
    """Return the adults of each day, per hectare; ``water`` is the share of the tile that stands under water."""
    larvae, adults, course = 0.0, 1.0, []
    for celsius in temperatures:
        warmth = math.exp(-(((celsius - 27) / 8) ** 2))  # best at 27 degrees
        laid = 8 * warmth * adults * water
        emerges = 0.12 * warmth * larvae
        larvae += laid - emerges - larvae * (0.05 + larvae / (2000 * water + 1))
        adults += 0.5 * emerges - adults * (0.08 + (0.2 if celsius < 10 else 0))
        course.append(round(adults, 3))
    return course


if __name__ == "__main__":
    given = json.loads(Path(sys.argv[1]).read_text())
    adults = season(given["celsius"], given["water"])
    peak = max(adults)
    result = {**given["tile"], "peak": peak, "peak_day": adults.index(peak), "days_above": sum(a > 10 for a in adults)}
    Path("tile.json").write_text(json.dumps(result))
