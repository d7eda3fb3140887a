"""One tile of a Julia set as a simulation: python3 tile.py params.json -> tile.json. Only the standard library."""

import json
import sys
from pathlib import Path


def escape(z: complex, c: complex, most: int) -> int:
    """Return after how many rounds z leaves the circle of radius 2; ``most`` when it does not."""
    for count in range(most):
        if abs(z) > 2:
            return count
        z = z * z + c
    return most


def rows(params: dict[str, float]) -> list[list[int]]:
    """Return the counts of a tile, row by row."""
    c = complex(params["c_re"], params["c_im"])
    size, step = int(params["pixels"]), 2 * params["half_width"] / params["picture_pixels"]
    left = -params["half_width"] + params["column"] * size * step
    top = params["half_width"] - params["row"] * size * step
    return [
        [escape(complex(left + (x + 0.5) * step, top - (y + 0.5) * step), c, int(params["most"])) for x in range(size)]
        for y in range(size)
    ]


if __name__ == "__main__":
    given = json.loads(Path(sys.argv[1]).read_text())
    Path("tile.json").write_text(json.dumps({"row": given["row"], "column": given["column"], "counts": rows(given)}))
