"""Members to one answer: `python combine.py params.json` writes intensity.nc and summary.json here.

Parameters: event, members (paths of member.nc), quorum (default: all of them), requested (how many members were
asked for, when members has only those that ended well), coastline (TopoJSON path; without it land is unknown).
"""

import time
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
from model import coast, intensity, netcdf, program
from model.rupture import Array
from numpy.typing import NDArray

PERCENTILES = (50, 16, 84)


def percentiles(members: list[Array]) -> Array:
    """Median, 16th and 84th percentile over the members, stacked in this order."""
    return np.asarray(np.percentile(np.stack(members), PERCENTILES, axis=0))


def maximum(
    lon: Array, lat: Array, fields: Array, where: NDArray[np.bool_] | None = None
) -> dict[str, float | str] | None:
    """Where the median is largest, with the 16-84 % interval there; None if nowhere qualifies."""
    median = fields[0] if where is None else np.where(where, fields[0], -np.inf)
    row, column = np.unravel_index(int(median.argmax()), median.shape)
    if not np.isfinite(median[row, column]):
        return None
    mmi, p16, p84 = (round(float(field[row, column]), 2) for field in fields)
    longitude = (float(lon[column]) + 180) % 360 - 180
    return {
        "mmi": mmi,
        "p16": p16,
        "p84": p84,
        "numeral": intensity.numeral(mmi),
        "shaking": intensity.words(mmi),
        "lon": round(longitude, 4),
        "lat": round(float(lat[row]), 4),
    }


def read_members(paths: list[str]) -> tuple[Array, Array, list[Array], Counter[str], dict[str, str]]:
    """Axes, the intensity of each readable member, how often each model occurs, and why the others are absent."""
    lon = lat = np.empty(0)
    fields: list[Array] = []
    models: Counter[str] = Counter()
    absent: dict[str, str] = {}
    for path in paths:
        try:
            member_lon, member_lat, (mmi,), attributes = netcdf.read(Path(path), "mmi")
        except OSError as error:
            absent[path] = str(error)
            continue
        if fields and not (np.array_equal(member_lon, lon) and np.array_equal(member_lat, lat)):
            raise SystemExit(f"{path} is on another grid than the members before it; combine members of one ensemble")
        lon, lat = member_lon, member_lat
        fields.append(mmi)
        models[str(attributes["gmm"])] += 1
    return lon, lat, fields, models, absent


def main() -> None:
    started = time.perf_counter()
    params = program.read_params("event", "members")
    event, paths = params["event"], params["members"]
    requested, quorum = params.get("requested", len(paths)), max(1, params.get("quorum", len(paths)))
    lon, lat, fields, models, absent = read_members(paths)
    for path, reason in absent.items():
        print(f"absent: {path}: {reason}", flush=True)
    print(f"{len(fields)} of {requested} members, quorum {quorum}", flush=True)
    if len(fields) < quorum:
        raise SystemExit(f"Only {len(fields)} of {requested} members can be read and the quorum is {quorum}; run them")

    combined = percentiles(fields)
    rings = coast.load_if_any(params.get("coastline"))
    land = coast.is_land(rings, lon, lat) if rings else None
    counts: dict[str, Any] = {"n_members": len(fields), "n_requested": requested}
    netcdf.write(
        Path("intensity.nc"),
        lon,
        lat,
        {"mmi_median": combined[0], "mmi_p16": combined[1], "mmi_p84": combined[2]},
        counts
        | {"title": "Estimated macroseismic intensity", "gmms": " ".join(sorted(models))}
        | netcdf.event_attributes(event),
    )
    program.write_json(
        Path("summary.json"),
        {"event_id": event["id"], **counts, "quorum": quorum, "absent": absent, "models": dict(sorted(models.items()))}
        | {"max": maximum(lon, lat, combined)}
        | {"max_on_land": None if land is None else maximum(lon, lat, combined, land)}
        | {"land_known": land is not None},
    )
    print(f"wrote intensity.nc and summary.json, {time.perf_counter() - started:.2f} s", flush=True)


if __name__ == "__main__":
    main()
