"""What to run for one earthquake: which models, which seeds, which grid, and when not to trust the answer.

Standard library only, because the workflow imports it inside the server, where nothing is computed.
"""

import hashlib
import math
from datetime import UTC, datetime
from typing import Any

MODELS: dict[str, str] = {
    "ASK14": "Abrahamson, Silva & Kamai (2014)",
    "BSSA14": "Boore, Stewart, Seyhan & Atkinson (2014)",
    "CB14": "Campbell & Bozorgnia (2014)",
    "CY14": "Chiou & Youngs (2014)",
    "AGA16-interface": "Abrahamson, Gregor & Addo (2016), interface",
    "AGA16-slab": "Abrahamson, Gregor & Addo (2016), intraslab",
}
CRUSTAL = ("ASK14", "BSSA14", "CB14", "CY14")  # ShakeMap's active_crustal_nshmp2014 set, equal weights
CRUSTAL_DEPTH_KM = 30.0  # where ShakeMap's select.conf ends its active crustal sets
INTERFACE_RAMP_KM = (45.0, 55.0)  # select.conf, p_int_dep_no_slab_lower: all interface above, none below
GRID_NODES = 161  # odd, so the published epicentre is a node


def event_from_feature(feature: dict[str, Any]) -> dict[str, Any]:
    """The event of one feature of a USGS GeoJSON feed; `title` is the feed's own, word for word."""
    properties = feature["properties"]
    lon, lat, depth_km = feature["geometry"]["coordinates"]
    return {
        "id": feature["id"],
        "title": properties["title"],
        "mag": properties["mag"],
        "lon": lon,
        "lat": lat,
        "depth_km": depth_km,
        "place": properties["place"],
        "time": datetime.fromtimestamp(properties["time"] / 1000, UTC).isoformat(timespec="milliseconds"),
    }


def ensemble(event: dict[str, Any], size: int = 24, seed: int = 0) -> list[dict[str, Any]]:
    """`size` member parameter sets, each the whole input of one `member.py` run.

    The same event, size and seed give the same parameters; a larger ensemble starts with the smaller one
    except for which model a deep event's member uses.
    """
    grid = grid_for(event)
    return [
        {
            "event": event,
            "member": member + 1,
            "seed": _member_seed(str(event["id"]), seed, member),
            "gmm": gmm,
            "grid": grid,
        }
        for member, gmm in enumerate(choose_models(event["depth_km"], size))
    ]


def choose_models(depth_km: float, size: int) -> list[str]:
    """The ground-motion model of each member, by depth alone: the feed says nothing about tectonics.

    Down to 30 km the four NGA-West2 models take turns; below, the BC Hydro subduction model, whose members
    are interface ruptures down to 45 km, intraslab ones from 55 km, and a mixture between.
    """
    if depth_km <= CRUSTAL_DEPTH_KM:
        return [CRUSTAL[member % len(CRUSTAL)] for member in range(size)]
    top, bottom = INTERFACE_RAMP_KM
    share = min(max((bottom - depth_km) / (bottom - top), 0.0), 1.0)
    return [
        "AGA16-interface" if math.floor((member + 1) * share) > math.floor(member * share) else "AGA16-slab"
        for member in range(size)
    ]


def grid_for(event: dict[str, Any]) -> dict[str, float | int]:
    """A square grid of 161 x 161 nodes around the epicentre, 3.2, 4.8 or 8 degrees of latitude high.

    Longitudes run on past 180 or -180 rather than jump.
    """
    lat_step = 0.02 if event["mag"] < 6 else 0.03 if event["mag"] < 7 else 0.05
    half = GRID_NODES // 2
    lat = min(max(event["lat"], -89 + half * lat_step), 89 - half * lat_step)
    # The same distance on the ground both ways, except near the poles.
    lon_step = round(lat_step / max(math.cos(math.radians(lat)), 0.2), 4)
    return {
        "west": round(event["lon"] - half * lon_step, 4),
        "south": round(lat - half * lat_step, 4),
        "lon_step": lon_step,
        "lat_step": lat_step,
        "n_lon": GRID_NODES,
        "n_lat": GRID_NODES,
    }


def out_of_range(event: dict[str, Any]) -> list[str]:
    """Why the models should not be trusted for this event, one sentence each; empty when they apply."""
    mag, depth_km = event["mag"], event["depth_km"]
    reasons = []
    if depth_km <= CRUSTAL_DEPTH_KM:
        if mag < 3.5:
            reasons.append(f"Magnitude {mag:g} is below 3.5, where the range the four crustal models share begins.")
        if depth_km > 20:
            reasons.append(f"Depth {depth_km:g} km is below the 20 km for which CB14 and CY14 were made.")
    else:
        if mag < 5:
            reasons.append(f"Magnitude {mag:g} is below 5, where the subduction data of AGA16 begin.")
        if depth_km > 120:
            reasons.append(f"Depth {depth_km:g} km is below the 120 km at which AGA16 ends its depth scaling.")
    if mag > 8.5:
        reasons.append(f"Magnitude {mag:g} is above 8.5, the end of every model's range.")
    return reasons


def _member_seed(event_id: str, seed: int, member: int) -> int:
    return int.from_bytes(hashlib.sha256(f"{event_id}/{seed}/{member}".encode()).digest()[:4])
