"""The science of the earthquake example: published check values, geometry, determinism, contours."""

import json
import math
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

EXAMPLE = Path(__file__).parents[2] / "examples" / "earthquake"
sys.path.insert(0, str(EXAMPLE))

from model import contours, figure, intensity, motion, netcdf, spec  # noqa: E402
from model.rupture import Rupture, distances, draw  # noqa: E402
from model.simulate import simulate  # noqa: E402

FEED = json.loads((EXAMPLE / "data" / "usgs_all_week_2018-02-07.geojson").read_text())
HUALIEN = "us1000chhc"


def event(event_id: str = HUALIEN) -> dict[str, Any]:
    return next(spec.event_from_feature(f) for f in FEED["features"] if f["id"] == event_id)


def rupture(mag: float, vs30: float, mechanism: str = "SS", depth_km: float = 10, **changes: float) -> Rupture:
    given = {"strike": 0, "dip": 90, "length_km": 20, "width_km": 10, "top_km": 5, "along": 0.5, "lon": 0, "lat": 0}
    return Rupture(mag=mag, vs30=vs30, mechanism=mechanism, depth_km=depth_km, **(given | changes))


def test_ensemble_shares_members_equally_between_the_crustal_models() -> None:
    members = spec.ensemble(event(), 24)
    assert [m["gmm"] for m in members].count("BSSA14") == 6
    assert {m["gmm"] for m in members} == set(spec.CRUSTAL)
    assert len({m["seed"] for m in members}) == 24
    assert members == spec.ensemble(event(), 24)
    assert members != spec.ensemble(event(), 24, seed=1)
    assert members[:8] == spec.ensemble(event(), 8)


@pytest.mark.parametrize(("depth_km", "interface"), [(30.1, 24), (45, 24), (50, 12), (51.2, 9), (55, 0), (191, 0)])
def test_deep_events_go_from_interface_to_slab(depth_km: float, interface: int) -> None:
    models = spec.choose_models(depth_km, 24)
    assert models.count("AGA16-interface") == interface
    assert models.count("AGA16-slab") == 24 - interface


def test_range_is_told_in_words() -> None:
    assert spec.out_of_range(event()) == []
    assert "120 km" in spec.out_of_range(event("us2000crmu"))[0]
    assert "3.5" in spec.out_of_range(event("us1000cg26"))[0]


def test_grid_keeps_the_epicentre_on_a_node_and_its_shape_in_km() -> None:
    lon, lat = netcdf.axes(spec.grid_for(event()))
    assert lon[80] == pytest.approx(121.653)
    assert lat[80] == pytest.approx(24.1737)
    assert len(lon) == len(lat) == 161
    wide, high = (lon[-1] - lon[0]) * math.cos(math.radians(lat[80])), lat[-1] - lat[0]
    assert wide == pytest.approx(high, rel=0.01)
    polar = netcdf.axes(spec.grid_for(event() | {"lat": -89.9}))[1]
    assert polar[0] >= -90


@pytest.mark.parametrize(
    ("mag", "km", "vs30", "mechanism", "pga_g", "pgv_cm_s"),
    [
        # OpenQuake engine, hazardlib test table BSSA_2014_NOSOF_MEAN.csv.
        (5.0, 50, 600, "U", 0.0102678, 0.360055),
        (4.0, 100, 760, "U", 0.00031848, 0.0113675),
        (5.0, 20, 400, "U", 0.0411649, 1.55605),
        # OpenQuake engine 3.26, BooreEtAl2014 run once for this project: strike slip, Vs30 760 m/s.
        (6.5, 1, 760, "SS", 0.42, None),
        (6.5, 100, 760, "SS", 0.0195, None),
        (6.5, 300, 760, "SS", 0.0017, None),
    ],
)
def test_bssa14_gives_the_values_of_openquake(
    mag: float, km: float, vs30: float, mechanism: str, pga_g: float, pgv_cm_s: float | None
) -> None:
    ln_pga, ln_pgv = motion.median_motion("BSSA14", rupture(mag, vs30, mechanism), km)
    assert math.exp(ln_pga) == pytest.approx(pga_g, rel=2e-5 if pgv_cm_s else 0.02)
    if pgv_cm_s:
        assert math.exp(ln_pgv) == pytest.approx(pgv_cm_s, rel=2e-5)


@pytest.mark.parametrize(
    ("depth_km", "km", "vs30", "pga_g"), [(45, 50, 360, 2.67504478e-2), (90, 100, 570, 1.05069814e-2)]
)
def test_aga16_slab_gives_the_values_of_openquake(depth_km: float, km: float, vs30: float, pga_g: float) -> None:
    """hazardlib test table BCHYDRO_SSLAB_CENTRAL_MEAN.csv, M 5, forearc."""
    ln_pga, _ = motion.median_motion("AGA16-slab", rupture(5, vs30, depth_km=depth_km), km)
    assert math.exp(ln_pga) == pytest.approx(pga_g, rel=1e-4)


@pytest.mark.parametrize(
    ("gmm", "pga_g", "pgv_cm_s"),
    [
        ("ASK14", 0.345946, 36.19702),
        ("BSSA14", 0.489273, 38.22916),
        ("CB14", 0.353762, 38.94106),
        ("CY14", 0.391620, 41.52688),
    ],
)
def test_crustal_models_give_the_values_of_the_peer_spreadsheet(gmm: str, pga_g: float, pgv_cm_s: float) -> None:
    """The NGA-West2 spreadsheet of PEER for M 6, strike slip, Rrup 3.16 km, Vs30 300 m/s, as in pygmm's own tests."""
    gmm_class = motion.load(gmm)
    scenario = sys.modules["pygmm.model"].Scenario(
        region="california",
        mag=6.0,
        mechanism="SS",
        dip=90,
        width=10,
        depth_tor=0,
        depth_hyp=8,
        depth_1_0=0.4,
        depth_2_5=1.8,
        dist_jb=1.0,
        dist_rup=3.16,
        dist_x=1.0,
        v_s30=300,
        vs_source="measured",
        on_hanging_wall=False,
    )
    result = gmm_class(scenario)
    assert result.pga == pytest.approx(pga_g, rel=0.015)
    assert result.pgv == pytest.approx(pgv_cm_s, rel=0.015)


def test_conditional_pgv() -> None:
    """Abrahamson & Bhasin (2020) by hand: M 6, PSA 0.1 g, 50 km, Vs30 425 m/s, where the site term is nil."""
    expected = 5.39 + (0.799 - 0.145 * 0.4) * math.log(0.1) - 0.062 * 2.5**2 - 0.359 * math.log(55)
    assert motion.conditional_ln_pgv(math.log(0.1), 6, 50, 425) == pytest.approx(expected)


def test_intensity_gives_the_values_of_shakelib() -> None:
    """USGS shakelib, test_wgrw12: 0.01 to 0.5 g, and 1 to 50 cm/s."""
    steps = np.array([0.01, 0.03, 0.1, 0.2, 0.3, 0.4, 0.5])
    from_pga = [3.31708696, 4.05662491, 5.76917533, 6.88298631, 7.53452397, 7.9967973, 8.35536434]
    from_pgv = [3.78, 4.48136824, 6.05, 7.00125479, 7.55770316, 7.95250957, 8.25874521]
    np.testing.assert_allclose(intensity.from_pga(steps), from_pga)
    np.testing.assert_allclose(intensity.from_pgv(100 * steps), from_pgv)
    assert intensity.from_pgv(np.array([1e-9, 1e9])).tolist() == [1, 10]


def test_names_of_the_scale() -> None:
    assert [intensity.numeral(mmi) for mmi in (1.0, 6.4, 6.5, 9.9)] == ["I", "VI", "VII", "X"]
    assert intensity.level_numeral(6.5) == "VI-VII"
    assert intensity.words(7.6) == "severe"
    assert intensity.colour(6) == "#ffff00"
    assert intensity.colour(6.5) == "#ffe400"


def test_between_event_deviation_follows_magnitude() -> None:
    assert motion.between_event("BSSA14", 4) == pytest.approx((0.398, 0.401))
    assert motion.between_event("BSSA14", 5) == pytest.approx((0.373, 0.3735))
    assert motion.between_event("AGA16-slab", 7) == (0.43, 0.43)


def test_distances_over_a_vertical_rupture() -> None:
    source = rupture(6.5, 500)
    lon = np.array([[0.0, 1.0, 0.0]])
    lat = np.array([[0.0, 0.0, 0.5]])
    found = distances(source, lon, lat)
    np.testing.assert_allclose(found.jb, [[0, 111.195, 55.5975 - 10]], rtol=1e-4)
    np.testing.assert_allclose(found.rup, np.hypot(found.jb, 5), rtol=1e-6)
    np.testing.assert_allclose(found.hyp[0, 0], 10)


@pytest.mark.parametrize("dip", [40.0, 50.0, 90.0])
def test_distances_agree_with_a_search_over_the_rupture(dip: float) -> None:
    source = rupture(7, 500, strike=30, dip=dip, length_km=40, width_km=20, top_km=3, along=0.3)
    lon, lat = np.meshgrid(np.linspace(-1, 1, 9), np.linspace(-1, 1, 9))
    found = distances(source, lon, lat)
    along, down = (v.ravel() for v in np.meshgrid(np.linspace(-12, 28, 401), np.linspace(0, 20, 201)))
    strike, angle = math.radians(30), math.radians(dip)
    across = (down - 0.6 * 20) * math.cos(angle)
    east = along * math.sin(strike) + across * math.cos(strike)
    north = along * math.cos(strike) - across * math.sin(strike)
    x = lon.ravel() * 111.195 * np.cos(np.radians(lat.ravel() / 2))
    y = lat.ravel() * 111.195
    flat = np.hypot(x[:, None] - east, y[:, None] - north)
    np.testing.assert_allclose(found.jb.ravel(), flat.min(axis=1), atol=0.12)
    np.testing.assert_allclose(found.rup.ravel(), np.hypot(flat, 3 + down * math.sin(angle)).min(axis=1), atol=0.12)


def test_draws_stay_near_the_catalogue() -> None:
    drawn = [draw(event(), False, np.random.default_rng(seed)) for seed in range(400)]
    assert np.std([d.mag for d in drawn]) == pytest.approx(0.09, abs=0.02)
    assert max(abs(d.mag - 6.4) for d in drawn) <= 0.2 + 1e-9
    assert min(d.depth_km for d in drawn) >= 1
    assert min(d.top_km for d in drawn) >= 0
    assert np.median([d.vs30 for d in drawn]) == pytest.approx(523, rel=0.05)
    assert {d.mechanism for d in drawn} == {"SS", "NS", "RS"}


@pytest.mark.parametrize("gmm", motion.MODELS)
def test_motion_falls_with_distance_and_the_table_is_fine_enough(gmm: str) -> None:
    params = spec.ensemble(event(), 1)[0] | {"gmm": gmm}
    member = simulate(params)
    distance = getattr(distances(member.rupture, *np.meshgrid(member.lon, member.lat)), motion.MODELS[gmm].distance)
    order = np.argsort(distance, axis=None)
    assert (np.diff(member.pga.ravel()[order]) <= 1e-12).all()
    assert (np.diff(member.mmi.ravel()[order]) <= 1e-9).all()
    assert member.mmi.min() >= 1
    assert member.mmi.max() <= 10
    # The residual is one factor for the whole map, so direct evaluation differs from the grid by a constant.
    picked = [tuple(pair) for pair in np.random.default_rng(0).integers(0, 161, (20, 2))]
    direct = [motion.median_motion(gmm, member.rupture, max(float(distance[at]), 0.5)) for at in picked]
    for field, exact in ((member.pga, [d[0] for d in direct]), (member.pgv, [d[1] for d in direct])):
        assert np.ptp([np.log(field[at]) - value for at, value in zip(picked, exact, strict=True)]) < 0.003


def test_same_seed_same_member_other_seed_another() -> None:
    params = spec.ensemble(event(), 2)
    first, again, other = simulate(params[0]), simulate(params[0]), simulate(params[0] | {"seed": params[1]["seed"]})
    assert np.array_equal(first.mmi, again.mmi)
    assert np.array_equal(first.pga, again.pga)
    assert not np.array_equal(first.mmi, other.mmi)


def test_contours_lie_where_the_field_has_their_level() -> None:
    lon, lat = np.linspace(-2, 2, 81), np.linspace(-2, 2, 81)
    radius = np.hypot(*np.meshgrid(lon, lat))
    found = contours.as_geojson(lon, lat, 7.2 - 2 * radius)
    assert [f["properties"]["mmi"] for f in found["features"]] == [2 + step / 2 for step in range(11)]
    for feature in found["features"]:
        points = np.concatenate([np.array(line) for line in feature["geometry"]["coordinates"]])
        np.testing.assert_allclose(7.2 - 2 * np.hypot(*points.T), feature["properties"]["mmi"], atol=0.02)


@pytest.mark.parametrize("lon", [179.9, -179.7])
def test_contours_are_cut_at_the_antimeridian(lon: float) -> None:
    params = spec.ensemble(event() | {"lon": lon, "lat": -17.0}, 1)[0]
    member = simulate(params)
    found = contours.as_geojson(member.lon, member.lat, member.mmi)
    lines = [np.array(line) for f in found["features"] for line in f["geometry"]["coordinates"]]
    points = np.concatenate(lines)
    assert np.abs(points[:, 0]).max() <= 180
    assert np.abs(points[:, 1]).max() <= 90
    assert max(np.abs(np.diff(line[:, 0])).max() for line in lines) < 1
    assert (points[:, 0] == 180).any()
    assert (points[:, 0] == -180).any()
    assert all(len(line) >= 2 for line in lines)


def test_window_has_the_wanted_shape() -> None:
    member = simulate(spec.ensemble(event(), 1)[0])
    west, east, south, north = figure.window(member.lon, member.lat, member.mmi, (121.653, 24.1737), 1.2)
    assert (east - west) * math.cos(math.radians(24.1737)) == pytest.approx(1.2 * (north - south), rel=1e-6)
    assert member.lon[0] <= west < east <= member.lon[-1]
    assert member.lat[0] <= south < north <= member.lat[-1]
