"""A Julia set in tiles: each tile is a simulation, the picture is put together when all have ended."""

import json
import struct
import zlib

from pydantic import BaseModel, Field

from stormbell import Gathered, Incident, SimulationRequest, stage, workflow


class Picture(BaseModel):
    """What to draw: z² + c over a square around 0."""

    c_re: float = -0.8
    c_im: float = 0.156
    half_width: float = 1.6
    tiles: int = Field(default=3, ge=1, le=32, description="A side")
    pixels: int = Field(default=32, ge=1, le=1024, description="A side of a tile")
    most: int = Field(default=100, ge=1, description="Rounds a point may take")


class Tiles(Gathered):
    """The ends of the tiles."""

    picture: Picture


@workflow("julia", title="A Julia set in tiles", test="scatter")
class Julia:
    @stage(sends=("draw",))
    async def scatter(self, incident: Incident, message: Picture) -> None:
        params = {**message.model_dump(), "picture_pixels": message.tiles * message.pixels}
        runs = [
            SimulationRequest(
                name=f"tile {row},{column}",
                command=["python3", "{definition}/tile.py", "params.json"],
                files={"params.json": {**params, "row": row, "column": column}},
                outputs=["tile.json"],
                role="tile",
                walltime_seconds=300,
            )
            for row in range(message.tiles)
            for column in range(message.tiles)
        ]
        incident.simulate(runs, then=self.draw, message=Tiles(picture=message))
        incident.label(f"{len(runs)} tiles")

    @stage
    async def draw(self, incident: Incident, message: Tiles) -> None:
        missing = [run.name for run in message.simulations if run.state != "succeeded"]
        if missing:
            incident.fail(f"no picture without {', '.join(missing)}")
            return
        size = message.picture.tiles * message.picture.pixels
        picture = [bytearray(size) for _ in range(size)]
        inputs = [run.datasets["tile.json"] for run in message.succeeded]
        for dataset in inputs:
            tile = json.loads(incident.path(dataset).read_text())
            left, top = tile["column"] * message.picture.pixels, tile["row"] * message.picture.pixels
            for y, counts in enumerate(tile["counts"]):
                shades = bytes(255 - round(255 * count / message.picture.most) for count in counts)
                picture[top + y][left : left + len(shades)] = shades
        (incident.scratch / "julia.png").write_bytes(png(picture))
        incident.register("julia.png", role="picture", media_type="image/png", inputs=inputs)
        inside = sum(row.count(0) for row in picture)
        incident.headline("In the set", f"{100 * inside / size**2:.1f} %", f"{size} x {size} pixels")
        incident.complete(f"{len(inputs)} tiles")


def png(rows: list[bytearray]) -> bytes:
    """Return a grey picture of rows of bytes (PNG 1.2, section 4.1)."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack("!I", len(data)) + kind + data + struct.pack("!I", zlib.crc32(kind + data))

    header = struct.pack("!2I5B", len(rows[0]), len(rows), 8, 0, 0, 0, 0)
    data = zlib.compress(b"".join(b"\0" + bytes(row) for row in rows))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")
