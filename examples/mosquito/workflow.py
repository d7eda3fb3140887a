"""Mosquitoes over a region, in tiles: most of the tiles make the map, the late ones are left out of it.

A forecast of temperatures arrives for a region; each tile is a simulation of its own; the map is made as soon as nine
tenths of the tiles have succeeded, or after an hour with what there is.
"""

import json

from pydantic import BaseModel, Field

from stormbell import Arrival, Gathered, Incident, Opening, SimulationRequest, stage, trigger, workflow

ENOUGH = 0.9
PATIENCE_SECONDS = 3600.0


class Tile(BaseModel):
    """A square of the region."""

    west: float
    south: float
    size: float = Field(gt=0, description="Degrees")
    water: float = Field(ge=0, le=1, description="Share that stands under water")


class Forecast(BaseModel):
    """Temperatures of the coming days, for the region's tiles."""

    celsius: list[float] = [14 + 0.2 * day for day in range(60)]
    tiles: list[Tile] = [
        Tile(west=7 + 0.5 * x, south=45 + 0.5 * y, size=0.5, water=0.02 * (1 + x + 2 * y))
        for x in range(4)
        for y in range(3)
    ]


@workflow("mosquito", title="Mosquitoes in tiles", test="scatter")
class Mosquito:
    @trigger(source="temperatures")
    def forecast_arrives(self, arrival: Arrival) -> Opening | None:
        return Opening(
            key=arrival.key,
            name=f"Mosquitoes, {arrival.key}",
            stage=self.scatter,
            message=Forecast.model_validate(arrival.body),
        )

    @stage(sends=("draw",))
    async def scatter(self, incident: Incident, message: Forecast) -> None:
        runs = [
            SimulationRequest(
                name=f"tile {tile.west:g} {tile.south:g}",
                command=["python3", "{definition}/tile.py", "params.json"],
                files={
                    "params.json": {
                        "tile": {"west": tile.west, "south": tile.south, "size": tile.size},
                        "water": tile.water,
                        "celsius": message.celsius,
                    }
                },
                outputs=["tile.json"],
                role="tile",
                walltime_seconds=120,
            )
            for tile in message.tiles
        ]
        incident.simulate(
            runs, then=self.draw, message=Gathered(), wait=ENOUGH, deadline_seconds=PATIENCE_SECONDS, cancel_rest=True
        )
        incident.label(f"{len(runs)} tiles, {len(message.celsius)} days")

    @stage
    async def draw(self, incident: Incident, message: Gathered) -> None:
        inputs = [run.datasets["tile.json"] for run in message.succeeded if "tile.json" in run.datasets]
        tiles = [json.loads(incident.path(dataset).read_text()) for dataset in inputs]
        if not tiles:
            incident.fail("no tile succeeded")
            return
        (incident.scratch / "mosquitoes.geojson").write_text(
            json.dumps({"type": "FeatureCollection", "features": [feature(tile) for tile in tiles]})
        )
        incident.register("mosquitoes.geojson", role="map", media_type="application/geo+json", inputs=inputs)
        worst = max(tiles, key=lambda tile: tile["peak"])
        where = f"{worst['west']:g} E {worst['south']:g} N, day {worst['peak_day']}"
        incident.headline("Most adults", f"{worst['peak']:.0f} per hectare", where)
        incident.complete(f"{len(tiles)} of {len(message.simulations) + message.missing} tiles")


def feature(tile: dict[str, float]) -> dict[str, object]:
    """Return a tile as GeoJSON."""
    west, south, size = tile["west"], tile["south"], tile["size"]
    ring = [[west, south], [west + size, south], [west + size, south + size], [west, south + size], [west, south]]
    return {
        "type": "Feature",
        "geometry": {"type": "Polygon", "coordinates": [ring]},
        "properties": {name: tile[name] for name in ("peak", "peak_day", "days_above")},
    }
