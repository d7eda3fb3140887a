"""Draws the picture of one file, or reads its first rows, as a program of its own: a hostile file ends it, no more.

Reads an order as JSON from stdin; writes what it found as one line of JSON, then the PNG. It imports nothing of ours,
may use so much memory and time, writes no file, and once the file is open it opens no other: HDF5 and TIFF can
name files whose content is theirs, and those would be the server's.
"""

import importlib.util
import io
import json
import math
import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

MOST_PIXELS = 120_000_000  # of an image or a grid: a PNG of some kilobytes can say it has 10^10
MOST_VALUES = 16_000_000  # of a field that are read at once; more are read with gaps
IMAGES = ("PNG", "JPEG", "GIF", "WEBP", "BMP")
# From blue-grey to sand, of rising luminance: read alike in greyscale and by every colour vision.
RAMP = ((32, 50, 79), (92, 113, 150), (140, 144, 163), (185, 179, 154), (227, 214, 138))
BAR = 10  # pixels of the scale below a field
GAP = 6
# What a container of video may be: a playlist would name other files.
CONTAINERS = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,ogg,flv"
NUMBERS = "iuf"  # kinds of numpy types

Picture = tuple[dict[str, Any], bytes]


class NoPicture(Exception):
    """There is none; the message says why, in plain words."""


def _imported() -> None:
    """Take in what drawing needs: once the file is open, nothing more can be imported."""
    import numpy as np  # noqa: F401
    from PIL import Image

    Image.init()
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS


def _image(path: str, order: dict[str, Any]) -> Picture:
    from PIL import Image, ImageOps

    with _only_file(path) as file, Image.open(file, formats=IMAGES) as image:
        width, height = image.size
        if width * height > MOST_PIXELS:
            raise NoPicture(f"it has {width} x {height} pixels; at most {MOST_PIXELS:,} are drawn")
        image.draft("RGB", (order["size"], order["size"]))
        turned = ImageOps.exif_transpose(image)
        return {"kind": "image", "width": width, "height": height}, _small(turned, order["size"])


def _small(image: Any, size: int) -> bytes:
    from PIL import Image

    if image.mode in ("I", "F", "I;16", "I;16B"):
        import numpy as np

        return _encoded(Image.fromarray(_coloured(np.asarray(image, dtype="float64"))))
    keeps = image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info
    shown = image.convert("RGBA" if keeps else "RGB")
    shown.thumbnail((size, size), Image.Resampling.LANCZOS)
    return _encoded(shown)


def _netcdf(path: str, order: dict[str, Any]) -> Picture:
    import netCDF4

    _no_file_beside(path)
    with netCDF4.Dataset(path) as file:
        fields = dict(_fields(file))
        if not fields:
            raise NoPicture("it holds no field of numbers over two dimensions")
        name = order["variable"] or max(fields, key=lambda one: _worth(fields[one]))
        if name not in fields:
            raise NoPicture(f"it holds no field {name}; there are {', '.join(list(fields)[:20])}")
        field = fields[name]
        steps = math.prod(field.shape[:-2])
        step = min(max(0, order["step"]), steps - 1)
        at = _position(step, field.shape[:-2])
        values = _slice(field, at, order["size"])
        across, down = field.dimensions[-1], field.dimensions[-2]
        if _is_north(field.group(), across) and not _is_north(field.group(), down):
            values, across, down = values.T, down, across
        x, y = _coordinate(field.group(), across), _coordinate(field.group(), down)
        if y is not None and len(y) > 1 and y[0] < y[-1]:
            values = values[::-1]
        found = {
            "kind": "field",
            "width": int(field.shape[-1]),
            "height": int(field.shape[-2]),
            "variable": name,
            "variables": list(fields)[:200],
            "title": _text(field, "long_name") or _text(field, "standard_name"),
            "unit": _text(field, "units"),
            "steps": steps,
            "step": step,
            "step_label": _moment(field, at),
            "area": _area(x, y) if _are_degrees(field.group(), across, down) else None,
        }
        return _drawn(values, found, order["size"])


def _fields(group: Any, under: str = "", depth: int = 0) -> Iterator[tuple[str, Any]]:
    for name, one in group.variables.items():
        if _is_field(one):
            yield under + name, one
    if depth < 4:
        for name, below in group.groups.items():
            yield from _fields(below, f"{under}{name}/", depth + 1)


def _is_field(one: Any) -> bool:
    if one.ndim < 2 or min(one.shape[-2:]) < 2 or min(one.shape) < 1:
        return False
    bounds = one.shape[-1] <= 4 and str(one.dimensions[-1]).startswith(("bnd", "nv", "bound"))
    return getattr(one.dtype, "kind", "?") in NUMBERS and not bounds


def _worth(field: Any) -> tuple[bool, bool, int]:
    """Fields over places come first, then those with fractions, then the largest."""
    placed = _coordinate(field.group(), field.dimensions[-1]) is not None
    return placed, field.dtype.kind == "f", field.shape[-1] * field.shape[-2]


def _position(step: int, shape: tuple[int, ...]) -> tuple[int, ...]:
    found: list[int] = []
    for length in reversed(shape):
        step, one = divmod(step, length)
        found.append(one)
    return tuple(reversed(found))


def _slice(field: Any, at: tuple[int, ...], size: int) -> Any:
    import numpy as np

    rows, columns = field.shape[-2:]
    if rows * columns > MOST_PIXELS * 20:
        raise NoPicture(f"one step of it has {rows} x {columns} values")
    gap = max(1, math.ceil(max(rows, columns) / size))
    inner = (slice(None), slice(None)) if rows * columns <= MOST_VALUES else (slice(None, None, gap),) * 2
    return np.ma.filled(np.ma.asarray(field[(*at, *inner)], dtype="float64"), np.nan)


def _variable(group: Any, name: str) -> Any:
    while group is not None and name not in group.variables:
        group = group.parent
    return None if group is None else group.variables[name]


def _coordinate(group: Any, name: str) -> Any:
    import numpy as np

    one = _variable(group, name)
    if one is None or one.ndim != 1 or getattr(one.dtype, "kind", "") not in NUMBERS:
        return None
    return np.ma.filled(np.ma.asarray(one[:], dtype="float64"), np.nan)


def _is_north(group: Any, name: str) -> bool:
    unit = _text(_variable(group, name), "units") or ""
    return unit.startswith("degree") and "north" in unit


def _are_degrees(group: Any, across: str, down: str) -> bool:
    return all((_text(_variable(group, one), "units") or "").startswith("degree") for one in (across, down))


def _area(x: Any, y: Any) -> list[float] | None:
    if x is None or y is None:
        return None
    found = [float(x.min()), float(y.min()), float(x.max()), float(y.max())]
    return [round(one, 6) for one in found] if all(map(math.isfinite, found)) else None


def _moment(field: Any, at: tuple[int, ...]) -> str | None:
    """Say which step it is in the words of the leading dimensions: a time, a level, a member."""
    import netCDF4

    said: list[str] = []
    for name, place in zip(field.dimensions, at, strict=False):
        text, values = str(place + 1), _coordinate(field.group(), name)
        if values is not None and place < len(values):
            one = _variable(field.group(), name)
            unit = _text(one, "units") or ""
            text = f"{values[place]:g} {unit}".strip()
            with suppress(ValueError, TypeError, OverflowError):
                text = str(netCDF4.num2date(values[place], unit, _text(one, "calendar") or "standard"))
        said.append(f"{name} {text}")
    return ", ".join(said)[:200] or None


def _text(one: Any, name: str) -> str | None:
    value = getattr(one, name, None)
    return value.strip()[:200] or None if isinstance(value, str) else None


def _tiff(path: str, order: dict[str, Any]) -> Picture:
    import numpy as np
    import tifffile
    from PIL import Image

    with _only_file(path) as file, tifffile.TiffFile(file) as tiff:
        first, *others = [page for page in tiff.pages[:64] if isinstance(page, tifffile.TiffPage)]
        size = order["size"]
        # A smaller copy of the same picture, where the file has one that is still large enough.
        copies = [one for one in others if one.is_reduced and not one.is_mask and max(one.shape[:2]) >= size]
        page = min([first, *copies], key=lambda one: one.size)
        if page.size > MOST_PIXELS:
            raise NoPicture(f"it has {page.size:,} values and no smaller copy; at most {MOST_PIXELS:,} are drawn")
        found: dict[str, Any] = {"width": first.imagewidth, "height": first.imagelength, **_place(first)}
        try:
            values = page.asarray()
        except (ValueError, NotImplementedError, ImportError):  # a compression that Pillow knows
            file.seek(0)
            with Image.open(file, formats=["TIFF"]) as image:
                image.seek(page.index)
                values = np.asarray(image)
    if values.ndim == 3 and page.planarconfig == 2:
        values = np.moveaxis(values, 0, -1)
    if values.ndim == 3 and values.shape[-1] in (3, 4) and values.dtype == np.uint8:
        return {"kind": "image", **found}, _small(Image.fromarray(values), size)
    if values.ndim == 3:
        values = values[..., 0]
    if values.ndim != 2 or values.dtype.kind not in "iufb":
        raise NoPicture("it holds no grid of numbers")
    shown = values.astype("float64")
    if first.nodata is not None and 42113 in first.tags:
        shown[shown == float(first.nodata)] = np.nan
    return _drawn(shown, {"kind": "field", **found}, size)


def _place(page: Any) -> dict[str, Any]:
    """Return the area of a GeoTIFF in degrees, where its grid is in degrees and lies straight."""
    scale, tie = page.tags.get(33550), page.tags.get(33922)
    keys = page.tags.get(34735)
    if scale is None or tie is None:
        return {"area": None}
    codes = keys.value if keys is not None else ()
    model = dict(zip(codes[4::4], codes[7::4], strict=False)).get(1024)
    if model != 2:  # GTModelTypeGeoKey: 2 is geographic, 1 projected
        return {"area": None}
    column, row, _, x, y, _ = tie.value[:6]
    west, north = x - column * scale.value[0], y + row * scale.value[1]
    area = [west, north - page.imagelength * scale.value[1], west + page.imagewidth * scale.value[0], north]
    return {"area": [round(float(one), 6) for one in area] if all(map(math.isfinite, area)) else None}


def _video(path: str, order: dict[str, Any]) -> Picture:
    program = shutil.which("ffmpeg")
    if program is None:
        raise NoPicture("ffmpeg is not installed on this node, and it takes the pictures of videos")
    size = order["size"]
    command = [
        *(program, "-nostdin", "-v", "error", "-protocol_whitelist", "file", "-format_whitelist", CONTAINERS),
        *("-threads", "1", "-i", f"file:{path}", "-map", "0:v:0", "-frames:v", "1"),
        *("-vf", f"thumbnail=25,scale='min({size},iw)':'min({size},ih)':force_original_aspect_ratio=decrease"),
        *("-f", "image2pipe", "-c:v", "png", "-"),
    ]
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode != 0 or not done.stdout:
        raise NoPicture("ffmpeg finds no picture in it")
    from PIL import Image

    with Image.open(io.BytesIO(done.stdout), formats=["PNG"]) as image:
        width, height = image.size
    return {"kind": "video", "width": width, "height": height}, done.stdout


def _table(path: str, order: dict[str, Any]) -> Picture:
    beside = importlib.util.spec_from_file_location("preview_tables", Path(__file__).with_name("preview_tables.py"))
    if beside is None or beside.loader is None:
        raise NoPicture("what reads tables is not installed")
    tables = importlib.util.module_from_spec(beside)
    beside.loader.exec_module(tables)
    tables.prepare()
    with _only_file(path) as file:
        return tables.read(file), b""


def _drawn(values: Any, found: dict[str, Any], size: int) -> Picture:
    import numpy as np
    from PIL import Image

    gap = max(1, math.ceil(max(values.shape) / size))
    values = values[::gap, ::gap]
    values = np.where(np.isfinite(values), values, np.nan)
    if np.isnan(values).all():
        raise NoPicture("every value of it is missing")
    found |= {"low": float(np.nanmin(values)), "high": float(np.nanmax(values))}
    grow = max(1, min(8, size // max(values.shape)))
    pixels = _coloured(values).repeat(grow, axis=0).repeat(grow, axis=1)
    # The scale below, from the lowest to the highest.
    bar = _coloured(np.linspace(0, 1, pixels.shape[1])[None, :]).repeat(BAR, axis=0)
    empty = np.zeros((GAP, pixels.shape[1], 4), dtype="uint8")
    return found, _encoded(Image.fromarray(np.concatenate([pixels, empty, bar])))


def _coloured(values: Any) -> Any:
    """Return the values as colours of the ramp, what is missing transparent."""
    import numpy as np

    low, high = np.nanmin(values), np.nanmax(values)
    share = np.nan_to_num((values - low) / (high - low if high > low else 1.0))
    steps = np.linspace(0, 1, len(RAMP))
    pixels = np.empty((*values.shape, 4), dtype="uint8")
    for channel in range(3):
        pixels[..., channel] = np.interp(share, steps, [colour[channel] for colour in RAMP])
    pixels[..., 3] = np.where(np.isnan(values), 0, 255)
    return pixels


def _encoded(image: Any) -> bytes:
    held = io.BytesIO()
    image.save(held, "PNG")
    return held.getvalue()


def _only_file(path: str) -> Any:
    file = Path(path).open("rb")  # noqa: SIM115 (who asked closes it)
    _most_files(file.fileno() + 1)
    return file


def _no_file_beside(path: str) -> None:
    """Leave room for one file: a library that opens by name takes it, and finds none for a second."""
    with Path(path).open("rb") as file:
        free = file.fileno()
    _most_files(free + 1)


def _most_files(count: int) -> None:
    resource.setrlimit(resource.RLIMIT_NOFILE, (count, count))


DRAWN: dict[str, Callable[[str, dict[str, Any]], Picture]] = {
    "image": _image,
    "netcdf": _netcdf,
    "tiff": _tiff,
    "video": _video,
    "table": _table,
}


def main() -> None:
    """Draw what stdin orders: path, kind, size, variable, step, memory_bytes, seconds."""
    order: dict[str, Any] = json.loads(sys.stdin.buffer.read())
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (order["seconds"], order["seconds"]))
    resource.setrlimit(resource.RLIMIT_AS, (order["memory_bytes"], order["memory_bytes"]))
    found: dict[str, Any]
    picture = b""
    try:
        if order["kind"] != "table":
            _imported()
        found, picture = DRAWN[order["kind"]](order["path"], order)
    except NoPicture as why:
        found = {"why": str(why)}
    except ImportError as missing:
        extra = "parquet" if order["kind"] == "table" else "previews"
        found = {"why": f"this node has no {missing.name}: install stormbell with the extra {extra}", "passing": True}
    except MemoryError:
        found = {"why": "it needs more memory than a preview may have"}
    except Exception as error:  # noqa: BLE001 (whatever a library makes of a broken file is said, and that is all)
        said = str(error).replace(order["path"], "the file")[:200] or type(error).__name__
        found = {"why": f"it cannot be read: {said}"}
    out = os.fdopen(1, "wb", closefd=False)
    out.write(json.dumps(found, allow_nan=False).encode() + b"\n" + picture)
    out.flush()


if __name__ == "__main__":
    main()
