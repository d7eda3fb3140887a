"""Pictures of data sets: drawn from real files, kept by checksum, and never the way to another file of the server."""

import io
import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import netCDF4
import numpy as np
import pyarrow as pa
import pytest
import tifffile
from PIL import Image
from pyarrow import parquet

from app.kernel.node import Node
from app.modules.data.preview_drawing import RAMP
from app.modules.data.previews import Previews
from tests.modules.data.test_dataset_api import register


def grid(path: Path, *, times: int = 3) -> bytes:
    """A file as models write it: two fields over time, latitude upwards, some values missing."""
    with netCDF4.Dataset(path, "w") as file:
        for name, length in (("time", times), ("lat", 20), ("lon", 40), ("bnds", 2)):
            file.createDimension(name, length)
        for name, unit, values in (
            ("time", "hours since 2026-01-01 00:00:00", np.arange(times) * 6),
            ("lat", "degrees_north", np.linspace(45, 50, 20)),
            ("lon", "degrees_east", np.linspace(5, 15, 40)),
        ):
            one = file.createVariable(name, "f8", (name,))
            one.units, one[:] = unit, values
        file.createVariable("lat_bnds", "f8", ("lat", "bnds"))[:] = 0
        depth = file.createVariable("depth", "f4", ("time", "lat", "lon"), fill_value=-999.0)
        depth.units, depth.long_name = "m", "Depth of the water"
        values = np.ma.zeros((times, 20, 40), "f4")
        for step in range(times):
            values[step] = np.linspace(0, 4 + step, 20)[:, None]  # more in the north
        values[:, 0, 0] = np.ma.masked
        depth[:] = values
        file.createVariable("count", "i4", ("lat", "lon"))[:] = 1
    return path.read_bytes()


async def seen(client: httpx.AsyncClient, dataset_id: str, **wanted: Any) -> dict[str, Any]:
    answer = await client.get(f"/api/v1/datasets/{dataset_id}/preview", params=wanted)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def picture(client: httpx.AsyncClient, dataset_id: str, **wanted: Any) -> Image.Image:
    answer = await client.get(f"/api/v1/datasets/{dataset_id}/preview/picture", params=wanted)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/png"), answer.text
    return Image.open(io.BytesIO(answer.content))


async def test_a_field_of_netcdf_is_drawn_north_up_over_its_scale(
    running_node: Node, client: httpx.AsyncClient, tmp_path: Path
) -> None:
    dataset_id = await register(running_node, grid(tmp_path / "x.nc"), "depth.nc", media_type="application/x-netcdf")
    found = await seen(client, dataset_id)
    assert (found["kind"], found["variable"], found["variables"]) == ("field", "depth", ["depth", "count"])
    assert (found["title"], found["unit"], found["low"], found["high"]) == ("Depth of the water", "m", 0.0, 4.0)
    assert (found["width"], found["height"], found["steps"]) == (40, 20, 3)
    assert found["area"] == [5.0, 45.0, 15.0, 50.0]
    later = await seen(client, dataset_id, step=2)
    assert (later["high"], later["step_label"]) == (6.0, "time 2026-01-01 12:00:00")
    shown = await picture(client, dataset_id)
    assert shown.width == 40 * 8
    assert shown.getpixel((200, 1)) == (*RAMP[-1], 255)  # the deep north is at the top
    assert shown.getpixel((1, 20 * 8 - 1))[3] == 0  # what is missing is left out
    assert shown.getpixel((0, shown.height - 1)) == (*RAMP[0], 255)
    assert (await seen(client, dataset_id, variable="count"))["low"] == 1.0
    none = await seen(client, dataset_id, variable="wind")
    assert (none["kind"], none["why"]) == ("none", "it holds no field wind; there are depth, count")


async def test_images_and_geotiffs_are_made_small(
    running_node: Node, client: httpx.AsyncClient, tmp_path: Path
) -> None:
    held = io.BytesIO()
    Image.new("RGB", (1600, 800), (200, 30, 40)).save(held, "JPEG")
    photo = await register(running_node, held.getvalue(), "photo.jpg")
    assert {name: (await seen(client, photo))[name] for name in ("kind", "width", "height")} == {
        "kind": "image", "width": 1600, "height": 800,
    }  # fmt: skip
    assert (await picture(client, photo, size=128)).size == (128, 64)
    values = np.linspace(0, 9, 300 * 400, dtype="f4").reshape(300, 400)
    values[0, 0] = -1
    tags = [
        (33550, "d", 3, (0.01, 0.01, 0.0)),
        (33922, "d", 6, (0.0, 0.0, 0.0, 5.0, 48.0, 0.0)),
        (34735, "H", 8, (1, 1, 0, 1, 1024, 0, 1, 2)),
        (42113, "s", 0, "-1"),
    ]
    for compression in ("zlib", None):
        tifffile.imwrite(tmp_path / "x.tif", values, compression=compression, extratags=tags)
        map_ = await register(running_node, (tmp_path / "x.tif").read_bytes(), "map.tif")
        found = await seen(client, map_)
        assert (found["kind"], found["area"]) == ("field", [5.0, 45.0, 9.0, 48.0])
        assert found["high"] == 9.0
        assert found["low"] > 0  # what is not known is not the lowest
    Image.fromarray(values).save(tmp_path / "lzw.tif", compression="tiff_lzw")
    packed = await register(running_node, (tmp_path / "lzw.tif").read_bytes(), "lzw.tif")
    assert (await seen(client, packed))["high"] == 9.0
    Image.fromarray((values * 7000).astype("uint16")).save(tmp_path / "deep.png")
    deep = await register(running_node, (tmp_path / "deep.png").read_bytes(), "deep.png")
    assert (await picture(client, deep)).size == (400, 300)


@pytest.mark.covers("W4")
async def test_a_parquet_table_shows_its_first_rows_their_types_and_how_many_there_are(
    running_node: Node, client: httpx.AsyncClient
) -> None:
    count = 2_000
    began = datetime(2026, 1, 1, tzinfo=UTC)
    table = pa.table(
        {
            "station.name": [None if n == 1 else f"s{n}" for n in range(count)],
            "level": np.arange(count, dtype="f4") / 2,
            "at": pa.array([began + timedelta(minutes=n) for n in range(count)], pa.timestamp("us", "Asia/Taipei")),
            "waves": [[1.5, None]] * count,
            "raw": [b"\xff\x00"] * count,
            "nanos": pa.array([[n] for n in range(count)], pa.list_(pa.timestamp("ns"))),
        }
    )
    for compression in ("snappy", "zstd"):
        held = io.BytesIO()
        parquet.write_table(table, held, compression=compression, row_group_size=30)  # more groups than one are shown
        dataset_id = await register(running_node, held.getvalue(), "levels.parquet")
        found = await seen(client, dataset_id)
        assert (found["kind"], found["row_count"], found["column_count"], len(found["rows"])) == ("table", count, 6, 50)
        assert [one["name"] for one in found["columns"]] == table.column_names
        kinds = [one["type"] for one in found["columns"]]
        assert kinds[:3] == ["string", "float", "timestamp[us, tz=Asia/Taipei]"]
        assert found["rows"][0][:5] == ["s0", "0", "2026-01-01 00:00:00.000000Z", "[1.5, null]", "0xff00"]
        assert found["rows"][1][:2] == [None, "0.5"]
        assert found["rows"][49][0] == "s49"
    assert (await seen(client, dataset_id, size=128, step=3)) == found
    answer = await client.get(f"/api/v1/datasets/{dataset_id}/preview/picture")
    assert (answer.status_code, "a table has no picture" in answer.json()["detail"]) == (404, True)
    held = io.BytesIO()
    parquet.write_table(pa.table({f"c{n}": [n] for n in range(300)}), held)
    wide = await seen(client, await register(running_node, held.getvalue(), "wide.parquet"))
    assert (wide["column_count"], len(wide["columns"]), wide["rows"]) == (300, 100, [[str(n) for n in range(100)]])
    held = io.BytesIO()
    parquet.write_table(table.slice(0, 0), held)
    empty = await seen(client, await register(running_node, held.getvalue(), "empty.parquet"))
    assert (empty["kind"], empty["row_count"], empty["rows"]) == ("table", 0, [])


async def test_a_picture_is_made_once_and_outlives_the_node(running_node: Node, client: httpx.AsyncClient) -> None:
    held = io.BytesIO()
    Image.new("L", (10, 10)).save(held, "PNG")
    ids = [await register(running_node, held.getvalue(), f"{n}.png") for n in range(2)]
    previews = running_node.part(Previews, Previews)
    path = f"/api/v1/datasets/{ids[0]}/preview/picture"
    first = await client.get(path)
    assert (await client.get(f"/api/v1/datasets/{ids[1]}/preview/picture")).content == first.content
    again = await client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content, previews.made) == (304, b"", 1)
    assert first.headers["Cache-Control"] == "private, no-cache"
    running_node.part_with(Previews)
    assert (await client.get(path)).content == first.content
    assert running_node.part(Previews, Previews).made == 0


async def test_what_has_no_picture_says_why(
    running_node: Node, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))  # no ffmpeg, wherever this runs
    for content, name, why in (
        (b"PK", "x.zip", "no picture is made of application/zip"),
        (b"\x89PNG\r\n\x1a\n broken", "broken.png", "it cannot be read"),
        (b"not a grid", "broken.nc", "it cannot be read"),
        (b"II*\x00\x08\x00\x00\x00\xff\xff", "broken.tif", "it cannot be read"),
        (b"PAR1 broken PAR1", "broken.parquet", "it cannot be read"),
        (b"\x00\x00\x00\x18ftypmp42", "x.mp4", "ffmpeg is not installed on this node"),
    ):
        dataset_id = await register(running_node, content, name)
        found = await seen(client, dataset_id)
        assert (found["kind"], why in found["why"]) == ("none", True), found
        assert str(running_node.settings.data_directory) not in found["why"]
        answer = await client.get(f"/api/v1/datasets/{dataset_id}/preview/picture")
        assert (answer.status_code, answer.json()["code"]) == (404, "preview_missing")
    bomb = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(bomb, "PNG")
    assert len(bomb.getvalue()) < 100_000
    dataset_id = await register(running_node, bomb.getvalue(), "bomb.png")
    assert (await seen(client, dataset_id))["kind"] == "none"
    assert (await client.get("/api/v1/datasets/dst_none/preview")).status_code == 404


@pytest.mark.security("S22")
async def test_a_file_leads_to_no_other_file_of_the_server(
    running_node: Node, client: httpx.AsyncClient, tmp_path: Path
) -> None:
    """HDF5 may keep the values of a field in another file: the file says which, and it would be read by the server."""
    secret = np.arange(400, dtype="<f4")
    (tmp_path / "secret.bin").write_bytes(secret.tobytes())
    content = with_values_elsewhere(str(tmp_path / "secret.bin"))
    (tmp_path / "x.h5").write_bytes(content)
    with netCDF4.Dataset(tmp_path / "x.h5") as file:  # the trap is a real one
        assert file["depth"][:].max() == 399
    found = await seen(client, await register(running_node, content, "x.h5", media_type="application/x-hdf5"))
    assert (found["kind"], "cannot be read" in found["why"]) == ("none", True), found


def with_values_elsewhere(path: str) -> bytes:
    """The bytes of an HDF5 file whose field lies in ``path``: written with the library netCDF4 brings."""
    import ctypes
    import tempfile

    (name,) = Path(netCDF4.__file__).parent.parent.glob("[nN]et[cC][dD][fF]4.libs/libhdf5-*.so*")
    hdf5 = ctypes.CDLL(str(name))
    ident, size = ctypes.c_int64, ctypes.c_uint64
    for one in ("H5Fcreate", "H5Screate_simple", "H5Pcreate", "H5Dcreate2"):
        getattr(hdf5, one).restype = ident
    hdf5.H5open()
    with tempfile.TemporaryDirectory() as folder:
        target = f"{folder}/x.h5".encode()
        file = ident(hdf5.H5Fcreate(target, ctypes.c_uint(2), ident(0), ident(0)))
        shape = (size * 2)(20, 20)
        space = ident(hdf5.H5Screate_simple(2, shape, None))
        kept = ident(hdf5.H5Pcreate(ident.in_dll(hdf5, "H5P_CLS_DATASET_CREATE_ID_g")))
        assert hdf5.H5Pset_external(kept, path.encode(), ctypes.c_long(0), size(1600)) >= 0
        kind = ident.in_dll(hdf5, "H5T_IEEE_F32LE_g")
        dataset = ident(hdf5.H5Dcreate2(file, b"depth", kind, space, ident(0), kept, ident(0)))
        assert dataset.value >= 0
        hdf5.H5Dclose(dataset)
        hdf5.H5Fclose(file)
        return Path(target.decode()).read_bytes()


def test_the_program_that_draws_imports_nothing_of_the_server() -> None:
    import subprocess

    from app.modules.data import preview_drawing

    order = {"path": "/nonexistent", "kind": "image", "size": 128, "seconds": 5, "memory_bytes": 2**32}
    done = subprocess.run(
        [sys.executable, "-I", preview_drawing.__file__],
        input=json.dumps(order).encode(),
        capture_output=True,
        check=True,
    )
    assert b"cannot be read" in done.stdout
