"""How good is it? `python validate.py [--json] [--coastline land-10m.json]` compares with what USGS published.

For every event of the stored feed with a published `mmi`, the ensemble runs in this process and the largest median
intensity on land stands beside USGS's `mmi` (ShakeMap) and `cdi` (what people reported). Nothing is fitted to either.
"""

import argparse
import json
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from combine import maximum, percentiles
from model import coast, spec
from model.simulate import simulate

FEED = Path(__file__).parent / "data" / "usgs_all_week_2018-02-07.geojson"
CAUTION = (
    "A sanity check, not a calibration. USGS's mmi comes from ShakeMap, which uses measured shaking, reports, site "
    "maps and regional models; its cdi is the strongest shaking people reported. The ensemble knows a point, a depth "
    "and a magnitude. It takes one site class everywhere, every earthquake down to 30 km for one in active crust and "
    "every deeper one for one of a subduction zone: do not trust it in stable continents (the two Oklahoma events), "
    "deeper than 120 km, under magnitude 3.5, or far offshore."
)
NO_LAND = "No land on the map: not felt (I) by definition."


def predict(event: dict[str, Any], land: list[coast.Ring] | None, size: int) -> tuple[float, str]:
    """Largest median intensity, on land where the coast is known, and what to know about it."""
    members = [simulate(params) for params in spec.ensemble(event, size)]
    lon, lat = members[0].lon, members[0].lat
    combined = percentiles([member.mmi for member in members])
    strongest = maximum(lon, lat, combined, None if land is None else coast.is_land(land, lon, lat))
    notes = spec.out_of_range(event)
    if strongest is None:
        return 1.0, " ".join([*notes, NO_LAND])
    return round(float(strongest["mmi"]), 2), " ".join(notes)


def validate(feed: dict[str, Any], land: list[coast.Ring] | None, size: int) -> dict[str, Any]:
    """The table and its mean absolute errors, also over the events without a note alone."""
    features = [f for f in feed["features"] if f["properties"]["mmi"] is not None]
    # One process a core: 16 ensembles take half a minute of one core. "spawn", because NumPy has threads by now.
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        predicted = pool.map(partial(predict, land=land, size=size), map(spec.event_from_feature, features))
        events = [
            {name: spec.event_from_feature(feature)[name] for name in ("id", "place", "mag", "depth_km")}
            | {
                "predicted_mmi": mmi,
                "usgs_mmi": feature["properties"]["mmi"],
                "cdi": feature["properties"]["cdi"],
                "note": note,
            }
            for feature, (mmi, note) in zip(features, predicted, strict=True)
        ]
    return {
        "events": events,
        **_error(events, "usgs_mmi", "mmi"),
        **_error(events, "cdi", "cdi"),
        **_error([entry for entry in events if not entry["note"]], "usgs_mmi", "mmi_without_note"),
        "maximum": "largest median over the ensemble at any node" + ("" if land is None else " on land"),
        "n_members": size,
        "caution": CAUTION,
    }


def _error(events: list[dict[str, Any]], against: str, name: str) -> dict[str, Any]:
    errors = [abs(entry["predicted_mmi"] - entry[against]) for entry in events if entry[against] is not None]
    return {f"mae_{name}": round(sum(errors) / len(errors), 2) if errors else None, f"n_{name}": len(errors)}


def as_text(validation: dict[str, Any]) -> str:
    """The table as Markdown, which is how the README has it."""
    lines = ["| event | place | M | depth km | predicted | USGS mmi | reported cdi | note |", "|" + "---|" * 8]
    for entry in validation["events"]:
        cdi = "" if entry["cdi"] is None else f"{entry['cdi']:.1f}"
        lines.append(
            f"| {entry['id']} | {entry['place']} | {entry['mag']:.1f} | {entry['depth_km']:.0f} "
            f"| {entry['predicted_mmi']:.1f} | {entry['usgs_mmi']:.1f} | {cdi} | {entry['note']} |"
        )
    return "\n".join(
        [
            *lines,
            "",
            f"Mean absolute error against USGS mmi {validation['mae_mmi']} (n = {validation['n_mmi']}), "
            f"without a note {validation['mae_mmi_without_note']} (n = {validation['n_mmi_without_note']}), "
            f"against cdi {validation['mae_cdi']} (n = {validation['n_cdi']}).",
            f"Predicted: {validation['maximum']}, {validation['n_members']} members.",
            "",
            validation["caution"],
        ]
    )


def main() -> None:
    parser = argparse.ArgumentParser(description="Compare the ensemble with the intensities USGS published.")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("--coastline", type=Path, help="TopoJSON of land; without it the maximum is over the whole map")
    parser.add_argument("--feed", type=Path, default=FEED)
    parser.add_argument("--members", type=int, default=24)
    options = parser.parse_args()
    land = coast.load(options.coastline) if options.coastline else None
    validation = validate(json.loads(options.feed.read_text()), land, options.members)
    print(json.dumps({"validation": validation}, indent=2) if options.json else as_text(validation))


if __name__ == "__main__":
    main()
