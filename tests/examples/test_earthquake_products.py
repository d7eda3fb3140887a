"""What the programs of the earthquake example write: members, their combination, map, report, validation."""

import itertools
import json
import struct
import subprocess
import sys
from pathlib import Path
from typing import Any

import netCDF4
import numpy as np
import pytest

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "earthquake"
sys.path.insert(0, str(EXAMPLE))

import combine  # noqa: E402
import publish  # noqa: E402
from model import coast, netcdf, spec  # noqa: E402

FEED = json.loads((EXAMPLE / "data" / "usgs_all_week_2018-02-07.geojson").read_text())
HUALIEN = "us1000chhc"


def event(event_id: str = HUALIEN) -> dict[str, Any]:
    return next(spec.event_from_feature(f) for f in FEED["features"] if f["id"] == event_id)


def run(program: str, cwd: Path, params: dict[str, Any], expect: int = 0) -> subprocess.CompletedProcess[str]:
    cwd.mkdir(parents=True, exist_ok=True)
    (cwd / "params.json").write_text(json.dumps(params))
    command = [sys.executable, "-W", "error", str(EXAMPLE / program), "params.json"]
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=60)
    assert done.returncode == expect, done.stderr
    return done


@pytest.fixture(scope="module")
def coastline(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An island with a lake west of Hualien, one across the antimeridian, and a continent around the pole.

    The first island's ring is two arcs, the second used backwards; steps are integers of 0.1 degrees from (-180, -90).
    """

    def arc(*points: tuple[float, float]) -> list[list[int]]:
        grid = [(round((lon + 180) * 10), round((lat + 90) * 10)) for lon, lat in points]
        steps = [(x - a, y - b) for (a, b), (x, y) in itertools.pairwise(grid)]
        return [list(grid[0]), *map(list, steps)]

    arcs = [
        arc((120, 22), (121.7, 22), (121.7, 25.5)),
        arc((120, 22), (120, 25.5), (121.7, 25.5)),
        arc((120.5, 24), (120.5, 24.5), (121, 24.5), (121, 24), (120.5, 24)),
        arc((179, -18), (180, -18), (-179, -18), (-179, -16), (180, -16), (179, -16), (179, -18)),
        arc(*[((lon + 180) % 360 - 180, -70) for lon in range(0, 361, 10)]),
    ]
    topology = {
        "type": "Topology",
        "transform": {"scale": [0.1, 0.1], "translate": [-180, -90]},
        "objects": {
            "land": {
                "type": "GeometryCollection",
                "geometries": [
                    {"type": "MultiPolygon", "arcs": [[[0, ~1], [2]], [[3]]]},
                    {"type": "Polygon", "arcs": [[4]]},
                ],
            }
        },
        "arcs": arcs,
    }
    path = tmp_path_factory.mktemp("coast") / "land.json"
    path.write_text(json.dumps(topology))
    return path


@pytest.fixture(scope="module")
def ensemble(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Four members of the Hualien ensemble, run as the workflow runs them."""
    root = tmp_path_factory.mktemp("members")
    for params in spec.ensemble(event(), 4):
        run("member.py", root / str(params["member"]), params)
    return [root / str(number) / "member.nc" for number in range(1, 5)]


def test_member_repeats_itself_byte_for_byte(ensemble: list[Path], tmp_path: Path) -> None:
    run("member.py", tmp_path, spec.ensemble(event(), 1)[0])
    for name in ("member.nc", "summary.json"):
        assert (tmp_path / name).read_bytes() == (ensemble[0].parent / name).read_bytes()


def test_member_file_carries_units_and_origin(ensemble: list[Path]) -> None:
    with netCDF4.Dataset(ensemble[1]) as dataset:
        assert {name: dataset[name].units for name in ("mmi", "pga", "pgv", "lon")} == {
            "mmi": "1",
            "pga": "gravity",
            "pgv": "cm s-1",
            "lon": "degrees_east",
        }
        assert dataset["mmi"].dimensions == ("lat", "lon")
        assert dataset["mmi"].filters()["zlib"]
        assert dataset.Conventions == "CF-1.11"
        assert dataset.event_id == HUALIEN
        assert dataset.gmm == "BSSA14"
    assert {path.name for path in ensemble[1].parent.iterdir()} == {"member.nc", "summary.json", "params.json"}
    assert ensemble[1].stat().st_size < 400_000


def test_member_explains_bad_parameters(tmp_path: Path) -> None:
    params = spec.ensemble(event(), 1)[0]
    assert "use one of ASK14" in run("member.py", tmp_path, params | {"gmm": "BSSA15"}, expect=1).stderr
    del params["seed"]
    assert "lacks seed" in run("member.py", tmp_path, params, expect=1).stderr


def test_combine_is_numpy_percentiles_of_the_readable_members(
    ensemble: list[Path], coastline: Path, tmp_path: Path
) -> None:
    torn = tmp_path / "torn.nc"
    torn.write_bytes(ensemble[3].read_bytes()[:5000])
    paths = [str(path) for path in [*ensemble[:3], tmp_path / "absent.nc", torn]]
    params = {"event": event(), "members": paths, "requested": 6, "quorum": 3, "coastline": str(coastline)}
    out = run("combine.py", tmp_path, params).stdout
    assert "3 of 6 members" in out
    lon, lat, (median, p16, p84), attributes = netcdf.read(
        tmp_path / "intensity.nc", "mmi_median", "mmi_p16", "mmi_p84"
    )
    stack = np.stack([netCDF4.Dataset(path)["mmi"][:].data for path in ensemble[:3]])
    for found, percentile in ((median, 50), (p16, 16), (p84, 84)):
        np.testing.assert_allclose(found, np.percentile(stack, percentile, axis=0), rtol=2e-5)
    assert attributes["n_members"] == 3
    assert attributes["n_requested"] == 6

    summary = json.loads((tmp_path / "summary.json").read_text())
    assert set(summary["absent"]) == {str(torn), str(tmp_path / "absent.nc")}
    assert summary["max"]["mmi"] == pytest.approx(median.max(), abs=0.01)
    on_land = np.where(coast.is_land(coast.load(coastline), lon, lat), median, 0)
    assert summary["max_on_land"]["mmi"] == pytest.approx(on_land.max(), abs=0.01)
    assert summary["max"]["p16"] <= summary["max"]["mmi"] <= summary["max"]["p84"]


def test_combine_refuses_below_the_quorum(ensemble: list[Path], tmp_path: Path) -> None:
    params = {"event": event(), "members": [str(ensemble[0]), "absent.nc"], "quorum": 2}
    assert "Only 1 of 2 members" in run("combine.py", tmp_path, params, expect=1).stderr
    assert not (tmp_path / "intensity.nc").exists()


def test_combine_reports_no_maximum_where_nothing_qualifies() -> None:
    fields = np.ones((3, 2, 2))
    assert combine.maximum(np.arange(2.0), np.arange(2.0), fields, np.zeros((2, 2), dtype=bool)) is None


def test_land_knows_lakes_the_antimeridian_and_the_pole(coastline: Path) -> None:
    land = coast.load(coastline)

    def on_land(lon: float, lat: float) -> bool:
        return bool(coast.is_land(land, np.array([lon]), np.array([lat]))[0, 0])

    assert on_land(120.2, 24.2)
    assert not on_land(120.7, 24.2)
    assert not on_land(122, 24.2)
    assert on_land(179.5, -17)
    assert on_land(-179.5, -17)
    assert on_land(180.5, -17)
    assert not on_land(-178, -17)
    assert on_land(12, -80)
    assert on_land(-175, -71)
    assert not on_land(12, -69)
    assert len(coast.near(land, 176, 184, -20, -14)) == 1
    assert np.abs(np.diff(coast.near(land, 176, 184, -20, -14)[0][:, 0])).max() < 2


def test_publish_writes_map_contours_and_report(ensemble: list[Path], coastline: Path, tmp_path: Path) -> None:
    run("combine.py", tmp_path, {"event": event(), "members": [str(path) for path in ensemble]})
    params = {"event": event(), "intensity": "intensity.nc", "coastline": str(coastline)}
    run("publish.py", tmp_path, params)

    png = (tmp_path / "map.png").read_bytes()
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", png[16:24]) == (1600, 1200)
    assert 50_000 < len(png) < 2_000_000

    found = json.loads((tmp_path / "contours.geojson").read_text())
    assert found["type"] == "FeatureCollection"
    assert found["features"]
    for feature in found["features"]:
        assert feature["type"] == "Feature"
        assert feature["geometry"]["type"] == "MultiLineString"
        assert {"mmi", "roman"} <= set(feature["properties"])
        assert all(len(point) == 2 for line in feature["geometry"]["coordinates"] for point in line)

    report = json.loads((tmp_path / "report.json").read_text())
    assert report["headline"].startswith("M 6.4 - 22km NNE of Hualian, Taiwan: shaking on land up to V")
    assert report["n_members"] == report["n_requested"] == 4
    assert len(report["models"]) == 4
    assert any("Natural Earth" in source for source in report["sources"])


def test_publish_works_at_sea_and_without_a_coastline(coastline: Path, tmp_path: Path) -> None:
    far = event("us1000ce9r")
    for params in spec.ensemble(far, 1):
        run("member.py", tmp_path, params)
    run("combine.py", tmp_path, {"event": far, "members": ["member.nc"]})
    out = run("publish.py", tmp_path, {"event": far, "intensity": "intensity.nc", "coastline": str(coastline)}).stdout
    assert "no land within the map" in out
    report = json.loads((tmp_path / "report.json").read_text())
    assert report["max_on_land"] is None
    assert report["max_anywhere"]["mmi"] > 4

    out = run("publish.py", tmp_path, {"event": far, "intensity": "intensity.nc", "coastline": "absent.json"}).stdout
    assert "no coastline" in out
    report = json.loads((tmp_path / "report.json").read_text())
    assert report["max"] == report["max_anywhere"]
    assert report["cautions"] == [publish.NO_COAST]


def test_validation_covers_every_event_with_a_published_intensity() -> None:
    command = [sys.executable, str(EXAMPLE / "validate.py"), "--json", "--members", "4"]
    atlas = ROOT / "src/app/static/atlas/land-50m.json"  # there once the web application has been built
    if atlas.exists():
        command += ["--coastline", str(atlas)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert done.stderr == ""
    validation = json.loads(done.stdout)["validation"]
    published = {f["id"]: f["properties"] for f in FEED["features"] if f["properties"]["mmi"] is not None}
    assert validation["n_mmi"] == len(published) == 16
    assert validation["n_cdi"] == 11
    for entry in validation["events"]:
        assert entry["usgs_mmi"] == published[entry["id"]]["mmi"]
        assert entry["cdi"] == published[entry["id"]]["cdi"]
        assert 1 <= entry["predicted_mmi"] <= 10
    errors = [abs(entry["predicted_mmi"] - entry["usgs_mmi"]) for entry in validation["events"]]
    assert validation["mae_mmi"] == pytest.approx(np.mean(errors), abs=0.005)
    assert "do not trust" in validation["caution"]
