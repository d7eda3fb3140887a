"""Reading and writing grids as NetCDF-4 with CF attributes. A file appears whole or not at all."""

from pathlib import Path
from typing import Any

import netCDF4
import numpy as np
from model.rupture import Array

FIELDS: dict[str, dict[str, str]] = {
    "mmi": {"long_name": "Modified Mercalli intensity", "units": "1"},
    "pga": {"long_name": "peak ground acceleration, horizontal", "units": "gravity"},
    "pgv": {"long_name": "peak ground velocity, horizontal", "units": "cm s-1"},
    "mmi_median": {"long_name": "Modified Mercalli intensity, median of the ensemble", "units": "1"},
    "mmi_p16": {"long_name": "Modified Mercalli intensity, 16th percentile of the ensemble", "units": "1"},
    "mmi_p84": {"long_name": "Modified Mercalli intensity, 84th percentile of the ensemble", "units": "1"},
}


def axes(grid: dict[str, Any]) -> tuple[Array, Array]:
    """Longitudes and latitudes of a grid as `spec.grid_for` describes it."""
    lon = grid["west"] + grid["lon_step"] * np.arange(grid["n_lon"])
    lat = grid["south"] + grid["lat_step"] * np.arange(grid["n_lat"])
    return lon, lat


def write(path: Path, lon: Array, lat: Array, fields: dict[str, Array], attributes: dict[str, Any]) -> None:
    """Write (lat, lon) fields; attributes whose value is None are left out."""
    partial = path.with_name(f".{path.name}.partial")
    with netCDF4.Dataset(partial, "w", format="NETCDF4") as dataset:
        for name, values, units in (("lat", lat, "degrees_north"), ("lon", lon, "degrees_east")):
            dataset.createDimension(name, len(values))
            axis = dataset.createVariable(name, "f8", (name,))
            axis.setncatts({"standard_name": "latitude" if name == "lat" else "longitude", "units": units})
            axis[:] = values
        for name, field in fields.items():
            variable = dataset.createVariable(
                name, "f4", ("lat", "lon"), zlib=True, complevel=4, significant_digits=5, fill_value=np.float32("nan")
            )
            variable.setncatts(FIELDS[name])
            variable[:] = field
        dataset.setncatts({"Conventions": "CF-1.11"} | {k: v for k, v in attributes.items() if v is not None})
    partial.replace(path)


def read(path: Path, *names: str) -> tuple[Array, Array, list[Array], dict[str, Any]]:
    """Longitudes, latitudes, the named fields and the global attributes. Raises OSError for a broken file."""
    with netCDF4.Dataset(path) as dataset:
        dataset.set_auto_mask(False)
        try:
            lon, lat, *fields = (np.asarray(dataset[name][:], dtype=float) for name in ("lon", "lat", *names))
        except IndexError as error:
            raise OSError(f"{path} has no variable {', '.join(names)}") from error
        return lon, lat, fields, {name: dataset.getncattr(name) for name in dataset.ncattrs()}


def event_attributes(event: dict[str, Any]) -> dict[str, Any]:
    """The source event as global attributes."""
    return {
        "event_id": event["id"],
        "event_title": event.get("title"),
        "event_magnitude": float(event["mag"]),
        "event_longitude": float(event["lon"]),
        "event_latitude": float(event["lat"]),
        "event_depth_km": float(event["depth_km"]),
        "event_place": event.get("place"),
        "event_time": str(event["time"]),
        "source": "Event: USGS Earthquake Hazards Program. Ground motion: published models through pygmm.",
        "references": "examples/earthquake/README.md",
    }
