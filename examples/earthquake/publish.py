"""The answer for people: `python publish.py params.json` writes contours.geojson, map.png and report.json here.

Parameters: intensity (path of intensity.nc), event, coastline (TopoJSON path; without it the map has no land).
"""

import time
from pathlib import Path
from typing import Any

import numpy as np
from combine import maximum
from model import coast, contours, figure, netcdf, program, spec

SOURCES = [
    "Event: USGS Earthquake Hazards Program, public domain",
    "Coastline: Natural Earth, public domain, through npm world-atlas",
    "Ground motion: {models}, through pygmm",
    "Intensity: Worden et al. (2012); palette: USGS ShakeMap",
]
NO_COAST = "Without a coastline the largest intensity is over land and sea."


def main() -> None:
    started = time.perf_counter()
    params = program.read_params("intensity", "event")
    event = params["event"]
    lon, lat, fields, attributes = netcdf.read(Path(params["intensity"]), "mmi_median", "mmi_p16", "mmi_p84")
    combined = np.stack(fields)
    land = coast.load_if_any(params.get("coastline"))
    strongest = maximum(lon, lat, combined, coast.is_land(lon=lon, lat=lat, rings=land) if land else None)
    report = write_report(event, attributes, strongest, bool(land), maximum(lon, lat, combined))

    program.write_json(Path("contours.geojson"), contours.as_geojson(lon, lat, combined[0]))
    story = tell(event, attributes, report)
    figure.draw(Path("map.png"), lon, lat, combined[0], land, (event["lon"], event["lat"]), story)
    program.write_json(Path("report.json"), report)
    print(report["headline"])
    print(f"wrote contours.geojson, map.png and report.json, {time.perf_counter() - started:.2f} s", flush=True)


def write_report(
    event: dict[str, Any],
    attributes: dict[str, Any],
    strongest: dict[str, Any] | None,
    land_known: bool,
    anywhere: dict[str, Any] | None,
) -> dict[str, Any]:
    """The headline and the numbers behind it, with where they come from and what they are not good for."""
    models = [spec.MODELS[gmm] for gmm in str(attributes["gmms"]).split()]
    place = " on land" if land_known else ""
    if strongest is None:
        sentence = "no land within the map, so nobody there to feel it"
    else:
        sentence = (
            f"shaking{place} up to {strongest['numeral']} ({strongest['shaking']}) estimated, "
            f"median {strongest['mmi']:.1f}, 16-84 % {strongest['p16']:.1f}-{strongest['p84']:.1f}"
        )
    return {
        "headline": f"{title(event)}: {sentence}",
        "event": event,
        "n_members": int(attributes["n_members"]),
        "n_requested": int(attributes["n_requested"]),
        "max_on_land" if land_known else "max": strongest,
        "max_anywhere": anywhere,
        "models": models,
        "cautions": spec.out_of_range(event) + ([] if land_known else [NO_COAST]),
        "sources": [source.format(models="; ".join(models)) for source in SOURCES],
        "files": ["contours.geojson", "map.png"],
    }


def tell(event: dict[str, Any], attributes: dict[str, Any], report: dict[str, Any]) -> figure.Story:
    """The words on the map."""
    strongest = report.get("max_on_land") or report["max_anywhere"]
    where = " on land" if report.get("max_on_land") else ""
    headline = f"Up to {strongest['numeral']}{where}:\n{strongest['shaking']} shaking"
    if report.get("max_on_land", strongest) is None:
        headline, where = "No land within the map", " at sea"
    facts = [
        (
            f"Largest median intensity{where}",
            f"{strongest['mmi']:.1f}   (16-84 %: {strongest['p16']:.1f}-{strongest['p84']:.1f})",
        ),
        ("Ground-motion models", _wrap(str(attributes["gmms"]).replace(" ", ", "), 34)),
    ]
    if report["cautions"]:
        facts.append(("Caution", _wrap(report["cautions"][0], 38)))
    return figure.Story(
        title=title(event),
        subtitle=f"Estimated intensity, median of {report['n_members']} of {report['n_requested']} members"
        f"  ·  {figure.event_time(event['time'])}  ·  depth {event['depth_km']:.1f} km",
        headline=headline,
        facts=facts,
        credits="\n".join(["  ·  ".join(report["sources"][:2]), *report["sources"][2:]]),
    )


def title(event: dict[str, Any]) -> str:
    """The source's own title, else one of the same form."""
    return str(event.get("title") or f"M {event['mag']:g} - {event['place']}")


def _wrap(text: str, width: int) -> str:
    lines = [""]
    for word in text.split():
        if len(lines[-1]) + len(word) >= width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return "\n".join(lines)


if __name__ == "__main__":
    main()
